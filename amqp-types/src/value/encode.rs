//! Writing values: each as the type that it is of.

use bytes::Bytes;
use bytestring::ByteString;

use super::{ArrayValue, DescribedValue, Value};
use crate::codec::{ArrayItem, Encode};
use crate::compound::{ARRAY, LIST, MAP, OpenCompound};
use crate::format::{Format, Primitive};
use crate::primitive::{
    Decimal32, Decimal64, Decimal128, Map, Symbol, Timestamp, Uuid, encode_list, encode_list_data,
    encode_map, write_in_narrowest,
};
use crate::writer::{Rest, Writer};

impl Encode for Value {
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
            Self::List(items) => encode_list(items.iter().map(Likely), writer),
            Self::Map(map) => {
                let entries = map.iter().map(|(key, value)| (LikelyText(key), value));
                encode_map(entries, writer);
            }
            Self::Array(array) => array.encode(writer),
            Self::Described(described) => described.encode(writer),
        }
    }

    #[expect(clippy::inline_always, reason = "a call takes as long as what it does")]
    #[inline(always)]
    fn put(&self, rest: &mut Rest<'_>) -> bool {
        match self {
            Self::Null => ().put(rest),
            Self::Boolean(value) => value.put(rest),
            Self::Ubyte(value) => value.put(rest),
            Self::Ushort(value) => value.put(rest),
            Self::Uint(value) => value.put(rest),
            Self::Ulong(value) => value.put(rest),
            Self::Byte(value) => value.put(rest),
            Self::Short(value) => value.put(rest),
            Self::Int(value) => value.put(rest),
            Self::Long(value) => value.put(rest),
            Self::Float(value) => value.put(rest),
            Self::Double(value) => value.put(rest),
            Self::Decimal32(value) => value.put(rest),
            Self::Decimal64(value) => value.put(rest),
            Self::Decimal128(value) => value.put(rest),
            Self::Char(value) => value.put(rest),
            Self::Timestamp(value) => value.put(rest),
            Self::Uuid(value) => value.put(rest),
            Self::Binary(value) => value.put(rest),
            Self::String(value) => value.put(rest),
            Self::Symbol(value) => value.put(rest),
            Self::List(items) => rest.put_apart(|rest| put_list(items, rest, LEVELS)),
            Self::Map(map) => rest.put_apart(|rest| put_map(map, rest, LEVELS)),
            Self::Array(_) | Self::Described(_) => false,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Value {
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

/// A value that is most likely a text or a number: these are looked for before there is a jump by
/// the type.
struct Likely<'v>(&'v Value);

impl Encode for Likely<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }

    #[expect(clippy::inline_always, reason = "as the value's own")]
    #[inline(always)]
    fn put(&self, rest: &mut Rest<'_>) -> bool {
        match self.0 {
            Value::String(value) => value.put(rest),
            Value::Long(value) => value.put(rest),
            other => rest.put_apart(|rest| put_other(other, rest)),
        }
    }
}

/// A value that is most likely a text, as keys are.
struct LikelyText<'v>(&'v Value);

impl Encode for LikelyText<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }

    #[expect(clippy::inline_always, reason = "as the value's own")]
    #[inline(always)]
    fn put(&self, rest: &mut Rest<'_>) -> bool {
        match self.0 {
            Value::String(value) => value.put(rest),
            other => rest.put_apart(|rest| put_other(other, rest)),
        }
    }
}

// Cold, so that what is looked for first is not jumped to.
#[cold]
#[inline(never)]
fn put_other(value: &Value, mut rest: Rest<'_>) -> Option<usize> {
    value.put(&mut rest).then_some(rest.len())
}

/// How deep lists and maps that are put can be nested. What is nested deeper, or holds what is not
/// put, is begun this many times in vain, and in a typed map once more.
const LEVELS: u32 = 4;

#[inline(never)]
fn put_list(items: &[Value], mut rest: Rest<'_>, levels: u32) -> Option<usize> {
    let levels = levels.checked_sub(1)?;
    if items.is_empty() {
        return rest.octets([Format::List0.code()]).then_some(rest.len());
    }
    rest.compound(LIST, items.len(), |rest| items.iter().all(|item| put_within(item, rest, levels)))
}

#[inline(never)]
fn put_map(map: &Map<Value, Value>, rest: Rest<'_>, levels: u32) -> Option<usize> {
    let levels = levels.checked_sub(1)?;
    rest.compound(MAP, map.len() * 2, |rest| {
        let mut entries = map.iter();
        entries.all(|(key, value)| put_within(key, rest, levels) && put_within(value, rest, levels))
    })
}

