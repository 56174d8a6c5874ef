//! Runs the checks of the fuzz targets on the corpus (`tests/fuzz/corpus`).
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "in its own package it is a library")]
mod checks;

use std::fs;
use std::panic::{self, RefUnwindSafe};
use std::path::{Path, PathBuf};

use amqp_net::proto::FrameWriter;
use amqp_tests::facts::Facts;
use amqp_tests::golden::{Golden, octets};
use amqp_types::messaging::Message;
use amqp_types::messaging::{Accepted, Source, Target};
use amqp_types::transport::{
    Attach, Begin, Close, DeliveryNumber, DeliveryTag, Detach, Disposition, End, Flow, Handle,
    Open, Performative, ProtocolHeader, Role, SequenceNo, Transfer, TransferNumber,
};
use amqp_types::{Decode, Descriptor, Encode, Value};

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// Runs the check of a target on its corpus.
fn kept(target: &str, check: impl Fn(&[u8]) + RefUnwindSafe) {
    let files: Vec<_> = fs::read_dir(corpus(target)).unwrap().map(|file| file.unwrap()).collect();
    assert!(!files.is_empty());
    for file in files {
        let octets = fs::read(file.path()).unwrap();
        let checked = panic::catch_unwind(|| check(&octets));
        assert!(checked.is_ok(), "{} breaks a rule", file.path().display());
    }
}

#[test]
fn a_value() {
    kept("value", checks::value);
}

#[test]
fn a_composite() {
    kept("composite", checks::composite);
}

#[test]
fn a_message() {
    kept("message", checks::message);
}

#[test]
fn a_frame() {
    kept("frame", checks::frame);
}

#[test]
fn a_stream() {
    kept("stream", checks::stream);
}

#[test]
fn a_connection() {
    kept("connection", checks::connection);
}

#[test]
fn a_round_trip() {
    kept("round_trip", checks::round_trip);
}

#[test]
fn each_composite_of_the_standard_is_checked() {
    let facts = Facts::of_the_standard();
    assert_eq!(checks::COMPOSITES.len(), facts.composites.len());
    for (ours, fact) in checks::COMPOSITES.iter().zip(&facts.composites) {
        let named = Descriptor::new(fact.descriptor.name, fact.descriptor.code);
        assert_eq!(ours.descriptor, named);
        assert_eq!(ours.fields, fact.fields.len(), "{}", fact.name);
    }
}

/// What a peer sends that opens a connection, a session and two links, exchanges messages, and closes it all.
fn seed_connections() {
    let attach = |role| {
        let mut attach = Attach::new("fuzz", Handle(0), role);
        attach.source = Some(Source::default().into());
        attach.target = Some(Target::default().into());
        attach.initial_delivery_count = Some(SequenceNo(0));
        attach
    };
    let settled = Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(0),
        last: Some(DeliveryNumber(5)),
        settled: true,
        state: Some(Accepted {}.into()),
        batchable: false,
    };
    let credit = Flow {
        next_incoming_id: Some(TransferNumber(0)),
        incoming_window: 100,
        handle: Some(Handle(0)),
        link_credit: Some(10),
        ..Flow::default()
    };
    let transfer = Transfer {
        handle: Handle(1),
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([1])),
        ..Transfer::default()
    };
    let bodies = [
        Open::new("peer").to_bytes(),
        Begin { remote_channel: Some(0), ..Begin::default() }.to_bytes(),
        attach(Role::Receiver).to_bytes(),
        Attach { handle: Handle(1), ..attach(Role::Sender) }.to_bytes(),
        credit.to_bytes(),
        transfer.clone().to_bytes(),
        Transfer { more: true, delivery_id: Some(DeliveryNumber(1)), ..transfer.clone() }
            .to_bytes(),
        Transfer { handle: Handle(1), ..Transfer::default() }.to_bytes(),
        settled.to_bytes(),
        Flow { drain: true, echo: true, ..Flow::default() }.to_bytes(),
        Detach { handle: Handle(1), closed: true, error: None }.to_bytes(),
        End::default().to_bytes(),
        Close::default().to_bytes(),
    ];
    for side in [0, 1] {
        let mut writer = FrameWriter::new(512);
        writer.buffer_mut().extend_from_slice(&[side, 200]);
        for (index, body) in bodies.iter().enumerate() {
            // The payload has a meaning only in a transfer.
            writer.relay(0, &[body.as_ref().unwrap(), &b"hello"[..]].concat()).unwrap();
            keep("connection", &format!("side-{side}"), index, writer.buffer_mut());
        }
    }
}

