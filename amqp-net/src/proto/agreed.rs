//! What a negotiation ends in when it ends well.

use std::fmt;

use amqp_types::transport::ProtocolHeader;
use bytes::Bytes;

/// Both ends have sent the same header (section 2.2). It prints as `agreed on AMQP 1.0.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The header that both have sent.
    pub header: ProtocolHeader,
    /// The octets that have come behind the peer's header. They belong to what follows: a peer
    /// need not wait for our header before it goes on (section 2.4.5).
    pub rest: Bytes,
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agreed on {}", self.header)
    }
}
