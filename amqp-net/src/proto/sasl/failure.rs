//! Why the SASL exchange did not begin.

use std::fmt;
use std::time::Duration;

use amqp_types::DecodeError;
use amqp_types::transport::{FrameType, ProtocolHeader};

use crate::proto::fault::Fault;
use crate::proto::frame::FrameError;
use crate::proto::stage::Ending;

/// Why the mechanisms did not come, or could not be offered (section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaslFailure {
    /// The two ends did not agree on SASL but on this.
    NotSasl(ProtocolHeader),
    /// A server must offer at least one mechanism (section 5.3.3.1).
    NoMechanisms,
    /// The mechanisms do not fit a frame of 512 octets (section 5.3.1).
    TooManyMechanisms,
    /// A frame's header is wrong.
    Frame(FrameError),
    /// A frame of another type than SASL (section 5.3.1).
    FrameType(FrameType),
    /// A frame without a body (section 5.3.1).
    EmptyFrame,
    /// A body that cannot be decoded.
    Undecodable(DecodeError),
    /// Another body than the one that was due: which one came.
    Unexpected(&'static str),
    /// The mechanisms did not come in time.
    Silent {
        /// The time limit.
        after: Duration,
    },
    /// The connection ended before the mechanisms had come.
    Closed(Ending),
}

impl SaslFailure {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::NotSasl(_) | Self::NoMechanisms | Self::TooManyMechanisms => Fault::User,
            Self::Closed(Ending::Failed(_)) => Fault::Wire,
            Self::Silent { .. } => Fault::Time,
            _ => Fault::Peer,
        }
    }
}

impl std::error::Error for SaslFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Frame(error) => Some(error),
            Self::Undecodable(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for SaslFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DUE: &str = "the peer must send sasl-mechanisms";
        match self {
            Self::NotSasl(header) => {
                write!(f, "there are no mechanisms to exchange: both ends agreed on {header}")
            }
            Self::NoMechanisms => f.write_str("a server must offer at least one SASL mechanism"),
            Self::TooManyMechanisms => {
                f.write_str("the SASL mechanisms do not fit a frame of 512 octets: offer fewer")
            }
            Self::Frame(error) => write!(f, "the peer broke the framing of SASL: {error}"),
            Self::FrameType(FrameType(found)) => {
                write!(f, "{DUE}, but sent a frame of type {found}, which is not SASL's 1")
            }
            Self::EmptyFrame => write!(f, "{DUE}, but sent an empty frame"),
            Self::Undecodable(error) => {
                write!(f, "the peer sent a SASL frame that cannot be decoded: {error}")
            }
            Self::Unexpected(body) => write!(f, "{DUE}, but sent {body}"),
            Self::Silent { after } => {
                write!(f, "the peer agreed on SASL and sent no mechanisms within {after:?}")
            }
            Self::Closed(ending) => {
                let ended = ending.told_of("the peer");
                write!(f, "{ended} after it had agreed on SASL, without offering mechanisms")
            }
        }
    }
}
