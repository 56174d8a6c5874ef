//! Encodings of frames that are less usual, and some that the standard does not allow.

use amqp_types::known::KnownType;

use super::helpers::{credit, scripted, updated};
use super::pipelining::{conversation, react};
use super::*;

/// Replaces the descriptors in a value by the symbols that stand for them.
fn symbolic(value: Value) -> Value {
    match value {
        Value::Described(described) => {
            let known = KnownType::of(&described.descriptor).unwrap();
            let name = Symbol::from_static(known.descriptor().name().unwrap());
            Value::described(Value::Symbol(name), symbolic(described.value))
        }
        Value::List(items) => Value::List(items.into_iter().map(symbolic).collect()),
        other => other,
    }
}

#[test]
fn a_peer_that_writes_symbols_for_all_descriptors_is_understood() {
    let now = Instant::now();
    let (mut usual, mut other) =
        (Connection::server(settings(), now), Connection::server(settings(), now));
    for part in conversation(now) {
        let mut splitter = FrameSplitter::new(u32::MAX);
        splitter.handle_input(&part);
        let mut frames = FrameWriter::new(u32::MAX);
        while let Some(frame) = splitter.poll_frame().unwrap() {
            let FrameBody::Amqp { channel, performative, payload } = frame.decode().unwrap() else {
                continue;
            };
            let value = Value::from_encode(&performative).unwrap();
            frames.amqp(channel, &symbolic(value), &payload).unwrap();
        }
        let octets = frames.split();
        assert!(octets.windows(5).any(|part| part == b"amqp:") && octets.len() > part.len());
        assert!(react(&mut other, now, &[&octets]) == react(&mut usual, now, &[&part]));
    }
    assert!(usual.is_over() && other.is_over());
}

#[test]
fn the_info_of_an_error_may_have_strings_as_keys_and_is_written_with_symbols() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let sent = client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    let info = Map::from_iter([(Value::from("x-key"), Value::from("why"))]);
    let condition = Value::Symbol(Symbol::from_static("amqp:invalid-field"));
    let error = vec![condition, Value::from("bad"), Value::Map(info)];
    let error = Value::described(Value::Ulong(0x1d), Value::List(error));
    let rejected = Value::described(Value::Ulong(0x25), Value::List(vec![error]));
    let fields =
        vec![Value::Boolean(true), Value::Uint(0), Value::Null, Value::Boolean(true), rejected];
    let disposition = Value::described(Value::Ulong(0x15), Value::List(fields));
    client.handle_input(now, &mut &*frame(0, &disposition));
    let (id, state, is_settled) = updated(&mut client);
    let Some(DeliveryState::Rejected(rejected)) = state else { panic!("{state:?}") };
    assert_eq!((id, is_settled), (sent, true));
    let key = Symbol::from_static("x-key");
    let info = rejected.error.as_ref().unwrap().info.as_ref().unwrap();
    assert_eq!(info.0.get(&key), Some(&Value::from("why")));
    // The same error from this side.
    let octets = rejected.to_bytes().unwrap();
    let symbol = b"\xa3\x05x-key";
    assert!(octets.windows(symbol.len()).any(|part| part == symbol), "{octets:x?}");
}
