//! `PLAIN` (RFC 4616): a user and a password, which are not encrypted.

use std::fmt;

use amqp_types::Symbol;
use zeroize::Zeroizing;

use super::mechanism::{Credentials, Mechanism, MechanismError, ServerMechanism, Step};

const NAME: Symbol = Symbol::from_static("PLAIN");

/// A client that sends a user and a password. Anyone who can read the connection learns both. `Debug` does not
/// print the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain {
    user: String,
    password: Zeroizing<String>,
    act_as: String,
}

impl Plain {
    /// Creates the mechanism for a user and a password.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the user or the password is empty or contains a NUL, which separates them.
    pub fn new(
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<Self, MechanismError> {
        let (user, password) = (user.into(), Zeroizing::new(password.into()));
        if user.is_empty() {
            return Err(MechanismError::new("the user is empty"));
        }
        if password.is_empty() {
            return Err(MechanismError::new("the password is empty"));
        }
        without_nul("the user", &user)?;
        without_nul("the password", &password)?;
        Ok(Self { user, password, act_as: String::new() })
    }

    /// Asks the server to act as another user than the one whose password it is.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if this user contains a NUL.
    pub fn act_as(mut self, user: impl Into<String>) -> Result<Self, MechanismError> {
        self.act_as = user.into();
        without_nul("the user to act as", &self.act_as)?;
        Ok(self)
    }
}

pub(super) fn without_nul(what: &str, text: &str) -> Result<(), MechanismError> {
    if text.contains('\0') {
        return Err(MechanismError::new(format!("{what} contains a NUL")));
    }
    Ok(())
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain")
            .field("user", &self.user)
            .field("act_as", &self.act_as)
            .finish_non_exhaustive()
    }
}

impl Mechanism for Plain {
    fn name(&self) -> Symbol {
        NAME
    }

    fn sends_password(&self) -> bool {
        true
    }

    fn initial_response(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let parts = [&self.act_as, &self.user, &*self.password];
        let len = parts.iter().map(|part| part.len() + 1).sum();
        // A vector that grows would leave an unwiped copy of the password in freed memory.
        let mut response = Zeroizing::new(Vec::with_capacity(len));
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                response.push(0);
            }
            response.extend_from_slice(part.as_bytes());
        }
        Some(response)
    }
}

/// Takes clients that send a user and a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainServer;

impl ServerMechanism for PlainServer {
    fn name(&self) -> Symbol {
        NAME
    }

    fn respond(&mut self, response: Option<&[u8]>) -> Result<Step, MechanismError> {
        let Some(response) = response else {
            return Ok(Step::Challenge(Zeroizing::default()));
        };
        parse(response)
            .map(Step::Check)
            .ok_or_else(|| MechanismError::new("the response is not a user and a password"))
    }
}

/// Parses the user to act as, the user and the password, which are separated by NULs.
fn parse(response: &[u8]) -> Option<Credentials> {
    let text = str::from_utf8(response).ok()?;
    let mut parts = text.split('\0');
    let (act_as, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || user.is_empty() || password.is_empty() {
        return None;
    }
    Some(Credentials::Password {
        user: user.to_owned(),
        password: Zeroizing::new(password.to_owned()),
        act_as: (!act_as.is_empty() && act_as != user).then(|| act_as.to_owned()),
    })
}
