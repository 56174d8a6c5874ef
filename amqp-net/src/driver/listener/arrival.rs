//! What comes of a connection.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

use crate::driver::negotiated::Negotiated;
use crate::proto::ServerFailure;

/// What came of a connection. It prints as a line about it.
#[derive(Debug)]
pub enum Arrival {
    /// The client and this end have agreed.
    Agreed {
        /// The client's address.
        peer: SocketAddr,
        /// The connection.
        negotiated: Negotiated<TcpStream>,
    },
    /// They have not; the client was answered, and its connection is closed.
    Failed {
        /// The client's address.
        peer: SocketAddr,
        /// Why.
        failure: ServerFailure,
    },
    /// There were too many handshakes at once. This one, the oldest, was dropped.
    GaveWay {
        /// The client's address.
        peer: SocketAddr,
    },
    /// No connection can be accepted at present, for example because there are too many open files.
    /// The listener goes on by itself after a pause.
    NotAccepted(io::Error),
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreed { peer, negotiated } => {
                write!(f, "{peer}: agreed on {}", negotiated.header)
            }
            Self::Failed { peer, failure } => write!(f, "{peer}: {failure}"),
            Self::GaveWay { peer } => {
                write!(f, "{peer}: dropped in its handshake, because too many others are in theirs")
            }
            Self::NotAccepted(error) => write!(f, "cannot accept connections for now: {error}"),
        }
    }
}
