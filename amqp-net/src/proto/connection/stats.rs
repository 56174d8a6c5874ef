//! Counts of what a connection has done and holds.

/// Counts of what a connection has done so far, and of what it holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionStats {
    /// The number of frames that were received.
    pub frames_received: u64,
    /// The number of octets that were received.
    pub octets_received: u64,
    /// The number of octets that were taken to be sent.
    pub octets_sent: u64,
    /// The number of deliveries that were received.
    pub deliveries_received: u64,
    /// The number of deliveries that were sent.
    pub deliveries_sent: u64,
    /// How often a message could not be sent at once.
    pub stalls: u64,
    /// The number of octets of deliveries that are not complete or have not been taken.
    pub octets_held: u64,
    /// The number of sessions whose windows cannot be opened, because too many octets are held or may come.
    pub windows_waiting: usize,
    /// The number of sessions, including those that have not ended on both sides.
    pub sessions: usize,
    /// The number of links, including those that have not been detached on both sides.
    pub links: usize,
    /// The number of deliveries that were sent and are not settled.
    pub unsettled_sent: usize,
    /// The number of deliveries that were received and are not settled.
    pub unsettled_received: usize,
}
