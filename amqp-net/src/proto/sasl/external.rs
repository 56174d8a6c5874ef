//! `EXTERNAL` (RFC 4422, appendix A): the connection itself proves who the client is, for example by a TLS
//! certificate.

use amqp_types::Symbol;
use zeroize::Zeroizing;

use super::mechanism::{Credentials, Mechanism, MechanismError, ServerMechanism, Step};
use super::plain::without_nul;

const NAME: Symbol = Symbol::from_static("EXTERNAL");

/// A client whose connection proves who it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    act_as: String,
}

impl External {
    /// Asks the server to act as this user, rather than as the one that the connection proves.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the user contains a NUL.
    pub fn act_as(user: impl Into<String>) -> Result<Self, MechanismError> {
        let act_as = user.into();
        without_nul("the user to act as", &act_as)?;
        Ok(Self { act_as })
    }
}

impl Mechanism for External {
    fn name(&self) -> Symbol {
        NAME
    }

    fn initial_response(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.act_as.clone().into_bytes()))
    }
}

/// Takes clients whose connection proves who they are. The code that decides on the
/// credentials must verify that it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExternalServer;

impl ServerMechanism for ExternalServer {
    fn name(&self) -> Symbol {
        NAME
    }

    fn respond(&mut self, response: Option<&[u8]>) -> Result<Step, MechanismError> {
        let Some(response) = response else {
            return Ok(Step::Challenge(Zeroizing::default()));
        };
        let user = str::from_utf8(response)
            .ok()
            .filter(|user| !user.contains('\0'))
            .ok_or_else(|| MechanismError::new("the user is not text"))?;
        let act_as = (!user.is_empty()).then(|| user.to_owned());
        Ok(Step::Check(Credentials::External { certificates: Vec::new(), act_as }))
    }
}
