//! The fields of a list, by position.

use super::{format_of, value_or_null};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::descriptor::Descriptor;
use crate::encode::Encode;
use crate::error::{DecodeErrorKind, Failed, FieldNames};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::{CompoundHeader, LIST, Writer};

/// Reads the fields of a composite that is a list, one after another: see [`Reader::list`].
#[derive(Debug)]
pub struct ListReader<'r, 'de> {
    /// The cursor over the fields.
    fields: Reader<'r, 'de>,
    /// The number of fields in the list.
    count: usize,
    /// The number of fields that have been read or were absent.
    index: usize,
    /// The names of the fields, in the order in which they are read.
    names: &'static FieldNames,
}

impl<'de> Reader<'_, 'de> {
    /// Reads a list by calling a function with a reader of its fields. The constructor must have been read.
    /// Fields that the function does not read are ignored. Errors name the fields by `names`, which are in the
    /// order in which they are read.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnexpectedType`] if the constructor is not one of those
    /// accepted or the data is not a list; if the list's size or count is wrong; or as the function
    /// does.
    #[inline]
    pub fn list<T>(
        &mut self,
        constructor: Constructor<'de>,
        accepts: &'static Accepts,
        names: &'static FieldNames,
        read: impl FnOnce(&mut ListReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let mut list = self.begin_list(constructor, accepts, names)?;
        let value = read(&mut list)?;
        list.finish()?;
        Ok(value)
    }

    /// Reads the constructor and the fields of a described list, as [`list`](Self::list) does.
    ///
    /// # Errors
    ///
    /// Fails as [`constructor`](Self::constructor) and [`list`](Self::list) do.
    #[inline]
    pub fn described_list<T>(
        &mut self,
        descriptor: &Descriptor,
        accepts: &'static Accepts,
        names: &'static FieldNames,
        read: impl FnOnce(&mut ListReader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let mut list = self.begin_described_list(descriptor, accepts, names)?;
        let value = read(&mut list)?;
        list.finish()?;
        Ok(value)
    }

    /// Begins to read the fields of a list, whose constructor has been read. The derives call it;
    /// [`list`](Self::list) also ends the list.
    ///
    /// # Errors
    ///
    /// Fails as [`list`](Self::list) does.
    #[inline]
    pub fn begin_list(
        &mut self,
        constructor: Constructor<'de>,
        accepts: &'static Accepts,
        names: &'static FieldNames,
    ) -> Result<ListReader<'_, 'de>, Failed> {
        let format = format_of(constructor, accepts, Primitive::List, self)?;
        let (count, fields) = self.compound(format)?.split();
        self.enter()?;
        Ok(ListReader::new(count, self.at(fields), names))
    }

    /// Begins to read the fields of a described list. The derives call it;
    /// [`described_list`](Self::described_list) also ends the list.
    ///
    /// # Errors
    ///
    /// Fails as [`described_list`](Self::described_list) does.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub fn begin_described_list(
        &mut self,
        descriptor: &Descriptor,
        accepts: &'static Accepts,
        names: &'static FieldNames,
    ) -> Result<ListReader<'_, 'de>, Failed> {
        // Nearly every encoder writes the number in its shortest form and sizes of one octet.
        let (count, fields) = if let Some((size, count, octets)) =
            descriptor.list8_before(self.remaining())
            && count < size
            && let Some((fields, remaining)) = octets.split_at_checked(usize::from(size) - 1)
        {
            self.advance_to(remaining, 2);
            (usize::from(count), fields)
        } else {
            self.outlined(|reader| any_list(accepts, reader))?
        };
        self.enter()?;
        Ok(ListReader::new(count, self.at(fields), names))
    }

    /// Takes an empty described list, as most outcomes are, if one comes next as this crate encodes it.
    /// Returns whether one does. The derives call it.
    #[inline]
    pub fn take_empty_list(&mut self, descriptor: &Descriptor) -> bool {
        const LIST0: u8 = Format::List0.code();
        match descriptor.written_before(self.remaining()) {
            Some([LIST0, remaining @ ..]) if self.try_enter() => {
                self.leave();
                self.advance_to(remaining, 2);
                true
            }
            _ => false,
        }
    }
}

