//! Lists, maps and arrays that are being written: their size and count are known after their items.

use super::Writer;
use crate::descriptor::Descriptor;
use crate::format::Format;

/// The two formats of a kind of compound: narrow, then wide.
pub(crate) type Formats = (Format, Format);

pub(crate) const LIST: Formats = (Format::List8, Format::List32);
pub(crate) const MAP: Formats = (Format::Map8, Format::Map32);
pub(crate) const ARRAY: Formats = (Format::Array8, Format::Array32);

const SMALL_ULONG: u8 = Format::SmallUlong.code();
const ULONG: u8 = Format::Ulong.code();
const LIST8: u8 = Format::List8.code();

/// The size and count of a list, map or array whose items are being written.
///
/// A header begins with one octet for each, which fits nearly all compounds; the items are moved if
/// they are longer.
#[derive(Debug)]
#[must_use]
pub(crate) struct CompoundHeader {
    formats: Formats,
    /// The position of the size. The format code is right before it, unless the items of an array
    /// share it.
    at: usize,
    is_wide: bool,
}

impl CompoundHeader {
    /// Writes the format code, and leaves room for size and count. `count` is the number of items,
    /// or 0 if it is not known: more than 255 need the wide format.
    #[inline]
    pub(crate) fn begin(formats: Formats, count: usize, writer: &mut Writer<'_>) -> Self {
        let is_wide = count > usize::from(u8::MAX);
        if is_wide {
            writer.fixed_width(formats.1, [0; 8]);
            Self { formats, at: writer.len().wrapping_sub(8), is_wide }
        } else {
            writer.octets([formats.0.code(), 0, 0]);
            Self { formats, at: writer.len().wrapping_sub(2), is_wide }
        }
    }

    /// Writes a descriptor and the format code of a list, and leaves room for size and count. Where possible,
    /// all of them are written at once.
    #[expect(clippy::inline_always, reason = "the descriptor is known at compile time")]
    #[inline(always)]
    pub(crate) fn begin_described_list(descriptor: &Descriptor, writer: &mut Writer<'_>) -> Self {
        let is_written = match descriptor.code() {
            None | Some(0) => false,
            Some(code) => match u8::try_from(code) {
                Ok(small) => writer.try_octets([0, SMALL_ULONG, small, LIST8, 0, 0]),
                Err(_) => {
                    let [a, b, c, d, e, f, g, h] = code.to_be_bytes();
                    writer.try_octets([0, ULONG, a, b, c, d, e, f, g, h, LIST8, 0, 0])
                }
            },
        };
        if is_written {
            Self { formats: LIST, at: writer.len().wrapping_sub(2), is_wide: false }
        } else {
            writer.outlined(|writer| begin_after_descriptor(descriptor, writer))
        }
    }

    /// Leaves room for size and count after a format code that the items of an array share.
    #[inline]
    pub(crate) fn begin_value(formats: Formats, format: Format, writer: &mut Writer<'_>) -> Self {
        let at = writer.len();
        let is_wide = format == formats.1;
        if is_wide {
            writer.octets([0; 8]);
        } else {
            writer.octets([0; 2]);
        }
        Self { formats, at, is_wide }
    }

    /// Writes size and count.
    #[inline]
    pub(crate) fn end(self, count: usize, writer: &mut Writer<'_>) {
        if count == 0 && self.formats.0 == Format::List8 {
            writer.truncate(self.at - 1);
            writer.format(Format::List0);
        } else if !self.is_wide
            && let (Ok(size), Ok(octet)) = (u8::try_from(self.size(writer)), u8::try_from(count))
        {
            writer.patch(self.at, [size, octet]);
        } else {
            writer.rarely(|writer| self.end_wide(count, writer));
        }
    }

    /// Writes size and count. Returns whether they fit the format; if not, takes everything back.
    #[inline]
    pub(crate) fn end_value(self, count: usize, writer: &mut Writer<'_>) -> bool {
        match (u8::try_from(self.size(writer)), u8::try_from(count)) {
            _ if self.is_wide => self.write_wide(count, writer),
            (Ok(size), Ok(count)) => writer.patch(self.at, [size, count]),
            _ => {
                writer.truncate(self.at);
                return false;
            }
        }
        true
    }

    /// Returns the size in the narrow format: that of everything after it, the count included.
    #[inline]
    const fn size(&self, writer: &Writer<'_>) -> usize {
        writer.len().wrapping_sub(self.at + 1)
    }

    fn write_wide(&self, count: usize, writer: &mut Writer<'_>) {
        let size = writer.size(writer.len().saturating_sub(self.at + 4));
        let count = writer.size(count);
        writer.patch(self.at, size.to_be_bytes());
        writer.patch(self.at + 4, count.to_be_bytes());
    }

    /// Writes size and count in the wide format. If the header began narrow, the items are moved.
    #[cold]
    #[inline(never)]
    fn end_wide(self, count: usize, writer: &mut Writer<'_>) {
        if !self.is_wide {
            writer.insert::<6>(self.at + 2);
            writer.patch(self.at - 1, [self.formats.1.code()]);
        }
        self.write_wide(count, writer);
    }
}

#[cold]
#[inline(never)]
fn begin_after_descriptor(descriptor: &Descriptor, writer: &mut Writer<'_>) -> CompoundHeader {
    writer.descriptor(descriptor);
    CompoundHeader::begin(LIST, 0, writer)
}
