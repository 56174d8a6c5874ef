#![allow(clippy::needless_pass_by_value, reason = "values are written where they are tested")]

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_core::de::{DeserializeOwned, DeserializeSeed, SeqAccess};

use super::*;
use crate::decode::Decode;
use crate::extension::filter::SelectorFilter;
use crate::format::Primitive;
use crate::messaging::{
    Accepted, AmqpValue, AnnotationKey, Annotations, ApplicationProperties, DeliveryState,
    FilterSet, Header, MessageAnnotations, MessageId, Properties, Received, Rejected, Section,
    SimpleValue, Source, SourceArchetype, Target, TargetArchetype,
};
use crate::security::{SaslCode, SaslFrame, SaslMechanisms, SaslOutcome};
use crate::testing::hex;
use crate::transaction::{Coordinator, Declared, TransactionId, TxnCapability};
use crate::transport::{
    AmqpError, Attach, DeliveryTag, Disposition, Error, ErrorCondition, Fields, Handle, Open,
    Performative, Role, SequenceNo, Transfer,
};
use crate::value::ArrayValue;
use crate::{
    Decimal32, Decimal64, Decimal128, List, MandatoryMultiple, Map, Multiple, Symbol, Timestamp,
    Uuid,
};

/// Octets, and the value in the notation of `amqp decode --json`.
const VALUES: [(&str, &str); 44] = [
    ("40", r#"{"null":null}"#),
    ("41", r#"{"boolean":true}"#),
    ("42", r#"{"boolean":false}"#),
    ("50 01", r#"{"ubyte":1}"#),
    ("60 ffff", r#"{"ushort":65535}"#),
    ("52 01", r#"{"uint":1}"#),
    ("70 ffffffff", r#"{"uint":4294967295}"#),
    ("51 ff", r#"{"byte":-1}"#),
    ("61 8000", r#"{"short":-32768}"#),
    ("54 ff", r#"{"int":-1}"#),
    ("71 80000000", r#"{"int":-2147483648}"#),
    ("44", r#"{"ulong":"0"}"#),
    ("53 05", r#"{"ulong":"5"}"#),
    ("80 ffffffffffffffff", r#"{"ulong":"18446744073709551615"}"#),
    ("55 fb", r#"{"long":"-5"}"#),
    ("81 8000000000000000", r#"{"long":"-9223372036854775808"}"#),
    ("83 0000013167adb8a1", r#"{"timestamp":"1311704463521"}"#),
    ("83 ffffffffffffffff", r#"{"timestamp":"-1"}"#),
    ("72 3f800000", r#"{"float":"3f800000"}"#),
    ("72 7fc00001", r#"{"float":"7fc00001"}"#),
    ("82 3ff0000000000000", r#"{"double":"3ff0000000000000"}"#),
    ("82 0000000000000001", r#"{"double":"0000000000000001"}"#),
    ("74 32800001", r#"{"decimal32":"32800001"}"#),
    ("84 31a000000000000f", r#"{"decimal64":"31a000000000000f"}"#),
    ("94 303c0000000000000000000000000096", r#"{"decimal128":"303c0000000000000000000000000096"}"#),
    ("73 00000041", r#"{"char":65}"#),
    ("73 0010ffff", r#"{"char":1114111}"#),
    ("98 00112233445566778899aabbccddeeff", r#"{"uuid":"00112233-4455-6677-8899-aabbccddeeff"}"#),
    ("a0 02 00ff", r#"{"binary":"00ff"}"#),
    ("a0 00", r#"{"binary":""}"#),
    ("a1 03 68c3a9", "{\"string\":\"h\u{e9}\"}"),
    ("a1 03 22 0a 1b", r#"{"string":"\"\n\u001b"}"#),
    ("a3 03 616263", r#"{"symbol":"abc"}"#),
    ("45", r#"{"list":[]}"#),
    ("c0 07 02 52 01 c0 02 01 40", r#"{"list":[{"uint":1},{"list":[{"null":null}]}]}"#),
    ("c1 01 00", r#"{"map":[]}"#),
    (
        "c1 0d 04 a3 01 62 52 01 c0 03 01 50 01 52 02",
        r#"{"map":[[{"symbol":"b"},{"uint":1}],[{"list":[{"ubyte":1}]},{"uint":2}]]}"#,
    ),
    ("e0 02 00 70", r#"{"array":{"of":"uint","items":[]}}"#),
    ("e0 04 02 52 01 02", r#"{"array":{"of":"uint","items":[{"uint":1},{"uint":2}]}}"#),
    (
        "e0 0b 02 00 a3 01 78 a1 01 61 02 6262",
        concat!(
            r#"{"array":{"of":"string","descriptors":[{"symbol":"x"}],"#,
            r#""items":[{"string":"a"},{"string":"bb"}]}}"#,
        ),
    ),
    (
        "e0 08 01 00 53 01 00 53 02 44",
        concat!(
            r#"{"array":{"of":"ulong","descriptors":[{"ulong":"1"},{"ulong":"2"}],"#,
            r#""items":[{"ulong":"0"}]}}"#,
        ),
    ),
    (
        "e0 0a 02 e0 03 01 50 01 03 01 50 02",
        concat!(
            r#"{"array":{"of":"array","items":[{"array":{"of":"ubyte","items":[{"ubyte":1}]}},"#,
            r#"{"array":{"of":"ubyte","items":[{"ubyte":2}]}}]}}"#,
        ),
    ),
    ("00 53 77 a1 01 61", r#"{"described":[{"ulong":"119"},{"string":"a"}]}"#),
    (
        "00 a3 01 78 00 c0 02 01 41 45",
        r#"{"described":[{"symbol":"x"},{"described":[{"list":[{"boolean":true}]},{"list":[]}]}]}"#,
    ),
];

#[test]
fn the_notation_is_stable() {
    for (octets, json) in VALUES {
        let value = Value::from_bytes(&hex(octets)).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
    }
}

#[test]
fn every_type_is_in_the_table() {
    for primitive in Primitive::ALL {
        let key = format!("{{\"{}\":", primitive.name());
        assert!(VALUES.iter().any(|(_, json)| json.starts_with(&key)), "{key}");
    }
}

fn simple(of: Primitive) -> BoxedStrategy<Value> {
    match of {
        Primitive::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Primitive::Ubyte => any::<u8>().prop_map(Value::from).boxed(),
        Primitive::Ushort => any::<u16>().prop_map(Value::from).boxed(),
        Primitive::Uint => any::<u32>().prop_map(Value::from).boxed(),
        Primitive::Ulong => any::<u64>().prop_map(Value::from).boxed(),
        Primitive::Byte => any::<i8>().prop_map(Value::from).boxed(),
        Primitive::Short => any::<i16>().prop_map(Value::from).boxed(),
        Primitive::Int => any::<i32>().prop_map(Value::from).boxed(),
        Primitive::Long => any::<i64>().prop_map(Value::from).boxed(),
        Primitive::Float => any::<u32>().prop_map(|bits| f32::from_bits(bits).into()).boxed(),
        Primitive::Double => any::<u64>().prop_map(|bits| f64::from_bits(bits).into()).boxed(),
        Primitive::Decimal32 => {
            any::<u32>().prop_map(|bits| Decimal32::from_bits(bits).into()).boxed()
        }
        Primitive::Decimal64 => {
            any::<u64>().prop_map(|bits| Decimal64::from_bits(bits).into()).boxed()
        }
        Primitive::Decimal128 => {
            any::<u128>().prop_map(|bits| Decimal128::from_bits(bits).into()).boxed()
        }
        Primitive::Char => any::<char>().prop_map(Value::from).boxed(),
        Primitive::Timestamp => any::<i64>().prop_map(|millis| Timestamp(millis).into()).boxed(),
        Primitive::Uuid => any::<[u8; 16]>().prop_map(|octets| Uuid(octets).into()).boxed(),
        Primitive::Binary => {
            vec(any::<u8>(), 0..40).prop_map(|octets| Bytes::from(octets).into()).boxed()
        }
        Primitive::String => any::<String>().prop_map(Value::from).boxed(),
        Primitive::Symbol => {
            "[\\x00-\\x7f]{0,20}".prop_map(|text| Symbol::new(text).unwrap().into()).boxed()
        }
        _ => Just(Value::Null).boxed(),
    }
}

fn any_simple() -> impl Strategy<Value = Value> {
    (0..Primitive::ALL.len()).prop_flat_map(|index| simple(Primitive::ALL[index]))
}

/// Returns compounds of one type, which can be items of an array.
fn compound(of: Primitive, inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    match of {
        Primitive::List => vec(inner, 0..5).prop_map(Value::from).boxed(),
        Primitive::Map => vec((inner.clone(), inner), 0..5)
            .prop_map(|entries| Value::from(entries.into_iter().collect::<Map<_, _>>()))
            .boxed(),
        _ => array(simple(Primitive::Uint), Primitive::Uint, inner),
    }
}

fn array(
    item: BoxedStrategy<Value>,
    of: Primitive,
    descriptor: BoxedStrategy<Value>,
) -> BoxedStrategy<Value> {
    (vec(descriptor, 0..3), vec(item, 0..6))
        .prop_map(move |(descriptors, items)| {
            ArrayValue::described(descriptors, of, items).unwrap().into()
        })
        .boxed()
}

fn any_value() -> impl Strategy<Value = Value> {
    any_simple().boxed().prop_recursive(4, 60, 6, |inner| {
        let inner = inner.boxed();
        let (in_array, described) = (inner.clone(), inner.clone());
        prop_oneof![
            compound(Primitive::List, inner.clone()),
            compound(Primitive::Map, inner),
            (0..Primitive::ALL.len()).prop_flat_map(move |index| {
                let of = Primitive::ALL[index];
                let item = match of {
                    Primitive::List | Primitive::Map | Primitive::Array => {
                        compound(of, in_array.clone())
                    }
                    of => simple(of),
                };
                array(item, of, in_array.clone())
            }),
            (described.clone(), described)
                .prop_map(|(descriptor, value)| Value::described(descriptor, value)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_value_round_trips(value in any_value()) {
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Value>(&json).unwrap(), &value);
        // This changes the order of the keys of an object.
        let tree = serde_json::to_value(&value).unwrap();
        prop_assert_eq!(&serde_json::from_value::<Value>(tree).unwrap(), &value);
        // A type that accepts any value has the same result.
        let section = AmqpValue(value);
        let json = serde_json::to_string(&section).unwrap();
        prop_assert_eq!(serde_json::from_str::<AmqpValue>(&json).unwrap(), section);
    }

    #[test]
    fn any_text_is_a_value_or_an_error(
        start in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        with in any::<char>(),
    ) {
        let (_, json) = VALUES[start.index(VALUES.len())];
        let mut text: Vec<char> = json.chars().collect();
        let at = cut.index(text.len());
        let _ = serde_json::from_str::<Value>(&text[..at].iter().collect::<String>());
        text[at] = with;
        let _ = serde_json::from_str::<Value>(&text.iter().collect::<String>());
        text.remove(at);
        let _ = serde_json::from_str::<Value>(&text.iter().collect::<String>());
    }
}

/// Refused input and the error, without the position that `serde_json` adds.
const REFUSED: [(&str, &str); 62] = [
    ("1", "invalid type: integer `1`, expected an object whose only key is an AMQP type"),
    ("null", "invalid type: null, expected an object whose only key is an AMQP type"),
    ("[]", "invalid type: sequence, expected an object whose only key is an AMQP type"),
    ("{}", "invalid length 0, expected an object whose only key is an AMQP type"),
    (
        r#"{"uint":1,"int":1}"#,
        "invalid length 2, expected an object whose only key is an AMQP type",
    ),
    (r#"{"Uint":1}"#, "invalid value: string \"Uint\", expected the name of an AMQP type"),
    (r#"{"value":1}"#, "invalid value: string \"value\", expected the name of an AMQP type"),
    (r#"{"null":0}"#, "invalid type: integer `0`, expected unit"),
    (r#"{"boolean":1}"#, "invalid type: integer `1`, expected a boolean"),
    (r#"{"ubyte":256}"#, "invalid value: integer `256`, expected u8"),
    (r#"{"ubyte":-1}"#, "invalid value: integer `-1`, expected u8"),
    (r#"{"ubyte":1.0}"#, "invalid type: floating point `1.0`, expected u8"),
    (r#"{"ubyte":"1"}"#, "invalid type: string \"1\", expected u8"),
    (r#"{"ushort":65536}"#, "invalid value: integer `65536`, expected u16"),
    (r#"{"uint":4294967296}"#, "invalid value: integer `4294967296`, expected u32"),
    (r#"{"byte":128}"#, "invalid value: integer `128`, expected i8"),
    (r#"{"short":-32769}"#, "invalid value: integer `-32769`, expected i16"),
    (r#"{"int":2147483648}"#, "invalid value: integer `2147483648`, expected i32"),
    (
        r#"{"ulong":5}"#,
        "invalid type: integer `5`, expected an unsigned 64-bit integer in a string",
    ),
    (
        r#"{"ulong":"18446744073709551616"}"#,
        "invalid value: string \"18446744073709551616\", expected an unsigned 64-bit \
         integer in a string",
    ),
    (r#"{"ulong":"-1"}"#, "string \"-1\""),
    (r#"{"ulong":"+1"}"#, "string \"+1\""),
    (r#"{"ulong":"01"}"#, "string \"01\""),
    (r#"{"ulong":""}"#, "string \"\""),
    (r#"{"ulong":" 1"}"#, "string \" 1\""),
    (r#"{"ulong":"1e3"}"#, "string \"1e3\""),
    (r#"{"long":"-0"}"#, "string \"-0\""),
    (r#"{"long":"--1"}"#, "string \"--1\""),
    (r#"{"long":"9223372036854775808"}"#, "a signed 64-bit integer in a string"),
    (r#"{"timestamp":1}"#, "expected a 64-bit number of milliseconds in a string"),
    (r#"{"float":1.5}"#, "invalid type: floating point `1.5`, expected 8 hexadecimal digits"),
    (r#"{"float":"3f8000"}"#, "invalid value: string \"3f8000\", expected 8 hexadecimal digits"),
    (r#"{"float":"+f800000"}"#, "expected 8 hexadecimal digits"),
    ("{\"float\":\"3f8000\u{e9}\"}", "expected 8 hexadecimal digits"),
    (r#"{"double":"3f800000"}"#, "expected 16 hexadecimal digits"),
    (r#"{"decimal32":"3280000100"}"#, "expected 8 hexadecimal digits"),
    (r#"{"decimal64":""}"#, "expected 16 hexadecimal digits"),
    (r#"{"decimal128":"303c"}"#, "expected 32 hexadecimal digits"),
    (r#"{"char":"A"}"#, "invalid type: string \"A\", expected u32"),
    (r#"{"char":55296}"#, "invalid value: integer `55296`, expected a Unicode scalar value"),
    (r#"{"char":1114112}"#, "invalid value: integer `1114112`, expected a Unicode scalar value"),
    (r#"{"uuid":"00112233445566778899aabbccddeeff"}"#, "expected a UUID"),
    (r#"{"binary":"0"}"#, "expected two hexadecimal digits for each octet"),
    (r#"{"binary":"0g"}"#, "expected two hexadecimal digits for each octet"),
    (r#"{"binary":[0]}"#, "invalid type: sequence, expected two hexadecimal digits for each octet"),
    (r#"{"string":1}"#, "invalid type: integer `1`, expected a string"),
    ("{\"symbol\":\"\u{e9}\"}", "invalid value: string \"\u{e9}\", expected an ASCII string"),
    (r#"{"list":{}}"#, "invalid type: map, expected a sequence of AMQP values"),
    (r#"{"list":[1]}"#, "invalid type: integer `1`, expected an object whose only key"),
    (r#"{"map":{}}"#, "invalid type: map, expected a sequence of pairs of AMQP values"),
    (r#"{"map":[[{"uint":1}]]}"#, "invalid length 1, expected two AMQP values"),
    (
        r#"{"map":[[{"uint":1},{"uint":1},{"uint":1}]]}"#,
        "invalid length 3, expected two AMQP values",
    ),
    (
        r#"{"map":[[{"uint":1},{"null":null}],[{"uint":1},{"null":null}]]}"#,
        "the key of entry 1 is already in the map",
    ),
    (
        r#"{"array":[]}"#,
        "invalid type: sequence, expected an object with the keys `of` and `items`",
    ),
    (r#"{"array":{"items":[]}}"#, "missing field `of`"),
    (r#"{"array":{"of":"uint"}}"#, "missing field `items`"),
    (r#"{"array":{"of":"uint","of":"uint","items":[]}}"#, "duplicate field `of`"),
    (
        r#"{"array":{"of":"uint","items":[],"count":0}}"#,
        "invalid value: string \"count\", expected `of`, `descriptors` or `items`",
    ),
    (
        r#"{"array":{"of":"described","items":[]}}"#,
        "invalid value: string \"described\", expected the name of a primitive AMQP type",
    ),
    (
        r#"{"array":{"of":"uint","items":[{"uint":1},{"int":1}]}}"#,
        "item 1 of an array of uint is of another type",
    ),
    (r#"{"described":[]}"#, "invalid length 0, expected two AMQP values"),
    (r#"{"described":{"ulong":"1"}}"#, "invalid type: map, expected two AMQP values"),
];

#[test]
fn other_notations_are_refused() {
    for (json, sentence) in REFUSED {
        let error = serde_json::from_str::<Value>(json).unwrap_err().to_string();
        assert!(error.contains(sentence), "{json}\n{error}");
    }
}

#[test]
fn upper_case_digits_are_accepted() {
    for (upper, lower) in [
        (r#"{"binary":"AbCD"}"#, r#"{"binary":"abcd"}"#),
        (
            r#"{"uuid":"00112233-4455-6677-8899-AABBCCDDEEFF"}"#,
            r#"{"uuid":"00112233-4455-6677-8899-aabbccddeeff"}"#,
        ),
    ] {
        let value: Value = serde_json::from_str(upper).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), lower);
    }
}

#[test]
fn nesting_is_limited_whatever_the_format() {
    let list = |items: Vec<serde_json::Value>| {
        serde_json::Value::Object([("list".to_string(), items.into())].into_iter().collect())
    };
    let nested = |levels: usize| (1..levels).fold(list(vec![]), |inner, _| list(vec![inner]));
    let deepest = Budget::DEPTH as usize;
    let value: Value = serde_json::from_value(nested(deepest)).unwrap();
    assert_eq!(Value::from_bytes(&value.to_bytes().unwrap()), Ok(value.clone()));
    assert_eq!(serde_json::to_value(&value).unwrap(), nested(deepest));
    for levels in [deepest + 1, 4 * deepest] {
        let error = serde_json::from_value::<Value>(nested(levels)).unwrap_err();
        assert_eq!(error.to_string(), "the values are nested deeper than the limit");
    }
    for (open, close) in [
        (r#"{"list":["#, "]}"),
        (r#"{"map":[["#, "]]}"),
        (r#"{"array":{"items":["#, "]}}"),
        (r#"{"array":{"descriptors":["#, "]}}"),
        (r#"{"described":["#, "]}"),
        ("[", "]"),
    ] {
        let json = open.repeat(100_000) + &close.repeat(100_000);
        assert!(serde_json::from_str::<Value>(&json).is_err());
    }
}

/// A sequence with one item, whose size hint is the maximum.
struct Boaster(bool);

impl<'de> SeqAccess<'de> for Boaster {
    type Error = serde_json::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        let item = serde_json::json!({ "null": null });
        core::mem::take(&mut self.0).then(|| seed.deserialize(item)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(usize::MAX)
    }
}

struct Boasting;

impl<'de> Deserializer<'de> for Boasting {
    type Error = serde_json::Error;

    fn deserialize_any<V: serde_core::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let list = serde_core::de::value::SeqAccessDeserializer::new(Boaster(true));
        let object = core::iter::once(("list", list));
        serde_core::de::value::MapDeserializer::new(object).deserialize_any(visitor)
    }

    serde_core::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

#[test]
fn memory_is_not_allocated_by_size_hints() {
    let value = <Value as Deserialize>::deserialize(Boasting).unwrap();
    assert_eq!(value, Value::List(vec![Value::Null]));
}

fn survives<T>(value: T, json: &str)
where
    T: Encode + DecodeOwned + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let written = serde_json::to_string(&value).unwrap();
    if !json.is_empty() {
        assert_eq!(written, json);
    }
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), value);
    assert_eq!(
        serde_json::from_str::<Value>(&written).unwrap().to_bytes(),
        value.to_bytes(),
        "{written}"
    );
}

#[test]
fn leaf_types_have_the_notation_of_values() {
    survives(Symbol::from_static("a"), r#"{"symbol":"a"}"#);
    survives(Uuid([0; 16]), r#"{"uuid":"00000000-0000-0000-0000-000000000000"}"#);
    survives(Timestamp(-1), r#"{"timestamp":"-1"}"#);
    survives(Decimal32::ONE, r#"{"decimal32":"32800001"}"#);
    survives(Decimal64::ONE, r#"{"decimal64":"31c0000000000001"}"#);
    survives(Decimal128::ONE, r#"{"decimal128":"30400000000000000000000000000001"}"#);
    survives(List(vec![true]), r#"{"list":[{"boolean":true}]}"#);
    survives(Multiple::<u32>::NONE, r#"{"null":null}"#);
    survives(Multiple::<u8>::from([1, 2]), "");
    survives(
        Map::from([(Symbol::from_static("k"), 1u32)]),
        r#"{"map":[[{"symbol":"k"},{"uint":1}]]}"#,
    );
    survives(AmqpValue(7u32), r#"{"described":[{"ulong":"119"},{"uint":7}]}"#);
    survives(SequenceNo(7), r#"{"uint":7}"#);
    survives(Role::Receiver, r#"{"boolean":true}"#);
    survives(SaslCode::SysPerm, r#"{"ubyte":3}"#);
    survives(TxnCapability::Other(Symbol::from_static("x")), r#"{"symbol":"x"}"#);
    survives(ErrorCondition::from(AmqpError::NotFound), r#"{"symbol":"amqp:not-found"}"#);
    survives(AnnotationKey::Ulong(1), r#"{"ulong":"1"}"#);
    for id in [
        MessageId::Ulong(1),
        MessageId::Uuid(Uuid([1; 16])),
        MessageId::from("a"),
        MessageId::Binary(Bytes::from_static(b"a")),
    ] {
        survives(id, "");
    }
}

fn fields() -> Fields {
    let mut fields = Map::new();
    fields.insert(Symbol::from_static("product"), Value::from("kiln"));
    // More items than octets, which is not allowed in untrusted input.
    let nulls = ArrayValue::new(Primitive::Null, vec![Value::Null; 1000]).unwrap();
    fields.insert(Symbol::from_static("nulls"), Value::from(nulls));
    Fields(fields)
}

#[test]
fn the_types_of_the_standard_round_trip() {
    survives(Open { properties: Some(fields()), channel_max: 7, ..Open::new("me") }, "");
    let mut filter = FilterSet::default();
    filter.set(Symbol::from_static("s"), &SelectorFilter("a = 1".into())).unwrap();
    let attach = Attach {
        source: Some(SourceArchetype::Source(Source {
            address: Some("q".into()),
            filter: Some(filter),
            capabilities: [Symbol::from_static("a"), Symbol::from_static("b")]
                .into_iter()
                .collect(),
            ..Source::default()
        })),
        target: Some(TargetArchetype::Coordinator(Coordinator::default())),
        unsettled: Some(Map::from([(DeliveryTag::from(*b"t"), None)])),
        ..Attach::new("link", Handle(1), Role::Sender)
    };
    survives(attach.clone(), "");
    survives(Performative::Attach(attach), "");
    survives(
        Performative::Transfer(Transfer { delivery_id: None, more: true, ..Transfer::default() }),
        r#"{"described":[{"ulong":"20"},{"list":[{"uint":0},{"null":null},{"null":null},{"null":null},{"null":null},{"boolean":true}]}]}"#,
    );
    let rejected = Rejected::from(Error::new(AmqpError::NotFound, "no such queue"));
    for state in [
        Received { section_number: 1, section_offset: u64::MAX }.into(),
        DeliveryState::Accepted(Accepted {}),
        DeliveryState::Rejected(rejected),
        DeliveryState::from(Declared { txn_id: TransactionId::from_static(b"tx") }),
    ] {
        survives(state.clone(), "");
        survives(
            Disposition {
                role: Role::Receiver,
                first: crate::transport::DeliveryNumber(1),
                last: None,
                settled: true,
                state: Some(state),
                batchable: false,
            },
            "",
        );
    }
    let annotations = Annotations(Map::from([(1u64.into(), Value::Null)]));
    for section in [
        Section::Header(Header::default()),
        Section::MessageAnnotations(MessageAnnotations(annotations)),
        Section::Properties(Properties { to: Some("q".into()), ..Properties::default() }),
        Section::ApplicationProperties(ApplicationProperties(Map::from([(
            "a".into(),
            1u32.into(),
        )]))),
        Section::AmqpValue(AmqpValue(Value::Double(f64::NAN))),
    ] {
        survives(section, "");
    }
    survives(
        SaslFrame::Outcome(SaslOutcome { code: SaslCode::Ok, additional_data: None }),
        r#"{"described":[{"ulong":"68"},{"list":[{"ubyte":0}]}]}"#,
    );
    survives(
        SaslMechanisms {
            sasl_server_mechanisms: MandatoryMultiple::one(Symbol::from_static("PLAIN")),
        },
        "",
    );
    survives(Target::default(), r#"{"described":[{"ulong":"41"},{"list":[]}]}"#);
    survives(SelectorFilter("a".into()), "");
    survives(SimpleValue::from(7u8), r#"{"ubyte":7}"#);
}

#[test]
fn the_rules_of_types_are_checked() {
    fn refuses<T: DeserializeOwned + Debug>(json: &str, sentence: &str) {
        let error = serde_json::from_value::<T>(serde_json::from_str(json).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
    refuses::<Open>(
        r#"{"described":[{"ulong":"16"},{"list":[{"string":"me"},{"uint":1}]}]}"#,
        "Open.hostname: expected string, found uint",
    );
    refuses::<Open>(
        r#"{"described":[{"ulong":"17"},{"list":[]}]}"#,
        "expected amqp:open:list, found a value described by 0x11",
    );
    refuses::<SaslCode>(r#"{"ubyte":9}"#, "the value is not one of the type's choices");
    refuses::<Symbol>(r#"{"string":"a"}"#, "expected symbol, found string");
    refuses::<SimpleValue>(r#"{"list":[]}"#, "expected a simple value, found list");
    refuses::<TransactionId>(
        &format!(r#"{{"binary":"{}"}}"#, "00".repeat(33)),
        "at most 32 octets are allowed here",
    );
    // The encoded octets could not be decoded.
    let deep = (0..Budget::DEPTH).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert!(serde_json::to_string(&deep).is_ok());
    let error = serde_json::to_string(&AmqpValue(deep)).unwrap_err();
    assert_eq!(error.to_string(), "the values are nested deeper than the limit");
}
