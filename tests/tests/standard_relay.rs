//! A node that relays frames and messages sends the octets that it received, in any encoding.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
use amqp_tests::golden::octets;
use amqp_types::messaging::{
    Accepted, AnnotationKey, Body, BodyKind, DeliveryState, EncodedMessage, Header, Message,
    MessageAnnotations, MessageRef, Properties, Source, Target,
};
use amqp_types::transport::{
    Attach, DeliveryNumber, DeliveryTag, Disposition, Flow, Handle, Performative, Role, Transfer,
};
use amqp_types::{Bytes, Encode, Symbol, Value};

/// Returns a described list in its widest encoding: symbolic descriptor, list32.
fn wide(name: &str, count: u32, fields: &[u8]) -> Vec<u8> {
    let mut octets = vec![0x00, 0xa3, u8::try_from(name.len()).unwrap()];
    octets.extend(name.as_bytes());
    octets.push(0xd0);
    octets.extend(u32::try_from(4 + fields.len()).unwrap().to_be_bytes());
    octets.extend(count.to_be_bytes());
    octets.extend(fields);
    octets
}

/// Returns the octets of a frame.
fn frame(channel: u16, body: &[u8]) -> Bytes {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.relay(channel, body).unwrap();
    frames.split()
}

/// Reads, decodes and sends a frame, as a relay does.
fn relayed(octets: &[u8]) -> (FrameBody<Bytes>, Bytes) {
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(octets);
    let frame = splitter.poll_frame().unwrap().unwrap();
    let body = frame.decode().unwrap();
    let mut frames = FrameWriter::new(u32::MAX);
    frames.relay(frame.header.channel, &frame.body).unwrap();
    (body, frames.split())
}

#[test]
fn an_attach_is_relayed_unchanged() {
    // name "l", handle 0 in four octets, role receiver in two, and nulls written out.
    let fields = b"\xb1\0\0\0\x01l\x70\0\0\0\0\x56\x01\x40\x40\x40";
    let octets = frame(3, &wide("amqp:attach:list", 6, fields));
    let (body, sent) = relayed(&octets);
    assert_eq!(sent, octets);
    let FrameBody::Amqp { channel: 3, performative: Performative::Attach(attach), payload } = body
    else {
        panic!("{body:?}");
    };
    assert_eq!(attach, Attach::new("l", Handle(0), Role::Receiver));
    assert!(payload.is_empty());
}

#[test]
fn our_encoding_of_an_attach_is_stable() {
    let attach = Attach {
        source: Some(Source { address: Some("from".into()), ..Source::default() }.into()),
        target: Some(Target { address: Some("to".into()), ..Target::default() }.into()),
        ..Attach::new("link", Handle(1), Role::Sender)
    };
    let octets = frame(0, &attach.to_bytes().unwrap());
    let (body, sent) = relayed(&octets);
    assert_eq!(sent, octets);
    let FrameBody::Amqp { performative, .. } = body else { panic!("{body:?}") };
    assert_eq!(performative.to_bytes().unwrap(), attach.to_bytes().unwrap());
}

/// Returns a message whose sections have unusual encodings.
fn wasteful(body: &[u8]) -> Bytes {
    let header = wide("amqp:header:list", 5, b"\x56\x01\x50\x04\x40\x42\x70\0\0\0\0");
    // A descriptor of eight octets, and a map32 of one entry.
    let annotations = [
        b"\x00\x80\0\0\0\0\0\0\0\x72\xd1".as_slice(),
        b"\0\0\0\x0e\0\0\0\x02\xb3\0\0\0\x03x-a\x56\x01",
    ]
    .concat();
    let properties = wide("amqp:properties:list", 1, b"\xb1\0\0\0\x02id");
    let application = b"\x00\x53\x74\xc1\x06\x02\xa1\x01k\x52\x05";
    let footer = b"\x00\x53\x78\xc1\x06\x02\xa3\x01f\x52\x05";
    [&header[..], &annotations, &properties, application, body, footer].concat().into()
}

