//! The octets of values that borrow.

use super::{DescribedValueRef, ValueRef, check};
use crate::accepts::Accepts;
use crate::borrowed::ListRef;
use crate::codec::{ArrayItem, Decode, Encode, decode_again, decode_any};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::Format;
use crate::primitive::SymbolRef;
use crate::reader::Reader;
use crate::writer::Writer;

/// Reads a value that begins octets, and what `$then` makes of it and of what is behind it: one jump by
/// the format code for what is written often and holds no others, each in a place of its own. Of
/// anything else nothing is made.
///
/// A value that is made in one place and taken apart in another is moved through memory between the
/// two, which takes longer than to read it.
macro_rules! by_code {
    ($octets:expr, |$value:ident, $rest:ident| $then:expr) => {
        by_code!($octets, |$value, $rest| $then;
            True => Boolean
            False => Boolean
            Ubyte => Ubyte
            Ushort => Ushort
            Uint0 => Uint
            SmallUint => Uint
            Uint => Uint
            SmallUlong => Ulong
            Ulong => Ulong
            SmallInt => Int
            Int => Int
            SmallLong => Long
            Long => Long
            Double => Double
            Timestamp => Timestamp
            Uuid => Uuid
            Binary8 => Binary
            String8 => String
            Symbol8 => Symbol
        )
    };
    (
        $octets:expr, |$value:ident, $rest:ident| $then:expr; $($format:ident => $variant:ident)*
    ) => {
        match $octets {
            $([code, ..] if *code == Format::$format.code() => {
                if let Some((content, $rest)) = Decode::glance($octets) {
                    let $value = ValueRef::$variant(content);
                    $then
                }
            })*
            _ => {}
        }
    };
}

impl<'a: 'b, 'b> Decode<'a> for ValueRef<'b> {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    /// One jump, by the format: in each arm it is known when the program is compiled, and what the
    /// type would ask about it is answered.
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if constructor.is_described() {
            return DescribedValueRef::decode_data(constructor, reader).map(Self::Described);
        }
        macro_rules! by_format {
            ($($format:ident => $variant:ident)*) => {
                match constructor.format() {
                    Format::Null => Ok(Self::Null),
                    $(Format::$format => {
                        Decode::decode_data(Constructor::primitive(Format::$format), reader)
                            .map(Self::$variant)
                    })*
                }
            };
        }
        by_format! {
            True => Boolean
            False => Boolean
            Boolean => Boolean
            Ubyte => Ubyte
            Ushort => Ushort
            Uint0 => Uint
            SmallUint => Uint
            Uint => Uint
            Ulong0 => Ulong
            SmallUlong => Ulong
            Ulong => Ulong
            Byte => Byte
            Short => Short
            SmallInt => Int
            Int => Int
            SmallLong => Long
            Long => Long
            Float => Float
            Double => Double
            Decimal32 => Decimal32
            Decimal64 => Decimal64
            Decimal128 => Decimal128
            Char => Char
            Timestamp => Timestamp
            Uuid => Uuid
            Binary8 => Binary
            Binary32 => Binary
            String8 => String
            String32 => String
            Symbol8 => Symbol
            Symbol32 => Symbol
            List0 => List
            List8 => List
            List32 => List
            Map8 => Map
            Map32 => Map
            Array8 => Array
            Array32 => Array
        }
    }

    #[inline]
    fn glance(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        by_code!(octets, |value, rest| return Some((value, rest)));
        None
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        by_code!(reader.rest(), |value, rest| {
            reader.go_to(rest);
            return Ok(value);
        });
        decode_any(reader)
    }

    #[inline]
    fn behind(octets: &'a [u8]) -> Option<&'a [u8]> {
        check::behind_simple(octets)
    }

    #[inline]
    fn again(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        by_code!(octets, |value, rest| return Some((value, rest)));
        other_again(octets)
    }

    #[inline]
    fn often(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        match <&str>::glance(octets) {
            Some((text, rest)) => Some((Self::String(text), rest)),
            None => SymbolRef::glance(octets).map(|(text, rest)| (Self::Symbol(text), rest)),
        }
    }

    #[inline]
    fn hand<B>(
        octets: &'a [u8],
        init: B,
        each: impl FnOnce(B, Self) -> B,
    ) -> (B, Option<&'a [u8]>) {
        by_code!(octets, |value, rest| return (each(init, value), Some(rest)));
        match other_again(octets) {
            Some((value, rest)) => (each(init, value), Some(rest)),
            None => (init, None),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::Null)
    }

    #[inline]
    fn check_values(count: usize, reader: &mut Reader<'a>) -> Result<(), Failed> {
        if count == 1 { check::one(reader) } else { check::values(count, reader) }
    }
}

