//! Walking lists and maps: what the derives' output calls.

use crate::accepts::Accepts;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed, Field};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

/// Reads the fields of a composite, one after another.
#[derive(Debug)]
pub struct ListReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: usize,
    after: &'a [u8],
}

impl<'r, 'a> ListReader<'r, 'a> {
    /// Steps into a list whose constructor has been read.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedType`] if the constructor is not one of those accepted or the
    /// data is no list; otherwise what is wrong with the list's size and count.
    #[inline]
    pub fn new(
        constructor: Constructor<'a>,
        accepts: &'static Accepts,
        reader: &'r mut Reader<'a>,
    ) -> Result<Self, Failed> {
        if !accepts.admits(&constructor) {
            return Err(reader.unexpected(&constructor, accepts));
        }
        let format = undescribed(&constructor, LIST_DATA, reader)?;
        let (left, after) = reader.enter(format)?;
        Ok(Self { reader, left, after })
    }

    /// Reads the next field. A list that has ended has null for each further field.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::MissingField`] for a field that must be there and is not; whatever is
    /// wrong with its octets.
    #[inline]
    pub fn next<T: Decode<'a>>(&mut self, field: &'static Field) -> Result<T, Failed> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                T::decode(self.reader).map_err(|_| self.reader.within(field))
            }
            None => T::absent().ok_or_else(|| self.reader.missing(field)),
        }
    }

    /// Reads the next field, which has a default for when it is null or absent.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with its octets.
    #[inline]
    pub fn next_or<T: Decode<'a>>(
        &mut self,
        field: &'static Field,
        default: impl FnOnce() -> T,
    ) -> Result<T, Failed> {
        Ok(self.next::<Option<T>>(field)?.unwrap_or_else(default))
    }

    /// Passes over the fields that the type does not know, and steps out of the list.
    ///
    /// # Errors
    ///
    /// What is wrong with those fields' outlines; octets left over inside the list.
    #[inline]
    pub fn finish(self) -> Result<(), Failed> {
        for _ in 0..self.left {
            self.reader.skip()?;
        }
        self.reader.leave(self.after)
    }

    /// Steps out of the list, which must have ended.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnknownField`] if there are more fields; octets left over inside the list.
    #[inline]
    pub fn finish_strict(self) -> Result<(), Failed> {
        if self.left > 0 {
            return Err(self.reader.error(DecodeErrorKind::UnknownField));
        }
        self.reader.leave(self.after)
    }
}

/// Reads the fields of a composite that is a map, in whichever order they come.
#[derive(Debug)]
pub struct MapReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: usize,
    after: &'a [u8],
    /// Where the key that was read last begins, for errors.
    key: &'a [u8],
}

impl<'r, 'a> MapReader<'r, 'a> {
    /// Steps into a map whose constructor has been read.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::UnexpectedType`] if the constructor is not one of those accepted or the
    /// data is no map; otherwise what is wrong with the map's size and count.
    #[inline]
    pub fn new(
        constructor: Constructor<'a>,
        accepts: &'static Accepts,
        reader: &'r mut Reader<'a>,
    ) -> Result<Self, Failed> {
        if !accepts.admits(&constructor) {
            return Err(reader.unexpected(&constructor, accepts));
        }
        let format = undescribed(&constructor, MAP_DATA, reader)?;
        let (count, after) = enter_map(format, reader)?;
        Ok(Self { left: count / 2, after, key: reader.rest(), reader })
    }

