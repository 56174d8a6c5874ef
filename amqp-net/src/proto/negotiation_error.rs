//! The reason why a negotiation failed, and the advice in its message.

use std::fmt;
use std::time::Duration;

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use super::detected_protocol::DetectedProtocol;
use super::fault::Fault;
use super::first_bytes::FirstBytes;
use super::frame::{FrameBodyError, FrameError};
use super::side::Side;
use super::stream_end::StreamEnd;

/// Why a negotiation failed. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NegotiationError {
    /// This side of the connection.
    pub side: Side,
    /// The header that this side sent, if it sent one.
    pub sent: Option<ProtocolHeader>,
    /// What happened.
    pub kind: NegotiationErrorKind,
}

/// What happened in a negotiation that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NegotiationErrorKind {
    /// The peer sent another header than this side: one with another version, or with another
    /// protocol id because it requires SASL or TLS. The server then closes the connection.
    Refused {
        /// The header that the peer sent.
        received: ProtocolHeader,
    },
    /// The peer sent something that is not an AMQP 1.0 header.
    NotAmqp {
        /// The protocol that the peer most likely speaks.
        protocol: DetectedProtocol,
        /// What the peer sent.
        received: FirstBytes,
    },
    /// The peer did not send its header in time.
    TimedOut {
        /// The time limit of the handshake.
        after: Duration,
        /// What the peer sent: nothing, or a part of a header.
        received: FirstBytes,
    },
    /// The connection ended before the headers were exchanged.
    Closed {
        /// How it ended.
        end: StreamEnd,
        /// What the peer sent. A whole header means that the peer did not read that of this side.
        received: FirstBytes,
    },
    /// SASL mechanisms were requested, but the sides have not agreed on SASL.
    NotSasl,
    /// The server did not send its mechanisms in time.
    MechanismsTimedOut {
        /// The time limit.
        after: Duration,
    },
    /// The connection ended before the server sent its mechanisms.
    MechanismsClosed(StreamEnd),
    /// The server offers no mechanisms, which is not allowed (section 5.3.3.1).
    NoMechanisms,
    /// The server sent another frame than `sasl-mechanisms`. The value is its name.
    UnexpectedFrame(&'static str),
    /// The header of a frame is wrong.
    Frame(FrameError),
    /// The body of a frame is wrong.
    FrameBody(FrameBodyError),
}

use NegotiationErrorKind::{
    Closed, Frame, FrameBody, MechanismsClosed, MechanismsTimedOut, NoMechanisms, NotAmqp, NotSasl,
    Refused, TimedOut, UnexpectedFrame,
};

impl NegotiationError {
    /// A client's failure to read the mechanisms, after both sides have sent this header.
    pub(crate) const fn mechanisms(sent: ProtocolHeader, kind: NegotiationErrorKind) -> Self {
        Self { side: Side::Client, sent: Some(sent), kind }
    }

    /// Returns which side can fix the failure.
    pub const fn fault(&self) -> Fault {
        match self.kind {
            NotSasl => Fault::User,
            TimedOut { .. } | MechanismsTimedOut { .. } => Fault::Time,
            Closed { end: StreamEnd::Failed(_), .. } | MechanismsClosed(StreamEnd::Failed(_)) => {
                Fault::Wire
            }
            _ => Fault::Peer,
        }
    }
}

impl std::error::Error for NegotiationError {}

impl fmt::Display for NegotiationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_what_happened(f)?;
        match self.what_to_do() {
            "" => Ok(()),
            advice => write!(f, "; {advice}"),
        }
    }
}

impl NegotiationError {
    /// The header that this side sent. A server can fail before it has sent one, but does not
    /// mention it then.
    fn sent(&self) -> ProtocolHeader {
        self.sent.unwrap_or(ProtocolHeader::AMQP)
    }

