//! Values have the encoding of the standard in buffers of any length.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ArrayValue, Value};
use crate::encode::Encode;
use crate::error::EncodeError;
use crate::format::{Format, Primitive};
use crate::primitive::Map;
use crate::primitive::{Decimal32, Decimal64, Decimal128, Symbol, Timestamp, Uuid};
use crate::writer::{LIST, MAP};
use bytes::Bytes;

/// Returns the octets of a value, built independently by the rules of the standard.
fn by_hand(value: &Value) -> Vec<u8> {
    let (items, formats): (Vec<_>, _) = match value {
        Value::List(items) if items.is_empty() => return vec![Format::List0.code()],
        Value::List(items) => (items.iter().collect(), LIST),
        Value::Map(map) => (map.iter().flat_map(|(key, value)| [key, value]).collect(), MAP),
        other => return other.to_bytes().unwrap().to_vec(),
    };
    let content: Vec<u8> = items.iter().flat_map(|item| by_hand(item)).collect();
    let mut octets = vec![formats.narrow.code()];
    match (u8::try_from(1 + content.len()), u8::try_from(items.len())) {
        (Ok(size), Ok(count)) => octets.extend([size, count]),
        _ => {
            octets = vec![formats.wide.code()];
            octets.extend(u32::try_from(4 + content.len()).unwrap().to_be_bytes());
            octets.extend(u32::try_from(items.len()).unwrap().to_be_bytes());
        }
    }
    octets.extend(content);
    octets
}

/// Checks that the value is encoded like this into buffers of any length, and octets that do not fit are
/// counted.
#[track_caller]
fn is_written_as_by_hand(value: &Value) {
    let expected = by_hand(value);
    let octets = expected.len();
    assert_eq!(value.to_bytes().unwrap(), expected);
    let mut room = vec![0xee; octets + 40];
    // All lengths near the end, and some others.
    for limit in (0..octets).filter(|limit| octets - limit < 600 || limit % 97 == 0) {
        let error = value.encode_to_slice(&mut room[..limit]);
        assert_eq!(error, Err(EncodeError::TooLong { octets, limit }));
        assert!(room[limit..].iter().all(|octet| *octet == 0xee), "wrote past its room");
    }
    for limit in octets..=octets + 40 {
        room.fill(0xee);
        assert_eq!(value.encode_to_slice(&mut room[..limit]).unwrap(), expected);
        assert!(room[octets..].iter().all(|octet| *octet == 0xee), "wrote after its end");
    }
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

fn text(len: usize) -> Value {
    Value::String("abcdefghijklmnopqrstuvwxyz0123456789".repeat(9)[..len].into())
}

#[test]
fn simple_values_of_all_types_in_lists_and_maps() {
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
fn nested_lists_have_the_shortest_format() {
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
fn lists_can_be_nested_to_any_depth() {
    let map = Value::Map(Map::from([(text(1), list([text(7)]))]));
    let array = ArrayValue::new(Primitive::List, vec![list([text(2)])]).unwrap();
    let described = Value::described(1u64, list([text(300)]));
    for inner in [text(2), text(300), map, Value::Array(Box::new(array)), described] {
        let mut value = inner.clone();
        for _ in 0..3 * 4 {
            value = list([text(5), value, Value::Long(-1)]);
            is_written_as_by_hand(&value);
        }
    }
}

#[test]
fn deeply_nested_values_are_restarted_only_a_few_times() {
    // If each list were started twice within each enclosing list, this would take exponential time.
    let mut value = Value::Map(Map::new());
    for _ in 0..100 {
        value = list([value]);
    }
    assert_eq!(value.to_bytes().unwrap(), by_hand(&value));
}
