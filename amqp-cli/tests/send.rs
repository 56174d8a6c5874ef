//! `amqp send`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use amqp_types::messaging::{BodyKind, MessageId, Properties};
use amqp_types::{Symbol, Value};
use common::broker::Broker;
use common::{Run, amqp, run, run_with_input};
use serde_json::json;

/// Checks the exit code and the start of the summary, which is all of the output.
fn assert_sent(seen: &Run, code: i32, summary: &str) {
    assert_eq!(seen.code, Some(code), "{}{}", seen.stdout, seen.stderr);
    assert_eq!(seen.stdout.lines().count(), 1, "{}", seen.stdout);
    let counts = seen.stdout.split(" in ").next().unwrap();
    assert_eq!(counts, summary, "{}", seen.stderr);
    assert!(seen.stdout.ends_with(" s\n"), "{}", seen.stdout);
}

const ALL: &str = "sent 3, accepted 3, rejected 0, released 0, modified 0, unknown 0";

#[test]
fn texts() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "orders", "tea", "", "a\nb"]);
    assert_sent(&seen, 0, ALL);
    assert_eq!(seen.stderr, "");
    assert_eq!(broker.texts("orders"), ["tea", "", "a\nb"]);
    let messages = broker.messages("orders");
    assert!(messages[0].header().unwrap().unwrap().durable);
    assert_eq!(messages[0].properties(), Ok(None));
    broker.wait_until("the connection is closed", |seen| seen.closed == 1);
}

#[test]
fn lines() {
    let broker = Broker::start();
    let seen = run_with_input(&["send", &broker.url(), "orders"], "tea\r\n\nlast");
    assert_sent(&seen, 0, ALL);
    assert_eq!(broker.texts("orders"), ["tea", "", "last"]);
    let seen = run_with_input(&["send", &broker.url(), "none"], "");
    assert_sent(&seen, 0, &ALL.replace('3', "0"));
    let seen = run_with_input(&["send", &broker.url(), "two", "--count", "2"], "a\nb\nc\n");
    assert_sent(&seen, 0, &ALL.replace('3', "2"));
    assert_eq!(broker.texts("two"), ["a", "b"]);
}

#[test]
fn a_line_is_sent_when_it_comes() {
    let broker = Broker::start();
    let mut child = amqp(&["send", &broker.url(), "orders", "--timeout", "0.5"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for count in 1..=3 {
        stdin.write_all(b"line\n").unwrap();
        broker.wait_until("a line comes", |seen| {
            seen.queues.get("orders").is_some_and(|orders| orders.len() == count)
        });
    }
    // The silence of the standard input is no lack of progress.
    std::thread::sleep(Duration::from_millis(800));
    stdin.write_all(b"late\n").unwrap();
    drop(stdin);
    let seen = Run::from(child.wait_with_output().unwrap());
    assert_sent(&seen, 0, &ALL.replace('3', "4"));
}

#[test]
fn a_line_that_is_no_text_is_skipped() {
    let broker = Broker::start();
    let seen = run_with_input(&["send", &broker.url(), "orders"], b"a\nb\xff\nc\nd".to_vec());
    assert_sent(&seen, 1, ALL);
    assert!(
        seen.stderr.contains("line 2: not sent: the text is not in UTF-8 (octet 1)"),
        "{}",
        seen.stderr
    );
    assert_eq!(broker.texts("orders"), ["a", "c", "d"]);
}

#[test]
fn sections() {
    let broker = Broker::start();
    let seen = run(&[
        "send",
        &broker.url(),
        "orders",
        "x",
        "--subject",
        "s",
        "--content-type",
        "text/plain",
        "--id",
        "i",
        "--to",
        "t",
        "--reply-to",
        "r",
        "--property",
        "n=7",
        "--property",
        "t:=7",
        "--property",
        "d=1.5",
        "--property",
        "b=true",
        "--transient",
        "--priority",
        "9",
        "--ttl",
        "1.5",
    ]);
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    let message = &broker.messages("orders")[0];
    let header = message.header().unwrap().unwrap();
    assert_eq!((header.durable, header.priority), (false, 9));
    assert_eq!(header.ttl.unwrap().0, 1500);
    let properties = Properties {
        subject: Some("s".into()),
        content_type: Some(Symbol::from_static("text/plain")),
        message_id: Some(MessageId::from("i")),
        to: Some("t".into()),
        reply_to: Some("r".into()),
        ..Properties::default()
    };
    assert_eq!(message.properties(), Ok(Some(properties)));
    let application = message.application_properties().unwrap().unwrap();
    let values: Vec<_> =
        application.iter().map(|(key, value)| (&**key, (**value).clone())).collect();
    let expected = [
        ("n", Value::Long(7)),
        ("t", Value::from("7")),
        ("d", Value::Double(1.5)),
        ("b", Value::Boolean(true)),
    ];
    assert_eq!(values, expected);
}

#[test]
fn files() {
    let broker = Broker::start();
    let octets: Vec<u8> = (0..100_000_u32).map(|index| (index % 251) as u8).collect();
    let path = std::env::temp_dir().join(format!("amqp-send-{}", std::process::id()));
    std::fs::write(&path, &octets).unwrap();
    let seen = run(&["send", &broker.url(), "files", "--file", path.to_str().unwrap()]);
    std::fs::remove_file(&path).unwrap();
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    let seen = run_with_input(&["send", &broker.url(), "files", "--file", "-"], octets.clone());
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    for message in broker.messages("files") {
        assert_eq!(message.body().kind(), BodyKind::Data);
        assert_eq!(message.body().to_data().unwrap(), octets);
    }
    let seen = run(&["send", &broker.url(), "files", "--file", "/nowhere/x"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(2), ""));
    assert!(seen.stderr.contains("--file /nowhere/x: cannot read the file"), "{}", seen.stderr);
}

#[test]
fn load() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "orders", "--count", "5000", "--size", "100"]);
    assert_sent(&seen, 0, &ALL.replace('3', "5000"));
    let messages = broker.messages("orders");
    assert_eq!(messages.len(), 5000);
    assert!(messages.iter().all(|message| *message.body().to_data().unwrap() == [b'x'; 100]));
    let seen = run(&["send", &broker.url(), "turns", "a", "b", "--count", "3", "--window", "1"]);
    assert_sent(&seen, 0, ALL);
    assert_eq!(broker.texts("turns"), ["a", "b", "a"]);
}

