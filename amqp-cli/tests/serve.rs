//! `amqp serve`: the answers to clients, the log, and how the server stops.
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
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::peer::{AMQP, AMQP_0_9_1, SASL, TLS, exchange};
use common::{amqp, run};

struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    fn start() -> Self {
        Self::of(&mut amqp(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Starts a server with a limit of open files.
    fn with_open_files(max: usize) -> Self {
        let script = format!("ulimit -n {max} && exec \"$0\" serve --listen 127.0.0.1:0");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_amqp")]);
        Self::of(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on ").unwrap().trim_end().parse().unwrap();
        Self { child, stdout, address }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Sends a signal and waits for the end. Returns the exit code and the rest of the output.
    fn stop(mut self, signal: &str) -> (Option<i32>, String, String) {
        self.signal(signal);
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(10), "the server does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
        let (mut lines, mut errors) = (String::new(), String::new());
        self.stdout.read_to_string(&mut lines).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code(), lines, errors)
    }

    fn signal(&self, signal: &str) {
        let command = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server is still running only if the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn clients_are_answered_and_logged() {
    let mut server = Server::start();
    for (sent, answer, says) in [
        (AMQP, AMQP.to_vec(), "agreed on AMQP 1.0.0"),
        (AMQP_0_9_1, AMQP.to_vec(), "AMQP 0-9-1"),
        (b"AMQP\x00\x01\x01\x00", AMQP.to_vec(), "asked for AMQP 1.1.0"),
        (TLS, AMQP.to_vec(), "asked for TLS 1.0.0"),
        (b"AMQP\x03\x01\x00\x01", SASL.to_vec(), "asked for SASL 1.0.1"),
        (b"GET / HTTP/1.1\r\n\r\n", AMQP.to_vec(), "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", AMQP.to_vec(), "TLS"),
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
    let sasl = exchange(server.address, SASL);
    assert!(sasl.starts_with(SASL) && sasl.ends_with(b"ANONYMOUS"), "{sasl:02x?}");
    assert!(server.line().contains("agreed on SASL 1.0.0; offering the mechanism ANONYMOUS"));
    let (code, lines, errors) = server.stop("TERM");
    assert_eq!((code, lines.as_str(), errors.as_str()), (Some(0), "", ""));
}

#[test]
fn both_signals_stop_the_server_with_open_connections() {
    for signal in ["TERM", "INT"] {
        let server = Server::start();
        let mut half = TcpStream::connect(server.address).unwrap();
        half.write_all(b"AMQP").unwrap();
        let mut agreed = TcpStream::connect(server.address).unwrap();
        agreed.write_all(AMQP).unwrap();
        agreed.read_exact(&mut [0; 8]).unwrap();
        let began = Instant::now();
        let (code, _, errors) = server.stop(signal);
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{signal}");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
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
                assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
            }
        }
        server.signal("TERM");
        let text = reader.join().unwrap();
        assert!(!text.contains("cannot accept"), "{sent:02x?}: {text}");
        let dropped =
            if sent.len() == 8 { "too many others stay" } else { "too many pending handshakes" };
        assert!(text.contains(dropped), "{sent:02x?}: {text}");
        assert_eq!(text.matches("agreed on AMQP").count(), if sent == AMQP { 310 } else { 10 });
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
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

#[test]
fn addresses_that_are_not_available() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let seen = run(&["serve", "--listen", &address]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(1), ""));
    assert!(seen.stderr.contains(&format!("cannot listen on {address}")), "{}", seen.stderr);
    assert!(seen.stderr.contains("in use"), "{}", seen.stderr);
    let seen = run(&["serve", "--listen", "5672"]);
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
    assert!(seen.stderr.contains("HOST:PORT"), "{}", seen.stderr);
}

#[test]
fn the_probe_of_this_program_finds_amqp() {
    let server = Server::start();
    let seen = run(&["probe", &format!("amqp://{}", server.address), "--json"]);
    assert_eq!(seen.code, Some(0), "{}", seen.stdout);
    let report: serde_json::Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(report["amqp"]["outcome"], "agreed");
    assert_eq!(report["sasl"]["mechanisms"], serde_json::json!(["ANONYMOUS"]));
    assert_eq!(report["tls"]["outcome"], "refused");
    assert_eq!(server.stop("TERM").0, Some(0));
}
