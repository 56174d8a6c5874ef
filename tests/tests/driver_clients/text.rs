//! Values, messages and outcomes as text, in the notation that the programs of the clients use as well.

use std::fmt::Write;

use amqp_types::messaging::{Body, BodyKind, Message, MessageId, Outcome};
use amqp_types::transport::Error;
use amqp_types::{Bytes, Map, Value};

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn list(values: &[Value]) -> String {
    format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(", "))
}

fn map<'a>(entries: impl Iterator<Item = (String, &'a Value)>) -> String {
    let mut entries: Vec<_> = entries.map(|(key, it)| format!("{key}: {}", value(it))).collect();
    // Some clients keep no order.
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}

/// Returns the type of a value, and its content.
pub(crate) fn value(it: &Value) -> String {
    match it {
        Value::Null => "null".to_owned(),
        Value::Boolean(it) => format!("boolean {it}"),
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
        Value::Timestamp(it) => format!("timestamp {}", it.0),
        Value::Uuid(it) => format!("uuid {}", hex(&it.0)),
        Value::Binary(it) => format!("binary {}", hex(it)),
        Value::String(it) => format!("string {it}"),
        Value::Symbol(it) => format!("symbol {}", it.as_str()),
        Value::List(it) => format!("list {}", list(it)),
        Value::Map(it) => format!("map {}", map(it.iter().map(|(key, it)| (value(key), it)))),
        Value::Array(it) => format!("array {}", list(it.items())),
        other => format!("{other:?}"),
    }
}

fn body(it: &Body) -> String {
    match it.kind() {
        BodyKind::Data => format!("data {}", hex(&it.to_data().unwrap_or_default())),
        BodyKind::Sequence => format!("sequence {}", list(&it.to_sequence().unwrap_or_default())),
        BodyKind::Value => format!("value {}", it.to_value().as_ref().map_or("?".into(), value)),
    }
}

fn message_id(it: &MessageId) -> String {
    Value::from_encode(it).as_ref().map_or("?".into(), value)
}

/// Returns the subject and the body of a message, and the other properties that the tests set.
pub(crate) fn message(it: &Message) -> String {
    let properties = it.properties.clone().unwrap_or_default();
    let mut text = format!("{} {}", properties.subject.unwrap_or_default(), body(&it.body));
    let ids =
        [("message-id", &properties.message_id), ("correlation-id", &properties.correlation_id)];
    let ids = ids.map(|(name, it)| (name, it.as_ref().map(message_id)));
    let strings = [("reply-to", properties.reply_to), ("group-id", properties.group_id)];
    let strings = strings.map(|(name, it)| (name, it.map(|it| it.to_string())));
    let symbol = properties.content_type.map(|it| it.as_str().to_owned());
    for (name, it) in ids.into_iter().chain(strings).chain([("content-type", symbol)]) {
        // Some clients set properties by themselves.
        if let Some(it) = it.filter(|_| text.starts_with("full ")) {
            let _ = write!(text, " {name}={it}");
        }
    }
    if let Some(application) = it.application_properties.as_ref().filter(|it| !it.is_empty()) {
        let entries: Map<String, Value> = application
            .iter()
            .map(|(key, it)| (key.to_string(), Value::from(it.clone())))
            .collect();
        let _ = write!(text, " {}", map(entries.iter().map(|(key, it)| (key.clone(), it))));
    }
    text
}

fn error(it: &Error) -> String {
    let condition = Value::from_encode(&it.condition).as_ref().map_or("?".into(), value);
    let description = it.description.as_deref().unwrap_or_default();
    format!("{} {description}", condition.trim_start_matches("symbol "))
}

/// Returns an outcome with all that it says.
pub(crate) fn outcome(it: &Outcome) -> String {
    match it {
        Outcome::Accepted(_) => "accepted".to_owned(),
        Outcome::Rejected(it) => {
            format!("rejected {}", it.error.as_deref().map_or_else(String::new, error))
        }
        Outcome::Released(_) => "released".to_owned(),
        Outcome::Modified(it) => {
            let annotations = it.message_annotations.clone().unwrap_or_default();
            let annotations = annotations.iter();
            let annotations = annotations.map(|(key, it)| (key.as_str().to_owned(), it));
            format!(
                "modified failed={} undeliverable={} {}",
                it.delivery_failed.unwrap_or_default(),
                it.undeliverable_here.unwrap_or_default(),
                map(annotations)
            )
        }
        other => format!("{other:?}"),
    }
}

/// Returns octets of which neighbours differ, and those at the same place of frames.
pub(crate) fn pattern(size: usize) -> Bytes {
    (0..size).map(|index| (index % 251).to_le_bytes()[0]).collect()
}
