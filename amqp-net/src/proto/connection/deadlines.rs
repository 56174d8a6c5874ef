//! The answers that the peer owes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::proto::slots::Key;

/// What waits for an answer of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Waiting {
    Session(Key),
    /// A link, and its session.
    Link(Key, Key),
}

/// When each answer must have come.
#[derive(Debug)]
pub(super) struct Deadlines {
    pub(super) limit: Duration,
    deadlines: BTreeSet<(Instant, Waiting)>,
}

/// The deadline of one answer, by which it is found again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deadline(Option<Instant>);

impl Deadlines {
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, deadlines: BTreeSet::new() }
    }

    /// Begins to wait, or begins again.
    pub(super) fn begin(&mut self, now: Instant, waiting: Waiting, deadline: &mut Deadline) {
        self.end(waiting, deadline);
        *deadline = Deadline(now.checked_add(self.limit));
        self.deadlines.extend(deadline.0.map(|at| (at, waiting)));
    }

    /// Stops waiting.
    pub(super) fn end(&mut self, waiting: Waiting, deadline: &mut Deadline) {
        if let Some(at) = std::mem::take(deadline).0 {
            self.deadlines.remove(&(at, waiting));
        }
    }

    /// Takes what should have been answered by now.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Waiting> {
        let (at, waiting) = self.deadlines.first().copied().filter(|(at, _)| *at <= now)?;
        self.deadlines.remove(&(at, waiting));
        Some(waiting)
    }

    /// Returns when the next answer must have come.
    pub(super) fn next(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, _)| *at)
    }
}
