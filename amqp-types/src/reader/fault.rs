//! Errors: noted in the reader, with the octet that they are at.

use crate::accepts::Accepts;
use crate::budget::Budget;
use crate::constructor::Constructor;
use crate::error::{DecodeError, DecodeErrorKind, Failed, Field, Found};
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
    pub(crate) fn missing(&mut self, field: &'static Field) -> Failed {
        self.error(DecodeErrorKind::MissingField);
        self.within(field)
    }

    /// Notes that the error is in a field.
    #[cold]
    pub(crate) fn within(&mut self, field: &'static Field) -> Failed {
        self.error = self.error.map(|error| error.within(field));
        Failed::NOTED
    }

    /// Notes that the error is in a field of a composite whose fields are at this depth.
    ///
    /// A null in place of a field whose type takes none is a missing field. Further in, such as
    /// among the keys of a map, it is a value of a wrong type.
    #[cold]
    pub(crate) fn in_field(&mut self, field: &'static Field, depth: u32) -> Failed {
        if self.budget.depth == depth {
            self.error = self.error.map(DecodeError::or_missing);
        }
        self.within(field)
    }

    /// The error that was noted; without a failure, that octets are left over.
    #[cold]
    pub(crate) fn into_error(mut self, failed: Option<Failed>) -> DecodeError {
        if failed.is_none() {
            self.error(DecodeErrorKind::LeftOver);
        }
        let unknown = DecodeErrorKind::Invalid("the value cannot be read");
        self.error.unwrap_or(DecodeError::new(unknown, self.position()))
    }

    /// The error that was noted when a value was read from `start` on. If the octets were cut short, it
    /// is in the field in which they were: the function that is given decodes the value once more.
    ///
    /// The size of a list that goes past the octets that are there is seen before its fields are.
    /// They are read up to the end, then, just to find the one: nothing is kept of them.
    #[cold]
    #[inline(never)]
    pub(crate) fn into_error_by(
        self,
        start: &'a [u8],
        failed: Failed,
        decode: fn(Self) -> Option<DecodeError>,
    ) -> DecodeError {
        let octets = Budget::for_input(start.len()).octets;
        let budget = Budget { octets, ..self.budget };
        let again = Self { rest: start, budget, error: None, finds_cut: true, ..self };
        let searched = self.finds_cut;
        let error = self.into_error(Some(failed));
        if searched || error.kind() != DecodeErrorKind::SizeOverrun {
            return error;
        }
        match decode(again) {
            Some(found) if found.is_cut() && found.fields().count() > error.fields().count() => {
                found
            }
            _ => error,
        }
    }
}
