//! The state of one encode that the cursor does not need: the buffer that grows, and the error.

use super::buffer::Growable;
use crate::error::EncodeError;

/// The largest size that an encoding can have.
pub(super) const MOST_OCTETS: usize = u32::MAX as usize;

/// The state of one encode, which writers need rarely.
pub(super) struct Encoder<'w> {
    /// The buffer that grows when the writer's room is full. `None` for a fixed buffer, where octets that do
    /// not fit are counted.
    pub(super) buffer: Option<&'w mut dyn Growable>,
    /// Arrays that are being written in a format that may be too narrow for their items.
    attempts: u32,
    /// Whether those attempts are known to fail.
    is_too_wide: bool,
    /// The first value that cannot be encoded.
    pub(super) fault: Option<EncodeError>,
}

impl<'w> Encoder<'w> {
    #[inline]
    pub(super) const fn new(buffer: Option<&'w mut dyn Growable>) -> Self {
        Self { buffer, attempts: 0, is_too_wide: false, fault: None }
    }

    /// Counts an array that is being tried in a narrow format.
    pub(super) const fn begin_attempt(&mut self) {
        self.attempts += 1;
    }

    /// Ends the innermost attempt.
    pub(super) const fn end_attempt(&mut self) {
        self.attempts = self.attempts.saturating_sub(1);
        if self.attempts == 0 {
            self.is_too_wide = false;
        }
    }

    /// Records that something does not fit in a narrow format. Returns whether that makes attempts
    /// fail.
    pub(super) const fn mark_too_wide(&mut self) -> bool {
        if self.attempts > 0 {
            self.is_too_wide = true;
        }
        self.is_too_wide
    }

    pub(super) const fn is_too_wide(&self) -> bool {
        self.is_too_wide
    }

    /// Records a fault, unless there is one.
    pub(super) const fn fail(&mut self, error: EncodeError) {
        if self.fault.is_none() {
            self.fault = Some(error);
        }
    }
}

impl core::fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Encoder").field("fault", &self.fault).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::Writer;

    #[test]
    fn the_first_fault_is_kept() {
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
        let mut encoder = Encoder::new(None);
        assert!(!encoder.mark_too_wide());
        encoder.begin_attempt();
        encoder.begin_attempt();
        assert!(encoder.mark_too_wide());
        encoder.end_attempt();
        assert!(encoder.is_too_wide());
        encoder.end_attempt();
        assert!(!encoder.is_too_wide());
    }
}
