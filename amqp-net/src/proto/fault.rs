//! Whose fault an error is.

use std::fmt;

/// Who can mend what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The user of this crate asked for what cannot be.
    User,
    /// The peer does not do what is asked of it, or breaks the standard.
    Peer,
    /// The connection below could not be made, or broke.
    Wire,
    /// Nothing came in time.
    Time,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "the user",
            Self::Peer => "the peer",
            Self::Wire => "the wire",
            Self::Time => "time",
        })
    }
}
