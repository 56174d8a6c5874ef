//! The reason why a client could not connect.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::proto::{Fault, NegotiationError};

/// Why a client could not connect. It prints as a sentence that says what happened and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// No connection was made within the time limit, so nothing is known about the peer.
    Unreachable {
        /// The address that was tried last, if one is known.
        address: Option<SocketAddr>,
        /// The error of the operating system, of the kind [`io::ErrorKind::TimedOut`] at the end of
        /// the handshake timeout.
        source: io::Error,
    },
    /// The connection was made, but the sides did not agree.
    Negotiation(NegotiationError),
}

impl ConnectError {
    /// Returns which side can fix the failure.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unreachable { source, .. } if source.kind() == io::ErrorKind::TimedOut => {
                Fault::Time
            }
            Self::Unreachable { .. } => Fault::Wire,
            Self::Negotiation(error) => error.fault(),
        }
    }
}

impl From<NegotiationError> for ConnectError {
    fn from(error: NegotiationError) -> Self {
        Self::Negotiation(error)
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // This error prints what that one prints.
            Self::Unreachable { source, .. } => source.source(),
            Self::Negotiation(_) => None,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { address, source } => {
                f.write_str("cannot connect")?;
                if let Some(address) = address {
                    write!(f, " to {address}")?;
                }
                write!(f, ": {source}; {}", advice(source.kind()))
            }
            Self::Negotiation(error) => error.fmt(f),
        }
    }
}

const fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::ConnectionRefused => "start the server there, or check the port",
        io::ErrorKind::TimedOut => "check the host and the port, and that no firewall blocks it",
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            "check the host and the network"
        }
        _ => "check the host and the port",
    }
}
