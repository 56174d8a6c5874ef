//! Why a client has no connection.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::proto::{ClientFailure, Fault};

/// Why a client has no connection. It prints as a sentence that tells a person what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// No connection could be made, so that nothing is known of the peer.
    Unreachable {
        /// The address that was tried last; none if no address is known.
        address: Option<SocketAddr>,
        /// What the system says.
        source: io::Error,
    },
    /// No connection could be made in time.
    TimedOut {
        /// The address that was tried last; none if no address is known.
        address: Option<SocketAddr>,
        /// The time limit of the handshake.
        after: Duration,
    },
    /// There was a connection, and the two ends did not agree.
    Negotiation(ClientFailure),
}

impl ConnectError {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Unreachable { .. } => Fault::Wire,
            Self::TimedOut { .. } => Fault::Time,
            Self::Negotiation(failure) => failure.fault(),
        }
    }
}

impl From<ClientFailure> for ConnectError {
    fn from(failure: ClientFailure) -> Self {
        Self::Negotiation(failure)
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable { source, .. } => Some(source),
            Self::TimedOut { .. } => None,
            // Its sentence is this error's own.
            Self::Negotiation(failure) => std::error::Error::source(failure),
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { address: Some(address), source } => {
                write!(f, "cannot connect to {address}: {source}; {}", to_do_about(source.kind()))
            }
            Self::Unreachable { address: None, source } => {
                write!(f, "cannot connect: {source}; check the host and the port")
            }
            Self::TimedOut { address: Some(address), after } => write!(
                f,
                "cannot connect to {address} within {after:?}: a firewall may be in between; check \
                 the host and the port"
            ),
            Self::TimedOut { address: None, after } => {
                write!(f, "cannot connect within {after:?}; check the host and the network")
            }
            Self::Negotiation(failure) => failure.fmt(f),
        }
    }
}

const fn to_do_about(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::ConnectionRefused => "start the server there, or check the port",
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            "check the host and the network"
        }
        _ => "check the host and the port",
    }
}
