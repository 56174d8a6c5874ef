//! What a peer answers to one header.

use std::fmt;

use amqp_net::ProtocolHeader;
use amqp_net::proto::{DetectedProtocol, NegotiationError, NegotiationErrorKind};
use amqp_types::Symbol;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::hex::{Plain, Spaced};

/// What came of asking for one header, on a connection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The peer answered with the same header.
    Agreed(ProtocolHeader),
    /// The same for the SASL header, and then the mechanisms, at least one; or why there are none.
    AgreedOnSasl(ProtocolHeader, Result<Vec<Symbol>, NegotiationError>),
    /// The peer answered with another AMQP 1.x header.
    Refused(ProtocolHeader),
    /// The peer answered, but with no AMQP 1.0 header.
    NotAmqp(DetectedProtocol, Vec<u8>),
    /// The peer said nothing, or not a whole header, in the time there was.
    Silent,
    /// The peer closed the connection without a whole header.
    Closed,
    /// The peer was to speak TLS first, and does, but it was not set up.
    #[cfg_attr(not(any(feature = "tls", test)), expect(dead_code, reason = "it takes TLS"))]
    TlsFailed(TlsFailure),
    /// There was no connection to ask on.
    Unreachable(String),
}

/// Why TLS was not set up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "tls", test)), expect(dead_code, reason = "it takes TLS"))]
pub(crate) enum TlsFailure {
    /// What was sent came back.
    Echo,
    /// As the implementation of TLS says it.
    Other(String),
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Echo => f.write_str("our own ClientHello came back"),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl Answer {
    /// The mechanisms, if the peer offered any.
    pub(crate) fn mechanisms(&self) -> &[Symbol] {
        match self {
            Self::AgreedOnSasl(_, Ok(mechanisms)) => mechanisms,
            _ => &[],
        }
    }

    /// Whether the layer that was asked for can be used: of SASL, its header alone is not enough.
    pub(crate) const fn is_usable(&self) -> bool {
        matches!(self, Self::Agreed(_) | Self::AgreedOnSasl(_, Ok(_)))
    }

    /// Why there are no mechanisms, although SASL was agreed on.
    pub(crate) const fn sasl_error(&self) -> Option<&NegotiationError> {
        match self {
            Self::AgreedOnSasl(_, Err(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether the answer is what was sent, and nothing more.
    pub(crate) const fn is_echo(&self) -> bool {
        matches!(
            self,
            Self::Agreed(_)
                | Self::AgreedOnSasl(
                    _,
                    Err(NegotiationError {
                        kind: NegotiationErrorKind::MechanismsTimedOut { .. }
                            | NegotiationErrorKind::MechanismsClosed(_),
                        ..
                    })
                )
                | Self::TlsFailed(TlsFailure::Echo)
        )
    }

    /// Why TLS failed, if it did.
    pub(crate) const fn tls_failure(&self) -> Option<&TlsFailure> {
        match self {
            Self::TlsFailed(failure) => Some(failure),
            _ => None,
        }
    }

    pub(crate) const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// What the peer most likely is, if it does not speak AMQP 1.0.
    pub(crate) const fn detected(&self) -> Option<DetectedProtocol> {
        match self {
            Self::NotAmqp(protocol, _) => Some(*protocol),
            _ => None,
        }
    }

    /// The header that the peer offers: the one agreed on, or the one it answered with instead.
    pub(crate) const fn offered(&self) -> Option<ProtocolHeader> {
        match self {
            Self::Agreed(header) | Self::AgreedOnSasl(header, _) | Self::Refused(header) => {
                Some(*header)
            }
            _ => None,
        }
    }

    const fn outcome(&self) -> &'static str {
        match self {
            Self::Agreed(_) | Self::AgreedOnSasl(..) => "agreed",
            Self::Refused(_) => "refused",
            Self::NotAmqp(..) => "not-amqp-1.0",
            Self::Silent => "silent",
            Self::Closed => "closed",
            Self::TlsFailed(_) => "tls-failed",
            Self::Unreachable(_) => "unreachable",
        }
    }
}

/// The answer to a header that the peer did not agree on.
impl From<NegotiationError> for Answer {
    fn from(error: NegotiationError) -> Self {
        match &error.kind {
            NegotiationErrorKind::Refused { received } => Self::Refused(*received),
            NegotiationErrorKind::NotAmqp { protocol, received } => {
                Self::NotAmqp(*protocol, received.to_vec())
            }
            NegotiationErrorKind::TimedOut { .. } => Self::Silent,
            NegotiationErrorKind::Closed { .. } => Self::Closed,
            // No other error is known to occur.
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

/// For people, in a line or two.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreed(header) => write!(f, "agreed on {header}"),
            Self::AgreedOnSasl(header, Ok(mechanisms)) => {
                write!(f, "agreed on {header}, mechanisms:")?;
                // A mechanism may be any ASCII: nothing of it may reach a terminal as it is.
                mechanisms
                    .iter()
                    .try_for_each(|mechanism| write!(f, " {}", mechanism.as_str().escape_debug()))
            }
            Self::AgreedOnSasl(header, Err(reason)) => {
                write!(f, "agreed on {header}, but no mechanisms: {reason}")
            }
            Self::Refused(offered) => write!(f, "refused, it offers {offered}"),
            Self::NotAmqp(protocol, octets) => {
                let octets = octets.get(..8).unwrap_or(octets);
                write!(f, "not AMQP 1.0 but {protocol}: it answered {}", Spaced(octets))
            }
            Self::Silent => f.write_str("no answer in time"),
            Self::Closed => f.write_str("closed without an answer"),
            Self::TlsFailed(failure) => write!(f, "TLS failed: {failure}"),
            Self::Unreachable(reason) => write!(f, "not reached: {reason}"),
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("outcome", self.outcome())?;
        match self {
            Self::Agreed(header) => object.serialize_entry("header", &Header(*header))?,
            Self::AgreedOnSasl(header, offered) => {
                object.serialize_entry("header", &Header(*header))?;
                let names: Vec<&str> = self.mechanisms().iter().map(Symbol::as_str).collect();
                object.serialize_entry("mechanisms", &names)?;
                if let Err(reason) = offered {
                    object.serialize_entry("reason", &format_args!("{reason}"))?;
                }
            }
            Self::Refused(offered) => object.serialize_entry("offered", &Header(*offered))?,
            Self::NotAmqp(protocol, octets) => {
                object.serialize_entry("likely", protocol.name())?;
                object.serialize_entry("octets", &format_args!("{}", Plain(octets)))?;
            }
            Self::Silent | Self::Closed => {}
            Self::TlsFailed(failure) => {
                object.serialize_entry("reason", &format_args!("{failure}"))?;
            }
            Self::Unreachable(reason) => object.serialize_entry("reason", reason)?,
        }
        object.end()
    }
}

struct Header(ProtocolHeader);

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ProtocolHeader { id, major, minor, revision } = self.0;
        let mut object = serializer.serialize_map(Some(2))?;
        object.serialize_entry("id", &id.0)?;
        object.serialize_entry("version", &[major, minor, revision])?;
        object.end()
    }
}