    /// Reads the next key; none when the map has ended. Keys that are symbols and keys that are
    /// strings are given as their octets; any other key as none at all, `b""`.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the key's octets.
    #[inline]
    pub fn next_key(&mut self) -> Result<Option<&'a [u8]>, Failed> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.key = self.reader.rest();
        let constructor = self.reader.constructor()?;
        let data = self.reader.variable(constructor.format())?;
        let textual = !constructor.is_described()
            && matches!(constructor.format().primitive(), Primitive::Symbol | Primitive::String);
        Ok(Some(if textual { data } else { b"" }))
    }

    /// Reads the value of a known field into its place, which must be empty.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::DuplicateField`] if it is not; whatever is wrong with the octets.
    #[inline]
    pub fn value<T: Decode<'a>>(
        &mut self,
        field: &'static Field,
        place: &mut Option<T>,
    ) -> Result<(), Failed> {
        if place.is_some() {
            self.reader.error_in(self.key, DecodeErrorKind::DuplicateField);
            return Err(self.reader.within(field));
        }
        *place = Some(T::decode(self.reader).map_err(|_| self.reader.within(field))?);
        Ok(())
    }

    /// Passes over the value of a field that the type does not know.
    ///
    /// # Errors
    ///
    /// What is wrong with its outline.
    #[inline]
    pub fn unknown(&mut self) -> Result<(), Failed> {
        self.reader.skip()
    }

    /// The error for a field that the type does not know.
    ///
    /// # Errors
    ///
    /// Always [`DecodeErrorKind::UnknownField`], at the key.
    #[cold]
    pub fn unknown_strict(&mut self) -> Result<(), Failed> {
        Err(self.reader.error_in(self.key, DecodeErrorKind::UnknownField))
    }

    /// The value of a field, once all have been read.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::MissingField`] for a field that must be there and is not.
    #[inline]
    pub fn take<T: Decode<'a>>(
        &mut self,
        field: &'static Field,
        place: Option<T>,
    ) -> Result<T, Failed> {
        place.or_else(T::absent).ok_or_else(|| self.reader.missing(field))
    }

    /// Steps out of the map.
    ///
    /// # Errors
    ///
    /// Octets left over inside the map.
    #[inline]
    pub fn finish(self) -> Result<(), Failed> {
        self.reader.leave(self.after)
    }
}

/// Steps into a map: its items are keys and values in turn.
#[inline]
pub(crate) fn enter_map<'a>(
    format: Format,
    reader: &mut Reader<'a>,
) -> Result<(usize, &'a [u8]), Failed> {
    let (count, after) = reader.enter(format)?;
    if count % 2 == 0 { Ok((count, after)) } else { Err(reader.error(DecodeErrorKind::OddMap)) }
}

const LIST_DATA: &Accepts = &Accepts::primitive(Primitive::List);
const MAP_DATA: &Accepts = &Accepts::primitive(Primitive::Map);

/// The format behind the descriptor, if there is one; it must be of this type, and not be described
/// once more.
#[inline]
fn undescribed<'a>(
    constructor: &Constructor<'a>,
    expected: &'static Accepts,
    reader: &mut Reader<'a>,
) -> Result<Format, Failed> {
    let data = Constructor::primitive(constructor.format());
    if expected.admits(&data) && !constructor.is_nested() {
        return Ok(constructor.format());
    }
    // The descriptor was right, so the fault is behind it.
    Err(reader.unexpected(if constructor.is_nested() { constructor } else { &data }, expected))
}

/// Writes the fields of a composite, one after another, and leaves out the nulls at its end.
#[derive(Debug)]
pub struct ListWriter<'w, 'b> {
    writer: &'w mut Writer<'b>,
    compound: OpenCompound,
    count: usize,
    /// How many fields, and how many octets in all, there were behind the last one not null.
    kept: (usize, usize),
}

impl<'w, 'b> ListWriter<'w, 'b> {
    /// Begins a list. A descriptor goes before it.
    #[inline]
    pub fn new(writer: &'w mut Writer<'b>) -> Self {
        let compound = OpenCompound::begin(LIST, false, writer);
        Self::inside(compound, writer)
    }

    /// Begins the data of a list whose format code stands elsewhere: an item of an array.
    #[inline]
    pub fn data(format: Format, writer: &'w mut Writer<'b>) -> Self {
        let compound = OpenCompound::begin_data(LIST, format, writer);
        Self::inside(compound, writer)
    }

    #[inline]
    fn inside(compound: OpenCompound, writer: &'w mut Writer<'b>) -> Self {
        let len = writer.len();
        Self { writer, compound, count: 0, kept: (0, len) }
    }

    /// Writes the next field.
    #[inline]
    pub fn next<T: Encode + ?Sized>(&mut self, value: &T) {
        self.count += 1;
        value.encode(self.writer);
        if !value.is_null() {
            self.kept = (self.count, self.writer.len());
        }
    }

    /// Writes the next field, as null if it has its default value.
    #[inline]
    pub fn next_or<T: Encode + PartialEq>(&mut self, value: &T, default: &T) {
        if value == default {
            self.count += 1;
            self.writer.format(Format::Null);
        } else {
            self.next(value);
        }
    }

