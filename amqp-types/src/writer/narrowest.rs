//! Arrays, whose items share one format: the narrowest that fits all of them.

use super::Writer;
use crate::format::{Category, Format};

impl Writer<'_> {
    /// Writes the items of an array in the first of some formats that fits all of them. The last
    /// format fits them.
    ///
    /// An item that does not fit in 255 octets is part of every array around it, so those need not be
    /// tried to the end. Otherwise, arrays nested n deep would be written 2^n times.
    pub(crate) fn in_narrowest(
        &mut self,
        formats: &[Format],
        write: impl FnMut(Format, &mut Self) -> bool,
    ) {
        self.outlined(|writer| writer.in_narrowest_of(formats, write));
    }

    fn in_narrowest_of(
        &mut self,
        formats: &[Format],
        mut write: impl FnMut(Format, &mut Self) -> bool,
    ) {
        let start = self.len();
        let [narrower @ .., last] = formats else {
            return self.fail_too_long(self.len());
        };
        for format in narrower {
            if self.is_too_wide() || self.try_narrow(|writer| write(*format, writer)) {
                return;
            }
            self.truncate(start);
            let has_size = !matches!(format.category(), Category::Fixed(_));
            if has_size && self.mark_too_wide() {
                return;
            }
        }
        let fits = write(*last, self);
        if !fits && !self.is_too_wide() {
            // The type broke its contract that the last format fits every value.
            self.fail_too_long(self.len());
        }
    }

    /// Tries to write items in a format that may be too narrow for them. Returns whether they fit.
    fn try_narrow(&mut self, write: impl FnOnce(&mut Self) -> bool) -> bool {
        if let Some(encoder) = &mut self.encoder {
            encoder.begin_attempt();
        }
        let fits = write(self) && !self.is_too_wide();
        if let Some(encoder) = &mut self.encoder {
            encoder.end_attempt();
        }
        fits
    }

    /// Records that something longer than 255 octets was found. Returns whether an attempt around
    /// this position fails because of it, so that writing can stop until the attempt ends.
    fn mark_too_wide(&mut self) -> bool {
        self.encoder.as_mut().is_some_and(|encoder| encoder.mark_too_wide())
    }

    /// Returns whether what is being written will be removed again.
    fn is_too_wide(&self) -> bool {
        self.encoder.as_ref().is_some_and(|encoder| encoder.is_too_wide())
    }
}
