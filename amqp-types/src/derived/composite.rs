//! Composites: a list or a map of fields.

use core::mem;

use crate::accepts::Accepts;
use crate::codec::{Decode, Encode};
use crate::compound::{ListReader, ListWriter, MapWriter};
use crate::constructor::Constructor;
use crate::descriptor::{Described, Descriptor};
use crate::error::{Failed, FieldNames};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

/// A composite that is a list.
pub trait ListFields {
    /// Writes the fields, in order.
    fn write_fields(&self, fields: &mut impl WriteFields);
}

/// Where the fields of a composite that is a list go, one after another.
pub trait WriteFields {
    /// Writes the next field.
    fn next<T: Encode + ?Sized>(&mut self, value: &T);

    /// Writes the next field, as null if it has its default value.
    fn next_or<T: Encode + PartialEq>(&mut self, value: &T, default: &T);
}

impl WriteFields for ListWriter<'_, '_> {
    #[expect(clippy::inline_always, reason = "a call for each field keeps the writer in memory")]
    #[inline(always)]
    fn next<T: Encode + ?Sized>(&mut self, value: &T) {
        ListWriter::next(self, value);
    }

    #[inline]
    fn next_or<T: Encode + PartialEq>(&mut self, value: &T, default: &T) {
        ListWriter::next_or(self, value, default);
    }
}

/// Fields that are written with a call for each.
struct SmallListWriter<'w, 'b>(ListWriter<'w, 'b>);

impl WriteFields for SmallListWriter<'_, '_> {
    #[inline]
    fn next<T: Encode + ?Sized>(&mut self, value: &T) {
        self.0.next_small(value);
    }

    #[inline]
    fn next_or<T: Encode + PartialEq>(&mut self, value: &T, default: &T) {
        self.0.next_or_small(value, default);
    }
}

/// A composite that is a list, from octets.
pub trait ReadList<'a>: Decode<'a> {
    /// The names of the fields.
    const NAMES: &'static FieldNames;

    /// Reads the fields, in order, and steps out of the list.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with a field.
    fn read_fields(fields: ListReader<'_, 'a>) -> Result<Self, Failed>;

    /// The value of a type that has no fields.
    #[inline]
    fn without_fields() -> Option<Self> {
        None
    }
}

/// Reads the data of a composite that is a list.
///
/// # Errors
///
/// If it is no such list; whatever is wrong with a field.
#[inline]
pub fn decode_list<'a, T: ReadList<'a>>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    let fields = ListReader::new(constructor, T::ACCEPTS, T::NAMES, reader)?.unnamed();
    T::read_fields(fields).map_err(|_| reader.named(T::NAMES))
}

/// Reads a composite that is a described list.
///
/// # Errors
///
/// As [`decode_list`].
#[inline]
pub fn open_list<'a, T: ReadList<'a> + Described>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    const EMPTY: u8 = Format::List0.code();
    let Some(value) = T::without_fields() else {
        return open_fields(reader);
    };
    // Outcomes are such types, and nearly every disposition has one.
    if let Some([EMPTY, after @ ..]) = T::DESCRIPTOR.written_before(reader.rest())
        && reader.budget().depth > 0
    {
        reader.go_to(after);
        return Ok(value);
    }
    open_rare(reader)
}

/// Reads a composite that is a described list of some fields and must be all that there is.
///
/// # Errors
///
/// As [`decode_list`]; octets left over.
#[inline]
pub fn open_whole<'a, T: ReadList<'a> + Described>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    // What owns something takes its time anyway.
    let small = const { mem::needs_drop::<T>() };
    let fields = ListReader::open_whole(&T::DESCRIPTOR, T::ACCEPTS, small, reader)?;
    T::read_fields(fields).map_err(|_| reader.named(T::NAMES))
}

#[inline]
fn open_fields<'a, T: ReadList<'a> + Described>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    let fields = ListReader::open(&T::DESCRIPTOR, T::ACCEPTS, T::NAMES, reader)?.unnamed();
    T::read_fields(fields).map_err(|_| reader.named(T::NAMES))
}

#[cold]
#[inline(never)]
fn open_rare<'a, T: ReadList<'a> + Described>(reader: &mut Reader<'a>) -> Result<T, Failed> {
    open_fields(reader)
}

/// A composite that is a map.
pub trait MapFields {
    /// Writes the fields, each behind its key.
    fn write_fields(&self, fields: &mut MapWriter<'_, '_>);
}

/// The formats of a composite that is a list, as an item of an array.
pub const LIST_FORMATS: &[Format] = &[Format::List8, Format::List32];

/// The formats of a composite that is a map, as an item of an array.
pub const MAP_FORMATS: &[Format] = &[Format::Map8, Format::Map32];

/// What a bare composite that is a list is read from.
pub const LIST: &Accepts = &Accepts::primitive(Primitive::List);

/// What a bare composite that is a map is read from.
pub const MAP: &Accepts = &Accepts::primitive(Primitive::Map);

/// Writes a composite that is a list.
#[inline]
pub fn encode_list<T: ListFields>(value: &T, writer: &mut Writer<'_>) {
    writer.apart(|writer| {
        let mut fields = ListWriter::new(writer);
        value.write_fields(&mut fields);
        fields.finish();
    });
}

/// Writes a composite that is a list, in little code, with a call for each field.
#[inline]
pub fn encode_list_small<T: ListFields>(
    value: &T,
    descriptor: Option<&Descriptor>,
    writer: &mut Writer<'_>,
) {
    let mut fields = SmallListWriter(ListWriter::new_small(descriptor, writer));
    value.write_fields(&mut fields);
    fields.0.finish_small();
}

/// Writes the data of a composite that is a list, as an item of an array.
#[inline]
pub fn encode_list_data<T: ListFields>(value: &T, format: Format, writer: &mut Writer<'_>) -> bool {
    let mut fields = ListWriter::data(format, writer);
    value.write_fields(&mut fields);
    fields.finish_data()
}

/// Writes a composite that is a map.
#[inline]
pub fn encode_map<T: MapFields>(value: &T, writer: &mut Writer<'_>) {
    let mut fields = MapWriter::new(writer);
    value.write_fields(&mut fields);
    fields.finish();
}

/// Writes the data of a composite that is a map, as an item of an array.
#[inline]
pub fn encode_map_data<T: MapFields>(value: &T, format: Format, writer: &mut Writer<'_>) -> bool {
    let mut fields = MapWriter::data(format, writer);
    value.write_fields(&mut fields);
    fields.finish_data()
}

/// The key of a field in a map, where keys are symbols. The derive has checked that it is one.
#[derive(Clone, Copy, Debug)]
pub struct SymbolKey(pub &'static str);

impl Encode for SymbolKey {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.variable(Format::Symbol8, Format::Symbol32, self.0.as_bytes());
    }
}
