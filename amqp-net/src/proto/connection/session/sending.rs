//! The messages that a session sends.

use super::super::demand::Demand;
use super::{
    ConnectionEvent, DetachDue, End, HIGH_WATER, Half, Key, Link, OutgoingDelivery, SendError,
    Session, Shared,
};
use crate::proto::payload::Payload;

impl Session {
    /// Tells the user about links on which a message can perhaps be sent again.
    pub(in super::super) fn wake(&mut self, shared: &mut Shared) {
        if !self.may_begin(shared) {
            return;
        }
        let Self { links, waiting, .. } = self;
        // Those that have sent something last come last, so that a window of a few transfers serves each in turn.
        if waiting.len() > 1 {
            waiting.sort_by_key(|key| match links.get_mut(*key) {
                Some(Link { end: Some(End::Sender(sender)), .. }) => sender.last,
                _ => 0,
            });
        }
        waiting.retain(|key| {
            let id = links.id(*key);
            let link = links.get_mut(*key).filter(|link| link.is_attached());
            let Some(Link { end: Some(End::Sender(sender)), .. }) = link else { return false };
            if !sender.may_begin() {
                return true;
            }
            sender.is_waiting = false;
            shared.events.push_back(ConnectionEvent::SenderReady(id));
            false
        });
    }

    /// Returns whether another delivery can begin, beside those that are being sent.
    fn may_begin(&self, shared: &mut Shared) -> bool {
        self.window.left() > self.sending.len() as u64 && shared.output.len() < HIGH_WATER
    }

    /// Returns what the receiver of a link demands. If there is no demand but `wants_credit` is true, the user is told
    /// when there is.
    pub(in super::super) fn demand(
        &mut self,
        key: Key,
        wants_credit: bool,
        shared: &mut Shared,
    ) -> Demand {
        let may_begin = self.may_begin(shared);
        let link = self.links.get_mut(key).filter(|link| link.is_attached());
        let Some(Link { end: Some(End::Sender(sender)), .. }) = link else {
            return Demand::default();
        };
        let credit = if may_begin && sender.may_begin() { sender.credit() } else { 0 };
        // What a drain asks for may have to wait for the window.
        let is_blocked = credit == 0 && sender.credit() > 0;
        let drains = sender.awaits_drained();
        if credit == 0 && (wants_credit && !drains || drains && is_blocked) {
            if !std::mem::replace(&mut sender.is_waiting, true) {
                self.waiting.push(key);
            }
            self.set_due(shared);
        }
        Demand { credit, drain: drains && !is_blocked }
    }

    /// Sends a message, or as much of it as can be sent now. The rest follows. Returns the number of the delivery.
    pub(in super::super) fn send(
        &mut self,
        key: Key,
        delivery: &OutgoingDelivery<impl Payload>,
        shared: &mut Shared,
    ) -> Result<u64, SendError> {
        let may_begin = self.may_begin(shared);
        let Self { links, deliveries, waiting, .. } = self;
        let link = links.get_mut(key).filter(|link| link.is_attached());
        let Some(Link { end: Some(End::Sender(sender)), .. }) = link else {
            return Err(SendError::NotAttached);
        };
        sender.check(delivery)?;
        if !may_begin || !sender.may_begin() {
            if !std::mem::replace(&mut sender.is_waiting, true) {
                waiting.push(key);
            }
            // It may be woken as soon as output is taken.
            self.set_due(shared);
            shared.stats.stalls += 1;
            return Err(SendError::WouldBlock);
        }
        let outgoing = &mut deliveries.outgoing;
        let number = outgoing.next;
        let is_settled = delivery.settled;
        sender.begin(number);
        outgoing.next += 1;
        if !is_settled {
            outgoing.insert(number, key);
        }
        shared.stats.deliveries_sent += 1;
        // An answer to the message may need credit that was given before.
        self.write_flows(false, shared);
        self.write_delivery(key, delivery, shared);
        Ok(number)
    }

    /// Writes the transfers of a new delivery as far as possible, and notes if some are left. The first one is
    /// written in any case, because delivery-ids go up on the wire.
    fn write_delivery(
        &mut self,
        key: Key,
        delivery: &OutgoingDelivery<impl Payload>,
        shared: &mut Shared,
    ) {
        let Some(Link { end: Some(End::Sender(sender)), .. }) = self.links.get_mut(key) else {
            return;
        };
        sender.write_first(self.key.index(), key.index(), delivery, &mut self.window, shared);
        if !sender.is_sending() {
            return;
        }
        while self.write_transfer(key, shared) {
            if !self.window.may_send() || shared.output.len() >= HIGH_WATER {
                self.sending.push_back(key);
                self.set_due(shared);
                return;
            }
        }
    }

    /// Writes a transfer of a delivery. Returns whether some are left.
    pub(super) fn write_transfer(&mut self, key: Key, shared: &mut Shared) -> bool {
        let channel = self.key.index();
        let link = self.links.get_mut(key).filter(|link| link.ours == Half::Open);
        let Some(Link { end: Some(End::Sender(sender)), detach_due, .. }) = link else {
            return false;
        };
        if sender.write(channel, key.index(), &mut self.window, shared) {
            return true;
        }
        if let Some(DetachDue { closed, error }) = detach_due.take() {
            self.detach(key, closed, error, shared);
        }
        false
    }

    /// Forgets what is to be sent on a link.
    pub(super) fn stop_sending(&mut self, link: Key) {
        self.sending.retain(|other| *other != link);
        self.waiting.retain(|other| *other != link);
    }
}
