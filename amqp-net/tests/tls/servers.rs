//! What a server does with clients that do not complete the handshake.

use std::time::Duration;

use amqp_net::proto::{Fault, FirstBytes, StreamEnd};
use amqp_net::rustls::AlertDescription;
use amqp_net::rustls::pki_types::ServerName;
use amqp_net::{ConnectError, TlsError, TlsErrorKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::authority::{Authority, Clients};
use super::{connect, listen, settings, soon};

/// Lets a client do this with a server that requires a certificate, and returns why the server did not take it.
async fn error_of(authority: &Authority, client: impl AsyncFnOnce(DuplexStream)) -> TlsErrorKind {
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedOne);
    let (near, far) = duplex(1 << 16);
    let server = settings().tls(tls);
    let both = async { tokio::join!(server.accept_over(far), client(near)) };
    let error = soon(both).await.0.unwrap_err();
    let fault = error.fault();
    let text = error.to_string();
    let ConnectError::Tls(TlsError { peer, kind, .. }) = error else { panic!("{error}") };
    assert!(text.contains(&peer) && peer == "the client", "{text}");
    let is_closed = matches!(kind, TlsErrorKind::Closed(_));
    assert_eq!(fault, Some(if is_closed { Fault::Wire } else { Fault::Peer }), "{text}");
    kind
}

/// Sends these octets, and reads until the stream ends.
async fn send(mut stream: DuplexStream, octets: &[u8]) {
    stream.write_all(octets).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_speak_tls_is_told_apart_from_one_that_leaves() {
    let authority = Authority::new();
    let header = b"AMQP\x03\x01\0\0";
    let kind = error_of(&authority, async |stream| send(stream, header).await).await;
    assert_eq!(kind, TlsErrorKind::NotTls { received: FirstBytes::new(header) });
    let kind = error_of(&authority, async |stream| send(stream, b"").await).await;
    assert_eq!(kind, TlsErrorKind::Closed(StreamEnd::Clean));
}

/// Performs the handshake of a client with this configuration, until the server ends the stream.
async fn handshake(config: std::sync::Arc<amqp_net::rustls::ClientConfig>, stream: DuplexStream) {
    let name = ServerName::try_from("localhost").unwrap();
    if let Ok(mut stream) = TlsConnector::from(config).connect(name, stream).await {
        let mut octets = Vec::new();
        assert!(stream.read_to_end(&mut octets).await.is_err());
    }
}

#[tokio::test]
async fn a_client_without_the_certificate_that_it_needs() {
    let authority = Authority::new();
    let config = authority.client();
    let kind = error_of(&authority, async |stream| handshake(config, stream).await).await;
    assert_eq!(kind, TlsErrorKind::NoCertificate);
    let config = authority.client_with(&Authority::named("another").sign(&["ada.users"]));
    let kind = error_of(&authority, async |stream| handshake(config, stream).await).await;
    assert_eq!(kind, TlsErrorKind::Untrusted);
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_server() {
    let config = Authority::named("another").client();
    let kind = error_of(&Authority::new(), async |stream| handshake(config, stream).await).await;
    assert_eq!(kind, TlsErrorKind::Refused(AlertDescription::UnknownCA));
}

#[tokio::test]
async fn handshakes_of_tls_are_limited_in_number_and_time_and_hold_up_nobody() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost"]).server();
    let limit = Duration::from_millis(500);
    let mut listener = listen(settings().time_to_open(limit), tls).await;
    listener.set_max_pending(2);
    let address = listener.local_addr();
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    // The oldest has to go for the third one, and the next one for a client that speaks.
    connect(&mut listener, "localhost", Some(authority.client())).await.unwrap();
    let mut ends = Vec::new();
    for stream in &mut silent[..2] {
        ends.push(soon(stream.read(&mut [0])).await);
    }
    // The last one when its time is over.
    let mut rest = Vec::new();
    let ending = async { silent[2].read_to_end(&mut rest).await };
    tokio::select! {
        end = soon(ending) => ends.push(end),
        _ = listener.accept() => panic!("nobody has opened a connection"),
    }
    assert!(ends.iter().all(|end| end.as_ref().is_ok_and(|&read| read == 0)), "{ends:?}");
}
