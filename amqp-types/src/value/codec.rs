//! Reading values: each as the type that it is of.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{ArrayValue, DescribedValue, Value};
use crate::accepts::Accepts;
use crate::codec::{Decode, decode_any};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::primitive::{Map, enter_array};
use crate::reader::Reader;

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
