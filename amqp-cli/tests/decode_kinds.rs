//! Each kind of input as JSON, with the kind given and guessed.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use common::{run, run_with_input};

const OPEN: &str = "00 53 10 c0 04 01 a1 01 61";
const OPEN_JSON: &str = r#"{"described":[{"ulong":"16"},{"list":[{"string":"a"}]}]}"#;

/// The kind, the octets and the JSON. The guessed kind must be the same.
const GUESSED: [(&str, &str, &str); 25] = [
    ("value", "43", r#"{"value":{"uint":0}}"#),
    (
        "value",
        OPEN,
        concat!(
            r#"{"value":{"described":[{"ulong":"16"},{"list":[{"string":"a"}]}]},"#,
            r#""type":"open","fields":{"container-id":{"string":"a"}}}"#,
        ),
    ),
    // By name. Nulls are omitted, and defaults are shown only if they are encoded.
    (
        "value",
        "00a30e616d71703a6f70656e3a6c697374 c00b04 a10161 40 70ffffffff 40",
        concat!(
            r#"{"value":{"described":[{"symbol":"amqp:open:list"},"#,
            r#"{"list":[{"string":"a"},{"null":null},{"uint":4294967295},{"null":null}]}]},"#,
            r#""type":"open","#,
            r#""fields":{"container-id":{"string":"a"},"max-frame-size":{"uint":4294967295}}}"#,
        ),
    ),
    // A number in its widest encoding, and a composite without fields.
    (
        "value",
        "00 800000000000000024 45",
        r#"{"value":{"described":[{"ulong":"36"},{"list":[]}]},"type":"accepted","fields":{}}"#,
    ),
    // Nested composites are shown as values.
    (
        "value",
        "00 53 25 c0 0c 01 00 53 1d c0 06 01 a3 03 78 3a 79",
        concat!(
            r#"{"value":{"described":[{"ulong":"37"},{"list":[{"described":[{"ulong":"29"},"#,
            r#"{"list":[{"symbol":"x:y"}]}]}]}]},"type":"rejected","#,
            r#""fields":{"error":{"described":[{"ulong":"29"},{"list":[{"symbol":"x:y"}]}]}}}"#,
        ),
    ),
    // The rules of the type are not checked: a mandatory field may be missing, a field may have the
    // wrong type, there may be unknown fields, or the value may not be a list.
    (
        "value",
        "00 53 10 45",
        r#"{"value":{"described":[{"ulong":"16"},{"list":[]}]},"type":"open","fields":{}}"#,
    ),
    (
        "value",
        "00 53 17 c0 03 02 43 41",
        concat!(
            r#"{"value":{"described":[{"ulong":"23"},{"list":[{"uint":0},{"boolean":true}]}]},"#,
            r#""type":"end","fields":{"error":{"uint":0}}}"#,
        ),
    ),
    ("value", "00 53 10 40", r#"{"value":{"described":[{"ulong":"16"},{"null":null}]}}"#),
    // Restricted types and unknown types have no fields.
    ("value", "00 53 75 a0 01 ff", r#"{"value":{"described":[{"ulong":"117"},{"binary":"ff"}]}}"#),
    ("value", "00 52 10 45", r#"{"value":{"described":[{"uint":16},{"list":[]}]}}"#),
    ("header", "41 4d 51 50 00 01 00 00", r#"{"header":{"id":0,"version":[1,0,0]}}"#),
    ("header", "414d5150 03 010000", r#"{"header":{"id":3,"version":[1,0,0]}}"#),
    ("header", "414d5150 00 000901", r#"{"header":{"id":0,"version":[0,9,1]}}"#),
    ("header", "414d5150 ff ffffff", r#"{"header":{"id":255,"version":[255,255,255]}}"#),
    (
        "frame",
        "00000008 02 00 0000",
        r#"{"frame":{"type":"amqp","doff":2,"channel":0,"body":null,"payload":""}}"#,
    ),
    (
        "frame",
        "00000011 02 00 0102 005310c00401a10161",
        concat!(
            r#"{"frame":{"type":"amqp","doff":2,"channel":258,"body":"#,
            r#"{"described":[{"ulong":"16"},{"list":[{"string":"a"}]}]},"payload":""}}"#,
        ),
    ),
    // An extended header, and a payload.
    (
        "frame",
        "00000015 03 00 ffff deadbeef 005314c0020143 00ff",
        concat!(
            r#"{"frame":{"type":"amqp","doff":3,"channel":65535,"body":"#,
            r#"{"described":[{"ulong":"20"},{"list":[{"uint":0}]}]},"payload":"00ff"}}"#,
        ),
    ),
    (
        "frame",
        "0000001c 02 01 0000 005340c00f01e00c01a309414e4f4e594d4f5553",
        concat!(
            r#"{"frame":{"type":"sasl","doff":2,"body":{"described":[{"ulong":"64"},{"list":"#,
            r#"[{"array":{"of":"symbol","items":[{"symbol":"ANONYMOUS"}]}}]}]},"payload":""}}"#,
        ),
    ),
    (
        "message",
        "005370c0020141 005377a10161",
        concat!(
            r#"{"message":[{"described":[{"ulong":"112"},{"list":[{"boolean":true}]}]},"#,
            r#"{"described":[{"ulong":"119"},{"string":"a"}]}]}"#,
        ),
    ),
    (
        "message",
        "005375a00101 00a30f616d71703a666f6f7465723a6d6170 c10100",
        concat!(
            r#"{"message":[{"described":[{"ulong":"117"},{"binary":"01"}]},"#,
            r#"{"described":[{"symbol":"amqp:footer:map"},{"map":[]}]}]}"#,
        ),
    ),
    (
        "message",
        "005375a00101 005375a00102",
        concat!(
            r#"{"message":[{"described":[{"ulong":"117"},{"binary":"01"}]},"#,
            r#"{"described":[{"ulong":"117"},{"binary":"02"}]}]}"#,
        ),
    ),
    // Both directions of a connection.
    (
        "stream",
        concat!(
            "414d5150 03 010000 414d5150 03 010000",
            "00000010 02 01 0000 005344 c0030150 00",
            "414d5150 00 010000 00000008 02 00 0000",
        ),
        concat!(
            r#"{"stream":[{"header":{"id":3,"version":[1,0,0]}},"#,
            r#"{"header":{"id":3,"version":[1,0,0]}},"#,
            r#"{"frame":{"type":"sasl","doff":2,"body":{"described":[{"ulong":"68"},"#,
            r#"{"list":[{"ubyte":0}]}]},"payload":""}},"#,
            r#"{"header":{"id":0,"version":[1,0,0]}},"#,
            r#"{"frame":{"type":"amqp","doff":2,"channel":0,"body":null,"payload":""}}]}"#,
        ),
    ),
    (
        "stream",
        "00000008 02 00 0001 00000008 02 00 0002",
        concat!(
            r#"{"stream":[{"frame":{"type":"amqp","doff":2,"channel":1,"body":null,"payload":""}},"#,
            r#"{"frame":{"type":"amqp","doff":2,"channel":2,"body":null,"payload":""}}]}"#,
        ),
    ),
    (
        "stream",
        "414d5150 00 000901 414d5150 00 010000",
        concat!(
            r#"{"stream":[{"header":{"id":0,"version":[0,9,1]}},"#,
            r#"{"header":{"id":0,"version":[1,0,0]}}]}"#,
        ),
    ),
    // A value, although its first octets could be the size of a frame.
    (
        "value",
        "00 00 53 01 43 45",
        r#"{"value":{"described":[{"described":[{"ulong":"1"},{"uint":0}]},{"list":[]}]}}"#,
    ),
];

#[test]
fn each_kind_is_decoded_and_guessed() {
    for (kind, octets, json) in GUESSED {
        for arguments in [&["decode", "--json"][..], &["decode", "--json", "--as", kind]] {
            let seen = run(&[arguments, &[octets]].concat());
            let due = (Some(0), format!("{json}\n"));
            assert_eq!((seen.code, seen.stdout), due, "{arguments:?} {octets}");
        }
        let seen = run(&["decode", octets]);
        assert_eq!(seen.stderr, format!("guessed: {kind}\n"), "{octets}");
    }
}

#[test]
fn all_as_lines_of_the_standard_input() {
    let octets = GUESSED.map(|(_, octets, _)| octets).join("\n");
    let due = GUESSED.map(|(.., json)| format!("{json}\n")).concat();
    let seen = run_with_input(&["decode", "--json"], octets);
    assert_eq!((seen.code, seen.stdout), (Some(0), due));
}

/// Results for which the kind must be given, because the guess would be another one.
#[test]
fn kinds_that_are_not_guessed() {
    let typed = format!(
        r#"{{"value":{OPEN_JSON},"type":"open","fields":{{"container-id":{{"string":"a"}}}}}}"#
    );
    let section = r#"{"described":[{"ulong":"119"},{"string":"a"}]}"#;
    for (kind, octets, json) in [
        ("type", OPEN, typed.as_str()),
        ("type", "00 53 77 a1 01 61", &format!(r#"{{"value":{section}}}"#)),
        ("message", "00 53 77 a1 01 61", &format!(r#"{{"message":[{section}]}}"#)),
        // Without a body, as some peers send it.
        ("message", "00 53 70 45", r#"{"message":[{"described":[{"ulong":"112"},{"list":[]}]}]}"#),
        ("stream", "414d5150 00 010000", r#"{"stream":[{"header":{"id":0,"version":[1,0,0]}}]}"#),
        (
            "stream",
            "00000008 02 00 0000",
            r#"{"stream":[{"frame":{"type":"amqp","doff":2,"channel":0,"body":null,"payload":""}}]}"#,
        ),
        // Filters are checked too.
        (
            "type",
            "00 80 0000468c00000004 a1 01 78",
            r#"{"value":{"described":[{"ulong":"77567109365764"},{"string":"x"}]}}"#,
        ),
    ] {
        let seen = run(&["decode", "--json", "--as", kind, octets]);
        assert_eq!((seen.code, seen.stdout), (Some(0), format!("{json}\n")), "{kind} {octets}");
        let text = run(&["decode", "--as", kind, octets]).stdout;
        assert!(!text.contains("guessed"), "{text}");
    }
}

#[test]
fn an_unknown_kind() {
    let seen = run(&["decode", "--as", "segment", "43"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
    for kind in ["segment", "value", "type", "frame", "header", "message", "stream"] {
        assert!(seen.stderr.contains(kind), "{}", seen.stderr);
    }
}
