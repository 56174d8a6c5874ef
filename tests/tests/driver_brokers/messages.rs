//! Messages arrive as they were sent.

use std::sync::Arc;

use amqp_net::{Credit, Delivery, Receipts, SendError};
use amqp_types::messaging::{
    AnnotationKey, Annotations, ApplicationProperties, Body, BodyKind, DeliveryAnnotations,
    EncodeMessage, Footer, Header, Message, MessageAnnotations, MessageRef, MessageWriter,
    Properties, SimpleValue,
};
use amqp_types::transport::{Milliseconds, SequenceNo};
use amqp_types::value::ArrayValue;
use amqp_types::{
    ByteString, Bytes, Decimal32, Decimal64, Decimal128, EncodeError, Map, Owned, Primitive,
    Symbol, Timestamp, Uuid, Value,
};

use crate::broker::{Broker, receive, soon};
use crate::kind;

/// The body of a message, by its sections.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Data(Vec<Bytes>),
    Sequences(Vec<Vec<Value>>),
    Value(Value),
}

impl Content {
    fn of(delivery: &Delivery) -> Self {
        let body = MessageRef::from_shared(delivery.octets()).unwrap().body();
        match body.kind() {
            BodyKind::Data => {
                let sections = body.data().unwrap();
                Self::Data(sections.map(|data| Bytes::copy_from_slice(data.unwrap())).collect())
            }
            BodyKind::Sequence => {
                let sections = body.sequences().unwrap();
                let values = |section: Result<_, _>| {
                    let section: amqp_types::ListRef<'_, amqp_types::ValueRef<'_>> =
                        section.unwrap();
                    section.iter().map(Value::from_ref).collect()
                };
                Self::Sequences(sections.map(values).collect())
            }
            BodyKind::Value => Self::Value(body.to_value().unwrap()),
        }
    }
}

impl Content {
    fn reversed(mut self) -> Self {
        match &mut self {
            Self::Data(sections) => sections.reverse(),
            Self::Sequences(sections) => sections.reverse(),
            Self::Value(_) => {}
        }
        self
    }
}

impl EncodeMessage for Content {
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        match self {
            Self::Data(sections) => sections.iter().for_each(|data| writer.data(data)),
            Self::Sequences(sections) => sections.iter().for_each(|values| writer.sequence(values)),
            Self::Value(value) => writer.value(value),
        }
        Ok(())
    }
}

fn symbol(text: &'static str) -> Symbol {
    Symbol::from_static(text)
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

/// Values of all simple types.
fn simple_values() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("true", true.into()),
        ("false", false.into()),
        ("ubyte", u8::MAX.into()),
        ("ushort", u16::MAX.into()),
        ("uint", u32::MAX.into()),
        ("small uint", 7_u32.into()),
        ("zero uint", 0_u32.into()),
        ("ulong", u64::MAX.into()),
        ("small ulong", 7_u64.into()),
        ("zero ulong", 0_u64.into()),
        ("byte", i8::MIN.into()),
        ("short", i16::MIN.into()),
        ("int", i32::MIN.into()),
        ("small int", (-7_i32).into()),
        ("long", i64::MIN.into()),
        ("small long", (-7_i64).into()),
        ("float", 1.5_f32.into()),
        ("double", (-1.0e300_f64).into()),
        ("decimal32", Decimal32::from_bits(0x3280_0001).into()),
        ("decimal64", Decimal64::from_bits(0x31c0_0000_0000_0001).into()),
        ("decimal128", Decimal128::from_bits(0x3040_0000_0000_0000_0000_0000_0000_0001).into()),
        ("char", '\u{1f980}'.into()),
        ("timestamp", Timestamp(-1).into()),
        ("uuid", Uuid([7; 16]).into()),
        ("empty binary", Bytes::new().into()),
        ("binary", Bytes::from(vec![0; 300]).into()),
        ("empty string", "".into()),
        ("string", "grüße".into()),
        ("long string", "x".repeat(300).into()),
        ("symbol", symbol("red").into()),
    ]
}

