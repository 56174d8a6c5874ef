//! What the broker says of itself.

use std::net::SocketAddr;

use bytestring::ByteString;

use super::address::NodeKind;

/// What a queue or a topic holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueInfo {
    /// Its address.
    pub address: ByteString,
    /// Whether it is a queue or a topic.
    pub kind: NodeKind,
    /// The number of messages that wait for a consumer. In a topic each consumer has its own.
    pub ready: usize,
    /// The number of messages that have been sent to consumers and are not settled.
    pub unsettled: usize,
    /// The octets of both.
    pub octets: u64,
    /// The number of links that receive from it.
    pub consumers: usize,
    /// The number of links that send to it, without anonymous ones.
    pub producers: usize,
}

impl QueueInfo {
    pub(super) const fn new(address: ByteString, kind: NodeKind) -> Self {
        Self { address, kind, ready: 0, unsettled: 0, octets: 0, consumers: 0, producers: 0 }
    }
}

/// A client that is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The number of the connection, as events have it.
    pub id: u64,
    /// The container-id of the client.
    pub container: ByteString,
    /// The user as whom the client has been authenticated. `None` for an anonymous one.
    pub user: Option<String>,
    /// The address of the client. `None` if it is connected over a stream in memory.
    pub remote_addr: Option<SocketAddr>,
}
