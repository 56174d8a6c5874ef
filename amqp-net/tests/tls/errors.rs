//! What a client is told if there is no TLS connection.

use std::sync::Arc;
use std::time::Duration;

use amqp_net::proto::{Fault, StreamEnd};
use amqp_net::rustls::version::{TLS12, TLS13};
use amqp_net::rustls::{AlertDescription, ClientConfig, ServerConfig, SupportedProtocolVersion};
use amqp_net::{Advice, ConnectError, Connection, TlsError, TlsErrorKind};
use rcgen::{CertificateParams, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::authority::{Authority, Clients};
use super::{connect, listen, settings, soon};

/// Connects to a server with this configuration, and returns the error, which names the server.
async fn error_of(tls: Arc<ServerConfig>, host: &str, config: Arc<ClientConfig>) -> TlsError {
    let mut listener = listen(settings(), tls).await;
    let error = connect(&mut listener, host, Some(config)).await.err().unwrap();
    assert_eq!(error.advice(), Advice::GiveUp, "{error}");
    let text = error.to_string();
    let ConnectError::Tls(error) = error else { panic!("{error}") };
    assert_eq!(error.to_string(), text);
    assert_eq!(error.peer, format!("amqps://{host}:{}", listener.local_addr().port()));
    assert!(text.contains(&error.peer), "{text}");
    error
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_is_not_trusted() {
    // Also one with the name of a trusted authority.
    for other in [Authority::named("another"), Authority::new()] {
        let tls = other.sign(&["localhost"]).server();
        let error = error_of(tls, "localhost", Authority::new().client()).await;
        assert_eq!((&error.kind, error.fault()), (&TlsErrorKind::Untrusted, Fault::User));
        let text = error.to_string();
        assert!(text.contains("is not signed by a trusted authority; if the authority"), "{text}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_or_address() {
    let authority = Authority::new();
    let tls = authority.sign(&["broker.example", "10.1.2.3"]).server();
    for host in ["localhost", "127.0.0.1"] {
        let error = error_of(Arc::clone(&tls), host, authority.client()).await;
        let TlsErrorKind::WrongName { names } = &error.kind else { panic!("{error}") };
        assert!(names.iter().any(|name| name.contains("broker.example")), "{names:?}");
        let text = error.to_string();
        assert!(
            text.contains("is for another host: ") && text.contains("broker.example"),
            "{text}"
        );
        assert_eq!(error.fault(), Fault::User);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_now() {
    let authority = Authority::new();
    let expired = |params: &mut CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    let tls = authority.sign_with(&["localhost"], expired).server();
    let error = error_of(tls, "localhost", authority.client()).await;
    assert_eq!((&error.kind, error.fault()), (&TlsErrorKind::Expired, Fault::Peer));
    assert!(error.to_string().contains("has expired; renew it"), "{error}");

    let early = |params: &mut CertificateParams| params.not_before = date_time_ymd(4000, 1, 1);
    let tls = authority.sign_with(&["localhost"], early).server();
    let error = error_of(tls, "localhost", authority.client()).await;
    assert_eq!((&error.kind, error.fault()), (&TlsErrorKind::NotValidYet, Fault::Peer));
    assert!(error.to_string().contains("is not valid yet; set the clock"), "{error}");
}

/// Changes the configuration of a client so that it speaks this version only.
fn only(version: &'static SupportedProtocolVersion, authority: &Authority) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_protocol_versions(&[version]);
    Arc::new(config.with_root_certificates(authority.roots()).with_no_client_auth())
}

#[tokio::test]
async fn a_server_that_requires_a_certificate() {
    let authority = Authority::new();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedOne);
    // TLS 1.3 tells the client when the handshake is over.
    for version in [&TLS12, &TLS13] {
        let error = error_of(Arc::clone(&tls), "localhost", only(version, &authority)).await;
        assert_eq!(error.kind, TlsErrorKind::Refused(AlertDescription::CertificateRequired));
        assert!(error.to_string().contains("with a certificate for this client"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_that_the_server_does_not_accept() {
    let authority = Authority::new();
    let tls = authority.server_with(&authority.sign(&["localhost"]), Clients::NeedNone);
    let config = authority.client_with(&Authority::named("another").sign(&["ada.users"]));
    let error = error_of(tls, "localhost", config).await;
    assert_eq!(error.kind, TlsErrorKind::Refused(AlertDescription::UnknownCA));
    assert!(error.to_string().contains("or not accept the one that it was shown"), "{error}");
}

#[tokio::test]
async fn no_version_in_common() {
    let authority = Authority::new();
    let signed = authority.sign(&["localhost"]);
    let tls = ServerConfig::builder_with_protocol_versions(&[&TLS12]).with_no_client_auth();
    let tls = Arc::new(tls.with_single_cert(signed.chain(), signed.key()).unwrap());
    let error = error_of(tls, "localhost", only(&TLS13, &authority)).await;
    assert_eq!(error.kind, TlsErrorKind::Refused(AlertDescription::ProtocolVersion));
}

/// Connects to a server that answers the first octets of the client with these, and closes the stream.
async fn answered_with(octets: &'static [u8]) -> ConnectError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqps://localhost:{}", listener.local_addr().unwrap().port());
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 1 << 16];
        assert!(stream.read(&mut hello).await.unwrap() > 0);
        stream.write_all(octets).await.unwrap();
    };
    let builder = Connection::builder().tls(Authority::new().client());
    let url = url.parse().unwrap();
    let (connected, ()) = soon(async { tokio::join!(builder.connect(&url), serving) }).await;
    connected.unwrap_err()
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    for (octets, told) in [
        (&b"AMQP\x03\x01\0\0"[..], "sent the header SASL 1.0.0"),
        (b"AMQP\0\0\x09\x01", "sent the header AMQP 0.9.1"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "sent \"HTTP/1.1 400 Bad Request\""),
        (b"AMQP", "sent \"AMQP\""),
    ] {
        let error = answered_with(octets).await;
        assert_eq!((error.fault(), error.advice()), (Some(Fault::User), Advice::GiveUp));
        let text = error.to_string();
        let ConnectError::Tls(TlsError { kind: TlsErrorKind::NotTls { received }, .. }) = error
        else {
            panic!("{error}")
        };
        assert_eq!(&*received, octets);
        assert!(text.contains(told) && text.contains("connect without TLS (amqp)"), "{text}");
        assert!(text.contains("amqps://localhost:"), "{text}");
    }
}

#[tokio::test]
async fn a_server_that_closes_the_stream_during_the_handshake() {
    for octets in [&b""[..], b"\x16\x03\x03"] {
        let error = answered_with(octets).await;
        // It may be starting.
        assert_eq!((error.fault(), error.advice()), (Some(Fault::Wire), Advice::RetryLater));
        assert!(error.to_string().contains("it may not speak TLS on this port"), "{error}");
        let ConnectError::Tls(error) = error else { panic!("{error}") };
        assert_eq!(error.kind, TlsErrorKind::Closed(StreamEnd::Clean));
    }
}

#[tokio::test]
async fn a_host_that_no_certificate_can_have_is_not_connected_to() {
    let builder = Connection::builder().tls(Authority::new().client());
    let url = "amqps://a_b..c:1".parse().unwrap();
    let error = soon(builder.connect(&url)).await.unwrap_err();
    let text = error.to_string();
    let ConnectError::Tls(error) = error else { panic!("{error}") };
    assert_eq!(error.kind, TlsErrorKind::InvalidHost, "{text}");
}

#[tokio::test]
async fn the_time_limit_holds_for_the_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqps://{}", listener.local_addr().unwrap()).parse().unwrap();
    let limit = Duration::from_millis(200);
    let builder = Connection::builder().tls(Authority::new().client()).time_to_connect(limit);
    let error = soon(builder.connect(&url)).await.unwrap_err();
    let ConnectError::TimedOut { after, waited_for } = &error else { panic!("{error}") };
    assert_eq!((*after, *waited_for), (limit, "the end of the TLS handshake"));
    assert!(error.to_string().ends_with("or the port does not speak TLS"), "{error}");
}

#[tokio::test]
async fn an_error_does_not_leave_the_stream_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqps://{}", listener.local_addr().unwrap()).parse().unwrap();
    let serving = async {
        let (mut stream, _): (TcpStream, _) = listener.accept().await.unwrap();
        stream.write_all(b"AMQP\x03\x01\0\0").await.unwrap();
        let mut rest = Vec::new();
        // It may be reset.
        let _ = stream.read_to_end(&mut rest).await;
    };
    let builder = Connection::builder().tls(Authority::new().client());
    let (connected, ()) = soon(async { tokio::join!(builder.connect(&url), serving) }).await;
    connected.unwrap_err();
}
