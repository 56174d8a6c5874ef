//! Lists, maps and arrays that are being written: their size and count are known after their items.

use super::Writer;
use crate::descriptor::Descriptor;
use crate::format::Format;

/// The two formats of lists, of maps, or of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    /// With a size and a count of one octet each.
    pub(crate) narrow: Format,
    /// With a size and a count of four octets each.
    pub(crate) wide: Format,
}

pub(crate) const LIST: Formats = Formats { narrow: Format::List8, wide: Format::List32 };
pub(crate) const MAP: Formats = Formats { narrow: Format::Map8, wide: Format::Map32 };
pub(crate) const ARRAY: Formats = Formats { narrow: Format::Array8, wide: Format::Array32 };

impl Writer<'_> {
    /// Writes a list, map or array. A function writes the items, and returns how many there are. There are at
    /// least `expected`: more than 255 need the wide format.
    #[inline]
    pub(crate) fn compound(
        &mut self,
        formats: Formats,
        expected: usize,
        write: impl FnOnce(&mut Writer<'_>) -> usize,
    ) {
        self.outlined(|writer| {
            let header = CompoundHeader::begin(formats, expected, writer);
            let count = write(writer);
            header.end(count, writer);
        });
    }

    /// Writes the data of a list, map or array that is an item of an array, after the format code that the
    /// items share. Returns whether it fits the format; if not, takes everything back.
    #[inline]
    pub(crate) fn compound_value(
        &mut self,
        formats: Formats,
        format: Format,
        write: impl FnOnce(&mut Writer<'_>) -> usize,
    ) -> bool {
        let header = CompoundHeader::begin_value(formats, format, self);
        let count = write(self);
        header.end_value(count, self)
    }
}

/// The size and count of a list, map or array whose items are being written.
///
/// A header begins with one octet for each, which fits nearly all compounds; the items are moved if
/// they are longer. Encoding fails if a header is not ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompoundHeader {
    formats: Formats,
    /// The position of the size. The format code is right before it, unless the items of an array
    /// share it.
    at: usize,
    is_wide: bool,
}

impl CompoundHeader {
    /// Writes the format code, and leaves room for size and count.
    #[inline]
    pub(crate) fn begin(formats: Formats, expected: usize, writer: &mut Writer<'_>) -> Self {
        let is_wide = expected > usize::from(u8::MAX);
        if is_wide {
            writer.fixed_width(formats.wide, [0; 8]);
        } else {
            writer.octets([formats.narrow.code(), 0, 0]);
        }
        Self::open(formats, is_wide, writer)
    }

    /// Writes a descriptor and the format code of a list, and leaves room for size and count.
    #[expect(clippy::inline_always, reason = "the descriptor is known at compile time")]
    #[inline(always)]
    pub(crate) fn begin_described_list(descriptor: &Descriptor, writer: &mut Writer<'_>) -> Self {
        match descriptor.code().map(u8::try_from) {
            // Most descriptors take one octet, and are written at once with the header. All of it must fit:
            // `end` may go back to the octet after the descriptor, which is otherwise not written.
            Some(Ok(code @ 1..)) if writer.room.fits(6) => {
                let (ulong, list) = (Format::SmallUlong.code(), Format::List8.code());
                writer.octets([0, ulong, code, list, 0, 0]);
                Self::open(LIST, false, writer)
            }
            _ => {
                writer.descriptor(descriptor);
                Self::begin(LIST, 0, writer)
            }
        }
    }

    /// Leaves room for size and count after a format code that the items of an array share.
    #[inline]
    pub(crate) fn begin_value(formats: Formats, format: Format, writer: &mut Writer<'_>) -> Self {
        let is_wide = format == formats.wide;
        if is_wide {
            writer.octets([0; 8]);
        } else {
            writer.octets([0; 2]);
        }
        Self::open(formats, is_wide, writer)
    }

    /// Opens the header for which room was just left.
    #[inline]
    fn open(formats: Formats, is_wide: bool, writer: &Writer<'_>) -> Self {
        writer.state.open();
        let at = writer.len().wrapping_sub(if is_wide { 8 } else { 2 });
        Self { formats, at, is_wide }
    }

    /// Writes size and count.
    #[inline]
    pub(crate) fn end(self, count: usize, writer: &mut Writer<'_>) {
        writer.state.close();
        if count == 0 && self.formats == LIST {
            writer.truncate(self.at - 1);
            writer.format(Format::List0);
        } else if !self.is_wide
            && let (Ok(size), Ok(octet)) =
                (u8::try_from(self.narrow_size(writer)), u8::try_from(count))
        {
            writer.patch(self.at, [size, octet]);
        } else {
            // A struct of this size would be passed in memory, and kept there.
            let Self { formats, at, is_wide } = self;
            writer.outlined(|writer| end_wide(formats, at, is_wide, count, writer));
        }
    }

    /// Writes size and count. Returns whether they fit the format; if not, takes everything back.
    #[inline]
    pub(crate) fn end_value(self, count: usize, writer: &mut Writer<'_>) -> bool {
        writer.state.close();
        match (u8::try_from(self.narrow_size(writer)), u8::try_from(count)) {
            _ if self.is_wide => write_wide(self.at, count, writer),
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
    const fn narrow_size(self, writer: &Writer<'_>) -> usize {
        writer.len().wrapping_sub(self.at + 1)
    }
}

/// Writes size and count in the wide format. If the header began narrow, the items are moved.
#[cold]
#[inline(never)]
fn end_wide(formats: Formats, at: usize, is_wide: bool, count: usize, writer: &mut Writer<'_>) {
    if !is_wide {
        writer.insert::<6>(at + 2);
        writer.patch(at - 1, [formats.wide.code()]);
    }
    write_wide(at, count, writer);
}

fn write_wide(at: usize, count: usize, writer: &mut Writer<'_>) {
    let size = writer.size(writer.len().saturating_sub(at + 4));
    let count = writer.size(count);
    writer.patch(at, size.to_be_bytes());
    writer.patch(at + 4, count.to_be_bytes());
}
