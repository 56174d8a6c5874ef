//! Why a server could not agree with a client, as sentences.

use std::fmt;
use std::time::Duration;

use amqp_types::transport::ProtocolHeader;

use crate::proto::fault::Fault;
use crate::proto::likely::Likely;
use crate::proto::octets::FirstOctets;
use crate::proto::stage::Ending;

/// Why a server could not agree with a client (section 2.2). It prints as a sentence that tells a
/// person what the client did, what it was told, and what it has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerFailure {
    /// The client asked for a version or a layer that is not supported.
    Unsupported {
        /// The client's header.
        asked: ProtocolHeader,
        /// The header that it was answered with.
        answered: ProtocolHeader,
    },
    /// The client sent something that is no header of AMQP 1.0.
    NotAmqp {
        /// What it most likely speaks.
        likely: Likely,
        /// What it sent.
        octets: FirstOctets,
        /// The header that it was answered with.
        answered: ProtocolHeader,
    },
    /// The client sent nothing in time, or the beginning of a header and then nothing.
    Silent {
        /// The time limit of the handshake.
        after: Duration,
        /// What it sent, fewer than eight octets, or none.
        octets: FirstOctets,
    },
    /// The connection ended before the headers had been exchanged.
    Closed {
        /// How it ended.
        ending: Ending,
        /// What the client had sent, or nothing. It is eight octets or more if it had sent its
        /// header but would not take our answer.
        octets: FirstOctets,
    },
}

impl ServerFailure {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Silent { .. } => Fault::Time,
            Self::Closed { ending: Ending::Failed(_), .. } => Fault::Wire,
            Self::Unsupported { .. } | Self::NotAmqp { .. } | Self::Closed { .. } => Fault::Peer,
        }
    }
}

impl std::error::Error for ServerFailure {}

impl fmt::Display for ServerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { asked, answered } => write!(
                f,
                "the client asked for {asked}, which is not supported here: it was offered \
                 {answered}, and can connect again with that header"
            ),
            Self::NotAmqp { likely, octets, answered } => {
                match likely {
                    Likely::Unknown => f.write_str("the client does not speak AMQP 1.0"),
                    likely => write!(f, "the client speaks {likely}, not AMQP 1.0"),
                }?;
                write!(f, ": it began with {octets}, and was offered {answered}; ")?;
                f.write_str(match likely {
                    Likely::Tls => "this port does not take TLS from the first octet",
                    _ => "it must begin with that header",
                })
            }
            Self::Silent { after, octets } if octets.is_empty() => {
                write!(f, "the client sent nothing within {after:?}; it must begin with a header")
            }
            Self::Silent { after, octets } => write!(
                f,
                "the client sent half a header, {octets}, and no more within {after:?}; it must \
                 send all eight octets"
            ),
            Self::Closed { ending, octets } if octets.is_empty() => {
                write!(f, "{} before it had sent anything", ending.told_of("the client"))
            }
            Self::Closed { ending, octets } if octets.len() >= ProtocolHeader::LEN => {
                write!(f, "{} before it had taken our answer", ending.told_of("the client"))
            }
            Self::Closed { ending, octets } => {
                let ended = ending.told_of("the client");
                write!(f, "{ended} in the middle of its header, after {octets}")
            }
        }
    }
}
