//! The polite way to close a connection.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::deadline::Deadline;
use super::stage::{Ending, Progress, Stage, Transmit};

/// Closing a connection so that what was sent last arrives (section 2.2): send it, close the
/// sending side, read what the peer still sends to its end, and only then close.
///
/// To close with octets unread makes the peer's TCP see a reset, which may destroy our last words
/// before the peer has read them.
#[derive(Debug)]
pub struct Closing {
    last: Bytes,
    end_due: bool,
    input_over: bool,
    octets_left: usize,
    deadline: Deadline,
    gave_up: bool,
}

/// How much patience there is with a peer while the connection is being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosingLimits {
    /// How many octets are read and thrown away. Nothing is kept of them.
    pub octets: usize,
    /// How long it may take. The time limit of the whole handshake holds as well.
    pub time: Duration,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The peer closed its sending side too, and nothing is left unread.
    ToTheEnd,
    /// The peer had not come to its end when the limits were reached, or the connection broke.
    GaveUp,
}

/// One mebioctet, two seconds.
impl Default for ClosingLimits {
    fn default() -> Self {
        Self { octets: 1 << 20, time: Duration::from_secs(2) }
    }
}

impl Closing {
    /// Closes after these last octets, of which there may be none.
    pub fn new(now: Instant, last: Bytes, limits: ClosingLimits) -> Self {
        let deadline = Deadline::after(now, limits.time);
        Self {
            last,
            end_due: true,
            input_over: false,
            octets_left: limits.octets,
            deadline,
            gave_up: deadline.has_passed(now),
        }
    }

    /// The same, over at another deadline already, if that is earlier.
    pub(super) fn not_after(mut self, deadline: Deadline, now: Instant) -> Self {
        self.deadline = self.deadline.and(deadline);
        self.gave_up = self.deadline.has_passed(now);
        self
    }

    fn give_up(&mut self) {
        self.last = Bytes::new();
        self.end_due = false;
        self.gave_up = true;
    }

    /// The same when the input has already ended.
    pub(super) fn after_end(mut self, now: Instant, ending: Option<Ending>) -> Self {
        if let Some(ending) = ending {
            self.handle_end(now, ending);
        }
        self
    }
}

impl Stage for Closing {
    type Next = Closed;
    type Failure = Infallible;

    fn handle_input(&mut self, _now: Instant, octets: &[u8]) {
        self.octets_left = self.octets_left.saturating_sub(octets.len());
    }

    fn handle_end(&mut self, _now: Instant, ending: Ending) {
        self.input_over = true;
        if ending != Ending::Clean {
            self.give_up();
        }
    }

    fn handle_unsent(&mut self, _now: Instant, _ending: Ending) {
        self.give_up();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.gave_up |= self.deadline.has_passed(now);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        if !self.last.is_empty() {
            return Some(Transmit::Octets(std::mem::take(&mut self.last)));
        }
        std::mem::take(&mut self.end_due).then_some(Transmit::End)
    }

    fn wants_input(&self) -> bool {
        !self.input_over && !self.gave_up && self.octets_left > 0
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    fn poll_event(self) -> Progress<Self> {
        let all_said = self.last.is_empty() && !self.end_due;
        if self.gave_up || (all_said && !self.input_over && self.octets_left == 0) {
            Progress::Done(Closed::GaveUp)
        } else if all_said && self.input_over {
            Progress::Done(Closed::ToTheEnd)
        } else {
            Progress::Pending(self)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use bytes::Bytes;

    use super::{Closed, Closing, ClosingLimits};
    use crate::proto::{Ending, Progress, Stage, Transmit};

    const LIMITS: ClosingLimits = ClosingLimits { octets: 10, time: Duration::from_secs(1) };

    fn closing(now: Instant) -> Closing {
        let mut closing = Closing::new(now, Bytes::from_static(b"bye"), LIMITS);
        assert_eq!(closing.poll_transmit(), Some(Transmit::Octets(Bytes::from_static(b"bye"))));
        assert_eq!(closing.poll_transmit(), Some(Transmit::End));
        assert_eq!(closing.poll_transmit(), None);
        pending(closing)
    }

    fn pending(closing: Closing) -> Closing {
        match closing.poll_event() {
            Progress::Pending(closing) => closing,
            Progress::Done(closed) => panic!("{closed:?}"),
        }
    }

    fn closed(closing: Closing) -> Closed {
        match closing.poll_event() {
            Progress::Pending(closing) => panic!("{closing:?}"),
            Progress::Done(closed) => closed,
        }
    }

    #[test]
    fn it_reads_to_the_end() {
        let now = Instant::now();
        let mut closing = closing(now);
        closing.handle_input(now, &[0; 9]);
        closing = pending(closing);
        closing.handle_end(now, Ending::Clean);
        assert_eq!(closed(closing), Closed::ToTheEnd);
    }

    #[test]
    fn it_reads_no_more_than_the_limit() {
        let now = Instant::now();
        let mut closing = closing(now);
        closing.handle_input(now, &[0; 11]);
        assert_eq!(closed(closing), Closed::GaveUp);
    }

    #[test]
    fn it_waits_no_longer_than_the_limit() {
        let now = Instant::now();
        let mut closing = closing(now);
        let deadline = closing.poll_timeout().unwrap();
        assert_eq!(deadline, now + LIMITS.time);
        closing.handle_timeout(now + Duration::from_millis(999));
        closing = pending(closing);
        closing.handle_timeout(deadline);
        assert_eq!(closed(closing), Closed::GaveUp);
    }

    #[test]
    fn to_an_end_that_came_before_it_still_speaks() {
        let now = Instant::now();
        let mut closing = Closing::new(now, Bytes::from_static(b"bye"), LIMITS);
        closing.handle_end(now, Ending::Clean);
        closing = pending(closing);
        assert_eq!(closing.poll_transmit(), Some(Transmit::Octets(Bytes::from_static(b"bye"))));
        closing = pending(closing);
        assert_eq!(closing.poll_transmit(), Some(Transmit::End));
        assert_eq!(closed(closing), Closed::ToTheEnd);
    }

    #[test]
    fn to_a_broken_connection_there_is_nothing_to_say() {
        let now = Instant::now();
        let mut closing = Closing::new(now, Bytes::from_static(b"bye"), LIMITS);
        closing.handle_end(now, Ending::Reset);
        assert_eq!(closing.poll_transmit(), None);
        assert_eq!(closed(closing), Closed::GaveUp);
    }
}