    fn write_what_happened(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const EXPECTED: &str = "the peer must send sasl-mechanisms, but sent";
        let sent = self.sent();
        let is_client = self.side == Side::Client;
        let peer = if is_client { "the peer" } else { "the client" };
        match &self.kind {
            Refused { received } if is_client => write_offer(f, sent, *received),
            Refused { received } => write!(
                f,
                "the client asked for {received}, which is not supported here: it was offered {sent}"
            ),
            NotAmqp { protocol, received } => {
                match protocol {
                    DetectedProtocol::Unknown => write!(f, "{peer} does not speak AMQP 1.0"),
                    protocol => write!(f, "{peer} speaks {protocol}, not AMQP 1.0"),
                }?;
                if is_client {
                    write!(f, ": it answered {sent} with {received}")
                } else {
                    write!(f, ": it began with {received}, and was offered {sent}")
                }
            }
            TimedOut { after, received } if received.is_empty() => {
                write!(f, "{peer} sent nothing within {after:?}")
            }
            TimedOut { after, received } => {
                write!(
                    f,
                    "{peer} sent a part of a header, {received}, and no more within {after:?}"
                )
            }
            Closed { end, received } => {
                write!(f, "{} ", end.describe(peer))?;
                match (received.len(), self.side) {
                    (0, Side::Client) => write!(f, "without an answer to {sent}"),
                    (0, Side::Server) => f.write_str("before it sent anything"),
                    (1..ProtocolHeader::LEN, _) => {
                        write!(f, "in the middle of its header, after {received}")
                    }
                    (_, Side::Client) => write!(f, "before it read our {sent}, after {received}"),
                    (_, Side::Server) => f.write_str("before it read our answer"),
                }
            }
            NotSasl => write!(f, "cannot read SASL mechanisms: both sides agreed on {sent}"),
            MechanismsTimedOut { after } => {
                write!(f, "the peer agreed on SASL, but sent no mechanisms within {after:?}")
            }
            MechanismsClosed(end) => {
                let ended = end.describe("the peer");
                write!(f, "{ended} after it agreed on SASL, without offering mechanisms")
            }
            NoMechanisms => f.write_str(
                "the peer offered no SASL mechanism, but a server must offer at least one",
            ),
            UnexpectedFrame(name) => write!(f, "{EXPECTED} {name}"),
            Frame(error) => write!(f, "the peer violated the framing of SASL: {error}"),
            FrameBody(FrameBodyError::EmptySasl) => write!(f, "{EXPECTED} an empty frame"),
            FrameBody(FrameBodyError::Decode(error)) => {
                write!(f, "the peer sent a SASL frame that cannot be decoded: {error}")
            }
            FrameBody(error) => write!(f, "{EXPECTED} another frame: {error}"),
        }
    }

    /// Returns advice for the user, if there is any.
    fn what_to_do(&self) -> &'static str {
        match (&self.kind, self.side) {
            (Refused { received }, Side::Client) => match received.id {
                id if id == self.sent().id => "begin with that header if you can speak it",
                ProtocolId::SASL => "begin with the SASL header and authenticate",
                ProtocolId::TLS => "begin with the TLS header, or connect to its port for amqps",
                ProtocolId::AMQP => "begin with the AMQP header if that is enough",
                _ => "ask its operator which one",
            },
            (Refused { .. }, Side::Server) => "it can connect again with that header",
            (NotAmqp { protocol, .. }, side) => how_to_connect(*protocol, side),
            (TimedOut { received, .. } | Closed { received, .. }, Side::Client) => {
                if received.is_empty() {
                    why_no_answer(self.sent())
                } else {
                    "it may not be an AMQP 1.0 server; check the host and the port"
                }
            }
            (TimedOut { received, .. }, Side::Server) if received.is_empty() => {
                "it must begin with a header"
            }
            (TimedOut { .. }, Side::Server) => "it must send all eight octets",
            _ => "",
        }
    }
}

/// Describes the header that a server offered instead of the one that the client sent.
fn write_offer(
    f: &mut fmt::Formatter<'_>,
    sent: ProtocolHeader,
    offered: ProtocolHeader,
) -> fmt::Result {
    match offered.id {
        id if id == sent.id => {
            return write!(f, "the peer does not speak {sent}, it offers {offered}");
        }
        ProtocolId::AMQP => write!(f, "the peer does not use {}", sent.id),
        id @ (ProtocolId::SASL | ProtocolId::TLS) => write!(f, "the peer requires {id}"),
        _ => f.write_str("the peer requires a protocol that AMQP 1.0 does not define"),
    }?;
    write!(f, ": it answered {sent} with {offered}")
}

/// Returns what to do about a peer that speaks another protocol.
const fn how_to_connect(protocol: DetectedProtocol, side: Side) -> &'static str {
    match (protocol, side) {
        (DetectedProtocol::Tls, Side::Server) => {
            "this port does not accept TLS from the first octet"
        }
        (_, Side::Server) => "it must begin with that header",
        (DetectedProtocol::Amqp091 | DetectedProtocol::Amqp09 | DetectedProtocol::Amqp08, _) => {
            "enable AMQP 1.0 there (in RabbitMQ before 4, the plugin rabbitmq_amqp1_0), or use a \
             client for that version"
        }
        (DetectedProtocol::Amqp010, _) => "enable AMQP 1.0 there, or use a client for that version",
        (DetectedProtocol::Tls, _) => {
            "connect with TLS from the first octet (amqps), or to its port without TLS"
        }
        (DetectedProtocol::Http | DetectedProtocol::Text | DetectedProtocol::Unknown, _) => {
            "check the host and the port"
        }
    }
}

/// Returns why a server may not answer this header at all.
fn why_no_answer(sent: ProtocolHeader) -> &'static str {
    match sent.id {
        ProtocolId::SASL => {
            "it may not support SASL, expect TLS from the first octet (amqps), or not be an AMQP 1.0 \
             server"
        }
        ProtocolId::TLS => {
            "it may not support TLS after a header; try TLS from the first octet (amqps)"
        }
        ProtocolId::AMQP if sent != ProtocolHeader::AMQP => {
            "it may not support that version; try AMQP 1.0.0"
        }
        _ => {
            "it may require SASL, expect TLS from the first octet (amqps), or not be an AMQP 1.0 \
             server"
        }
    }
}
