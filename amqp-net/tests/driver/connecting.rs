//! Clients and servers that connect: what goes wrong before the connection is open, over the tokio driver.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::common::script::{Script, begin, credit};
use crate::common::{settings, settle, soon};
use amqp_net::proto::{ConnectionEnd, FrameWriter, Plain, StreamEnd};
use amqp_net::{
    Advice, ConnectError, Connection, ConnectionBuilder, Credit, EndReason, Listener, PeerRequest,
    Scope, ServerSettings,
};
use amqp_types::messaging::Source;
use amqp_types::security::SaslCode;
use amqp_types::transport::{
    AmqpError, Attach, Close, ConnectionError, Error, Handle, Open, Performative, Role,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, duplex};
use tokio::time::Instant;

fn impatient() -> ConnectionBuilder {
    Connection::builder().time_to_connect(Duration::from_secs(3))
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_answering_is_given_up_and_the_step_is_named() {
    let steps = [
        "the peer sent nothing within 3s",
        "authentication did not come",
        "the peer sent nothing within",
        "the open did not come",
    ];
    for (answered, expected) in steps.into_iter().enumerate() {
        let (near, far) = duplex(1 << 16);
        let serving = tokio::spawn(async move {
            let mut script = Script::new(far);
            if answered > 0 {
                script.offer("ANONYMOUS").await;
            }
            if answered > 1 {
                script.outcome(SaslCode::Ok).await;
            }
            if answered > 2 {
                script.exchange_headers().await;
            }
            // The stream stays open.
            std::future::pending::<()>().await;
        });
        let began = Instant::now();
        let error = impatient().connect_over(near).await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), 3);
        assert!(error.to_string().contains(expected), "{answered}: {error}");
        serving.abort();
    }
}

/// Connects to a server that sends this after the headers, and returns why that failed.
async fn refused(octets: Vec<u8>) -> ConnectError {
    let (near, far) = duplex(1 << 16);
    let serving = async {
        let mut script = Script::new(far);
        script.offer("ANONYMOUS").await;
        script.outcome(SaslCode::Ok).await;
        script.exchange_headers().await;
        script.stream.write_all(&octets).await.unwrap();
        // The client closes too.
        while !matches!(script.next().await, Performative::Close(_)) {}
    };
    let connecting = soon(Connection::builder().connect_over(near));
    let (connected, ()) = tokio::join!(connecting, serving);
    connected.unwrap_err()
}

