//! Properties of every value: it is decoded to itself after encoding, a decoded value can be encoded, and
//! any octets are a value or an error.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use amqp_types::messaging::SimpleValue;
use amqp_types::value::ArrayValue;
use amqp_types::{
    Array, ArrayItem, ByteString, Bytes, Decimal32, Decimal64, Decimal128, Decode, DecodeOwned,
    Encode, List, Map, Multiple, Primitive, Symbol, SymbolRef, Timestamp, Uuid, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Lengths at which the encoding changes.
const SIZES: [usize; 6] = [0, 1, 255, 256, 65_535, 65_536];

/// Returns lengths that are mostly short, and sometimes those at which the encoding changes.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 0usize..20, 1 => prop::sample::select(&SIZES[..4])]
}

fn binary() -> impl Strategy<Value = Bytes> {
    size().prop_flat_map(|size| vec(any::<u8>(), size)).prop_map(Bytes::from)
}

fn string() -> impl Strategy<Value = ByteString> {
    let ascii = size().prop_map(|size| ByteString::from("x".repeat(size)));
    prop_oneof![ascii, any::<String>().prop_map(ByteString::from)]
}

fn symbol() -> impl Strategy<Value = Symbol> {
    size().prop_flat_map(|size| vec(0u8..128, size)).prop_map(|octets| {
        Symbol::new(String::from_utf8(octets).expect("ASCII is UTF-8")).expect("ASCII")
    })
}

/// Returns values of this type. Compounds contain values of any type.
fn of(primitive: Primitive, depth: u32) -> BoxedStrategy<Value> {
    match primitive {
        Primitive::Null => Just(Value::Null).boxed(),
        Primitive::Boolean => any::<bool>().prop_map_into().boxed(),
        Primitive::Ubyte => any::<u8>().prop_map_into().boxed(),
        Primitive::Ushort => any::<u16>().prop_map_into().boxed(),
        Primitive::Uint => prop_oneof![any::<u32>(), 0..300u32].prop_map_into().boxed(),
        Primitive::Ulong => prop_oneof![any::<u64>(), 0..300u64].prop_map_into().boxed(),
        Primitive::Byte => any::<i8>().prop_map_into().boxed(),
        Primitive::Short => any::<i16>().prop_map_into().boxed(),
        Primitive::Int => prop_oneof![any::<i32>(), -150..150i32].prop_map_into().boxed(),
        Primitive::Long => prop_oneof![any::<i64>(), -150..150i64].prop_map_into().boxed(),
        Primitive::Float => any::<u32>().prop_map(|bits| f32::from_bits(bits).into()).boxed(),
        Primitive::Double => any::<u64>().prop_map(|bits| f64::from_bits(bits).into()).boxed(),
        Primitive::Decimal32 => any::<u32>().prop_map(Decimal32::from_bits).prop_map_into().boxed(),
        Primitive::Decimal64 => any::<u64>().prop_map(Decimal64::from_bits).prop_map_into().boxed(),
        Primitive::Decimal128 => {
            any::<u128>().prop_map(Decimal128::from_bits).prop_map_into().boxed()
        }
        Primitive::Char => any::<char>().prop_map_into().boxed(),
        Primitive::Timestamp => any::<i64>().prop_map(|ms| Timestamp(ms).into()).boxed(),
        Primitive::Uuid => any::<[u8; 16]>().prop_map(|octets| Uuid(octets).into()).boxed(),
        Primitive::Binary => binary().prop_map_into().boxed(),
        Primitive::String => string().prop_map_into().boxed(),
        Primitive::Symbol => symbol().prop_map_into().boxed(),
        Primitive::List => vec(value(depth), 0..6).prop_map_into().boxed(),
        Primitive::Map => vec((value(depth), value(depth)), 0..5)
            .prop_map(|entries| Value::Map(entries.into_iter().collect()))
            .boxed(),
        Primitive::Array => array(depth).boxed(),
    }
}

