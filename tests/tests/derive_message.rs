//! Types that are whole messages: what is written of them, and what is said of messages that they
//! do not read.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Debug;

use amqp_types::messaging::{
    Annotations, ApplicationProperties, Body, DeliveryAnnotations, Footer, Header, Message,
    MessageAnnotations, MessageId, Properties, SimpleValue,
};
use amqp_types::transport::{Milliseconds, SequenceNo};
use amqp_types::{
    ByteString, Bytes, Composite, DecodeError, DecodeErrorKind, Encode, Field, Map, Restricted,
    Symbol, Timestamp, Uuid, Value,
};

#[derive(Clone, Composite, Debug, Default, PartialEq)]
#[amqp(name = "com.example:items:list", code = 0x0000_1234_0000_0010)]
struct Items {
    article: String,
    count: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Restricted)]
#[amqp(source = symbol)]
enum Colour {
    #[default]
    #[amqp(value = "red")]
    Red,
    #[amqp(value = "blue")]
    Blue,
}

impl From<Colour> for SimpleValue {
    fn from(colour: Colour) -> Self {
        Symbol::from_static(colour.as_str()).into()
    }
}

#[derive(Clone, Debug, Default, Message, PartialEq)]
struct Order {
    #[amqp(header)]
    header: Option<Header>,
    #[amqp(property = message_id)]
    id: u64,
    #[amqp(property = subject)]
    subject: Option<String>,
    #[amqp(annotation = "x-opt-partition-key")]
    partition_key: Option<ByteString>,
    #[amqp(annotation = "x-opt-enqueued")]
    enqueued: Option<Timestamp>,
    #[amqp(application_property = "colour")]
    colour: Colour,
    #[amqp(application_property = "size")]
    r#type: Option<u8>,
    #[amqp(body)]
    items: Items,
    #[amqp(skip)]
    note: String,
}

fn order() -> Order {
    Order {
        header: Some(Header { durable: true, ..Header::default() }),
        id: 7,
        subject: Some("order".into()),
        partition_key: Some("north".into()),
        enqueued: Some(Timestamp(1)),
        colour: Colour::Blue,
        r#type: Some(3),
        items: Items { article: "kettle".into(), count: 2 },
        note: String::new(),
    }
}

