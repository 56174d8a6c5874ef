use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Debug;
use core::iter;

use super::*;
use crate::messaging::{AnnotationKeyRef, FooterKeyRef, FooterRef};
use crate::testing::hex;
use crate::transport::{Info, InfoRef};
use crate::{
    Array, ArrayItem, ByteString, Bytes, Decode, DecodeErrorKind, DecodeOwned, Encode, List,
    MandatoryMultiple, Map, Multiple, Symbol, SymbolRef, Value, ValueRef,
};

/// Checks that the borrowed form decodes the same value, and encodes it as the same octets.
fn reads<T>(octets: &str)
where
    T: Owned + DecodeOwned + Encode + PartialEq + Debug,
    for<'a> T::Ref<'a>: Encode,
{
    let octets = hex(octets);
    let owned = T::from_bytes(&octets).unwrap();
    let borrowed = T::Ref::from_bytes(&octets).unwrap();
    assert_eq!(borrowed.to_bytes(), owned.to_bytes());
    assert_eq!(T::from_ref(borrowed), owned);
}

/// Checks that the borrowed form refuses these octets with the same error.
fn refuses<T: Owned + DecodeOwned + Debug>(octets: &str, sentence: &str)
where
    for<'a> T::Ref<'a>: Debug,
{
    let octets = hex(octets);
    assert_eq!(T::from_bytes(&octets).unwrap_err().to_string(), sentence);
    assert_eq!(T::Ref::from_bytes(&octets).unwrap_err().to_string(), sentence);
}

#[test]
fn lists() {
    reads::<List<u8>>("45");
    reads::<List<u8>>("c0 01 00");
    reads::<List<u8>>("d0 00000004 00000000");
    reads::<List<List<String>>>("c0 09 02 45 c0 05 01 a1 02 6869");
    reads::<List<u8>>(&format!("d0 00000104 00000080 {}", "5007".repeat(128)));
    reads::<Array<List<bool>>>("e0 07 02 c0 02 01 41 01 00");
    refuses::<List<u8>>("c0 00 00", "the size is too small for its content (octet 1)");
    refuses::<List<u8>>(
        "c0 09 01 50 01",
        "the size or count exceeds the octets that remain (octet 1)",
    );
    refuses::<List<u8>>("c0 04 01 50 01 40", "octets are left over after the value (octet 5)");
    refuses::<List<List<bool>>>("c0 05 01 c0 02 01 50", "expected boolean, found ubyte (octet 6)");
    refuses::<List<String>>("c0 04 01 a1 01 ff", "the string is not UTF-8 (octet 5)");
    refuses::<List<Symbol>>("c0 04 01 a3 01 ff", "the symbol is not ASCII (octet 5)");
    refuses::<List<char>>("c0 06 01 73 0000d800", "0xd800 is not a Unicode scalar value (octet 4)");
}

#[test]
fn arrays() {
    reads::<Array<u32>>("e0 02 00 52");
    reads::<Array<u32>>("e0 0a 02 70 00000001 00000100");
    reads::<Array<()>>("e0 02 ff 40");
    reads::<Array<Array<Bytes>>>("e0 0b 02 e0 05 01 a0 02 0102 02 00 a0");
    refuses::<Array<u32>>("e0 05 01 70 000000", "the octets end before the value does (octet 4)");
    refuses::<Array<u32>>("e0 01 01", "the size is too small for its content (octet 1)");
    refuses::<Array<()>>(
        "f0 00000005 ffffffff 40",
        "there are more zero-width array items than the limit (octet 10)",
    );
    refuses::<Array<u32>>("e0 03 01 50 01", "expected uint, found ubyte (octet 3)");
}

