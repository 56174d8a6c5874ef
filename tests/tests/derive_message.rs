//! Types that derive `Message`: encoding, decoding, and the errors of invalid messages.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Debug;

use amqp_types::messaging::{
    Annotations, ApplicationProperties, ApplicationPropertiesRef, Body, DecodeMessage,
    DeliveryAnnotations, EncodeMessage, Footer, FooterRef, Header, Message, MessageAnnotations,
    MessageBuffer, MessageId, MessagePart, MessageRef, Properties, PropertiesRef, SimpleValue,
};
use amqp_types::transport::{Milliseconds, SequenceNo};
use amqp_types::{
    ByteString, Bytes, Composite, DecodeError, DecodeErrorKind, Encode, Field, ListRef, Restricted,
    Symbol, SymbolRef, Timestamp, Uuid, Value,
};

#[derive(Clone, Composite, Debug, Default, PartialEq)]
#[amqp(name = "com.example:items:list", code = 0x0000_1234_0000_0010, borrowed = ItemsRef)]
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

/// Returns the same message, built by hand.
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

/// The body of a message without content.
const NULL_BODY: &[u8] = b"\x00\x53\x77\x40";

/// Checks that a struct and a message have the same octets, and are decoded from them.
#[track_caller]
fn both<T>(value: &T, message: &Message)
where
    T: Debug + PartialEq + EncodeMessage + for<'de> DecodeMessage<'de>,
{
    let octets = value.to_message_bytes().unwrap();
    assert_eq!(octets, message.to_bytes().unwrap());
    assert_eq!(MessageRef::from_bytes(&octets).unwrap().decode::<T>().as_ref(), Ok(value));
    assert_eq!(MessageRef::from_shared(&octets).unwrap().decode::<T>().as_ref(), Ok(value));
}

fn decode<T: for<'de> DecodeMessage<'de>>(message: &Message) -> Result<T, DecodeError> {
    MessageRef::from_bytes(&message.to_bytes().unwrap())?.decode()
}

#[track_caller]
fn refuses<T: Debug + for<'de> DecodeMessage<'de>>(message: &Message, sentence: &str) {
    assert_eq!(decode::<T>(message).unwrap_err().to_string(), sentence);
}

fn with_colour(colour: impl Into<SimpleValue>) -> Message {
    let mut message = message();
    message.application_properties.as_mut().unwrap().insert("colour".into(), colour.into());
    message
}

#[test]
fn a_struct_is_encoded_as_a_message() {
    both(&order(), &message());
}

#[test]
fn null_entries_are_omitted_and_so_is_a_section_without_entries() {
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
    assert_eq!(ping.to_message_bytes().unwrap(), NULL_BODY);
    // A message without a body is decoded in the same way.
    assert_eq!(MessageRef::from_bytes(&[]).unwrap().decode(), Ok(ping.clone()));
    // An empty binary is not null.
    let none = Ping { octets: Some(Bytes::new()), ..ping.clone() };
    both(&none, &Message { body: Body::Data(Bytes::new()), ..Message::default() });
    // Null and absent are equal.
    let null = [("hops".into(), SimpleValue::default())];
    let null = Some(ApplicationProperties(null.into_iter().collect()));
    let message = Message { application_properties: null, ..Message::default() };
    assert_eq!(decode(&message), Ok(ping.clone()));
    // Trailing nulls of the properties are omitted, other nulls are not.
    let ping = Ping { reply_to: Some("a".into()), ..ping };
    let octets = b"\x00\x53\x73\xc0\x08\x05\x40\x40\x40\x40\xa1\x01a\x00\x53\x77\x40";
    assert_eq!(ping.to_message_bytes().unwrap()[..], *octets);
}

