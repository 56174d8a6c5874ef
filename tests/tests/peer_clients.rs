//! `amqp serve` takes clients of other implementations, and refuses other protocols as the standard says.

use amqp_tests::peers::{Client, Layer, Serve};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Checks that a client opens and closes a connection in each way, and that each is logged.
fn assert_connects(client: Option<Client>) {
    let Some(client) = client else { return };
    let serve = Serve::start();
    for layer in [Layer::Bare, Layer::Anonymous, Layer::Plain("ada", "any")] {
        let opened = client.run(serve.address(), layer);
        assert_eq!(opened.stdout.trim_end(), "opened broker", "{layer:?}: {opened}");
    }
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines.extend(serve.until(": closed"));
    }
    lines.extend(serve.stop());
    let opened: Vec<_> = lines.iter().filter(|line| line.ends_with(": opened")).collect();
    assert_eq!(opened.len(), 3, "a line for each client: {lines:#?}");
    assert_eq!(
        opened.iter().filter(|line| line.contains("user \"ada\"")).count(),
        1,
        "only PLAIN tells a user: {lines:#?}"
    );
    let closed = lines.iter().filter(|line| line.ends_with(": closed")).count();
    assert_eq!(closed, 3, "{lines:#?}");
}

#[test]
fn proton_connects() {
    assert_connects(Client::proton());
}

#[test]
fn rhea_connects() {
    assert_connects(Client::rhea());
}

/// Section 2.2: a server that does not support the requested protocol answers with a header that it supports,
/// and closes the connection.
#[test]
fn a_client_of_amqp_0_9_1_receives_our_header_and_a_clean_end() {
    let serve = Serve::start();
    let mut client = TcpStream::connect(serve.address()).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    client.write_all(b"AMQP\x00\x00\x09\x01").unwrap();
    let mut answer = Vec::new();
    // A reset would be an error here, because it can discard the header.
    client.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"AMQP\x00\x01\x00\x00");
    drop(client);

    let mut lines = serve.until("0-9-1");
    lines.extend(serve.stop());
    assert_eq!(lines.iter().filter(|line| line.contains("0-9-1")).count(), 1, "{lines:#?}");
}
