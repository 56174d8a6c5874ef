//! Streams that fail when they are told to.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a stream does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It works.
    None,
    /// It accepts no more output.
    Stalled,
    /// Nothing can be written.
    Broken,
    /// It fails.
    Reset,
}

/// A stream that fails when it is told to.
pub(crate) struct Faulty<S> {
    stream: S,
    control: Control,
}

/// Tells a stream to fail.
#[derive(Clone)]
pub(crate) struct Control(Arc<Mutex<(Fault, Option<Waker>)>>);

impl<S> Faulty<S> {
    pub(crate) fn new(stream: S) -> (Self, Control) {
        let control = Control(Arc::new(Mutex::new((Fault::None, None))));
        (Self { stream, control: control.clone() }, control)
    }
}

impl Control {
    pub(crate) fn set(&self, fault: Fault) {
        let mut control = self.0.lock().unwrap();
        control.0 = fault;
        control.1.take().into_iter().for_each(Waker::wake);
    }

    fn get(&self) -> Fault {
        self.0.lock().unwrap().0
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Faulty<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.control.get() == Fault::Reset {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        self.control.0.lock().unwrap().1 = Some(cx.waker().clone());
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Faulty<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.control.get() {
            Fault::None => Pin::new(&mut self.stream).poll_write(cx, octets),
            Fault::Stalled => Poll::Pending,
            Fault::Broken | Fault::Reset => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
