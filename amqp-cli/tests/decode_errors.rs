//! Errors of `amqp decode`: their kind and position, and the output before and after them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use common::{amqp, run, run_with_input};
use serde_json::Value;

/// Returns the kind and the position of the error in one line of JSON.
fn error(line: &str) -> (String, u64) {
    let line: Value = serde_json::from_str(line).unwrap();
    let error = &line["error"];
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{line}");
    assert_eq!(error.as_object().unwrap().len(), 3, "{line}");
    (error["kind"].as_str().unwrap().to_owned(), error["at"].as_u64().unwrap())
}

#[test]
fn kind_and_octet() {
    for (octets, kind, at) in [
        ("", "unexpected-end", 0),
        ("70 000000", "unexpected-end", 1),
        ("57", "unknown-format", 0),
        ("c0 02 01 ff", "unknown-format", 3),
        ("56 02", "invalid-boolean", 1),
        ("73 0000d800", "invalid-char", 1),
        ("a1 02 61 ff", "not-utf8", 3),
        ("a3 02 61 80", "not-ascii", 3),
        ("a1 05 61", "size-overrun", 1),
        ("c0 00 00", "size-underrun", 1),
        ("c1 03 01 50 01", "odd-map", 3),
        ("c1 05 04 43 40 43 40", "duplicate-key", 5),
        ("40 40", "left-over", 1),
        ("00 53", "unexpected-end", 2),
        ("g0", "bad-hex", 0),
        ("40 4", "bad-hex", 3),
    ] {
        let seen = run(&["decode", "--json", octets]);
        assert_eq!(seen.code, Some(1), "{octets}");
        assert_eq!(error(&seen.stdout), (kind.to_owned(), at), "{octets}: {}", seen.stdout);
        assert_eq!((seen.stdout.lines().count(), seen.stderr.as_str()), (1, ""));
    }
}

#[test]
fn the_octet_is_marked() {
    let seen = run(&["decode", "c0 05 02 41 56 07 40"]);
    assert_eq!(seen.code, Some(1));
    assert_eq!(seen.stdout, "");
    assert_eq!(
        seen.stderr,
        "guessed: value\nerror[invalid-boolean]: a boolean's octet must be 0 or 1, not 0x07 (octet 5)\n  \
         c0 05 02 41 56 07 40\n                 ^^\n",
    );
    let seen = run(&["decode", "40", "4x"]);
    assert_eq!(seen.stdout, "");
    assert_eq!(
        seen.stderr,
        "error[bad-hex]: 'x' is not a hexadecimal digit (column 5)\n  40 4x\n      ^\n  \
         to do: xxd -p FILE | amqp decode -\n",
    );
    let seen = run_with_input(&["decode"], "41\n\n42\n");
    assert_eq!(seen.stdout, "boolean true\nboolean false\n");
    let (before, error) = seen.stderr.split_once("line 2: ").unwrap();
    assert_eq!(before, "guessed: value\n");
    assert!(error.starts_with("error[unexpected-end]: there are no octets\n  to do: "), "{error}");
    assert!(error.ends_with("\nguessed: value\n"), "{error}");
}

/// The part before an error is shown, and the position of the error counts from the start of the input.
#[test]
fn the_part_before_an_error_is_shown() {
    const HEADER: &str = "414d515000010000";
    const OPEN: &str = "0000001102000000 005310c00401a10161";
    let shown = "octet 0: header: AMQP 1.0.0, an AMQP 1.0 header\n  \
                 octet 8: AMQP frame of 17 octets on channel 0\n    \
                 open (described by ulong 0x10)\n      container-id: string \"a\"\n";
    for (wrong, sentence) in [
        ("00", "unexpected-end]: the octets end before the frame's header does (octet 26)"),
        (
            "0000000801000000",
            "invalid-doff]: the body of a frame of 8 octets cannot begin at octet 4 (octet 29)",
        ),
        (
            "0000000c02000000 00531045",
            "missing-field]: Open.container-id: a mandatory field is null or absent (octet 37)",
        ),
        ("414d5150", "unexpected-end]: the octets end before the value does (octet 29)"),
    ] {
        let octets = format!("{HEADER}{OPEN}{wrong}");
        let seen = run(&["decode", "--as", "stream", &octets]);
        assert_eq!(seen.code, Some(1), "{wrong}");
        assert_eq!(seen.stdout, format!("stream of 2 items, then an error\n  {shown}"));
        assert!(seen.stderr.starts_with(&format!("error[{sentence}\n")), "{}", seen.stderr);
        // With `--json` the error replaces the result.
        let json = run(&["decode", "--json", "--as", "stream", &octets]);
        assert_eq!(
            (json.code, json.stdout.lines().count(), json.stderr.as_str()),
            (Some(1), 1, "")
        );
        error(&json.stdout);
    }
}