/// The same by hand.
fn message() -> Message {
    let annotations = [
        (Symbol::from_static("x-opt-partition-key").into(), Value::from("north")),
        (Symbol::from_static("x-opt-enqueued").into(), Timestamp(1).into()),
    ];
    let application =
        [("colour".into(), Symbol::from_static("blue").into()), ("size".into(), 3u8.into())];
    Message {
        header: Some(Header { durable: true, ..Header::default() }),
        message_annotations: Some(MessageAnnotations(Annotations(
            annotations.into_iter().collect(),
        ))),
        properties: Some(Properties {
            message_id: Some(7u64.into()),
            subject: Some("order".into()),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties(application.into_iter().collect())),
        body: Body::value(&Items { article: "kettle".into(), count: 2 }),
        ..Message::default()
    }
}

/// The body of a message that carries nothing.
const NULL_BODY: &[u8] = b"\x00\x53\x77\x40";

/// A value and a message are each the other, lent or given away, and by way of octets.
#[track_caller]
fn both<T>(value: &T, due: &Message)
where
    T: Clone + Debug + PartialEq + for<'m> TryFrom<&'m Message, Error = DecodeError>,
    T: TryFrom<Message, Error = DecodeError>,
    Message: for<'v> From<&'v T> + From<T>,
{
    assert_eq!(Message::from(value), *due);
    assert_eq!(Message::from(value.clone()), *due);
    assert_eq!(T::try_from(due).as_ref(), Ok(value));
    assert_eq!(T::try_from(due.clone()).as_ref(), Ok(value));
    let octets = Message::from(value).to_bytes().unwrap();
    assert_eq!(octets, due.to_bytes().unwrap());
    assert_eq!(T::try_from(Message::from_bytes(&octets).unwrap()).as_ref(), Ok(value));
}

/// Lent and given away, a message is refused with the same sentence.
#[track_caller]
fn refuses<T>(message: &Message, sentence: &str)
where
    T: Debug + for<'m> TryFrom<&'m Message, Error = DecodeError>,
    T: TryFrom<Message, Error = DecodeError>,
{
    let error = T::try_from(message).unwrap_err();
    assert_eq!(error.to_string(), sentence);
    assert_eq!(T::try_from(message.clone()).unwrap_err(), error);
}

fn with_colour(colour: impl Into<SimpleValue>) -> Message {
    let mut message = message();
    message.application_properties.as_mut().unwrap().insert("colour".into(), colour.into());
    message
}

#[test]
fn an_order_is_a_message_and_a_message_is_an_order() {
    both(&order(), &message());
}

#[test]
fn what_is_null_is_left_out_and_so_is_a_section_without_anything_in_it() {
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Ping {
        #[amqp(property = reply_to)]
        reply_to: Option<String>,
        #[amqp(application_property = "hops")]
        hops: Option<u32>,
        #[amqp(annotation = "x-opt-hops")]
        more_hops: Option<u32>,
        #[amqp(footer)]
        footer: Option<Footer>,
        #[amqp(data)]
        octets: Option<Bytes>,
    }

    let ping = Ping { reply_to: None, hops: None, more_hops: None, footer: None, octets: None };
    both(&ping, &Message::default());
    assert_eq!(Message::from(&ping).to_bytes().unwrap(), NULL_BODY);
    // A message that came without a body reads the same.
    assert_eq!(Ping::try_from(Message::from_bytes(&[]).unwrap()), Ok(ping.clone()));
    // No octets are not null.
    let none = Ping { octets: Some(Bytes::new()), ..ping.clone() };
    both(&none, &Message { body: Body::Data(Bytes::new()), ..Message::default() });
    // Null is as good as absent.
    let null = [("hops".into(), SimpleValue::default())];
    let null = Some(ApplicationProperties(null.into_iter().collect()));
    let message = Message { application_properties: null, ..Message::default() };
    assert_eq!(Ping::try_from(message), Ok(ping));
}

#[test]
fn what_is_missing_is_named() {
    let missing =
        |name: &str| format!("Order.{name}: a mandatory field is null or absent (octet 0)");
    refuses::<Order>(&Message { properties: None, ..message() }, &missing("id"));
    let properties = Some(Properties { message_id: None, ..Properties::default() });
    refuses::<Order>(&Message { properties, ..message() }, &missing("id"));
    refuses::<Order>(&Message { application_properties: None, ..message() }, &missing("colour"));
    refuses::<Order>(&with_colour(()), &missing("colour"));
    refuses::<Order>(&Message { body: Body::default(), ..message() }, &missing("items"));
    let error = Order::try_from(Message { properties: None, ..message() }).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::MissingField);
    let path: Vec<Field> = error.fields().collect();
    assert_eq!(path, [Field { of: "Order", name: "id" }]);

    let found = Order::try_from(Message { header: None, message_annotations: None, ..message() });
    let due = Order { header: None, partition_key: None, enqueued: None, ..order() };
    assert_eq!(found, Ok(due));
}

#[test]
fn what_is_of_a_wrong_type_is_named() {
    refuses::<Order>(&with_colour("blue"), "Order.colour: expected symbol, found string (octet 0)");
    refuses::<Order>(
        &with_colour(Symbol::from_static("green")),
        "Order.colour: the value is not one of the type's choices (octet 1)",
    );
    let mut wrong = message();
    wrong.properties.as_mut().unwrap().message_id = Some("7".into());
    refuses::<Order>(&wrong, "Order.id: expected ulong, found string (octet 0)");
    let mut wrong = message();
    let key = Symbol::from_static("x-opt-partition-key");
    wrong.message_annotations.as_mut().unwrap().insert(key.into(), 1u32.into());
    refuses::<Order>(&wrong, "Order.partition-key: expected string, found uint (octet 0)");
    let mut wrong = message();
    wrong.application_properties.as_mut().unwrap().insert("size".into(), 3u16.into());
    refuses::<Order>(&wrong, "Order.type: expected ubyte, found ushort (octet 0)");
}

