//! The fields of a map, by name.

use alloc::vec::Vec;

use super::{format_of, value_or_null};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::error::{DecodeErrorKind, Failed, FieldAt};
use crate::format::{Format, Primitive};
use crate::keys;
use crate::primitive::SymbolRef;
use crate::reader::Reader;
use crate::value::ValueRef;
use crate::view::ShortKeys;
use crate::writer::{MAP, Writer};

/// Reads the fields of a composite that is a map, in any order: see [`Reader::map_fields`].
#[derive(Debug)]
pub struct MapReader<'r, 'de> {
    /// The cursor over the entries.
    fields: Reader<'r, 'de>,
    /// The number of entries that are left.
    left: usize,
    /// The number of keys that the type does not know.
    unknown: usize,
    /// The octets that begin with the last key, for errors.
    key: &'de [u8],
}

impl<'de> Reader<'_, 'de> {
    /// Reads a map by calling a function with a reader of its entries, which must read keys until there are no
    /// more. The constructor must have been read.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedType`] if the constructor is not one of those
    /// accepted or the data is not a map; if the map's size or count is wrong; with
    /// [`DecodeErrorKind::DuplicateKey`] if a key that the function does not know appears twice
    /// (section 1.6.23); or as the function does.
    #[inline]
    pub fn map_fields<T>(
        &mut self,
        constructor: Constructor<'de>,
        accepts: &'static Accepts,
        read: impl FnOnce(&mut MapReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let format = format_of(constructor, accepts, Primitive::Map, self)?;
        let (count, entries) = self.map(format)?.split();
        self.entries(count / 2, entries, read)
    }

    /// Reads the fields of a map, given the number and the octets of its entries, with a function.
    #[inline]
    pub(crate) fn entries<T>(
        &mut self,
        count: usize,
        entries: &'de [u8],
        read: impl FnOnce(&mut MapReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        self.items(entries, |reader| {
            let mut map =
                MapReader { fields: reader.at(entries), left: count, unknown: 0, key: entries };
            let value = read(&mut map)?;
            let (rest, unknown) = (map.fields.remaining(), map.unknown);
            reader.set_remaining(rest);
            // Entries that were not read have not been validated, and are an error anyway.
            if unknown > 1 && reader.is_empty() {
                reader.outlined(|reader| compare_keys(count, entries, reader))?;
            }
            Ok(value)
        })
    }
}

impl<'de> MapReader<'_, 'de> {
    /// Reads the next key, or returns `None` if the map has ended. A key that is a symbol or a string
    /// is returned as its octets; any other key as no octets.
    ///
    /// # Errors
    ///
    /// Fails if the key is invalid.
    #[inline]
    pub fn next_key(&mut self) -> Result<Option<&'de [u8]>, Failed> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.key = self.fields.remaining();
        let constructor = self.fields.constructor()?;
        let text = match constructor.format().primitive() {
            _ if constructor.is_described() => None,
            Primitive::Symbol => {
                Some(SymbolRef::decode_value(constructor, &mut self.fields)?.as_str())
            }
            Primitive::String => Some(<&str>::decode_value(constructor, &mut self.fields)?),
            _ => None,
        };
        match text {
            Some(text) => Ok(Some(text.as_bytes())),
            None => {
                self.fields.skip_value(constructor)?;
                Ok(Some(b""))
            }
        }
    }

    /// Decodes the value of a known field into its place, which must be empty.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::DuplicateField`] if the place is not empty, or if the field's
    /// value is invalid.
    #[inline]
    pub fn value<T: Decode<'de>>(
        &mut self,
        field: FieldAt,
        place: &mut Option<T>,
    ) -> Result<(), Failed> {
        let start = self.fields.remaining();
        if place.is_some() {
            return Err(self.duplicate(field, start));
        }
        let value = T::decode(&mut self.fields);
        *place = Some(value.map_err(|_| self.fields.with_field(field, start))?);
        Ok(())
    }

    /// Decodes the value of a known field with a function into its place, which must be empty. `null` returns
    /// the value of a field that is null.
    ///
    /// # Errors
    ///
    /// Fails as [`value`](Self::value) does, or with [`DecodeErrorKind::MissingField`] if the value is null
    /// and `null` returns `None`.
    #[inline]
    pub fn value_with<T>(
        &mut self,
        field: FieldAt,
        place: &mut Option<T>,
        null: impl FnOnce() -> Option<T>,
        decode: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<(), Failed> {
        let start = self.fields.remaining();
        if place.is_some() {
            return Err(self.duplicate(field, start));
        }
        match value_or_null(&mut self.fields, null, decode) {
            Ok(Some(value)) => {
                *place = Some(value);
                Ok(())
            }
            other => Err(self.fields.fail_field(field, start, other.is_ok())),
        }
    }

    #[cold]
    fn duplicate(&mut self, field: FieldAt, start: &[u8]) -> Failed {
        self.fields.error_in(self.key, DecodeErrorKind::DuplicateField);
        self.fields.with_field(field, start)
    }

    /// Skips the value of a field that the type does not know.
    ///
    /// # Errors
    ///
    /// Fails if the constructor or the size of the value is invalid.
    #[inline]
    pub fn unknown(&mut self) -> Result<(), Failed> {
        self.unknown += 1;
        self.fields.skip()
    }

    /// Fails because of a field that the type does not know.
    ///
    /// # Errors
    ///
    /// Always fails, with [`DecodeErrorKind::UnknownField`] at the key.
    #[cold]
    pub fn unknown_strict(&mut self) -> Result<(), Failed> {
        Err(self.fields.error_in(self.key, DecodeErrorKind::UnknownField))
    }

    /// Returns the value of a field after all keys have been read.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::MissingField`] if the field is absent and mandatory.
    #[inline]
    pub fn take<T: Decode<'de>>(&mut self, field: FieldAt, place: Option<T>) -> Result<T, Failed> {
        self.take_or(field, place, T::absent)
    }

    /// Returns the value of a field after all keys have been read. `absent` returns the value of a field that
    /// is absent.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::MissingField`] if the field is absent and `absent` returns `None`.
    #[inline]
    pub fn take_or<T>(
        &mut self,
        field: FieldAt,
        place: Option<T>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Result<T, Failed> {
        place
            .or_else(absent)
            .ok_or_else(|| self.fields.fail_field(field, self.fields.remaining(), true))
    }
}