#[test]
fn a_rate() {
    let broker = Broker::start();
    let began = Instant::now();
    let seen = run(&["send", &broker.url(), "orders", "x", "--count", "3", "--rate", "10"]);
    assert_sent(&seen, 0, ALL);
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
}

#[test]
fn settled_as_they_are_sent() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "orders", "x", "--count", "3", "--settled"]);
    assert_sent(&seen, 0, "sent 3, accepted 0, rejected 0, released 0, modified 0, unknown 3");
    broker.wait_until("they come", |seen| seen.settled == 3);
}

#[test]
fn outcomes_that_are_not_accepted() {
    let broker = Broker::start();
    for (address, summary, says) in [
        (
            "rejects",
            "sent 3, accepted 0, rejected 3, released 0, modified 0, unknown 0",
            "error: message 2: the receiver rejected the message: amqp:not-allowed: no such messages",
        ),
        (
            "releases",
            "sent 3, accepted 0, rejected 0, released 3, modified 0, unknown 0",
            "error: message 2: the receiver released the message",
        ),
        (
            "modifies",
            "sent 3, accepted 0, rejected 0, released 0, modified 3, unknown 0",
            "error: message 2: the receiver did not process the message",
        ),
    ] {
        let seen = run_with_input(&["send", &broker.url(), address], "a\nb\nc\n");
        assert_sent(&seen, 1, summary);
        assert_eq!(seen.stderr.lines().count(), 3, "{}", seen.stderr);
        assert!(seen.stderr.contains(says), "{}", seen.stderr);
    }
    // The count goes on.
    let seen = run(&["send", &broker.url(), "picky", "x", "--count", "300", "--json-summary"]);
    assert_eq!(seen.code, Some(1));
    let mut summary: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
    assert!(summary["seconds"].take().is_f64(), "{}", seen.stdout);
    let expected = json!({
        "sent": 300, "accepted": 200, "rejected": 0, "released": 100, "modified": 0, "unknown": 0,
        "seconds": null,
    });
    assert_eq!(summary, expected);
    assert!(seen.stderr.contains("message 2: ") && seen.stderr.contains("message 299: "));
}