/// Any value again: null and short lists are seen at a glance.
#[inline(never)]
fn other_again<'a: 'b, 'b>(octets: &'a [u8]) -> Option<(ValueRef<'b>, &'a [u8])> {
    const NULL: u8 = Format::Null.code();
    const LIST: u8 = Format::List8.code();
    match octets {
        [NULL, rest @ ..] => Some((ValueRef::Null, rest)),
        [LIST, data @ ..] => {
            let size = data.first()?;
            let (list, rest) = data.split_at_checked(1 + usize::from(*size))?;
            Some((ValueRef::List(ListRef::checked(list)), rest))
        }
        _ => decode_again(octets),
    }
}

impl Encode for ValueRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Null => ().encode(writer),
            Self::Boolean(value) => value.encode(writer),
            Self::Ubyte(value) => value.encode(writer),
            Self::Ushort(value) => value.encode(writer),
            Self::Uint(value) => value.encode(writer),
            Self::Ulong(value) => value.encode(writer),
            Self::Byte(value) => value.encode(writer),
            Self::Short(value) => value.encode(writer),
            Self::Int(value) => value.encode(writer),
            Self::Long(value) => value.encode(writer),
            Self::Float(value) => value.encode(writer),
            Self::Double(value) => value.encode(writer),
            Self::Decimal32(value) => value.encode(writer),
            Self::Decimal64(value) => value.encode(writer),
            Self::Decimal128(value) => value.encode(writer),
            Self::Char(value) => value.encode(writer),
            Self::Timestamp(value) => value.encode(writer),
            Self::Uuid(value) => value.encode(writer),
            Self::Binary(value) => value.encode(writer),
            Self::String(value) => value.encode(writer),
            Self::Symbol(value) => value.encode(writer),
            Self::List(items) => items.encode(writer),
            Self::Map(entries) => entries.encode(writer),
            Self::Array(array) => array.encode(writer),
            Self::Described(described) => described.encode(writer),
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl ValueRef<'_> {
    /// Writes the data of an item of an array, and says whether it fits the format.
    pub(super) fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        match self {
            Self::Null => ().encode_data(format, writer),
            Self::Boolean(value) => value.encode_data(format, writer),
            Self::Ubyte(value) => value.encode_data(format, writer),
            Self::Ushort(value) => value.encode_data(format, writer),
            Self::Uint(value) => value.encode_data(format, writer),
            Self::Ulong(value) => value.encode_data(format, writer),
            Self::Byte(value) => value.encode_data(format, writer),
            Self::Short(value) => value.encode_data(format, writer),
            Self::Int(value) => value.encode_data(format, writer),
            Self::Long(value) => value.encode_data(format, writer),
            Self::Float(value) => value.encode_data(format, writer),
            Self::Double(value) => value.encode_data(format, writer),
            Self::Decimal32(value) => value.encode_data(format, writer),
            Self::Decimal64(value) => value.encode_data(format, writer),
            Self::Decimal128(value) => value.encode_data(format, writer),
            Self::Char(value) => value.encode_data(format, writer),
            Self::Timestamp(value) => value.encode_data(format, writer),
            Self::Uuid(value) => value.encode_data(format, writer),
            Self::Binary(value) => value.encode_data(format, writer),
            Self::String(value) => value.encode_data(format, writer),
            Self::Symbol(value) => value.encode_data(format, writer),
            Self::List(items) => items.encode_data(format, writer),
            Self::Map(entries) => entries.encode_data(format, writer),
            Self::Array(array) => array.encode_data(format, writer),
            // The items of an array are kept without their descriptors.
            Self::Described(_) => false,
        }
    }
}
