//! The primitive types that choices are written as.

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::Format;
use crate::primitive::{STRING, SYMBOL, SymbolRef};
use crate::reader::Reader;
use crate::writer::Writer;

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

    /// As [`Decode::decode`].
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the octets.
    fn read_next<'a>(reader: &mut Reader<'a>) -> Result<Self::Value<'a>, Failed>;

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
            fn read_next(reader: &mut Reader<'_>) -> Result<Self, Failed> {
                Self::decode(reader)
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
    fn read_next<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Failed> {
        SymbolRef::decode(reader).map(|symbol| symbol.as_str())
    }

    #[inline]
    fn write(value: &str, writer: &mut Writer<'_>) {
        SYMBOL.write(value.as_bytes(), writer);
    }

    #[inline]
    fn write_data(value: &str, format: Format, writer: &mut Writer<'_>) -> bool {
        SYMBOL.write_data(value.as_bytes(), format, writer)
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
    fn read_next<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Failed> {
        <&str>::decode(reader)
    }

    #[inline]
    fn write(value: &str, writer: &mut Writer<'_>) {
        value.encode(writer);
    }

    #[inline]
    fn write_data(value: &str, format: Format, writer: &mut Writer<'_>) -> bool {
        STRING.write_data(value.as_bytes(), format, writer)
    }
}
