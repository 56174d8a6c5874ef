//! The sessions of a connection, and their channels (section 2.5).

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use amqp_types::Owned;
use amqp_types::transport::{
    AmqpError, Begin, ConnectionError, End, Error, PerformativeRef, SessionError,
};

use super::half::Half;
use super::output::Output;
use super::session::Session;
use super::violation::{Violation, performative_name};
use super::{ConnectionEvent, SessionEnd, SessionSettings};
use crate::proto::frame::FrameWriteError;
use crate::proto::slots::{Key, Slots};

/// A session of one connection. It is not found any more after the session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Key);

/// Why a session cannot be begun. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeginError {
    /// The connection is not open.
    NotOpen,
    /// The peer accepts no more sessions.
    TooManySessions {
        /// The number of sessions that it accepts.
        limit: u32,
    },
    /// The begin cannot be sent.
    Write(FrameWriteError),
}

impl std::error::Error for BeginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for BeginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpen => f.write_str("a session needs an open connection"),
            Self::TooManySessions { limit } => {
                write!(f, "the peer accepts no more than {limit} sessions; end one, or share one")
            }
            Self::Write(error) => write!(f, "a begin cannot be sent: {error}"),
        }
    }
}

/// All sessions of a connection.
#[derive(Debug)]
pub(super) struct Sessions {
    /// By the channels of this side.
    slots: Slots<Session>,
    /// The session of each channel of the peer.
    remote: Vec<Option<Key>>,
    /// The highest channel that the peer accepts.
    channel_max: u16,
    time_to_answer: Duration,
    /// When which session must have been answered.
    deadlines: BTreeSet<(Instant, Key)>,
    /// The sessions that have a flow to send.
    flows: VecDeque<Key>,
}

impl Sessions {
    pub(super) const fn new(time_to_answer: Duration) -> Self {
        Self {
            slots: Slots::new(),
            remote: Vec::new(),
            channel_max: 0,
            time_to_answer,
            deadlines: BTreeSet::new(),
            flows: VecDeque::new(),
        }
    }

    /// Sets the highest channel that the peer accepts.
    pub(super) const fn set_channel_max(&mut self, channel: u16) {
        self.channel_max = channel;
    }

    /// Begins a session. The connection must be open.
    pub(super) fn begin(
        &mut self,
        now: Instant,
        settings: SessionSettings,
        output: &mut Output,
    ) -> Result<SessionId, BeginError> {
        let session = Session::new(settings.begin.handle_max.0);
        let limit = u32::from(self.channel_max) + 1;
        let key = self.slots.insert(self.channel_max, session);
        let key = key.ok_or(BeginError::TooManySessions { limit })?;
        if let Err(error) = self.write_begin(now, key, settings, output) {
            self.slots.remove(key);
            return Err(BeginError::Write(error));
        }
        self.expect_answer(now, key);
        Ok(SessionId(key))
    }

    fn write_begin(
        &mut self,
        now: Instant,
        key: Key,
        settings: SessionSettings,
        output: &mut Output,
    ) -> Result<(), FrameWriteError> {
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        output.write(now, key.index, &session.begin(settings.begin))?;
        session.ours = Half::Open;
        Ok(())
    }

    /// Ends a session. Nothing happens if it has been ended before.
    pub(super) fn end(
        &mut self,
        now: Instant,
        SessionId(key): SessionId,
        error: Option<Error>,
        output: &mut Output,
    ) {
        let Some(session) = self.slots.get_mut(key) else { return };
        if session.ours != Half::Open {
            return;
        }
        output.write_end(now, key.index, error, |error| End { error });
        session.ours = Half::Closed;
        session.is_flow_due = false;
        self.expect_answer(now, key);
    }

    /// Begins to wait for an answer of the peer.
    fn expect_answer(&mut self, now: Instant, key: Key) {
        self.stop_waiting(key);
        let Some(session) = self.slots.get_mut(key) else { return };
        session.deadline = now.checked_add(self.time_to_answer);
        self.deadlines.extend(session.deadline.map(|deadline| (deadline, key)));
    }

    fn stop_waiting(&mut self, key: Key) {
        let Some(session) = self.slots.get_mut(key) else { return };
        if let Some(deadline) = session.deadline.take() {
            self.deadlines.remove(&(deadline, key));
        }
    }