#[test]
fn a_missing_field_is_named() {
    let missing = |name: &str, at: usize| {
        format!("Order.{name}: a mandatory field is null or absent (octet {at})")
    };
    refuses::<Order>(&Message { properties: None, ..message() }, &missing("id", 0));
    let properties = Some(Properties { message_id: None, ..Properties::default() });
    refuses::<Order>(&Message { properties, ..message() }, &missing("id", 70));
    let properties = Some(Properties { subject: Some("a".into()), ..Properties::default() });
    refuses::<Order>(&Message { properties, ..message() }, &missing("id", 72));
    refuses::<Order>(&Message { application_properties: None, ..message() }, &missing("colour", 0));
    refuses::<Order>(&with_colour(()), &missing("colour", 97));
    refuses::<Order>(&Message { body: Body::default(), ..message() }, &missing("items", 114));
    let octets = Message { body: Body::default(), ..message() }.to_bytes().unwrap();
    let bodiless = MessageRef::from_bytes(octets.strip_suffix(NULL_BODY).unwrap()).unwrap();
    assert_eq!(bodiless.decode::<Order>().unwrap_err().to_string(), missing("items", 0));

    let error = decode::<Order>(&Message { properties: None, ..message() }).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::MissingField);
    let path: Vec<Field> = error.fields().collect();
    assert_eq!(path, [Field { of: "Order", name: "id" }]);

    let found = decode(&Message { header: None, message_annotations: None, ..message() });
    let expected = Order { header: None, partition_key: None, enqueued: None, ..order() };
    assert_eq!(found, Ok(expected));
}

#[test]
fn a_field_of_a_wrong_type_is_named() {
    refuses::<Order>(
        &with_colour("blue"),
        "Order.colour: expected symbol, found string (octet 97)",
    );
    refuses::<Order>(
        &with_colour(Symbol::from_static("green")),
        "Order.colour: the value is not one of the type's choices (octet 98)",
    );
    let mut wrong = message();
    wrong.properties.as_mut().unwrap().message_id = Some("7".into());
    refuses::<Order>(&wrong, "Order.id: expected ulong, found string (octet 72)");
    let mut wrong = message();
    let key = Symbol::from_static("x-opt-partition-key");
    wrong.message_annotations.as_mut().unwrap().insert(key.into(), 1u32.into());
    refuses::<Order>(&wrong, "Order.partition-key: expected string, found uint (octet 34)");
    let mut wrong = message();
    wrong.application_properties.as_mut().unwrap().insert("size".into(), 3u16.into());
    refuses::<Order>(&wrong, "Order.type: expected ubyte, found ushort (octet 109)");
}

#[test]
fn a_section_that_is_invalid_is_named() {
    for (octets, sentence) in [
        // A list of 5 octets with 9 fields; a map with a key without a value; not a list.
        (
            &b"\x00\x53\x73\xc0\x05\x09\x40\x40\x40\x40"[..],
            "Message.properties: the size or count exceeds the octets that remain (octet 5)",
        ),
        (b"\x00\x53\x73\x41", "Message.properties: expected list, found boolean (octet 3)"),
        (
            b"\x00\x53\x73\xc0\x03\x01\x53\x07\x00\x53\x74\xc1\x04\x01\xa1\x01a",
            "Message.application-properties: the map has a key without a value (octet 14)",
        ),
        // An unknown property is skipped, but its outline must be valid.
        (
            b"\x00\x53\x73\xc0\x05\x03\x53\x07\x3f\x40",
            "Order.user-id: no encoding has the format code 0x3f (octet 8)",
        ),
    ] {
        let message = MessageRef::from_bytes(octets).unwrap();
        assert_eq!(message.decode::<Order>().unwrap_err().to_string(), sentence);
    }
}

#[test]
fn unknown_properties_are_ignored() {
    let mut more = message();
    more.properties.as_mut().unwrap().user_id = Some(Bytes::from_static(b"me"));
    more.properties.as_mut().unwrap().reply_to = Some("here".into());
    let application = more.application_properties.as_mut().unwrap();
    for key in ["a", "b", "c"] {
        application.insert(key.into(), key.into());
    }
    more.message_annotations.as_mut().unwrap().insert(7u64.into(), Value::Null);
    more.footer = Some(Footer::default());
    assert_eq!(decode(&more), Ok(order()));
}