#[test]
fn maps() {
    reads::<Map<u8, u8>>("c1 01 00");
    reads::<Map<ByteString, u32>>("c1 0b 04 a1 01 62 52 01 a1 01 61 52 02");
    reads::<Map<Value, Value>>("c1 0d 06 52 01 40 a1 01 61 40 c0 02 01 41 40");
    refuses::<Map<u8, u8>>("c1 03 01 50 01", "the map has a key without a value (octet 3)");
    let twice = "the map has the same key twice";
    refuses::<Map<u32, ()>>("c1 07 04 52 01 40 52 01 40", &format!("{twice} (octet 6)"));
    refuses::<Map<u32, ()>>("c1 06 04 43 40 52 00 40", &format!("{twice} (octet 5)"));
    // The same text with a size of one octet and of four.
    let both = "c1 0c 04 a1 01 61 40 b1 00000001 61 40";
    refuses::<Map<ByteString, ()>>(both, &format!("{twice} (octet 7)"));
    let nested = "c1 0c 04 c0 02 01 43 40 c0 03 01 52 00 40";
    refuses::<Map<List<u32>, ()>>(nested, &format!("{twice} (octet 8)"));
    // An error after a duplicate key is reported first.
    refuses::<Map<String, u8>>(
        "c1 0a 04 a1 01 61 50 01 a1 01 61 41",
        "expected ubyte, found boolean (octet 11)",
    );
}

#[test]
fn any_number_of_unordered_keys_is_distinguished() {
    fn texts(len: usize) -> Vec<String> {
        (0..len).rev().map(|key| format!("key-{key}")).collect()
    }
    fn octets<K: Encode>(keys: &[K]) -> Bytes {
        let mut list = List(Vec::new());
        list.extend(keys.iter().flat_map(|key| [Value::from_encode(key).unwrap(), Value::Null]));
        // A map has the layout of a list with twice as many items, and another format code.
        let mut octets = list.to_bytes().unwrap().to_vec();
        octets[0] += 1;
        octets.into()
    }
    for len in [2, 15, 16, 17, 200] {
        let mut keys = texts(len);
        let good = octets(&keys);
        assert_eq!(MapRef::<&str, ()>::from_bytes(&good).unwrap().len(), len);
        assert_eq!(MapRef::<ValueRef<'_>, ()>::from_bytes(&good).unwrap().len(), len);
        keys[len - 1] = keys[len / 2 - 1].clone();
        let bad = octets(&keys);
        let error = Map::<String, ()>::from_bytes(&bad).unwrap_err();
        assert_eq!(MapRef::<&str, ()>::from_bytes(&bad).unwrap_err(), error);

        let mut keys: Vec<u32> = (0..u32::try_from(len).unwrap()).rev().collect();
        let good = octets(&keys);
        assert_eq!(MapRef::<u32, ()>::from_bytes(&good).unwrap().len(), len);
        keys[len - 1] = keys[len / 2 - 1];
        let bad = octets(&keys);
        let error = Map::<u32, ()>::from_bytes(&bad).unwrap_err();
        assert_eq!(MapRef::<u32, ()>::from_bytes(&bad).unwrap_err(), error);
    }
}

/// A map with sizes of four octets, of these keys. The first values are given, and the others are null.
fn map_of(keys: &[Value], values: &[&[u8]]) -> Vec<u8> {
    let mut entries = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        key.encode_to(&mut entries).unwrap();
        entries.extend_from_slice(values.get(index).copied().unwrap_or(&[0x40]));
    }
    let size = u32::try_from(entries.len() + 4).unwrap().to_be_bytes();
    let count = u32::try_from(keys.len() * 2).unwrap().to_be_bytes();
    [&[0xd1][..], &size, &count, &entries].concat()
}

/// Octets are valid, or have the same error, in both forms. Returns whether they are valid.
fn is_valid(octets: &[u8]) -> bool {
    let owned = Value::from_bytes(octets);
    assert_eq!(ValueRef::from_bytes(octets).map(Value::from_ref), owned);
    let error = owned.as_ref().err().map(crate::DecodeError::kind);
    assert!(error.is_none_or(|kind| kind == DecodeErrorKind::DuplicateKey), "{error:?}");
    owned.is_ok()
}

