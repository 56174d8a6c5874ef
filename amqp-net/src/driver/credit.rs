//! The credit of a receiver (section 2.6.7).

/// How many deliveries a receiver accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credit {
    /// At most this many deliveries are on the way or have not been taken yet. As they are taken, the sender is
    /// allowed to send more, unless too many are unsettled.
    Auto(u32),
    /// As many as [`Receiver::grant`](super::Receiver::grant) says.
    Manual,
}

impl Default for Credit {
    /// 200 deliveries, given automatically.
    fn default() -> Self {
        Self::Auto(200)
    }
}

/// The credit that is given automatically: a function of counters that only go up.
#[derive(Debug)]
pub(super) struct AutoCredit {
    /// The number of deliveries that are on the way or have not been taken.
    window: u64,
    /// The number of deliveries that are not settled, above which no credit is given.
    max_unsettled: u64,
    arrived: u64,
    taken: u64,
    settled: u64,
    /// The number of deliveries that the sender has been allowed to send.
    advertised: u64,
}

impl AutoCredit {
    /// The number of unsettled deliveries above which no credit is given, unless the window is larger.
    const MAX_UNSETTLED: u64 = 2048;

    pub(super) fn new(window: u32) -> Self {
        let window = u64::from(window.max(1));
        Self {
            window,
            max_unsettled: Self::MAX_UNSETTLED.max(2 * window),
            arrived: 0,
            taken: 0,
            settled: 0,
            advertised: 0,
        }
    }

    /// Counts a delivery that has arrived.
    pub(super) const fn arrive(&mut self, is_settled: bool) {
        self.arrived += 1;
        self.settled += is_settled as u64;
    }

    /// Counts a delivery that has been taken by the user.
    pub(super) const fn take(&mut self) {
        self.taken += 1;
    }

    /// Counts a delivery that is settled.
    pub(super) const fn settle(&mut self) {
        self.settled += 1;
    }

    /// Forgets what has been advertised, because the sender has given it up.
    pub(super) const fn restart(&mut self) {
        self.advertised = self.arrived;
    }

    /// Returns whether there is credit to give now.
    pub(super) fn is_due(&self) -> bool {
        let advertised = self.advertised.max(self.arrived);
        let more = self.limit().saturating_sub(advertised);
        // It has to be worth a frame: half of the window, or anything if nothing is on the way and the user would wait.
        more > 0 && (more >= self.window / 2 || self.taken == advertised)
    }

    /// Returns the credit to give now, if there is any, and counts it as given.
    pub(super) fn due(&mut self) -> Option<u32> {
        if !self.is_due() {
            return None;
        }
        self.advertised = self.limit();
        Some(u32::try_from(self.advertised - self.arrived).unwrap_or(u32::MAX))
    }

    /// Returns the number of deliveries that the sender may have sent in all.
    fn limit(&self) -> u64 {
        let limit = (self.taken + self.window).min(self.settled + self.max_unsettled);
        limit.max(self.arrived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_is_given_for_half_of_the_window() {
        let mut credit = AutoCredit::new(10);
        assert_eq!(credit.due(), Some(10));
        assert_eq!(credit.due(), None);
        (0..10).for_each(|_| credit.arrive(true));
        for _ in 0..4 {
            credit.take();
            assert_eq!(credit.due(), None);
        }
        credit.take();
        assert_eq!(credit.due(), Some(5), "five have been taken, and five are in the queue");
    }

    #[test]
    fn credit_stops_at_the_limit_of_unsettled_deliveries() {
        let mut credit = AutoCredit::new(2000);
        let mut given = 0;
        while let Some(more) = credit.due() {
            given += u64::from(more);
            while credit.arrived < credit.advertised {
                credit.arrive(false);
                credit.take();
            }
        }
        assert_eq!(credit.arrived, 4000, "twice the window");
        assert!(given >= 4000);
        credit.settle();
        assert_eq!(credit.due(), Some(1), "the user would wait for ever otherwise");
    }

    /// Whatever happens, no more is on the way or waits to be taken than the window, and credit comes when it is
    /// needed.
    #[test]
    fn credit_neither_exceeds_the_window_nor_dries_up() {
        let mut seed = 7_u64;
        for window in [1, 2, 3, 10, 200, 5000] {
            let mut credit = AutoCredit::new(window);
            let mut unsettled = 0_u64;
            for _ in 0..100_000 {
                credit.due();
                assert!(credit.advertised - credit.taken <= credit.window);
                assert!(unsettled <= credit.max_unsettled);
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                match seed >> 62 {
                    0 | 1 if credit.arrived < credit.advertised => {
                        credit.arrive(false);
                        unsettled += 1;
                    }
                    2 if credit.taken < credit.arrived => credit.take(),
                    3 if unsettled > 0 && credit.settled < credit.taken => {
                        credit.settle();
                        unsettled -= 1;
                    }
                    _ => {}
                }
            }
            while credit.taken < credit.arrived {
                credit.take();
            }
            while credit.settled < credit.taken {
                credit.settle();
            }
            credit.due();
            assert!(credit.advertised > credit.arrived, "the sender can go on");
        }
    }
}
