//! Composites that are maps: fields by name.

use super::open::{MAP, OpenCompound};
use super::undescribed;
use crate::accepts::Accepts;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed, FieldAt};
use crate::format::{Format, Primitive};
use crate::primitive::SymbolRef;
use crate::reader::Reader;
use crate::writer::Writer;

/// Reads the fields of a composite that is a map, in whichever order they come.
#[derive(Debug)]
pub struct MapReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// All entries, and how many they are.
    entries: &'a [u8],
    count: usize,
    left: usize,
    /// How many of the keys the type did not know.
    unknown: usize,
    after: &'a [u8],
    /// What the budget allows below the fields, for errors.
    depth: u32,
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
        let format = undescribed(&constructor, crate::derived::MAP, reader)?;
        let (count, after) = enter_map(format, reader)?;
        let (entries, count, depth) = (reader.rest(), count / 2, reader.budget().depth);
        Ok(Self { entries, count, left: count, unknown: 0, after, depth, key: entries, reader })
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
        let text = match constructor.format().primitive() {
            _ if constructor.is_described() => None,
            Primitive::Symbol => Some(SymbolRef::decode_data(constructor, self.reader)?.as_str()),
            Primitive::String => Some(<&str>::decode_data(constructor, self.reader)?),
            _ => None,
        };
        match text {
            Some(text) => Ok(Some(text.as_bytes())),
            None => {
                self.reader.skip_data(constructor)?;
                Ok(Some(b""))
            }
        }
    }

    /// Reads the value of a known field into its place, which must be empty.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::DuplicateField`] if it is not; whatever is wrong with the octets.
    #[inline]
    pub fn value<T: Decode<'a>>(
        &mut self,
        field: FieldAt,
        place: &mut Option<T>,
    ) -> Result<(), Failed> {
        if place.is_some() {
            self.reader.error_in(self.key, DecodeErrorKind::DuplicateField);
            return Err(self.reader.within(field));
        }
        *place = Some(T::decode(self.reader).map_err(|_| self.reader.in_field(field, self.depth))?);
        Ok(())
    }

    /// Passes over the value of a field that the type does not know.
    ///
    /// # Errors
    ///
    /// What is wrong with its outline.
    #[inline]
    pub fn unknown(&mut self) -> Result<(), Failed> {
        self.unknown += 1;
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
    pub fn take<T: Decode<'a>>(&mut self, field: FieldAt, place: Option<T>) -> Result<T, Failed> {
        place.or_else(T::absent).ok_or_else(|| self.reader.missing(field))
    }

    /// Steps out of the map. If there were keys that the type does not know, nobody has compared them
    /// yet: gives how many entries there are, their octets and the reader.
    ///
    /// # Errors
    ///
    /// Octets left over inside the map.
    #[inline]
    pub(crate) fn leave(self) -> Result<Option<NotCompared<'r, 'a>>, Failed> {
        self.reader.leave(self.after)?;
        let to_compare = self.unknown > 1 && !self.reader.finds_cut();
        Ok(to_compare.then_some((self.count, self.entries, self.reader)))
    }
}

/// How many entries a map has, their octets, and the reader that is behind them.
pub(crate) type NotCompared<'r, 'a> = (usize, &'a [u8], &'r mut Reader<'a>);

/// Steps into a map: its items are keys and values in turn.
#[inline]
pub(crate) fn enter_map<'a>(
    format: Format,
    reader: &mut Reader<'a>,
) -> Result<(usize, &'a [u8]), Failed> {
    let (count, after) = reader.enter(format)?;
    if count % 2 == 0 { Ok((count, after)) } else { Err(reader.error(DecodeErrorKind::OddMap)) }
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
        Self { compound: OpenCompound::begin(MAP, 0, writer), writer, count: 0 }
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
        if !value.is_same(default) {
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
