//! The outcome of an incoming connection.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::negotiated::Negotiated;
use crate::proto::NegotiationError;

/// The outcome of an incoming connection. It prints as one line.
#[derive(Debug)]
pub enum Incoming {
    /// Both sides have sent the same header.
    Agreed {
        /// The client's address.
        peer: SocketAddr,
        /// The connection.
        negotiated: Negotiated<TcpStream>,
    },
    /// The sides do not agree. The client was answered, and its connection has been closed.
    Failed {
        /// The client's address.
        peer: SocketAddr,
        /// Why they do not agree.
        error: NegotiationError,
    },
    /// The connection was dropped, as the oldest of too many pending handshakes.
    Evicted {
        /// The client's address.
        peer: SocketAddr,
    },
    /// No connection can be accepted at present, for example because too many files are open. The
    /// listener continues after a pause.
    NotAccepted(io::Error),
}

impl fmt::Display for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreed { peer, negotiated } => {
                write!(f, "{peer}: agreed on {}", negotiated.header())
            }
            Self::Failed { peer, error } => write!(f, "{peer}: {error}"),
            Self::Evicted { peer } => {
                write!(
                    f,
                    "{peer}: dropped as the oldest of too many pending handshakes, whose limit can be raised"
                )
            }
            Self::NotAccepted(error) => write!(f, "cannot accept connections: {error}"),
        }
    }
}