/// Puts a value that stands in a list or map which may hold so many levels more.
#[expect(clippy::inline_always, reason = "as the value's own")]
#[inline(always)]
fn put_within(value: &Value, rest: &mut Rest<'_>, levels: u32) -> bool {
    match value {
        Value::List(items) => rest.put_apart(|rest| put_list(items, rest, levels)),
        Value::Map(map) => rest.put_apart(|rest| put_map(map, rest, levels)),
        value => value.put(rest),
    }
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
        let array = OpenCompound::begin(ARRAY, self.items.len(), writer);
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

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::error::EncodeError;
    use crate::primitive::Map;

    /// The octets of a value, put together by the standard's rules.
    fn by_hand(value: &Value) -> Vec<u8> {
        let (items, (narrow, wide)): (Vec<_>, _) = match value {
            Value::List(items) if items.is_empty() => return vec![Format::List0.code()],
            Value::List(items) => (items.iter().collect(), LIST),
            Value::Map(map) => (map.iter().flat_map(|(key, value)| [key, value]).collect(), MAP),
            other => return other.to_bytes().unwrap().to_vec(),
        };
        let content: Vec<u8> = items.iter().flat_map(|item| by_hand(item)).collect();
        let mut octets = vec![narrow.code()];
        match (u8::try_from(1 + content.len()), u8::try_from(items.len())) {
            (Ok(size), Ok(count)) => octets.extend([size, count]),
            _ => {
                octets = vec![wide.code()];
                octets.extend(u32::try_from(4 + content.len()).unwrap().to_be_bytes());
                octets.extend(u32::try_from(items.len()).unwrap().to_be_bytes());
            }
        }
        octets.extend(content);
        octets
    }

    /// It is written so into any room that there is, and what has none is counted.
    #[track_caller]
    fn is_written_as_by_hand(value: &Value) {
        let expected = by_hand(value);
        let octets = expected.len();
        assert_eq!(value.to_bytes().unwrap(), expected);
        let mut room = vec![0xee; octets + 40];
        // All that begin or end somewhere near the end, and some others.
        for limit in (0..octets).filter(|limit| octets - limit < 600 || limit % 97 == 0) {
            let error = value.encode_to_slice(&mut room[..limit]);
            assert_eq!(error, Err(EncodeError::TooLong { octets, limit }));
            assert!(room[limit..].iter().all(|octet| *octet == 0xee), "wrote past its room");
        }
        for limit in octets..=octets + 40 {
            room.fill(0xee);
            assert_eq!(value.encode_to_slice(&mut room[..limit]).unwrap(), expected);
            assert!(room[octets..].iter().all(|octet| *octet == 0xee), "wrote behind itself");
        }
    }

    fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    fn text(len: usize) -> Value {
        Value::String("abcdefghijklmnopqrstuvwxyz0123456789".repeat(9)[..len].into())
    }

    #[test]
    fn simple_values_of_all_types_stand_in_lists_and_maps() {
        let simple = |number: i32| {
            let small = u8::try_from(number % 251).unwrap();
            let binary = Bytes::from(vec![small; usize::from(small)]);
            [
                Value::Null,
                Value::Boolean(small % 2 == 0),
                Value::Ubyte(small),
                Value::Ushort(u16::from(small) << 4),
                Value::Uint(number.unsigned_abs()),
                Value::Ulong(number.unsigned_abs().into()),
                Value::Byte(small.cast_signed()),
                Value::Short(i16::from(small)),
                Value::Int(number - 300),
                Value::Long(i64::from(number) - 300),
                Value::Float(1.5),
                Value::Double(f64::from(number)),
                Value::Decimal32(Decimal32::from_bits(7)),
                Value::Decimal64(Decimal64::from_bits(7)),
                Value::Decimal128(Decimal128::from_bits(7)),
                Value::Char('\u{20ac}'),
                Value::Timestamp(Timestamp(i64::from(number))),
                Value::Uuid(Uuid([small; 16])),
                Value::Binary(binary),
                text(usize::from(small)),
                Value::Symbol(Symbol::new(String::from_utf8(vec![b's'; 40]).unwrap()).unwrap()),
            ]
        };
        for number in [0, 1, 3, 127, 172, 173, 255, 256, 300, 427, 428, 429, 70_000] {
            is_written_as_by_hand(&list(simple(number)));
            let entries = simple(number).into_iter().enumerate();
            let key = |index| Value::Ulong(u64::try_from(index).unwrap());
            let map = entries.clone().map(|(index, value)| (key(index), value));
            is_written_as_by_hand(&Value::Map(map.collect()));
            let names = entries.map(|(index, value)| (text(index + 20), value));
            is_written_as_by_hand(&Value::Map(names.collect()));
        }
    }

    #[test]
    fn lists_in_lists_are_as_wide_as_they_must_be() {
        for len in [0, 1, 31, 32, 33, 244, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256] {
            is_written_as_by_hand(&list([list([text(len)])]));
            is_written_as_by_hand(&list([list([list([text(len)]), Value::Null]), text(3)]));
        }
        for count in [0, 1, 63, 64, 65, 126, 127, 128, 129, 253, 254, 255, 256] {
            is_written_as_by_hand(&list([list(vec![Value::Null; count]), list([])]));
            is_written_as_by_hand(&list([list(vec![Value::Ubyte(1); count]), list([])]));
            let map = (0..count).map(|key| (Value::Uint(u32::try_from(key).unwrap()), Value::Null));
            is_written_as_by_hand(&list([Value::Map(map.collect()), Value::Null]));
        }
    }

    #[test]
    fn lists_are_nested_as_deep_as_one_likes_with_anything_in_them() {
        let map = Value::Map(Map::try_from([(text(1), list([text(7)]))]).unwrap());
        let array = ArrayValue::new(Primitive::List, vec![list([text(2)])]).unwrap();
        let described = Value::described(1u64, list([text(300)]));
        for inner in [text(2), text(300), map, Value::Array(Box::new(array)), described] {
            let mut value = inner.clone();
            for _ in 0..3 * LEVELS {
                value = list([text(5), value, Value::Long(-1)]);
                is_written_as_by_hand(&value);
            }
        }
    }

    #[test]
    fn what_is_nested_deep_is_begun_a_few_times_in_vain_and_no_more() {
        // If each list were begun twice in each that holds it, this would never end.
        let mut value = Value::Map(Map::new());
        for _ in 0..100 {
            value = list([value]);
        }
        assert_eq!(value.to_bytes().unwrap(), by_hand(&value));
    }
}