#[test]
fn duplicates_are_found_in_large_maps_that_are_nested() {
    let kinds: [fn(u32) -> Value; 5] = [
        |i| Value::String(format!("key-{i}").into()),
        |i| Value::Symbol(Symbol::new(format!("{i}")).unwrap()),
        // The fingerprints of these are equal.
        |i| Value::String(format!("aaaaaaaa{i:03}aaaaaaaa").into()),
        |i| Value::Uint(i),
        |i| if i % 2 == 0 { Value::Ulong(i.into()) } else { Value::String(format!("{i}").into()) },
    ];
    for (len, kind) in [17, 128, 129].into_iter().flat_map(|len| kinds.map(|kind| (len, kind))) {
        let keys: Vec<Value> = (0..len).rev().map(kind).collect();
        let mut twice = keys.clone();
        twice[len as usize - 1] = keys[len as usize / 2].clone();
        let good = map_of(&keys, &[]);
        let bad = map_of(&twice, &[]);
        assert!(is_valid(&good) && !is_valid(&bad));
        // In an outer map, an inner one, or one in that; the large map may be the second.
        assert!(is_valid(&map_of(&keys, &[&good, &good])));
        assert!(!is_valid(&map_of(&keys, &[&bad])));
        assert!(!is_valid(&map_of(&keys, &[&good, &bad])));
        assert!(!is_valid(&map_of(&twice, &[&good, &good])));
        let inner = map_of(&keys, &[&good, &good]);
        assert!(is_valid(&map_of(&keys, &[&good, &inner])));
        assert!(!is_valid(&map_of(&keys, &[&good, &map_of(&keys, &[&good, &bad])])));
        assert!(!is_valid(&map_of(&keys, &[&good, &map_of(&twice, &[&good])])));
        assert!(!is_valid(&map_of(&twice, &[&good, &inner])));
        // After a large map that is not in another one.
        let list = |items: [&[u8]; 2]| {
            let octets = items.concat();
            let size = u32::try_from(octets.len() + 4).unwrap().to_be_bytes();
            [&[0xd0][..], &size, &[0, 0, 0, 2], &octets].concat()
        };
        assert!(is_valid(&list([&inner, &good])));
        assert!(!is_valid(&list([&inner, &bad])));
        // In a small map, and with a small map between.
        assert!(!is_valid(&map_of(&keys[..2], &[&good, &bad])));
        let between = map_of(&keys[..2], &[&good, &bad]);
        assert!(!is_valid(&map_of(&keys, &[&good, &between])));
        // As a key.
        let mut outer = keys.clone();
        outer[1] = Value::from_bytes(&good).unwrap();
        let as_key = map_of(&outer, &[&good]);
        assert!(is_valid(&as_key));
        let at = as_key.windows(4).position(|octets| octets == &outer[1].to_bytes().unwrap()[..4]);
        let at = at.unwrap();
        let after = at + outer[1].to_bytes().unwrap().len();
        assert!(!is_valid(&map_of_octets(len, [&as_key[9..at], &bad, &as_key[after..]])));
    }
}

fn map_of_octets(len: u32, parts: [&[u8]; 3]) -> Vec<u8> {
    let entries = parts.concat();
    let size = u32::try_from(entries.len() + 4).unwrap().to_be_bytes();
    [&[0xd1][..], &size, &(len * 2).to_be_bytes(), &entries].concat()
}

#[test]
fn multiples() {
    reads::<Multiple<u32>>("40");
    reads::<Multiple<u32>>("52 01");
    reads::<Multiple<u32>>("e0 02 00 52");
    reads::<Multiple<u32>>("e0 03 01 52 01");
    reads::<Multiple<u32>>("e0 04 02 52 01 02");
    reads::<MandatoryMultiple<u32>>("e0 02 00 52");
    refuses::<Multiple<u32>>(
        "c0 03 01 52 01",
        "expected null or uint or array, found list (octet 0)",
    );
    refuses::<MandatoryMultiple<u32>>("40", "expected uint or array, found null (octet 0)");
    let octets = hex("e0 04 02 52 01 02");
    let values = MultipleRef::<u32>::from_bytes(&octets).unwrap();
    assert!(values.contains(&2) && !values.contains(&3) && values.len() == 2);
    let one = hex("52 01");
    let array_of_one = hex("e0 03 01 52 01");
    assert_eq!(
        MultipleRef::<u32>::from_bytes(&one).unwrap(),
        MultipleRef::from_bytes(&array_of_one).unwrap()
    );
}

