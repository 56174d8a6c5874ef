//! `amqp receive`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use amqp_net::ServerSettings;
use amqp_net::proto::ConnectionSettings;
use amqp_types::extension::filter::{SelectorFilter, SqlFilter};
use amqp_types::messaging::{
    Annotations, Body, DistributionMode, EncodedMessage, Footer, Header, Message,
    MessageAnnotations, Properties,
};
use amqp_types::transport::Fields;
use amqp_types::value::ArrayValue;
use amqp_types::{Bytes, Decimal128, Map, Primitive, Symbol, Timestamp, Uuid, Value};
use common::broker::Broker;
use common::{Run, amqp, run, run_with_input};

fn message(body: Body) -> EncodedMessage {
    let message = Message { body, ..Message::default() };
    EncodedMessage::new(message.to_bytes().unwrap()).unwrap()
}

fn text(text: &str) -> EncodedMessage {
    message(Body::value(text))
}

/// A broker with the messages 1, 2 and so on in the queue `numbers`.
fn with_numbers(last: u32) -> Broker {
    let broker = Broker::start();
    for number in 1..=last {
        broker.put("numbers", text(&number.to_string()));
    }
    broker
}

fn numbers(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut lines: Vec<_> = numbers.into_iter().map(|number| number.to_string()).collect();
    lines.push(String::new());
    lines.join("\n")
}

fn outcomes(broker: &Broker, outcome: &str) -> usize {
    broker.see(|seen| seen.outcomes.iter().filter(|it| **it == outcome).count())
}

/// Waits until the outcomes of all messages that were sent have come.
fn settled(broker: &Broker) {
    broker.wait_until("all is settled", |seen| seen.outcomes.len() == seen.sent);
}

#[test]
fn as_many_as_are_asked_for() {
    for (count, credit) in [(3, "200"), (3, "1"), (10, "3"), (250, "100"), (300, "7")] {
        let broker = with_numbers(400);
        let arguments = ["--count", &count.to_string(), "--credit", credit];
        let seen = run(&[&["receive", &broker.url(), "numbers"], &arguments[..]].concat());
        assert_eq!((seen.code, &*seen.stderr), (Some(0), ""), "{arguments:?}");
        assert_eq!(seen.stdout, numbers(1..=count));
        broker.wait_until("the connection is closed", |seen| seen.closed == 1);
        settled(&broker);
        // None was asked for in vain.
        assert_eq!(outcomes(&broker, "accepted"), count as usize);
        assert_eq!(broker.see(|seen| seen.sent), count as usize, "{arguments:?}");
    }
}

#[test]
fn until_there_are_no_more() {
    let broker = with_numbers(1000);
    let seen = run(&["receive", &broker.url(), "numbers", "--timeout", "0.3"]);
    assert_eq!((seen.code, &*seen.stderr), (Some(0), ""));
    assert_eq!(seen.stdout, numbers(1..=1000));
    settled(&broker);
    assert_eq!(outcomes(&broker, "accepted"), 1000);
    // Fewer than were asked for.
    broker.put("few", text("a"));
    let seen = run(&["receive", &broker.url(), "few", "--timeout", "0.2", "--count", "2"]);
    assert_eq!(
        (seen.code, &*seen.stdout, &*seen.stderr),
        (Some(1), "a\n", "received 1 of 2 messages\n")
    );
}

