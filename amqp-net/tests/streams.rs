//! The driver on streams in memory.

#![cfg(feature = "tokio")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use amqp_net::amqp_types::Symbol;
use amqp_net::proto::{
    ClientFailure, ClientSettings, ClosingLimits, Ending, Likely, SaslFailure, SaslSettings,
    ServerFailure, ServerSettings, Supported,
};
use amqp_net::{ConnectError, ProtocolHeader, connect_with, negotiate, serve};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, duplex, join};
use tokio::time::Instant;

const A: ProtocolHeader = ProtocolHeader::AMQP;
const S: ProtocolHeader = ProtocolHeader::SASL;

fn only(header: ProtocolHeader) -> ServerSettings {
    ServerSettings::new(Supported::only(header))
}

#[tokio::test(start_paused = true)]
async fn two_ends_agree_even_through_a_pipe_of_one_octet() {
    for room in [1, 3, 8, 64] {
        for header in [A, ProtocolHeader::TLS, S] {
            let (client, server) = duplex(room);
            let (asking, answering) = (ClientSettings::new(header), only(header));
            let (client, server) =
                tokio::join!(negotiate(client, &asking), serve(server, &answering));
            assert_eq!(client.unwrap().header, header);
            assert_eq!(server.unwrap().header, header);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pipelined_octets_are_kept() {
    let (mut client, server) = duplex(64);
    client.write_all(&A.to_bytes()).await.unwrap();
    client.write_all(b"open, begin, ").await.unwrap();
    let mut negotiated = serve(server, &only(A)).await.unwrap();
    assert_eq!(negotiated.rest, b"open, begin, "[..]);
    client.write_all(b"attach").await.unwrap();
    let mut more = [0; 6];
    negotiated.stream.read_exact(&mut more).await.unwrap();
    assert_eq!(&more, b"attach");
    let mut answer = [0; 8];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, A.to_bytes());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_reaches_both_ends() {
    let (client, server) = duplex(64);
    let (asking, answering) = (ClientSettings::new(A), only(S));
    let (client, server) = tokio::join!(negotiate(client, &asking), serve(server, &answering));
    assert_eq!(client.unwrap_err(), ClientFailure::Refused { asked: A, offered: S });
    assert_eq!(server.unwrap_err(), ServerFailure::Unsupported { asked: A, answered: S });
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_holds_for_both_ends() {
    let limit = Duration::from_secs(3);
    for said in [&b""[..], b"AMQP\x00"] {
        let began = Instant::now();
        let (mut peer, stream) = duplex(64);
        peer.write_all(said).await.unwrap();
        let settings = ClientSettings::default().handshake_limit(limit);
        let failure = negotiate(stream, &settings).await.unwrap_err();
        assert!(matches!(&failure, ClientFailure::Silent { octets, .. } if **octets == *said));
        assert_eq!(began.elapsed(), limit);

        let began = Instant::now();
        let (mut peer, stream) = duplex(64);
        peer.write_all(said).await.unwrap();
        let failure = serve(stream, &only(A).handshake_limit(limit)).await.unwrap_err();
        assert!(matches!(&failure, ServerFailure::Silent { octets, .. } if **octets == *said));
        assert_eq!(began.elapsed(), limit);
        // Half a header is answered even then.
        let mut answer = Vec::new();
        peer.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer.len(), if said.is_empty() { 0 } else { 8 });
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_holds_while_a_peer_does_not_read() {
    let limit = Duration::from_secs(3);
    let began = Instant::now();
    // Room for half of the answer.
    let (mut peer, stream) = duplex(4);
    let answering = only(A).handshake_limit(limit);
    let server = serve(stream, &answering);
    let header = A.to_bytes();
    let (failure, written) = tokio::join!(server, peer.write_all(&header));
    written.unwrap();
    let ServerFailure::Closed { ending, .. } = failure.unwrap_err() else { panic!() };
    assert_eq!(ending, Ending::Failed(io::ErrorKind::TimedOut));
    assert_eq!(began.elapsed(), limit);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stays_after_a_refusal_is_waited_for_within_the_limits() {
    let closing = ClosingLimits { octets: 100, time: Duration::from_secs(1) };
    let began = Instant::now();
    let (mut peer, stream) = duplex(64);
    peer.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let failure = serve(stream, &only(A).closing(closing)).await.unwrap_err();
    assert!(matches!(failure, ServerFailure::NotAmqp { likely: Likely::Http, .. }));
    assert_eq!(began.elapsed(), closing.time);
    let mut answer = Vec::new();
    peer.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, A.to_bytes());

    // One that never stops talking is read no further than the limit.
    let began = Instant::now();
    let (mut peer, stream) = duplex(64);
    let server = tokio::spawn(async move { serve(stream, &only(A).closing(closing)).await });
    let mut written = 0;
    while peer.write_all(&[b'x'; 16]).await.is_ok() {
        written += 16;
    }
    assert!(written <= 4096 + 100 + 64, "{written}");
    assert!(server.await.unwrap().is_err());
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_client_tries_again_with_what_it_takes_within_one_time_limit() {
    let mut opened = 0;
    let open = || {
        opened += 1;
        async {
            let (client, server) = duplex(64);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                let _ = serve(server, &only(S)).await;
            });
            Ok(client)
        }
    };
    let settings = ClientSettings::default().or_header(S).handshake_limit(Duration::from_secs(5));
    let negotiated = connect_with(open, &settings).await.unwrap();
    assert_eq!(negotiated.header, S);
    assert_eq!(opened, 2);

    let began = Instant::now();
    let settings = settings.handshake_limit(Duration::from_secs(3));
    let open = || async {
        let (client, server) = duplex(64);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let _ = serve(server, &only(S)).await;
        });
        Ok(client)
    };
    let Err(ConnectError::Negotiation(failure)) = connect_with(open, &settings).await else {
        panic!()
    };
    assert!(matches!(failure, ClientFailure::Silent { asked: S, .. }));
    assert_eq!(began.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_cannot_be_opened() {
    let refuse = || async { Err::<tokio::io::DuplexStream, _>(io::ErrorKind::NotFound.into()) };
    let error = connect_with(refuse, &ClientSettings::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect: entity not found; check the host and the port");
    let hang = || std::future::pending::<io::Result<tokio::io::DuplexStream>>();
    let error = connect_with(hang, &ClientSettings::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect within 10s; check the host and the network");
}

#[tokio::test(start_paused = true)]
async fn mechanisms_from_server_to_client() {
    let (client, server) = duplex(64);
    let offered = [Symbol::from_static("PLAIN"), Symbol::from_static("ANONYMOUS")];
    let (asking, answering) = (ClientSettings::new(S), only(S));
    let (client, server) = tokio::join!(negotiate(client, &asking), serve(server, &answering));
    let limits = ClosingLimits::default();
    let settings = SaslSettings::default();
    let client = async { client.unwrap().mechanisms(&settings).await.map(|o| o.mechanisms) };
    let server = server.unwrap();
    let (seen, sent) = tokio::join!(client, server.offer_mechanisms(&offered, limits));
    assert_eq!(seen.unwrap(), offered);
    sent.unwrap();

    let (client, server) = duplex(64);
    let (asking, answering) = (ClientSettings::new(A), only(A));
    let (client, server) = tokio::join!(negotiate(client, &asking), serve(server, &answering));
    let not_sasl = SaslFailure::NotSasl(A);
    assert_eq!(client.unwrap().mechanisms(&settings).await.unwrap_err(), not_sasl);
    assert_eq!(server.unwrap().offer_mechanisms(&offered, limits).await.unwrap_err(), not_sasl);
}

/// A stream whose peer has sent some octets and then reset the connection, which is seen in writing
/// first.
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
async fn what_came_before_a_reset_is_read_before_the_reset_is_believed() {
    let failure = negotiate(Reset(b"AMQP\x03\x01\x00\x00"), &ClientSettings::new(A)).await;
    assert_eq!(failure.err(), Some(ClientFailure::Refused { asked: A, offered: S }));
    let Err(failure) = negotiate(Reset(b""), &ClientSettings::new(A)).await else { panic!() };
    assert!(matches!(failure, ClientFailure::Closed { ending: Ending::Reset, .. }));
}

/// Each future is polled a few times and then dropped, wherever it is then. What matters is that
/// the other end sees its stream end and nothing hangs or panics.
#[tokio::test(start_paused = true)]
async fn futures_can_be_dropped_anywhere() {
    for polls in 0..12 {
        let (client, server) = duplex(2);
        let (mut client_side, server_side) = duplex(2);
        let (asking, answering) = (ClientSettings::new(A), only(A));
        {
            let mut dropped = Box::pin(async {
                tokio::join!(negotiate(client, &asking), serve(server, &answering))
            });
            let mut cx = Context::from_waker(std::task::Waker::noop());
            for _ in 0..polls {
                if dropped.as_mut().poll(&mut cx).is_ready() {
                    break;
                }
            }
        }
        let serving = serve(server_side, &answering);
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

/// Any stream will do: here one that is made of two halves.
#[tokio::test(start_paused = true)]
async fn halves_joined_are_a_stream() {
    let (client, server) = duplex(64);
    let (read, write) = tokio::io::split(client);
    let (asking, answering) = (ClientSettings::default(), only(A));
    let client = negotiate(join(read, write), &asking);
    let (client, server) = tokio::join!(client, serve(server, &answering));
    client.unwrap();
    server.unwrap();
}