fn array(depth: u32) -> impl Strategy<Value = Value> {
    (prop::sample::select(primitives(depth)), vec(descriptor(), 0..3))
        .prop_flat_map(move |(primitive, descriptors)| {
            let items = vec(of(primitive, depth.saturating_sub(1)), 0..6);
            (Just(descriptors), Just(primitive), items)
        })
        .prop_map(|(descriptors, primitive, items)| {
            ArrayValue::described(descriptors, primitive, items).expect("of one type").into()
        })
}

fn descriptor() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(Value::Ulong),
        (0..200u64).prop_map(Value::Ulong),
        symbol().prop_map(Value::Symbol),
        // Reserved, but well-formed.
        any::<i32>().prop_map(Value::Int),
        vec(any::<bool>().prop_map(Value::Boolean), 0..3).prop_map(Value::List),
    ]
}

/// Returns the possible types of a value at this depth, with compounds last.
fn primitives(depth: u32) -> Vec<Primitive> {
    let simple = Primitive::ALL.len() - if depth == 0 { 3 } else { 0 };
    Primitive::ALL[..simple].to_vec()
}

fn value(depth: u32) -> BoxedStrategy<Value> {
    let plain = prop::sample::select(primitives(depth))
        .prop_flat_map(move |primitive| of(primitive, depth.saturating_sub(1)));
    if depth == 0 {
        return plain.boxed();
    }
    let described = (descriptor(), value(depth - 1))
        .prop_map(|(descriptor, value)| Value::described(descriptor, value));
    prop_oneof![9 => plain, 1 => described].boxed()
}

fn round_trip<T: Encode + DecodeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let octets = value.to_bytes().unwrap();
    assert_eq!(&T::from_bytes(&octets).unwrap(), value);
    assert_eq!(&T::from_shared(&octets).unwrap(), value);
    let mut buffer = vec![0; octets.len()];
    assert_eq!(value.encode_to_slice(&mut buffer).unwrap(), &octets[..]);
}

/// Checks that octets are an error, or a value that is equal after it is encoded and decoded again.
fn total(octets: &[u8]) {
    if let Ok(value) = Value::from_bytes(octets) {
        let again = value.to_bytes().unwrap();
        assert_eq!(Value::from_bytes(&again).unwrap(), value);
        // The input can have arrays of zero-width items, which are not encoded.
        let has_array = octets.iter().any(|octet| matches!(octet, 0xe0 | 0xf0));
        assert!(again.len() <= octets.len() || has_array, "not the most compact encoding");
    }
}

