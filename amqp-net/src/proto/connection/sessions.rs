//! The sessions of a connection, and their channels (section 2.5).

mod input;

use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{Attach, End, Error, Fields};

use super::deadlines::{Deadline, Waiting};
use super::delivery::{DeliveryId, OutgoingDelivery};
use super::demand::Demand;
use super::error::{AttachError, BeginError, NotUnsettled, SendError};
use super::half::Half;
use super::link::Link;
use super::links::LinkId;
use super::session::{EndDue, Session};
use super::shared::Shared;
use super::{ConnectionEvent, ConnectionStats, SessionEnd, SessionSettings};
use crate::proto::frame::FrameWriteError;
use crate::proto::payload::Payload;
use crate::proto::slots::{Key, Slots};

/// A session of one connection. It is not found any more after both sides have ended the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub(super) Key);

/// All sessions of a connection.
#[derive(Debug)]
pub(super) struct Sessions {
    /// By the channels of this side.
    slots: Slots<Session>,
    /// The session of each channel of the peer.
    remote: Vec<Option<Key>>,
    /// The highest channel that the peer accepts.
    channel_max: u16,
    /// The highest channel that this side accepts, which limits the sessions that the peer can answer.
    own_channel_max: u16,
}

/// The number of sessions that end before a channel is used again. RabbitMQ 4.0 ignores what is sent on a channel until
/// it has cleared away the session that had ended there, which takes it a moment longer than to say that it has ended.
const CHANNEL_REUSE_DELAY: usize = 16;

impl Sessions {
    pub(super) const fn new(own_channel_max: u16) -> Self {
        let slots = Slots::with_reuse_delay(CHANNEL_REUSE_DELAY);
        Self { slots, remote: Vec::new(), channel_max: 0, own_channel_max }
    }

    /// Sets the highest channel that the peer accepts.
    pub(super) const fn set_channel_max(&mut self, channel: u16) {
        self.channel_max = channel;
    }

    fn insert(&mut self, channel_max: u16, handle_max: u32) -> Option<Key> {
        self.slots.insert_with(channel_max, |key| Session::new(key, handle_max))
    }

    /// Begins a session. The connection must be open.
    pub(super) fn begin(
        &mut self,
        settings: SessionSettings,
        shared: &mut Shared,
    ) -> Result<SessionId, BeginError> {
        let channel_max = self.channel_max.min(self.own_channel_max);
        let limit = u32::from(channel_max) + 1;
        let key = self.insert(channel_max, settings.begin.handle_max.0);
        let key = key.ok_or(BeginError::TooManySessions { limit })?;
        if let Err(error) = self.write_begin(key, settings, shared) {
            self.slots.remove(key);
            return Err(BeginError::Write(error));
        }
        self.expect_answer(key, shared);
        Ok(SessionId(key))
    }

    fn write_begin(
        &mut self,
        key: Key,
        settings: SessionSettings,
        shared: &mut Shared,
    ) -> Result<(), FrameWriteError> {
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        shared.write(key.index(), &session.begin(settings.begin))?;
        session.ours = Half::Open;
        Ok(())
    }

    /// Ends a session, after the deliveries that have been begun. Nothing happens if it has been ended before.
    pub(super) fn end_later(
        &mut self,
        SessionId(key): SessionId,
        error: Option<Error>,
        shared: &mut Shared,
    ) {
        match self.usable(key) {
            Some(session) if session.links.is_sending() => {
                if session.end_due.is_none() {
                    session.end_due = Some(EndDue { error });
                    session.set_due(shared);
                    self.expect_answer(key, shared);
                }
            }
            _ => self.end(SessionId(key), error, shared),
        }
    }

    /// Returns whether a delivery has been begun and not completed.
    pub(super) fn is_sending(&self) -> bool {
        let mut open = self.slots.values().filter(|session| session.ours == Half::Open);
        open.any(|session| session.links.is_sending())
    }

