//! One session (section 2.5): which side has begun and ended it, and the deliveries in it.

mod flows;
mod sending;

use std::collections::VecDeque;

use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{
    AmqpError, Attach, Begin, DispositionRef, Error, PerformativeRef, ReceiverSettleMode,
    TransferRef,
};

use super::ConnectionEvent;
use super::deadlines::Deadline;
use super::delivery::{DeliveryId, OutgoingDelivery};
use super::error::{AttachError, NotUnsettled, SendError};
use super::half::Half;
use super::link::{DetachDue, End, Link};
use super::links::{Links, unattached};
use super::received_state::received_state;
use super::receiver::{Counted, Transferred};
use super::shared::Shared;
use super::unsettled::{Deliveries, Updates};
use super::violation::Violation;
use super::window::Window;
use crate::proto::slots::Key;

/// A session, from the first begin to the last end.
#[derive(Debug)]
pub(super) struct Session {
    key: Key,
    pub(super) ours: Half,
    pub(super) theirs: Half,
    /// The channel of the peer, once it has begun.
    remote_channel: Option<u16>,
    /// The highest handle that this side accepts.
    pub(super) handle_max: u32,
    pub(super) deadline: Deadline,
    /// Whether the user has been told that it ended.
    pub(super) is_reported: bool,
    pub(super) links: Links,
    window: Window,
    pub(super) deliveries: Deliveries,
    /// The links whose deliveries are not complete, in turn.
    sending: VecDeque<Key>,
    /// The links on which a message could not be sent.
    waiting: Vec<Key>,
    /// The links with a flow to send.
    flows: Vec<Key>,
    /// Whether a flow is to be sent even if no link has one.
    is_flow_due: bool,
    /// Whether it is among the sessions that have something to write.
    is_due: bool,
    /// An end that waits until deliveries are complete.
    pub(super) end_due: Option<EndDue>,
}

/// An end, or a close of the connection, to send later.
#[derive(Debug)]
pub(super) struct EndDue {
    pub(super) error: Option<Error>,
}

/// The number of octets above which nothing more is written until they are taken, so that they stay in the
/// cache of the processor.
const HIGH_WATER: usize = 192 << 10;

impl Session {
    pub(super) fn new(key: Key, handle_max: u32) -> Self {
        Self {
            key,
            ours: Half::Before,
            theirs: Half::Before,
            remote_channel: None,
            handle_max,
            deadline: Deadline::default(),
            is_reported: false,
            links: Links::new(key),
            window: Window::new(),
            deliveries: Deliveries::new(),
            sending: VecDeque::new(),
            waiting: Vec::new(),
            flows: Vec::new(),
            is_flow_due: false,
            is_due: false,
            end_due: None,
        }
    }

    /// Returns the begin to send.
    pub(super) fn begin(&self, begin: Begin) -> Begin {
        self.window.begin(Begin { remote_channel: self.remote_channel, ..begin })
    }

    /// Takes the limits of the peer's begin.
    pub(super) fn handle_begin(&mut self, channel: u16, begin: &Begin) {
        self.theirs = Half::Open;
        self.remote_channel = Some(channel);
        self.links.set_handle_max(begin.handle_max.0);
        self.window.handle_begin(begin);
    }

    /// Notes that there is something to write when output is taken.
    pub(super) fn set_due(&mut self, shared: &mut Shared) {
        if !std::mem::replace(&mut self.is_due, true) {
            shared.due.push(self.key);
        }
    }

    /// Closes the incoming window, because nothing can come any more.
    pub(super) fn close_window(&mut self, shared: &mut Shared) {
        shared.receive_buffer.leave(self.key, self.window.close());
    }

    /// Handles a frame that is neither begin nor end.
    ///
    /// # Errors
    ///
    /// Fails if the session must be ended.
    pub(super) fn handle_frame(
        &mut self,
        performative: &PerformativeRef<'_>,
        payload: &[u8],
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        match performative {
            PerformativeRef::Attach(attach) => self.links.handle_attach(attach, shared),
            PerformativeRef::Detach(detach) => {
                self.write_dispositions(shared);
                let link = self.links.handle_detach(detach, shared)?;
                self.forget(link, shared);
                Ok(())
            }
            PerformativeRef::Flow(flow) => self.handle_flow(flow, shared),
            PerformativeRef::Transfer(transfer) => self.handle_transfer(transfer, payload, shared),
            PerformativeRef::Disposition(disposition) => {
                self.handle_disposition(disposition, shared)
            }
            _ => Ok(()),
        }
    }

