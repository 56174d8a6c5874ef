//! What the task of a connection does with the engine.

use std::task::Waker;
use std::time::Instant;

use super::State;
use crate::clock;
use crate::proto::{Parts, StreamEnd};

/// What has happened to the stream since the last turn.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Happened<'i> {
    Nothing,
    Received(&'i [u8]),
    ReadEnd(StreamEnd),
    WriteError(StreamEnd),
}

/// What the engine wants after a turn.
#[derive(Debug, Default)]
pub(in super::super) struct Wanted {
    pub(in super::super) timeout: Option<Instant>,
    pub(in super::super) reads: bool,
    /// Whether another turn is due as soon as the output has been written.
    pub(in super::super) writes_more: bool,
    pub(in super::super) is_over: bool,
}

impl State {
    /// Tells the engine what has happened and what the time is, takes output if there is none, and returns what the engine wants next. What has
    /// been received and cannot be handled yet is kept in `input`, and nothing more is read before it has been handled. The
    /// task is woken when something is changed after the turn.
    pub(in super::super) fn turn(
        &mut self,
        task: &Waker,
        input: &mut Vec<u8>,
        output: &mut Parts,
        happened: Happened<'_>,
    ) -> Wanted {
        // It is not woken for what the turn itself changes.
        let parked = self.task.take();
        self.now = clock::now();
        match happened {
            Happened::Nothing => {}
            Happened::Received(mut rest) => {
                self.connection.handle_input(self.now, &mut rest);
                // A server has to decide first, or much output waits.
                input.extend_from_slice(rest);
            }
            Happened::ReadEnd(end) => self.connection.handle_eof(end),
            Happened::WriteError(end) => self.connection.handle_write_error(self.now, end),
        }
        if self.connection.poll_timeout().is_some_and(|timeout| timeout <= self.now) {
            self.connection.handle_timeout(self.now);
        }
        loop {
            if !input.is_empty() && self.connection.wants_read() {
                let mut rest = &**input;
                self.connection.handle_input(self.now, &mut rest);
                *input = rest.to_vec();
            }
            self.dispatch();
            if output.is_empty() {
                self.is_touched = false;
                *output = self.connection.poll_transmit_parts().unwrap_or_default();
                // Messages that have waited for room may follow.
                self.dispatch();
            }
            let has_input = !input.is_empty() && self.connection.wants_read();
            let has_output = self.is_touched && output.is_empty();
            if !has_input && !has_output {
                break;
            }
        }
        let parked = match parked {
            Some(parked) if parked.will_wake(task) => parked,
            other => {
                self.discard(other);
                task.clone()
            }
        };
        self.task = Some(parked);
        Wanted {
            timeout: self.connection.poll_timeout(),
            reads: self.connection.wants_read(),
            writes_more: self.is_touched || self.connection.wants_write(),
            is_over: self.connection.is_over(),
        }
    }

    /// Takes what is left to be sent after the last turn.
    pub(in super::super) fn take_last_output(&mut self) -> Parts {
        self.connection.poll_transmit_parts().unwrap_or_default()
    }
}