/// Bodies of all kinds, and values of all types.
fn contents() -> Vec<(&'static str, Content)> {
    let array = |of, items: Vec<Value>| Value::from(ArrayValue::new(of, items).unwrap());
    let compound = [
        ("list", Value::List(vec![1_u8.into(), Value::Null, "two".into()])),
        ("map", map([("one", 1_u64.into()), ("inner", map([("two", true.into())]))])),
        ("array", array(Primitive::Int, vec![1_i32.into(), (-300_i32).into()])),
        ("empty array", array(Primitive::String, vec![])),
        (
            "array of symbols",
            array(Primitive::Symbol, vec![symbol("a").into(), symbol("b").into()]),
        ),
        ("described", Value::described(symbol("com.example:point"), "here")),
        ("described by a number", Value::described(0x1234_0000_0010_u64, 7_u32)),
    ];
    let values = simple_values().into_iter().chain(compound);
    let values = values.map(|(name, value)| (name, Content::Value(value)));
    let sections = [
        ("data", Content::Data(vec![Bytes::from_static(b"\0octets\xff")])),
        ("empty data", Content::Data(vec![Bytes::new()])),
        ("several data", Content::Data(vec!["one".into(), "".into(), "three".into()])),
        ("sequence", Content::Sequences(vec![vec![1_u8.into(), "two".into(), Value::Null]])),
        ("empty sequence", Content::Sequences(vec![vec![]])),
        ("sequences", Content::Sequences(vec![vec![1_u8.into()], vec!["two".into()]])),
    ];
    values.chain(sections).collect()
}

pub(crate) async fn bodies(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "bodies", Credit::default()).await;
    let mut contents = contents();
    contents.retain(|(name, _)| !broker.kind.fatal_bodies.contains(name));
    let mut receipts = Receipts::new();
    sender.submit_all(contents.iter().map(|(_, content)| content), &mut receipts).await.unwrap();
    let mut wrong = Vec::new();
    for (name, content) in &contents {
        let delivery = receive(&receiver).await;
        let arrived = Content::of(&delivery);
        let expected = content.clone();
        let expected = if broker.kind.reverses_sections { expected.reversed() } else { expected };
        if arrived != expected {
            wrong.push((name, arrived));
        }
        delivery.accept().unwrap();
    }
    soon(receipts.accepted()).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
    connection.close().await.unwrap();
}

/// The broker says nothing of its failure, so that the sender learns of it by the end of the connection alone.
pub(crate) async fn bodies_that_end_the_connection(broker: Arc<Broker>) {
    let contents = contents();
    for name in broker.kind.fatal_bodies {
        let connection = broker.connect().await;
        let (sender, _receiver) = broker.links(&connection, "fatal", Credit::default()).await;
        let (_, content) = contents.iter().find(|(known, _)| known == name).unwrap();
        let error = soon(sender.send(content)).await.unwrap_err();
        assert!(matches!(error, SendError::Ended { .. }), "{error}");
        soon(connection.closed()).await;
    }
}

fn annotations(prefix: &str) -> Annotations {
    let key = |name: &str| AnnotationKey::Symbol(Symbol::new(format!("{prefix}{name}")).unwrap());
    let values = [
        (key("string"), "text".into()),
        (key("ulong"), 7_u64.into()),
        (key("symbol"), symbol("red").into()),
        (key("timestamp"), Timestamp(1).into()),
    ];
    Annotations(Map::from_iter(values))
}

/// Returns a message with all sections and all fields, except for delivery-annotations.
fn full_message() -> Message {
    let application = simple_values()
        .into_iter()
        .map(|(name, value)| (ByteString::from(name), SimpleValue::try_from(value).unwrap()));
    Message {
        header: Some(Header {
            durable: true,
            priority: 7,
            ttl: Some(Milliseconds(3_600_000)),
            first_acquirer: false,
            delivery_count: 0,
        }),
        delivery_annotations: None,
        message_annotations: Some(MessageAnnotations(annotations("x-opt-"))),
        properties: Some(Properties {
            message_id: Some(Uuid([1; 16]).into()),
            user_id: Some("guest".into()),
            to: Some("to".into()),
            subject: Some("subject".into()),
            reply_to: Some("reply-to".into()),
            correlation_id: Some(7_u64.into()),
            content_type: Some(symbol("text/plain")),
            content_encoding: Some(symbol("identity")),
            absolute_expiry_time: Some(Timestamp(4_000_000_000_000)),
            creation_time: Some(Timestamp(1_700_000_000_000)),
            group_id: Some("group".into()),
            group_sequence: Some(SequenceNo(u32::MAX)),
            reply_to_group_id: Some("other".into()),
        }),
        application_properties: Some(ApplicationProperties(application.collect())),
        body: Body::value("body"),
        footer: Some(Footer(annotations("x-opt-"))),
    }
}

