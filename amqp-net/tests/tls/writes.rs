//! How TLS is written to the stream below it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use amqp_net::{Connection, Credit, PeerRequest};
use amqp_types::Bytes;
use amqp_types::messaging::Source;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::authority::Authority;
use super::{settings, soon};

/// A stream that counts the slices of the largest vectored write.
struct Counting {
    stream: TcpStream,
    most_slices: Arc<AtomicUsize>,
}

impl AsyncRead for Counting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.most_slices.fetch_max(slices.len(), Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn the_records_of_a_long_message_are_written_together() {
    let authority = Authority::new();
    let settings = settings().tls(authority.sign(&["localhost"]).server());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqps://localhost:{}", listener.local_addr().unwrap().port());
    let most_slices = Arc::new(AtomicUsize::new(0));
    let long = Bytes::from(vec![7; 1 << 20]);
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = Counting { stream, most_slices: Arc::clone(&most_slices) };
        let mut served = settings.accept_over(stream).await.unwrap().accept().unwrap();
        let Some(PeerRequest::Sender(link)) = served.next().await.unwrap() else { panic!() };
        let sender = link.accept(Source::new("queue")).unwrap();
        sender.send(&long).await.unwrap();
    };
    let receiving = async {
        let url = url.parse().unwrap();
        let client = Connection::builder().tls(authority.client()).connect(&url).await.unwrap();
        let receiver = client.receiver("queue").credit(Credit::Auto(1)).await.unwrap();
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<Bytes>().unwrap(), long);
        delivery.accept().unwrap();
        client
    };
    let both = Box::pin(async { tokio::join!(receiving, serving) });
    let (_client, ()) = soon(both).await;
    assert!(most_slices.load(Ordering::Relaxed) > 1, "{most_slices:?}");
}
