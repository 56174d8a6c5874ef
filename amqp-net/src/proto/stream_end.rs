//! How a stream ends.

use std::fmt;
use std::io;

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamEnd {
    /// The peer closed its sending side.
    Clean,
    /// The peer reset the connection.
    Reset,
    /// The connection broke in another way.
    Failed(io::ErrorKind),
}

/// Classifies an error of a read or a write.
impl From<io::ErrorKind> for StreamEnd {
    fn from(error: io::ErrorKind) -> Self {
        match error {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset,
            io::ErrorKind::UnexpectedEof => Self::Clean,
            other => Self::Failed(other),
        }
    }
}

impl StreamEnd {
    /// Describes the end, as the beginning of a sentence: "the peer closed the connection".
    pub(super) const fn describe(self, peer: &'static str) -> impl fmt::Display {
        Description { end: self, peer }
    }
}

struct Description {
    end: StreamEnd,
    peer: &'static str,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = self.peer;
        match self.end {
            StreamEnd::Clean => write!(f, "{peer} closed the connection"),
            StreamEnd::Reset => write!(f, "{peer} reset the connection"),
            StreamEnd::Failed(kind) => write!(f, "the connection to {peer} broke ({kind})"),
        }
    }
}
