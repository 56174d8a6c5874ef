//! Other implementations decode our encoding to the same value, and we decode theirs: values of every type,
//! and every composite of the standard.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod standard_types;

use std::fmt::Write;

use amqp_tests::golden::{Golden, hex, octets};
use amqp_tests::peers::Codec;
use amqp_types::value::ArrayValue;
use amqp_types::{
    Decimal32, Decimal64, Decimal128, Decode, Encode, Map, Primitive, Symbol, Timestamp, Uuid,
    Value,
};
use serde_json::{Value as Json, json};
use standard_types::{COMPOSITES, named};

/// Returns a value in the notation of `amqp decode --json`.
fn as_json(value: &Value) -> Json {
    match value {
        Value::Null => json!({ "null": null }),
        Value::Boolean(value) => json!({ "boolean": value }),
        Value::Ubyte(value) => json!({ "ubyte": value }),
        Value::Ushort(value) => json!({ "ushort": value }),
        Value::Uint(value) => json!({ "uint": value }),
        Value::Ulong(value) => json!({ "ulong": value.to_string() }),
        Value::Byte(value) => json!({ "byte": value }),
        Value::Short(value) => json!({ "short": value }),
        Value::Int(value) => json!({ "int": value }),
        Value::Long(value) => json!({ "long": value.to_string() }),
        Value::Float(value) => json!({ "float": format!("{:08x}", value.to_bits()) }),
        Value::Double(value) => json!({ "double": format!("{:016x}", value.to_bits()) }),
        Value::Decimal32(value) => json!({ "decimal32": format!("{:08x}", value.to_bits()) }),
        Value::Decimal64(value) => json!({ "decimal64": format!("{:016x}", value.to_bits()) }),
        Value::Decimal128(value) => json!({ "decimal128": format!("{:032x}", value.to_bits()) }),
        Value::Char(value) => json!({ "char": u32::from(*value) }),
        Value::Timestamp(value) => json!({ "timestamp": value.0.to_string() }),
        Value::Uuid(value) => json!({ "uuid": value.to_string() }),
        Value::Binary(value) => json!({ "binary": hex(value) }),
        Value::String(value) => json!({ "string": &**value }),
        Value::Symbol(value) => json!({ "symbol": value.as_str() }),
        Value::List(items) => json!({ "list": all(items) }),
        Value::Map(map) => {
            let pairs: Vec<_> =
                map.iter().map(|(key, value)| json!([as_json(key), as_json(value)])).collect();
            json!({ "map": pairs })
        }
        Value::Array(array) => {
            let mut inside = json!({ "of": array.of().name(), "items": all(array.items()) });
            if !array.descriptors().is_empty() {
                inside["descriptors"] = all(array.descriptors());
            }
            json!({ "array": inside })
        }
        Value::Described(described) => {
            json!({ "described": [as_json(&described.descriptor), as_json(&described.value)] })
        }
    }
}

fn all(values: &[Value]) -> Json {
    values.iter().map(as_json).collect()
}

/// Where encodings change.
const SIZES: [usize; 6] = [0, 1, 255, 256, 65_535, 65_536];

fn map(entries: Vec<(Value, Value)>) -> Value {
    Value::Map(Map::try_from(entries).unwrap())
}

fn array(of: Primitive, items: Vec<Value>) -> Value {
    ArrayValue::new(of, items).unwrap().into()
}

fn array_described(descriptors: Vec<Value>, of: Primitive, items: Vec<Value>) -> Value {
    ArrayValue::described(descriptors, of, items).unwrap().into()
}

fn symbol(text: &str) -> Value {
    Value::Symbol(Symbol::new(text.to_owned()).unwrap())
}