    /// Ends a session at once. Nothing happens if it has been ended before.
    pub(super) fn end(
        &mut self,
        SessionId(key): SessionId,
        error: Option<Error>,
        shared: &mut Shared,
    ) {
        let Some(session) = self.slots.get_mut(key).filter(|session| session.ours == Half::Open)
        else {
            return;
        };
        session.write_dispositions(shared);
        shared.write_with_error(key.index(), error, |error| End { error });
        session.ours = Half::Closed;
        session.links.clear(shared);
        session.close_window(shared);
        self.expect_answer(key, shared);
    }

    /// Returns a session on which links can be used.
    fn usable(&mut self, key: Key) -> Option<&mut Session> {
        self.slots.get_mut(key).filter(|session| session.ours == Half::Open)
    }

    /// Attaches a link in a session.
    pub(super) fn attach(
        &mut self,
        SessionId(key): SessionId,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<LinkId, AttachError> {
        let session = self.usable(key).filter(|session| session.end_due.is_none());
        session.ok_or(AttachError::NotFound)?.links.attach(attach, shared)
    }

    /// Accepts a link of the peer.
    pub(super) fn accept_link(
        &mut self,
        id: LinkId,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<(), AttachError> {
        let session = self.usable(id.session).ok_or(AttachError::NotFound)?;
        session.accept_link(id.link, attach, shared)
    }

    /// Detaches a link, or refuses one of the peer.
    pub(super) fn detach(
        &mut self,
        id: LinkId,
        closed: bool,
        error: Option<Error>,
        shared: &mut Shared,
    ) {
        if let Some(session) = self.usable(id.session) {
            session.detach(id.link, closed, error, shared);
        }
    }

    /// Returns a link.
    pub(super) fn link(&self, id: LinkId) -> Option<&Link> {
        self.slots.get(id.session)?.links.get(id.link)
    }

    /// Begins to wait for an answer of the peer.
    fn expect_answer(&mut self, key: Key, shared: &mut Shared) {
        if let Some(session) = self.slots.get_mut(key) {
            shared.deadlines.begin(shared.now, Waiting::Session(key), &mut session.deadline);
        }
    }

    fn stop_waiting(&mut self, key: Key, shared: &mut Shared) {
        if let Some(session) = self.slots.get_mut(key) {
            shared.deadlines.end(Waiting::Session(key), &mut session.deadline);
        }
    }

    /// Tells the user why a session ended, unless that has been done.
    fn report(&mut self, key: Key, end: SessionEnd, shared: &mut Shared) {
        if let Some(session) = self.slots.get_mut(key)
            && !std::mem::replace(&mut session.is_reported, true)
        {
            shared.events.push_back(ConnectionEvent::SessionEnded(SessionId(key), end));
        }
    }

    /// Ends the sessions and links that were not answered in time.
    pub(super) fn handle_timeout(&mut self, shared: &mut Shared) {
        while let Some(waiting) = shared.deadlines.pop(shared.now) {
            match waiting {
                Waiting::Session(key) => self.handle_session_timeout(key, shared),
                Waiting::Link(session, link) => {
                    if let Some(session) = self.usable(session) {
                        session.write_dispositions(shared);
                        session.links.handle_timeout(link, shared);
                    }
                }
            }
        }
    }

    fn handle_session_timeout(&mut self, key: Key, shared: &mut Shared) {
        let Some(session) = self.slots.get_mut(key) else { return };
        session.deadline = Deadline::default();
        let after = shared.deadlines.limit;
        if let Some(EndDue { error }) = session.end_due.take() {
            self.end(SessionId(key), error, shared);
        } else if session.ours == Half::Open {
            self.end(SessionId(key), None, shared);
            self.report(key, SessionEnd::BeginTimedOut(after), shared);
        } else {
            self.report(key, SessionEnd::EndTimedOut(after), shared);
        }
    }

    /// Sends a message on a link. Returns the number of the delivery.
    pub(super) fn send(
        &mut self,
        id: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
        shared: &mut Shared,
    ) -> Result<u64, SendError> {
        let session = self.usable(id.session).ok_or(SendError::NotAttached)?;
        session.send(id.link, delivery, shared)
    }

    /// Accepts deliveries on a link.
    pub(super) fn grant(
        &mut self,
        id: LinkId,
        credit: u32,
        drain: bool,
        shared: &mut Shared,
    ) -> bool {
        let session = self.usable(id.session);
        session.is_some_and(|session| session.grant(id.link, credit, drain, shared))
    }

    /// Returns what the receiver of a link demands.
    pub(super) fn demand(&mut self, id: LinkId, wants_credit: bool, shared: &mut Shared) -> Demand {
        let session = self.usable(id.session);
        session.map(|session| session.demand(id.link, wants_credit, shared)).unwrap_or_default()
    }

    /// Lets the user of a link say each time when the credit of a drain is given up.
    pub(super) fn answer_drains(&mut self, id: LinkId) {
        if let Some(session) = self.usable(id.session) {
            session.answer_drains(id.link);
        }
    }

    /// Keeps the credit of a link that is drained, or no longer.
    pub(super) fn hold_drain(&mut self, id: LinkId, is_held: bool) -> bool {
        self.usable(id.session).is_some_and(|session| session.hold_drain(id.link, is_held))
    }

    /// Sends properties of a link.
    pub(super) fn set_properties(
        &mut self,
        id: LinkId,
        properties: Fields,
        shared: &mut Shared,
    ) -> bool {
        let session = self.usable(id.session);
        session.is_some_and(|session| session.set_properties(id.link, properties, shared))
    }

    /// Settles a delivery that was received.
    pub(super) fn settle(
        &mut self,
        delivery: DeliveryId,
        state: DeliveryState,
        shared: &mut Shared,
    ) -> Result<(), NotUnsettled> {
        let session = self.usable(delivery.link.session).ok_or(NotUnsettled)?;
        session.settle(delivery, state, shared)
    }

    /// Forgets all sessions, because the connection has ended.
    pub(super) fn clear(&mut self, shared: &mut Shared) {
        for key in self.slots.keys() {
            self.remove(key, shared);
        }
        self.remote.clear();
    }

    /// Adds what all sessions hold.
    pub(super) fn add_to(&self, mut stats: ConnectionStats) -> ConnectionStats {
        for session in self.slots.values() {
            stats.sessions += 1;
            stats.links += session.links.len();
            session.deliveries.add_to(&mut stats);
        }
        stats
    }

    /// Lets the sessions whose windows wait for room try again, if there may be some.
    pub(super) fn retry_windows(&mut self, shared: &mut Shared) {
        for key in shared.receive_buffer.retry() {
            if let Some(session) = self.usable(key) {
                session.set_due(shared);
            }
        }
    }

    /// Removes a session that has ended.
    fn remove(&mut self, key: Key, shared: &mut Shared) {
        self.stop_waiting(key, shared);
        if let Some(mut session) = self.slots.remove(key) {
            session.links.clear(shared);
            session.close_window(shared);
        }
    }

    /// Writes what is due in all sessions, which take turns.
    pub(super) fn write_due(&mut self, shared: &mut Shared) {
        let mut due = std::mem::take(&mut shared.due);
        for key in due.drain(..) {
            let Some(session) = self.usable(key) else { continue };
            session.write_due(shared);
            if session.is_due() {
                shared.due.push(key);
            }
            if let Some(EndDue { error }) = session.end_due.take_if(|_| !session.links.is_sending())
            {
                self.end(SessionId(key), error, shared);
            }
        }
        if shared.due.is_empty() {
            // Its memory is used again.
            shared.due = due;
        }
        // Another one begins the next time.
        if shared.due.len() > 1 {
            shared.due.rotate_left(1);
        }
    }

    /// Writes the dispositions that are due in all sessions.
    pub(super) fn write_dispositions(&mut self, shared: &mut Shared) {
        for key in shared.due.clone() {
            if let Some(session) = self.usable(key) {
                session.write_dispositions(shared);
            }
        }
    }

    /// Tells the user about links on which a message can be sent after output has been taken.
    pub(super) fn wake(&mut self, shared: &mut Shared) {
        for key in shared.due.clone() {
            if let Some(session) = self.usable(key) {
                session.wake(shared);
            }
        }
    }
}
