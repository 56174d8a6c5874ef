//! How a stream ends.

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
    pub(crate) fn describe(self, peer: &str) -> String {
        match self {
            Self::Clean => format!("{peer} closed the connection"),
            Self::Reset => format!("{peer} reset the connection"),
            Self::Failed(kind) => format!("the connection to {peer} broke ({kind})"),
        }
    }
}
