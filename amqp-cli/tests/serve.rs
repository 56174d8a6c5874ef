//! `amqp serve`: what clients can do, and the command line.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::net::TcpListener;

use amqp_net::{ConnectError, Connection, SendError};
use amqp_types::messaging::{Body, Header, Message};
use common::run;
use common::server::{Server, client, connect};
use serde_json::{Value, json};

#[test]
fn clients_send_and_receive_and_each_link_is_a_line() {
    let mut server = Server::start();
    client(async {
        let connection = connect(&server.url("")).await.unwrap();
        let sender = connection.sender("orders").name("out").attach().await.unwrap();
        let header = Header { durable: true, ..Header::default() };
        let message =
            Message { header: Some(header), body: Body::value("tea"), ..Message::default() };
        sender.send(&message).await.unwrap();
        sender.close().await.unwrap();
        let receiver = connection.receiver("orders").name("in").attach().await.unwrap();
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<&str>().unwrap(), "tea");
        delivery.accept().unwrap();
        receiver.close().await.unwrap();
        connection.close().await.unwrap();
    });
    let opened = server.line();
    let expected = "connection 1: container \"me\", 127.0.0.1:";
    assert!(opened.starts_with(expected) && opened.ends_with(": opened"), "{opened}");
    for expected in [
        "connection 1: producer to \"orders\" (link \"out\"): attached",
        "connection 1: producer to \"orders\" (link \"out\"): detached",
        "connection 1: consumer of \"orders\" (link \"in\"): attached",
        "connection 1: consumer of \"orders\" (link \"in\"): detached",
        "connection 1: closed",
    ] {
        assert_eq!(server.line(), expected);
    }
    let (code, lines, errors) = server.stop("TERM");
    assert_eq!((code, lines.as_str(), errors.as_str()), (Some(0), "", ""));
}

#[test]
fn without_users_every_client_is_accepted() {
    let server = Server::start();
    client(async {
        for user in ["", "ada:anything@"] {
            connect(&server.url(user)).await.unwrap().close().await.unwrap();
        }
        let bare = Connection::builder().without_sasl();
        bare.connect(&server.url("").parse().unwrap()).await.unwrap();
    });
}

#[test]
fn with_users_only_their_passwords_are_accepted() {
    let mut server = Server::with(&["--user", "ada:se:cret", "--user", "bob:other"]);
    client(async {
        for user in ["ada:se%3Acret@", "bob:other@"] {
            connect(&server.url(user)).await.unwrap().close().await.unwrap();
        }
        for user in ["ada:other@", "eve:other@", ""] {
            let refused = connect(&server.url(user)).await;
            assert!(matches!(refused, Err(ConnectError::Sasl(_))), "{refused:?}");
        }
        let bare = Connection::builder().without_sasl();
        let refused = bare.connect(&server.url("").parse().unwrap()).await;
        assert!(matches!(refused, Err(ConnectError::Negotiation(_))), "{refused:?}");
    });
    for user in ["ada", "bob"] {
        let opened = server.line();
        assert!(opened.contains(&format!("user \"{user}\"")), "{opened}");
        assert!(server.line().ends_with(": closed"));
    }
    for _ in 0..2 {
        let refused = server.line();
        assert!(refused.starts_with("127.0.0.1:") && refused.contains("credentials"), "{refused}");
        assert!(!refused.contains("other"), "{refused}");
    }
    let (code, _, errors) = server.stop("TERM");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn what_exceeds_a_limit_is_refused_with_its_name() {
    let server = Server::with(&[
        "--limit",
        "max_queue_messages=1",
        "--limit",
        "max_message_size=100",
        "--limit",
        "max_queues=2",
        "--limit",
        "max_connections=1",
    ]);
    client(async {
        let connection = connect(&server.url("")).await.unwrap();
        let sender = connection.sender("orders").await.unwrap();
        sender.send("tea").await.unwrap();
        let full = sender.send("coffee").await.unwrap_err().to_string();
        assert!(full.contains("max_queue_messages of the broker is 1"), "{full}");
        let large = sender.send(&*"x".repeat(101)).await;
        assert!(matches!(large, Err(SendError::TooLarge { .. })), "{large:?}");
        let _other = connection.sender("other").await.unwrap();
        let queues = connection.sender("third").await.unwrap_err().to_string();
        assert!(queues.contains("max_queues of the broker is 2"), "{queues}");
        let connections = connect(&server.url("")).await.unwrap_err().to_string();
        assert!(connections.contains("max_connections of the broker is 1"), "{connections}");
    });
}

#[test]
fn wrong_users_and_limits_are_misuse() {
    for (arguments, says) in [
        (["--user", "s3cret"], "NAME:PASSWORD"),
        (["--user", ":s3cret"], "the name before the colon is missing"),
        (["--limit", "queues=1"], "max_connections, max_pending, max_queues"),
        (["--limit", "max_queues=many"], "a whole number from 1"),
        (["--limit", "max_queues"], "NAME=VALUE"),
    ] {
        let seen = run(&["serve", "--listen", "127.0.0.1:0", arguments[0], arguments[1]]);
        assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(seen.stderr.contains(says), "{arguments:?}: {}", seen.stderr);
        assert!(!seen.stderr.contains("s3cret"), "{}", seen.stderr);
    }
}

#[test]
fn addresses_that_are_not_available() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let seen = run(&["serve", "--listen", &address]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""));
    assert!(seen.stderr.contains(&format!("cannot listen on {address}")), "{}", seen.stderr);
    assert!(seen.stderr.contains("in use") && seen.stderr.contains("port 0"), "{}", seen.stderr);
    // Reserved for documentation (RFC 5737).
    let seen = run(&["serve", "--listen", "192.0.2.1:0"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""));
    assert!(seen.stderr.contains("this machine has no such address"), "{}", seen.stderr);
    let seen = run(&["serve", "--listen", "nowhere.invalid:5672"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""));
    assert!(seen.stderr.contains("cannot listen on nowhere.invalid:5672"), "{}", seen.stderr);
    let seen = run(&["serve", "--listen", "5672"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
    assert!(seen.stderr.contains("HOST:PORT"), "{}", seen.stderr);
}

#[test]
fn the_probe_of_this_program_finds_amqp() {
    let server = Server::start();
    let seen = run(&["probe", &format!("amqp://{}", server.address), "--json"]);
    assert_eq!(seen.code, Some(0), "{}", seen.stdout);
    let report: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(report["amqp"]["outcome"], "agreed");
    assert_eq!(report["sasl"]["mechanisms"], json!(["ANONYMOUS", "PLAIN"]));
    assert_eq!(report["tls"]["outcome"], "refused");
    assert_eq!(server.stop("TERM").0, Some(0));
}
