//! A stream below TLS, which knows how the peer began if the handshake fails.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::proto::{FirstBytes, StreamEnd};

/// A stream that records the first octets that are read from it.
///
/// Until [`end_handshake`](Self::end_handshake), octets that cannot be written because the peer has closed the stream
/// are dropped: what the peer sent before, which is read next, says why.
#[derive(Debug)]
pub(crate) struct Recorded<S> {
    stream: S,
    /// `None` after the handshake.
    first: Option<Vec<u8>>,
}

impl<S> Recorded<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self { stream, first: Some(Vec::new()) }
    }

    /// Returns what the peer began with.
    pub(crate) fn first_bytes(&self) -> FirstBytes {
        FirstBytes::new(self.first.as_deref().unwrap_or_default())
    }

    /// Says that the handshake has succeeded.
    pub(crate) fn end_handshake(&mut self) {
        self.first = None;
    }

    /// Returns the outcome of a write.
    fn written(&self, written: io::Result<usize>, wanted: usize) -> io::Result<usize> {
        match written {
            Err(error)
                if self.first.is_some() && StreamEnd::from(error.kind()) == StreamEnd::Reset =>
            {
                Ok(wanted)
            }
            written => written,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        if let Some(first) = &mut this.first {
            let read = buffer.filled().get(before..).unwrap_or_default();
            first.extend(read.iter().take(FirstBytes::MAX.saturating_sub(first.len())));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, octets));
        Poll::Ready(this.written(written, octets.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, slices));
        Poll::Ready(this.written(written, slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
