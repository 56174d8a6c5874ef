use amqp_types::messaging::{Accepted, DeliveryState, Rejected, Source, Target};
use amqp_types::security::{
    SaslChallenge, SaslCode, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
use amqp_types::transport::{
    AmqpError, Attach, Begin, Close, DeliveryNumber, DeliveryTag, Detach, Disposition, End, Error,
    Flow, Handle, Open, Role, SequenceNo, Transfer, TransferNumber,
};
use amqp_types::value::{ArrayValue, DescribedValue};
use amqp_types::{Encode, MandatoryMultiple, Map, Primitive, Symbol, Timestamp, Value};
use bytes::Bytes;

use super::*;
use crate::proto::FrameWriter;

const AMQP: &[u8] = b"AMQP\x00\x01\x00\x00";
const SASL: &[u8] = b"AMQP\x03\x01\x00\x00";

/// Returns the lines of octets that arrive in these parts.
fn lines<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let (mut trace, mut lines) = (Trace::new(), Vec::new());
    for part in parts {
        trace.handle_input(part, |line| lines.push(line.to_string()));
    }
    lines
}

/// Returns the lines of octets, which must be the same for each part at which they can be cut.
fn lines_of(octets: &[u8]) -> Vec<String> {
    let whole = lines([octets]);
    for at in 0..=octets.len() {
        let (before, after) = octets.split_at(at);
        assert_eq!(lines([before, after]), whole, "cut at {at}");
    }
    assert_eq!(lines(octets.chunks(1)), whole);
    whole
}

fn sasl(body: &impl Encode) -> Vec<u8> {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.sasl(body).unwrap();
    frames.split().to_vec()
}

fn amqp(channel: u16, body: &impl Encode, payload: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.amqp(channel, body, payload).unwrap();
    frames.split().to_vec()
}

/// Returns the one line of a performative.
fn line(body: &impl Encode) -> String {
    let [header, line] = lines_of(&[AMQP, &amqp(0, body, b"")].concat()).try_into().unwrap();
    assert_eq!(header, "header AMQP 1.0.0");
    line.strip_prefix("channel 0: ").unwrap().to_owned()
}

fn disposition(role: Role) -> Disposition {
    let first = DeliveryNumber(0);
    Disposition { role, first, last: None, settled: false, state: None, batchable: false }
}

fn described(descriptor: Value, value: Value) -> Value {
    Value::Described(Box::new(DescribedValue { descriptor, value }))
}

#[test]
fn each_header_and_each_frame_is_a_line() {
    let init = SaslInit {
        mechanism: Symbol::from_static("PLAIN"),
        initial_response: Some(Bytes::from_static(b"\0guest\0secret")),
        hostname: Some("localhost".into()),
    };
    let open =
        Open { hostname: Some("localhost".into()), max_frame_size: 131_072, ..Open::new("client") };
    let begin = Begin { incoming_window: 2048, outgoing_window: 2048, ..Begin::default() };
    let attach = Attach {
        source: Some(Source::default().into()),
        target: Some(Target::new("queue").into()),
        initial_delivery_count: Some(SequenceNo(0)),
        ..Attach::new("link", Handle(0), Role::Sender)
    };
    let flow = Flow {
        incoming_window: 2048,
        next_outgoing_id: TransferNumber(1),
        outgoing_window: 2048,
        handle: Some(Handle(0)),
        delivery_count: Some(SequenceNo(0)),
        link_credit: Some(10),
        ..Flow::default()
    };
    let transfer = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from_static(b"\0\x01\xfe\xff")),
        ..Transfer::default()
    };
    let disposition = Disposition {
        settled: true,
        state: Some(DeliveryState::Accepted(Accepted {})),
        ..disposition(Role::Receiver)
    };
    let error = Error::new(AmqpError::NotFound, "no such\nqueue");
    let detach = Detach { closed: true, error: Some(error), ..Detach::default() };
    let octets = [
        SASL,
        &sasl(&init),
        AMQP,
        &amqp(0, &open, b""),
        &amqp(7, &begin, b""),
        &amqp(7, &attach, b""),
        &amqp(7, &flow, b""),
        &amqp(7, &transfer, b"message"),
        &amqp(7, &disposition, b""),
        b"\0\0\0\x08\x02\0\0\0",
        &amqp(7, &detach, b""),
        &amqp(7, &End::default(), b""),
        &amqp(0, &Close::default(), b""),
    ]
    .concat();
    assert_eq!(
        lines_of(&octets),
        [
            "header SASL 1.0.0",
            "sasl-init {mechanism: \"PLAIN\", initial-response: 13 octets, hostname: \"localhost\"}",
            "header AMQP 1.0.0",
            "channel 0: open {container-id: \"client\", hostname: \"localhost\", max-frame-size: 131072}",
            "channel 7: begin {next-outgoing-id: 0, incoming-window: 2048, outgoing-window: 2048}",
            "channel 7: attach {name: \"link\", handle: 0, role: sender, source: source, \
             target: target {address: \"queue\"}, initial-delivery-count: 0}",
            "channel 7: flow {incoming-window: 2048, next-outgoing-id: 1, outgoing-window: 2048, \
             handle: 0, delivery-count: 0, link-credit: 10}",
            "channel 7: transfer {handle: 0, delivery-id: 0, delivery-tag: 0x0001feff}, \
             payload of 7 octets",
            "channel 7: disposition {role: receiver, first: 0, settled: true, state: accepted}",
            "channel 0: empty frame (heartbeat)",
            "channel 7: detach {handle: 0, closed: true, error: error {condition: \
             \"amqp:not-found\", description: \"no such\\nqueue\"}}",
            "channel 7: end",
            "channel 0: close",
        ],
    );
}

