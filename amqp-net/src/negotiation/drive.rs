//! Runs a negotiation on a stream.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

use super::input::poll_input;
use super::output::poll_write_all;
use crate::clock::now;
use crate::proto::{Agreed, ClosingLimits, Negotiation, NegotiationError, Transmit};

/// Runs a negotiation to its end. If it fails, the stream is closed before this returns.
///
/// This and [`close`] are not `async fn`s, because the future of an `async fn` stores each argument twice:
/// as it was passed and where it is used. A listener may have thousands of these futures.
pub(crate) fn run<S>(
    stream: S,
    negotiation: Negotiation,
) -> impl Future<Output = Result<(S, Agreed), NegotiationError>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut driven = Driven::new(stream, negotiation);
    async move {
        match driven.until(Negotiation::poll_outcome).await {
            Ok(agreed) => Ok((driven.stream, agreed)),
            Err(error) => {
                driven.until(closed).await;
                Err(error)
            }
        }
    }
}

/// Sends `last` and closes the stream so that it arrives.
pub(crate) fn close<S>(stream: S, last: Bytes, limits: ClosingLimits) -> impl Future<Output = ()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut driven = Driven::new(stream, Negotiation::closing(last, limits, now()));
    async move { driven.until(closed).await }
}

fn closed(negotiation: &mut Negotiation) -> Option<()> {
    negotiation.is_closed().then_some(())
}

/// A stream, the negotiation that runs on it, and what the stream has not accepted yet.
struct Driven<S> {
    stream: S,
    negotiation: Negotiation,
    output: Bytes,
    flush_due: bool,
    shutdown_due: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Driven<S> {
    const fn new(stream: S, negotiation: Negotiation) -> Self {
        let output = Bytes::new();
        Self { stream, negotiation, output, flush_due: false, shutdown_due: false }
    }

    /// Runs the negotiation until it has sent all output and `end` returns something.
    async fn until<T>(&mut self, end: impl Fn(&mut Negotiation) -> Option<T>) -> T {
        let mut sleep = pin!(sleep_until(Instant::now()));
        poll_fn(|cx| {
            loop {
                if self.poll_send(cx).is_ready()
                    && let Some(end) = end(&mut self.negotiation)
                {
                    return Poll::Ready(end);
                }
                if self.poll_receive(cx).is_pending() {
                    ready!(self.poll_deadline(cx, sleep.as_mut()));
                }
            }
        })
        .await
    }

    /// Ready when all output so far has been sent, or cannot be.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Err(error) = ready!(self.poll_output(cx)) {
                self.handle_write_error(error.kind());
            }
            match self.negotiation.poll_transmit() {
                None => return Poll::Ready(()),
                Some(Transmit::Bytes(bytes)) => self.output = bytes,
                Some(Transmit::Shutdown) => self.shutdown_due = true,
            }
        }
    }

    fn poll_output(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, output, flush_due, .. } = self;
        ready!(poll_write_all(stream, output, flush_due, cx))?;
        if self.shutdown_due {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.shutdown_due = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when input, or its end, has been reported to the negotiation.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { stream, negotiation, .. } = self;
        if !negotiation.wants_read() {
            return Poll::Pending;
        }
        poll_input(stream, cx, |input| match input {
            Ok(input) => negotiation.handle_input(now(), input),
            Err(end) => negotiation.handle_eof(now(), end),
        })
    }

    /// Ready when the timeout has been reported to the negotiation.
    fn poll_deadline(&mut self, cx: &mut Context<'_>, mut sleep: Pin<&mut Sleep>) -> Poll<()> {
        let Some(deadline) = self.negotiation.poll_timeout().map(Instant::from_std) else {
            return Poll::Pending;
        };
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        ready!(sleep.poll(cx));
        if !self.output.is_empty() || self.flush_due || self.shutdown_due {
            self.handle_write_error(io::ErrorKind::TimedOut);
        }
        self.negotiation.handle_timeout(now());
        Poll::Ready(())
    }

    fn handle_write_error(&mut self, error: io::ErrorKind) {
        self.output = Bytes::new();
        self.flush_due = false;
        self.shutdown_due = false;
        self.negotiation.handle_write_error(now(), error.into());
    }
}