#[test]
fn views_have_the_methods_of_collections() {
    let octets = hex("c1 0b 04 a3 01 62 52 01 a3 01 61 52 02");
    let map = MapRef::<SymbolRef<'_>, u32>::from_bytes(&octets).unwrap();
    assert_eq!(map.get("a"), Some(2));
    assert_eq!(map.get("c"), None);
    assert_eq!(format!("{map:?}"), "{Symbol(\"b\"): 1, Symbol(\"a\"): 2}");

    // In other encodings, but equal.
    let (narrow, wide) = (hex("c0 03 01 52 05"), hex("d0 00000009 00000001 70 00000005"));
    let list = ListRef::<u32>::from_bytes(&narrow).unwrap();
    assert_eq!(list, ListRef::from_bytes(&wide).unwrap());
    assert_eq!((list.iter().size_hint(), list.into_iter().sum::<u32>()), ((1, Some(1)), 5));
    assert!(ListRef::<u32>::default().is_empty());

    for (octets, items) in
        [("40", &[][..]), ("52 05", &[5]), ("e0 04 02 52 05 06", &[5, 6]), ("e0 02 00 52", &[])]
    {
        let octets = hex(octets);
        let mut left = MultipleRef::<u32>::from_bytes(&octets).unwrap().iter();
        for (index, item) in items.iter().enumerate() {
            assert_eq!((left.len(), left.next()), (items.len() - index, Some(*item)));
        }
        assert_eq!((left.len(), left.next(), left.next()), (0, None, None));
    }
}

