//! Arrays, whose items share one format: the narrowest that fits all of them.

use super::Writer;
use crate::error::EncodeError;
use crate::format::{Category, Format};

impl Writer<'_> {
    /// Writes the items of an array in the first of some formats that fits all of them. The last
    /// format fits them.
    ///
    /// If an item takes more than 255 octets, so does every array around it, and those are not tried to the
    /// end. Otherwise, arrays nested n deep would be written 2^n times.
    pub(crate) fn in_narrowest(
        &mut self,
        formats: &[Format],
        mut write: impl FnMut(Format, &mut Self) -> bool,
    ) {
        let start = self.len();
        let [narrower @ .., last] = formats else {
            return self.fail(EncodeError::Unfinished);
        };
        for format in narrower {
            if self.state.is_too_wide() || self.try_narrow(|writer| write(*format, writer)) {
                return;
            }
            self.truncate(start);
            let has_size = !matches!(format.category(), Category::Fixed(_));
            if has_size && self.state.mark_too_wide() {
                return;
            }
        }
        let fits = write(*last, self);
        if !fits && !self.state.is_too_wide() {
            // The type broke its contract that the last format fits every value.
            self.fail(EncodeError::Unfinished);
        }
    }

    /// Tries to write items in a format that may be too narrow for them. Returns whether they fit.
    fn try_narrow(&mut self, write: impl FnOnce(&mut Self) -> bool) -> bool {
        self.state.begin_attempt();
        let fits = write(self) && !self.state.is_too_wide();
        self.state.end_attempt();
        fits
    }
}
