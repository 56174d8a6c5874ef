//! `amqp decode` for values of every type, as JSON and as text.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write;

use common::{run, run_with_input};

/// The octets, the value as JSON, and the value as text.
const VALUES: [(&str, &str, &str); 53] = [
    ("40", r#"{"null":null}"#, "null"),
    ("41", r#"{"boolean":true}"#, "boolean true"),
    ("42", r#"{"boolean":false}"#, "boolean false"),
    ("56 01", r#"{"boolean":true}"#, "boolean true"),
    ("50 ff", r#"{"ubyte":255}"#, "ubyte 255"),
    ("60 ffff", r#"{"ushort":65535}"#, "ushort 65535"),
    ("43", r#"{"uint":0}"#, "uint 0"),
    ("52 07", r#"{"uint":7}"#, "uint 7"),
    ("70 ffffffff", r#"{"uint":4294967295}"#, "uint 4294967295"),
    ("44", r#"{"ulong":"0"}"#, "ulong 0"),
    ("53 10", r#"{"ulong":"16"}"#, "ulong 16"),
    ("80 ffffffffffffffff", r#"{"ulong":"18446744073709551615"}"#, "ulong 18446744073709551615"),
    ("51 80", r#"{"byte":-128}"#, "byte -128"),
    ("61 8000", r#"{"short":-32768}"#, "short -32768"),
    ("54 ff", r#"{"int":-1}"#, "int -1"),
    ("71 80000000", r#"{"int":-2147483648}"#, "int -2147483648"),
    ("55 ff", r#"{"long":"-1"}"#, "long -1"),
    ("81 8000000000000000", r#"{"long":"-9223372036854775808"}"#, "long -9223372036854775808"),
    ("72 3f800000", r#"{"float":"3f800000"}"#, "float 1.0"),
    ("72 80000000", r#"{"float":"80000000"}"#, "float -0.0"),
    ("72 7fc00001", r#"{"float":"7fc00001"}"#, "float NaN (bits 7fc00001)"),
    ("82 3ff0000000000000", r#"{"double":"3ff0000000000000"}"#, "double 1.0"),
    ("82 fff0000000000000", r#"{"double":"fff0000000000000"}"#, "double -inf"),
    ("82 0000000000000001", r#"{"double":"0000000000000001"}"#, "double 5e-324"),
    ("74 32800001", r#"{"decimal32":"32800001"}"#, "decimal32 1"),
    ("84 31a000000000000f", r#"{"decimal64":"31a000000000000f"}"#, "decimal64 1.5"),
    (
        "94 303c0000000000000000000000000096",
        r#"{"decimal128":"303c0000000000000000000000000096"}"#,
        "decimal128 1.50",
    ),
    ("73 00000041", r#"{"char":65}"#, "char 'A' (U+0041)"),
    ("73 0001f4a9", r#"{"char":128169}"#, "char '\u{1f4a9}' (U+1F4A9)"),
    (
        "83 0000013167adb8a1",
        r#"{"timestamp":"1311704463521"}"#,
        "timestamp 1311704463521 (2011-07-26T18:21:03.521Z)",
    ),
    (
        "83 8000000000000000",
        r#"{"timestamp":"-9223372036854775808"}"#,
        "timestamp -9223372036854775808 (-292275055-05-16T16:47:04.192Z)",
    ),
    (
        "98 00112233445566778899aabbccddeeff",
        r#"{"uuid":"00112233-4455-6677-8899-aabbccddeeff"}"#,
        "uuid 00112233-4455-6677-8899-aabbccddeeff",
    ),
    ("a0 02 00ff", r#"{"binary":"00ff"}"#, "binary of 2 octets: 00 ff"),
    ("b0 00000000", r#"{"binary":""}"#, "binary of 0 octets"),
    (
        "a0 12 00414243000000000000000000000000 ff7e",
        r#"{"binary":"00414243000000000000000000000000ff7e"}"#,
        "binary of 18 octets\n  \
         00 41 42 43 00 00 00 00 00 00 00 00 00 00 00 00  .ABC............\n  \
         ff 7e                                            .~",
    ),
    ("a1 03 68c3a9", "{\"string\":\"h\u{e9}\"}", "string \"h\u{e9}\""),
    ("b1 00000003 22 0a 1b", r#"{"string":"\"\n\u001b"}"#, r#"string "\"\n\u{1b}""#),
    ("a3 03 616263", r#"{"symbol":"abc"}"#, r#"symbol "abc""#),
    ("b3 00000000", r#"{"symbol":""}"#, r#"symbol """#),
    ("45", r#"{"list":[]}"#, "list of 0 items"),
    (
        "c0 07 02 52 01 c0 02 01 40",
        r#"{"list":[{"uint":1},{"list":[{"null":null}]}]}"#,
        "list of 2 items\n  uint 1\n  list of 1 item\n    null",
    ),
    ("d0 00000005 00000001 41", r#"{"list":[{"boolean":true}]}"#, "list of 1 item\n  boolean true"),
    ("c1 01 00", r#"{"map":[]}"#, "map of 0 pairs"),
    (
        "c1 0d 04 a3 01 62 52 01 c0 03 01 50 01 52 02",
        r#"{"map":[[{"symbol":"b"},{"uint":1}],[{"list":[{"ubyte":1}]},{"uint":2}]]}"#,
        "map of 2 pairs\n  symbol \"b\" => uint 1\n  list of 1 item\n    ubyte 1\n  => uint 2",
    ),
    (
        "d1 0000000a 00000002 a1 01 6b c0 01 00",
        r#"{"map":[[{"string":"k"},{"list":[]}]]}"#,
        "map of 1 pair\n  string \"k\" => list of 0 items",
    ),
    ("e0 02 00 70", r#"{"array":{"of":"uint","items":[]}}"#, "array of 0 uint"),
    (
        "e0 04 02 52 01 02",
        r#"{"array":{"of":"uint","items":[{"uint":1},{"uint":2}]}}"#,
        "array of 2 uint\n  uint 1\n  uint 2",
    ),
    (
        "f0 0000000e 00000002 00 a3 01 78 a1 01 61 02 6262",
        concat!(
            r#"{"array":{"of":"string","descriptors":[{"symbol":"x"}],"#,
            r#""items":[{"string":"a"},{"string":"bb"}]}}"#,
        ),
        "array of 2 string\n  each described by symbol \"x\"\n  string \"a\"\n  string \"bb\"",
    ),
    (
        "e0 08 01 00 53 01 00 53 02 44",
        concat!(
            r#"{"array":{"of":"ulong","descriptors":[{"ulong":"1"},{"ulong":"2"}],"#,
            r#""items":[{"ulong":"0"}]}}"#,
        ),
        "array of 1 ulong\n  each described by ulong 0x1\n  each described by ulong 0x2\n  ulong 0",
    ),
    (
        "e0 0a 02 e0 03 01 50 01 03 01 50 02",
        concat!(
            r#"{"array":{"of":"array","items":[{"array":{"of":"ubyte","items":[{"ubyte":1}]}},"#,
            r#"{"array":{"of":"ubyte","items":[{"ubyte":2}]}}]}}"#,
        ),
        "array of 2 array\n  array of 1 ubyte\n    ubyte 1\n  array of 1 ubyte\n    ubyte 2",
    ),
    (
        "00 53 77 a1 01 61",
        r#"{"described":[{"ulong":"119"},{"string":"a"}]}"#,
        "amqp-value (described by ulong 0x77)\n  string \"a\"",
    ),
    (
        "e0 09 02 00 53 24 c0 01 00 01 00",
        concat!(
            r#"{"array":{"of":"list","descriptors":[{"ulong":"36"}],"#,
            r#""items":[{"list":[]},{"list":[]}]}}"#,
        ),
        "array of 2 list\n  each described by ulong 0x24 (accepted)\n  list of 0 items\n  \
         list of 0 items",
    ),
    (
        "00 a3 01 78 00 c0 02 01 41 45",
        r#"{"described":[{"symbol":"x"},{"described":[{"list":[{"boolean":true}]},{"list":[]}]}]}"#,
        "described by symbol \"x\"\n  described by list of 1 item\n      boolean true\n    \
         list of 0 items",
    ),
];

#[test]
fn each_as_arguments() {
    for (octets, json, text) in VALUES {
        let words: Vec<&str> = octets.split(' ').collect();
        let seen = run(&[&["decode", "--json"], words.as_slice()].concat());
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(0), line("value", json).as_str()));
        let seen = run(&["decode", "--as", "value", octets]);
        assert_eq!((seen.code, seen.stdout), (Some(0), format!("{text}\n")), "{octets}");
        assert_eq!(seen.stderr, "");
    }
}

#[test]
fn all_as_lines() {
    let (mut input, mut jsons, mut texts) = (String::new(), String::new(), String::new());
    for (octets, json, text) in VALUES {
        writeln!(input, "{octets}").unwrap();
        jsons.push_str(&line("value", json));
        writeln!(texts, "{text}").unwrap();
    }
    let seen = run_with_input(&["decode", "--json"], input.as_str());
    assert_eq!((seen.code, seen.stdout), (Some(0), jsons));
    let seen = run_with_input(&["decode"], input.replace('\n', "\r\n"));
    assert_eq!((seen.code, seen.stdout), (Some(0), texts));
    assert_eq!(seen.stderr, "guessed: value\n".repeat(VALUES.len()));
}

#[test]
fn each_output_line_is_json() {
    let input = VALUES.map(|(octets, ..)| octets).join("\n");
    let seen = run_with_input(&["decode", "--json"], input);
    for line in seen.stdout.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["value"].as_object().unwrap().len(), 1, "{line}");
    }
    assert_eq!(seen.stdout.lines().count(), VALUES.len());
}

fn line(key: &str, json: &str) -> String {
    format!("{{\"{key}\":{json}}}\n")
}