/// Takes a list with any constructor. Returns its count and its fields.
#[cold]
#[inline(never)]
fn any_list<'de>(
    accepts: &'static Accepts,
    reader: &mut Reader<'_, 'de>,
) -> Result<(usize, &'de [u8]), Failed> {
    let constructor = reader.constructor()?;
    let format = format_of(constructor, accepts, Primitive::List, reader)?;
    Ok(reader.compound(format)?.split())
}

/// Skips the last fields of a list, which must then end.
#[cold]
#[inline(never)]
fn skip_rest(count: usize, fields: &mut Reader<'_, '_>) -> Result<(), Failed> {
    for _ in 0..count {
        fields.skip()?;
    }
    fields.end()
}

impl<'r, 'de> ListReader<'r, 'de> {
    /// Creates a reader of this many fields, one level deeper than the list.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub(crate) const fn new(
        count: usize,
        fields: Reader<'r, 'de>,
        names: &'static FieldNames,
    ) -> Self {
        Self { fields, count, index: 0, names }
    }

    /// Finishes the list. Fields that have not been read are ignored.
    ///
    /// # Errors
    ///
    /// Fails if the constructor or the size of an ignored field is invalid, or if the fields do not take all of
    /// the list's octets.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub fn finish(mut self) -> Result<(), Failed> {
        if self.index < self.count || !self.fields.is_empty() {
            let ignored = self.count.saturating_sub(self.index);
            self.fields.outlined(|fields| skip_rest(ignored, fields))?;
        }
        self.fields.leave();
        Ok(())
    }

    /// Decodes the next field. If the list has ended, each further field is null.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::MissingField`] if the field is absent and mandatory, or if the
    /// field's value is invalid.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[expect(clippy::should_implement_trait, reason = "the fields are of different types")]
    #[inline(always)]
    pub fn next<T: Decode<'de>>(&mut self) -> Result<T, Failed> {
        let (field, start) = (self.names.at(self.index), self.fields.remaining());
        let is_there = self.index < self.count;
        self.index += 1;
        // No closures: one that is not inlined would take the address of the list.
        let value = if is_there { self.fields.outlined(T::decode).ok() } else { T::absent() };
        match value {
            Some(value) => Ok(value),
            None => Err(self.fields.fail_field(field, start, !is_there)),
        }
    }

    /// Decodes the next field, which has a default value for when it is null or absent.
    ///
    /// # Errors
    ///
    /// Fails if the field's value is invalid.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub fn next_or<T: Decode<'de>>(&mut self, default: impl FnOnce() -> T) -> Result<T, Failed> {
        Ok(self.next::<Option<T>>()?.unwrap_or_else(default))
    }

    /// Decodes the next field with a function. `null` returns the value of a field that is null or absent.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::MissingField`] if the field is absent and `null` returns `None`, or if
    /// the function fails.
    #[inline]
    pub fn next_with<T>(
        &mut self,
        null: impl FnOnce() -> Option<T>,
        decode: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let (field, start) = (self.names.at(self.index), self.fields.remaining());
        let is_there = self.index < self.count;
        self.index += 1;
        let value =
            if is_there { value_or_null(&mut self.fields, null, decode) } else { Ok(null()) };
        match value {
            Ok(Some(value)) => Ok(value),
            other => Err(self.fields.fail_field(field, start, other.is_ok())),
        }
    }

    /// Skips the next field. Its constructor and its size are checked, its content is not.
    ///
    /// # Errors
    ///
    /// Fails if the constructor or the size of the field's value is invalid.
    #[inline]
    pub fn skip(&mut self) -> Result<(), Failed> {
        let field = self.names.at(self.index);
        let start = self.fields.remaining();
        self.index += 1;
        if self.index > self.count {
            return Ok(());
        }
        self.fields.skip().map_err(|_| self.fields.with_field(field, start))
    }

    /// Checks that the list has no further fields, for a type that does not ignore them.
    ///
    /// # Errors
    ///
    /// Fails with [`DecodeErrorKind::UnknownField`] if it has.
    #[inline]
    pub fn end(&mut self) -> Result<(), Failed> {
        if self.count > self.index {
            return Err(self.fields.error(DecodeErrorKind::UnknownField));
        }
        Ok(())
    }
}

