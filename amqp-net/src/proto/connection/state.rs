//! The state of a connection: what each side has sent, and what may come next.

mod input;

use std::time::Instant;

use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{AmqpError, Attach, Close, Error, Fields, Open};
use amqp_types::{Symbol, Value};

use super::delivery::{DeliveryId, OutgoingDelivery};
use super::demand::Demand;
use super::error::{NotUnsettled, SendError};
use super::half::Half;
use super::idle::Idle;
use super::link::Link;
use super::session::EndDue;
use super::sessions::Sessions;
use super::shared::Shared;
use super::violation::{ESTABLISHMENT_FAILED, Violation};
use super::{
    AttachError, BeginError, ConnectionEnd, ConnectionEvent, ConnectionSettings, ConnectionStats,
    LinkId, SessionId, SessionSettings,
};
use crate::proto::frame::FrameWriteError;
use crate::proto::parts::Parts;
use crate::proto::payload::Payload;
use crate::proto::stream_end::StreamEnd;

/// Everything but the splitter, from which frames borrow while they are handled.
#[derive(Debug)]
pub(super) struct State {
    settings: ConnectionSettings,
    ours: Half,
    theirs: Half,
    sessions: Sessions,
    shared: Shared,
    idle: Idle,
    /// When the open or the close of the peer must have come. `None` also if that is later than an [`Instant`] can
    /// be.
    deadline: Option<Instant>,
    /// The violation to report if no close follows an open that announces a refusal.
    refusal: Option<Violation>,
    /// Why the connection ended.
    end: Option<ConnectionEnd>,
    /// How sending ended, if it ended before receiving.
    broken: Option<StreamEnd>,
    /// Whether the connection ended without a close of the peer.
    is_abandoned: bool,
    /// A close that waits until deliveries are complete.
    close_due: Option<EndDue>,
}

impl State {
    pub(super) fn new(settings: ConnectionSettings, now: Instant) -> Self {
        Self {
            ours: Half::Before,
            theirs: Half::Before,
            sessions: Sessions::new(settings.open.channel_max),
            shared: Shared::new(now, &settings),
            idle: Idle::new(now, settings.silence),
            deadline: now.checked_add(settings.time_to_open),
            refusal: None,
            end: None,
            broken: None,
            is_abandoned: false,
            close_due: None,
            settings,
        }
    }

    /// The number of octets waiting to be sent above which nothing is received.
    const MAX_OUTPUT: usize = 1 << 20;

    /// Takes the time. It does not go back.
    pub(super) fn set_time(&mut self, now: Instant) {
        self.shared.now = self.shared.now.max(now);
    }

    /// Returns the size of the largest frames that this side accepts.
    pub(super) const fn max_frame_size(&self) -> u32 {
        self.settings.open.max_frame_size
    }

    pub(super) fn wants_read(&self) -> bool {
        // A peer that does not read gets no answers to more than this.
        if self.is_abandoned || self.shared.output.len() > Self::MAX_OUTPUT {
            return false;
        }
        match (self.ours, self.theirs) {
            (_, Half::Closed) => false,
            // A server decides before it reads on, unless a close follows the open.
            (Half::Before, Half::Open) => self.refusal.is_some(),
            _ => true,
        }
    }

    pub(super) fn wants_write(&self) -> bool {
        self.shared.output.len() > 0
            || !self.shared.due.is_empty()
            || self.close_due.is_some()
            || self.shared.receive_buffer.waiting() > 0
    }

    /// Returns whether sessions can be used.
    const fn is_usable(&self) -> bool {
        self.is_open() && !self.is_abandoned && self.close_due.is_none()
    }

    const fn is_open(&self) -> bool {
        matches!((self.ours, self.theirs), (Half::Open, Half::Open)) && self.refusal.is_none()
    }

    pub(super) const fn is_over(&self) -> bool {
        self.is_abandoned || matches!((self.ours, self.theirs), (Half::Closed, Half::Closed))
    }

    /// Sends the open.
    pub(super) fn open(&mut self) -> Result<(), FrameWriteError> {
        self.shared.write(0, &self.settings.open)?;
        self.ours = Half::Open;
        Ok(())
    }

    pub(super) fn accept(&mut self) -> Result<(), FrameWriteError> {
        let is_decided = self.ours != Half::Before || self.is_abandoned;
        if !is_decided && self.theirs == Half::Open && self.refusal.is_none() {
            self.open()?;
            // The decision took its time, in which nothing was read.
            self.idle.handle_received(self.shared.now);
        }
        Ok(())
    }

