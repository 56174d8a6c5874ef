//! A point in time that may be too far off to be reached.

use std::time::{Duration, Instant};

/// When something must be over; never, if the time limit goes past what an [`Instant`] can hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// So long after `from`.
    pub(super) fn after(from: Instant, limit: Duration) -> Self {
        Self(from.checked_add(limit))
    }

    /// The same, but not later than another one.
    pub(super) fn and(self, other: Self) -> Self {
        Self(match (self.0, other.0) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        })
    }

    /// Whether it is over.
    pub(super) fn has_passed(self, now: Instant) -> bool {
        self.0.is_some_and(|deadline| deadline <= now)
    }

    /// The point in time, if there is one.
    pub(super) const fn instant(self) -> Option<Instant> {
        self.0
    }
}
