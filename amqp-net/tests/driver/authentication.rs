//! The exchange of SASL over streams, with peers that do it wrong.

use std::time::Duration;

use crate::common::{settings, settle};
use amqp_net::proto::{
    Credentials, Fault, FrameBody, FrameSplitter, FrameWriter, Identity, Plain, Refusal,
};
use amqp_net::{ConnectError, Connection, Listener, ServerSettings};
use amqp_types::security::{SaslCode, SaslFrame, SaslInit, SaslMechanisms, SaslOutcome};
use amqp_types::transport::Open;
use amqp_types::{Bytes, Encode, MandatoryMultiple, Symbol};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

const SASL: &[u8; 8] = b"AMQP\x03\x01\0\0";
const AMQP: &[u8; 8] = b"AMQP\0\x01\0\0";

fn sasl(body: &impl Encode) -> Vec<u8> {
    let mut frames = FrameWriter::new(512);
    frames.sasl(body).unwrap();
    frames.split().to_vec()
}

fn mechanisms() -> Vec<u8> {
    let plain = Symbol::from_static("PLAIN");
    sasl(&SaslMechanisms { sasl_server_mechanisms: MandatoryMultiple::new(plain, []) })
}

fn init(response: &'static [u8]) -> Vec<u8> {
    sasl(&SaslInit {
        mechanism: Symbol::from_static("PLAIN"),
        initial_response: Some(Bytes::from_static(response)),
        hostname: None,
    })
}

fn open() -> Vec<u8> {
    let mut frames = FrameWriter::new(512);
    frames.amqp(0, &Open::new("client"), b"").unwrap();
    frames.split().to_vec()
}

/// A server that knows one user.
fn server() -> ServerSettings {
    ServerSettings::new(settings("server")).authenticate(|credentials| async move {
        match credentials {
            Credentials::Password { user, password, .. } if *password == "secret" => {
                Ok(Identity::user(user))
            }
            _ => Err(Refusal::Credentials),
        }
    })
}

/// Connects with a password to a server that is this script.
async fn connect(script: impl AsyncFnOnce(&mut DuplexStream)) -> ConnectError {
    let (near, mut far) = duplex(1 << 16);
    let plain = Plain::new("guest", "secret").unwrap();
    let connecting = Connection::builder().sasl(plain).connect_over(near);
    let serving = async {
        let mut header = [0; 8];
        far.read_exact(&mut header).await.unwrap();
        assert_eq!(&header, SASL);
        far.write_all(&[SASL, &*mechanisms()].concat()).await.unwrap();
        let mut init = [0; 512];
        assert!(far.read(&mut init).await.unwrap() > 8);
        script(&mut far).await;
        // What the client sends, until it closes the stream.
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).await.unwrap();
        rest
    };
    let (connected, _) = tokio::join!(Box::pin(connecting), serving);
    connected.unwrap_err()
}