#[test]
fn messages_with_each_kind_of_body_are_relayed_unchanged() {
    let bodies: [(BodyKind, &[u8]); 5] = [
        (BodyKind::Data, b"\x00\x80\0\0\0\0\0\0\0\x75\xb0\0\0\0\x02ab"),
        (BodyKind::Data, b"\x00\x53\x75\xa0\x01a\x00\x53\x75\xa0\x01b"),
        (BodyKind::Sequence, b"\x00\x53\x76\xd0\0\0\0\x06\0\0\0\x01\x56\x01"),
        (BodyKind::Value, b"\x00\x53\x77\xb1\0\0\0\x01v"),
        // A body that cannot be decoded: a truncated array of uints.
        (BodyKind::Value, b"\x00\x53\x77\xe0\x04\x02\x70\0\0"),
    ];
    let transfer = Transfer {
        handle: Handle(7),
        delivery_tag: Some(DeliveryTag::from_static(b"tag")),
        ..Transfer::default()
    };
    for (kind, body) in bodies {
        let message = wasteful(body);
        let octets = frame(1, &[&transfer.to_bytes().unwrap()[..], &message].concat());
        let (body, sent) = relayed(&octets);
        assert_eq!(sent, octets);
        let FrameBody::Amqp { performative, payload, .. } = body else { panic!("{body:?}") };
        assert_eq!(performative, Performative::Transfer(transfer.clone()));

        let encoded = EncodedMessage::new(payload).unwrap();
        assert_eq!(encoded.octets(), &message);
        assert_eq!(encoded.body().kind(), kind);
        assert_eq!(encoded.header().unwrap(), Some(Header { durable: true, ..Header::default() }));
        let annotations = encoded.message_annotations().unwrap().unwrap();
        let key = AnnotationKey::Symbol(Symbol::from_static("x-a"));
        assert_eq!(annotations.get(&key), Some(&Value::Boolean(true)));

        // The next hop receives another header. The rest is unchanged.
        let header = Header { delivery_count: 1, ..encoded.header().unwrap().unwrap() };
        let next = encoded.with_header(Some(&header)).unwrap();
        assert_eq!(next.header().unwrap(), Some(header));
        assert_eq!(next.bare(), encoded.bare());
        assert!(message.ends_with(&next.octets()[next.octets().len() - encoded.bare().len()..]));
        let marked = next.with_message_annotations(None).unwrap();
        assert_eq!(marked.message_annotations().unwrap(), None);
        assert_eq!(marked.bare(), encoded.bare());
        let marks = MessageAnnotations::default();
        assert_eq!(marked.with_message_annotations(Some(&marks)).unwrap().bare(), encoded.bare());
    }
}

#[test]
fn a_body_that_cannot_be_decoded_does_not_affect_the_sections() {
    let encoded = EncodedMessage::new(wasteful(b"\x00\x53\x77\xe0\x04\x02\x70\0\0")).unwrap();
    let message = encoded.to_message().unwrap();
    assert_eq!(message.properties.unwrap().message_id, Some("id".into()));
    assert!(message.body.to_value::<Value>().is_err());
}

/// The end of such a body is unknown, so it includes everything that follows.
#[test]
fn a_body_with_wrong_sizes_does_not_affect_the_sections_before_it() {
    let properties = Properties { message_id: Some("id".into()), ..Properties::default() };
    let properties = properties.to_bytes().unwrap();
    for body in [
        "005377",
        "005377ff",
        "005377a10561",
        "00537700",
        "0080000000000000007700",
        "005375a005",
        "005376c0ff",
    ] {
        let octets = Bytes::from([&properties[..], &octets(body)].concat());
        let encoded = EncodedMessage::new(octets.clone()).unwrap();
        assert_eq!(encoded.octets(), &octets);
        let message = encoded.to_message().unwrap();
        assert_eq!(message.properties.as_ref().unwrap().message_id, Some("id".into()));
        let errors = [
            message.body.to_value::<Value>().unwrap_err(),
            message.body.to_data().unwrap_err(),
            message.body.to_sequence().unwrap_err(),
        ];
        assert!(errors.iter().any(|error| !error.to_string().starts_with("the body ")));
        let marked = encoded.with_header(Some(&Header::default())).unwrap();
        assert_eq!(marked.bare(), encoded.bare());
        let again = Message::from_shared(&message.to_bytes().unwrap()).unwrap();
        assert_eq!(again, message);
        let borrowed = MessageRef::from_bytes(&octets).unwrap();
        assert_eq!(borrowed.decode(), Ok(message));
    }
    // A footer after the body is part of it. An invalid footer is an error.
    let octets = octets("005377a10161 005378 c1");
    let error = EncodedMessage::new(octets.into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Message.footer: the octets end before the value does (octet 10)"
    );
}

