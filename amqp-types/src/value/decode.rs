//! Decoding values: each as the type of its format.

use alloc::boxed::Box;

use super::content::OwnedContent;
use super::{DescribedValue, DescribedValueRef, Value, ValueRef};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::error::Failed;
use crate::format::Format;
use crate::reader::Reader;

/// The kind of each format except null. The first group has the formats that are common on the wire and
/// contain no other values.
macro_rules! formats {
    ($make:ident $arguments:tt) => {
        $make! {
            $arguments
            [
                True Boolean, False Boolean, Ubyte Ubyte, Ushort Ushort,
                Uint0 Uint, SmallUint Uint, Uint Uint,
                Ulong0 Ulong, SmallUlong Ulong, Ulong Ulong,
                SmallInt Int, Int Int, SmallLong Long, Long Long,
                Float Float, Double Double, Timestamp Timestamp, Uuid Uuid,
                Vbin8 Binary, Str8 String, Sym8 Symbol
            ]
            [
                Boolean Boolean, Byte Byte, Short Short,
                Decimal32 Decimal32, Decimal64 Decimal64, Decimal128 Decimal128, Char Char,
                Vbin32 Binary, Str32 String, Sym32 Symbol,
                List0 List, List8 List, List32 List, Map8 Map, Map32 Map,
                Array8 Array, Array32 Array
            ]
        }
    };
}

/// Decodes a borrowed value with one jump by its format code. In each arm the format is a constant, so
/// that the checks of the type are evaluated at compile time. All arms share the slow path.
macro_rules! decode_ref {
    (
        [$reader:expr]
        [$($format:ident $variant:ident),*] [$($_:tt)*]
    ) => {
        match $reader.remaining() {
            $([code, ..] if *code == Format::$format.code() => {
                if let Some((content, remaining)) = Common::split_common($reader.remaining()) {
                    $reader.advance_to(remaining, 1);
                    return Ok(Self::$variant(content));
                }
            })*
            [NULL, remaining @ ..] => {
                $reader.advance_to(remaining, 1);
                return Ok(Self::Null);
            }
            _ => {}
        }
    };
}

/// Decodes a value with one jump by its format code.
macro_rules! decode {
    (
        [$reader:expr]
        [$($format:ident $variant:ident),*] [$($_:tt)*]
    ) => {
        match $reader.remaining() {
            $([code, ..] if *code == Format::$format.code() => {
                Decode::decode($reader).map(Self::$variant)
            })*
            [NULL, remaining @ ..] => {
                $reader.advance_to(remaining, 1);
                Ok(Self::Null)
            }
            _ => $reader.rarely(decode_slow),
        }
    };
}

/// Decodes the data after a constructor, with one jump by its format.
macro_rules! decode_value {
    (
        [$decode:path, $constructor:expr, $reader:expr]
        [$($format:ident $variant:ident),*] [$($rare:ident $other:ident),*]
    ) => {
        match $constructor.format() {
            Format::Null => Ok(Self::Null),
            $(Format::$format => content(Format::$format, $reader, $decode, Self::$variant),)*
            $(Format::$rare => content(Format::$rare, $reader, $decode, Self::$other),)*
        }
    };
}

/// Decodes the data after a format. It is a function because in a build without optimizations each of the
/// many arms would have its own place on the stack for its constructor and content, and values nest.
#[inline]
fn content<'de, C, V>(
    format: Format,
    reader: &mut Reader<'_, 'de>,
    decode: impl FnOnce(Constructor<'de>, &mut Reader<'_, 'de>) -> Result<C, Failed>,
    value: impl FnOnce(C) -> V,
) -> Result<V, Failed> {
    decode(Constructor::primitive(format), reader).map(value)
}

const NULL: u8 = Format::Null.code();

impl<'de> Decode<'de> for Value {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if constructor.is_described() {
            let described = <DescribedValue as Decode>::decode_value(constructor, reader)?;
            return Ok(Self::Described(Box::new(described)));
        }
        formats!(decode_value [OwnedContent::decode_value, constructor, reader])
    }

    #[expect(clippy::inline_always, reason = "a call returns the value through memory")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        formats!(decode[reader])
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::Null)
    }
}

impl<'de: 'b, 'b> Decode<'de> for ValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if constructor.is_described() {
            return DescribedValueRef::decode_value(constructor, reader).map(Self::Described);
        }
        formats!(decode_value [Decode::decode_value, constructor, reader])
    }

    #[expect(clippy::inline_always, reason = "a call takes as long as decoding a number")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        formats!(decode_ref[reader]);
        reader.rarely(validate_slow)
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::Null)
    }
}

/// Decodes an uncommon value: a described value, one that contains other values, or an error.
#[inline(never)]
fn decode_slow(reader: &mut Reader<'_, '_>) -> Result<Value, Failed> {
    if let [0, ..] = reader.remaining() {
        reader.charge_octets(size_of::<DescribedValue>())?;
        return <DescribedValue as Decode>::decode(reader)
            .map(|described| Value::Described(Box::new(described)));
    }
    let constructor = reader.constructor()?;
    <Value as Decode>::decode_value(constructor, reader)
}

/// Decodes an uncommon borrowed value: a described value, one that contains other values, or an error.
#[inline(never)]
fn validate_slow<'de: 'b, 'b>(reader: &mut Reader<'_, 'de>) -> Result<ValueRef<'b>, Failed> {
    if let [0, ..] = reader.remaining() {
        return DescribedValueRef::decode(reader).map(ValueRef::Described);
    }
    let constructor = reader.constructor()?;
    ValueRef::decode_value(constructor, reader)
}