#[test]
fn a_body_that_does_not_decode_costs_the_conversion_only() {
    let body = |body| Message { body, ..message() };
    refuses::<Order>(
        &body(Body::value("kettle")),
        "Order.items: expected com.example:items:list, found string (octet 3)",
    );
    refuses::<Order>(
        &body(Body::Data(Bytes::from_static(b"kettle"))),
        "Order.items: the body is not an amqp-value section (octet 0)",
    );
    // An item without its count: the path goes on.
    let octets = b"\x00\x53\x77\x00\x80\x00\x00\x12\x34\x00\x00\x00\x10\xc0\x04\x01\xa1\x01k";
    let before = Message { body: Body::default(), ..message() }.to_bytes().unwrap();
    let before = before.strip_suffix(NULL_BODY).unwrap();
    let short = Message::from_bytes(&[before, octets].concat()).unwrap();
    refuses::<Order>(&short, "Order.items.count: a mandatory field is null or absent (octet 19)");
    // Octets that are no value at all.
    let mut broken = octets.to_vec();
    broken[16] = 0x3f;
    let broken = Message::from_bytes(&[before, &broken].concat()).expect("the outline is right");
    refuses::<Order>(
        &broken,
        "Order.items.article: no encoding has the format code 0x3f (octet 16)",
    );
}

#[test]
fn whole_sections_and_octets() {
    #[derive(Clone, Debug, Message, PartialEq)]
    #[amqp(rename = "envelope")]
    struct Whole {
        #[amqp(header)]
        header: Header,
        #[amqp(delivery_annotations)]
        delivery: DeliveryAnnotations,
        #[amqp(message_annotations)]
        annotations: Annotated,
        #[amqp(properties)]
        properties: Properties,
        // A type that the section converts from and into.
        #[amqp(application_properties)]
        application: Option<Map<ByteString, SimpleValue>>,
        #[amqp(footer)]
        footer: Footer,
        #[amqp(data)]
        octets: Vec<u8>,
    }

    #[derive(Clone, Debug, PartialEq)]
    struct Annotated(usize);

    impl From<MessageAnnotations> for Annotated {
        fn from(section: MessageAnnotations) -> Self {
            Self(section.len())
        }
    }

    impl From<Annotated> for MessageAnnotations {
        fn from(Annotated(len): Annotated) -> Self {
            let entry = |key: usize| ((key as u64).into(), Value::Null);
            Self(Annotations((0..len).map(entry).collect()))
        }
    }

    let whole = Whole {
        header: Header { ttl: Some(Milliseconds(5)), ..Header::default() },
        delivery: DeliveryAnnotations::default(),
        annotations: Annotated(2),
        properties: Properties::default(),
        application: Some([("a".into(), ().into())].into_iter().collect()),
        footer: Footer::default(),
        octets: b"octets".to_vec(),
    };
    let due = Message {
        header: Some(whole.header),
        delivery_annotations: Some(DeliveryAnnotations::default()),
        message_annotations: Some(Annotated(2).into()),
        properties: Some(Properties::default()),
        application_properties: Some(ApplicationProperties(
            [("a".into(), ().into())].into_iter().collect(),
        )),
        body: Body::Data(Bytes::from_static(b"octets")),
        footer: Some(Footer::default()),
    };
    assert_eq!(Message::from(&whole), due);
    assert_eq!(Message::from(whole.clone()), due);
    assert_eq!(Whole::try_from(&due), Ok(whole.clone()));
    let read = Message::from_shared(&due.to_bytes().unwrap()).unwrap();
    assert_eq!(Whole::try_from(read), Ok(whole));

    let missing =
        |name: &str| format!("envelope.{name}: a mandatory field is null or absent (octet 0)");
    refuses::<Whole>(&Message::default(), &missing("header"));
    refuses::<Whole>(&Message { footer: None, ..due.clone() }, &missing("footer"));
    refuses::<Whole>(&Message { body: Body::default(), ..due.clone() }, &missing("octets"));
    refuses::<Whole>(
        &Message { body: Body::value(&1u8), ..due },
        "envelope.octets: the body is not made of data sections (octet 0)",
    );
}