/// Returns values of each simple type, including the limits of its range and of its encodings.
fn simple() -> Vec<Value> {
    let mut values = vec![Value::Null, Value::Boolean(true), Value::Boolean(false)];
    values.extend([0, 1, u8::MAX].map(Value::Ubyte));
    values.extend([0, 1, 255, 256, u16::MAX].map(Value::Ushort));
    values.extend([0, 1, 255, 256, 65_536, u32::MAX].map(Value::Uint));
    values.extend([0, 1, 255, 256, 1 << 32, (1 << 53) + 1, u64::MAX].map(Value::Ulong));
    values.extend([0, 1, -1, i8::MIN, i8::MAX].map(Value::Byte));
    values.extend([0, -1, -129, 128, i16::MIN, i16::MAX].map(Value::Short));
    values.extend([0, -1, 127, 128, -128, -129, i32::MIN, i32::MAX].map(Value::Int));
    values.extend(
        [0, -1, 127, 128, -128, -129, (1 << 53) + 1, -(1 << 53) - 1, i64::MIN, i64::MAX]
            .map(Value::Long),
    );
    values.extend(
        [0.0, -0.0, 1.5, f32::MIN_POSITIVE, f32::from_bits(1), f32::MAX, f32::NAN]
            .map(Value::Float),
    );
    values.extend([f32::INFINITY, f32::NEG_INFINITY].map(Value::Float));
    values.extend(
        [0.0, -0.0, 0.1, f64::MIN_POSITIVE, f64::from_bits(1), f64::MAX, f64::NAN]
            .map(Value::Double),
    );
    values.extend([f64::INFINITY, f64::NEG_INFINITY].map(Value::Double));
    values.extend(
        [0, 0x3280_0001, 0xb280_0001, 0x77f8_967f, 0x7800_0000, 0x7c00_0000]
            .map(|bits| Value::Decimal32(Decimal32::from_bits(bits))),
    );
    values.extend(
        [0, 0x31c0_0000_0000_000f, u64::MAX]
            .map(|bits| Value::Decimal64(Decimal64::from_bits(bits))),
    );
    values.extend(
        [0, 0x303c_0000_0000_0000_0000_0000_0000_0096, u128::MAX]
            .map(|bits| Value::Decimal128(Decimal128::from_bits(bits))),
    );
    values.extend(
        ['\0', 'a', 'é', '\u{d7ff}', '\u{e000}', '\u{1f4a9}', '\u{10ffff}'].map(Value::Char),
    );
    values.extend(
        [0, -1, 1_311_704_463_521, -8_640_000_000_000_000, i64::MIN, i64::MAX]
            .map(|millis| Value::Timestamp(Timestamp(millis))),
    );
    values.extend([[0; 16], [0xff; 16], *b"0123456789abcdef"].map(|uuid| Value::Uuid(Uuid(uuid))));
    for size in SIZES {
        values.push(Value::Binary(vec![0xfe; size].into()));
        values.push(Value::String("x".repeat(size).into()));
        values.push(Value::String("é".repeat(size / 2).into()));
        values.push(symbol(&"s".repeat(size)));
    }
    values.extend(["\0", "日本語", "\u{1f4a9}", "\u{feff}a", "\"\\\n"].map(Value::from));
    values
}

