//! The driver over TCP, on loopback.

#![cfg(feature = "tokio")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "this is a test, in its helpers too")]

use std::net::SocketAddr;
use std::time::Duration;

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::{ConnectError, Incoming, Listener, connect};
use amqp_net::proto::{
    DetectedProtocol, Fault, Initiator, NegotiationErrorKind, NegotiationSettings, StreamEnd,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;
const LOOPBACK: (&str, u16) = ("127.0.0.1", 0);

fn only(header: ProtocolHeader) -> NegotiationSettings {
    NegotiationSettings::new(header)
}

fn either() -> NegotiationSettings {
    only(A).also_accept(S)
}

async fn listener(settings: NegotiationSettings) -> (Listener, SocketAddr) {
    let listener = Listener::bind(LOOPBACK, &settings).await.unwrap();
    let address = listener.local_addr();
    (listener, address)
}

/// Waits until this many handshakes are pending and none has ended.
async fn accept_all(listener: &mut Listener, count: usize) {
    while listener.pending_handshakes() < count {
        let over = timeout(Duration::from_millis(10), listener.accept()).await;
        assert!(over.is_err(), "{over:?}");
    }
}

/// Returns why a negotiation failed.
fn kind(error: ConnectError) -> NegotiationErrorKind {
    let ConnectError::Negotiation(error) = error else { panic!("{error}") };
    error.kind
}

/// Starts a server that answers every client with these octets, and then closes or resets the connection.
async fn scripted(octets: &'static [u8], reset: bool) -> SocketAddr {
    let listener = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            if reset {
                stream.set_zero_linger().unwrap();
            } else {
                stream.read_exact(&mut [0; 8]).await.unwrap();
            }
            stream.write_all(octets).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_listener_and_its_clients() {
    let (mut listener, address) = listener(either()).await;
    let client = tokio::spawn(async move {
        for header in [A, S] {
            assert_eq!(connect(address, &only(header)).await.unwrap().header(), header);
        }
        connect(address, &only(ProtocolHeader::TLS)).await.unwrap_err()
    });
    for header in [A, S] {
        let Some(Incoming::Agreed { negotiated, .. }) = listener.accept().await else { panic!() };
        assert_eq!(negotiated.header(), header);
        assert!(negotiated.get_ref().nodelay().unwrap());
    }
    let failed = listener.accept().await.unwrap();
    assert!(failed.to_string().ends_with(
        ": the client asked for TLS 1.0.0, which is not supported here: it was offered AMQP 1.0.0; \
         it can connect again with that header"
    ));
    let error = client.await.unwrap();
    assert_eq!(
        error.to_string(),
        "the peer does not use TLS: it answered TLS 1.0.0 with AMQP 1.0.0; begin with the AMQP \
         header if that is enough"
    );

    assert_eq!(listener.pending_handshakes(), 0);
    listener.stop();
    assert!(listener.accept().await.is_none());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_client_connects_again_with_the_header_that_was_offered() {
    let (mut listener, address) = listener(only(S)).await;
    let server = tokio::spawn(async move {
        let first = listener.accept().await.unwrap();
        let second = listener.accept().await.unwrap();
        (first, second)
    });
    let negotiated = connect(address, &either()).await.unwrap();
    assert_eq!(negotiated.header(), S);
    let (first, second) = server.await.unwrap();
    assert!(matches!(first, Incoming::Failed { .. }), "{first}");
    assert!(matches!(second, Incoming::Agreed { .. }), "{second}");
}

#[tokio::test]
async fn a_server_that_sends_first() {
    let (mut listener, address) = listener(only(A).initiator(Initiator::Server)).await;
    let server = tokio::spawn(async move { listener.accept().await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut header = [0; 8];
    stream.read_exact(&mut header).await.unwrap();
    assert_eq!(header, A.to_bytes());
    stream.write_all(&A.to_bytes()).await.unwrap();
    assert!(matches!(server.await.unwrap(), Some(Incoming::Agreed { .. })));
}

#[tokio::test]
async fn a_header_that_is_followed_by_a_reset_is_not_lost() {
    for (octets, reset) in [(b"AMQP\x00\x00\x09\x01", false), (b"AMQP\x00\x00\x09\x01", true)] {
        let address = scripted(octets, reset).await;
        for _ in 0..50 {
            let error = connect(address, &only(A)).await.unwrap_err();
            let NegotiationErrorKind::NotAmqp { protocol, .. } = kind(error) else { panic!() };
            assert_eq!(protocol, DetectedProtocol::Amqp091);
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_before_any_input() {
    let address = scripted(b"", true).await;
    let error = connect(address, &only(A)).await.unwrap_err();
    let NegotiationErrorKind::Closed { end, .. } = kind(error) else { panic!() };
    assert_eq!(end, StreamEnd::Reset);
    let address = scripted(b"", false).await;
    let error = connect(address, &only(A)).await.unwrap_err();
    let NegotiationErrorKind::Closed { end, .. } = kind(error) else { panic!() };
    assert_eq!(end, StreamEnd::Clean);
}

#[tokio::test]
async fn an_address_where_nothing_listens() {
    let gone = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let error = connect(address, &only(A)).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Wire);
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot connect to {address}: ")), "{text}");
    assert!(text.ends_with("; start the server there, or check the port"), "{text}");
}

#[tokio::test]
async fn a_url_is_not_an_address() {
    let expected =
        "this is a URL, but an address is expected: a host and a port, such as localhost:5672";
    for url in ["amqp://localhost", "amqp://user:secret@localhost:5672", "amqps://[::1]/queue"] {
        let error = connect(url, &only(A)).await.unwrap_err();
        assert!(matches!(error, ConnectError::Unreachable { address: None, .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        let error = Listener::bind(url, &only(A)).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = connect(("amqp://localhost", 5672), &only(A)).await.unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn stopping_waits_for_pending_handshakes() {
    let limit = Duration::from_secs(1);
    let (mut listener, address) = listener(only(A).handshake_timeout(limit)).await;
    let mut quick = TcpStream::connect(address).await.unwrap();
    let mut slow = TcpStream::connect(address).await.unwrap();
    quick.write_all(&A.to_bytes()[..4]).await.unwrap();
    accept_all(&mut listener, 2).await;
    listener.stop();
    quick.write_all(&A.to_bytes()[4..]).await.unwrap();
    let Some(Incoming::Agreed { .. }) = listener.accept().await else { panic!() };
    let Some(Incoming::Failed { .. }) = listener.accept().await else { panic!() };
    assert!(listener.accept().await.is_none());
    assert_eq!(slow.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn the_oldest_handshake_is_evicted() {
    let (mut listener, address) = listener(only(A)).await;
    listener.set_max_handshakes(3);
    let mut streams = Vec::new();
    for count in 1..=3 {
        streams.push(TcpStream::connect(address).await.unwrap());
        accept_all(&mut listener, count).await;
    }
    let client = tokio::spawn(async move { connect(address, &only(A)).await.is_ok() });
    let Some(Incoming::Evicted { peer }) = listener.accept().await else { panic!() };
    assert_eq!(peer, streams[0].local_addr().unwrap());
    let Some(Incoming::Agreed { .. }) = listener.accept().await else { panic!() };
    assert!(client.await.unwrap());
    assert_eq!(listener.pending_handshakes(), 2);
    assert_eq!(streams[0].read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_dropped_listener_closes_its_connections() {
    let (mut listener, address) = listener(only(A)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    accept_all(&mut listener, 1).await;
    drop(listener);
    let read = timeout(Duration::from_secs(5), stream.read(&mut [0; 8])).await;
    assert_eq!(read.expect("it must be closed").unwrap_or(0), 0);
}
