//! What one side of an endpoint has sent.

/// Whether one side has begun and ended a connection, a session or a link. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// It has not sent the performative that begins it.
    Before,
    Open,
    /// It has sent the performative that ends it.
    Closed,
}
