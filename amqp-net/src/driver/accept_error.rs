//! Why a listener did not accept a client.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use super::connect_error::ConnectError;

/// Why a [`Listener`](super::Listener) did not accept a client. It prints as a sentence that begins with the address of
/// the client, if there is one.
#[derive(Debug)]
#[non_exhaustive]
pub enum AcceptError {
    /// The client does not speak the protocol, was not authenticated, went away, or took too long.
    Failed {
        /// The address of the client.
        peer: SocketAddr,
        /// What happened.
        error: ConnectError,
    },
    /// The connection was dropped, as the oldest of too many that were pending.
    Evicted {
        /// The address of the client.
        peer: SocketAddr,
    },
    /// No connection can be accepted at present, for example because too many files are open. The listener continues
    /// after a pause.
    Io(io::Error),
}

impl AcceptError {
    /// Returns the address of the client, if the error concerns one client.
    pub const fn peer(&self) -> Option<SocketAddr> {
        match self {
            Self::Failed { peer, .. } | Self::Evicted { peer } => Some(*peer),
            Self::Io(_) => None,
        }
    }
}

impl std::error::Error for AcceptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed { error, .. } => std::error::Error::source(error),
            Self::Evicted { .. } => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { peer, error } => {
                write!(f, "{peer}: ")?;
                match error {
                    // Their own sentences are those of a client.
                    ConnectError::Lost(end) => {
                        write!(f, "{} during authentication", end.describe("the client"))
                    }
                    ConnectError::TimedOut { after, waited_for } => {
                        write!(f, "{waited_for} did not come within {after:?}")
                    }
                    error => error.fmt(f),
                }
            }
            Self::Evicted { peer } => write!(
                f,
                "{peer}: dropped as the oldest of too many pending connections, whose limit can be raised"
            ),
            Self::Io(error) => write!(f, "cannot accept connections: {error}"),
        }
    }
}
