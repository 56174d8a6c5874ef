//! What the derives' output calls, beside [`compound`](crate::compound): restricted types, unions,
//! and bounds on lengths.

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::compound::{ListWriter, MapWriter};
use crate::constructor::Constructor;
use crate::descriptor::Descriptor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::primitive::SymbolRef;
use crate::reader::Reader;
use crate::writer::Writer;

#[doc(hidden)]
pub use alloc::vec::Vec;

/// A composite that is a list.
#[doc(hidden)]
pub trait ListFields {
    /// Writes the fields, in order.
    fn write_fields(&self, fields: &mut ListWriter<'_, '_>);
}

/// A composite that is a map.
#[doc(hidden)]
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
    let mut fields = ListWriter::new(writer);
    value.write_fields(&mut fields);
    fields.finish();
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

/// Reads a value with a descriptor of its own: `inner` reads what is behind that.
///
/// # Errors
///
/// [`DecodeErrorKind::UnexpectedType`] for another descriptor or none; what `inner` finds wrong.
#[inline]
pub fn described<'a, T>(
    constructor: Constructor<'a>,
    accepts: &'static Accepts,
    reader: &mut Reader<'a>,
    inner: impl FnOnce(Constructor<'a>, &mut Reader<'a>) -> Result<T, Failed>,
) -> Result<T, Failed> {
    if !accepts.admits(&constructor) {
        return Err(reader.unexpected(&constructor, accepts));
    }
    reader.descend()?;
    let value = inner(constructor.inner(), reader)?;
    reader.ascend();
    Ok(value)
}

/// A primitive type that choices are written as: a boolean, an integer, [`SymbolChoice`] or
/// [`StringChoice`].
pub trait Source {
    /// A value as it is read.
    type Value<'a>: Copy;

    /// What it is read from.
    const ACCEPTS: &'static Accepts;

    /// As [`Encode::MAX_LEN`], of values that are not symbols or strings.
    const MAX_LEN: Option<usize>;

    /// As [`ArrayItem::FORMATS`].
    const FORMATS: &'static [Format];

    /// As [`Decode::decode_data`].
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    fn read<'a>(
        constructor: Constructor<'a>,
        reader: &mut Reader<'a>,
    ) -> Result<Self::Value<'a>, Failed>;

    /// As [`Encode::encode`].
    fn write(value: Self::Value<'_>, writer: &mut Writer<'_>);

    /// As [`ArrayItem::encode_data`].
    fn write_data(value: Self::Value<'_>, format: Format, writer: &mut Writer<'_>) -> bool;
}

macro_rules! sources {
    ($($type:ty)*) => {$(
        impl Source for $type {
            type Value<'a> = Self;
            const ACCEPTS: &'static Accepts = <Self as Decode<'static>>::ACCEPTS;
            const MAX_LEN: Option<usize> = <Self as Encode>::MAX_LEN;
            const FORMATS: &'static [Format] = <Self as ArrayItem>::FORMATS;

            #[inline]
            fn read<'a>(
                constructor: Constructor<'a>,
                reader: &mut Reader<'a>,
            ) -> Result<Self, Failed> {
                Self::decode_data(constructor, reader)
            }

            #[inline]
            fn write(value: Self, writer: &mut Writer<'_>) {
                value.encode(writer);
            }

            #[inline]
            fn write_data(value: Self, format: Format, writer: &mut Writer<'_>) -> bool {
                value.encode_data(format, writer)
            }
        }
    )*};
}

sources!(bool u8 u16 u32 u64 i8 i16 i32 i64);

/// Choices that are symbols.
#[derive(Debug)]
pub enum SymbolChoice {}

impl Source for SymbolChoice {
    type Value<'a> = &'a str;
    const ACCEPTS: &'static Accepts = <SymbolRef<'_> as Decode<'static>>::ACCEPTS;
    const MAX_LEN: Option<usize> = None;
    const FORMATS: &'static [Format] = <SymbolRef<'_> as ArrayItem>::FORMATS;