    /// Accepts a link of the peer.
    pub(super) fn accept_link(
        &mut self,
        link: Key,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<(), AttachError> {
        self.links.accept(link, attach, shared)?;
        if let Some(flow) = self.links.get_mut(link).and_then(|link| link.early_flow.take()) {
            self.handle_link_flow(link, flow, shared);
        }
        Ok(())
    }

    /// Detaches a link, or refuses one of the peer.
    pub(super) fn detach(
        &mut self,
        link: Key,
        closed: bool,
        error: Option<Error>,
        shared: &mut Shared,
    ) {
        if self.links.detach_later(link, closed, error.as_ref(), shared) {
            return;
        }
        self.write_dispositions(shared);
        self.links.detach(link, closed, error, shared);
        self.stop_sending(link);
    }

    /// Forgets the deliveries of a link that has ended.
    fn forget(&mut self, link: Key, shared: &mut Shared) {
        self.deliveries.remove_link(link);
        self.stop_sending(link);
        // The next flow of a receiver tells its new size, before a transfer can come.
        if !self.links.is_receiving() {
            self.close_window(shared);
        }
    }

    fn handle_transfer(
        &mut self,
        transfer: &TransferRef<'_>,
        payload: &[u8],
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let handle = transfer.handle.0;
        let key = self.links.remote(handle).ok_or_else(|| unattached("a transfer", handle))?;
        if self.window.handle_transfer()? {
            self.set_due(shared);
        }
        shared.receive_buffer.take_back(1);
        let id = self.links.id(key);
        // What was sent before the peer knew of our detach is discarded.
        let Some(link) = self.links.get_mut(key).filter(|link| link.is_attached()) else {
            return Ok(());
        };
        let transferred = match &mut link.end {
            Some(End::Receiver(receiver)) => {
                let before = receiver.unfinished();
                let next = &mut self.deliveries.incoming.next;
                let copies = &mut shared.copies;
                let transferred = receiver.handle_transfer(id, next, transfer, payload, copies);
                shared.receive_buffer.change(id, before, receiver.unfinished());
                transferred
            }
            _ => Err(Violation::new(AmqpError::NotAllowed, "a transfer to a sender")),
        };
        match transferred {
            Ok(Transferred::Nothing) => {}
            Ok(Transferred::Delivery(delivery, state)) => {
                let (id, is_settled) = (delivery.id, delivery.settled);
                if !is_settled {
                    self.deliveries.incoming.insert(id.number, key);
                }
                shared.stats.deliveries_received += 1;
                shared.receive_buffer.hold(delivery.payload.len());
                shared.events.push_back(ConnectionEvent::Received(delivery));
                // A state in a transfer is what it would be in a disposition (section 2.7.5).
                if state.is_some() && !is_settled {
                    let deliveries = vec![id];
                    let update = ConnectionEvent::Updated { deliveries, state, is_settled };
                    shared.events.push_back(update);
                }
            }
            Err(violation) => {
                self.write_dispositions(shared);
                self.links.handle_violation(key, violation, shared);
            }
        }
        Ok(())
    }

    /// Settles a delivery that was received.
    pub(super) fn settle(
        &mut self,
        delivery: DeliveryId,
        state: DeliveryState,
        shared: &mut Shared,
    ) -> Result<(), NotUnsettled> {
        let DeliveryId { link, number } = delivery;
        if !self.deliveries.is_open(number, link.link) {
            return Err(NotUnsettled);
        }
        let link = self.links.get_mut(link.link).filter(|link| link.is_attached());
        let Some(Link { end: Some(End::Receiver(receiver)), .. }) = link else {
            return Err(NotUnsettled);
        };
        let settled = receiver.settle_mode == ReceiverSettleMode::First;
        self.deliveries.settle(number, settled, state);
        self.set_due(shared);
        Ok(())
    }

    fn handle_disposition(
        &mut self,
        disposition: &DispositionRef<'_>,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let state = disposition.state.map(received_state).transpose()?;
        let updates = self.deliveries.handle_disposition(disposition, state.as_ref());
        if let Some(Updates { deliveries, is_settled }) = updates {
            let id = |(number, link)| DeliveryId { link: self.links.id(link), number };
            let deliveries = deliveries.into_iter().map(id).collect();
            shared.events.push_back(ConnectionEvent::Updated { deliveries, state, is_settled });
        }
        if self.deliveries.has_dispositions() {
            self.set_due(shared);
        }
        Ok(())
    }

    /// Writes what is due: dispositions, flows, and transfers in turn.
    pub(super) fn write_due(&mut self, shared: &mut Shared) {
        self.is_due = false;
        self.write_dispositions(shared);
        // What a drain asks for may still be sent by a user who has not seen all events, or who waits for output to
        // be taken.
        let may_drain = shared.events.is_empty() && shared.output.len() < HIGH_WATER;
        self.write_flows(may_drain, shared);
        while self.window.may_send() && shared.output.len() < HIGH_WATER {
            let Some(key) = self.sending.pop_front() else { break };
            if self.write_transfer(key, shared) {
                self.sending.push_back(key);
            }
        }
        let can_send = !self.sending.is_empty() && self.window.may_send();
        // An end that waits is sent as soon as no delivery is left, which may be because a link has ended.
        self.is_due = can_send
            || !self.waiting.is_empty()
            || !self.flows.is_empty()
            || self.end_due.is_some();
    }

    /// Writes the dispositions that are due. This is also done before something ends.
    pub(super) fn write_dispositions(&mut self, shared: &mut Shared) {
        self.deliveries.write_dispositions(self.key.index(), shared);
    }

    /// Whether something is left to write after output has been taken.
    pub(super) const fn is_due(&self) -> bool {
        self.is_due
    }
}
