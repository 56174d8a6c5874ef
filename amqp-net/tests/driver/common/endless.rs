//! A stream from which something can always be read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use amqp_net::proto::FrameWriter;
use amqp_types::transport::Open;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream from which something can always be read: heartbeats, after a header and an open.
pub(crate) struct Endless {
    next: Vec<u8>,
    reads: Arc<AtomicU64>,
}

impl Endless {
    /// Returns a stream, and the number of reads from it.
    pub(crate) fn new() -> (Self, Arc<AtomicU64>) {
        let mut frames = FrameWriter::new(512);
        frames.amqp(0, &Open::new("endless"), b"").unwrap();
        let next = [b"AMQP\0\x01\0\0", &*frames.split()].concat();
        let reads = Arc::new(AtomicU64::new(0));
        (Self { next, reads: Arc::clone(&reads) }, reads)
    }
}

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let heartbeat = vec![0, 0, 0, 8, 2, 0, 0, 0];
        buffer.put_slice(&std::mem::replace(&mut self.next, heartbeat));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