    /// Closes the connection, after the deliveries that have been begun.
    pub(super) fn close_later(&mut self, error: Option<Error>) {
        if self.is_usable() && self.sessions.is_sending() {
            self.close_due = Some(EndDue { error });
            self.expect_close();
        } else if self.close_due.is_none() {
            self.close(error);
        }
    }

    /// Closes the connection at once.
    fn close(&mut self, error: Option<Error>) {
        if self.ours == Half::Closed || self.is_abandoned {
            return;
        }
        if self.ours == Half::Before {
            self.write_refusing_open();
        }
        self.sessions.write_dispositions(&mut self.shared);
        self.shared.write_with_error(0, error, |error| Close { error });
        self.ours = Half::Closed;
        self.expect_close();
    }

    /// Writes the open before a close that refuses the peer, because no close comes without one (section 2.4.6).
    fn write_refusing_open(&mut self) {
        let failed = Symbol::from_static(ESTABLISHMENT_FAILED);
        let mut open = self.settings.open.clone();
        open.properties.get_or_insert_default().insert(failed, Value::Boolean(true));
        // One that is too long for the peer is replaced.
        if self.shared.write(0, &open).is_err() {
            let _ = self.shared.write(0, &Open::new(""));
        }
    }

    /// Begins to wait for the peer's close.
    fn expect_close(&mut self) {
        self.deadline = self.shared.now.checked_add(self.settings.time_to_close);
    }

    pub(super) fn begin(&mut self, settings: SessionSettings) -> Result<SessionId, BeginError> {
        if !self.is_usable() {
            return Err(BeginError::NotOpen);
        }
        self.sessions.begin(settings, &mut self.shared)
    }

    pub(super) fn attach(
        &mut self,
        session: SessionId,
        attach: Attach,
    ) -> Result<LinkId, AttachError> {
        if !self.is_usable() {
            return Err(AttachError::NotFound);
        }
        self.sessions.attach(session, attach, &mut self.shared)
    }

    pub(super) fn accept_link(&mut self, link: LinkId, attach: Attach) -> Result<(), AttachError> {
        if !self.is_usable() {
            return Err(AttachError::NotFound);
        }
        self.sessions.accept_link(link, attach, &mut self.shared)
    }

    pub(super) fn detach(&mut self, link: LinkId, closed: bool, error: Option<Error>) {
        if self.is_usable() {
            self.sessions.detach(link, closed, error, &mut self.shared);
        }
    }

    pub(super) fn send(
        &mut self,
        link: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
    ) -> Result<u64, SendError> {
        if !self.is_usable() {
            return Err(SendError::NotAttached);
        }
        self.sessions.send(link, delivery, &mut self.shared)
    }

    pub(super) fn grant(&mut self, link: LinkId, credit: u32, drain: bool) -> bool {
        self.is_usable() && self.sessions.grant(link, credit, drain, &mut self.shared)
    }

    pub(super) fn demand(&mut self, link: LinkId, wants_credit: bool) -> Demand {
        if !self.is_usable() {
            return Demand::default();
        }
        self.sessions.demand(link, wants_credit, &mut self.shared)
    }

    pub(super) fn answer_drains(&mut self, link: LinkId) {
        self.sessions.answer_drains(link);
    }

    pub(super) fn hold_drain(&mut self, link: LinkId, is_held: bool) -> bool {
        self.is_usable() && self.sessions.hold_drain(link, is_held)
    }

    pub(super) fn set_properties(&mut self, link: LinkId, properties: Fields) -> bool {
        self.is_usable() && self.sessions.set_properties(link, properties, &mut self.shared)
    }

    pub(super) fn settle(
        &mut self,
        delivery: DeliveryId,
        state: DeliveryState,
    ) -> Result<(), NotUnsettled> {
        if !self.is_usable() {
            return Err(NotUnsettled);
        }
        self.sessions.settle(delivery, state, &mut self.shared)
    }

    pub(super) fn end(&mut self, session: SessionId, error: Option<Error>) {
        if self.is_usable() {
            self.sessions.end_later(session, error, &mut self.shared);
        }
    }

    pub(super) fn handle_write_error(&mut self, end: StreamEnd) {
        if self.broken.is_none() {
            self.broken = Some(end);
            self.shared.output.clear();
            self.ours = Half::Closed;
            self.expect_close();
        }
    }

