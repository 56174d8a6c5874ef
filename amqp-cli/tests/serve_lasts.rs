//! `amqp serve`: how it stops, and what does not stop it.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::process::ChildStdout;
use std::time::{Duration, Instant};

use amqp_types::transport::ConnectionError;
use common::amqp;
use common::peer::{AMQP, AMQP_0_9_1, SASL, exchange};
use common::server::{Server, client, connect};

#[test]
fn both_signals_stop_the_server_with_clients_that_are_told() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start();
        let mut half = TcpStream::connect(server.address).unwrap();
        half.write_all(b"AMQP").unwrap();
        let mut agreed = TcpStream::connect(server.address).unwrap();
        agreed.write_all(AMQP).unwrap();
        agreed.read_exact(&mut [0; 8]).unwrap();
        client(async {
            let connection = connect(&server.url("")).await.unwrap();
            let receiver = connection.receiver("orders").await.unwrap();
            assert!(server.line().ends_with(": opened"));
            server.signal(signal);
            let ended = connection.closed().await;
            let forced = ConnectionError::ConnectionForced.into();
            assert_eq!(ended.remote().unwrap().condition, forced);
            assert!(receiver.recv().await.is_err());
        });
        let (code, _, errors) = server.ended();
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{signal}");
    }
}

/// A client that has opened a connection and reads nothing more cannot keep the server.
#[test]
fn a_client_that_does_not_answer_does_not_keep_the_server() {
    const OPEN: &[u8] =
        b"\x00\x00\x00\x15\x02\x00\x00\x00\x00\x53\x10\xc0\x08\x02\xa1\x02me\xa1\x01h";
    let mut server = Server::start();
    let mut silent = TcpStream::connect(server.address).unwrap();
    silent.write_all(&[AMQP, OPEN].concat()).unwrap();
    assert!(server.line().ends_with(": opened"));
    let (code, _, errors) = server.stop("TERM");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

/// Many more idle clients than the server can have open files, and other clients among them.
#[test]
fn idle_clients_do_not_block_others() {
    for sent in [AMQP, SASL, b"AMQP", b""] {
        let mut server = Server::with_open_files(96);
        let mut lines = std::mem::replace(&mut server.stdout, closed_reader());
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            lines.read_to_string(&mut text).unwrap();
            text
        });
        let mut staying = Vec::new();
        for count in 0..300 {
            let mut stream = TcpStream::connect(server.address).unwrap();
            // The server may have dropped this client already.
            let _ = stream.write_all(sent);
            staying.push(stream);
            if count % 30 == 29 {
                let began = Instant::now();
                let mut good = TcpStream::connect(server.address).unwrap();
                good.write_all(AMQP).unwrap();
                let mut header = [0; 8];
                good.read_exact(&mut header).unwrap();
                assert_eq!(header, AMQP);
                assert!(
                    began.elapsed() < Duration::from_millis(500),
                    "{sent:02x?}: {:?}",
                    began.elapsed()
                );
            }
        }
        server.signal("TERM");
        let text = reader.join().unwrap();
        assert!(!text.contains("cannot accept"), "{sent:02x?}: {text}");
        assert!(text.contains("too many pending"), "{sent:02x?}: {text}");
        assert_eq!(server.child.0.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn serves_while_its_output_is_not_read() {
    let server = Server::start();
    // More lines than fit in a pipe and the queue of the server.
    for _ in 0..3000 {
        assert_eq!(exchange(server.address, AMQP_0_9_1), AMQP);
    }
    let (code, lines, _) = server.stop("TERM");
    assert_eq!(code, Some(0));
    assert!(lines.lines().count() > 100);
}

#[test]
fn serves_after_its_output_is_closed() {
    let mut server = Server::start();
    server.stdout = closed_reader();
    for _ in 0..3 {
        assert_eq!(exchange(server.address, AMQP_0_9_1), AMQP);
    }
    let (code, _, errors) = server.stop("TERM");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

/// Returns the output of a program that prints nothing.
fn closed_reader() -> BufReader<ChildStdout> {
    let mut child = amqp(&["decode"]).spawn().unwrap();
    child.wait().unwrap();
    BufReader::new(child.stdout.take().unwrap())
}
