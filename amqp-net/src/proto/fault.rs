//! The cause of an error.

/// Which side can fix the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The user of this crate asked for something that is not possible.
    User,
    /// The peer does not support the request, or violates the standard.
    Peer,
    /// The network connection could not be made, or broke.
    Wire,
    /// Nothing was received in time.
    Time,
}
