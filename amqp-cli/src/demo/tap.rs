//! A stream that records what is sent and received, so that it can be shown.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The octets that a client and its server have sent each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    /// From the client.
    pub(crate) sent: Vec<u8>,
    /// From the server.
    pub(crate) received: Vec<u8>,
}

/// A client's stream that records what is sent and received.
pub(crate) struct Tap<S> {
    stream: S,
    // Shared, because the stream is dropped before the octets are shown.
    wire: Arc<Mutex<Wire>>,
}

/// The recorded octets.
pub(crate) struct Tapped(Arc<Mutex<Wire>>);

impl Tapped {
    pub(crate) fn wire(&self) -> Wire {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S> Tap<S> {
    pub(crate) fn new(stream: S) -> (Self, Tapped) {
        let wire = Arc::<Mutex<Wire>>::default();
        let tapped = Tapped(Arc::clone(&wire));
        (Self { stream, wire }, tapped)
    }

    fn keep(&self, octets: &[u8], of: impl FnOnce(&mut Wire) -> &mut Vec<u8>) {
        let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
        of(&mut wire).extend_from_slice(octets);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.keep(buffer.filled().get(before..).unwrap_or_default(), |wire| &mut wire.received);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, octets);
        if let Poll::Ready(Ok(written)) = polled {
            self.keep(octets.get(..written).unwrap_or_default(), |wire| &mut wire.sent);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