/// Returns lists, maps, arrays and described values, including unusual ones.
fn compounds() -> Vec<Value> {
    let uints = |count: u32| (0..count).map(Value::Uint).collect::<Vec<_>>();
    let ubytes = |count: usize| array(Primitive::Ubyte, vec![Value::Ubyte(7); count]);
    let mut values = vec![
        Value::List(vec![]),
        // Nothing after a value, and a value after nothing.
        Value::List(vec![Value::Uint(1), Value::Null, Value::Uint(2), Value::Null, Value::Null]),
        Value::List(vec![Value::List(vec![Value::List(vec![])]), map(vec![])]),
        Value::List(uints(255)),
        Value::List(uints(256)),
        Value::List(uints(10_000)),
        Value::List(vec![Value::Binary(vec![].into()), Value::Binary(vec![0; 256].into())]),
        map(vec![]),
        map(vec![
            (Value::from("b"), map(vec![(symbol("inner"), Value::Null)])),
            (Value::from("a"), Value::List(vec![])),
            (symbol("b"), Value::Boolean(false)),
            (Value::Ulong(1), Value::Null),
            (Value::Uint(1), Value::Double(0.5)),
            (Value::Null, Value::Binary(vec![].into())),
        ]),
        map((0..300).map(|key| (Value::Uint(key), Value::Null)).collect()),
        Value::described(symbol("com.example:a"), "text"),
        Value::described(0x77u64, Value::Null),
        Value::described(u64::MAX, Value::List(vec![])),
        Value::described(1u64, map(vec![(Value::from("k"), Value::Uint(1))])),
        Value::described(1u64, array(Primitive::Symbol, vec![symbol("a")])),
        Value::described(1u64, Value::described(2u64, 3u32)),
        Value::List(vec![Value::described(1u64, 1u32), Value::Null, Value::described(2u64, 2u32)]),
    ];
    // An array of each simple type, with one item and with all samples.
    for of in Primitive::ALL {
        let items: Vec<_> = simple()
            .into_iter()
            .filter(|value| value.primitive() == Some(of))
            .filter(|value| value.to_bytes().unwrap().len() < 1_000)
            .collect();
        values.extend(items.first().map(|first| array(of, vec![first.clone()])));
        values.push(array(of, items));
        values.push(array(of, vec![]));
    }
    values.extend([
        array(Primitive::String, vec![Value::from("é"), Value::from("ab"), Value::from("")]),
        array(Primitive::String, vec![Value::from("é"), Value::String("é".repeat(128).into())]),
        array(Primitive::List, vec![Value::List(uints(1)), Value::List(uints(300))]),
        array(Primitive::List, vec![Value::List(vec![]), Value::List(uints(2))]),
        array(Primitive::Map, vec![map(vec![]), map(vec![(Value::Uint(1), Value::Null)])]),
        // Empty inner arrays beside larger ones.
        array(Primitive::Array, vec![ubytes(0), ubytes(3), ubytes(300)]),
        array(Primitive::Array, vec![ubytes(2), ubytes(2)]),
        array(Primitive::Array, vec![array(Primitive::Array, vec![ubytes(1)])]),
        array(Primitive::Ubyte, vec![Value::Ubyte(1); 254]),
        array(Primitive::Boolean, vec![Value::Boolean(true); 300]),
        array_described(vec![symbol("d")], Primitive::String, vec![Value::from("a"); 2]),
        array_described(vec![Value::Ulong(7)], Primitive::List, vec![Value::List(uints(2)); 2]),
        array_described(vec![Value::Ulong(7)], Primitive::Uint, vec![]),
        array_described(vec![1u64.into(), 2u64.into()], Primitive::Uint, vec![Value::Uint(5)]),
    ]);
    values
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// The peer decodes our encoding.
    Decode,
    /// We decode the encoding of the peer.
    Encode,
}

/// Returns why the library of a peer does not support a value, if it does not.
type Limit = fn(&Value, Job) -> Option<&'static str>;

fn limits_of_proton(value: &Value, _: Job) -> Option<&'static str> {
    match value {
        Value::Array(array) if array.descriptors().len() > 1 => {
            Some("an array has one descriptor; the next is taken for an item")
        }
        _ => None,
    }
}

fn limits_of_rhea(value: &Value, job: Job) -> Option<&'static str> {
    // A number that JavaScript cannot represent exactly, and that is too small for rhea to keep its octets.
    let inexact = (1 << 53) + 1..1 << 54;
    let of_items = |items: &[Value]| items.iter().find_map(|item| limits_of_rhea(item, job));
    match value {
        Value::Ulong(value) if inexact.contains(value) && job == Job::Decode => {
            Some("a number of 64 bits is a double")
        }
        Value::Long(value) if inexact.contains(&value.unsigned_abs()) && *value > 0 => {
            (job == Job::Decode).then_some("a number of 64 bits is a double")
        }
        Value::Timestamp(time) if time.0.unsigned_abs() > 8_640_000_000_000_000 => {
            (job == Job::Decode).then_some("a timestamp is a Date, which does not go so far")
        }
        Value::Described(described) if matches!(described.value, Value::Described(_)) => {
            Some("a value has one descriptor")
        }
        Value::Array(array) if array.descriptors().len() > 1 => Some("an array has one descriptor"),
        Value::Array(array) if array.of() == Primitive::Array && job == Job::Encode => {
            Some("it does not know what an array in an array is made of")
        }
        Value::Array(array) => of_items(array.items()),
        _ => None,
    }
}

