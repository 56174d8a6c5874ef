//! Records the first octets that a peer sends, to detect its protocol if the TLS handshake fails.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The number of octets that are recorded, enough to detect a protocol.
const MAX: usize = 64;

/// A stream that records the first octets that are read from it.
#[derive(Debug)]
pub(crate) struct Recorded<S> {
    stream: S,
    octets: Vec<u8>,
}

impl<S> Recorded<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self { stream, octets: Vec::new() }
    }

    /// Returns the recorded octets.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = buffer.filled().get(before..).unwrap_or_default();
        let room = MAX.saturating_sub(self.octets.len());
        self.octets.extend(read.iter().take(room));
        polled
    }
}

/// A write to a peer that has closed the connection succeeds, and the bytes are lost, so that the remaining
/// input can be read. It may say why the peer closed.
impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(Pin::new(&mut self.stream).poll_write(context, octets)) {
            Err(error) if is_closed(&error) => Poll::Ready(Ok(octets.len())),
            written => Poll::Ready(written),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
