//! What happens in the broker.

use std::fmt;
use std::sync::Arc;

use amqp_types::transport::Error;
use bytestring::ByteString;

use super::info::ConnectionInfo;
use crate::{AcceptError, Ended};

/// Something that happens in the broker, which prints as a line. See
/// [`on_event`](super::BrokerBuilder::on_event).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A client has not come as far as to ask for a connection: it does not speak the protocol, was not authenticated,
    /// went away, or took too long. Clients over [streams](super::Broker::serve) are left out.
    NotAccepted(Arc<AcceptError>),
    /// A client has been accepted.
    ConnectionOpened(ConnectionInfo),
    /// A client has been refused.
    ConnectionRefused(ConnectionInfo, Error),
    /// A connection has ended. Without a reason it was closed in order.
    ConnectionClosed(ConnectionInfo, Option<Ended>),
    /// A link has been attached.
    LinkAttached(LinkInfo),
    /// A link has been refused.
    LinkRefused(LinkInfo, Error),
    /// A link has ended. Without an error it was detached in order, or its connection has ended.
    LinkDetached(LinkInfo, Option<Error>),
    /// Messages have been lost: dead letters for which there was no room, by the address of the dead letters.
    DeadLettersLost(ByteString, usize),
}

/// A link, as events have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkInfo {
    /// The number of its connection.
    pub connection: u64,
    /// Its name.
    pub name: ByteString,
    /// Whether the client sends on it. Otherwise the client receives.
    pub is_producer: bool,
    /// The address of its source or target. `None` for an anonymous target.
    pub address: Option<ByteString>,
}

impl fmt::Display for LinkInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, name, is_producer, address } = self;
        let what = if *is_producer { "producer to" } else { "consumer of" };
        write!(f, "connection {connection}: {what} ")?;
        match address {
            Some(address) => write!(f, "{address:?}")?,
            None => f.write_str("any address")?,
        }
        write!(f, " (link {name:?})")
    }
}

impl fmt::Display for ConnectionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {}: container {:?}", self.id, self.container)?;
        if let Some(user) = &self.user {
            write!(f, ", user {user:?}")?;
        }
        match self.remote_addr {
            Some(address) => write!(f, ", {address}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted(error) => error.fmt(f),
            Self::ConnectionOpened(connection) => write!(f, "{connection}: opened"),
            Self::ConnectionRefused(connection, error) => {
                write!(f, "{connection}: refused: {error}")
            }
            Self::ConnectionClosed(connection, None) => {
                write!(f, "connection {}: closed", connection.id)
            }
            Self::ConnectionClosed(connection, Some(ended)) => {
                write!(f, "connection {}: ended: {ended}", connection.id)
            }
            Self::LinkAttached(link) => write!(f, "{link}: attached"),
            Self::LinkRefused(link, error) => write!(f, "{link}: refused: {error}"),
            Self::LinkDetached(link, None) => write!(f, "{link}: detached"),
            Self::LinkDetached(link, Some(error)) => write!(f, "{link}: detached: {error}"),
            Self::DeadLettersLost(address, 1) => {
                write!(f, "{address:?} was full: a message has been lost")
            }
            Self::DeadLettersLost(address, count) => {
                write!(f, "{address:?} was full: {count} messages have been lost")
            }
        }
    }
}
