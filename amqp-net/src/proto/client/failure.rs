//! Why a client could not agree with its peer, as sentences that say what to do.

use std::fmt;
use std::time::Duration;

use amqp_types::transport::{ProtocolHeader, ProtocolId};

use crate::proto::fault::Fault;
use crate::proto::likely::Likely;
use crate::proto::octets::FirstOctets;
use crate::proto::stage::Ending;

/// Why a client could not agree with its peer (section 2.2). It prints as a sentence that tells a
/// person what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientFailure {
    /// The peer answered with another header: of another version, or of another layer because it
    /// insists on SASL or TLS. It closes the connection; another one can begin with what it offers.
    Refused {
        /// The header that we sent.
        asked: ProtocolHeader,
        /// The header that the peer sent.
        offered: ProtocolHeader,
    },
    /// The peer answered with something that is no header of AMQP 1.0.
    NotAmqp {
        /// The header that we sent.
        asked: ProtocolHeader,
        /// What the peer most likely speaks.
        likely: Likely,
        /// What it sent.
        octets: FirstOctets,
    },
    /// The peer sent nothing in time, or the beginning of a header and then nothing.
    Silent {
        /// The header that we sent.
        asked: ProtocolHeader,
        /// The time limit of the handshake.
        after: Duration,
        /// What it sent, fewer than eight octets, or none.
        octets: FirstOctets,
    },
    /// The connection ended before the headers had been exchanged.
    Closed {
        /// The header that we sent.
        asked: ProtocolHeader,
        /// How it ended.
        ending: Ending,
        /// What the peer had sent, or nothing. It is eight octets or more if it had sent its header
        /// but would not take ours.
        octets: FirstOctets,
    },
}

impl ClientFailure {
    /// The header that we sent.
    pub const fn asked(&self) -> ProtocolHeader {
        match *self {
            Self::Refused { asked, .. }
            | Self::NotAmqp { asked, .. }
            | Self::Silent { asked, .. }
            | Self::Closed { asked, .. } => asked,
        }
    }

    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Silent { .. } => Fault::Time,
            Self::Closed { ending: Ending::Failed(_), .. } => Fault::Wire,
            Self::Refused { .. } | Self::NotAmqp { .. } | Self::Closed { .. } => Fault::Peer,
        }
    }
}

impl std::error::Error for ClientFailure {}

impl fmt::Display for ClientFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { asked, offered } => refused(f, *asked, *offered),
            Self::NotAmqp { asked, likely, octets } => {
                write!(f, "{}: it answered {asked} with {octets}; ", Speaks(*likely))?;
                f.write_str(to_do_about(*likely))
            }
            Self::Silent { asked, after, octets } if octets.is_empty() => {
                write!(f, "the peer sent nothing within {after:?}: {}", why_nothing(*asked))
            }
            Self::Silent { after, octets, .. } => write!(
                f,
                "the peer sent half a header, {octets}, and no more within {after:?}: {PERHAPS_OTHER}"
            ),
            Self::Closed { asked, ending, octets } if octets.is_empty() => {
                let ended = ending.told_of("the peer");
                write!(f, "{ended} without an answer to {asked}: {}", why_nothing(*asked))
            }
            Self::Closed { asked, ending, octets } if octets.len() >= ProtocolHeader::LEN => {
                let ended = ending.told_of("the peer");
                write!(
                    f,
                    "{ended} before it had taken our {asked}, after {octets}: {PERHAPS_OTHER}"
                )
            }
            Self::Closed { ending, octets, .. } => {
                let ended = ending.told_of("the peer");
                write!(f, "{ended} in the middle of its header, after {octets}: {PERHAPS_OTHER}")
            }
        }
    }
}

const PERHAPS_OTHER: &str = "it is broken, or no AMQP 1.0 server; check the host and the port";

fn refused(
    f: &mut fmt::Formatter<'_>,
    asked: ProtocolHeader,
    offered: ProtocolHeader,
) -> fmt::Result {
    if asked.id == offered.id {
        return write!(
            f,
            "the peer does not speak {asked}, it offers {offered}; begin with that header if you \
             can speak it"
        );
    }
    let layers = format_args!("it answered {asked} with {offered}").to_string();
    match (asked.id, offered.id) {
        (_, ProtocolId::SASL) => write!(
            f,
            "the peer insists on SASL: {layers}; begin with the SASL header and authenticate"
        ),
        (_, ProtocolId::TLS) => write!(
            f,
            "the peer insists on TLS: {layers}; begin with the TLS header, or connect to its port \
             for amqps"
        ),
        (layer, ProtocolId::AMQP) => write!(
            f,
            "the peer does without {layer}: {layers}; begin with the AMQP header if you can do \
             without it too"
        ),
        _ => write!(
            f,
            "the peer wants a layer that AMQP 1.0 does not know: {layers}; ask whoever runs it \
             what that is"
        ),
    }
}

struct Speaks(Likely);

impl fmt::Display for Speaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Likely::Unknown => f.write_str("the peer does not speak AMQP 1.0"),
            likely => write!(f, "the peer speaks {likely}, not AMQP 1.0"),
        }
    }
}

const fn to_do_about(likely: Likely) -> &'static str {
    match likely {
        Likely::Amqp091 | Likely::Amqp09 | Likely::Amqp08 => {
            "turn on AMQP 1.0 there (in RabbitMQ before 4, the plugin rabbitmq_amqp1_0), or use a \
             client of that version"
        }
        Likely::Amqp010 => "turn on AMQP 1.0 there, or use a client of that version",
        Likely::Tls => "connect with TLS from the first octet (amqps), or to its port without TLS",
        Likely::Http | Likely::Text | Likely::Unknown => "check the host and the port",
    }
}

/// What a peer may be that does not answer at all.
fn why_nothing(asked: ProtocolHeader) -> &'static str {
    match asked.id {
        ProtocolId::SASL => {
            "it may not do SASL, want TLS from the first octet (amqps), or be no AMQP 1.0 server"
        }
        ProtocolId::TLS => {
            "it may not do TLS behind a header; try TLS from the first octet (amqps)"
        }
        ProtocolId::AMQP if asked != ProtocolHeader::AMQP => {
            "it may not speak that version; try AMQP 1.0.0"
        }
        _ => {
            "it may insist on SASL, want TLS from the first octet (amqps), or be no AMQP 1.0 server"
        }
    }
}
