//! The octets of values: those of the type that each is of.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

use super::{ArrayValue, DescribedValue, Value};
use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode, decode_any};
use crate::compound::{ARRAY, LIST, MAP, OpenCompound};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::{
    Decimal32, Decimal64, Decimal128, Map, Symbol, Timestamp, Uuid, encode_list_data, enter_array,
    write_in_narrowest,
};
use crate::reader::Reader;
use crate::writer::Writer;

impl Encode for Value {
    fn encode(&self, writer: &mut Writer<'_>) {
        if !self.encode_often(writer) {
            self.encode_rare(writer);
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Value {
    /// Writes the value if it is of a kind that is written often; none of those holds others.
    #[expect(clippy::inline_always, reason = "without it, the writer is in memory all the same")]
    #[inline(always)]
    fn encode_often(&self, writer: &mut Writer<'_>) -> bool {
        match self {
            Self::Null => ().encode(writer),
            Self::Boolean(value) => value.encode(writer),
            Self::Uint(value) => value.encode(writer),
            Self::Ulong(value) => value.encode(writer),
            Self::Int(value) => value.encode(writer),
            Self::Long(value) => value.encode(writer),
            Self::Double(value) => value.encode(writer),
            Self::Timestamp(value) => value.encode(writer),
            Self::String(value) => value.encode(writer),
            Self::Symbol(value) => value.encode(writer),
            Self::Binary(value) => value.encode(writer),
            Self::Uuid(value) => value.encode(writer),
            Self::Ubyte(value) => value.encode(writer),
            Self::Ushort(value) => value.encode(writer),
            _ => return false,
        }
        true
    }

    /// Writes any other value.
    #[inline(never)]
    fn encode_rare(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Byte(value) => value.encode(writer),
            Self::Short(value) => value.encode(writer),
            Self::Float(value) => value.encode(writer),
            Self::Decimal32(value) => value.encode(writer),
            Self::Decimal64(value) => value.encode(writer),
            Self::Decimal128(value) => value.encode(writer),
            Self::Char(value) => value.encode(writer),
            Self::List(items) => {
                // Every item takes an octet at least.
                let wide = items.len() >= usize::from(u8::MAX);
                let list = OpenCompound::begin(LIST, wide, writer);
                *writer =
                    items.iter().fold(writer.take(), |writer, item| encode_next(item, writer));
                list.end(items.len(), writer);
            }
            Self::Map(map) => {
                let count = map.len() * 2;
                let wide = count >= usize::from(u8::MAX);
                let list = OpenCompound::begin(MAP, wide, writer);
                *writer = map.iter().fold(writer.take(), |writer, (key, value)| {
                    encode_next(value, encode_next(key, writer))
                });
                list.end(count, writer);
            }
            Self::Array(array) => array.encode(writer),
            Self::Described(described) => described.encode(writer),
            _ => self.encode(writer),
        }
    }

    /// Writes the data of an item of an array, and says whether it fits the format.
    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
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
            Self::List(items) => encode_list_data(items, format, writer),
            Self::Map(map) => map.encode_data(format, writer),
            Self::Array(array) => array.encode_data(format, writer),
            // An `ArrayValue` holds no described items.
            Self::Described(_) => false,
        }
    }
}

/// Writes a value and gives back the writer.
///
/// In a loop, a writer by value stays in registers while that goes on with what is written often.
/// One that others know of would be in memory, and each value would wait for the one before it to
/// be counted there.
#[expect(clippy::inline_always, reason = "as the value's own")]
#[inline(always)]
fn encode_next<'b>(value: &Value, mut writer: Writer<'b>) -> Writer<'b> {
    if !value.encode_often(&mut writer) {
        return encode_rare_next(value, writer);
    }
    writer
}

#[inline(never)]
fn encode_rare_next<'b>(value: &Value, mut writer: Writer<'b>) -> Writer<'b> {
    value.encode_rare(&mut writer);
    writer
}

impl Encode for DescribedValue {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.octet(0);
        self.descriptor.encode(writer);
        self.value.encode(writer);
    }
}

impl Encode for ArrayValue {
    fn encode(&self, writer: &mut Writer<'_>) {
        let wide = self.items.len() > usize::from(u8::MAX);
        let array = OpenCompound::begin(ARRAY, wide, writer);
        self.encode_constructor_and_items(writer);
        array.end(self.items.len(), writer);
    }
}

impl ArrayValue {
    fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        let array = OpenCompound::begin_data(ARRAY, format, writer);
        self.encode_constructor_and_items(writer);
        array.end_data(self.items.len(), writer)
    }

    fn encode_constructor_and_items(&self, writer: &mut Writer<'_>) {
        for descriptor in &self.descriptors {
            writer.octet(0);
            descriptor.encode(writer);
        }
        write_in_narrowest(array_formats(self.of), writer, |format, writer| {
            writer.format(format);
            self.items.iter().all(|item| item.encode_data(format, writer))
        });
    }
}