#[test]
fn no_progress() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "silent", "a", "b", "c", "--timeout", "0.3"]);
    assert_sent(&seen, 1, "sent 3, accepted 0, rejected 0, released 0, modified 0, unknown 3");
    assert!(seen.stderr.contains("made no progress within 300ms: 3 messages"), "{}", seen.stderr);
    let seen = run(&["send", &broker.url(), "full", "a", "--timeout", "0.3"]);
    assert_sent(&seen, 1, &ALL.replace('3', "0"));
    assert!(seen.stderr.contains("gave no credit"), "{}", seen.stderr);
}

#[test]
fn a_link_or_a_connection_that_ends() {
    let broker = Broker::start();
    for (address, says) in [
        ("broken", "amqp:internal-error: the node is broken"),
        ("closes", "amqp:resource-deleted: the node was deleted"),
    ] {
        let seen = run(&["send", &broker.url(), address, "x", "--count", "100", "--json-summary"]);
        assert_eq!(seen.code, Some(3), "{}{}", seen.stdout, seen.stderr);
        assert_eq!(seen.stderr.matches(says).count(), 1, "{}", seen.stderr);
        let summary: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
        let number = |name: &str| summary[name].as_u64().unwrap();
        assert_eq!((number("accepted"), number("rejected")), (2, 0), "{summary}");
        // The library releases what the node has not taken.
        assert_eq!(number("sent"), 2 + number("released") + number("unknown"), "{summary}");
        assert_eq!(seen.stderr.lines().count() as u64, 1 + number("released"), "{}", seen.stderr);
    }
}