#[test]
fn each_of_the_properties_can_be_a_field() {
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Each {
        #[amqp(property = message_id)]
        message_id: Uuid,
        #[amqp(property = user_id)]
        user_id: Bytes,
        #[amqp(property = to)]
        to: String,
        #[amqp(property = subject)]
        subject: ByteString,
        #[amqp(property = reply_to)]
        reply_to: Option<ByteString>,
        #[amqp(property = correlation_id)]
        correlation_id: Option<MessageId>,
        #[amqp(property = content_type)]
        content_type: Symbol,
        #[amqp(property = content_encoding)]
        content_encoding: Option<Symbol>,
        #[amqp(property = absolute_expiry_time)]
        absolute_expiry_time: Timestamp,
        #[amqp(property = creation_time)]
        creation_time: Option<Timestamp>,
        #[amqp(property = group_id)]
        group_id: String,
        #[amqp(property = group_sequence)]
        group_sequence: SequenceNo,
        #[amqp(property = reply_to_group_id)]
        reply_to_group_id: String,
    }

    let each = Each {
        message_id: Uuid([7; 16]),
        user_id: Bytes::from_static(b"me"),
        to: "to".into(),
        subject: "subject".into(),
        reply_to: Some("reply".into()),
        correlation_id: Some("correlated".into()),
        content_type: Symbol::from_static("text/plain"),
        content_encoding: Some(Symbol::from_static("gzip")),
        absolute_expiry_time: Timestamp(2),
        creation_time: Some(Timestamp(1)),
        group_id: "group".into(),
        group_sequence: SequenceNo(4),
        reply_to_group_id: "group".into(),
    };
    let properties = Properties {
        message_id: Some(Uuid([7; 16]).into()),
        user_id: Some(Bytes::from_static(b"me")),
        to: Some("to".into()),
        subject: Some("subject".into()),
        reply_to: Some("reply".into()),
        correlation_id: Some("correlated".into()),
        content_type: Some(Symbol::from_static("text/plain")),
        content_encoding: Some(Symbol::from_static("gzip")),
        absolute_expiry_time: Some(Timestamp(2)),
        creation_time: Some(Timestamp(1)),
        group_id: Some("group".into()),
        group_sequence: Some(SequenceNo(4)),
        reply_to_group_id: Some("group".into()),
    };
    both(&each, &Message { properties: Some(properties), ..Message::default() });
}

#[test]
fn without_a_field_for_the_body_any_is_passed_over() {
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Subject {
        #[amqp(property = subject)]
        subject: String,
    }
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Nothing {}
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Skipped {
        #[amqp(skip)]
        note: u8,
    }

    let subject = Subject { subject: "order".into() };
    assert_eq!(Message::from(&subject).body, Body::default());
    assert_eq!(Subject::try_from(message()), Ok(subject));
    both(&Nothing {}, &Message::default());
    assert_eq!(Nothing::try_from(message()), Ok(Nothing {}));
    assert_eq!(Message::from(Skipped { note: 1 }), Message::default());
    assert_eq!(Skipped::try_from(message()), Ok(Skipped { note: 0 }));
}