#[test]
fn unknown_sections_are_not_decoded() {
    #[derive(Debug, Message, PartialEq)]
    struct Octets {
        #[amqp(data)]
        octets: Bytes,
    }
    let octets = b"\x00\x53\x73\xc0\x03\x01\x50\x01\x00\x53\x75\xa0\x01o";
    let message = MessageRef::from_bytes(octets).unwrap();
    assert!(message.properties().is_err());
    assert_eq!(message.decode(), Ok(Octets { octets: Bytes::from_static(b"o") }));
}

#[test]
fn an_invalid_body_is_an_error_of_its_field() {
    let body = |body| Message { body, ..message() };
    refuses::<Order>(
        &body(Body::value("kettle")),
        "Order.items: expected com.example:items:list, found string (octet 114)",
    );
    refuses::<Order>(
        &body(Body::Data(Bytes::from_static(b"kettle"))),
        "Order.items: the body is not an amqp-value section (octet 0)",
    );
    // An item without its count: the path includes the field of the item.
    let octets = b"\x00\x53\x77\x00\x80\x00\x00\x12\x34\x00\x00\x00\x10\xc0\x04\x01\xa1\x01k";
    let before = Message { body: Body::default(), ..message() }.to_bytes().unwrap();
    let before = before.strip_suffix(NULL_BODY).unwrap();
    let error = |octets: &[u8]| {
        let octets = [before, octets].concat();
        let message = MessageRef::from_bytes(&octets).expect("the outline is right");
        message.decode::<Order>().unwrap_err().to_string()
    };
    let expected = "Order.items.count: a mandatory field is null or absent (octet 130)";
    assert_eq!(error(octets), expected);
    // Octets that are not a value.
    let mut broken = octets.to_vec();
    broken[16] = 0x3f;
    let expected = "Order.items.article: no encoding has the format code 0x3f (octet 127)";
    assert_eq!(error(&broken), expected);
}

#[test]
fn whole_sections_and_octets() {
    /// A section as a user-defined type.
    #[derive(Clone, Composite, Debug, PartialEq)]
    #[amqp(name = "amqp:message-annotations:map", code = 0x72, source = map)]
    struct Marks {
        #[amqp(rename = "x-opt-a")]
        a: u32,
    }

    #[derive(Clone, Debug, Message, PartialEq)]
    #[amqp(rename = "envelope")]
    struct Whole {
        #[amqp(header)]
        header: Header,
        #[amqp(delivery_annotations)]
        delivery: DeliveryAnnotations,
        #[amqp(message_annotations)]
        annotations: Marks,
        #[amqp(properties)]
        properties: Properties,
        #[amqp(application_properties)]
        application: Option<ApplicationProperties>,
        #[amqp(footer)]
        footer: Footer,
        #[amqp(data)]
        octets: Vec<u8>,
    }

    let application = ApplicationProperties([("a".into(), ().into())].into_iter().collect());
    let whole = Whole {
        header: Header { ttl: Some(Milliseconds(5)), ..Header::default() },
        delivery: DeliveryAnnotations::default(),
        annotations: Marks { a: 2 },
        properties: Properties::default(),
        application: Some(application.clone()),
        footer: Footer::default(),
        octets: b"octets".to_vec(),
    };
    let marks = [(Symbol::from_static("x-opt-a").into(), 2u32.into())];
    let message = Message {
        header: Some(whole.header),
        delivery_annotations: Some(DeliveryAnnotations::default()),
        message_annotations: Some(MessageAnnotations(Annotations(marks.into_iter().collect()))),
        properties: Some(Properties::default()),
        application_properties: Some(application),
        body: Body::Data(Bytes::from_static(b"octets")),
        footer: Some(Footer::default()),
    };
    both(&whole, &message);

    let missing =
        |name: &str| format!("envelope.{name}: a mandatory field is null or absent (octet 0)");
    refuses::<Whole>(&Message::default(), &missing("header"));
    refuses::<Whole>(&Message { footer: None, ..message.clone() }, &missing("footer"));
    refuses::<Whole>(&Message { body: Body::default(), ..message.clone() }, &missing("octets"));
    refuses::<Whole>(
        &Message { body: Body::value(&1u8), ..message.clone() },
        "envelope.octets: the body does not consist of data sections (octet 0)",
    );
    let wrong = MessageRef::from_bytes(b"\x00\x53\x70\xc0\x03\x01\x50\x01").unwrap();
    assert_eq!(
        wrong.decode::<Whole>().unwrap_err().to_string(),
        "envelope.header.durable: expected boolean, found ubyte (octet 6)",
    );
}

