//! `amqp serve`: its lines about clients that are not accepted, its JSON, and its trace.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use common::amqp;
use common::peer::{AMQP, AMQP_0_9_1, SASL, TLS, exchange};
use common::server::{Process, Server, client, connect};
use serde_json::{Value, json};

#[test]
fn clients_that_speak_something_else_are_answered_and_logged() {
    let mut server = Server::start();
    for (sent, answer, says) in [
        (AMQP_0_9_1, AMQP, "AMQP 0-9-1"),
        (b"AMQP\x00\x01\x01\x00", AMQP, "asked for AMQP 1.1.0"),
        (TLS, SASL, "asked for TLS 1.0.0"),
        (b"AMQP\x03\x01\x00\x01", SASL, "asked for SASL 1.0.1"),
        (b"GET / HTTP/1.1\r\n\r\n", SASL, "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", SASL, "TLS"),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let client = stream.local_addr().unwrap();
        stream.write_all(sent).unwrap();
        let mut seen = vec![0; answer.len()];
        stream.read_exact(&mut seen).unwrap();
        assert_eq!(seen, answer, "{says}");
        // The server closes the connection after its answer, and so does the client.
        assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
        drop(stream);
        let line = server.line();
        assert!(line.starts_with(&client.to_string()) && line.contains(says), "{line}");
    }
    let (code, lines, errors) = server.stop("TERM");
    assert_eq!((code, lines.as_str(), errors.as_str()), (Some(0), "", ""));
}

#[test]
fn clients_that_only_want_to_see_a_header_are_answered_and_logged() {
    let mut server = Server::start();
    for (sent, says) in [
        (AMQP, "the peer closed the connection"),
        (SASL, "the client closed the connection during authentication"),
        (b"AMQ".as_slice(), "the client"),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let client = stream.local_addr().unwrap();
        stream.write_all(sent).unwrap();
        if sent.len() == 8 {
            let mut seen = [0; 8];
            stream.read_exact(&mut seen).unwrap();
            assert_eq!(seen, sent);
        }
        if sent == SASL {
            let mut size = [0; 4];
            stream.read_exact(&mut size).unwrap();
            let mut frame = vec![0; u32::from_be_bytes(size) as usize - size.len()];
            stream.read_exact(&mut frame).unwrap();
            let frame = String::from_utf8_lossy(&frame);
            assert!(frame.contains("ANONYMOUS") && frame.contains("PLAIN"), "{frame:?}");
        }
        drop(stream);
        let line = server.line();
        assert!(line.starts_with(&client.to_string()) && line.contains(says), "{line}");
    }
}

#[test]
fn a_program_that_cannot_use_a_link_closes_its_connection() {
    let mut server = Server::start();
    let url = server.url("");
    for number in 1..=2 {
        let filtered = ["receive", &url, "orders", "--filter", "selector=true", "--count", "1"];
        assert_eq!(amqp(&filtered).output().unwrap().status.code(), Some(3));
        let connection = format!("connection {number}: ");
        loop {
            let line = server.line();
            assert!(line.starts_with(&connection), "connections are counted: {line}");
            assert!(!line.contains("lost"), "{line}");
            if line.ends_with(": closed") {
                break;
            }
        }
    }
}

#[test]
fn lines_of_json_have_the_fields_of_their_event() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--json", "--limit", "max_queues=1"];
    let mut child = Process(amqp(&arguments).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();

    let listening = next();
    assert_eq!(
        (&listening["event"], &listening["storage"]),
        (&json!("listening"), &json!("memory"))
    );
    let address: SocketAddr = listening["address"].as_str().unwrap().parse().unwrap();

    assert_eq!(exchange(address, AMQP_0_9_1), AMQP);
    let refused = next();
    assert_eq!(refused["event"], "not_accepted");
    assert!(refused["client"].as_str().unwrap().starts_with("127.0.0.1:"), "{refused}");
    assert!(refused["reason"].as_str().unwrap().contains("0-9-1"), "{refused}");

    client(async {
        let connection = connect(&format!("amqp://ada:any@{address}")).await.unwrap();
        let sender = connection.sender("orders").name("one").attach().await.unwrap();
        sender.close().await.unwrap();
        let receiver = connection.receiver("other").name("two").attach().await.unwrap();
        assert!(connection.receiver("third").name("three").attach().await.is_err());
        receiver.close().await.unwrap();
        connection.close().await.unwrap();
    });
    let mut connection = next();
    assert!(connection["client"].as_str().unwrap().starts_with("127.0.0.1:"), "{connection}");
    let opened = json!({
        "event": "connection_opened",
        "connection": 1,
        "container": "me",
        "user": "ada",
        "client": connection["client"],
    });
    assert_eq!(connection, opened);

    assert_eq!(next(), link("link_attached", "one", "producer", "orders"));
    let mut detached = link("link_detached", "one", "producer", "orders");
    detached["error"] = Value::Null;
    assert_eq!(next(), detached);
    assert_eq!(next(), link("link_attached", "two", "consumer", "other"));
    let mut refused = link("link_refused", "three", "consumer", "third");
    refused["error"] = json!({
        "condition": "amqp:resource-limit-exceeded",
        "description": "`third` cannot be made: the limit max_queues of the broker is 1",
    });
    assert_eq!(next(), refused);
    let mut detached = link("link_detached", "two", "consumer", "other");
    detached["error"] = Value::Null;
    assert_eq!(next(), detached);

    connection["event"] = "connection_closed".into();
    connection["reason"] = Value::Null;
    assert_eq!(next(), connection);
}

/// Returns the object for an event of a link.
fn link(event: &str, name: &str, role: &str, address: &str) -> Value {
    json!({ "event": event, "connection": 1, "link": name, "role": role, "address": address })
}

#[test]
fn a_trace_shows_frames_with_their_clients_and_no_password() {
    let server = Server::with(&["--trace"]);
    client(async {
        let connection = connect(&server.url("ada:pa55word@")).await.unwrap();
        connection.sender("orders").await.unwrap().send("tea").await.unwrap();
        connection.close().await.unwrap();
    });
    let (code, _, frames) = server.stop("TERM");
    assert_eq!(code, Some(0));
    for shown in
        ["received  header SASL 1.0.0", "sent      ", "open {container-id: \"me\"", "transfer {"]
    {
        assert!(frames.contains(shown), "{shown}: {frames}");
    }
    assert!(frames.lines().all(|line| line.starts_with("127.0.0.1:")), "{frames}");
    assert!(!frames.contains("pa55word"), "{frames}");
}
