//! The reason why an authentication failed, and the advice in its message.

use std::fmt;

use amqp_types::Symbol;

use super::mechanism::{MechanismError, Refusal};
use crate::proto::fault::Fault;
use crate::proto::frame::{FrameBodyError, FrameError, FrameWriteError};
use crate::proto::side::Side;

/// The number of names of mechanisms, and of characters of one, that are printed.
const MOST_SHOWN: usize = 20;

/// Returns a name as it is printed. The peer may have chosen it.
fn shown(name: &Symbol) -> String {
    name.as_str().chars().take(MOST_SHOWN).flat_map(char::escape_debug).collect()
}

/// Why an authentication failed. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaslError {
    /// This side of the connection.
    pub side: Side,
    /// What happened.
    pub kind: SaslErrorKind,
}

/// What happened in an authentication that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaslErrorKind {
    /// The server offers no mechanism that the client has. Nothing was sent.
    NoCommonMechanism {
        /// What the server offers.
        offered: Vec<Symbol>,
        /// What the client has.
        ours: Vec<Symbol>,
    },
    /// The server offers no mechanism at all, which is not allowed (section 5.3.3.1).
    NoneOffered,
    /// The client chose a mechanism that the server does not offer.
    NotOffered {
        /// The mechanism.
        chosen: Symbol,
    },
    /// The server refused the client.
    Refused(Refusal),
    /// The mechanism cannot continue.
    Mechanism {
        /// The name of the mechanism.
        name: Symbol,
        /// Why.
        error: MechanismError,
    },
    /// The peer sent a frame that is not allowed at this point. The value describes it.
    UnexpectedFrame(&'static str),
    /// The header of a frame is wrong.
    Frame(FrameError),
    /// The body of a frame is wrong.
    FrameBody(FrameBodyError),
    /// A frame of this side cannot be sent.
    Write(FrameWriteError),
}

impl SaslError {
    /// Returns which side can fix the failure.
    pub const fn fault(&self) -> Fault {
        use SaslErrorKind::{NoCommonMechanism, NoneOffered, Refused, Write};

        match (&self.kind, self.side) {
            (Refused(Refusal::Credentials), Side::Server) => Fault::Peer,
            (NoCommonMechanism { .. } | Refused(Refusal::Credentials), Side::Client)
            | (NoneOffered | Refused(_), Side::Server)
            | (Write(_), _) => Fault::User,
            _ => Fault::Peer,
        }
    }
}

impl From<FrameError> for SaslErrorKind {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

impl From<FrameBodyError> for SaslErrorKind {
    fn from(error: FrameBodyError) -> Self {
        Self::FrameBody(error)
    }
}

impl From<FrameWriteError> for SaslErrorKind {
    fn from(error: FrameWriteError) -> Self {
        Self::Write(error)
    }
}

impl std::error::Error for SaslError {}

impl fmt::Display for SaslError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_what_happened(f)?;
        match self.what_to_do() {
            "" => Ok(()),
            advice => write!(f, "; {advice}"),
        }
    }
}

impl SaslError {
    fn write_what_happened(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = match self.side {
            Side::Client => "the server",
            Side::Server => "the client",
        };
        match &self.kind {
            SaslErrorKind::NoCommonMechanism { offered, ours } => {
                let list = |names: &[Symbol]| {
                    let names = names.iter().take(MOST_SHOWN).map(shown);
                    names.collect::<Vec<_>>().join(", ")
                };
                let offered = list(offered);
                if ours.is_empty() {
                    return write!(
                        f,
                        "{peer} offers the SASL mechanisms {offered}, but we have none"
                    );
                }
                write!(f, "{peer} offers the SASL mechanisms {offered}, but not {}", list(ours))
            }
            SaslErrorKind::NoneOffered if self.side == Side::Client => f.write_str(
                "the server offers no SASL mechanism, but a server must offer at least one",
            ),
            SaslErrorKind::NoneOffered => {
                f.write_str("a server must offer at least one SASL mechanism")
            }
            SaslErrorKind::NotOffered { chosen } => {
                let chosen = shown(chosen);
                write!(f, "{peer} chose the SASL mechanism {chosen}, which was not offered")
            }
            SaslErrorKind::Refused(refusal) => match (refusal, self.side) {
                (Refusal::Credentials, Side::Client) => {
                    f.write_str("the server does not accept the credentials")
                }
                (Refusal::Credentials, Side::Server) => {
                    f.write_str("the credentials of the client were not accepted")
                }
                (Refusal::Failure, _) => {
                    f.write_str("the server failed to authenticate the client")
                }
                (Refusal::PermanentFailure, _) => {
                    f.write_str("the server failed to authenticate the client, and will fail again")
                }
                (Refusal::TemporaryFailure, _) => {
                    f.write_str("the server failed to authenticate the client for now")
                }
            },
            SaslErrorKind::Mechanism { name, error } => {
                write!(f, "the SASL mechanism {name} failed: {error}")
            }
            SaslErrorKind::UnexpectedFrame(name) => {
                write!(f, "{peer} sent {name} during the SASL exchange, where it is not allowed")
            }
            SaslErrorKind::Frame(error) => {
                write!(f, "{peer} violated the framing of SASL: {error}")
            }
            SaslErrorKind::FrameBody(error) => {
                write!(f, "{peer} sent a SASL frame that cannot be used: {error}")
            }
            SaslErrorKind::Write(FrameWriteError::TooLarge { size, max_frame_size }) => write!(
                f,
                "a SASL frame of {size} octets is above our limit of {max_frame_size} for frames that \
                 are sent"
            ),
            SaslErrorKind::Write(error) => write!(f, "a SASL frame cannot be sent: {error}"),
        }
    }

    /// Returns advice for the user, if there is any.
    const fn what_to_do(&self) -> &'static str {
        use SaslErrorKind::{NoCommonMechanism, Refused, Write};

        match (&self.kind, self.side) {
            (NoCommonMechanism { .. }, Side::Client) => "use one of those that it offers",
            (Refused(Refusal::Credentials), Side::Client) => "check the user and the password",
            (Refused(Refusal::Failure | Refusal::PermanentFailure), Side::Client) => {
                "ask its operator"
            }
            (Refused(Refusal::TemporaryFailure), Side::Client) => "try again later",
            (Write(FrameWriteError::TooLarge { .. }), Side::Client) => {
                "raise it if the server takes larger frames, or use a shorter password or token"
            }
            (Write(FrameWriteError::TooLarge { .. }), Side::Server) => "raise it",
            _ => "",
        }
    }
}
