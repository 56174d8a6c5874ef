//! Values that are encoded and decoded again.

use std::fmt::Debug;

use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
use amqp_types::messaging::Message;
use amqp_types::{Bytes, DecodeOwned, Encode, Value};

use super::made::{Content, Octets};
use super::typed::encoded;

/// Checks that a value, which is generated from the octets, is equal after it is encoded and decoded.
pub fn round_trip(octets: &[u8]) {
    let mut octets = Octets::new(octets);
    match octets.octet() % 16 {
        0..5 => same(&octets.value()),
        5 => same(&octets.open()),
        6 => same(&octets.attach()),
        7 => same(&octets.flow()),
        8 => same(&octets.transfer()),
        9 => same(&octets.lifetime_policy()),
        10..12 => frames(octets),
        12 => sasl_frame(octets),
        _ => message(octets),
    }
}

fn same<T: Encode + DecodeOwned + PartialEq + Debug>(value: &T) {
    let octets = encoded(value);
    assert_eq!(T::from_bytes(&octets).as_ref(), Ok(value));
    assert_eq!(T::from_shared(&octets).as_ref(), Ok(value));
    let any = Value::from_encode(value).expect("a value of some type");
    assert_eq!(encoded(&any), octets);
    assert_eq!(any.to_type().as_ref(), Ok(value));
}

/// Writes frames into one buffer, and splits them again.
fn frames(mut octets: Octets<'_>) {
    let mut bodies = Vec::new();
    for _ in 0..=octets.octet() % 4 {
        let performative = octets.performative();
        same(&performative);
        let payload = match octets.octet() {
            0..128 => Bytes::new(),
            _ => octets.message().0.to_bytes().expect("nothing here is so long"),
        };
        let channel = u16::from(octets.octet()) << 8 | 7;
        bodies.push(FrameBody::Amqp { channel, performative, payload });
    }
    let mut writer = FrameWriter::new(u32::MAX);
    for body in &bodies {
        if let FrameBody::Amqp { channel, performative, payload } = body {
            writer.amqp(*channel, performative, payload).expect("no frame is so large");
            writer.empty().expect("no frame is so large");
        }
    }
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&writer.split());
    for body in bodies {
        for expected in [body, FrameBody::Empty { channel: 0 }] {
            let frame = splitter.poll_frame().expect("a frame").expect("the whole frame");
            assert_eq!(frame.decode(), Ok(expected));
        }
    }
    assert!(!splitter.is_inside_frame());
}

fn sasl_frame(mut octets: Octets<'_>) {
    let body = octets.sasl();
    same(&body);
    let mut writer = FrameWriter::new(u32::MAX);
    writer.sasl(&body).expect("no frame is so large");
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&writer.split());
    let frame = splitter.poll_frame().expect("a frame").expect("the whole frame");
    assert_eq!(frame.decode(), Ok(FrameBody::Sasl(body)));
}

fn message(mut octets: Octets<'_>) {
    let (message, content) = octets.message();
    let written = message.to_bytes().expect("nothing here is so long");
    let read = Message::from_shared(&written).expect("a message");
    assert_eq!(read.to_bytes(), Ok(written));
    assert_eq!(read.body.kind(), message.body.kind());
    for body in [&read.body, &message.body] {
        match &content {
            Content::None => assert!(body.is_null()),
            Content::Data(octets) => assert_eq!(body.to_data().as_ref(), Ok(octets)),
            Content::Sequence(values) => assert_eq!(body.to_sequence().as_ref(), Ok(values)),
            Content::Value(value) => assert_eq!(body.to_value().as_ref(), Ok(value)),
        }
    }
    assert_eq!(Message { body: message.body.clone(), ..read }, message);
}