#[test]
fn sections_are_in_order_and_appear_once() {
    let header = Header::default().to_bytes().unwrap();
    let properties = Properties::default().to_bytes().unwrap();
    let value = Message { body: Body::value("v"), ..Message::default() }.to_bytes().unwrap();
    let data = Message { body: Body::Data(Bytes::new()), ..Message::default() }.to_bytes().unwrap();
    let cases: [(&[&[u8]], &str); 8] = [
        (&[&header, &header], "Message.header: the section appears twice (octet 4)"),
        (&[&properties, &header], "Message.header: the section is out of order (octet 4)"),
        (&[&value, &value], "Message.amqp-value: a body has one amqp-value section (octet 6)"),
        (&[&value, &data], "Message.data: a body consists of sections of one kind (octet 6)"),
        (&[b"\x45"], "a message consists of sections, and this is not one (octet 0)"),
        (&[b"\x00\x53\x70\xff"], "Message.header: no encoding has the format code 0xff (octet 3)"),
        (&[b"\x00\x53\x70"], "Message.header: the octets end before the value does (octet 3)"),
        (
            &[b"\x00\x53\x73\xc0\x09\x00"],
            "Message.properties: the size or count exceeds the octets that remain (octet 4)",
        ),
    ];
    for (sections, sentence) in cases {
        let error = EncodedMessage::new(sections.concat().into()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
    let wrong =
        EncodedMessage::new(Bytes::from_static(b"\x00\x53\x73\xc0\x03\x01\x50\x01")).unwrap();
    assert_eq!(
        wrong.properties().unwrap_err().to_string(),
        "Message.properties.message-id: expected ulong or uuid or binary or string, found \
         ubyte (octet 6)"
    );
}

#[test]
fn transfers_flows_and_dispositions_are_decoded_without_allocation() {
    let transfer = Transfer {
        handle: Handle(1),
        delivery_id: Some(DeliveryNumber(12_345)),
        delivery_tag: Some(DeliveryTag::from_static(b"tag")),
        state: Some(DeliveryState::Accepted(Accepted {})),
        ..Transfer::default()
    };
    let flow = Flow { handle: Some(Handle(1)), link_credit: Some(100), ..Flow::default() };
    let disposition = Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(1),
        last: Some(DeliveryNumber(9)),
        settled: true,
        state: Some(DeliveryState::Accepted(Accepted {})),
        batchable: false,
    };
    let mut frames = FrameWriter::new(512);
    frames.amqp(0, &transfer, b"payload").unwrap();
    frames.amqp(0, &flow, b"").unwrap();
    frames.amqp(0, &disposition, b"").unwrap();
    let mut splitter = FrameSplitter::new(512);
    splitter.handle_input(&frames.split());
    let mut seen = 0;
    while let Some(frame) = splitter.poll_frame().unwrap() {
        // The first clone of the octets allocates their reference count.
        let keep = frame.body.clone();
        let cost = allocation_counter::measure(|| {
            let decoded = frame.decode().unwrap();
            assert!(matches!(decoded, FrameBody::Amqp { .. }));
        });
        assert_eq!(cost.count_total, 0, "{frame:?}");
        drop(keep);
        seen += 1;
    }
    assert_eq!(seen, 3);
}