#[tokio::test]
async fn another_header_than_that_of_amqp_after_the_outcome_is_told() {
    for (octets, told) in [(&b"AMQP\0\x01\0\x01"[..], "1.0.1"), (b"HTTP/1.1 400", "HTTP")] {
        let error = connect(async |stream: &mut DuplexStream| {
            let outcome = sasl(&SaslOutcome { code: SaslCode::Ok, additional_data: None });
            stream.write_all(&[&*outcome, octets].concat()).await.unwrap();
            stream.shutdown().await.unwrap();
        })
        .await;
        assert!(matches!(error, ConnectError::Negotiation(_)), "{error}");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_sends_no_outcome_is_given_up_and_the_step_is_told() {
    let began = Instant::now();
    let error = connect(async |_: &mut DuplexStream| {}).await;
    assert_eq!(began.elapsed().as_secs(), 30);
    let ConnectError::TimedOut { waited_for, .. } = error else { panic!("{error}") };
    assert_eq!((waited_for, error.fault()), ("authentication", Some(Fault::Time)));
    assert!(error.to_string().contains("authentication"), "{error}");
}

/// Lets a client send these octets. Returns why the server did not take it, and what the client got.
async fn refused(octets: &[u8]) -> (ConnectError, Vec<u8>) {
    let (mut near, far) = duplex(1 << 16);
    let server = server();
    let client = async {
        near.write_all(octets).await.unwrap();
        let mut answer = Vec::new();
        near.read_to_end(&mut answer).await.unwrap();
        answer
    };
    let both = async { tokio::join!(server.accept_over(far), client) };
    let (incoming, answer) = timeout(Duration::from_secs(40), Box::pin(both)).await.unwrap();
    (incoming.unwrap_err(), answer)
}

/// Returns the outcome that a client got, before the end of the stream.
fn outcome(answer: &[u8]) -> SaslCode {
    let frames = answer.strip_prefix(SASL).unwrap();
    let mut splitter = FrameSplitter::new(512);
    splitter.handle_input(frames);
    let first = splitter.poll_frame().unwrap().unwrap();
    assert!(matches!(first.decode().unwrap(), FrameBody::Sasl(SaslFrame::Mechanisms(_))));
    let second = splitter.poll_frame().unwrap().unwrap();
    let FrameBody::Sasl(SaslFrame::Outcome(outcome)) = second.decode().unwrap() else { panic!() };
    assert_eq!(splitter.poll_frame(), Ok(None), "nothing follows");
    outcome.code
}

#[tokio::test]
async fn an_open_behind_wrong_credentials_reaches_nothing_and_there_is_no_second_try() {
    let wrong = init(b"\0guest\0wrong");
    let right = init(b"\0guest\0secret");
    for behind in [[AMQP, &*open()].concat(), right] {
        let octets = [SASL, &*wrong, &behind].concat();
        let (error, answer) = refused(&octets).await;
        assert!(matches!(error, ConnectError::Sasl(_)), "{error}");
        assert_eq!(outcome(&answer), SaslCode::Auth);
    }
}

#[tokio::test]
async fn an_open_before_authentication_has_ended_reaches_nothing() {
    let (error, _) = refused(&[SASL, &*open()].concat()).await;
    assert!(matches!(error, ConnectError::Sasl(_)), "{error}");
    // A client that does not begin with SASL at all is told to.
    let (error, answer) = refused(&[AMQP, &*open()].concat()).await;
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error}");
    assert_eq!(answer, SASL);
}

#[tokio::test]
async fn a_client_that_vanishes_after_the_mechanisms_leaves_no_task() {
    let mut listener = Listener::bind("127.0.0.1:0", server()).await.unwrap();
    let address = listener.local_addr();
    let vanishing = async {
        for _ in 0..10 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(SASL).await.unwrap();
            let mut answer = vec![0; 8 + mechanisms().len()];
            stream.read_exact(&mut answer).await.unwrap();
        }
    };
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let ending = async {
        vanishing.await;
        while tasks() > 0 {
            settle().await;
        }
    };
    tokio::select! {
        ended = timeout(Duration::from_secs(20), ending) => ended.unwrap(),
        _ = listener.accept() => panic!("nobody has opened a connection"),
    }
}

#[tokio::test]
async fn a_password_in_a_url_without_tls_is_sent_unless_encryption_is_required() {
    let mut listener = Listener::bind("127.0.0.1:0", server()).await.unwrap();
    let url = format!("amqp://guest:secret@{}", listener.local_addr());
    let accepting = async {
        let incoming = listener.accept().await.unwrap();
        assert_eq!(incoming.identity().unwrap().name(), Some("guest"));
        incoming.accept().unwrap()
    };
    let both = async { tokio::join!(Connection::connect(&url), accepting) };
    let (connected, _served) = timeout(Duration::from_secs(20), Box::pin(both)).await.unwrap();
    connected.unwrap();
    let builder = Connection::builder().require_encryption();
    let error = builder.connect(&url.parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NotEncrypted), "{error}");
}

#[cfg(not(feature = "rustls-no-provider"))]
#[tokio::test]
async fn tls_that_is_not_built_in_is_not_replaced_by_none() {
    let error = Connection::connect("amqps://guest:secret@localhost").await.unwrap_err();
    assert!(matches!(error, ConnectError::TlsDisabled), "{error}");
    assert!(error.to_string().contains("enable the feature rustls of amqp-net"), "{error}");
}

#[tokio::test]
async fn a_client_that_pipelines_sends_its_init_with_the_header_unless_it_has_a_password() {
    for has_password in [false, true] {
        let (near, mut far) = duplex(1 << 16);
        let mut builder = Connection::builder().pipeline_sasl();
        if has_password {
            builder = builder.sasl(Plain::new("guest", "secret").unwrap());
        }
        let connecting = tokio::spawn(builder.connect_over(near));
        let mut first = [0; 512];
        let len = far.read(&mut first).await.unwrap();
        assert_eq!(first[..8], SASL[..]);
        assert_eq!(len == 8, has_password, "{len} octets");
        connecting.abort();
    }
    let server = ServerSettings::new(settings("server"));
    let (near, far) = duplex(1 << 16);
    let connecting = Connection::builder().pipeline_sasl().connect_over(near);
    let serving = async { server.accept_over(far).await.unwrap().accept().unwrap() };
    let (client, accepted) = tokio::join!(Box::pin(connecting), serving);
    client.unwrap().close().await.unwrap();
    drop(accepted);
}