#[tokio::test]
async fn a_close_after_the_open_of_the_peer_or_instead_of_it_is_why_connecting_failed() {
    let error = Error::new(AmqpError::UnauthorizedAccess, "no access to the virtual host");
    let opens = [
        None,
        Some(Open::new("broker")),
        // As brokers refuse a client that has been authenticated.
        Some(Open { max_frame_size: 0, channel_max: 0, ..Open::new("") }),
    ];
    for open in opens {
        let mut frames = FrameWriter::new(1 << 16);
        if let Some(open) = &open {
            frames.amqp(0, open, b"").unwrap();
        }
        frames.amqp(0, &Close { error: Some(error.clone()) }, b"").unwrap();
        let failed = refused(frames.split().to_vec()).await;
        let ConnectError::Ended(ended) = &failed else { panic!("{failed:?}") };
        assert_eq!((ended.remote(), ended.scope()), (Some(&error), Scope::Connection));
        let text = failed.to_string();
        assert!(
            text.ends_with("amqp:unauthorized-access: no access to the virtual host"),
            "{text}"
        );
        assert!(text.contains("refused") || open == Some(Open::new("broker")), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_wrong_credentials_the_client_ends_the_stream_itself_and_at_once() {
    let (near, far) = duplex(1 << 16);
    let plain = Plain::new("user", "wrong").unwrap();
    let connecting = Connection::builder().sasl(plain).connect_over(near);
    let serving = async {
        let mut script = Script::new(far);
        script.offer("PLAIN").await;
        script.outcome(SaslCode::Auth).await;
        // The server says nothing more, and leaves the stream open.
        assert_eq!(script.stream.read(&mut [0; 8]).await.unwrap(), 0);
    };
    let began = Instant::now();
    let (connected, ()) = tokio::join!(connecting, serving);
    assert!(matches!(connected.unwrap_err(), ConnectError::Sasl(_)));
    assert_eq!(began.elapsed().as_millis(), 0);
}

/// A stream whose calls are interrupted every other time.
struct Interrupted<S> {
    stream: S,
    reads: u32,
    writes: u32,
}

/// Whether this call is interrupted.
fn is_interrupted(calls: &mut u32) -> bool {
    *calls += 1;
    *calls % 2 == 1
}

impl<S: AsyncRead + Unpin> AsyncRead for Interrupted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if is_interrupted(&mut self.reads) {
            return Poll::Ready(Err(io::ErrorKind::Interrupted.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Interrupted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        if is_interrupted(&mut self.writes) {
            return Poll::Ready(Err(io::ErrorKind::Interrupted.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn an_interrupted_read_or_write_is_not_the_end_of_the_stream() {
    let (near, far) = duplex(100);
    let interrupted = |stream| Interrupted { stream, reads: 0, writes: 0 };
    let accepting = async {
        let settings = ServerSettings::new(settings("server"));
        settings.accept_over(interrupted(far)).await.unwrap().accept().unwrap()
    };
    let connecting = Connection::builder().connect_over(interrupted(near));
    let (client, server) = tokio::join!(soon(connecting), soon(accepting));
    let mut pair = crate::common::Pair { client: client.unwrap(), server };
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    for _ in 0..10 {
        let receiving = async { receiver.recv().await.unwrap().unwrap().accept().unwrap() };
        let (sent, ()) = tokio::join!(soon(sender.send("m")), soon(receiving));
        sent.unwrap();
    }
}

#[tokio::test]
async fn all_that_a_client_sends_in_one_write_is_taken() {
    let (near, far) = duplex(1 << 16);
    let mut frames = FrameWriter::new(1 << 16);
    frames.amqp(0, &Open::new("client"), b"").unwrap();
    frames.amqp(0, &begin(None), b"").unwrap();
    let mut attach = Attach::new("link", Handle(0), Role::Receiver);
    attach.source = Some(Source::new("queue").into());
    frames.amqp(0, &attach, b"").unwrap();
    frames.amqp(0, &credit(1), b"").unwrap();
    let mut script = Script::new(near);
    let octets = [b"AMQP\0\x01\0\0", &*frames.split()].concat();
    script.stream.write_all(&octets).await.unwrap();
    let settings = ServerSettings::new(settings("server"));
    let mut served = soon(settings.accept_over(far)).await.unwrap().accept().unwrap();
    let Some(PeerRequest::Sender(link)) = soon(served.next()).await.unwrap() else { panic!() };
    let sender = link.accept(Source::new("queue")).unwrap();
    soon(sender.send_settled("m")).await.unwrap();
    let mut header = [0; 8];
    script.stream.read_exact(&mut header).await.unwrap();
    loop {
        match soon(script.next()).await {
            Performative::Transfer(transfer) => break assert_eq!(transfer.settled, Some(true)),
            Performative::Open(_) | Performative::Begin(_) | Performative::Attach(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_client_that_closes_and_ends_the_stream_in_one_moment_has_closed() {
    let (mut served, mut script) = Script::client().await;
    script.send(&Close::default(), b"").await;
    script.stream.shutdown().await.unwrap();
    assert!(soon(served.next()).await.unwrap().is_none(), "it is no error");
    let ended = served.connection().closed().await;
    let EndReason::Connection(end) = ended.reason() else { panic!("{ended:?}") };
    assert_eq!(end, &ConnectionEnd::ClosedByPeer(None));
    // The answer goes to a stream that is closed on one side only.
    assert!(matches!(script.next().await, Performative::Close(Close { error: None })));
}

#[tokio::test]
async fn a_stream_that_ends_without_a_close_is_lost_and_one_with_a_close_is_not() {
    for is_closed in [false, true] {
        let (client, mut script) = Script::server().await;
        let error = Error::new(ConnectionError::ConnectionForced, "stopped");
        if is_closed {
            script.send(&Close { error: Some(error.clone()) }, b"").await;
        }
        script.stream.shutdown().await.unwrap();
        let ended = soon(client.closed()).await;
        let EndReason::Connection(end) = ended.reason() else { panic!("{ended:?}") };
        let expected = if is_closed {
            ConnectionEnd::ClosedByPeer(Some(error))
        } else {
            ConnectionEnd::Lost(StreamEnd::Clean)
        };
        assert_eq!(end, &expected);
    }
}

#[tokio::test]
async fn trial_connections_leave_nothing_behind() {
    let settings = ServerSettings::new(settings("server"));
    let mut listener = Listener::bind("127.0.0.1:0", settings).await.unwrap();
    let url = format!("amqp://{}", listener.local_addr());
    let address = listener.local_addr();
    let trying = tokio::spawn(async move {
        for _ in 0..30 {
            // One that only looks whether the port is open, and one that opens and closes.
            drop(tokio::net::TcpStream::connect(address).await.unwrap());
            Connection::connect(&url).await.unwrap().close().await.unwrap();
        }
        Connection::connect(&url).await.unwrap()
    });
    let mut ended = Vec::new();
    for _ in 0..30 {
        let mut served = soon(listener.accept()).await.unwrap().accept().unwrap();
        assert!(soon(served.next()).await.unwrap().is_none());
        ended.push(served.connection().clone());
    }
    // The last one is a connection like any other.
    let served = soon(listener.accept()).await.unwrap().accept().unwrap();
    let client = soon(trying).await.unwrap();
    for connection in ended {
        let stats = connection.stats().connection;
        assert_eq!((stats.sessions, stats.links), (0, 0));
    }
    settle().await;
    client.close().await.unwrap();
    drop(served);
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_does_not_hide_what_the_peer_speaks() {
    let (near, mut far) = duplex(1 << 16);
    far.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let settings = ServerSettings::new(settings("server")).time_to_open(Duration::from_secs(1));
    let error = settings.accept_over(near).await.unwrap_err();
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error}");
    assert!(error.to_string().contains("HTTP"), "{error}");
}

#[tokio::test]
async fn tcp_is_never_taken_for_encrypted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqp://user:secret@{}", listener.local_addr().unwrap());
    let builder = Connection::builder().encrypted(true).require_encryption();
    let error = builder.connect(&url.parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NotEncrypted), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_longer_time_limit_than_the_default_holds() {
    let (near, mut far) = duplex(1 << 16);
    far.write_all(b"AMQP\0\x01\0\0").await.unwrap();
    let began = Instant::now();
    let builder = Connection::builder().without_sasl().time_to_connect(Duration::from_secs(300));
    let error = builder.connect_over(near).await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 300, "{error}");
    assert_eq!(error.advice(), Advice::RetryLater, "{error}");
}