/// Writes the fields of a composite that is a list, one after another: see [`Writer::list`].
#[derive(Debug)]
pub struct ListWriter<'l> {
    header: CompoundHeader,
    /// The cursor over the fields, a copy of the caller's.
    writer: Writer<'l>,
    /// The length of the caller's cursor, which is set when the list is finished.
    len: &'l mut usize,
    /// The number of fields that have been written.
    count: usize,
    /// The number of nulls to write after them once there is a field that is not null.
    nulls: usize,
}

impl Writer<'_> {
    /// Writes a list, whose fields a function writes; nulls at its end are omitted.
    #[inline]
    pub fn list(&mut self, write: impl FnOnce(&mut ListWriter<'_>)) {
        let mut list = self.begin_list();
        write(&mut list);
        list.finish();
    }

    /// Writes a described list, as [`list`](Self::list) does.
    #[inline]
    pub fn described_list(
        &mut self,
        descriptor: &Descriptor,
        write: impl FnOnce(&mut ListWriter<'_>),
    ) {
        let mut list = self.begin_described_list(descriptor);
        write(&mut list);
        list.finish();
    }

    /// Writes the data of a list that is an item of an array. Returns whether it fits the format, as
    /// [`ArrayItem::encode_value`](crate::ArrayItem::encode_value) does.
    #[must_use]
    #[inline]
    pub fn list_value(&mut self, format: Format, write: impl FnOnce(&mut ListWriter<'_>)) -> bool {
        let header = CompoundHeader::begin_value(LIST, format, self);
        let mut list = ListWriter::new(header, self);
        write(&mut list);
        let ListWriter { header, mut writer, len, count, .. } = list;
        let fits = header.end_value(count, &mut writer);
        *len = writer.len();
        fits
    }

    /// Begins to write the fields of a list. The derives call it; [`list`](Self::list) also ends the list.
    #[inline]
    pub fn begin_list(&mut self) -> ListWriter<'_> {
        let header = CompoundHeader::begin(LIST, 0, self);
        ListWriter::new(header, self)
    }

    /// Begins to write the fields of a described list. The derives call it;
    /// [`described_list`](Self::described_list) also ends the list.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub fn begin_described_list(&mut self, descriptor: &Descriptor) -> ListWriter<'_> {
        let header = CompoundHeader::begin_described_list(descriptor, self);
        ListWriter::new(header, self)
    }
}

impl<'l> ListWriter<'l> {
    #[inline]
    const fn new(header: CompoundHeader, writer: &'l mut Writer<'_>) -> Self {
        let (writer, len) = writer.lend();
        Self { header, writer, len, count: 0, nulls: 0 }
    }

    /// Finishes the list. It must be called: encoding fails with
    /// [`EncodeError::Unfinished`](crate::EncodeError::Unfinished) otherwise.
    #[expect(clippy::inline_always, reason = "the list is in memory if this is a call")]
    #[inline(always)]
    pub fn finish(mut self) {
        self.header.end(self.count, &mut self.writer);
        *self.len = self.writer.len();
    }

    /// Writes the next field.
    #[expect(clippy::inline_always, reason = "the writer is in memory if this is a call")]
    #[inline(always)]
    pub fn next<T: Encode + ?Sized>(&mut self, value: &T) {
        if value.is_null() {
            self.nulls += 1;
            return;
        }
        if self.nulls > 0 {
            self.writer.nulls(self.nulls);
            self.count += self.nulls;
            self.nulls = 0;
        }
        self.writer.outlined(|writer| value.encode(writer));
        self.count += 1;
    }
}