/// If each level validated all levels in it again, this would take exponential time.
#[test]
fn nested_values_are_validated_once() {
    fn depth(value: ValueRef<'_>) -> usize {
        match value {
            ValueRef::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    let mut value = Value::Null;
    for _ in 0..60 {
        value = Value::List(vec![value, Value::List(vec![])]);
    }
    let octets = value.to_bytes().unwrap();
    let borrowed = ValueRef::from_bytes(&octets).unwrap();
    assert_eq!(depth(borrowed), 61);
    assert_eq!(borrowed, borrowed);
    assert_eq!(Value::from_ref(borrowed), value);
}

#[test]
fn the_depth_of_nesting_is_equal() {
    for depth in [63, 64, 65] {
        // Described by 0 many times. The empty list is a level too, like all lists.
        let octets = hex(&format!("{}45", "0044".repeat(depth)));
        let owned = Value::from_bytes(&octets).map_err(|error| error.to_string());
        let borrowed = ValueRef::from_bytes(&octets).map_err(|error| error.to_string());
        assert_eq!(borrowed.map(Value::from_ref), owned);
    }
}

#[test]
fn string_keys_are_decoded_as_symbols() {
    reads::<Info>("c1 09 04 a1 01 61 40 a3 01 62 40");
    refuses::<Info>("c1 09 04 a1 01 61 40 a3 01 61 40", "the map has the same key twice (octet 7)");
    let octets = hex("c1 05 02 a1 01 61 41");
    assert_eq!(InfoRef::from_bytes(&octets).unwrap().get("a"), Some(ValueRef::Boolean(true)));
    let octets = hex("00 53 78 c1 05 02 a1 01 61 41");
    let key = FooterKeyRef(AnnotationKeyRef::Symbol(SymbolRef::new("a").unwrap()));
    assert_eq!(FooterRef::from_bytes(&octets).unwrap().get(&key), Some(ValueRef::Boolean(true)));
}

/// Checks that `fold` returns the same items as `next`, after any number of items has been read.
fn folds<T: ArrayItem + DecodeOwned + Copy + PartialEq + Debug>(numbers: &[T]) {
    let octets = Array(numbers.to_vec()).to_bytes().unwrap();
    let array = ArrayRef::<T>::from_bytes(&octets).unwrap();
    assert_eq!(array.to_vec(), numbers);
    let mut items = array.iter();
    for taken in 0..3 {
        let folded = items.clone().fold(Vec::new(), |mut folded, item| {
            folded.push(item);
            folded
        });
        assert_eq!(folded, numbers.get(taken..).unwrap_or_default());
        items.next();
    }
}

#[test]
fn fold_and_next_agree_for_arrays() {
    for count in 0..70_u32 {
        for seed in [0, 1, 0x0123_4567_89ab_cdef_u64] {
            let numbers = (0..count).map(|index| (u64::from(index) * seed).rotate_right(7));
            let numbers: Vec<u64> = numbers.collect();
            let octets: Vec<[u8; 8]> = numbers.iter().map(|number| number.to_be_bytes()).collect();
            let four = octets.iter().map(|[a, b, c, d, ..]| [*a, *b, *c, *d]);
            folds(&octets.concat());
            folds(&four.clone().map(u32::from_be_bytes).collect::<Vec<_>>());
            folds(&four.map(i32::from_be_bytes).collect::<Vec<_>>());
            folds(&numbers.iter().copied().map(u64::cast_signed).collect::<Vec<_>>());
            folds(&numbers);
        }
        folds(&(0..count).collect::<Vec<_>>());
        folds(&(0..count).map(|index| index % 3 == 0).collect::<Vec<_>>());
    }
    let zeros = hex("e0 02 03 43");
    let zeros = ArrayRef::<u32>::from_bytes(&zeros).unwrap();
    assert_eq!(zeros.iter().fold(1, |folded, zero| folded * 10 + zero), 1000);
}

/// Checks that a map of these keys is valid, or has the same error, in both forms.
fn same_keys(keys: &[&str]) {
    let mut octets = Vec::new();
    for key in keys {
        key.encode_to(&mut octets).unwrap();
        octets.push(0x40);
    }
    let size = u8::try_from(octets.len() + 1).unwrap();
    let octets = [&[0xc1, size, u8::try_from(keys.len() * 2).unwrap()], &octets[..]].concat();
    let owned = Map::<String, ()>::from_bytes(&octets);
    let borrowed = MapRef::<&str, ()>::from_bytes(&octets).map(Map::from_ref);
    assert_eq!(borrowed, owned, "{keys:?}");
    let values = ValueRef::from_bytes(&octets).map(Value::from_ref);
    assert_eq!(values, Value::from_bytes(&octets), "{keys:?}");
}

#[test]
fn similar_keys_are_distinguished() {
    let texts = [
        "",
        "\0",
        "a",
        "a\0",
        "b",
        "aaaaaaa",
        "aaaaaaaa",
        "aaaaaaab",
        "aaaaaaaab",
        "baaaaaaa",
        "aaaaaaaa-1-bbbbbbbb",
        "aaaaaaaa-2-bbbbbbbb",
        "aaaaaaaa-12-bbbbbbbb",
        "éé",
    ];
    for first in texts {
        for second in texts {
            same_keys(&[first, second]);
            for third in texts {
                same_keys(&[first, second, third]);
            }
        }
    }
    let many: Vec<String> = (0..20).map(|index| format!("{:02}", index * 7 % 20)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for len in 0..many.len() {
        same_keys(&many[..len]);
        for again in &many[..len] {
            let mut keys = many[..len].to_vec();
            keys.push(again);
            same_keys(&keys);
        }
    }
    let ascending: Vec<String> = (0..20).map(|index| format!("{index:02}")).collect();
    let ascending: Vec<&str> = iter::once("").chain(ascending.iter().map(String::as_str)).collect();
    for len in 1..ascending.len() {
        for from in 0..=1 {
            same_keys(&ascending[from..=len]);
        }
        let mut keys = ascending[..=len].to_vec();
        keys[len] = keys[len / 2];
        same_keys(&keys);
    }
}

#[test]
fn fold_and_next_agree_for_maps() {
    let long = "key".repeat(100);
    let keys = [
        Value::String("key".into()),
        Value::String("ключ".into()),
        Value::String(long.into()),
        Value::Symbol(Symbol::from_static("key")),
        Value::Ulong(7),
        Value::Null,
        Value::List(vec![Value::Null]),
        Value::described(7u64, "key"),
    ];
    let mut values = keys.clone();
    values.reverse();
    let octets = Value::Map(keys.into_iter().zip(values).collect()).to_bytes().unwrap();
    let ValueRef::Map(map) = ValueRef::from_bytes(&octets).unwrap() else { panic!("no map") };
    let mut one_by_one = Vec::new();
    for entry in map {
        one_by_one.push(entry);
    }
    let mut folded = Vec::new();
    map.iter().for_each(|entry| folded.push(entry));
    assert_eq!(folded, one_by_one);
    assert_eq!(folded.len(), 8);
}
