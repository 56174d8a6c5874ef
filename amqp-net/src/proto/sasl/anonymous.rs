//! `ANONYMOUS` (RFC 4505): the client does not say who it is.

use amqp_types::Symbol;
use zeroize::Zeroizing;

use super::mechanism::{Credentials, Mechanism, MechanismError, ServerMechanism, Step};

const NAME: Symbol = Symbol::from_static("ANONYMOUS");

/// A client that does not say who it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anonymous {
    trace: String,
}

impl Anonymous {
    /// The largest number of characters in a trace.
    const MOST_TRACE: usize = 255;

    /// Sends a text by which the server can trace the client, such as an address. By default it is empty.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the text has more than 255 characters.
    pub fn trace(text: impl Into<String>) -> Result<Self, MechanismError> {
        let trace = text.into();
        if trace.chars().count() > Self::MOST_TRACE {
            return Err(MechanismError::new("the trace has more than 255 characters"));
        }
        Ok(Self { trace })
    }
}

impl Mechanism for Anonymous {
    fn name(&self) -> Symbol {
        NAME
    }

    fn initial_response(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(self.trace.clone().into_bytes()))
    }
}

/// Takes clients that do not say who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnonymousServer;

impl ServerMechanism for AnonymousServer {
    fn name(&self) -> Symbol {
        NAME
    }

    fn respond(&mut self, response: Option<&[u8]>) -> Result<Step, MechanismError> {
        let trace = String::from_utf8_lossy(response.unwrap_or_default()).into_owned();
        Ok(Step::Check(Credentials::Anonymous { trace }))
    }
}