    /// Ends the list.
    #[inline]
    pub fn finish(self) {
        let (count, len) = self.kept;
        self.writer.truncate(len);
        self.compound.end(count, self.writer);
    }

    /// Ends the data of an item of an array, and says whether it fits the format.
    #[must_use]
    #[inline]
    pub fn finish_data(self) -> bool {
        let (count, len) = self.kept;
        self.writer.truncate(len);
        self.compound.end_data(count, self.writer)
    }
}

/// Writes the fields of a composite that is a map; fields that are null are left out.
#[derive(Debug)]
pub struct MapWriter<'w, 'b> {
    writer: &'w mut Writer<'b>,
    compound: OpenCompound,
    count: usize,
}

impl<'w, 'b> MapWriter<'w, 'b> {
    /// Begins a map. A descriptor goes before it.
    #[inline]
    pub fn new(writer: &'w mut Writer<'b>) -> Self {
        Self { compound: OpenCompound::begin(MAP, false, writer), writer, count: 0 }
    }

    /// Begins the data of a map whose format code stands elsewhere: an item of an array.
    #[inline]
    pub fn data(format: Format, writer: &'w mut Writer<'b>) -> Self {
        Self { compound: OpenCompound::begin_data(MAP, format, writer), writer, count: 0 }
    }

    /// Writes a key, a symbol or a string, and its value, unless that is null.
    #[inline]
    pub fn entry<K: Encode, T: Encode + ?Sized>(&mut self, key: &K, value: &T) {
        if !value.is_null() {
            self.count += 2;
            key.encode(self.writer);
            value.encode(self.writer);
        }
    }

    /// Writes a key and its value, unless that is the default.
    #[inline]
    pub fn entry_or<K: Encode, T: Encode + PartialEq>(&mut self, key: &K, value: &T, default: &T) {
        if value != default {
            self.entry(key, value);
        }
    }

    /// Ends the map.
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

/// The two formats of a kind of compound, narrow and wide.
pub(crate) type Pair = (Format, Format);

pub(crate) const LIST: Pair = (Format::List8, Format::List32);
pub(crate) const MAP: Pair = (Format::Map8, Format::Map32);
pub(crate) const ARRAY: Pair = (Format::Array8, Format::Array32);

/// A list, map or array whose items are being written.
///
/// Its size and count go before the items and are known after them. It begins with one octet for
/// each, which suits nearly all there are, and is moved apart if it turns out longer.
#[derive(Debug)]
#[must_use]
pub(crate) struct OpenCompound {
    formats: Pair,
    /// Where the size goes. The format code is right before it, unless it stands elsewhere.
    at: usize,
    wide: bool,
}

impl OpenCompound {
    /// Writes the format code and leaves room for size and count. `wide`: known to need 32 bits.
    #[inline]
    pub(crate) fn begin(formats: Pair, wide: bool, writer: &mut Writer<'_>) -> Self {
        let format = if wide { formats.1 } else { formats.0 };
        writer.format(format);
        Self::begin_data(formats, format, writer)
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
    pub(crate) fn end(mut self, count: usize, writer: &mut Writer<'_>) {
        if count == 0 && self.formats.0 == Format::List8 {
            writer.truncate(self.at - 1);
            writer.format(Format::List0);
        } else if !self.wide && !self.fill_narrow(count, writer) {
            self.widen(writer);
            self.fill_wide(count, writer);
        } else if self.wide {
            self.fill_wide(count, writer);
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
        match (u8::try_from(writer.len() - self.at - 1), u8::try_from(count)) {
            (Ok(size), Ok(count)) => {
                writer.patch(self.at, [size, count]);
                true
            }
            _ => false,
        }
    }

    fn fill_wide(&self, count: usize, writer: &mut Writer<'_>) {
        let size = writer.size(writer.len() - self.at - 4);
        let count = writer.size(count);
        writer.patch(self.at, size.to_be_bytes());
        writer.patch(self.at + 4, count.to_be_bytes());
    }

    #[cold]
    fn widen(&mut self, writer: &mut Writer<'_>) {
        writer.insert::<6>(self.at + 2);
        writer.patch(self.at - 1, [self.formats.1.code()]);
        self.wide = true;
    }
}