/// Compares the keys of entries, of which some are unknown to the type: only the sizes of those and
/// of their values have been checked.
#[cold]
#[inline(never)]
fn compare_keys<'de>(
    count: usize,
    entries: &'de [u8],
    reader: &mut Reader<'_, 'de>,
) -> Result<(), Failed> {
    if ShortKeys::<32>::are_all_distinct(count, entries) {
        return Ok(());
    }
    let mut entries = Reader::trusted(entries);
    let mut keys: Vec<(ValueRef<'de>, &'de [u8])> = reader.vec_with_capacity(count)?;
    let mut octets = 0;
    for _ in 0..count {
        let start = entries.remaining();
        let key = entries.raw()?;
        octets += keys::work(key, key.len());
        // A key that is not a value is ignored, like everything that the type does not know.
        if let Ok(key) = ValueRef::from_bytes(key) {
            keys.push((key, start));
        }
        entries.skip()?;
    }
    reader.charge_comparisons(count, octets)?;
    match keys::first_duplicate(&keys, |(key, _)| key).and_then(|index| keys.get(index)) {
        Some((_, key)) => Err(reader.error_in(key, DecodeErrorKind::DuplicateKey)),
        None => Ok(()),
    }
}

/// Writes the fields of a composite that is a map: see [`Writer::map`].
#[derive(Debug)]
pub struct MapWriter<'m, 'w> {
    writer: &'m mut Writer<'w>,
    /// The number of keys and values that have been written.
    count: usize,
}

impl Writer<'_> {
    /// Writes a map, whose entries a function writes. For a described map, write the
    /// [`descriptor`](Self::descriptor) first.
    #[inline]
    pub fn map(&mut self, write: impl FnOnce(&mut MapWriter<'_, '_>)) {
        self.compound(MAP, 0, |writer| write_map(write, writer));
    }

    /// Writes the data of a map that is an item of an array. Returns whether it fits the format, as
    /// [`ArrayItem::encode_value`](crate::ArrayItem::encode_value) does.
    #[must_use]
    #[inline]
    pub fn map_value(
        &mut self,
        format: Format,
        write: impl FnOnce(&mut MapWriter<'_, '_>),
    ) -> bool {
        self.compound_value(MAP, format, |writer| write_map(write, writer))
    }
}

#[inline]
fn write_map(write: impl FnOnce(&mut MapWriter<'_, '_>), writer: &mut Writer<'_>) -> usize {
    let mut map = MapWriter { writer, count: 0 };
    write(&mut map);
    map.count
}

impl MapWriter<'_, '_> {
    /// Writes a key and its value, unless the value is null. The key must be a symbol or a string that was not
    /// written before. This is not checked: a map with a key that appears twice cannot be decoded.
    #[inline]
    pub fn entry<K: Encode, T: Encode + ?Sized>(&mut self, key: &K, value: &T) {
        if !value.is_null() {
            self.writer.outlined(|writer| {
                key.encode(writer);
                value.encode(writer);
            });
            self.count += 2;
        }
    }
}
