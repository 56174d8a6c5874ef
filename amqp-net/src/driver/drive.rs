//! Running one stage on one stream.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::now;
use crate::proto::{Closing, Ending, Progress, Stage, Transmit};

/// How many octets are read at once. The room for them is on the stack while they are read, so that
/// a connection that waits takes none.
const READ_AT_ONCE: usize = 4096;

/// How a stage ends.
type Outcome<S> = Result<<S as Stage>::Next, (<S as Stage>::Failure, Closing)>;

/// Runs a stage to its end. If it fails, closes the stream before it says so.
///
/// This and [`close`] are no `async fn`s, since those keep each argument twice: once as it was given
/// and once where it is used. A listener may have thousands of these.
pub(super) fn run<T, S>(
    stream: T,
    stage: S,
) -> impl Future<Output = Result<(T, S::Next), S::Failure>>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Stage,
{
    let mut wire = Wire::new(stream, stage);
    async move {
        match wire.drive().await {
            Ok(next) => Ok((wire.stream, next)),
            Err((failure, closing)) => {
                close(wire.stream, closing).await;
                Err(failure)
            }
        }
    }
}

/// Closes the stream, politely.
pub(super) fn close<T>(stream: T, closing: Closing) -> impl Future<Output = ()>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut wire = Wire::new(stream, closing);
    async move {
        // It is closed in the end, however that went.
        let _ = wire.drive().await;
    }
}

/// A stream, the stage that runs on it, and what the stream has not taken yet.
struct Wire<T, S> {
    stream: T,
    /// None when it is over.
    stage: Option<S>,
    outgoing: Bytes,
    flush_due: bool,
    end_due: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin, S: Stage> Wire<T, S> {
    const fn new(stream: T, stage: S) -> Self {
        let outgoing = Bytes::new();
        Self { stream, stage: Some(stage), outgoing, flush_due: false, end_due: false }
    }

    async fn drive(&mut self) -> Outcome<S> {
        let mut sleep = pin!(sleep_until(Instant::now()));
        poll_fn(|cx| self.poll(cx, sleep.as_mut())).await
    }

    fn poll(&mut self, cx: &mut Context<'_>, mut sleep: Pin<&mut Sleep>) -> Poll<Outcome<S>> {
        while let Some(mut stage) = self.stage.take() {
            if self.poll_send(cx, &mut stage).is_ready() {
                stage = match stage.poll_event() {
                    Progress::Pending(stage) => stage,
                    Progress::Done(next) => return Poll::Ready(Ok(next)),
                    Progress::Failed(failure, closing) => {
                        return Poll::Ready(Err((failure, closing)));
                    }
                };
            }
            let more = self.poll_receive(cx, &mut stage).is_ready()
                || self.poll_deadline(cx, sleep.as_mut(), &mut stage).is_ready();
            self.stage = Some(stage);
            if !more {
                break;
            }
        }
        Poll::Pending
    }

    /// Ready when all that the stage has to say so far is sent, or cannot be.
    fn poll_send(&mut self, cx: &mut Context<'_>, stage: &mut S) -> Poll<()> {
        loop {
            if let Err(error) = ready!(self.poll_outgoing(cx)) {
                self.give_up(stage, error.kind());
            }
            match stage.poll_transmit() {
                None => return Poll::Ready(()),
                Some(Transmit::Octets(octets)) => self.outgoing = octets,
                Some(Transmit::End) => self.end_due = true,
            }
        }
    }

    fn poll_outgoing(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &self.outgoing))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.outgoing.advance(written.min(self.outgoing.len())),
            }
            self.flush_due = true;
        }
        if self.flush_due {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.flush_due = false;
        }
        if self.end_due {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.end_due = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when the stage was told something.
    fn poll_receive(&mut self, cx: &mut Context<'_>, stage: &mut S) -> Poll<()> {
        if !stage.wants_input() {
            return Poll::Pending;
        }
        let mut room = [MaybeUninit::uninit(); READ_AT_ONCE];
        let mut octets = ReadBuf::uninit(&mut room);
        match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut octets)) {
            Err(error) => stage.handle_end(now(), Ending::of(error.kind())),
            Ok(()) if octets.filled().is_empty() => stage.handle_end(now(), Ending::Clean),
            Ok(()) => stage.handle_input(now(), octets.filled()),
        }
        Poll::Ready(())
    }

    /// Ready when time has told the stage something.
    fn poll_deadline(
        &mut self,
        cx: &mut Context<'_>,
        mut sleep: Pin<&mut Sleep>,
        stage: &mut S,
    ) -> Poll<()> {
        let Some(deadline) = stage.poll_timeout().map(Instant::from_std) else {
            return Poll::Pending;
        };
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        ready!(sleep.poll(cx));
        if !self.outgoing.is_empty() || self.flush_due || self.end_due {
            self.give_up(stage, io::ErrorKind::TimedOut);
        }
        stage.handle_timeout(now());
        Poll::Ready(())
    }

    /// Nothing more can be sent.
    fn give_up(&mut self, stage: &mut S, error: io::ErrorKind) {
        self.outgoing = Bytes::new();
        self.flush_due = false;
        self.end_due = false;
        stage.handle_unsent(now(), Ending::of(error));
    }
}
