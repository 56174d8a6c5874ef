//! Closing a connection so that the last octets arrive (section 2.2).

use std::time::{Duration, Instant};

/// Limits for draining a connection before closing it.
///
/// A connection that is closed while input is unread is reset by TCP, and the peer may then never
/// read the last octets that were sent to it. Therefore the sending side is closed first, and further
/// input is read and discarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosingLimits {
    /// The maximum number of octets to read and discard (default: 1 MiB).
    pub bytes: usize,
    /// The maximum time to wait for the peer to close its side (default: 2 seconds). The time limit of the
    /// handshake applies as well.
    pub time: Duration,
}

impl Default for ClosingLimits {
    fn default() -> Self {
        Self { bytes: 1 << 20, time: Duration::from_secs(2) }
    }
}

/// The last state of a connection: close the sending side, then read until the peer closes its side
/// or a limit is reached.
#[derive(Debug)]
pub(super) struct Closing {
    shutdown_due: bool,
    /// The number of octets that are still to be read: 0 once the input has ended or a limit is reached.
    unread: usize,
    /// None, if it is later than an [`Instant`] can be.
    deadline: Option<Instant>,
}

impl Closing {
    /// Begins to close, until `latest` if that is before the time limit.
    pub(super) fn new(now: Instant, limits: ClosingLimits, latest: Option<Instant>) -> Self {
        let deadline = now.checked_add(limits.time).into_iter().chain(latest).min();
        let mut closing = Self { shutdown_due: true, unread: limits.bytes, deadline };
        closing.handle_timeout(now);
        closing
    }

    pub(super) const fn handle_input(&mut self, len: usize) {
        self.unread = self.unread.saturating_sub(len);
    }

    pub(super) const fn handle_eof(&mut self) {
        self.unread = 0;
    }

    /// Ends at once, because the connection is broken.
    pub(super) const fn abandon(&mut self) {
        self.unread = 0;
        self.shutdown_due = false;
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.unread = 0;
        }
    }

    /// Whether to close the sending side now. Returns true once.
    pub(super) const fn poll_shutdown(&mut self) -> bool {
        std::mem::replace(&mut self.shutdown_due, false)
    }

    pub(super) const fn wants_read(&self) -> bool {
        self.unread > 0
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(super) const fn is_over(&self) -> bool {
        !self.shutdown_due && self.unread == 0
    }
}
