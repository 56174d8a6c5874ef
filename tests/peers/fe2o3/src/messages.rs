//! The messages of the cases, and what the library gives to its user, as text in the notation of the tests.

use fe2o3_amqp_types::definitions::{self, Fields};
use fe2o3_amqp_types::messaging::{
    AmqpSequence, AmqpValue, ApplicationProperties, Body, Data, Message, Outcome, Properties,
};
use fe2o3_amqp_types::primitives::SimpleValue;
use serde_amqp::Value;
use serde_amqp::primitives::{Array, Binary, OrderedMap, Symbol, Timestamp, Uuid};

pub type Whole = Message<Body<Value>>;

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, it)| (Value::from(key), it)).collect())
}

fn values() -> Vec<(&'static str, Value)> {
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
        ("timestamp", Timestamp::from(1_700_000_000_123).into()),
        ("uuid", Uuid::from([7; 16]).into()),
        ("binary", Binary::from(vec![0, 0xff]).into()),
        ("string", "grüße".into()),
        ("long string", Value::String("x".repeat(300))),
        ("symbol", Symbol::from("red").into()),
        ("list", Value::List(vec![1_i32.into(), Value::Null, "two".into()])),
        ("map", map([("one", 1_i32.into()), ("inner", map([("two", true.into())]))])),
        ("array", Value::Array(Array(vec![1_i32.into(), 300_i32.into()]))),
    ]
}

fn named(name: &str, body: Body<Value>) -> Whole {
    let properties = Properties { subject: Some(name.to_owned()), ..Properties::default() };
    Message {
        header: None,
        delivery_annotations: None,
        message_annotations: None,
        properties: Some(properties),
        application_properties: None,
        body,
        footer: None,
    }
}

pub fn data(name: &str, octets: Vec<u8>) -> Whole {
    named(name, Body::Data(vec![Data(Binary::from(octets))].into()))
}

pub fn numbered(number: usize) -> Whole {
    data(&number.to_string(), number.to_string().into_bytes())
}

pub fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|index| (index % 251) as u8).collect()
}

pub fn messages() -> Vec<Whole> {
    let values = values().into_iter();
    let mut all: Vec<_> =
        values.map(|(name, value)| named(name, Body::Value(AmqpValue(value)))).collect();
    all.push(data("data", b"\0octets\xff".to_vec()));
    all.push(data("empty data", Vec::new()));
    let sequence = AmqpSequence(vec![1_i32.into(), "two".into(), Value::Null]);
    all.push(named("sequence", Body::Sequence(vec![sequence].into())));
    let application: [(&str, SimpleValue); 5] = [
        ("string", SimpleValue::String("text".to_owned())),
        ("int", SimpleValue::Int(7)),
        ("long", SimpleValue::Long(i64::MIN)),
        ("double", SimpleValue::Double(2.5.into())),
        ("boolean", SimpleValue::Bool(true)),
    ];
    let application = application.into_iter().map(|(key, it)| (key.to_owned(), it));
    let properties = Properties {
        message_id: Some("id".to_owned().into()),
        subject: Some("full".to_owned()),
        reply_to: Some("reply".to_owned()),
        correlation_id: Some("correlation".to_owned().into()),
        content_type: Some(Symbol::from("text/plain")),
        group_id: Some("group".to_owned()),
        ..Properties::default()
    };
    all.push(Message {
        properties: Some(properties),
        application_properties: Some(ApplicationProperties(application.collect())),
        ..named("full", Body::Value(AmqpValue("body".into())))
    });
    all
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn show_list(values: &[Value]) -> String {
    format!("[{}]", values.iter().map(show).collect::<Vec<_>>().join(", "))
}

fn show_map(entries: impl Iterator<Item = (String, Value)>) -> String {
    let mut entries: Vec<_> = entries.map(|(key, it)| format!("{key}: {}", show(&it))).collect();
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}

fn show_fields(fields: &Fields) -> String {
    show_map(fields.iter().map(|(key, it)| (key.0.clone(), it.clone())))
}

fn show(value: &Value) -> String {
    let entries = |map: &OrderedMap<Value, Value>| {
        show_map(
            map.iter().map(|(key, it)| (show(key), it.clone())).collect::<Vec<_>>().into_iter(),
        )
    };
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => format!("boolean {it}"),
        Value::Ubyte(it) => format!("ubyte {it}"),
        Value::Ushort(it) => format!("ushort {it}"),
        Value::Uint(it) => format!("uint {it}"),
        Value::Ulong(it) => format!("ulong {it}"),
        Value::Byte(it) => format!("byte {it}"),
        Value::Short(it) => format!("short {it}"),
        Value::Int(it) => format!("int {it}"),
        Value::Long(it) => format!("long {it}"),
        Value::Float(it) => format!("float {it}"),
        Value::Double(it) => format!("double {it}"),
        Value::Char(it) => format!("char {}", u32::from(*it)),
        Value::Timestamp(it) => format!("timestamp {}", it.clone().into_inner()),
        Value::Uuid(it) => format!("uuid {}", hex(&it.clone().into_inner())),
        Value::Binary(it) => format!("binary {}", hex(it)),
        Value::String(it) => format!("string {it}"),
        Value::Symbol(it) => format!("symbol {}", it.0),
        Value::List(it) => format!("list {}", show_list(it)),
        Value::Map(it) => format!("map {}", entries(it)),
        Value::Array(it) => format!("array {}", show_list(&it.0)),
        other => format!("{other:?}"),
    }
}

