//! The trace of a connection, on both sides.

use std::sync::{Arc, Mutex};

use crate::common::settings;
use amqp_net::proto::{Credentials, Identity, Refusal, TraceLine};
use amqp_net::{Connection, Credit, Direction, PeerRequest, ServerSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

/// The lines of one side.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<(Direction, String)>>>);

impl Lines {
    fn show(&self) -> impl Fn(Direction, &TraceLine) + Send + Sync + 'static {
        let lines = Arc::clone(&self.0);
        move |direction, line| lines.lock().unwrap().push((direction, line.to_string()))
    }

    fn of(&self, direction: Direction) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| line.0 == direction).map(|line| line.1.clone()).collect()
    }
}

/// Asserts that there are these lines in this order, among others. An expected line that ends in `...` is the start of a
/// line.
fn assert_lines(lines: &[String], expected: &[&str]) {
    let mut rest = lines.iter();
    for expected in expected {
        let found = rest.any(|line| match expected.strip_suffix("...") {
            Some(start) => line.starts_with(start),
            None => line == expected,
        });
        assert!(found, "{expected} in {lines:#?}");
    }
}

async fn check(credentials: Credentials) -> Result<Identity, Refusal> {
    match credentials {
        Credentials::Password { user, password, .. } if *password == "pa55word" => {
            Ok(Identity::user(user))
        }
        _ => Err(Refusal::Credentials),
    }
}

#[tokio::test]
async fn both_sides_show_the_same_exchange_without_the_password() {
    let (near, far) = duplex(1000);
    let (client_lines, server_lines) = (Lines::default(), Lines::default());
    let server =
        ServerSettings::new(settings("server")).authenticate(check).trace(server_lines.show());
    let accepting = async {
        let mut client = server.accept_over(far).await.unwrap().accept().unwrap();
        let Some(PeerRequest::Receiver(link)) = client.next().await.unwrap() else { panic!() };
        let receiver = link.accept_as_asked(Credit::Auto(10)).unwrap();
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
        receiver.detached().await;
        assert!(client.next().await.unwrap().is_none());
    };
    let connecting = async {
        let connection = Connection::builder()
            .settings(settings("client"))
            .trace(client_lines.show())
            .use_endpoint(&"amqp://user:pa55word@localhost".parse().unwrap())
            .unwrap()
            .connect_over(near)
            .await
            .unwrap();
        let session = connection.session().await.unwrap();
        let sender = session.sender("queue").name("link").attach().await.unwrap();
        sender.send("hello").await.unwrap();
        sender.close().await.unwrap();
        session.end().await.unwrap();
        connection.close().await.unwrap();
    };
    tokio::join!(accepting, connecting);

    let (sent, received) = (client_lines.of(Direction::Sent), client_lines.of(Direction::Received));
    assert_lines(
        &sent,
        &[
            "header SASL 1.0.0",
            "sasl-init {mechanism: \"PLAIN\", initial-response: 14 octets, hostname: \"localhost\"}",
            "header AMQP 1.0.0",
            "channel 0: open {container-id: \"client\", hostname: \"localhost\", ...",
            "channel 0: begin {next-outgoing-id: ...",
            "channel 0: attach {name: \"link\", handle: 0, role: sender, ...",
            "channel 0: transfer {handle: 0, delivery-id: 0, ...",
            "channel 0: detach {handle: 0, closed: true}",
            "channel 0: end",
            "channel 0: close",
        ],
    );
    assert_lines(
        &received,
        &[
            "header SASL 1.0.0",
            "sasl-mechanisms {sasl-server-mechanisms: \"PLAIN\"}",
            "sasl-outcome {code: ok}",
            "header AMQP 1.0.0",
            "channel 0: open {container-id: \"server\", ...",
            "channel 0: begin {remote-channel: 0, ...",
            "channel 0: attach {name: \"link\", handle: 0, role: receiver, ...",
            "channel 0: flow {...",
            "channel 0: disposition {role: receiver, first: 0, settled: true, state: accepted}",
            "channel 0: detach {handle: 0, closed: true}",
            "channel 0: end",
            "channel 0: close",
        ],
    );
    let transfer = sent.iter().find(|line| line.contains("transfer")).unwrap();
    assert!(transfer.contains("}, payload of "), "{transfer}");
    assert_eq!(sent, server_lines.of(Direction::Received));
    assert_eq!(received, server_lines.of(Direction::Sent));
    // Neither as text nor in hexadecimal.
    for line in [sent, received].concat() {
        assert!(!line.contains("pa55word") && !line.contains("70613535"), "{line}");
    }
}

#[tokio::test]
async fn a_peer_that_speaks_something_else_is_shown() {
    let (near, mut far) = duplex(1000);
    let lines = Lines::default();
    let connecting = Connection::builder().without_sasl().trace(lines.show()).connect_over(near);
    let answering = async {
        far.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        far.read_to_end(&mut Vec::new()).await.unwrap();
    };
    let (connected, ()) = tokio::join!(connecting, answering);
    assert!(connected.is_err());
    assert_lines(&lines.of(Direction::Sent), &["header AMQP 1.0.0"]);
    assert_eq!(
        lines.of(Direction::Received),
        ["octets that are not a protocol header; the trace of this direction ends here"],
    );
}

#[tokio::test]
async fn the_function_may_use_the_connection() {
    let connection = Arc::new(Mutex::new(None::<Connection>));
    let (shared, seen) = (Arc::clone(&connection), Lines::default());
    let show = seen.show();
    let (near, far) = duplex(1000);
    let accepting = async {
        let server = ServerSettings::new(settings("server"));
        server.accept_over(far).await.unwrap().accept().unwrap()
    };
    let connecting = Connection::builder()
        .trace(move |direction, line| {
            // This locks the connection.
            if let Some(connection) = &*shared.lock().unwrap() {
                let _ = connection.stats();
                show(direction, line);
            }
        })
        .connect_over(near);
    let (connected, _server) = tokio::join!(connecting, accepting);
    *connection.lock().unwrap() = Some(connected.unwrap());
    let beginning = connection.lock().unwrap().as_ref().unwrap().sender("queue").attach();
    tokio::spawn(beginning);
    while seen.of(Direction::Received).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_lines(&seen.of(Direction::Received), &["channel 0: begin {remote-channel: 0, ..."]);
}
