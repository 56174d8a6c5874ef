//! `amqp serve` agrees with clients of other implementations, and refuses other protocols as the standard says.

use amqp_tests::peers::{Client, Layer, Serve};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The trace of a client that has understood our answer.
struct Understood {
    amqp_header: &'static str,
    sasl_header: &'static str,
    anonymous_chosen: &'static str,
}

const PROTON: Understood = Understood {
    amqp_header: "<- AMQP",
    sasl_header: "<- SASL",
    anonymous_chosen: "-> @sasl-init(65) [mechanism=:ANONYMOUS",
};

const RHEA: Understood = Understood {
    amqp_header: "<- { protocol_id: 0, major: 1, minor: 0, revision: 0 }",
    sasl_header: "<- { protocol_id: 3, major: 1, minor: 0, revision: 0 }",
    anonymous_chosen: r#"-> sasl_init#41 {"mechanism":"ANONYMOUS""#,
};

/// Checks the trace of a client. It cannot open a connection, because our server closes after the negotiation.
fn assert_negotiates(client: Option<Client>, understood: &Understood) {
    let Some(client) = client else { return };
    let serve = Serve::start();

    let bare = client.run(serve.address(), Layer::Bare);
    assert!(bare.stderr.contains(understood.amqp_header), "{bare}");

    let sasl = client.run(serve.address(), Layer::Anonymous);
    assert!(sasl.stderr.contains(understood.sasl_header), "{sasl}");
    assert!(sasl.stderr.contains(understood.anonymous_chosen), "{sasl}");

    let visitors = serve.stop();
    assert_eq!(visitors.len(), 2, "a line for each visitor: {visitors:#?}");
}

#[test]
fn proton_negotiates() {
    assert_negotiates(Client::proton(), &PROTON);
}

#[test]
fn rhea_negotiates() {
    assert_negotiates(Client::rhea(), &RHEA);
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

    let visitors = serve.stop();
    assert_eq!(visitors.len(), 1, "a line for the visitor: {visitors:#?}");
    assert!(visitors.iter().all(|line| line.contains("0-9-1")), "{visitors:#?}");
}
