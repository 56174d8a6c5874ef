//! The rules of types, frames, messages and streams: a violation is an error at the right octet.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use common::octets::{composite, frame, list, map};
use common::{Run, run};
use serde_json::Value;

/// Returns the kind, octet and message of the error in the output.
fn error(seen: &Run) -> (String, u64, String) {
    let line: Value = serde_json::from_str(&seen.stdout).unwrap();
    let error = &line["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_else(|| panic!("{line}")).to_owned();
    (text("kind"), error["at"].as_u64().unwrap(), text("message"))
}

/// Checks that inputs fail as this kind. A case has the input, the kind of the error, its octet and the
/// start of its message.
fn refused(kind: &str, cases: &[(&str, &str, u64, &str)]) {
    for &(octets, name, at, path) in cases {
        let seen = run(&["decode", "--json", "--as", kind, octets]);
        assert_eq!(seen.code, Some(1), "{octets}: {}", seen.stdout);
        let (seen_name, seen_at, message) = error(&seen);
        assert_eq!((seen_name.as_str(), seen_at), (name, at), "{octets}: {message}");
        assert!(message.starts_with(path), "{octets}: {message}");
        // The text output has the same error.
        let text = run(&["decode", "--as", kind, octets]);
        assert_eq!(text.code, Some(1));
        assert!(text.stderr.starts_with(&format!("error[{name}]: {message}\n")), "{}", text.stderr);
    }
}

#[test]
fn types() {
    let attach = ["a10161", "43", "41"];
    let source = |fields: &[&str]| {
        let source = composite(0x28, fields);
        composite(0x12, &[&attach[..], &["40", "40", &source]].concat())
    };
    let no_filter = source(&["40", "40", "40", "40", "40", "40", "40", &map(&["a10178", "40"])]);
    let mode = composite(0x12, &[&attach[..], &["5003"]].concat());
    let long = "01".repeat(33);
    refused(
        "type",
        &[
            ("", "unexpected-end", 0, ""),
            ("43", "unknown-type", 0, "the descriptor names the type, and this uint has none"),
            ("00531c45", "unknown-type", 0, "unknown descriptor ulong 0x1c"),
            ("00a30178 45", "unknown-type", 0, "unknown descriptor symbol \"x\""),
            ("00521045", "unknown-type", 0, "a descriptor must be a symbol or a ulong"),
            ("00531045", "missing-field", 4, "Open.container-id: "),
            (&composite(0x10, &["40"]), "missing-field", 6, "Open.container-id: "),
            (&composite(0x10, &["5207"]), "unexpected-type", 6, "Open.container-id: expected str"),
            ("00531040", "unexpected-type", 3, "Open: expected list, found null"),
            (&composite(0x12, &["a10161", "43", "5000"]), "unexpected-type", 10, "Attach.role: "),
            (&mode, "unknown-choice", 12, "Attach.snd-settle-mode: "),
            (&source(&["40", "5203"]), "unknown-choice", 21, "Attach.source.durable: "),
            (&source(&["40", "40", "a30178"]), "unknown-choice", 22, "Attach.source.expiry-pol"),
            (&no_filter, "unexpected-type", 29, "Attach.source.filter: expected symbol, found str"),
            (
                &composite(0x17, &[&composite(0x1d, &["a10178"])]),
                "unexpected-type",
                12,
                "End.error.condition: expected symbol, found string",
            ),
            (&composite(0x44, &["5005"]), "unknown-choice", 7, "SaslOutcome.code: "),
            (
                &composite(0x33, &[&format!("a021{long}")]),
                "invalid",
                8,
                "Declared.txn-id: at most 32 octets are allowed here",
            ),
            (
                &composite(0x34, &["a00101", "00532345"]),
                "unexpected-type",
                9,
                "TransactionalState.outcome: expected amqp:accepted:list",
            ),
            (&composite(0x40, &["40"]), "missing-field", 6, "SaslMechanisms.sasl-server-mechanis"),
            (
                &format!("005374 {}", map(&["5201", "43"])),
                "unexpected-type",
                6,
                "ApplicationProperties: ",
            ),
            (&format!("{} 00", composite(0x17, &[])), "left-over", 6, "End: octets are left over"),
            ("005314 c0", "unexpected-end", 4, "Transfer: the octets end before the value"),
            ("00531d c000", "size-underrun", 4, "Error: the size is too small"),
            ("005341", "unexpected-end", 3, ""),
            ("005377 ff", "unknown-format", 3, ""),
            // Unknown fields must be valid values.
            (&composite(0x17, &["40", "ff"]), "unknown-format", 7, "End: no encoding has the fo"),
            ("00800000468c00000004 43", "unexpected-type", 10, "SelectorFilter: expected string,"),
        ],
    );
}

#[test]
fn frames() {
    let open = frame(0, &composite(0x10, &["a10161"]));
    refused(
        "frame",
        &[
            ("", "unexpected-end", 0, ""),
            ("00000008020000", "unexpected-end", 7, ""),
            ("0000000702000000", "size-underrun", 0, "the frame header announces 7 octets"),
            (
                "0000000902000000",
                "size-overrun",
                0,
                "the frame header announces a frame of 9 octets, but only 8",
            ),
            (
                "ffffffff02000000",
                "size-overrun",
                0,
                "the frame header announces a frame of 4294967295 octets",
            ),
            ("0000000801000000", "invalid-doff", 4, ""),
            ("0000000803000000", "invalid-doff", 4, ""),
            ("0000000802020000", "unknown-frame-type", 5, "unknown frame type 2"),
            ("0000000802010000", "empty-sasl-frame", 8, "a SASL frame must have a body"),
            (&format!("{open} 40"), "left-over", 17, ""),
            (&format!("{open}{open}"), "left-over", 17, ""),
            // Each type of frame has its own bodies.
            (&frame(0, "00532445"), "unexpected-type", 8, "expected amqp:open:list or amqp:begin"),
            (&frame(0, "43"), "unexpected-type", 8, "expected amqp:open:list"),
            (&frame(1, "00531845"), "unexpected-type", 8, "expected amqp:sasl-mechanisms:list or"),
            (&frame(0, &composite(0x44, &["5000"])), "unexpected-type", 8, "expected amqp:open"),
            (&frame(0, "00531045"), "missing-field", 12, "Open.container-id: "),
            (&frame(1, &composite(0x44, &["5009"])), "unknown-choice", 15, "SaslOutcome.code: "),
            // A SASL frame has a body without a payload.
            (
                &frame(1, &format!("{}00", composite(0x44, &["5000"]))),
                "left-over",
                16,
                "SaslOutcome: ",
            ),
            (&frame(0, "00531040"), "unexpected-type", 11, "Open: expected list, found null"),
            // Positions count from the start of the frame, including an extended header.
            ("0000001003000000 ffffffff 00531045", "missing-field", 16, "Open.container-id: "),
        ],
    );
}

#[test]
fn headers() {
    refused(
        "header",
        &[
            ("", "unexpected-end", 0, ""),
            ("414d5150000100", "unexpected-end", 7, ""),
            ("414d515100010000", "wrong-prefix", 3, "the octets must begin with \"AMQP\""),
            ("414d515000010000 00", "left-over", 8, ""),
        ],
    );
}

#[test]
fn messages() {
    let refuse = |cases: &[(&str, &str, u64, &str)]| refused("message", cases);
    refuse(&[
        ("", "unexpected-end", 0, ""),
        ("43", "invalid", 0, "a message consists of sections"),
        ("00537045 00532445", "invalid", 4, "a message consists of sections"),
        ("00537741 00537045", "invalid", 4, "Message.header: the section is out of order"),
        ("00537045 00537045", "invalid", 4, "Message.header: the section appears twice"),
        ("00537741 00537741", "invalid", 4, "Message.amqp-value: "),
        ("00537741 005375a000", "invalid", 4, "Message.data: a body consists of sections of one"),
        ("00537045 005370", "invalid", 4, "Message.header: the section appears twice"),
        ("00537045 005373", "unexpected-end", 7, "Message.properties: "),
        ("00537045 005377ff", "unknown-format", 7, "Message.amqp-value: no encoding"),
        ("00537045 005377", "unexpected-end", 7, "Message.amqp-value: "),
        ("00537045 005377c00201ff", "unknown-format", 10, "Message.amqp-value: no encoding"),
        ("005375a000 005375a002", "size-overrun", 9, "Message.data: "),
        // The first of two errors.
        ("005375a000 005375a102", "unexpected-type", 8, "Message.data: expected binary, found"),
        ("005375a000 005375a10161", "unexpected-type", 8, "Message.data: expected binary, found"),
        // A section that is truncated before the next one.
        ("005370c0020156 00537743", "unexpected-end", 7, "Message.header.durable: "),
        ("005370c0020143 00537743", "unexpected-type", 6, "Message.header.durable: "),
    ]);
    let key = format!("00537045 005374{}", map(&["43", "43"]));
    let id = format!("00537045 {}", composite(0x73, &["41"]));
    refuse(&[
        (&key, "unexpected-type", 10, "Message.application-properties: expected string"),
        (&id, "unexpected-type", 10, "Message.properties.message-id: expected"),
    ]);
}

#[test]
fn streams() {
    const HEADER: &str = "414d515000010000";
    let open = frame(0, &composite(0x10, &["a10161"]));
    let wrong = frame(0, &composite(0x12, &["a10161", "43", "41", "5003"]));
    refused(
        "stream",
        &[
            ("", "unexpected-end", 0, ""),
            ("414d5150000100", "unexpected-end", 7, ""),
            (&format!("{HEADER} 414d515000"), "unexpected-end", 13, ""),
            (&format!("{HEADER} 000000"), "unexpected-end", 11, ""),
            (&format!("{HEADER}{open}{open}0000"), "unexpected-end", 44, ""),
            (
                &format!("{HEADER}{open} 0000001102000000 0053"),
                "size-overrun",
                25,
                "the frame header",
            ),
            (&format!("{HEADER}{open} 0000000801000000"), "invalid-doff", 29, ""),
            (&format!("{HEADER}{open} 0000000802070000"), "unknown-frame-type", 30, ""),
            (&format!("{HEADER}{open}{wrong}"), "unknown-choice", 45, "Attach.snd-settle-mode: "),
            (&format!("{open}{}", frame(1, "")), "empty-sasl-frame", 25, ""),
            // Neither a header nor a frame.
            (&format!("{HEADER}{}", list(&["43"]).repeat(3)), "size-overrun", 8, ""),
        ],
    );
}