    /// Handles a frame on a channel of the peer.
    ///
    /// # Errors
    ///
    /// Fails if the connection must be closed.
    pub(super) fn handle_frame(
        &mut self,
        now: Instant,
        channel: u16,
        performative: &PerformativeRef<'_>,
        output: &mut Output,
        events: &mut VecDeque<ConnectionEvent>,
    ) -> Result<(), Violation> {
        let key = self.remote.get(usize::from(channel)).copied().flatten();
        let Some(key) = key else {
            let PerformativeRef::Begin(begin) = performative else {
                let name = performative_name(performative);
                let what = format!("{name} on channel {channel}, which has no session");
                return Err(Violation::new(AmqpError::NotAllowed, what));
            };
            return self.handle_begin(now, channel, Begin::from_ref(*begin), output, events);
        };
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        match performative {
            PerformativeRef::End(end) => {
                let error = end.error.map(Error::from_ref);
                self.handle_end(now, key, channel, error, output, events);
                return Ok(());
            }
            PerformativeRef::Begin(_) => {
                let what = format!("a second begin on channel {channel}");
                return Err(Violation::new(AmqpError::IllegalState, what));
            }
            PerformativeRef::Attach(attach) if attach.handle.0 > session.handle_max => {
                let (handle, max) = (attach.handle.0, session.handle_max);
                let what = format!("an attach with handle {handle}, above the handle-max of {max}");
                return Err(Violation::new(ConnectionError::FramingError, what));
            }
            // What was sent before the peer knew of our end is discarded.
            _ if session.ours == Half::Closed => return Ok(()),
            _ => {}
        }
        let handled = match performative {
            PerformativeRef::Flow(flow) if flow.handle.is_none() => {
                let was_due = session.is_flow_due;
                let handled = session.handle_flow(flow);
                if session.is_flow_due && !was_due {
                    self.flows.push_back(key);
                }
                handled
            }
            PerformativeRef::Attach(_) => {
                Err(Violation::new(AmqpError::NotImplemented, "links are not supported"))
            }
            // The deliveries that it speaks of are unknown, and are skipped.
            PerformativeRef::Disposition(_) => Ok(()),
            other => {
                let what =
                    format!("{} with a handle that is not attached", performative_name(other));
                Err(Violation::new(SessionError::UnattachedHandle, what))
            }
        };
        if let Err(violation) = handled {
            self.end(now, SessionId(key), Some(violation.to_error()), output);
            let Violation { condition, description } = violation;
            self.report(key, SessionEnd::Violation { condition, description }, events);
        }
        Ok(())
    }

    fn handle_begin(
        &mut self,
        now: Instant,
        channel: u16,
        begin: Begin,
        output: &mut Output,
        events: &mut VecDeque<ConnectionEvent>,
    ) -> Result<(), Violation> {
        let key = match begin.remote_channel {
            Some(ours) => {
                let waiting = self.slots.key(ours).filter(|key| {
                    let session = self.slots.get_mut(*key);
                    session.is_some_and(|session| session.theirs == Half::Before)
                });
                waiting.ok_or_else(|| {
                    let what = format!("a begin that answers channel {ours}, which has not begun");
                    Violation::new(AmqpError::NotAllowed, what)
                })?
            }
            None => {
                let settings = SessionSettings::default();
                let session = Session::new(settings.begin.handle_max.0);
                self.slots.insert(self.channel_max, session).ok_or_else(|| {
                    let what = "more sessions than its own channel-max allows to answer";
                    Violation::new(AmqpError::ResourceLimitExceeded, what)
                })?
            }
        };
        let index = usize::from(channel);
        if self.remote.len() <= index {
            self.remote.resize(index + 1, None);
        }
        if let Some(place) = self.remote.get_mut(index) {
            *place = Some(key);
        }
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        session.handle_begin(channel, &begin);
        let (ours, begin) = (session.ours, Box::new(begin));
        match ours {
            Half::Before => {
                // An answer of this size fits the frames of every peer.
                let _ = self.write_begin(now, key, SessionSettings::default(), output);
                events.push_back(ConnectionEvent::SessionBegunByPeer(SessionId(key), begin));
            }
            Half::Open => {
                self.stop_waiting(key);
                events.push_back(ConnectionEvent::SessionBegun(SessionId(key), begin));
            }
            // Its end is still to come.
            Half::Closed => {}
        }
        Ok(())
    }

    fn handle_end(
        &mut self,
        now: Instant,
        key: Key,
        channel: u16,
        error: Option<Error>,
        output: &mut Output,
        events: &mut VecDeque<ConnectionEvent>,
    ) {
        let Some(session) = self.slots.get_mut(key) else { return };
        session.theirs = Half::Closed;
        let was_ended = session.ours == Half::Closed;
        self.end(now, SessionId(key), None, output);
        self.report(
            key,
            match error {
                None if was_ended => SessionEnd::Ended,
                error => SessionEnd::EndedByPeer(error),
            },
            events,
        );
        self.stop_waiting(key);
        self.slots.remove(key);
        if let Some(place) = self.remote.get_mut(usize::from(channel)) {
            *place = None;
        }
    }

    /// Tells the user why a session ended, unless that has been done.
    fn report(&mut self, key: Key, end: SessionEnd, events: &mut VecDeque<ConnectionEvent>) {
        if let Some(session) = self.slots.get_mut(key)
            && !std::mem::replace(&mut session.is_reported, true)
        {
            events.push_back(ConnectionEvent::SessionEnded(SessionId(key), end));
        }
    }

    /// Ends the sessions that were not answered in time.
    pub(super) fn handle_timeout(
        &mut self,
        now: Instant,
        output: &mut Output,
        events: &mut VecDeque<ConnectionEvent>,
    ) {
        while let Some((_, key)) = self.deadlines.first().copied().filter(|(at, _)| *at <= now) {
            self.stop_waiting(key);
            let Some(session) = self.slots.get_mut(key) else { continue };
            let after = self.time_to_answer;
            if session.ours == Half::Open {
                self.end(now, SessionId(key), None, output);
                self.report(key, SessionEnd::BeginTimedOut(after), events);
            } else {
                self.report(key, SessionEnd::EndTimedOut(after), events);
            }
        }
    }

    /// Returns when the next session must have been answered.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Writes the flows that are due.
    pub(super) fn write_flows(&mut self, now: Instant, output: &mut Output) {
        while let Some(key) = self.flows.pop_front() {
            if let Some(session) = self.slots.get_mut(key)
                && std::mem::take(&mut session.is_flow_due)
            {
                // A flow of this size fits the frames of every peer.
                let _ = output.write(now, key.index, &session.flow());
            }
        }
    }
}
