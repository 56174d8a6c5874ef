//! The answer of a peer to one header.

use std::fmt;

use amqp_net::ProtocolHeader;
use amqp_net::proto::{DetectedProtocol, NegotiationError, NegotiationErrorKind};
use amqp_types::Symbol;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::hex::{Plain, Spaced};

/// The answer of a peer to one header, on a separate connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The peer answered with the same header.
    Agreed(ProtocolHeader),
    /// The peer answered with the SASL header, then with its mechanisms, or why it did not.
    AgreedOnSasl(ProtocolHeader, Result<Vec<Symbol>, NegotiationError>),
    /// The peer answered with another AMQP 1.x header.
    Refused(ProtocolHeader),
    /// The peer answered with something that is not an AMQP 1.0 header.
    NotAmqp(DetectedProtocol, Vec<u8>),
    /// The peer did not send a whole header in time.
    Silent,
    /// The peer closed the connection before it sent a whole header.
    Closed,
    /// The peer speaks TLS, but the handshake of TLS failed.
    #[cfg_attr(not(any(feature = "tls", test)), expect(dead_code, reason = "only used with TLS"))]
    TlsFailed(TlsFailure),
    /// No connection could be made.
    Unreachable(String),
}

/// Why the handshake of TLS failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "tls", test)), expect(dead_code, reason = "only used with TLS"))]
pub(crate) enum TlsFailure {
    /// The peer sent back what it received.
    Echo,
    /// The error of the TLS implementation.
    Other(String),
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Echo => f.write_str("the ClientHello came back"),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl Answer {
    /// Returns the mechanisms that the peer offered.
    pub(crate) fn mechanisms(&self) -> &[Symbol] {
        match self {
            Self::AgreedOnSasl(_, Ok(mechanisms)) => mechanisms,
            _ => &[],
        }
    }

    /// Whether the protocol can be used. For SASL, the header alone is not enough.
    pub(crate) const fn is_usable(&self) -> bool {
        matches!(self, Self::Agreed(_) | Self::AgreedOnSasl(_, Ok(_)))
    }

    /// Returns why there are no mechanisms, if both sides agreed on SASL.
    pub(crate) const fn sasl_error(&self) -> Option<&NegotiationError> {
        match self {
            Self::AgreedOnSasl(_, Err(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether the answer is what was sent, and nothing else.
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

    /// Returns why the handshake of TLS failed, if it did.
    pub(crate) const fn tls_failure(&self) -> Option<&TlsFailure> {
        match self {
            Self::TlsFailed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns why no connection could be made.
    pub(crate) fn unreachable(&self) -> Option<&str> {
        match self {
            Self::Unreachable(reason) => Some(reason),
            _ => None,
        }
    }

    /// Returns the protocol that the peer most likely speaks, if that is not AMQP 1.0.
    pub(crate) const fn detected(&self) -> Option<DetectedProtocol> {
        match self {
            Self::NotAmqp(protocol, _) => Some(*protocol),
            _ => None,
        }
    }

    /// Returns the header that the peer sent.
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

/// Prints the answer for a person, in one or two lines.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreed(header) => write!(f, "agreed on {header}"),
            Self::AgreedOnSasl(header, Ok(mechanisms)) => {
                write!(f, "agreed on {header}, mechanisms:")?;
                // Escaped, because a mechanism may contain control characters.
                mechanisms
                    .iter()
                    .try_for_each(|mechanism| write!(f, " {}", mechanism.as_str().escape_debug()))
            }
            Self::AgreedOnSasl(header, Err(reason)) => {
                write!(f, "agreed on {header}, but no mechanisms: {reason}")
            }
            Self::Refused(offered) => write!(f, "refused, the peer offers {offered}"),
            Self::NotAmqp(protocol, octets) => {
                let octets = octets.get(..8).unwrap_or(octets);
                write!(f, "not AMQP 1.0 but {protocol}: the peer answered {}", Spaced(octets))
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