#[test]
fn fields_borrow_from_the_message() {
    #[derive(Clone, Copy, Debug, Message, PartialEq)]
    struct Borrowed<'a> {
        #[amqp(property = message_id)]
        id: u64,
        #[amqp(property = subject)]
        subject: Option<&'a str>,
        #[amqp(annotation = "x-opt-partition-key")]
        partition_key: &'a str,
        #[amqp(application_property = "colour")]
        colour: SymbolRef<'a>,
        #[amqp(body)]
        items: ItemsRef<'a>,
    }
    #[derive(Debug, Message, PartialEq)]
    struct Sections<'a> {
        #[amqp(properties)]
        properties: Option<PropertiesRef<'a>>,
        #[amqp(application_properties)]
        application: ApplicationPropertiesRef<'a>,
        #[amqp(footer)]
        footer: Option<FooterRef<'a>>,
        #[amqp(data)]
        octets: &'a [u8],
    }
    #[derive(Debug, Message, PartialEq)]
    struct Shared<'a> {
        #[amqp(property = subject)]
        subject: ByteString,
        #[amqp(body)]
        values: Option<ListRef<'a, u32>>,
    }

    let octets = message().to_bytes().unwrap();
    let cost = allocation_counter::measure(|| {
        let borrowed: Borrowed<'_> = MessageRef::from_bytes(&octets).unwrap().decode().unwrap();
        assert_eq!(borrowed.items, ItemsRef { article: "kettle", count: 2 });
        assert!(octets.as_ptr_range().contains(&borrowed.subject.unwrap().as_ptr()));
        assert_eq!((borrowed.partition_key, borrowed.colour.as_str()), ("north", "blue"));
    });
    assert_eq!(cost.count_total, 0);
    let borrowed: Borrowed<'_> = MessageRef::from_bytes(&octets).unwrap().decode().unwrap();
    let mut again = Vec::with_capacity(256);
    let cost = allocation_counter::measure(|| {
        amqp_types::messaging::MessageWriter::append(&mut again, &borrowed).unwrap();
    });
    assert_eq!(cost.count_total, 0);
    assert_eq!(MessageRef::from_bytes(&again).unwrap().decode(), Ok(borrowed));

    let data = Message { body: Body::Data(Bytes::from_static(b"octets")), ..message() };
    let data = data.to_bytes().unwrap();
    let sections: Sections<'_> = MessageRef::from_bytes(&data).unwrap().decode().unwrap();
    assert_eq!(sections.properties.unwrap().subject, Some("order"));
    assert_eq!((sections.application.len(), sections.octets), (2, &b"octets"[..]));
    let again = sections.to_message_bytes().unwrap();
    assert_eq!(MessageRef::from_bytes(&again).unwrap().decode(), Ok(sections));
    let several = [&data[..], b"\x00\x53\x75\xa0\x01o"].concat();
    let error = MessageRef::from_bytes(&several).unwrap().decode::<Sections<'_>>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "Sections.octets: the body has several data sections, which cannot be borrowed as one: use \
         `Bytes` (octet 122)",
    );

    let list = amqp_types::List(vec![1u32, 2]);
    let properties = Properties { subject: Some("order".into()), ..Properties::default() };
    let values =
        Message { properties: Some(properties), body: Body::value(&list), ..Message::default() };
    let octets = values.to_bytes().unwrap();
    let shared: Shared<'_> = MessageRef::from_shared(&octets).unwrap().decode().unwrap();
    assert!(octets.as_ptr_range().contains(&shared.subject.as_ptr()));
    assert_eq!(shared.values.unwrap().iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(shared.to_message_bytes().unwrap(), octets);
}