    pub(super) fn handle_timeout(&mut self) {
        if self.is_over() {
            return;
        }
        if self.deadline.is_some_and(|deadline| deadline <= self.shared.now) {
            self.deadline = None;
            if let Some(EndDue { error }) = self.close_due.take() {
                self.close(error);
                return;
            }
            match self.refusal.take() {
                _ if self.ours == Half::Closed => {
                    let late = ConnectionEnd::CloseTimedOut(self.settings.time_to_close);
                    self.abandon(self.broken.map_or(late, ConnectionEnd::Lost));
                }
                Some(violation) => self.handle_violation(violation),
                None => self.abandon(ConnectionEnd::OpenTimedOut(self.settings.time_to_open)),
            }
        }
        if !self.is_open() || self.is_abandoned {
            return;
        }
        self.sessions.handle_timeout(&mut self.shared);
        if let Some((at, silence)) = self.idle.end_of_silence()
            && at <= self.shared.now
        {
            let what = format!("nothing received for {silence:?}");
            self.close(Some(Error::new(AmqpError::ResourceLimitExceeded, what)));
            self.report(ConnectionEnd::IdleTimedOut(silence));
        } else if self.next_heartbeat().is_some_and(|at| at <= self.shared.now) {
            self.shared.output.write_heartbeat(self.shared.now);
        }
    }

    fn next_heartbeat(&self) -> Option<Instant> {
        self.idle.next_heartbeat(self.shared.output.written())
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        if self.is_over() {
            return None;
        }
        if !self.is_open() {
            return self.deadline;
        }
        let silence = self.idle.end_of_silence().map(|(at, _)| at);
        let timeouts =
            [self.deadline, silence, self.next_heartbeat(), self.shared.deadlines.next()];
        timeouts.into_iter().flatten().min()
    }

    /// Takes what is to be sent now.
    pub(super) fn take_output(&mut self) -> Option<Parts> {
        let output = self.take_frames();
        self.shared.stats.octets_sent += output.as_ref().map_or(0, Parts::len) as u64;
        output
    }

    fn take_frames(&mut self) -> Option<Parts> {
        if !self.is_open() || self.is_abandoned {
            return self.shared.output.take();
        }
        self.sessions.retry_windows(&mut self.shared);
        self.sessions.write_due(&mut self.shared);
        if let Some(EndDue { error }) = self.close_due.take_if(|_| !self.sessions.is_sending()) {
            self.close(error);
        }
        let output = self.shared.output.take();
        self.sessions.wake(&mut self.shared);
        output
    }

    pub(super) const fn hold(&mut self, octets: usize) {
        self.shared.receive_buffer.hold(octets);
    }

    pub(super) const fn free(&mut self, octets: usize) -> bool {
        self.shared.receive_buffer.free(octets);
        self.shared.receive_buffer.waiting() > 0
    }

    pub(super) fn link(&self, id: LinkId) -> Option<&Link> {
        self.sessions.link(id)
    }

    pub(super) fn stats(&self) -> ConnectionStats {
        let stats = ConnectionStats {
            octets_held: self.shared.receive_buffer.held(),
            windows_waiting: self.shared.receive_buffer.waiting(),
            ..self.shared.stats
        };
        self.sessions.add_to(stats)
    }

    pub(super) fn next_event(&mut self) -> Option<ConnectionEvent> {
        let event = self.shared.events.pop_front();
        if let Some(ConnectionEvent::Received(delivery)) = &event {
            self.shared.receive_buffer.free(delivery.payload.len());
        }
        event
    }

    /// Ends at once, without a close of the peer.
    fn abandon(&mut self, end: ConnectionEnd) {
        if self.theirs != Half::Closed {
            self.report(end);
        }
        self.is_abandoned = true;
    }

    /// Returns why nothing can be sent any more, if this side has closed the connection or sending has failed.
    pub(super) fn closing_reason(&self) -> Option<ConnectionEnd> {
        match self.broken {
            Some(end) => Some(ConnectionEnd::Lost(end)),
            None if self.ours == Half::Closed || self.close_due.is_some() => {
                Some(ConnectionEnd::Closed)
            }
            None => None,
        }
    }

    pub(super) const fn end_reason(&self) -> Option<&ConnectionEnd> {
        self.end.as_ref()
    }

    /// Tells the user why the connection ended, unless that has been done.
    fn report(&mut self, end: ConnectionEnd) {
        if self.end.is_none() {
            self.sessions.clear(&mut self.shared);
            self.end = Some(end.clone());
            self.shared.events.push_back(ConnectionEvent::Ended(end));
        }
    }
}