#[test]
fn generic_fields() {
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Envelope<T, P = u8, const N: usize = 2>
    where
        P: Copy,
    {
        #[amqp(property = message_id)]
        id: Option<P>,
        #[amqp(application_property = "priority")]
        priority: P,
        #[amqp(application_property = "late")]
        late: Option<P>,
        #[amqp(body)]
        body: Option<T>,
        #[amqp(skip)]
        seen: [u8; N],
    }
    #[derive(Clone, Debug, Message, PartialEq)]
    struct Octets<T, H> {
        #[amqp(header)]
        header: Option<H>,
        #[amqp(data)]
        octets: T,
    }

    // What is written need not be read, nor the other way round.
    struct Opaque;
    impl Encode for Opaque {
        fn encode(&self, writer: &mut amqp_types::Writer<'_>) {
            1u8.encode(writer);
        }
    }

    let envelope = Envelope::<_, u64, 2> {
        id: Some(1),
        priority: 2,
        late: None,
        body: Some(Items { article: "kettle".into(), count: 2 }),
        seen: [0; 2],
    };
    let due = Message {
        properties: Some(Properties { message_id: Some(1.into()), ..Properties::default() }),
        application_properties: Some(ApplicationProperties(
            [("priority".into(), 2u64.into())].into_iter().collect(),
        )),
        body: Body::value(&envelope.body),
        ..Message::default()
    };
    both(&envelope, &due);
    both(&Envelope::<Items, u64, 2> { body: None, ..envelope.clone() }, &{
        Message { body: Body::value(&()), ..due.clone() }
    });
    let opaque =
        Envelope { id: None, priority: 2u64, late: None, body: Some(Opaque), seen: [0; 2] };
    assert_eq!(Message::from(&opaque).body, Body::value(&1u8));
    let octets = Octets { header: Some(Header::default()), octets: Bytes::from_static(b"o") };
    let due = Message {
        header: Some(Header::default()),
        body: Body::Data(Bytes::from_static(b"o")),
        ..Message::default()
    };
    both(&octets, &due);
}

/// The crate has another name, and no name means what it does elsewhere.
mod hygiene {
    #![no_implicit_prelude]
    #![allow(dead_code, non_camel_case_types)]

    use ::amqp_types as types;

    struct Option;
    struct Result;
    struct Some;
    struct None;
    struct Ok;
    struct Message;
    struct Field;
    struct String;
    struct u8;
    trait From {}
    trait TryFrom {}
    trait Into {}
    trait Clone {}
    trait Default {}
    mod core {}
    mod std {}
    mod amqp_types {}
    const fn fields() {}
    const fn value() {}

    #[derive(types::messaging::Message)]
    #[amqp(crate = types)]
    pub(super) struct Order<'message, T> {
        #[amqp(header)]
        pub(super) message: ::core::option::Option<types::messaging::Header>,
        #[amqp(footer)]
        pub(super) footer: types::messaging::Footer,
        #[amqp(property = to)]
        pub(super) properties: types::ByteString,
        #[amqp(application_property = "value")]
        pub(super) value: T,
        #[amqp(annotation = "fields")]
        pub(super) fields: ::core::option::Option<::core::primitive::u8>,
        #[amqp(body)]
        pub(super) r#type: types::Value,
        #[amqp(skip)]
        pub(super) skipped: ::core::marker::PhantomData<&'message ()>,
    }
}

#[test]
fn the_output_depends_on_no_name() {
    let order = hygiene::Order {
        message: None,
        footer: Footer::default(),
        properties: "to".into(),
        value: 1u8,
        fields: Some(2),
        r#type: Value::Ulong(3),
        skipped: std::marker::PhantomData,
    };
    let message = Message::from(&order);
    let read = hygiene::Order::<u8>::try_from(&message).unwrap();
    assert_eq!((read.value, read.fields, read.r#type), (1, Some(2), Value::Ulong(3)));
    assert_eq!(Message::from(order), message);
    assert_eq!(hygiene::Order::<u8>::try_from(message).unwrap().properties, "to");
}
