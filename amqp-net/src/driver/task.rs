//! The task of a connection, which reads and writes its stream.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep_until};

use super::core::Core;
use super::log;
use super::state::State;
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
    closing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// The number of turns after which others get theirs.
const TURNS: usize = 32;

/// What the engine wants after a turn.
struct Wanted {
    timeout: Option<Instant>,
    wants_read: bool,
    is_over: bool,
}

/// The number of octets to read at once. The buffer belongs to the thread, so that a connection that waits needs none.
const READ_SIZE: usize = 256 << 10;

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
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
            sleep: Box::pin(sleep_until(tokio::time::Instant::now())),
            closing: None,
        }
    }

    /// Reports what has been received before, takes output if there is none, and returns what is wanted next. Something
    /// is read only after all that was received before has been reported.
    fn turn(&mut self) -> Wanted {
        let Self { core, input, output, .. } = self;
        core.with(|state| {
            loop {
                let (connection, now) = state.turn();
                if !input.is_empty() && connection.wants_read() {
                    let mut rest = &**input;
                    connection.handle_input(now, &mut rest);
                    *input = rest.to_vec();
                }
                state.dispatch();
                let (connection, _) = state.turn();
                if output.is_empty() {
                    *output = connection.poll_transmit_parts().unwrap_or_default();
                }
                let wants_read = connection.wants_read();
                // More input may be wanted now that output has been taken.
                if input.is_empty() || !wants_read {
                    return Wanted {
                        timeout: connection.poll_timeout(),
                        wants_read,
                        is_over: connection.is_over(),
                    };
                }
            }
        })
    }

    /// Returns what is to be sent before the stream is closed.
    fn take_last_output(&mut self) -> Bytes {
        let output = std::mem::take(&mut self.output).into_bytes();
        let rest = self.core.with(|state| state.turn().0.poll_transmit());
        [output, rest.unwrap_or_default()].concat().into()
    }

    /// Writes the output. Ready if it has been written or the stream has failed; pending if there was none.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { core, stream: Some(stream), output, flush_due, .. } = self else {
            return Poll::Pending;
        };
        if output.is_empty() && !*flush_due {
            return Poll::Pending;
        }
        let before = output.len();
        let written = poll_write_all(stream, output, flush_due, cx);
        if written.is_pending() && before == output.len() {
            self.stalled_since.get_or_insert_with(clock::now);
        } else {
            self.stalled_since = None;
        }
        if let Err(error) = ready!(written) {
            *output = Parts::new();
            *flush_due = false;
            core.with(|state| {
                let (connection, now) = state.turn();
                connection.handle_write_error(now, error.kind().into());
            });
        }
        Poll::Ready(())
    }

    /// Reads once. Ready if something has been read, or the input has ended.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Self { core, stream: Some(stream), input, .. } = self else { return Poll::Pending };
        READ_BUFFER.with_borrow_mut(|buffer| {
            buffer.resize(READ_SIZE, 0);
            let mut read = ReadBuf::new(buffer);
            let result = Pin::new(stream).poll_read(cx, &mut read);
            let result = ready!(again_if_interrupted(result, cx));
            let end = match result {
                Ok(()) if read.filled().is_empty() => Some(StreamEnd::Clean),
                Ok(()) => None,
                Err(error) => Some(error.kind().into()),
            };
            core.with(|state| {
                let (connection, now) = state.turn();
                match end {
                    Some(end) => connection.handle_eof(end),
                    None => {
                        let mut rest = read.filled();
                        connection.handle_input(now, &mut rest);
                        // A server has to decide first.
                        input.extend_from_slice(rest);
                    }
                }
            });
            Poll::Ready(())
        })
    }

    /// Returns when the stream will have accepted nothing for too long.
    fn write_deadline(&self) -> Option<Instant> {
        self.stalled_since?.checked_add(self.write_timeout?)
    }

    /// Ready if the time has been reported.
    fn poll_timeout(&mut self, timeout: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        let write_deadline = self.write_deadline();
        let timeout = timeout.into_iter().chain(write_deadline).min();
        let Some(timeout) = timeout.map(tokio::time::Instant::from_std) else {
            return Poll::Pending;
        };
        if self.sleep.deadline() != timeout {
            self.sleep.as_mut().reset(timeout);
        }
        ready!(self.sleep.as_mut().poll(cx));
        let Self { core, output, flush_due, stalled_since, .. } = self;
        core.with(|state| {
            let (connection, now) = state.turn();
            if write_deadline.is_some_and(|end| end <= now) {
                *output = Parts::new();
                *flush_due = false;
                *stalled_since = None;
                connection.handle_write_error(now, io::ErrorKind::TimedOut.into());
            }
            connection.handle_timeout(now);
        });
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Future for Task<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        for _ in 0..TURNS {
            if let Some(closing) = &mut this.closing {
                return closing.as_mut().poll(cx);
            }
            let wanted = this.turn();
            let is_written = this.poll_write(cx).is_ready();
            if wanted.is_over
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
            let is_read = wanted.wants_read && this.poll_read(cx).is_ready();
            let is_late = this.poll_timeout(wanted.timeout, cx).is_ready();
            let may_wait = !is_written && !is_read && !is_late;
            if may_wait && this.core.with(|state| state.park(cx.waker())) {
                return Poll::Pending;
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