/// Converts a value of one of the library's own types.
fn value(it: &impl serde::Serialize) -> Value {
    serde_amqp::to_value(it).unwrap_or_default()
}

pub fn subject(message: &Whole) -> String {
    message.properties.as_ref().and_then(|it| it.subject.clone()).unwrap_or_default()
}

pub fn octets(message: &Whole) -> Vec<u8> {
    match &message.body {
        Body::Data(sections) => sections.iter().flat_map(|data| data.0.to_vec()).collect(),
        _ => Vec::new(),
    }
}

pub fn show_message(message: &Whole) -> String {
    let body = match &message.body {
        Body::Data(_) => format!("data {}", hex(&octets(message))),
        Body::Sequence(it) => {
            format!("sequence {}", it.iter().map(|it| show_list(&it.0)).collect::<String>())
        }
        Body::Value(it) => format!("value {}", show(&it.0)),
        Body::Empty => "nothing".to_owned(),
    };
    let properties = message.properties.clone().unwrap_or_default();
    let mut text = format!("{} {body}", subject(message));
    let fields = [
        ("message-id", properties.message_id.map(|it| show(&value(&it)))),
        ("correlation-id", properties.correlation_id.map(|it| show(&value(&it)))),
        ("reply-to", properties.reply_to),
        ("group-id", properties.group_id),
        ("content-type", properties.content_type.map(|it| it.0)),
    ];
    for (name, it) in fields {
        if let Some(it) = it {
            text += &format!(" {name}={it}");
        }
    }
    if let Some(application) = &message.application_properties {
        let entries = application.0.iter().map(|(key, it)| (key.clone(), value(it)));
        text += &format!(" {}", show_map(entries));
    }
    text
}

pub fn show_error(error: &definitions::Error) -> String {
    let condition = show(&value(&error.condition));
    let condition = condition.trim_start_matches("symbol ");
    let mut text = format!("{condition} {}", error.description.as_deref().unwrap_or_default());
    if let Some(info) = &error.info {
        text += &format!(" {}", show_fields(info));
    }
    text
}

pub fn show_outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(_) => "accepted".to_owned(),
        Outcome::Rejected(it) => {
            format!("rejected {}", it.error.as_ref().map(show_error).unwrap_or_default())
        }
        Outcome::Released(_) => "released".to_owned(),
        Outcome::Modified(it) => format!(
            "modified failed={} undeliverable={} {}",
            it.delivery_failed.unwrap_or_default(),
            it.undeliverable_here.unwrap_or_default(),
            show_fields(it.message_annotations.as_ref().unwrap_or(&Fields::default()))
        ),
    }
}
