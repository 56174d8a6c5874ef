//! The task of a connection, which reads and writes its stream.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::core::Core;
use super::log;
use super::state::{Happened, State, Wanted};
use crate::clock;
use crate::negotiation::{again_if_interrupted, close, poll_write_all};
use crate::proto::{ClosingLimits, Parts, StreamEnd};

/// The task of a connection. It ends after the connection has.
pub(super) struct Task<S> {
    core: Arc<Core>,
    /// `None` while it is being closed.
    stream: Option<S>,
    /// What has been received and not been taken by the engine.
    input: Vec<u8>,
    /// What the stream has not accepted yet.
    output: Parts,
    flush_due: bool,
    /// The longest time for which the stream may accept nothing.
    write_timeout: Option<Duration>,
    /// Since when the stream has accepted nothing.
    stalled_since: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
    wanted: Wanted,
    closing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// The number of turns after which others get theirs.
const TURNS: usize = 32;

/// The number of octets to read at once. The buffer belongs to the thread, so that a connection that waits needs none.
const READ_SIZE: usize = 256 << 10;

thread_local! {
    static READ_BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Task<S> {
    /// Creates the task. `input` has been received before. If the stream accepts nothing for `write_timeout`, the
    /// connection ends.
    pub(super) fn new(
        core: Arc<Core>,
        stream: S,
        input: Bytes,
        write_timeout: Option<Duration>,
    ) -> Self {
        Self {
            core,
            stream: Some(stream),
            input: input.into(),
            output: Parts::new(),
            flush_due: false,
            write_timeout,
            stalled_since: None,
            sleep: Box::pin(sleep(Duration::MAX)),
            wanted: Wanted::default(),
            closing: None,
        }
    }

    /// Lets the engine take its turn: see [`State::turn`].
    fn turn(&mut self, cx: &Context<'_>, happened: Happened<'_>) {
        let Self { core, input, output, .. } = self;
        self.wanted = core.with(|state| state.turn(cx.waker(), input, output, happened));
    }

    /// Returns what is to be sent before the stream is closed.
    fn take_last_output(&mut self) -> Bytes {
        let output = std::mem::take(&mut self.output).into_bytes();
        let rest = self.core.with(State::take_last_output).into_bytes();
        [output, rest].concat().into()
    }

    /// Writes the output. Ready if it has been written or the stream has failed; pending if there was none.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { stream: Some(stream), output, flush_due, .. } = self else {
            return Poll::Pending;
        };
        if output.is_empty() && !*flush_due {
            return Poll::Pending;
        }
        let before = output.len();
        let written = poll_write_all(stream, output, flush_due, cx);
        if written.is_pending() && before == output.len() {
            self.stalled_since.get_or_insert_with(clock::now);
            if self.write_deadline().is_some_and(|deadline| deadline <= clock::now()) {
                self.handle_write_error(cx, io::ErrorKind::TimedOut);
                return Poll::Ready(());
            }
        } else {
            self.stalled_since = None;
        }
        if let Err(error) = ready!(written) {
            self.handle_write_error(cx, error.kind());
        }
        Poll::Ready(())
    }

    /// Gives up what could not be written.
    fn handle_write_error(&mut self, cx: &Context<'_>, error: io::ErrorKind) {
        self.output = Parts::new();
        self.flush_due = false;
        self.stalled_since = None;
        self.turn(cx, Happened::WriteError(error.into()));
    }

    /// Reads once. Ready if something has been read, or the input has ended.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.wanted.reads {
            return Poll::Pending;
        }
        let Some(stream) = &mut self.stream else { return Poll::Pending };
        // Taken out during the turn, because a waker can run any code, even another task of this kind.
        let mut buffer = READ_BUFFER.take();
        buffer.resize(READ_SIZE, 0);
        let mut read = ReadBuf::new(&mut buffer);
        let result = again_if_interrupted(Pin::new(stream).poll_read(cx, &mut read), cx);
        let is_read = result.map(|result| {
            let happened = match result {
                Ok(()) if read.filled().is_empty() => Happened::ReadEnd(StreamEnd::Clean),
                Ok(()) => Happened::Received(read.filled()),
                Err(error) => Happened::ReadEnd(error.kind().into()),
            };
            self.turn(cx, happened);
        });
        READ_BUFFER.set(buffer);
        is_read
    }

    /// Returns when the stream will have accepted nothing for too long.
    fn write_deadline(&self) -> Option<Instant> {
        self.stalled_since?.checked_add(self.write_timeout?)
    }

    /// Ready if it is time for a turn, or to give up a write.
    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.wanted.timeout.into_iter().chain(self.write_deadline()).min();
        let Some(timeout) = timeout else { return Poll::Pending };
        let at = tokio::time::Instant::from_std(timeout);
        loop {
            // Most timeouts move on with each frame. A timer that elapses too early costs less than to set it each time.
            if at < self.sleep.deadline() || self.sleep.is_elapsed() {
                self.sleep.as_mut().reset(at);
            }
            ready!(self.sleep.as_mut().poll(cx));
            if clock::now() >= timeout {
                return Poll::Ready(());
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Future for Task<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        // It may have been woken because something has been changed.
        let mut is_turn_due = true;
        // Whether the stream will wake the task when there is input.
        let mut waits_for_input = false;
        for _ in 0..TURNS {
            if let Some(closing) = &mut this.closing {
                return closing.as_mut().poll(cx);
            }
            // Reading takes a turn, after which something else may be wanted.
            let reads = this.wanted.reads;
            let is_read = !waits_for_input && this.poll_read(cx).is_ready();
            waits_for_input = reads && !is_read;
            if is_turn_due && !is_read {
                this.turn(cx, Happened::Nothing);
            }
            let is_written = this.poll_write(cx).is_ready();
            is_turn_due = is_written && this.wanted.writes_more;
            if this.wanted.is_over
                && let Some(stream) = this.stream.take()
            {
                if let Some(reason) = this.core.with(|state| state.ended().cloned()) {
                    log::ended(&reason);
                }
                if this.core.with(|state| state.is_aborted) {
                    return Poll::Ready(());
                }
                let closing = close(stream, this.take_last_output(), ClosingLimits::default());
                this.closing = Some(Box::pin(closing));
                continue;
            }
            let may_read = this.wanted.reads && !waits_for_input;
            if !is_written && !may_read {
                if this.poll_timeout(cx).is_pending() {
                    return Poll::Pending;
                }
                is_turn_due = true;
            }
        }
        // The stream is always ready. Other tasks get a turn.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<S> Drop for Task<S> {
    fn drop(&mut self) {
        // Does nothing if the connection is over.
        self.core.with(State::abandon);
    }
}
