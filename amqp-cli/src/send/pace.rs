//! How many messages may be sent by when.

use std::time::Duration;

use tokio::time::Instant;

/// Parses a number of messages a second.
pub(crate) fn parse(text: &str) -> Result<f64, &'static str> {
    let rate = text.parse().map_err(|_| "not a number of messages a second, such as 100 or 0.5")?;
    if (0.001..=1e9).contains(&rate) { Ok(rate) } else { Err("must be from 0.001 to 1000000000") }
}

/// A steady rate of messages. What could not be sent in time is made up for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    rate: f64,
    start: Option<Instant>,
    sent: u64,
}

impl Pace {
    pub(crate) const fn new(rate: f64) -> Self {
        Self { rate, start: None, sent: 0 }
    }

    /// Counts messages that have been sent.
    pub(crate) const fn count(&mut self, sent: u64) {
        self.sent += sent;
    }

    /// Returns how many messages may be sent now, or from when on one may be sent. The first call starts the clock.
    pub(crate) fn allowance(&mut self, now: Instant) -> Result<u64, Instant> {
        let start = *self.start.get_or_insert(now);
        #[allow(clippy::cast_precision_loss, reason = "a rate needs no precision")]
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let due = ((now - start).as_secs_f64() * self.rate) as u64 + 1;
        match due.checked_sub(self.sent) {
            Some(0) | None => {
                #[allow(clippy::cast_precision_loss, reason = "a rate needs no precision")]
                let after = self.sent as f64 / self.rate;
                let after = Duration::try_from_secs_f64(after).ok();
                Err(after.and_then(|after| start.checked_add(after)).unwrap_or(now))
            }
            Some(allowed) => Ok(allowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_due_at_a_steady_rate() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut pace = Pace::new(10.0);
        assert_eq!(pace.allowance(start), Ok(1));
        pace.count(1);
        assert_eq!(pace.allowance(at(50)), Err(at(100)));
        assert_eq!(pace.allowance(at(100)), Ok(1));
        // What was late is made up for.
        assert_eq!(pace.allowance(at(1000)), Ok(10));
        pace.count(10);
        assert_eq!(pace.allowance(at(1000)), Err(at(1100)));
    }

    #[test]
    fn rates() {
        assert_eq!(parse("0.5"), Ok(0.5));
        for text in ["", "0", "-1", "nan", "inf", "1e10", "5/s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
