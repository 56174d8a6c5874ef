use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{Negotiation, Transmit};
use crate::proto::{ClosingLimits, StreamEnd};

const LIMITS: ClosingLimits = ClosingLimits { bytes: 10, time: Duration::from_secs(1) };
const LAST: Bytes = Bytes::from_static(b"bye");

fn closing(now: Instant) -> Negotiation {
    let mut closing = Negotiation::closing(LAST, LIMITS, now);
    assert_eq!(closing.poll_transmit(), Some(Transmit::Bytes(LAST)));
    assert_eq!(closing.poll_transmit(), Some(Transmit::Shutdown));
    assert_eq!(closing.poll_transmit(), None);
    assert_eq!(closing.poll_outcome(), None);
    assert!(closing.wants_read() && !closing.is_closed());
    closing
}

#[test]
fn reads_to_the_end() {
    let now = Instant::now();
    let mut closing = closing(now);
    closing.handle_input(now, &[0; 9]);
    assert!(closing.wants_read() && !closing.is_closed());
    closing.handle_eof(now, StreamEnd::Clean);
    assert!(!closing.wants_read() && closing.is_closed());
}

#[test]
fn reads_no_more_than_the_limit() {
    let now = Instant::now();
    let mut closing = closing(now);
    closing.handle_input(now, &[0; 11]);
    assert!(!closing.wants_read() && closing.is_closed());
}

#[test]
fn waits_no_longer_than_the_limit() {
    let now = Instant::now();
    let mut closing = closing(now);
    let deadline = closing.poll_timeout().unwrap();
    assert_eq!(deadline, now + LIMITS.time);
    closing.handle_timeout(now + Duration::from_millis(999));
    assert!(!closing.is_closed());
    closing.handle_timeout(deadline);
    assert!(closing.is_closed());
}

#[test]
fn after_a_clean_end_the_last_bytes_are_sent() {
    let now = Instant::now();
    let mut closing = Negotiation::closing(LAST, LIMITS, now);
    closing.handle_eof(now, StreamEnd::Clean);
    assert!(!closing.is_closed());
    assert_eq!(closing.poll_transmit(), Some(Transmit::Bytes(LAST)));
    assert!(!closing.is_closed());
    assert_eq!(closing.poll_transmit(), Some(Transmit::Shutdown));
    assert!(closing.is_closed());
}

#[test]
fn after_a_reset_nothing_is_sent() {
    let now = Instant::now();
    let mut closing = Negotiation::closing(LAST, LIMITS, now);
    closing.handle_eof(now, StreamEnd::Reset);
    assert_eq!(closing.poll_transmit(), None);
    assert!(closing.is_closed());
    let mut closing = Negotiation::closing(LAST, LIMITS, now);
    closing.handle_write_error(now, StreamEnd::Reset);
    assert_eq!(closing.poll_transmit(), None);
    assert!(closing.is_closed());
}
