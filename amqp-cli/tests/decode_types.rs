//! `amqp decode --as type` for every type of the standard that has a descriptor.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write;

use common::octets::{composite, hex, map};
use common::run_with_input;
use serde_json::Value;

/// The composites by code, with their mandatory fields and the names of those.
const COMPOSITES: [(&str, u8, &[&str], &[&str]); 33] = [
    ("open", 0x10, &["a10161"], &["container-id"]),
    (
        "begin",
        0x11,
        &["40", "43", "5201", "5202"],
        &["next-outgoing-id", "incoming-window", "outgoing-window"],
    ),
    ("attach", 0x12, &["a10161", "43", "42"], &["name", "handle", "role"]),
    (
        "flow",
        0x13,
        &["40", "43", "43", "43"],
        &["incoming-window", "next-outgoing-id", "outgoing-window"],
    ),
    ("transfer", 0x14, &["43"], &["handle"]),
    ("disposition", 0x15, &["41", "43"], &["role", "first"]),
    ("detach", 0x16, &["43"], &["handle"]),
    ("end", 0x17, &[], &[]),
    ("close", 0x18, &[], &[]),
    ("error", 0x1d, &["a30178"], &["condition"]),
    ("received", 0x23, &["43", "44"], &["section-number", "section-offset"]),
    ("accepted", 0x24, &[], &[]),
    ("rejected", 0x25, &[], &[]),
    ("released", 0x26, &[], &[]),
    ("modified", 0x27, &[], &[]),
    ("source", 0x28, &[], &[]),
    ("target", 0x29, &[], &[]),
    ("delete-on-close", 0x2b, &[], &[]),
    ("delete-on-no-links", 0x2c, &[], &[]),
    ("delete-on-no-messages", 0x2d, &[], &[]),
    ("delete-on-no-links-or-messages", 0x2e, &[], &[]),
    ("coordinator", 0x30, &[], &[]),
    ("declare", 0x31, &[], &[]),
    ("discharge", 0x32, &["a00101"], &["txn-id"]),
    ("declared", 0x33, &["a00101"], &["txn-id"]),
    ("transactional-state", 0x34, &["a00101"], &["txn-id"]),
    ("sasl-mechanisms", 0x40, &["a30178"], &["sasl-server-mechanisms"]),
    ("sasl-init", 0x41, &["a30178"], &["mechanism"]),
    ("sasl-challenge", 0x42, &["a000"], &["challenge"]),
    ("sasl-response", 0x43, &["a000"], &["response"]),
    ("sasl-outcome", 0x44, &["5000"], &["code"]),
    ("header", 0x70, &[], &[]),
    ("properties", 0x73, &[], &[]),
];

/// Returns the output of `--as type` for each line.
fn as_types(lines: &str) -> Vec<Value> {
    let seen = run_with_input(&["decode", "--json", "--as", "type"], lines);
    seen.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn minimal_composites() {
    let lines = COMPOSITES.map(|(_, code, items, _)| composite(code, items)).join("\n");
    for ((name, code, _, fields), seen) in COMPOSITES.into_iter().zip(as_types(&lines)) {
        assert_eq!(seen["type"], name, "{seen}");
        assert_eq!(seen["value"]["described"][0]["ulong"], code.to_string(), "{seen}");
        let seen: Vec<&String> = seen["fields"].as_object().unwrap().keys().collect();
        // `Value` sorts the keys of an object.
        let mut due = fields.to_vec();
        due.sort_unstable();
        assert_eq!(seen, due, "{name}");
    }
}

/// With a symbolic descriptor, in each encoding of a list, and with unknown fields.
#[test]
fn composites_in_other_encodings() {
    let mut lines = String::new();
    for (name, _, items, _) in COMPOSITES {
        let symbol = format!("amqp:{name}:list");
        let items = [items, &["40"; 20]].concat();
        let octets = items.concat();
        let digits = hex(symbol.as_bytes());
        let (size, count) = (octets.len() / 2 + 4, items.len());
        writeln!(lines, "00b3{:08x}{digits} d0{size:08x}{count:08x}{octets}", symbol.len())
            .unwrap();
    }
    for ((name, ..), seen) in COMPOSITES.into_iter().zip(as_types(&lines)) {
        assert_eq!(seen["type"], name, "{seen}");
    }
}

/// A missing mandatory field is an error that names the field.
#[test]
fn mandatory_fields_have_names() {
    let due = COMPOSITES.into_iter().filter(|(_, _, items, _)| !items.is_empty());
    let lines = due.clone().fold(String::new(), |lines, (_, code, items, _)| {
        lines + &composite(code, &items[..items.len() - 1]) + "\n"
    });
    let seen = as_types(&lines);
    assert_eq!(seen.len(), 17);
    for ((name, code, _, fields), seen) in due.zip(seen) {
        let message = seen["error"]["message"].as_str().unwrap();
        assert_eq!(seen["error"]["kind"], "missing-field", "{name}: {message}");
        let last = fields.last().unwrap();
        assert!(message.contains(&format!(".{last}: ")), "{name}: {message}");
        // An error outside the fields uses the same name of the type.
        let (of, _) = message.split_once('.').unwrap();
        let outline = &as_types(&format!("0053{code:02x} 43"))[0]["error"]["message"];
        let due = format!("{of}: expected list, found uint (octet 3)");
        assert_eq!(outline.as_str(), Some(due.as_str()));
    }
}

/// Restricted types have no fields, but their values are checked.
#[test]
fn restricted_sections() {
    let keys = map(&["a30178", "43", "5301", "43"]);
    let strings = map(&["a10178", "43"]);
    for (code, good, bad) in [
        (0x71, &*keys, &*strings),
        (0x72, &keys, &strings),
        (0x74, &strings, &keys),
        (0x75, "a000", "a100"),
        (0x76, "45", "43"),
        // Some peers encode the keys of footers as strings.
        (0x78, &strings, "45"),
    ] {
        let seen = as_types(&format!("0053{code:02x}{good}\n0053{code:02x}{bad}"));
        assert!(seen[0].get("value").is_some(), "{code:#x}: {}", seen[0]);
        assert_eq!(seen[0].as_object().unwrap().len(), 1, "{code:#x}: {}", seen[0]);
        assert_eq!(seen[1]["error"]["kind"], "unexpected-type", "{code:#x}: {}", seen[1]);
    }
    assert_eq!(as_types("005377 41")[0]["value"]["described"][1]["boolean"], true);
}
