//! Hostile, truncated and corrupted input of `amqp decode` gives a result or an error, in little time.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write;

use common::octets::{composite, frame, hex, list, map};
use common::run_with_input;
use serde_json::Value;

const KINDS: [&str; 6] = ["value", "type", "frame", "header", "message", "stream"];

/// Decodes lines as each kind, and as the guessed kind. Returns the first key of each output line.
fn decoded(lines: &str) -> Vec<Vec<String>> {
    let each = |arguments: &[&str]| {
        let seen = run_with_input(arguments, lines);
        assert!(matches!(seen.code, Some(0 | 1)), "{arguments:?}: {:?} {}", seen.code, seen.stderr);
        assert_eq!(seen.stderr, "");
        let keys = seen.stdout.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let keys = ["value", "header", "frame", "message", "stream", "error"];
            keys.into_iter().find(|key| line.get(key).is_some()).unwrap().to_owned()
        });
        let keys: Vec<String> = keys.collect();
        assert_eq!(keys.len(), lines.lines().count(), "{arguments:?}");
        keys
    };
    let asked = KINDS.map(|kind| each(&["decode", "--json", "--as", kind]));
    asked.into_iter().chain([each(&["decode", "--json"])]).collect()
}

#[test]
fn huge_counts_and_deep_nesting() {
    let nested = |octets: &str| format!("005377{}", octets.repeat(100_000));
    let section = format!("005376{}", list(&["f000000005ffffffff43"]));
    let lines = [
        // Lists in lists, descriptors of descriptors, a described value in itself.
        nested("c0ff01"),
        nested("00"),
        nested("0053770053"),
        // 2^32-1 zero-width items: in a message, in a frame, in a field.
        "005377 f0 00000005 ffffffff 43".to_owned(),
        frame(0, &composite(0x14, &["f000000005ffffffff43"])),
        frame(0, &composite(0x18, &["00531d d0000000ff ffffffff"])),
        section.repeat(1000),
        format!("{:0>8}02000000", "ffffffff"),
        format!("414d515000010000 {}", "ffffffff02000000".repeat(1000)),
    ];
    for (index, keys) in decoded(&lines.join("\n")).into_iter().enumerate() {
        assert!(keys.iter().all(|key| key == "error"), "{index}: {keys:?}");
    }
}

/// Each frame could be decoded by itself, but together they have too many zero-width items.
#[test]
fn zero_width_items_share_one_budget() {
    let error = composite(0x1d, &["a30178", "40", &map(&["a30179", "f000000005000000c843"])]);
    let close = frame(0, &composite(0x18, &[&error]));
    let seen = run_with_input(&["decode", "--json", "--as", "frame"], close.as_str());
    assert_eq!(seen.code, Some(0), "{}", seen.stdout);
    let seen = run_with_input(&["decode", "--json", "--as", "stream"], close.repeat(20));
    assert!(seen.stdout.contains("\"too-many-items\""), "{}", seen.stdout);

    let section = format!("005376{}", list(&["f000000005000000c843"]));
    let seen = run_with_input(&["decode", "--json", "--as", "message"], section.repeat(20));
    assert!(seen.stdout.contains("\"too-many-items\""), "{}", seen.stdout);
}

#[test]
fn long_legal_input() {
    let empty = frame(0, "");
    let stream = format!("414d515000010000{}", empty.repeat(100_000));
    let message = format!("{}{}", composite(0x70, &["41"]), "005375a00161".repeat(100_000));
    let big = format!("005375b0{:08x}{}", 6_000_000, "00".repeat(6_000_000));
    let lines = format!("{stream}\n{message}\n{}{big}\n{big}\n", composite(0x70, &["41", "5000"]));
    let seen = run_with_input(&["decode", "--json"], lines);
    assert_eq!(seen.code, Some(0));
    let due = ["stream", "message", "message", "value"];
    for (line, key) in seen.stdout.lines().zip(due) {
        assert!(line.starts_with(&format!("{{\"{key}\":")), "{}", &line[..200]);
    }
    assert_eq!(seen.stdout.lines().count(), 4);
    let frames = seen.stdout.lines().next().unwrap().matches("\"frame\"").count();
    assert_eq!(frames, 100_000);
}

/// Returns the octets of a connection with items of each kind, and the offsets between the items.
fn connection() -> (String, Vec<usize>) {
    let source = composite(0x28, &["a10171", "40", "40", "40", "40", "40", "a3046d6f7665"]);
    let message = format!("{}005377a10161", composite(0x70, &["41", "5005"]));
    let transfer = composite(0x14, &["43", "43", "a00101", "43"]);
    let items = [
        "414d515003010000".to_owned(),
        frame(1, &composite(0x40, &["a309414e4f4e594d4f5553"])),
        frame(1, &composite(0x44, &["5000"])),
        "414d515000010000".to_owned(),
        frame(0, &composite(0x10, &["a10161", "40", "5202"])),
        frame(0, &composite(0x12, &["a1016c", "43", "41", "40", "40", &source, "00532945"])),
        frame(0, &format!("{transfer}{message}")),
        frame(0, ""),
        frame(0, &composite(0x18, &[&composite(0x1d, &["a30178"])])),
    ];
    let mut ends = vec![0];
    ends.extend(items.iter().scan(0, |end, item| {
        *end += item.len() / 2;
        Some(*end)
    }));
    (items.concat(), ends)
}

#[test]
fn truncated_input() {
    let (stream, ends) = connection();
    let mut lines = String::new();
    for cut in 0..=stream.len() / 2 {
        writeln!(lines, "{}", &stream[..2 * cut]).unwrap();
    }
    let kinds = decoded(&lines);
    let stream = &kinds[5];
    for (cut, key) in stream.iter().enumerate() {
        let whole = cut > 0 && ends.contains(&cut);
        assert_eq!(key == "stream", whole, "cut at {cut}");
    }
    // From the header on, the input is guessed to be a header, and then a stream.
    let guessed = kinds.last().unwrap();
    assert_eq!(guessed[8], "header");
    assert_eq!(guessed[9..], stream[9..]);
}

#[test]
fn input_with_any_bit_flipped() {
    let (stream, _) = connection();
    let octets: Vec<u8> = (0..stream.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&stream[at..at + 2], 16).unwrap())
        .collect();
    let mut lines = String::new();
    for bit in 0..octets.len() * 8 {
        let mut octets = octets.clone();
        octets[bit / 8] ^= 1 << (bit % 8);
        writeln!(lines, "{}", hex(&octets)).unwrap();
    }
    decoded(&lines);
}