/// Checks that the peer decodes our encoding and we decode that of the peer, except for values that it does
/// not support, for which it must fail.
fn both_ways(codec: &Codec, limits: Limit) {
    let values = [simple(), compounds()].concat();
    let decode = values.iter().map(|value| format!("decode {}", hex(&value.to_bytes().unwrap())));
    let encode = values.iter().map(|value| format!("encode {}", as_json(value)));
    let jobs: Vec<_> = decode.chain(encode).collect();
    let answers = codec.run(&jobs);
    let (decoded, encoded) = answers.split_at(values.len());
    let (mut same, mut wrong) = (0, String::new());
    for (value, (decoded, encoded)) in values.iter().zip(decoded.iter().zip(encoded)) {
        let json = as_json(value);
        let read = serde_json::from_str::<Json>(decoded).is_ok_and(|theirs| theirs == json);
        let written = !encoded.contains(':')
            && Value::from_bytes(&octets(encoded)).is_ok_and(|theirs| &theirs == value);
        for (job, good, answer) in [(Job::Decode, read, decoded), (Job::Encode, written, encoded)] {
            same += usize::from(good);
            let limit = limits(value, job);
            if good == limit.is_some() {
                let short = |text: &str| text.chars().take(300).collect::<String>();
                let (json, answer) = (short(&json.to_string()), short(answer));
                writeln!(wrong, "{job:?} {json}\n    {answer}\n    limit: {limit:?}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(same > 400, "{same}");
}

/// Checks that the peer decodes all forms of the golden octets as we do, and that we decode its encoding as
/// the composite.
fn composites(codec: &Codec) {
    let values: Vec<_> = Golden::all()
        .iter()
        .map(|golden| Value::from_bytes(&golden.octets).expect("golden octets are a value"))
        .collect();
    let decode = Golden::all().iter().map(|golden| format!("decode {}", hex(&golden.octets)));
    let encode = values.iter().map(|value| format!("encode {}", as_json(value)));
    let jobs: Vec<_> = decode.chain(encode).collect();
    let answers = codec.run(&jobs);
    let (decoded, encoded) = answers.split_at(values.len());
    for (index, golden) in Golden::all().iter().enumerate() {
        let what = format!("{} {}", golden.name, golden.form);
        let theirs: Json = serde_json::from_str(&decoded[index])
            .unwrap_or_else(|error| panic!("{what}: {error}: {}", decoded[index]));
        assert_eq!(theirs, as_json(&values[index]), "{what}");
        assert!(!encoded[index].contains(':'), "{what}: {}", encoded[index]);
        let recode = named(COMPOSITES, golden.name).recode;
        let again = recode(&octets(&encoded[index]))
            .unwrap_or_else(|error| panic!("{what}: {error}: {}", encoded[index]));
        assert_eq!(again, recode(&golden.octets).unwrap(), "{what}");
    }
}

#[test]
fn values_are_equal_in_proton() {
    let Some(codec) = Codec::proton() else { return };
    both_ways(&codec, limits_of_proton);
}

#[test]
fn composites_are_equal_in_proton() {
    let Some(codec) = Codec::proton() else { return };
    composites(&codec);
}

#[test]
fn values_are_equal_in_rhea() {
    let Some(codec) = Codec::rhea() else { return };
    both_ways(&codec, limits_of_rhea);
}

#[test]
fn composites_are_equal_in_rhea() {
    let Some(codec) = Codec::rhea() else { return };
    composites(&codec);
}