/// The end is noticed while the standard input is silent, too.
#[test]
fn a_connection_that_is_lost_while_nothing_is_sent() {
    let broker = Broker::start();
    let mut child = amqp(&["send", &broker.url(), "orders"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"line\n").unwrap();
    broker.wait_until("the line comes", |seen| seen.queues.contains_key("orders"));
    drop(broker);
    let seen = Run::from(child.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!(seen.code, Some(3), "{}", seen.stderr);
    assert!(seen.stdout.starts_with("sent 1, "), "{}", seen.stdout);
    assert_eq!(seen.stderr.lines().count(), 1, "{}", seen.stderr);
}

#[test]
fn refusals() {
    let broker = Broker::with_password("ada", "p@ss");
    let address = broker.address();
    let seen = run(&["send", &format!("amqp://ada:p%40ss@{address}/v%2Fh"), "orders", "a"]);
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    assert_eq!(broker.see(|seen| seen.hostnames.clone()), [Some("vhost:v/h".to_owned())]);
    for (url, node, says) in [
        (format!("amqp://ada:wrong@{address}"), "orders", "check the user and the password"),
        (format!("amqp://{address}"), "orders", "amqp://USER:PASSWORD@HOST"),
        (
            format!("amqp://ada:p%40ss@{address}"),
            "missing",
            "cannot attach to \"missing\": the peer refused the link: amqp:not-found: there is no node missing",
        ),
    ] {
        let seen = run(&["send", &url, node, "a"]);
        assert_eq!((seen.code, &*seen.stdout), (Some(3), ""), "{}", seen.stderr);
        assert!(seen.stderr.contains(says), "{}", seen.stderr);
        assert!(
            !["p@ss", "p%40ss", "wrong"].iter().any(|word| seen.stderr.contains(word)),
            "{}",
            seen.stderr
        );
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let seen = run(&["send", &format!("amqp://{free}"), "orders", "a"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(3), ""));
    assert!(seen.stderr.contains("check the host and the port"), "{}", seen.stderr);
}

#[test]
fn a_line_of_json_without_a_body_is_skipped() {
    let broker = Broker::start();
    let value = r#"{"message":[{"described":[{"ulong":"119"},{"string":"tea"}]}]}"#;
    let header = r#"{"message":[{"described":[{"ulong":"112"},{"list":[]}]}]}"#;
    let input = format!("{value}\n{header}\n{value}\n{{\"message\":[]}}\n{value}\n");
    let seen = run_with_input(&["send", &broker.url(), "orders", "--json"], input.into_bytes());
    assert_sent(&seen, 1, ALL);
    for line in ["line 2", "line 4"] {
        let says = format!("{line}: not sent: the message has no body");
        assert!(seen.stderr.contains(&says), "{}", seen.stderr);
    }
}

#[test]
fn misuse() {
    for (arguments, says) in [
        (&["amqp://h"][..], "<ADDRESS>"),
        (&["amqp://user:secret@h:x", "q"], "the port is not a number"),
        (&["orders/", "q"], "amqp://user:password@localhost:5672/vhost"),
        (&["amqp://h", "amqp://h", "q"], "the URL comes first"),
        (&["amqp://h", "", "x"], "the address is empty"),
        (&["amqp://h", "q", "--property", "a"], "colour=green"),
        (
            &["amqp://h", "q", "--property", "a=1", "--property", "a=2"],
            "--property a is given twice",
        ),
        (&["amqp://h", "q", "--content-type", "\u{e9}"], "text/plain"),
        (&["amqp://h", "q", "--json", "x"], "message 1: not a message in JSON"),
        (&["amqp://h", "q", "--json", r#"{"message":[]}"#], "message 1: the message has no body"),
        (&["amqp://h", "q", "--json", "--subject", "x"], "--subject"),
        (&["amqp://h", "q", "x", "--file", "y"], "--file"),
        (&["amqp://h", "q", "--count", "0"], "0 is not in"),
        (&["amqp://h", "q", "--size", "1073741825"], "must be at most 1073741824"),
        (&["amqp://h", "q", "--size", "4294967295"], "must be at most 1073741824"),
        (&["amqp://h", "q", "--size", "99999999999999999999"], "must be at most 1073741824"),
        (&["amqp://h", "q", "--size", "-1"], "not a number of octets"),
        (&["amqp://h", "q", "--size", "1k"], "not a number of octets"),
        (&["amqp://h", "q", "--window", "0"], "0 is not in"),
        (&["amqp://h", "q", "--rate", "0"], "must be from"),
        (&["amqp://h", "q", "--timeout", "-1"], "greater than 0"),
        (&["amqp://h", "q", "--ttl", "5000000"], "4294967 seconds"),
        (&["amqp://h", "q", "--ca", "x"], "amqps://"),
    ] {
        let seen = run(&[&["send"], arguments].concat());
        assert_eq!((seen.code, &*seen.stdout), (Some(2), ""), "{arguments:?}: {}", seen.stderr);
        assert!(seen.stderr.contains(says), "{arguments:?}: {}", seen.stderr);
        assert!(!seen.stderr.contains("secret"), "{}", seen.stderr);
    }
}

#[test]
fn an_anonymous_target() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "", "a", "--to", "orders"]);
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    assert_eq!(broker.texts("orders"), ["a"]);
}

#[test]
fn a_trace() {
    let broker = Broker::start();
    let seen = run(&["send", &broker.url(), "orders", "a", "--trace"]);
    assert_sent(&seen, 0, &ALL.replace('3', "1"));
    for line in [
        "sent      header AMQP 1.0.0",
        "received  channel 0: open {",
        "sent      channel 0: transfer {",
    ] {
        assert!(seen.stderr.contains(line), "{line}: {}", seen.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_after_the_outcomes() {
    let broker = Broker::start();
    for (address, code, unknown) in [("orders", 0, 0), ("silent", 1, 1)] {
        let mut child = amqp(&["send", &broker.url(), address, "--trace"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"line\n").unwrap();
        let mut trace = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("transfer") {
            line.clear();
            assert_ne!(trace.read_line(&mut line).unwrap(), 0);
        }
        let id = child.id();
        let signal = |name: &str| {
            let command = format!("kill -{name} {id}");
            assert!(
                std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success()
            );
        };
        signal("INT");
        let reader = std::thread::spawn(move || std::io::copy(&mut trace, &mut std::io::sink()));
        if unknown == 1 {
            // It waits for the outcome until the second signal.
            std::thread::sleep(Duration::from_millis(300));
            assert!(child.try_wait().unwrap().is_none());
            signal("TERM");
        }
        let output = child.wait_with_output().unwrap();
        reader.join().unwrap().unwrap();
        let seen = Run::from(output);
        let summary = format!(
            "sent 1, accepted {}, rejected 0, released 0, modified 0, unknown {unknown}",
            1 - unknown
        );
        assert_sent(&seen, code, &summary);
        drop(stdin);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let broker = Broker::start();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output =
        amqp(&["send", &broker.url(), "orders", "a"]).stdout(full).output().map(Run::from).unwrap();
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("cannot write the output"), "{}", output.stderr);
    assert_eq!(broker.texts("orders"), ["a"]);
}
