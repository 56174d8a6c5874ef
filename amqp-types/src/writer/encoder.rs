//! What one encode keeps beside the cursor: where the buffer grows, and what went wrong.

use super::Writer;
use super::buffer::Growable;
use crate::error::EncodeError;

/// The largest size that an encoding can have.
const MOST_OCTETS: usize = u32::MAX as usize;

/// One encode. Writers refer to it, and need it rarely.
pub(super) struct Encoder<'w> {
    /// The buffer that grows when the writer's room is full. A fixed buffer has none: what does not
    /// fit is then counted.
    pub(super) buffer: Option<&'w mut dyn Growable>,
    /// Arrays that are being written in a format that may be too narrow for their items.
    attempts: u32,
    /// Whether those attempts are known to fail.
    is_too_wide: bool,
    /// The first value that cannot be encoded.
    fault: Option<Fault>,
}

/// Why a value cannot be encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// It is longer than its size can say.
    TooLong,
    /// It is a mandatory field without a value.
    NoValue,
    /// It is a message whose sections are out of order.
    SectionOrder,
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
    pub(super) const fn fail(&mut self, fault: Fault) {
        if self.fault.is_none() {
            self.fault = Some(fault);
        }
    }
}

impl Writer<'_> {
    /// Returns the number of octets that were written, if all of them fit into the room and nothing
    /// failed.
    #[inline]
    pub(super) fn finish(self) -> Result<usize, EncodeError> {
        let (octets, limit) = (self.room.len(), self.room.capacity());
        match self.encoder.map(|encoder| encoder.fault) {
            Some(None) if octets <= limit => Ok(octets),
            Some(None) => Err(EncodeError::TooLong { octets, limit }),
            Some(Some(Fault::TooLong)) => Err(EncodeError::TooLong { octets, limit: MOST_OCTETS }),
            Some(Some(Fault::NoValue)) => Err(EncodeError::NoValue),
            Some(Some(Fault::SectionOrder)) => Err(EncodeError::SectionOrder),
            // A panic was caught while a copy of the writer was in use.
            None => Err(EncodeError::TooLong { octets, limit: 0 }),
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
