//! The fields of a list, written by position.

use crate::codec::Encode;
use crate::compound::{LIST, OpenCompound};
use crate::descriptor::Descriptor;
use crate::format::Format;
use crate::writer::Writer;

/// Writes the fields of a composite, one after another, and leaves out the nulls at its end.
#[derive(Debug)]
pub struct ListWriter<'w, 'b> {
    writer: &'w mut Writer<'b>,
    compound: OpenCompound,
    /// How many fields have been written.
    count: usize,
    /// How many nulls are due behind them, once there is a field that is not null.
    nulls: usize,
}

impl<'w, 'b> ListWriter<'w, 'b> {
    /// Begins a list. A descriptor goes before it.
    #[inline]
    pub fn new(writer: &'w mut Writer<'b>) -> Self {
        let compound = OpenCompound::begin(LIST, 0, writer);
        Self { writer, compound, count: 0, nulls: 0 }
    }

    /// Begins a described list with a call, and [`finish_small`](Self::finish_small) ends it with one.
    #[inline]
    pub(crate) fn new_small(descriptor: Option<&Descriptor>, writer: &'w mut Writer<'b>) -> Self {
        let code = descriptor.and_then(Descriptor::code);
        if let (Some(symbolic), None) = (descriptor, code) {
            writer.descriptor(symbolic);
        }
        let compound = OpenCompound::narrow(LIST, begin(code, writer));
        Self { writer, compound, count: 0, nulls: 0 }
    }

    #[inline]
    pub(crate) fn finish_small(self) {
        end(self.compound.at(), self.count, self.writer);
    }

    /// Begins the data of a list whose format code stands elsewhere: an item of an array.
    #[inline]
    pub fn data(format: Format, writer: &'w mut Writer<'b>) -> Self {
        let compound = OpenCompound::begin_data(LIST, format, writer);
        Self { writer, compound, count: 0, nulls: 0 }
    }

    /// Writes the next field.
    #[expect(clippy::inline_always, reason = "a call for each field keeps the writer in memory")]
    #[inline(always)]
    pub fn next<T: Encode + ?Sized>(&mut self, value: &T) {
        if self.is_due(value) {
            self.writer.apart(|writer| value.encode(writer));
        }
    }

    /// The same, with a call for each field: one function for all fields of a type.
    #[inline]
    pub(crate) fn next_small<T: Encode + ?Sized>(&mut self, value: &T) {
        if self.is_due(value) {
            encode_field(value, self.writer);
        }
    }

    #[inline]
    pub(crate) fn next_or_small<T: Encode + PartialEq>(&mut self, value: &T, default: &T) {
        if value.is_same(default) {
            self.nulls += 1;
        } else {
            self.next_small(value);
        }
    }

    /// Counts the next field, and says whether it is to be written now.
    #[expect(clippy::inline_always, reason = "what calls it is inlined always")]
    #[inline(always)]
    fn is_due<T: Encode + ?Sized>(&mut self, value: &T) -> bool {
        if value.is_null() {
            self.nulls += 1;
            return false;
        }
        if self.nulls > 0 {
            self.writer.nulls(self.nulls);
            self.count += self.nulls;
            self.nulls = 0;
        }
        self.count += 1;
        true
    }

    /// Writes the next field, as null if it has its default value.
    #[inline]
    pub fn next_or<T: Encode + PartialEq>(&mut self, value: &T, default: &T) {
        if value.is_same(default) {
            self.nulls += 1;
        } else {
            self.next(value);
        }
    }

    /// Ends the list.
    #[inline]
    pub fn finish(self) {
        self.compound.end(self.count, self.writer);
    }

    /// Ends the data of an item of an array, and says whether it fits the format.
    #[must_use]
    #[inline]
    pub fn finish_data(self) -> bool {
        self.compound.end_data(self.count, self.writer)
    }
}

/// Begins a list, and says where its size goes: that comes back in a register, the compound would not.
#[inline(never)]
fn begin(code: Option<u64>, writer: &mut Writer<'_>) -> usize {
    if let Some(code) = code {
        writer.descriptor(&Descriptor::numbered(code));
    }
    OpenCompound::begin(LIST, 0, writer).at()
}

#[inline(never)]
fn end(at: usize, count: usize, writer: &mut Writer<'_>) {
    OpenCompound::narrow(LIST, at).end(count, writer);
}

#[inline(never)]
fn encode_field<T: Encode + ?Sized>(value: &T, writer: &mut Writer<'_>) {
    value.encode_small(writer);
}