#[test]
fn of_what_a_mechanism_says_only_the_length_is_shown() {
    let secret = Bytes::from_static(b"secret");
    let mechanisms = MandatoryMultiple::new(
        Symbol::from_static("PLAIN"),
        [Symbol::from_static("SCRAM-SHA-256")],
    );
    let octets = [
        SASL,
        &sasl(&SaslMechanisms { sasl_server_mechanisms: mechanisms }),
        &sasl(&SaslChallenge { challenge: secret.clone() }),
        &sasl(&SaslResponse { response: secret.clone() }),
        &sasl(&SaslResponse { response: secret.slice(..1) }),
        &sasl(&SaslOutcome { code: SaslCode::Ok, additional_data: Some(secret.clone()) }),
        AMQP,
    ]
    .concat();
    assert_eq!(
        lines_of(&octets),
        [
            "header SASL 1.0.0",
            "sasl-mechanisms {sasl-server-mechanisms: [\"PLAIN\", \"SCRAM-SHA-256\"]}",
            "sasl-challenge {challenge: 6 octets}",
            "sasl-response {response: 6 octets}",
            "sasl-response {response: 1 octet}",
            "sasl-outcome {code: ok, additional-data: 6 octets}",
            "header AMQP 1.0.0",
        ],
    );

    // A frame that breaks the rules of its type is not shown at all.
    for frame in [&b"\0\0\0\x18\x02\x01\0\0\0\x53\x43\xc0\x0b\x01\xa1\x08password"[..], &{
        let mut amqp = sasl(&SaslResponse { response: Bytes::from_static(b"password") });
        amqp[5] = 0;
        amqp
    }] {
        let lines = lines_of(&[SASL, frame].concat());
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with("; the trace of this direction ends here"), "{lines:?}");
        assert!(!lines[1].contains("password"), "{lines:?}");
    }
    let octets = [SASL, &sasl(&SaslResponse { response: secret })].concat();
    Trace::new().handle_input(&octets, |line| {
        assert_eq!(format!("{line:?}"), format!("TraceLine({line})"));
    });
}

#[test]
fn texts_of_the_peer_are_escaped() {
    let open = Open::new("\u{1b}[2J\r\n\"\u{202e}\u{e9}");
    assert_eq!(line(&open), "open {container-id: \"\\u{1b}[2J\\r\\n\\\"\\u{202e}\u{e9}\"}",);
    let error = Error::new(Symbol::from_static("x:\ny"), "");
    let rejected = Rejected { error: Some(error.into()) };
    let disposition =
        Disposition { state: Some(DeliveryState::Rejected(rejected)), ..disposition(Role::Sender) };
    assert_eq!(
        line(&disposition),
        "disposition {role: sender, first: 0, \
         state: rejected {error: error {condition: \"x:\\ny\", description: \"\"}}}",
    );
}