/// The formats for items of arrays, those that the types themselves use.
pub(super) const fn array_formats(of: Primitive) -> &'static [Format] {
    match of {
        Primitive::Null => <()>::FORMATS,
        Primitive::Boolean => bool::FORMATS,
        Primitive::Ubyte => u8::FORMATS,
        Primitive::Ushort => u16::FORMATS,
        Primitive::Uint => u32::FORMATS,
        Primitive::Ulong => u64::FORMATS,
        Primitive::Byte => i8::FORMATS,
        Primitive::Short => i16::FORMATS,
        Primitive::Int => i32::FORMATS,
        Primitive::Long => i64::FORMATS,
        Primitive::Float => f32::FORMATS,
        Primitive::Double => f64::FORMATS,
        Primitive::Decimal32 => Decimal32::FORMATS,
        Primitive::Decimal64 => Decimal64::FORMATS,
        Primitive::Decimal128 => Decimal128::FORMATS,
        Primitive::Char => char::FORMATS,
        Primitive::Timestamp => Timestamp::FORMATS,
        Primitive::Uuid => Uuid::FORMATS,
        Primitive::Binary => Bytes::FORMATS,
        Primitive::String => ByteString::FORMATS,
        Primitive::Symbol => Symbol::FORMATS,
        Primitive::List => &[LIST.0, LIST.1],
        Primitive::Map => &[MAP.0, MAP.1],
        Primitive::Array => &[ARRAY.0, ARRAY.1],
    }
}

/// Reads a value into its place by what `put` makes of it: one jump by the format code for what is
/// written often, and the general way for the rest.
///
/// The value is handed to `put` in each arm. One that is returned first is moved through memory,
/// which takes longer than reading it.
macro_rules! decode_by_code {
    ($reader:expr, $put:expr, $rare:expr) => {
        decode_by_code!($reader, $put, $rare;
            True => Boolean
            False => Boolean
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
    ($reader:expr, $put:expr, $rare:expr; $($format:ident => $variant:ident)*) => {
        match $reader.rest() {
            $([code, ..] if *code == Format::$format.code() => {
                $put(Value::$variant(Decode::decode($reader)?))
            })*
            _ => $rare,
        }
    };
}
impl<'a> Decode<'a> for Value {
    const ACCEPTS: &'static Accepts = &Accepts::ANYTHING;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if constructor.is_described() {
            return DescribedValue::decode_data(constructor, reader)
                .map(|described| Self::Described(Box::new(described)));
        }
        let format = constructor.format();
        match format.primitive() {
            Primitive::List => decode_list(format, reader).map(Self::List),
            Primitive::Map => Map::decode_data(constructor, reader).map(Self::Map),
            Primitive::Array => ArrayValue::decode_data(constructor, reader)
                .map(|array| Self::Array(Box::new(array))),
            _ => decode_simple(format, reader),
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        match decode_often(reader)? {
            Some(value) => Ok(value),
            None => decode_any(reader),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(Self::Null)
    }
}

/// Values that hold no others.
///
/// One jump, by the format: in each arm it is known when the program is compiled, and what the type
/// would ask about it is answered.
#[inline]
fn decode_simple(format: Format, reader: &mut Reader<'_>) -> Result<Value, Failed> {
    macro_rules! simple {
        ($($format:ident => $variant:ident)*) => {
            match format {
                $(Format::$format => {
                    Decode::decode_data(Constructor::primitive(Format::$format), reader)
                        .map(Value::$variant)
                })*
                _ => Ok(Value::Null),
            }
        };
    }
    simple! {
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
    }
}

fn decode_list(format: Format, reader: &mut Reader<'_>) -> Result<Vec<Value>, Failed> {
    let (count, after) = reader.enter(format)?;
    let mut items = Vec::new();
    if reader.finds_cut() {
        Value::check_values(count, reader)?;
    } else {
        items = reader.room_for(count)?;
        for _ in 0..count {
            if !decode_item(&mut items, reader)? {
                items.push(decode_any(reader)?);
            }
        }
    }
    reader.leave(after)?;
    Ok(items)
}

/// Reads one more item, if it is of a kind that is written often.
#[inline]
fn decode_item(items: &mut Vec<Value>, reader: &mut Reader<'_>) -> Result<bool, Failed> {
    decode_by_code!(reader, |item| items.push(item), return Ok(false));
    Ok(true)
}

/// Reads a value if it is of a kind that is written often; none of those holds others. What this
/// takes of the stack is given back before a value that does is read.
#[inline]
fn decode_often(reader: &mut Reader<'_>) -> Result<Option<Value>, Failed> {
    Ok(decode_by_code!(reader, Some, None))
}

impl<'a> Decode<'a> for DescribedValue {
    const ACCEPTS: &'static Accepts = &Accepts::any_described();

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !Self::ACCEPTS.admits(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        reader.descend()?;
        let descriptor = reader.revisit(constructor.descriptor_octets())?;
        let value = Value::decode_data(constructor.inner(), reader)?;
        reader.ascend();
        Ok(Self { descriptor, value })
    }
}

impl<'a> Decode<'a> for ArrayValue {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Array);

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if !Self::ACCEPTS.admits(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let array = enter_array(constructor.format(), reader)?;
        let mut descriptors = Vec::new();
        let mut item = array.constructor;
        while item.is_described() {
            descriptors.push(reader.revisit(item.descriptor_octets())?);
            item = item.inner();
        }
        let items = Value::decode_items(item, array.count, reader)?;
        reader.leave(array.after)?;
        Ok(Self { descriptors, of: item.format().primitive(), items })
    }
}
