//! The messages that go in both directions. The programs of the clients contain the same ones.

use amqp_types::messaging::{ApplicationProperties, Body, Message, Properties, SimpleValue};
use amqp_types::value::ArrayValue;
use amqp_types::{Bytes, Primitive, Symbol, Timestamp, Uuid, Value};

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

fn values() -> Vec<(&'static str, Value)> {
    let ints = ArrayValue::new(Primitive::Int, vec![1_i32.into(), 300_i32.into()]).unwrap();
    vec![
        ("null", Value::Null),
        ("true", true.into()),
        ("ubyte", u8::MAX.into()),
        ("ushort", u16::MAX.into()),
        ("uint", u32::MAX.into()),
        ("ulong", u64::MAX.into()),
        ("byte", i8::MIN.into()),
        ("short", i16::MIN.into()),
        ("int", i32::MIN.into()),
        ("long", i64::MIN.into()),
        ("float", 1.5_f32.into()),
        ("double", (-0.25_f64).into()),
        ("char", '\u{1f980}'.into()),
        ("timestamp", Timestamp(1_700_000_000_123).into()),
        ("uuid", Uuid([7; 16]).into()),
        ("binary", Bytes::from_static(b"\0\xff").into()),
        ("string", "grüße".into()),
        ("long string", "x".repeat(300).into()),
        ("symbol", Symbol::from_static("red").into()),
        ("list", Value::List(vec![1_i32.into(), Value::Null, "two".into()])),
        ("map", map([("one", 1_i32.into()), ("inner", map([("two", true.into())]))])),
        ("array", ints.into()),
    ]
}

/// Returns a message of this body, whose subject is its name.
pub(crate) fn named(name: &str, body: Body) -> Message {
    let properties = Properties { subject: Some(name.into()), ..Properties::default() };
    Message { properties: Some(properties), body, ..Message::default() }
}

/// Returns the name of a message.
pub(crate) fn subject(message: &Message) -> String {
    message.properties.as_ref().and_then(|it| it.subject.as_deref()).unwrap_or_default().to_owned()
}

/// Returns messages with bodies of all kinds, and with properties.
pub(crate) fn messages() -> Vec<Message> {
    let values = values().into_iter().map(|(name, value)| named(name, Body::value(&value)));
    let sequence: Vec<Value> = vec![1_i32.into(), "two".into(), Value::Null];
    let others = [
        named("data", Body::Data(Bytes::from_static(b"\0octets\xff"))),
        named("empty data", Body::Data(Bytes::new())),
        named("sequence", Body::sequence(&sequence)),
        full(),
    ];
    values.chain(others).collect()
}

fn full() -> Message {
    let application: [(&str, SimpleValue); 5] = [
        ("string", "text".into()),
        ("int", 7_i32.into()),
        ("long", i64::MIN.into()),
        ("double", 2.5_f64.into()),
        ("boolean", true.into()),
    ];
    let application = application.into_iter().map(|(key, value)| (key.into(), value));
    Message {
        properties: Some(Properties {
            message_id: Some("id".into()),
            subject: Some("full".into()),
            reply_to: Some("reply".into()),
            correlation_id: Some("correlation".into()),
            content_type: Some(Symbol::from_static("text/plain")),
            group_id: Some("group".into()),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties(application.collect())),
        body: Body::value("body"),
        ..Message::default()
    }
}