#[test]
fn a_large_body_is_linked() {
    #[derive(Message)]
    struct Picture {
        #[amqp(application_property = "name")]
        name: String,
        #[amqp(data)]
        octets: Bytes,
        #[amqp(footer)]
        footer: Footer,
    }
    let picture =
        Picture { name: "kettle".into(), octets: vec![7; 5000].into(), footer: Footer::default() };
    let mut buffer = MessageBuffer::new();
    buffer.encode(&picture).unwrap();
    let parts: Vec<_> = buffer.parts().collect();
    let [MessagePart::Octets(before), MessagePart::Linked(body), MessagePart::Octets(after)] =
        parts[..]
    else {
        panic!("{parts:?}")
    };
    assert_eq!(body.as_ptr(), picture.octets.as_ptr());
    assert_eq!(after, b"\x00\x53\x78\xc1\x01\x00");
    assert_eq!([before, body, after].concat(), picture.to_message_bytes().unwrap());
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
fn without_a_field_for_the_body_any_body_is_ignored() {
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
    assert!(subject.to_message_bytes().unwrap().ends_with(NULL_BODY));
    assert_eq!(decode(&message()), Ok(subject));
    both(&Nothing {}, &Message::default());
    assert_eq!(decode(&message()), Ok(Nothing {}));
    assert_eq!(Skipped { note: 1 }.to_message_bytes().unwrap(), NULL_BODY);
    assert_eq!(decode(&message()), Ok(Skipped { note: 0 }));
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

    // A type that implements only one of `Encode` and `Decode`.
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
    assert!(opaque.to_message_bytes().unwrap().ends_with(b"\x00\x53\x77\x50\x01"));
    let octets = Octets { header: Some(Header::default()), octets: Bytes::from_static(b"o") };
    let due = Message {
        header: Some(Header::default()),
        body: Body::Data(Bytes::from_static(b"o")),
        ..Message::default()
    };
    both(&octets, &due);
}

/// The crate has another name, and names of the prelude have other meanings.
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
    trait Encode {}
    trait EncodeMessage {}
    trait DecodeMessage {}
    trait Described {}
    trait Clone {}
    trait Default {}
    mod core {}
    mod std {}
    mod amqp_types {}
    const fn fields() {}
    const fn value() {}
    const fn names() {}
    const fn writer() {}
    const fn message() {}

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
        #[amqp(annotation = "names")]
        pub(super) names: ::core::option::Option<&'message str>,
        #[amqp(skip)]
        pub(super) skipped: ::core::marker::PhantomData<&'message ()>,
    }

    #[derive(types::messaging::Message)]
    #[amqp(crate = types)]
    pub(super) struct Octets<'a> {
        #[amqp(header)]
        pub(super) reader: types::messaging::Header,
        #[amqp(data)]
        pub(super) entries: ::core::option::Option<&'a [::core::primitive::u8]>,
    }
}

#[test]
fn the_output_is_hygienic() {
    let order = hygiene::Order {
        message: None,
        footer: Footer::default(),
        properties: "to".into(),
        value: 1u8,
        fields: Some(2),
        r#type: Value::Ulong(3),
        names: Some("names"),
        skipped: std::marker::PhantomData,
    };
    let octets = order.to_message_bytes().unwrap();
    let message = MessageRef::from_bytes(&octets).unwrap();
    let read: hygiene::Order<'_, u8> = message.decode().unwrap();
    assert_eq!((read.value, read.fields, read.r#type), (1, Some(2), Value::Ulong(3)));
    assert_eq!((read.properties, read.names), ("to".into(), Some("names")));
    assert!(message.decode::<hygiene::Octets<'_>>().is_err());
    let octets = hygiene::Octets { reader: Header::default(), entries: Some(b"o") };
    assert_eq!(octets.to_message_bytes().unwrap()[..4], *b"\x00\x53\x70\x45");
}