    #[inline]
    fn read<'a>(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<&'a str, Failed> {
        SymbolRef::decode_data(constructor, reader).map(|symbol| symbol.as_str())
    }

    #[inline]
    fn write(value: &str, writer: &mut Writer<'_>) {
        writer.variable(Format::Symbol8, Format::Symbol32, value.as_bytes());
    }

    #[inline]
    fn write_data(value: &str, format: Format, writer: &mut Writer<'_>) -> bool {
        // The data of a symbol and of a string are laid out alike.
        StringChoice::write_data(value, format, writer)
    }
}

/// Choices that are strings.
#[derive(Debug)]
pub enum StringChoice {}

impl Source for StringChoice {
    type Value<'a> = &'a str;
    const ACCEPTS: &'static Accepts = <&str as Decode<'static>>::ACCEPTS;
    const MAX_LEN: Option<usize> = None;
    const FORMATS: &'static [Format] = <&str as ArrayItem>::FORMATS;

    #[inline]
    fn read<'a>(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<&'a str, Failed> {
        <&str>::decode_data(constructor, reader)
    }

    #[inline]
    fn write(value: &str, writer: &mut Writer<'_>) {
        value.encode(writer);
    }

    #[inline]
    fn write_data(value: &str, format: Format, writer: &mut Writer<'_>) -> bool {
        if format == Format::Symbol32 || format == Format::String32 {
            let size = writer.size(value.len());
            writer.octets(size.to_be_bytes());
        } else {
            let Ok(size) = u8::try_from(value.len()) else {
                return false;
            };
            writer.octet(size);
        }
        writer.slice(value.as_bytes());
        true
    }
}

/// Reads the data of a `T` by a function in place of `T` itself.
///
/// # Errors
///
/// What the function finds wrong.
#[inline]
pub fn read_with<'a, T>(
    function: impl FnOnce(Constructor<'a>, &mut Reader<'a>) -> Result<T, Failed>,
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    function(constructor, reader)
}

/// An enum of choices: how its variants and the values of its source match.
#[doc(hidden)]
pub trait Choices: Sized {
    /// What the choices are written as.
    type Source: Source;

    /// What keeps the values that no choice stands for; [`Never`] if those are refused.
    type Other;

    /// The choice that a value stands for.
    fn of(value: <Self::Source as Source>::Value<'_>) -> Option<Self>;

    /// The value that stands for the choice, or the value that was kept.
    ///
    /// # Errors
    ///
    /// None: the two are equally good.
    fn value(&self) -> Result<<Self::Source as Source>::Value<'static>, &Self::Other>;

    /// Keeps a value that no choice stands for.
    fn other(other: Self::Other) -> Self;
}

/// No value.
#[derive(Clone, Copy, Debug)]
pub enum Never {}

impl Encode for Never {
    const MAX_LEN: Option<usize> = Some(0);

    #[inline]
    fn encode(&self, _: &mut Writer<'_>) {
        match *self {}
    }
}

impl<'a> Decode<'a> for Never {
    const ACCEPTS: &'static Accepts = &Accepts::NOTHING;

    #[cold]
    fn decode_data(_: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        Err(reader.error(DecodeErrorKind::UnknownChoice))
    }
}

impl ArrayItem for Never {
    const FORMATS: &'static [Format] = &[];