#[test]
fn the_sections_before_an_error_are_shown() {
    let header = "message of 1 section, then an error\n  \
                  header (described by ulong 0x70)\n    durable: boolean true\n";
    for (wrong, sentence) in [
        ("41", "invalid]: a message consists of sections, and this is not one (octet 7)"),
        ("00537045", "invalid]: Message.header: the section appears twice (octet 7)"),
        (
            "005375a10161",
            "unexpected-type]: Message.data: expected binary, found string (octet 10)",
        ),
        (
            "005375",
            "unexpected-end]: Message.data: the octets end before the value does (octet 10)",
        ),
        // The first of two errors.
        (
            "005377a101ff 00537045",
            "not-utf8]: Message.amqp-value: the string is not UTF-8 (octet 12)",
        ),
    ] {
        let seen = run(&["decode", "--as", "message", &format!("005370c0020141 {wrong}")]);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), header), "{wrong}");
        assert!(seen.stderr.starts_with(&format!("error[{sentence}\n")), "{}", seen.stderr);
    }
    let seen = run(&["decode", "--as", "message", "41"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""));
}

#[test]
fn lines_after_an_error_are_decoded() {
    let seen =
        run_with_input(&["decode", "--json"], b"41\n\n\xff\xfe\r\n5\n0x42\r\nzz\n43".to_vec());
    assert_eq!(seen.code, Some(1));
    let lines: Vec<&str> = seen.stdout.lines().collect();
    assert_eq!(lines.len(), 7, "{}", seen.stdout);
    assert_eq!(lines[0], r#"{"value":{"boolean":true}}"#);
    assert_eq!(error(lines[1]), ("unexpected-end".to_owned(), 0));
    assert_eq!(error(lines[2]), ("bad-hex".to_owned(), 0));
    assert_eq!(error(lines[3]), ("bad-hex".to_owned(), 0));
    assert_eq!(lines[4], r#"{"value":{"boolean":false}}"#);
    assert_eq!(error(lines[5]), ("bad-hex".to_owned(), 0));
    assert_eq!(lines[6], r#"{"value":{"uint":0}}"#);
}

#[test]
fn empty_input_is_an_error() {
    for arguments in [&["decode"][..], &["decode", "-"], &["decode", "--raw"]] {
        let seen = run_with_input(arguments, "");
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(
            seen.stderr.contains("there are no octets\n  to do: amqp decode 00"),
            "{}",
            seen.stderr
        );
        let seen = run_with_input(&[arguments, &["--json"]].concat(), "");
        assert_eq!(error(&seen.stdout), ("unexpected-end".to_owned(), 0), "{arguments:?}");
    }
}

#[test]
fn a_line_of_megabytes() {
    let octets = 2 << 20;
    let line = format!("b0{octets:08x}{}\n41\n", "ab".repeat(octets));
    let seen = run_with_input(&["decode", "--json"], line);
    assert_eq!(seen.code, Some(0));
    let lines: Vec<&str> = seen.stdout.lines().collect();
    assert_eq!(lines[0].len(), r#"{"value":{"binary":""}}"#.len() + 2 * octets);
    assert_eq!(lines[1], r#"{"value":{"boolean":true}}"#);
}

#[test]
fn deep_nesting_and_huge_counts_are_errors() {
    let nested = "c0ff01".repeat(100_000);
    let seen =
        run_with_input(&["decode", "--json"], format!("{nested}\nf0 0000000500 ffffffff43\n"));
    assert_eq!(seen.code, Some(1));
    for line in seen.stdout.lines() {
        error(line);
    }
    assert_eq!(seen.stdout.lines().count(), 2);
}

/// Each answer is flushed before the next line is read.
#[test]
fn answers_are_written_line_by_line() {
    let mut child = amqp(&["decode", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for (octets, answer) in [("41", "true"), ("42", "false")] {
        writeln!(stdin, "{octets}").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"value\":{{\"boolean\":{answer}}}}}\n"));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_output_is_not_a_failure() {
    let mut child = amqp(&["decode", "--as", "value"]).stdin(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The program may have ended before all of this is written.
    let _ = stdin.write_all("41\n".repeat(100_000).as_bytes());
    drop(stdin);
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""));
}
