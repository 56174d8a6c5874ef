//! Errors: noted in the reader, with the octet that they are at.

use crate::accepts::Accepts;
use crate::budget::Budget;
use crate::constructor::Constructor;
use crate::error::{DecodeError, DecodeErrorKind, Failed, FieldAt, FieldNames, Found};
use crate::reader::Reader;

impl<'a> Reader<'a> {
    /// Notes an error at the next octet.
    #[cold]
    pub fn error(&mut self, kind: DecodeErrorKind) -> Failed {
        self.error_at(self.position(), kind)
    }

    /// Notes an error in octets that were just taken: at their start.
    #[cold]
    pub fn error_in(&mut self, taken: &[u8], kind: DecodeErrorKind) -> Failed {
        self.error_at(taken.as_ptr().addr().saturating_sub(self.start), kind)
    }

    /// Notes an error at an octet, counted from the first one.
    #[cold]
    pub fn error_at(&mut self, at: usize, kind: DecodeErrorKind) -> Failed {
        self.error = Some(DecodeError::new(kind, at));
        Failed::NOTED
    }

    /// Notes that a constructor, just read, is not one of those expected.
    #[cold]
    pub fn unexpected(
        &mut self,
        constructor: &Constructor<'_>,
        expected: &'static Accepts,
    ) -> Failed {
        let found = Found::in_constructor(constructor);
        let kind = DecodeErrorKind::UnexpectedType { expected, found };
        let first = if constructor.is_described() {
            constructor.descriptor_octets().as_ptr().addr().saturating_sub(self.start)
        } else {
            self.position()
        };
        self.error_at(first.saturating_sub(1), kind)
    }

    /// Notes that a mandatory field is missing here.
    #[cold]
    pub(crate) fn missing(&mut self, field: FieldAt) -> Failed {
        self.error(DecodeErrorKind::MissingField);
        self.within(field)
    }

    /// Notes that the error is in a field.
    #[cold]
    pub(crate) fn within(&mut self, field: FieldAt) -> Failed {
        if let Some(error) = &mut self.error {
            error.push_field(field);
        }
        Failed::NOTED
    }

    /// Notes that the error is in a field of a composite whose fields are at this depth.
    ///
    /// A null in place of a field whose type takes none is a missing field. Further in, such as
    /// among the keys of a map, it is a value of a wrong type.
    #[cold]
    pub(crate) fn in_field(&mut self, field: FieldAt, depth: u32) -> Failed {
        self.or_missing(depth);
        self.within(field)
    }

    /// The same in a list: what reads a field is not told the names, which takes less code, and
    /// [`named`](Self::named) gives them afterwards.
    #[cold]
    pub(crate) fn in_index(&mut self, index: usize, depth: u32) -> Failed {
        self.or_missing(depth);
        if let Some(error) = &mut self.error {
            error.push_index(index);
        }
        Failed::NOTED
    }

    fn or_missing(&mut self, depth: u32) {
        if let Some(error) = &mut self.error
            && self.budget.depth == depth
        {
            error.or_missing();
        }
    }

    /// Names the field of a list that the error is in, if it is in one: by its place among these.
    #[cold]
    #[inline(never)]
    pub(crate) fn named(&mut self, names: &'static FieldNames) -> Failed {
        if let Some(error) = &mut self.error {
            error.name_field(names);
        }
        Failed::NOTED
    }

    /// Checks that what was read is all that there is, and is kept.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::LeftOver`].
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), Failed> {
        if self.is_empty() && !self.finds_cut() {
            return Ok(());
        }
        Err(self.error(DecodeErrorKind::LeftOver))
    }

    /// The error that was noted: there is one, where something failed.
    #[cold]
    pub(crate) fn noted(&self, _: Failed) -> DecodeError {
        let unknown = DecodeErrorKind::Invalid("the value cannot be read");
        self.error.unwrap_or(DecodeError::new(unknown, self.position()))
    }

    /// Goes back to `start`, if a value that failed is to be read once more from there, and says so.
    /// Otherwise the error to be given is the one that is noted.
    ///
    /// Of octets that were cut short, the error is in the field in which they were. The size of a list
    /// that goes past them is seen before its fields are. These are read up to the end, then, just to find
    /// the one: nothing is kept of them.
    #[cold]
    #[inline(never)]
    pub(crate) fn starts_over(&mut self, start: &'a [u8], failed: Failed) -> bool {
        let error = self.noted(failed);
        if let Some(first) = self.cut {
            if !error.is_cut() || error.depth() <= first.depth() {
                self.error = self.cut;
            }
            return false;
        }
        if error.kind() != DecodeErrorKind::SizeOverrun {
            return false;
        }
        self.cut = self.error.take();
        self.go_to(start);
        self.budget.octets = Budget::for_input(start.len()).octets;
        true
    }
}
