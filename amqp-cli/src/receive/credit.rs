//! The credit for a number of messages, so that the peer is not asked for more.

/// Counts what the peer may still send.
#[derive(Debug)]
pub(crate) struct CountedCredit {
    /// The number of messages that are wanted in all.
    wanted: u64,
    /// The maximum number that are on the way or have not been taken.
    window: u64,
    /// The number of messages that the peer has been allowed to send.
    allowed: u64,
}

impl CountedCredit {
    pub(crate) fn new(wanted: u64, window: u32) -> Self {
        Self { wanted, window: window.into(), allowed: 0 }
    }

    /// Asks for other messages in place of this many.
    pub(crate) const fn replace(&mut self, messages: u64) {
        self.wanted += messages;
    }

    /// Returns the credit to give, if it is worth a frame, when this many messages have been taken, and others have
    /// arrived.
    pub(crate) fn due(&mut self, taken: u64, queued: u64) -> Option<u32> {
        let limit = self.wanted.min(taken + self.window);
        let more = limit.saturating_sub(self.allowed);
        let is_due = more > 0 && (more >= self.window.div_ceil(2) || limit == self.wanted);
        if !is_due {
            return None;
        }
        self.allowed = limit;
        u32::try_from(limit.saturating_sub(taken + queued)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_for_than_is_wanted() {
        let mut credit = CountedCredit::new(3, 200);
        assert_eq!(credit.due(0, 0), Some(3));
        assert_eq!(credit.due(1, 1), None);
        credit.replace(1);
        assert_eq!(credit.due(3, 0), Some(1));
        assert_eq!(credit.due(4, 0), None);
    }

    #[test]
    fn credit_is_given_for_half_of_the_window() {
        let mut credit = CountedCredit::new(25, 10);
        assert_eq!(credit.due(0, 0), Some(10));
        assert_eq!(credit.due(4, 3), None);
        assert_eq!(credit.due(5, 3), Some(7), "15 in all");
        assert_eq!(credit.due(15, 0), Some(10), "25 in all");
        assert_eq!(credit.due(25, 0), None);
    }

    #[test]
    fn a_window_of_one() {
        let mut credit = CountedCredit::new(2, 1);
        assert_eq!(credit.due(0, 0), Some(1));
        assert_eq!(credit.due(0, 1), None);
        assert_eq!(credit.due(1, 0), Some(1));
        assert_eq!(credit.due(2, 0), None);
    }
}