pub(crate) async fn sections(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "sections", Credit::default()).await;
    let sent = full_message();
    soon(sender.send(&sent)).await.unwrap();
    let delivery = receive(&receiver).await;
    let arrived: Message = delivery.decode().unwrap();
    delivery.accept().unwrap();

    let header = arrived.header.unwrap();
    assert!(header.durable);
    assert_eq!(header.priority, 7);
    // The time that the message has spent at the broker may have been subtracted.
    let Milliseconds(ttl) = header.ttl.unwrap();
    assert!((3_500_000..=3_600_000).contains(&ttl), "{ttl}");
    assert_eq!(header.delivery_count, 0);
    // The broker may have added annotations of its own.
    let annotations = arrived.message_annotations.unwrap();
    for (key, value) in &sent.message_annotations.unwrap() {
        assert_eq!(annotations.get(key), Some(value), "{key:?}");
    }
    assert_eq!(arrived.properties, sent.properties);
    let (arrived_properties, sent_properties) =
        (arrived.application_properties.unwrap(), sent.application_properties.unwrap());
    for (key, value) in &sent_properties {
        assert_eq!(arrived_properties.get(key), Some(value), "{key}");
    }
    assert_eq!(arrived_properties.len(), sent_properties.len());
    assert_eq!(arrived.body, sent.body);
    assert_eq!(arrived.footer, sent.footer);
    connection.close().await.unwrap();
}

pub(crate) async fn delivery_annotations(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) =
        broker.links(&connection, "delivery-annotations", Credit::default()).await;
    let sent = Message {
        delivery_annotations: Some(DeliveryAnnotations(annotations("x-opt-"))),
        body: Body::value("body"),
        ..Message::default()
    };
    match broker.kind.delivery_annotations {
        kind::DeliveryAnnotations::Kept | kind::DeliveryAnnotations::Dropped => {
            soon(sender.send(&sent)).await.unwrap();
            let delivery = receive(&receiver).await;
            let arrived: Message = delivery.decode().unwrap();
            delivery.accept().unwrap();
            let kept = broker.kind.delivery_annotations == kind::DeliveryAnnotations::Kept;
            let expected = if kept { sent.delivery_annotations } else { None };
            assert_eq!(arrived.delivery_annotations, expected);
            assert_eq!(arrived.body, sent.body);
            connection.close().await.unwrap();
        }
        kind::DeliveryAnnotations::Fatal => {
            let error = soon(sender.send(&sent)).await.unwrap_err();
            assert!(matches!(error, SendError::Ended { .. }), "{error}");
            soon(connection.closed()).await;
        }
    }
}

#[derive(Clone, Debug, Default, Message, PartialEq)]
struct Order {
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(property = subject)]
    subject: Option<String>,
    #[amqp(annotation = "x-opt-partition-key")]
    partition_key: Option<ByteString>,
    #[amqp(application_property = "express")]
    express: bool,
    #[amqp(body)]
    items: Map<String, u32>,
}

pub(crate) async fn a_derived_message(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "derived", Credit::default()).await;
    let order = Order {
        id: 7,
        subject: Some("order".into()),
        partition_key: Some("north".into()),
        express: true,
        items: Map::from_iter([("tea".to_owned(), 2), ("kettle".to_owned(), 1)]),
    };
    soon(sender.send(&order)).await.unwrap();
    let delivery = receive(&receiver).await;
    assert_eq!(delivery.decode::<Order>().unwrap(), order);
    // A message without a header is sent as a durable one.
    let message = MessageRef::from_shared(delivery.octets()).unwrap();
    assert!(message.header().unwrap().unwrap().durable);
    delivery.accept().unwrap();
    connection.close().await.unwrap();
}