#[test]
fn values_of_any_type_fit_in_a_line() {
    let symbol = |name| Value::Symbol(Symbol::from_static(name));
    let numbers = ArrayValue::new(Primitive::Uint, vec![Value::Uint(1), Value::Uint(2)]).unwrap();
    let codes = vec![symbol("x:code"), Value::Ulong(0x24)];
    let items = vec![Value::List(Vec::new())];
    let accepted = ArrayValue::described(codes, Primitive::List, items).unwrap();
    let nested = Map::from_iter([(Value::Boolean(true), Value::Null)]);
    let entries = [
        (Value::Ubyte(1), "1"),
        (Value::Ushort(2), "2"),
        (Value::Ulong(3), "3"),
        (Value::Byte(-1), "-1"),
        (Value::Short(-2), "-2"),
        (Value::Int(-3), "-3"),
        (Value::Long(-4), "-4"),
        (Value::Float(f32::NAN), "NaN"),
        (Value::Double(1.0), "1.0"),
        (Value::Char('\u{7}'), "'\\u{7}'"),
        (Value::Timestamp(Timestamp(-5)), "-5"),
        (Value::Binary(Bytes::new()), "0 octets"),
        (Value::Binary(Bytes::from_static(&[0xab; 2])), "0xabab"),
        (Value::Binary(Bytes::from_static(&[0; 33])), "33 octets"),
        (Value::from("text"), "\"text\""),
        (symbol("symbol"), "\"symbol\""),
        (Value::List(vec![Value::Null, Value::List(Vec::new())]), "[null, []]"),
        (Value::Map(nested), "{true: null}"),
        (Value::Array(Box::new(numbers)), "[1, 2]"),
        (
            Value::Array(Box::new(accepted)),
            "[[]] each described by \"x:code\" each described by 0x24 (accepted)",
        ),
        (described(Value::Ulong(0x1234), Value::Uint(5)), "5 described by 0x1234"),
        (described(symbol("x:y"), Value::Uint(5)), "5 described by \"x:y\""),
        (described(symbol("amqp:data:binary"), Value::Uint(5)), "data 5"),
        (described(Value::Ulong(0x24), Value::List(Vec::new())), "accepted"),
        (
            described(Value::Ulong(0x24), Value::List(vec![Value::Uint(5)])),
            "accepted {no field of the standard: 5}",
        ),
    ];
    for (value, expected) in entries {
        let properties = Map::from_iter([(symbol("key"), value)]);
        let mut fields = vec![Value::from("client")];
        fields.resize(9, Value::Null);
        fields.push(Value::Map(properties));
        assert_eq!(
            line(&described(Value::Ulong(0x10), Value::List(fields))),
            format!("open {{container-id: \"client\", properties: {{\"key\": {expected}}}}}"),
        );
    }
}

#[test]
fn octets_that_cannot_be_decoded_end_the_trace() {
    let open = amqp(0, &Open::new("client"), b"");
    let end = "the trace of this direction ends here";
    for (octets, expected) in [
        (&b"GET / HTTP/1.1\r\n"[..], "octets that are not a protocol header"),
        (b"AMQ/", "octets that are not a protocol header"),
        (
            b"AMQP\x00\x01\x00\x00\0\0\0\x07\x02\0\0\0",
            "the frame header announces 7 octets, fewer than the 8 of the header itself",
        ),
        (
            b"AMQP\x00\x01\x00\x00\0\0\0\x08\x03\0\0\0",
            "the body of a frame of 8 octets cannot begin at octet 12",
        ),
        (
            b"AMQP\x00\x01\x00\x00\0\0\0\x08\x02\x05\0\0",
            "unknown frame type 5: 0 is AMQP, 1 is SASL",
        ),
        (b"AMQP\x03\x01\x00\x00\0\0\0\x08\x02\x01\0\0", "a SASL frame must have a body"),
        (
            &[AMQP, &sasl(&SaslResponse { response: Bytes::new() })].concat(),
            "a SASL frame after the AMQP header",
        ),
        (&[SASL, &open].concat(), "an AMQP frame during the SASL exchange"),
        (
            b"AMQP\x00\x01\x00\x00\0\0\0\x0b\x02\0\0\0\0\x53\x10",
            "cannot decode the body of a frame: the octets end before the value does (octet 3)",
        ),
    ] {
        let lines = lines_of(&[octets, &open].concat());
        assert_eq!(*lines.last().unwrap(), format!("{expected}; {end}"), "{octets:02x?}");
        assert!(lines.len() <= 2, "{lines:?}");
    }
    // The header of another protocol is a header, and nothing is known of what follows it.
    let lines = lines_of(b"AMQP\x00\x00\x09\x01\x01\0\0\0\0\0\x05\0\x0a");
    assert_eq!(lines, ["header AMQP 0.9.1"]);
}
