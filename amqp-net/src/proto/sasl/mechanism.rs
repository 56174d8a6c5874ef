//! What a mechanism contributes to the exchange, on each side.

use std::borrow::Cow;
use std::fmt;

use amqp_types::Symbol;
use amqp_types::security::SaslCode;
use bytes::Bytes;
use zeroize::Zeroizing;

/// A client's side of a SASL mechanism: [`Plain`](super::Plain), [`Anonymous`](super::Anonymous),
/// [`External`](super::External), or one of your own.
///
/// A mechanism authenticates one connection.
pub trait Mechanism: Send + 'static {
    /// Returns the registered name, such as `SCRAM-SHA-256`.
    fn name(&self) -> Symbol;

    /// Returns the initial response, or `None` if the server sends a challenge first. An empty response is not
    /// the same as none.
    fn initial_response(&mut self) -> Option<Zeroizing<Vec<u8>>>;

    /// Returns whether the mechanism sends a password as it is, so that anyone who can read the connection learns it.
    /// The default implementation returns false.
    fn sends_password(&self) -> bool {
        false
    }

    /// Answers a challenge. The default implementation refuses every challenge. A server can send any number of
    /// them, until the time limit of the handshake.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the challenge is not as the mechanism requires.
    fn respond(&mut self, challenge: &[u8]) -> Result<Zeroizing<Vec<u8>>, MechanismError> {
        let _ = challenge;
        Err(MechanismError::new("the server sent a challenge, which this mechanism does not have"))
    }

    /// Checks the data that came with a successful outcome, with which some mechanisms authenticate the
    /// server. By default it is ignored.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the server is not authenticated.
    fn finish(&mut self, additional_data: Option<&[u8]>) -> Result<(), MechanismError> {
        let _ = additional_data;
        Ok(())
    }
}

/// A server's side of a SASL mechanism: [`PlainServer`](super::PlainServer),
/// [`AnonymousServer`](super::AnonymousServer), [`ExternalServer`](super::ExternalServer), or one of your own.
///
/// A mechanism authenticates one connection. Its methods must not block. Slow work, such as looking up the user,
/// belongs in the code that checks the [`Credentials`].
pub trait ServerMechanism: Send + 'static {
    /// Returns the registered name, such as `SCRAM-SHA-256`.
    fn name(&self) -> Symbol;

    /// Takes a response, and returns what to do next. The first one is the initial response, which is `None` if
    /// the client did not send one.
    ///
    /// # Errors
    ///
    /// Returns a [`MechanismError`] if the response is not as the mechanism requires. The client is then refused.
    fn respond(&mut self, response: Option<&[u8]>) -> Result<Step, MechanismError>;

    /// Returns the data to send with a successful outcome. By default there is none.
    fn additional_data(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        None
    }
}

/// What a server does after a response.
pub enum Step {
    /// Sends a challenge.
    Challenge(Zeroizing<Vec<u8>>),
    /// Has the credentials checked: the exchange is complete.
    Check(Credentials),
    /// Refuses the client.
    Refuse(Refusal),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Challenge(challenge) => write!(f, "Challenge({} octets)", challenge.len()),
            Self::Check(credentials) => f.debug_tuple("Check").field(credentials).finish(),
            Self::Refuse(refusal) => f.debug_tuple("Refuse").field(refusal).finish(),
        }
    }
}

/// What a client gives to prove who it is. `Debug` does not print passwords.
///
/// A client that asks to act as another user (`act_as`) must be allowed to do so, or be refused.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// Nothing (`ANONYMOUS`).
    Anonymous {
        /// A text by which the client can be traced, such as an address. It may be empty.
        trace: String,
    },
    /// A user and a password (`PLAIN`). Compare passwords in constant time, after the preparation of RFC 4013 if
    /// yours are prepared.
    Password {
        /// The user whose password it is.
        user: String,
        /// The password.
        password: Zeroizing<String>,
        /// The user as which the client wants to act, if that is another one.
        act_as: Option<String>,
    },
    /// What the connection itself proves, such as a TLS certificate (`EXTERNAL`).
    External {
        /// The certificates that the client has shown in a TLS handshake, in DER, its own first. They have been verified.
        /// The engine does not know them: a `Listener` fills them in.
        certificates: Vec<Bytes>,
        /// The user as which the client wants to act, if it said so.
        act_as: Option<String>,
    },
    /// A user that the mechanism has authenticated.
    Verified {
        /// The user.
        user: String,
        /// The user as which the client wants to act, if that is another one.
        act_as: Option<String>,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous { trace } => f.debug_struct("Anonymous").field("trace", trace).finish(),
            Self::Password { user, password: _, act_as } => f
                .debug_struct("Password")
                .field("user", user)
                .field("act_as", act_as)
                .finish_non_exhaustive(),
            Self::External { certificates, act_as } => f
                .debug_struct("External")
                .field("certificates", &certificates.len())
                .field("act_as", act_as)
                .finish(),
            Self::Verified { user, act_as } => {
                f.debug_struct("Verified").field("user", user).field("act_as", act_as).finish()
            }
        }
    }
}

/// Why a server refuses a client (section 5.3.3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The credentials are wrong.
    Credentials,
    /// The server failed, for a reason that is not known.
    Failure,
    /// The server failed, and will until an operator intervenes.
    PermanentFailure,
    /// The server failed, and may succeed later.
    TemporaryFailure,
}

impl Refusal {
    /// Returns the refusal in an outcome, or `None` if it is a success.
    pub(super) const fn from_code(code: SaslCode) -> Option<Self> {
        match code {
            SaslCode::Ok => None,
            SaslCode::Auth => Some(Self::Credentials),
            SaslCode::Sys => Some(Self::Failure),
            SaslCode::SysPerm => Some(Self::PermanentFailure),
            SaslCode::SysTemp => Some(Self::TemporaryFailure),
        }
    }

    pub(super) const fn code(self) -> SaslCode {
        match self {
            Self::Credentials => SaslCode::Auth,
            Self::Failure => SaslCode::Sys,
            Self::PermanentFailure => SaslCode::SysPerm,
            Self::TemporaryFailure => SaslCode::SysTemp,
        }
    }
}

/// Why a mechanism cannot continue. It prints as a clause, such as `the user is empty`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MechanismError(Cow<'static, str>);

impl MechanismError {
    /// Creates an error that says what happened. It must not contain a secret.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self(what.into())
    }
}

impl std::error::Error for MechanismError {}

impl fmt::Display for MechanismError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