/// Checks a single item, several items in an array and in a list, and one or more items in a field.
fn check_in_all_places<T>(items: Vec<T>)
where
    T: ArrayItem + DecodeOwned + Clone + PartialEq + std::fmt::Debug,
{
    items.first().iter().for_each(|item| round_trip(*item));
    round_trip(&items.first().cloned());
    round_trip(&items.iter().cloned().collect::<Multiple<_>>());
    round_trip(&List(items.clone()));
    let inner = Array(items);
    round_trip(&inner);
    round_trip(&Array(vec![inner.clone(), Array::default(), inner]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_value_is_decoded_to_itself(value in value(4)) {
        round_trip(&value);
    }

    #[test]
    fn a_value_is_simple_or_is_returned(value in value(1)) {
        let octets = value.to_bytes().unwrap();
        match SimpleValue::try_from(value.clone()) {
            Ok(simple) => {
                round_trip(&simple);
                prop_assert_eq!(simple.to_bytes().unwrap(), octets);
                prop_assert_eq!(simple.into_value(), value);
            }
            Err(error) => {
                prop_assert!(SimpleValue::from_bytes(&octets).is_err());
                prop_assert_eq!(error.value, value);
            }
        }
    }

    #[test]
    fn truncated_octets_are_an_error(value in value(3), cut in any::<prop::sample::Index>()) {
        let octets = value.to_bytes().unwrap();
        let cut = cut.index(octets.len());
        prop_assert!(Value::from_bytes(&octets[..cut]).is_err());
    }

    #[test]
    fn octets_with_a_bit_flipped_are_a_value_or_an_error(
        value in value(3),
        flips in vec((any::<prop::sample::Index>(), 0..8u8), 1..4),
    ) {
        let mut octets = value.to_bytes().unwrap().to_vec();
        for (at, bit) in flips {
            let at = at.index(octets.len());
            octets[at] ^= 1 << bit;
        }
        total(&octets);
    }

    #[test]
    fn random_octets_are_a_value_or_an_error(octets in vec(any::<u8>(), 0..200)) {
        total(&octets);
    }

    /// Random octets rarely contain nested values, but these format codes do.
    #[test]
    fn random_format_codes_are_a_value_or_an_error(
        octets in vec(prop_oneof![
            prop::sample::select(&amqp_types::Format::ALL[..]).prop_map(amqp_types::Format::code),
            0..12u8,
        ], 0..60),
    ) {
        total(&octets);
    }

    #[test]
    fn integers(a: Vec<u8>, b: Vec<u16>, c: Vec<u32>, d: Vec<u64>) {
        check_in_all_places(a);
        check_in_all_places(b);
        check_in_all_places(c);
        check_in_all_places(d);
    }

    #[test]
    fn signed_integers(a: Vec<i8>, b: Vec<i16>, c: Vec<i32>, d: Vec<i64>) {
        check_in_all_places(a);
        check_in_all_places(b);
        check_in_all_places(c);
        check_in_all_places(d);
    }

    #[test]
    fn other_types_of_fixed_width(a: Vec<bool>, b: Vec<char>, c: Vec<i64>, d: Vec<[u8; 16]>) {
        check_in_all_places(a);
        check_in_all_places(b);
        check_in_all_places(c.into_iter().map(Timestamp).collect());
        check_in_all_places(d.into_iter().map(Uuid).collect());
    }

    #[test]
    fn floats(a in vec(prop::num::f32::NORMAL | prop::num::f32::INFINITE, 0..9),
              b in vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, 0..9)) {
        check_in_all_places(a);
        check_in_all_places(b);
    }

    #[test]
    fn content(a in vec(binary(), 0..5), b in vec(string(), 0..5), c in vec(symbol(), 0..5)) {
        check_in_all_places(a);
        check_in_all_places(b.iter().map(ToString::to_string).collect::<Vec<String>>());
        check_in_all_places(b);
        check_in_all_places(c);
    }

    #[test]
    fn compounds(a in vec(vec(any::<u32>(), 0..70), 0..4), b in vec((string(), any::<i64>()), 0..40)) {
        check_in_all_places(a.into_iter().map(List).collect());
        let map: Map<ByteString, i64> = b.into_iter().collect();
        check_in_all_places(vec![map]);
    }
}

#[test]
fn sizes_at_which_encodings_change() {
    for size in SIZES {
        check_in_all_places(vec![Bytes::from(vec![7; size])]);
        check_in_all_places(vec![
            ByteString::from("é".repeat(size / 2)),
            ByteString::from("x".repeat(size)),
        ]);
        check_in_all_places(vec![Symbol::new("x".repeat(size)).unwrap()]);
        round_trip(&List(vec![(); size]));
        round_trip(&List(vec![1u8; size]));
        round_trip(&Array(vec![1u8; size]));
        round_trip(&Array(vec![true; size]));
        round_trip(&Value::List(vec![Value::Null; size]));
        round_trip(&Value::from(
            ArrayValue::new(Primitive::Byte, vec![Value::Byte(-1); size]).unwrap(),
        ));
        let entries = (0..u32::try_from(size).unwrap()).map(|key| (key, ())).collect::<Vec<_>>();
        round_trip(&Map::try_from(entries).unwrap());
    }
}

#[test]
fn a_value_of_all_types_truncated_or_with_any_bit_flipped() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let values =
        Primitive::ALL.map(|primitive| of(primitive, 2).new_tree(runner).unwrap().current());
    for value in values {
        let octets = value.to_bytes().unwrap().to_vec();
        for cut in 0..octets.len() {
            assert!(Value::from_bytes(&octets[..cut]).is_err());
        }
        for bit in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            total(&flipped);
        }
    }
}

#[test]
fn borrowed_and_owned_symbols_agree() {
    let octets = Symbol::from_static("abc").to_bytes().unwrap();
    assert_eq!(SymbolRef::from_bytes(&octets).unwrap().to_symbol(), "abc");
}