#[test]
fn messages_are_printed_when_they_come() {
    let broker = Broker::start();
    let mut child = amqp(&["receive", &broker.url(), "queue", "--count", "3"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    for word in ["a", "b", "c"] {
        broker.put("queue", text(word));
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), word);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn outcomes_of_choice() {
    for (settle, outcome) in [
        ("accept", "accepted"),
        ("release", "released"),
        ("reject", "rejected"),
        ("modify", "modified"),
        ("none", "unknown"),
    ] {
        let broker = with_numbers(3);
        let seen = run(&["receive", &broker.url(), "numbers", "--count", "2", "--settle", settle]);
        assert_eq!((seen.code, &*seen.stdout), (Some(0), "1\n2\n"), "{}", seen.stderr);
        broker.wait_until("both are settled", |seen| seen.outcomes.len() == 2);
        assert_eq!(broker.see(|seen| seen.outcomes.clone()), [outcome; 2]);
    }
}

#[test]
fn raw_octets() {
    let broker = Broker::start();
    let octets: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    broker.put("files", message(Body::Data(octets.clone().into())));
    let output =
        amqp(&["receive", &broker.url(), "files", "--count", "1", "--raw"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stdout, octets);
}

/// Messages with bodies and values of every type.
fn all_kinds() -> Vec<EncodedMessage> {
    let array = |items| Value::Array(Box::new(ArrayValue::new(Primitive::Uint, items).unwrap()));
    let map = Map::from([
        (Value::Symbol(Symbol::from_static("k")), Value::Null),
        (Value::Uint(1), Value::List(vec![Value::from("x"), Value::Boolean(false)])),
    ]);
    let mut deep = Value::Null;
    for _ in 0..60 {
        deep = Value::Map(Map::from([(Value::Uint(0), deep)]));
    }
    let values = [
        Value::Null,
        Value::Boolean(true),
        Value::Ubyte(255),
        Value::Ushort(65535),
        Value::Uint(u32::MAX),
        Value::Ulong(u64::MAX),
        Value::Byte(-128),
        Value::Short(-32768),
        Value::Int(i32::MIN),
        Value::Long(i64::MIN),
        Value::Float(f32::from_bits(0x7fc0_0001)),
        Value::Double(-0.0),
        Value::Decimal128(Decimal128::from_bits(7)),
        Value::Char('\u{1f600}'),
        Value::Timestamp(Timestamp(-1)),
        Value::Uuid(Uuid([7; 16])),
        Value::Binary(Bytes::from_static(b"\x00\xff\n")),
        Value::from("line\nline \"\\ \u{e9}"),
        Value::Symbol(Symbol::from_static("s")),
        Value::List(vec![]),
        Value::Map(map),
        array(vec![Value::Uint(1), Value::Uint(2)]),
        Value::described(Symbol::from_static("x:y"), vec![Value::Ulong(0x77)]),
        deep,
    ];
    let mut messages: Vec<_> = values.iter().map(|value| message(Body::value(value))).collect();
    messages.push(message(Body::Data(Bytes::from_static(b"\x00\xff"))));
    messages.push(message(Body::sequence(&["a", "b"])));
    // Several sections of one kind.
    let two = b"\x00\x53\x75\xa0\x01a\x00\x53\x75\xa0\x01b";
    messages.push(EncodedMessage::new(Bytes::from_static(two)).unwrap());
    let annotations = Annotations(Map::from([(7_u64.into(), Value::Uint(1))]));
    let all = Message {
        header: Some(Header { durable: true, priority: 9, ..Header::default() }),
        message_annotations: Some(MessageAnnotations(annotations)),
        properties: Some(Properties { subject: Some("s".into()), ..Properties::default() }),
        footer: Some(Footer::default()),
        body: Body::value(&1u8),
        ..Message::default()
    };
    messages.push(EncodedMessage::new(all.to_bytes().unwrap()).unwrap());
    messages
}

#[test]
fn what_is_received_as_json_is_sent_again() {
    let broker = Broker::start();
    let messages = all_kinds();
    for message in &messages {
        broker.put("from", message.clone());
    }
    let count = messages.len().to_string();
    let received = run(&["receive", &broker.url(), "from", "--json", "--count", &count]);
    assert_eq!((received.code, &*received.stderr), (Some(0), ""));
    assert_eq!(received.stdout.lines().count(), messages.len());
    let sent = run_with_input(&["send", &broker.url(), "to", "--json"], received.stdout.clone());
    assert_eq!((sent.code, &*sent.stderr), (Some(0), ""));
    let again = broker.messages("to");
    assert_eq!(again.len(), messages.len());
    for (message, again) in messages.iter().zip(&again) {
        assert_eq!(message.octets(), again.octets());
    }
    // It is the notation of decode.
    for (message, line) in messages.iter().zip(received.stdout.lines()) {
        let hex: Vec<_> = message.octets().iter().map(|octet| format!("{octet:02x}")).collect();
        let hex = hex.concat();
        let decoded = run(&["decode", "--as", "message", "--json", &hex]);
        assert_eq!(decoded.stdout.trim_end(), line);
    }
}

#[test]
fn a_message_that_cannot_be_printed_is_given_back() {
    let broker = Broker::start();
    // A string that is not UTF-8.
    let bad = EncodedMessage::new(Bytes::from_static(b"\x00\x53\x77\xa1\x01\xff")).unwrap();
    broker.put("mixed", bad);
    broker.put("mixed", text("good"));
    let seen = run(&["receive", &broker.url(), "mixed", "--count", "1", "--timeout", "5"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(1), "good\n"));
    assert!(seen.stderr.contains("message 1 cannot be printed"), "{}", seen.stderr);
    settled(&broker);
    assert_eq!((outcomes(&broker, "accepted"), outcomes(&broker, "released")), (1, 1));
}

#[test]
fn filters_and_browsing() {
    let broker = with_numbers(1);
    let seen = run(&[
        "receive",
        &broker.url(),
        "numbers",
        "--browse",
        "--count",
        "1",
        "--filter",
        "selector=colour = 'green'",
        "--filter",
        "sql=price > 2",
        "--filter",
        "x:y=5",
    ]);
    assert_eq!((seen.code, &*seen.stdout), (Some(0), "1\n"), "{}", seen.stderr);
    let source = broker.see(|seen| seen.sources[0].clone());
    assert_eq!(source.distribution_mode, Some(DistributionMode::Copy));
    let filter = source.filter.unwrap();
    assert_eq!(filter.find::<SelectorFilter>().unwrap().unwrap().0, "colour = 'green'");
    assert_eq!(filter.find::<SqlFilter>().unwrap().unwrap().0, "price > 2");
    assert_eq!(filter.len(), 3);
    for (arguments, says) in [
        (&["--browse"][..], "cannot be browsed"),
        (&["--filter", "x:y=5"], "does not filter by x:y"),
    ] {
        let seen = run(&[&["receive", &broker.url(), "plain"], arguments].concat());
        assert_eq!((seen.code, &*seen.stdout), (Some(3), ""), "{}", seen.stderr);
        assert!(seen.stderr.contains(says), "{}", seen.stderr);
    }
}

/// As RabbitMQ 4.3 does for a queue that is not a stream.
#[test]
fn rabbitmq_says_that_it_filters_but_does_not() {
    let broker = Broker::with(|_| {
        let product = (Symbol::from_static("product"), Value::from("RabbitMQ"));
        let properties = Fields(Map::from_iter([product]));
        ServerSettings::new(ConnectionSettings::new("rabbit").properties(properties))
    });
    let receive = |queue: &str, filter: &str| {
        run(&[
            "receive",
            &broker.url(),
            queue,
            "--count",
            "1",
            "--timeout",
            "10",
            "--filter",
            filter,
        ])
    };
    let seen = receive("/queues/q", "sql=a = 1");
    assert_eq!((seen.code, &*seen.stdout), (Some(3), ""), "{}", seen.stderr);
    assert!(seen.stderr.contains("\"/queues/q\" is not a stream"), "{}", seen.stderr);
    broker.put("/queues/other", text("1"));
    let seen = receive("/queues/other", "selector=a = 1");
    assert_eq!((seen.code, &*seen.stdout), (Some(0), "1\n"), "{}", seen.stderr);
}

#[test]
fn refusals_and_losses() {
    let broker = Broker::start();
    for (address, says) in [
        ("missing", "cannot attach to \"missing\": the peer refused the link: amqp:not-found"),
        ("deleted", "amqp:resource-deleted: the node was deleted"),
    ] {
        let seen = run(&["receive", &broker.url(), address]);
        assert_eq!((seen.code, &*seen.stdout), (Some(3), ""), "{}", seen.stderr);
        assert!(seen.stderr.contains(says), "{}", seen.stderr);
        assert_eq!(seen.stderr.lines().count(), 1, "{}", seen.stderr);
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let seen = run(&["receive", &format!("amqp://{free}"), "queue"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(3), ""));
}

#[test]
fn a_message_that_is_too_large_exceeds_a_limit_of_the_program() {
    let broker = Broker::start();
    broker.put("numbers", message(Body::Data(vec![0; 70 << 20].into())));
    let seen = run(&["receive", &broker.url(), "numbers"]);
    assert_eq!((seen.code, &*seen.stdout), (Some(3), ""), "{}", seen.stderr);
    for says in ["a limit of this side", "67108864 octets", "larger than `amqp receive` can hold"] {
        assert!(seen.stderr.contains(says), "{}", seen.stderr);
    }
    assert!(!seen.stderr.contains("violated"), "{}", seen.stderr);
}

#[test]
fn misuse() {
    for (arguments, says) in [
        (&["amqp://h"][..], "<ADDRESS>"),
        (&["amqp://h", ""], "the address is empty"),
        (&["amqp://h", "q", "more"], "more"),
        (&["amqp://h", "q", "--count", "0"], "0 is not in"),
        (&["amqp://h", "q", "--credit", "0"], "0 is not in"),
        (&["amqp://h", "q", "--timeout", "0"], "greater than 0"),
        (&["amqp://h", "q", "--settle", "keep"], "accept"),
        (&["amqp://h", "q", "--filter", "colour"], "NAME=SELECTOR"),
        (&["amqp://h", "q", "--filter", "sql=a", "--filter", "sql=b"], "two filters"),
        (&["amqp://h", "q", "--json", "--raw"], "--raw"),
        (&["amqp://h", "q", "--browse", "--settle", "reject"], "--settle"),
    ] {
        let seen = run(&[&["receive"], arguments].concat());
        assert_eq!((seen.code, &*seen.stdout), (Some(2), ""), "{arguments:?}: {}", seen.stderr);
        assert!(seen.stderr.contains(says), "{arguments:?}: {}", seen.stderr);
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &command]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_signal_settles_what_was_printed() {
    for (name, count, code, says) in
        [("INT", None, 0, ""), ("TERM", Some("5"), 1, "received 3 of 5 messages\n")]
    {
        let broker = with_numbers(3);
        let url = broker.url();
        let mut arguments = vec!["receive", &url, "numbers"];
        arguments.extend(count.into_iter().flat_map(|count| ["--count", count]));
        let mut child = amqp(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..3 {
            lines.read_line(&mut String::new()).unwrap();
        }
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), says);
        broker.wait_until("the connection is closed", |seen| seen.closed == 1);
        settled(&broker);
        assert_eq!(outcomes(&broker, "accepted"), 3);
    }
}

/// A reader of the output that reads nothing holds up neither the signal nor the connection.
#[cfg(unix)]
#[test]
fn a_signal_while_the_output_is_not_read() {
    let broker = Broker::start();
    // Much more than fits into a pipe.
    let long = "x".repeat(1000);
    for _ in 0..2000 {
        broker.put("long", text(&long));
    }
    let mut child = amqp(&["receive", &broker.url(), "long"]).spawn().unwrap();
    // The receiver has taken what it can take: the broker sends no more for a while.
    let mut before = (0, Instant::now());
    while before.1.elapsed() < Duration::from_millis(500) {
        let sent = broker.see(|seen| seen.sent);
        if sent != before.0 || sent == 0 {
            before = (sent, Instant::now());
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(before.0 < 2000);
    let began = Instant::now();
    signal(&child, "TERM");
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10), "the signal does not end it");
        thread::sleep(Duration::from_millis(10));
    }
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    broker.wait_until("the connection is closed", |seen| seen.closed == 1);
    settled(&broker);
    let accepted = outcomes(&broker, "accepted");
    let whole = printed.matches('\n').count();
    // At most the messages of the write that was interrupted are printed and given back.
    assert!(accepted > 0 && (accepted..=accepted + 33).contains(&whole), "{accepted} of {whole}");
    assert_eq!(outcomes(&broker, "released"), broker.see(|seen| seen.sent) - accepted);
}

#[test]
fn a_reader_that_closes_the_pipe() {
    let broker = with_numbers(1);
    let mut child =
        amqp(&["receive", &broker.url(), "numbers"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    // A process that another test has just started can have the pipe for a moment, too. Until then, lines are printed.
    let mut more = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        broker.put("numbers", text("more"));
        more += 1;
        thread::sleep(Duration::from_millis(10));
    };
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((status.code(), &*errors), (Some(0), ""));
    broker.wait_until("the connection is closed", |seen| seen.closed == 1);
    settled(&broker);
    let again = broker.messages("numbers.again").len() + broker.messages("numbers").len();
    assert_eq!(again + outcomes(&broker, "accepted"), 1 + more);
    assert!(again > 0, "the last message was not printed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let broker = with_numbers(1);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output =
        amqp(&["receive", &broker.url(), "numbers"]).stdout(full).output().map(Run::from).unwrap();
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("cannot write the output"), "{}", output.stderr);
    settled(&broker);
    assert_eq!(outcomes(&broker, "released"), 1);
}
