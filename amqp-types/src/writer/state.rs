//! What the copies of a writer share: the first error, and what has been begun.

use core::cell::{Cell, OnceCell};

use crate::error::EncodeError;

/// The state of one encode, which writers need rarely.
#[derive(Debug)]
pub(super) struct State {
    /// The number of arrays that are being written in a format that may be too narrow for their items.
    attempts: Cell<u32>,
    /// Whether those attempts are known to fail.
    is_too_wide: Cell<bool>,
    /// The number of lists, maps, arrays and sections that have been begun and not ended.
    open: Cell<u32>,
    /// The first error.
    error: OnceCell<EncodeError>,
}

impl State {
    #[inline]
    pub(super) const fn new() -> Self {
        Self {
            attempts: Cell::new(0),
            is_too_wide: Cell::new(false),
            open: Cell::new(0),
            error: OnceCell::new(),
        }
    }

    /// Counts an array that is being tried in a narrow format.
    pub(super) fn begin_attempt(&self) {
        self.attempts.update(|attempts| attempts + 1);
    }

    /// Ends the innermost attempt.
    pub(super) fn end_attempt(&self) {
        self.attempts.update(|attempts| attempts.saturating_sub(1));
        if self.attempts.get() == 0 {
            self.is_too_wide.set(false);
        }
    }

    /// Records that something does not fit in a narrow format. Returns whether that makes attempts
    /// fail.
    pub(super) fn mark_too_wide(&self) -> bool {
        if self.attempts.get() > 0 {
            self.is_too_wide.set(true);
        }
        self.is_too_wide()
    }

    pub(super) const fn is_too_wide(&self) -> bool {
        self.is_too_wide.get()
    }

    #[inline]
    pub(super) fn open(&self) {
        self.open.set(self.open.get().wrapping_add(1));
    }

    #[inline]
    pub(super) fn close(&self) {
        self.open.set(self.open.get().wrapping_sub(1));
    }

    /// Records an error, unless there is one.
    #[cold]
    #[inline(never)]
    pub(super) fn fail(&self, error: EncodeError) {
        // Only the first error is returned.
        let _ = self.error.set(error);
    }

    /// Returns whether everything could be encoded.
    #[inline]
    pub(super) fn is_ok(&self) -> bool {
        self.error.get().is_none() && self.open.get() == 0
    }

    /// Returns why something could not be encoded.
    #[cold]
    #[inline(never)]
    pub(super) fn error(&self) -> EncodeError {
        self.error.get().copied().unwrap_or(EncodeError::Unfinished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::Writer;

    #[test]
    fn the_first_error_is_kept() {
        let written = Writer::fill(&mut [0; 4], |writer| {
            writer.octet(1);
            writer.fail(EncodeError::NoValue);
            writer.fail(EncodeError::SectionOrder);
            writer.octets([2; 5]);
        });
        assert_eq!(written, Err(EncodeError::NoValue));
    }

    #[test]
    fn only_attempts_are_too_wide_and_until_the_last_of_them_ends() {
        let state = State::new();
        assert!(!state.mark_too_wide());
        state.begin_attempt();
        state.begin_attempt();
        assert!(state.mark_too_wide());
        state.end_attempt();
        assert!(state.is_too_wide());
        state.end_attempt();
        assert!(!state.is_too_wide());
    }
}
