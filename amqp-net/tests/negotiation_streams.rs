//! The driver on streams in memory.

#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "this is a test, in its helpers too")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use amqp_net::ProtocolHeader;
use amqp_net::amqp_types::Symbol;
use amqp_net::amqp_types::security::SaslMechanisms;
use amqp_net::negotiation::{ConnectError, Negotiated, connect_with, negotiate};
use amqp_net::proto::{
    ClosingLimits, DetectedProtocol, Fault, FirstBytes, FrameError, FrameWriter, NegotiationError,
    NegotiationErrorKind, NegotiationSettings, Side, StreamEnd,
};
use bytes::Bytes;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex, join,
};
use tokio::time::{Instant, sleep, timeout};

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;

fn only(header: ProtocolHeader) -> NegotiationSettings {
    NegotiationSettings::new(header)
}

/// Negotiates between the two ends of a pipe.
async fn both(
    room: usize,
    client: &NegotiationSettings,
    server: &NegotiationSettings,
) -> [Result<Negotiated<DuplexStream>, NegotiationError>; 2] {
    let (client_end, server_end) = duplex(room);
    let client = negotiate(client_end, Side::Client, client);
    tokio::join!(client, negotiate(server_end, Side::Server, server)).into()
}

#[tokio::test(start_paused = true)]
async fn two_sides_agree_through_a_pipe_of_one_octet() {
    for room in [1, 3, 8, 64] {
        for header in [A, ProtocolHeader::TLS, S] {
            for side in both(room, &only(header), &only(header)).await {
                assert_eq!(side.unwrap().header(), header);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pipelined_octets_are_read_first() {
    let (mut client, server) = duplex(64);
    client.write_all(&A.to_bytes()).await.unwrap();
    client.write_all(b"open, begin, ").await.unwrap();
    let mut negotiated = negotiate(server, Side::Server, &only(A)).await.unwrap();
    client.write_all(b"attach, transfer").await.unwrap();
    // The buffer of the reader can be smaller than the available input.
    let mut read = [0; 5];
    negotiated.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"open,");
    let mut read = [0; 14];
    negotiated.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b" begin, attach");
    negotiated.write_all(b"end").await.unwrap();
    let mut answer = [0; 11];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, *b"AMQP\x00\x01\x00\x00end");
}

#[tokio::test(start_paused = true)]
async fn pipelined_octets_come_with_the_stream() {
    let (mut client, server) = duplex(64);
    client.write_all(b"AMQP\x00\x01\x00\x00open").await.unwrap();
    let negotiated = negotiate(server, Side::Server, &only(A)).await.unwrap();
    client.write_all(b"begin").await.unwrap();
    let (mut stream, header, trailing) = negotiated.into_parts();
    assert_eq!((header, &trailing[..]), (A, &b"open"[..]));
    let mut more = [0; 5];
    stream.read_exact(&mut more).await.unwrap();
    assert_eq!(&more, b"begin");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_reaches_both_sides() {
    let [client, server] = both(64, &only(A), &only(S)).await;
    assert_eq!(client.unwrap_err().kind, NegotiationErrorKind::Refused { received: S });
    let error = server.unwrap_err();
    assert_eq!(error.kind, NegotiationErrorKind::Refused { received: A });
    assert_eq!(error.sent, Some(S));
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_applies_to_both_sides() {
    let limit = Duration::from_secs(3);
    for said in [&b""[..], b"AMQP\x00"] {
        let began = Instant::now();
        let (mut peer, stream) = duplex(64);
        peer.write_all(said).await.unwrap();
        let settings = only(A).handshake_timeout(limit);
        let error = negotiate(stream, Side::Client, &settings).await.unwrap_err();
        let NegotiationErrorKind::TimedOut { received, .. } = error.kind else { panic!() };
        assert_eq!(*received, *said);
        assert_eq!(began.elapsed(), limit);

        let began = Instant::now();
        let (mut peer, stream) = duplex(64);
        peer.write_all(said).await.unwrap();
        let error = negotiate(stream, Side::Server, &settings).await.unwrap_err();
        let NegotiationErrorKind::TimedOut { received, .. } = error.kind else { panic!() };
        assert_eq!(*received, *said);
        assert_eq!(began.elapsed(), limit);
        // Even half a header is answered.
        let mut answer = Vec::new();
        peer.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer.len(), if said.is_empty() { 0 } else { 8 });
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_applies_while_a_peer_does_not_read() {
    let limit = Duration::from_secs(3);
    let began = Instant::now();
    // Room for half of the answer.
    let (mut peer, stream) = duplex(4);
    let settings = only(A).handshake_timeout(limit);
    let server = negotiate(stream, Side::Server, &settings);
    let header = A.to_bytes();
    let (outcome, written) = tokio::join!(server, peer.write_all(&header));
    written.unwrap();
    let NegotiationErrorKind::Closed { end, .. } = outcome.unwrap_err().kind else { panic!() };
    assert_eq!(end, StreamEnd::Failed(io::ErrorKind::TimedOut));
    assert_eq!(began.elapsed(), limit);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stays_after_a_refusal_is_waited_for_within_the_limits() {
    let closing = ClosingLimits { bytes: 100, time: Duration::from_secs(1) };
    let began = Instant::now();
    let (mut peer, stream) = duplex(64);
    peer.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let settings = only(A).closing(closing);
    let error = negotiate(stream, Side::Server, &settings).await.unwrap_err();
    let NegotiationErrorKind::NotAmqp { protocol, .. } = error.kind else { panic!() };
    assert_eq!(protocol, DetectedProtocol::Http);
    assert_eq!(began.elapsed(), closing.time);
    let mut answer = Vec::new();
    peer.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, A.to_bytes());

    // The octets that are read from a peer that never stops sending are limited.
    let began = Instant::now();
    let (mut peer, stream) = duplex(64);
    let server = tokio::spawn(async move { negotiate(stream, Side::Server, &settings).await });
    let mut written = 0;
    while peer.write_all(&[b'x'; 16]).await.is_ok() {
        written += 16;
    }
    assert!(written <= 4096 + 100 + 64, "{written}");
    assert!(server.await.unwrap().is_err());
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn all_attempts_of_a_client_share_one_time_limit() {
    let mut opened = 0;
    let open = || {
        opened += 1;
        async {
            let (client, server) = duplex(64);
            tokio::spawn(async move {
                sleep(Duration::from_secs(2)).await;
                let _ = negotiate(server, Side::Server, &only(S)).await;
            });
            Ok(client)
        }
    };
    let settings = only(A).also_accept(S).handshake_timeout(Duration::from_secs(5));
    let negotiated = connect_with(open, &settings).await.unwrap();
    assert_eq!(negotiated.header(), S);
    assert_eq!(opened, 2);

    let began = Instant::now();
    let settings = settings.handshake_timeout(Duration::from_secs(3));
    let open = || async {
        let (client, server) = duplex(64);
        tokio::spawn(async move {
            sleep(Duration::from_secs(2)).await;
            let _ = negotiate(server, Side::Server, &only(S)).await;
        });
        Ok(client)
    };
    let Err(ConnectError::Negotiation(error)) = connect_with(open, &settings).await else {
        panic!()
    };
    assert!(matches!(error.kind, NegotiationErrorKind::TimedOut { .. }));
    assert_eq!(error.sent, Some(S));
    assert_eq!(began.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_cannot_be_opened() {
    let refuse = || async { Err::<DuplexStream, _>(io::ErrorKind::NotFound.into()) };
    let error = connect_with(refuse, &only(A)).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect: entity not found; check the host and the port");
    let hang = || std::future::pending::<io::Result<DuplexStream>>();
    let error = connect_with(hang, &only(A)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot connect: no connection within 10s; check the host and the port, and that no firewall \
         blocks it"
    );
}

/// Returns the frame in which a server offers these mechanisms.
fn mechanisms_frame(mechanisms: &[Symbol]) -> Bytes {
    let sasl_server_mechanisms = mechanisms.to_vec().try_into().unwrap();
    let mut frames = FrameWriter::new(4096);
    frames.sasl(&SaslMechanisms { sasl_server_mechanisms }).unwrap();
    frames.split()
}

const LIMIT: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn mechanisms_from_server_to_client() {
    // More mechanisms than fit in 512 octets.
    let many = vec![Symbol::from_static("X-A-MECHANISM-WITH-A-LONG-NAME"); 50];
    let offers = [vec![Symbol::from_static("PLAIN"), Symbol::from_static("ANONYMOUS")], many];
    for offered in offers {
        let [client, server] = both(64, &only(S), &only(S)).await.map(Result::unwrap);
        let frame = mechanisms_frame(&offered);
        let client = async { { client }.mechanisms(LIMIT).await };
        let server = server.close(frame, ClosingLimits::default());
        let (mechanisms, ()) = tokio::join!(client, server);
        assert_eq!(mechanisms.unwrap(), offered);
    }

    let [client, _server] = both(64, &only(A), &only(A)).await.map(Result::unwrap);
    let error = { client }.mechanisms(LIMIT).await.unwrap_err();
    assert_eq!(error.fault(), Fault::User);
    let sentence = "cannot read SASL mechanisms: both sides agreed on AMQP 1.0.0";
    assert_eq!(error.to_string(), sentence);
}

#[tokio::test(start_paused = true)]
async fn mechanisms_in_input_that_is_split_anywhere() {
    let offered = [Symbol::from_static("PLAIN"), Symbol::from_static("ANONYMOUS")];
    let octets = [&S.to_bytes(), &mechanisms_frame(&offered)[..], b"trailing"].concat();
    for cut in 0..=octets.len() {
        let (mut server, client) = duplex(64);
        server.write_all(&octets[..cut]).await.unwrap();
        let rest = octets[cut..].to_vec();
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            server.write_all(&rest).await.unwrap();
            server
        });
        let mut client = negotiate(client, Side::Client, &only(S)).await.unwrap();
        // Dropped futures lose no input.
        let mechanisms = loop {
            let attempt = client.mechanisms(LIMIT);
            if let Ok(mechanisms) = timeout(Duration::from_millis(300), attempt).await {
                break mechanisms;
            }
        };
        assert_eq!(mechanisms.unwrap(), offered, "cut at {cut}");
        let mut trailing = [0; 8];
        client.read_exact(&mut trailing).await.unwrap();
        assert_eq!(&trailing, b"trailing");
    }
}

#[tokio::test(start_paused = true)]
async fn no_mechanisms() {
    let frame_error = FrameError::TooLarge { size: 4097, max_frame_size: 4096 };
    let cases: [(&[u8], bool, NegotiationErrorKind, Fault, &str); 4] = [
        (
            b"\x00\x00\x10\x01\x02\x01\x00\x00",
            false,
            NegotiationErrorKind::Frame(frame_error),
            Fault::Peer,
            "the peer violated the framing of SASL: the frame header announces 4097 octets, more than the limit of 4096",
        ),
        (
            b"\x00\x00\x00\x08\x01\x01\x00\x00",
            false,
            NegotiationErrorKind::Frame(FrameError::DataOffset { doff: 1, size: 8 }),
            Fault::Peer,
            "the peer violated the framing of SASL: the body of a frame of 8 octets cannot begin at octet 4",
        ),
        (
            b"\x00\x00",
            true,
            NegotiationErrorKind::MechanismsClosed(StreamEnd::Clean),
            Fault::Peer,
            "the peer closed the connection after it agreed on SASL, without offering mechanisms",
        ),
        (
            b"\x00\x00",
            false,
            NegotiationErrorKind::MechanismsTimedOut { after: LIMIT },
            Fault::Time,
            "the peer agreed on SASL, but sent no mechanisms within 5s",
        ),
    ];
    for (octets, closes, kind, fault, sentence) in cases {
        let [client, mut server] = both(64, &only(S), &only(S)).await.map(Result::unwrap);
        server.write_all(octets).await.unwrap();
        if closes {
            server.shutdown().await.unwrap();
        }
        let error = { client }.mechanisms(LIMIT).await.unwrap_err();
        assert_eq!(error.to_string(), sentence);
        assert_eq!((error.kind.clone(), error.fault()), (kind, fault));
    }
}

/// A stream whose peer has sent some octets and then reset the connection. A write is the first to fail.
struct Reset(&'static [u8]);

impl AsyncRead for Reset {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buf.put_slice(self.0);
        self.0 = b"";
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Reset {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
    }
}

#[tokio::test(start_paused = true)]
async fn input_before_a_reset_is_read_first() {
    for (octets, expected) in [
        (&b"AMQP\x03\x01\x00\x00"[..], NegotiationErrorKind::Refused { received: S }),
        (
            b"",
            NegotiationErrorKind::Closed { end: StreamEnd::Reset, received: FirstBytes::default() },
        ),
    ] {
        let outcome = negotiate(Reset(octets), Side::Client, &only(A)).await;
        assert_eq!(outcome.err().map(|error| error.kind), Some(expected));
    }
}

/// Each future is polled a few times and then dropped. The other side must see the end of the stream, and
/// nothing may hang or panic.
#[tokio::test(start_paused = true)]
async fn futures_can_be_dropped_anywhere() {
    for polls in 0..12 {
        let (mut client_side, server_side) = duplex(2);
        let settings = only(A);
        {
            let mut dropped = Box::pin(both(2, &settings, &settings));
            let mut cx = Context::from_waker(std::task::Waker::noop());
            for _ in 0..polls {
                if dropped.as_mut().poll(&mut cx).is_ready() {
                    break;
                }
            }
        }
        let serving = negotiate(server_side, Side::Server, &settings);
        let mut serving = Box::pin(serving);
        let mut cx = Context::from_waker(std::task::Waker::noop());
        for octet in A.to_bytes().into_iter().take(polls) {
            client_side.write_u8(octet).await.unwrap();
            if serving.as_mut().poll(&mut cx).is_ready() {
                break;
            }
        }
        drop(serving);
        let mut seen = Vec::new();
        client_side.read_to_end(&mut seen).await.unwrap();
        assert!(A.to_bytes().starts_with(&seen));
    }
}

/// Any stream can be used, for example one made of two halves.
#[tokio::test(start_paused = true)]
async fn halves_joined_are_a_stream() {
    let (client, server) = duplex(64);
    let (read, write) = tokio::io::split(client);
    let settings = only(A);
    let client = negotiate(join(read, write), Side::Client, &settings);
    let server = negotiate(server, Side::Server, &settings);
    let (client, server) = tokio::join!(client, server);
    client.unwrap();
    server.unwrap();
}
