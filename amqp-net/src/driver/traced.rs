//! A stream whose headers and frames are shown, if the user wants to see them.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::proto::{Trace, TraceLine};

/// The direction of a protocol header or a frame that a trace shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// This side sent it.
    Sent,
    /// The peer sent it.
    Received,
}

/// Writes `sent` or `received`.
impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sent => "sent",
            Self::Received => "received",
        })
    }
}

/// Takes the octets of both directions of one connection.
pub(super) type Tracer = Box<dyn FnMut(Direction, &[u8]) + Send>;

/// Creates a tracer for a connection with a peer, whose address may be known. Only [`new_tracer`] names the types of a trace, so that their code is linked only
/// into programs that call it.
pub(super) type NewTracer = Arc<dyn Fn(Option<SocketAddr>) -> Tracer + Send + Sync>;

/// Returns a function that creates tracers, which pass each line to `show`.
pub(super) fn new_tracer(
    show: impl Fn(Option<SocketAddr>, Direction, &TraceLine) + Send + Sync + 'static,
) -> NewTracer {
    let show = Arc::new(show);
    Arc::new(move |peer| {
        let show = Arc::clone(&show);
        let (mut sent, mut received) = (Trace::new(), Trace::new());
        Box::new(move |direction, octets| {
            let trace = match direction {
                Direction::Sent => &mut sent,
                Direction::Received => &mut received,
            };
            trace.handle_input(octets, |line| show(peer, direction, line));
        })
    })
}

/// A stream of which a tracer sees all octets that are sent and received.
///
/// It is outside of the connection's lock, so the user's function may use the connection.
pub(super) struct Traced<S> {
    stream: S,
    /// `None` if nobody wants to see them.
    tracer: Option<Tracer>,
}

impl<S> Traced<S> {
    pub(super) fn new(stream: S, new_tracer: Option<&NewTracer>, peer: Option<SocketAddr>) -> Self {
        Self { stream, tracer: new_tracer.map(|new| new(peer)) }
    }

    fn show(&mut self, direction: Direction, octets: &[u8]) {
        if let Some(tracer) = &mut self.tracer {
            tracer(direction, octets);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Traced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        this.show(Direction::Received, buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Traced<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, octets))?;
        this.show(Direction::Sent, octets.get(..written).unwrap_or(octets));
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, slices))?;
        let mut left = written;
        for slice in slices {
            let here = left.min(slice.len());
            this.show(Direction::Sent, slice.get(..here).unwrap_or(slice));
            left -= here;
        }
        Poll::Ready(Ok(written))
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
