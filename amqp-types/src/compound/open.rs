//! Lists, maps and arrays that are being written: their size goes before what it counts.

use crate::format::Format;
use crate::writer::Writer;

/// The two formats of a kind of compound, narrow and wide.
pub(crate) type Pair = (Format, Format);

pub(crate) const LIST: Pair = (Format::List8, Format::List32);
pub(crate) const MAP: Pair = (Format::Map8, Format::Map32);
pub(crate) const ARRAY: Pair = (Format::Array8, Format::Array32);

/// A list, map or array whose items are being written.
///
/// Its size and count go before the items and are known after them. It begins with one octet for
/// each, which suits nearly all there are, and its items are moved if they turn out longer.
#[derive(Debug)]
#[must_use]
pub(crate) struct OpenCompound {
    formats: Pair,
    /// Where the size goes. The format code is right before it, unless it stands elsewhere.
    at: usize,
    wide: bool,
}

impl OpenCompound {
    /// Writes the format code and leaves room for size and count. `expected`: how many items there
    /// will be, 0 if that is not known. A count of more than 255 is known to need 32 bits.
    #[inline]
    pub(crate) fn begin(formats: Pair, expected: usize, writer: &mut Writer<'_>) -> Self {
        let wide = expected > usize::from(u8::MAX);
        if wide {
            writer.fixed_width(formats.1, [0; 8]);
            Self { formats, at: writer.len() - 8, wide }
        } else {
            writer.octets([formats.0.code(), 0, 0]);
            Self { formats, at: writer.len() - 2, wide }
        }
    }

    /// One that has begun in the narrow format, its size going here.
    #[inline]
    pub(crate) const fn narrow(formats: Pair, at: usize) -> Self {
        Self { formats, at, wide: false }
    }

    /// Where the size goes.
    #[inline]
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Leaves room for size and count behind a format code that stands elsewhere.
    #[inline]
    pub(crate) fn begin_data(formats: Pair, format: Format, writer: &mut Writer<'_>) -> Self {
        let at = writer.len();
        let wide = format == formats.1;
        if wide {
            writer.octets([0; 8]);
        } else {
            writer.octets([0; 2]);
        }
        Self { formats, at, wide }
    }

    /// Fills in size and count.
    #[inline]
    pub(crate) fn end(self, count: usize, writer: &mut Writer<'_>) {
        if count == 0 && self.formats.0 == Format::List8 {
            writer.truncate(self.at - 1);
            writer.format(Format::List0);
        } else if self.wide || !self.fill_narrow(count, writer) {
            writer.apart(|writer| self.end_wide(count, writer));
        }
    }

    /// Fills in size and count; says whether they fit, and takes everything back if not.
    #[inline]
    pub(crate) fn end_data(self, count: usize, writer: &mut Writer<'_>) -> bool {
        if self.wide {
            self.fill_wide(count, writer);
        } else if !self.fill_narrow(count, writer) {
            writer.truncate(self.at);
            return false;
        }
        true
    }

    #[inline]
    fn fill_narrow(&self, count: usize, writer: &mut Writer<'_>) -> bool {
        // A size counts everything after itself, the count included; no count exceeds its size
        // but an array's of items without octets.
        match (u8::try_from(writer.len().saturating_sub(self.at + 1)), u8::try_from(count)) {
            (Ok(size), Ok(count)) => {
                writer.patch(self.at, [size, count]);
                true
            }
            _ => false,
        }
    }

    fn fill_wide(&self, count: usize, writer: &mut Writer<'_>) {
        let size = writer.size(writer.len().saturating_sub(self.at + 4));
        let count = writer.size(count);
        writer.patch(self.at, size.to_be_bytes());
        writer.patch(self.at + 4, count.to_be_bytes());
    }

    /// Fills in size and count where it began wide, or must be and began narrow.
    #[cold]
    #[inline(never)]
    fn end_wide(self, count: usize, writer: &mut Writer<'_>) {
        if !self.wide {
            writer.insert::<6>(self.at + 2);
            writer.patch(self.at - 1, [self.formats.1.code()]);
        }
        self.fill_wide(count, writer);
    }
}