    #[inline]
    fn encode_data(&self, _: Format, _: &mut Writer<'_>) -> bool {
        match *self {}
    }
}

/// Reads a choice.
///
/// # Errors
///
/// [`DecodeErrorKind::UnknownChoice`] for a value that is none; whatever is wrong with the octets.
#[inline]
pub fn decode_choice<'a, T: Choices<Other: Decode<'a>>>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<T, Failed> {
    let before = reader.rest();
    let value = T::Source::read(constructor, reader)?;
    if let Some(choice) = T::of(value) {
        return Ok(choice);
    }
    reader.rewind(before);
    T::Other::decode_data(constructor, reader).map(T::other)
}

/// Writes a choice.
#[inline]
pub fn encode_choice<T: Choices<Other: Encode>>(choice: &T, writer: &mut Writer<'_>) {
    match choice.value() {
        Ok(value) => T::Source::write(value, writer),
        Err(other) => other.encode(writer),
    }
}

/// Writes the data of a choice, as an item of an array.
#[inline]
pub fn encode_choice_data<T: Choices<Other: ArrayItem>>(
    choice: &T,
    format: Format,
    writer: &mut Writer<'_>,
) -> bool {
    match choice.value() {
        Ok(value) => T::Source::write_data(value, format, writer),
        Err(other) => other.encode_data(format, writer),
    }
}

/// The formats that choices have in an array: those of their source, in which the values that are
/// kept must be written too.
///
/// # Panics
///
/// If the formats are not the same. The derive calls this in a constant: it does not compile then.
#[must_use]
pub const fn shared_formats(
    source: &'static [Format],
    other: &'static [Format],
) -> &'static [Format] {
    let (mut a, mut b) = (source, other);
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        assert!(x.code() == y.code(), "values that are kept have another format than the choices");
        (a, b) = (rest_a, rest_b);
    }
    assert!(a.len() == b.len(), "values that are kept have other formats than the choices");
    source
}

/// The most octets of any of some types.
#[must_use]
pub const fn widest(mut lens: &[Option<usize>]) -> Option<usize> {
    let mut widest = 0;
    while let [first, rest @ ..] = lens {
        match *first {
            Some(len) if len > widest => widest = len,
            Some(_) => {}
            None => return None,
        }
        lens = rest;
    }
    Some(widest)
}

/// The octets of a symbol or string whose content has at most so many.
#[must_use]
pub const fn text_len(content: usize) -> usize {
    if content > 0xff { 5 + content } else { 2 + content }
}

/// The octets of a descriptor, with the `0x00` before it.
#[must_use]
pub const fn descriptor_len(descriptor: &Descriptor) -> usize {
    match (descriptor.code(), descriptor.name()) {
        (Some(0), _) => 2,
        (Some(1..=0xff), _) | (None, None) => 3,
        (Some(_), _) => 10,
        (None, Some(name)) => 1 + text_len(name.len()),
    }
}

/// The most octets of a described value.
#[must_use]
pub const fn described_len(descriptor: &Descriptor, inner: Option<usize>) -> Option<usize> {
    match inner {
        Some(inner) => Some(descriptor_len(descriptor) + inner),
        None => None,
    }
}

/// The most octets of a list or map of these items, keys included.
#[must_use]
pub const fn compound_len(mut items: &[Option<usize>]) -> Option<usize> {
    let narrow = items.len() <= 0xff;
    let mut body = 0;
    while let [first, rest @ ..] = items {
        let Some(len) = *first else { return None };
        body += len;
        items = rest;
    }
    // The format code, and a size and count of an octet each or of four. The size counts the count.
    Some(body + if narrow && body < 0xff { 3 } else { 9 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_lengths() {
        assert_eq!(widest(&[Some(1), Some(5), Some(2)]), Some(5));
        assert_eq!(widest(&[Some(1), None]), None);
        assert_eq!(compound_len(&[]), Some(3));
        assert_eq!(compound_len(&[Some(254)]), Some(257));
        assert_eq!(compound_len(&[Some(255)]), Some(264));
        assert_eq!(compound_len(&[Some(1), None]), None);
        assert_eq!(compound_len(&[Some(0); 256]), Some(9));
        let cases = [(Descriptor::numbered(0), 2), (Descriptor::new("a:b", 255), 3)];
        let more = [(Descriptor::numbered(256), 10), (Descriptor::named("a:b"), 6)];
        for (descriptor, len) in cases.into_iter().chain(more) {
            let mut octets = Vec::new();
            let mut writer = Writer::new(&mut octets);
            writer.descriptor(&descriptor);
            assert_eq!(writer.len(), len, "{descriptor}");
            assert_eq!(descriptor_len(&descriptor), len, "{descriptor}");
        }
    }
}
