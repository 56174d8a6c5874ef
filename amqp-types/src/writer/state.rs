//! What a writer knows but for its room and how much of it is full: next to nothing, nearly always.

/// Which attempts are under way, and what is wrong.
///
/// It is one word: a writer is moved often, and several fields would be taken apart and put together
/// each time.
#[derive(Clone, Copy, Debug)]
pub(super) struct State(u64);

/// What is wrong with a value that cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A size that takes more than 32 bits. The octets are counted.
    TooLong,
    NoValue,
}

impl State {
    pub(super) const NEW: Self = Self(0);

    /// How many arrays around here are being tried in a narrow format.
    const ATTEMPTS: u64 = 0xffff_ffff;
    /// That the outermost of them is known not to fit.
    const DOOMED: u64 = 1 << 32;
    /// Why the first value that cannot be written, wherever it goes, cannot: one of these at most.
    const TOO_LONG: u64 = 1 << 33;
    const NO_VALUE: u64 = 1 << 34;

    /// Counts an array that is being tried.
    pub(super) const fn begin_attempt(&mut self) {
        self.0 += 1;
    }

    /// Counts it no longer, if it was: another state may stand here by now, that of a writer that was put
    /// in place, or what a panic left.
    pub(super) const fn end_attempt(&mut self) {
        if self.0 & Self::ATTEMPTS > 0 {
            self.0 -= 1;
        }
        if self.0 & Self::ATTEMPTS == 0 {
            self.0 &= !Self::DOOMED;
        }
    }

    /// Says that no array that is being tried fits, if there is one.
    pub(super) const fn doom(&mut self) {
        if self.0 & Self::ATTEMPTS > 0 {
            self.0 |= Self::DOOMED;
        }
    }

    /// Whether the arrays that are being tried are known not to fit.
    pub(super) const fn is_doomed(self) -> bool {
        self.0 & Self::DOOMED != 0
    }

    /// Keeps the first fault.
    pub(super) const fn fail(&mut self, fault: Fault) {
        if self.fault().is_none() {
            self.0 |= match fault {
                Fault::TooLong => Self::TOO_LONG,
                Fault::NoValue => Self::NO_VALUE,
            };
        }
    }

    #[inline]
    pub(super) const fn fault(self) -> Option<Fault> {
        match self.0 & (Self::TOO_LONG | Self::NO_VALUE) {
            0 => None,
            Self::TOO_LONG => Some(Fault::TooLong),
            _ => Some(Fault::NoValue),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_stays() {
        let mut state = State::NEW;
        assert_eq!(state.fault(), None);
        state.fail(Fault::NoValue);
        state.fail(Fault::TooLong);
        assert_eq!(state.fault(), Some(Fault::NoValue));
    }

    #[test]
    fn only_attempts_are_doomed_and_with_the_last_of_them_that_ends() {
        let mut state = State::NEW;
        state.doom();
        assert!(!state.is_doomed());
        state.begin_attempt();
        state.begin_attempt();
        state.doom();
        state.end_attempt();
        assert!(state.is_doomed());
        state.end_attempt();
        assert!(!state.is_doomed());
        state.end_attempt();
        assert_eq!(state.0, 0);
    }
}