/// Afterwards, `cargo fuzz cmin TARGET` removes redundant inputs.
#[test]
#[ignore = "writes what fuzzing begins with"]
fn seed() {
    let frames: &[(Performative, &[u8])] = &[
        (Performative::Begin(Begin::default()), b""),
        (Performative::Transfer(Transfer::default()), &[0, 0x53, 0x75, 0xa0, 2, b'h', b'i']),
        (Performative::Close(Close::default()), b""),
    ];
    let mut writer = FrameWriter::new(512);
    writer.buffer_mut().extend_from_slice(&[5, 0]);
    for (channel, (performative, payload)) in (0..).zip(frames) {
        writer.amqp(channel, performative, payload).unwrap();
        writer.empty().unwrap();
        keep("stream", "frames", channel.into(), writer.buffer_mut());
    }
    keep("stream", "header", 0, &[&[9, 1], &ProtocolHeader::AMQP.to_bytes()[..]].concat());
    for (index, (size, doff)) in [(7, 2), (12, 1), (12, 3), (12, 4), (255, 2)].iter().enumerate() {
        let frame = [0, 0, 0, *size, *doff, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        keep("stream", "doff", index, &[&[7, 0], &frame[..]].concat());
    }

    seed_connections();
    for (index, Golden { name, form, octets }) in Golden::all().iter().enumerate() {
        let prefixed = |prefix: &[u8]| [prefix, octets].concat();
        if *form != "widest" {
            keep("composite", name, index, &prefixed(&[60]));
        }
        if ["full", "symbolic"].contains(form) {
            keep("value", name, index, octets);
            let sasl = u8::from(name.starts_with("sasl"));
            keep("frame", name, index, &prefixed(&[sasl, 1]));
            let size = u8::try_from(octets.len() + 8).ok();
            if let Some(size) = size {
                let header = [3, 0, 0, 0, 0, size, 2, sasl, 0, 0];
                keep("stream", name, index, &prefixed(&header));
            }
        }
    }
    for (index, hex) in VALUES.iter().enumerate() {
        let octets = octets(hex);
        assert!(Value::from_bytes(&octets).is_ok(), "{hex}");
        keep("value", "value", index, &octets);
    }
    for (index, hex) in MESSAGES.iter().enumerate() {
        let octets = octets(hex);
        Message::from_bytes(&octets).expect(hex);
        keep("message", "message", index, &octets);
    }
    let mut state = 1_u32;
    for kind in 0..64 {
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        let octets: Vec<u8> = std::iter::once(kind).chain(random.take(400)).collect();
        keep("round_trip", "random", kind.into(), &octets);
    }
}

fn keep(target: &str, name: &str, index: usize, octets: &[u8]) {
    let to = corpus(target);
    fs::create_dir_all(&to).unwrap();
    fs::write(to.join(format!("{name}-{index}")), octets).unwrap();
}

/// Returns values in each format, and nested compounds, arrays and descriptors.
const VALUES: &[&str] = &[
    "40",
    "41",
    "42",
    "56 01",
    "50 07",
    "60 0102",
    "70 01020304",
    "52 07",
    "43",
    "80 0102030405060708",
    "53 07",
    "44",
    "51 ff",
    "61 ff00",
    "71 ff000000",
    "54 ff",
    "81 ff00000000000000",
    "55 ff",
    "72 3f800000",
    "82 3ff0000000000000",
    "74 32800001",
    "84 31c0000000000001",
    "94 30400000000000000000000000000001",
    "73 0001f600",
    "83 0000013a9b000000",
    "98 000102030405060708090a0b0c0d0e0f",
    "a0 02 0102",
    "b0 00000002 0102",
    "a1 03 c3a974",
    "b1 00000003 c3a974",
    "a3 01 61",
    "b3 00000001 61",
    "45",
    "c0 05 03 40 52 07 41",
    "d0 00000008 00000003 40 52 07 41",
    "c1 07 04 a3 01 61 40 41 42",
    "d1 0000000a 00000004 a3 01 61 40 41 42",
    "e0 04 02 50 01 02",
    "f0 00000007 00000002 50 01 02",
    "e0 02 09 43",
    "e0 0a 02 e0 04 02 50 01 02 02 00 40",
    "e0 09 02 00 53 24 c0 01 00 01 00",
    "e0 07 02 a3 01 61 02 62 63",
    "00 53 77 a1 02 6869",
    "00 80 0000468c00000004 00 a3 01 61 c0 03 02 41 42",
    "00 00 a3 01 61 40 c1 05 02 45 c0 01 00",
];

/// Returns messages with each kind of body, with all sections and with few.
const MESSAGES: &[&str] = &[
    "00 53 75 a0 02 6869",
    "00 53 75 a0 02 6869 00 53 75 a0 01 21",
    "00 53 76 c0 03 02 41 42 00 53 76 45",
    "00 53 77 a1 02 6869",
    "00 53 77 00 53 24 45",
    "00 53 70 c00b0541500970000000014143
     00 53 71 c10602a301615207
     00 53 72 c10704530140a30041
     00 53 73 c01c065307a00101a10161404098000102030405060708090a0b0c0d0e0f
     00 53 74 c10804a1016141a10043
     00 53 77 40
     00 53 78 c10804a1016141530140",
    "00 a3 10 616d71703a6865616465723a6c697374 45 00 80 0000000000000075 b0 00000001 00",
    "00 53 73 c0180698000102030405060708090a0b0c0d0e0f40404040a100 00 53 76 45",
];
