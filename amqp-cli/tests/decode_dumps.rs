//! `amqp decode` of dumps that real programs wrote: tshark, xxd and hexdump.
//!
//! They are those of the first conversation in `dumps/rabbitmq-4.3.pcap`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use common::{run, run_with_input};

fn path(name: &str) -> String {
    format!("{}/tests/dumps/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

/// What the client sent.
fn octets() -> Vec<u8> {
    let digits: String = text("xxd-p.txt").split_whitespace().collect();
    let digits = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

#[test]
fn each_dump_is_the_same_stream() {
    let expected = run_with_input(&["decode", "--raw"], octets());
    assert_eq!((expected.code, expected.stderr.as_str()), (Some(0), "guessed: stream\n"));
    assert!(expected.stdout.starts_with("stream of 11 items\n"), "{}", expected.stdout);
    for name in ["xxd.txt", "xxd-i.txt", "xxd-p.txt", "hexdump-C.txt"] {
        for seen in [
            run(&["decode", "--file", &path(name)]),
            run_with_input(&["decode", "-"], text(name)),
            run(&["decode", &text(name)]),
        ] {
            assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), "guessed: stream\n"), "{name}");
            assert_eq!(seen.stdout, expected.stdout, "{name}");
        }
        if name != "xxd-p.txt" {
            assert_eq!(run_with_input(&["decode"], text(name)).stdout, expected.stdout, "{name}");
        }
    }
}

#[test]
fn omitted_lines() {
    let seen = run_with_input(&["decode", "--json"], text("hexdump-C-repeated.txt"));
    let zeros = "00".repeat(256);
    let expected =
        format!("{{\"value\":{{\"described\":[{{\"ulong\":\"117\"}},{{\"binary\":\"{zeros}\"}}]}}");
    assert!(seen.code == Some(0) && seen.stdout.starts_with(&expected), "{}", seen.stdout);
}

/// Wireshark copies packets of the network. What TCP carries in each is an input.
#[test]
fn packets() {
    let seen = run_with_input(&["decode"], text("tshark-x.txt"));
    assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    assert_eq!(
        seen.stderr.matches("guessed: ").count(),
        text("tshark-x.txt").matches("0000  ").count()
    );
    for line in [
        "header: SASL 1.0.0, an AMQP 1.0 header\n",
        "mechanism: symbol \"PLAIN\"\n",
        "  open (described",
    ] {
        assert_eq!(
            seen.stdout.matches(line).count(),
            if line.starts_with('m') { 1 } else { 2 },
            "{line}"
        );
    }
    let acknowledgement = "0000  00 00 00 00 00 00 00 00 00 00 00 00 08 00 45 00\n\
         0010  00 28 00 00 40 00 40 06 00 00 7f 00 00 01 7f 00\n\
         0020  00 01 dd 3c 80 79 e6 1c c6 a9 2d 91 48 7c 50 10\n\
         0030  00 40 fe 30 00 00\n";
    let seen = run_with_input(&["decode"], acknowledgement);
    assert_eq!(seen.code, Some(1));
    assert!(seen.stderr.starts_with("line 1: error[no-payload]: "), "{}", seen.stderr);
    assert!(seen.stderr.ends_with("  to do: amqp decode --pcap FILE\n"), "{}", seen.stderr);
}

/// "Follow TCP stream" indents one direction, and counts the octets of each from 0.
#[test]
fn both_directions_of_a_stream() {
    let seen = run_with_input(&["decode"], text("tshark-follow.txt"));
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(0), "guessed: stream\n"));
    assert!(seen.stdout.starts_with("stream of 23 items\n"), "{}", seen.stdout);
    assert_eq!(seen.stdout.matches("close (described").count(), 2);
}

/// Without one of its lines, a dump is refused where that line was.
#[test]
fn a_missing_line_is_found() {
    for name in ["xxd.txt", "hexdump-C.txt"] {
        let text = text(name);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.remove(5);
        let seen = run_with_input(&["decode"], lines.join("\n"));
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""), "{name}");
        let error = "error[bad-dump]: this line has 16 octets, but 32 by the next offset (line 5, column 1)\n";
        assert!(seen.stderr.starts_with(error), "{name}: {}", seen.stderr);
    }
}
