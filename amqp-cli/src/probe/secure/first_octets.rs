//! The first octets that a peer sent, kept: when TLS fails, they tell what it speaks instead.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// More than this is not needed to tell protocols apart.
const MOST: usize = 64;

/// A stream and the first octets that were read from it.
#[derive(Debug)]
pub(crate) struct Recorded<S> {
    stream: S,
    octets: Vec<u8>,
}

impl<S> Recorded<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self { stream, octets: Vec::new() }
    }

    /// The octets, 64 at most.
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
        let room = MOST.saturating_sub(self.octets.len());
        self.octets.extend(read.iter().take(room));
        polled
    }
}

/// A peer that has left takes nothing more. But it may have said why, so that is no error: what is
/// written then is lost, and reading tells the rest.
impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(Pin::new(&mut self.stream).poll_write(context, octets)) {
            Err(error) if has_left(&error) => Poll::Ready(Ok(octets.len())),
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

fn has_left(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
