//! The flows of a session and its links: windows, credit and properties (section 2.7.4).

use amqp_types::Owned;
use amqp_types::transport::{AmqpError, Fields, Flow, FlowRef, Handle};

use super::{
    ConnectionEvent, Counted, End, Half, Key, Link, Session, Shared, Violation, unattached,
};

impl Session {
    pub(super) fn set_flow_due(&mut self, link: Key, shared: &mut Shared) {
        if let Some(state) = self.links.get_mut(link)
            && !std::mem::replace(&mut state.is_flow_due, true)
        {
            self.flows.push(link);
        }
        self.set_due(shared);
    }

    pub(super) fn handle_flow(
        &mut self,
        flow: &FlowRef<'_>,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        self.window.handle_flow(flow)?;
        match flow.handle {
            None => {
                if flow.echo {
                    self.is_flow_due = true;
                    self.set_due(shared);
                }
            }
            Some(Handle(handle)) => {
                let key = self.links.remote(handle).ok_or_else(|| unattached("a flow", handle))?;
                let flow = Flow::from_ref(*flow);
                self.handle_link_flow(key, flow, shared);
            }
        }
        if !self.sending.is_empty() {
            self.set_due(shared);
        }
        self.wake(shared);
        Ok(())
    }

    pub(super) fn handle_link_flow(&mut self, key: Key, mut flow: Flow, shared: &mut Shared) {
        let id = self.links.id(key);
        let Some(link) = self.links.get_mut(key) else { return };
        let is_early = link.ours == Half::Before;
        if !is_early && !link.is_attached() {
            return;
        }
        // The user keeps them until there are others.
        if let Some(properties) = &flow.properties
            && let Err(violation) =
                shared.link_octets.replace(&mut link.properties_octets, properties)
        {
            self.write_dispositions(shared);
            self.links.handle_violation(key, violation, shared);
            return;
        }
        let Some(link) = self.links.get_mut(key) else { return };
        if is_early {
            link.early_flow = Some(flow);
            return;
        }
        if let Some(properties) = flow.properties.take() {
            let event = ConnectionEvent::PropertiesReceived(id, Box::new(properties));
            shared.events.push_back(event);
        }
        let wants_answer = match &mut link.end {
            Some(End::Sender(sender)) => {
                sender.handle_flow(&flow);
                if sender.awaits_drained() {
                    shared.events.push_back(ConnectionEvent::SenderReady(id));
                }
                sender.is_draining || flow.echo
            }
            Some(End::Receiver(receiver)) => match receiver.handle_flow(&flow) {
                Counted::Nothing => flow.echo,
                Counted::GivenUp => true,
                Counted::Drained => {
                    shared.events.push_back(ConnectionEvent::Drained(id));
                    self.links.stop_waiting_for_drain(key, shared);
                    flow.echo
                }
            },
            None => false,
        };
        if wants_answer {
            self.set_flow_due(key, shared);
        }
    }

    /// Accepts this many deliveries on a link.
    pub(in super::super) fn grant(
        &mut self,
        key: Key,
        credit: u32,
        drain: bool,
        shared: &mut Shared,
    ) -> bool {
        let link = self.links.get_mut(key).filter(|link| link.ours == Half::Open);
        let Some(Link { end: Some(End::Receiver(receiver)), .. }) = link else { return false };
        if drain && credit == 0 && receiver.is_drained() {
            shared.events.push_back(ConnectionEvent::Drained(self.links.id(key)));
            return true;
        }
        let was_draining = std::mem::replace(&mut receiver.is_draining, drain);
        receiver.grant(credit);
        if drain {
            self.links.expect_answer(key, shared);
        } else if was_draining {
            self.links.stop_waiting_for_drain(key, shared);
        }
        self.window.receive();
        self.set_flow_due(key, shared);
        true
    }

    /// Keeps the credit of a sender that is drained, or no longer. Returns whether it is drained.
    pub(in super::super) fn hold_drain(&mut self, key: Key, is_held: bool) -> bool {
        let Some(Link { end: Some(End::Sender(sender)), .. }) = self.links.get_mut(key) else {
            return false;
        };
        sender.is_drain_held = is_held;
        sender.is_draining
    }

    /// Lets the user of a sender say each time when the credit of a drain is given up.
    pub(in super::super) fn answer_drains(&mut self, key: Key) {
        if let Some(Link { end: Some(End::Sender(sender)), .. }) = self.links.get_mut(key) {
            sender.answers_drains = true;
            sender.is_drain_held = true;
        }
    }

    /// Sends properties of a link in its next flow.
    pub(in super::super) fn set_properties(
        &mut self,
        key: Key,
        properties: Fields,
        shared: &mut Shared,
    ) -> bool {
        let Some(link) = self.links.get_mut(key).filter(|link| link.is_attached()) else {
            return false;
        };
        link.properties = Some(properties);
        self.set_flow_due(key, shared);
        true
    }

    /// Writes the flows that are due. Senders give up their credit only if `may_drain` is true.
    pub(super) fn write_flows(&mut self, may_drain: bool, shared: &mut Shared) {
        self.is_flow_due |= self.window.open(self.key, &mut shared.receive_buffer);
        for key in std::mem::take(&mut self.flows) {
            self.write_link_flow(key, may_drain, shared);
        }
        if self.is_flow_due {
            let flow = self.flow(Flow::default());
            let _ = shared.write(self.key.index(), &flow);
        }
        if let Some(link) = shared.receive_buffer.take_victim() {
            let limit = shared.receive_buffer.limit();
            let what = format!("incomplete messages fill the receive buffer of {limit} octets");
            let violation = Violation::new(AmqpError::ResourceLimitExceeded, what);
            self.links.handle_violation(link.link, violation, shared);
        }
    }

    /// Sets the windows in a flow to send.
    fn flow(&mut self, flow: Flow) -> Flow {
        self.is_flow_due = false;
        self.window.flow(self.theirs != Half::Before, flow)
    }

    fn write_link_flow(&mut self, key: Key, may_drain: bool, shared: &mut Shared) {
        let link = self.links.get_mut(key).filter(|link| link.ours == Half::Open);
        let Some(link) = link else { return };
        let Some(flow) = link.flow(key.index(), may_drain) else {
            self.flows.push(key);
            return;
        };
        link.is_flow_due = false;
        let properties = link.properties.take();
        let flow = self.flow(flow);
        // Without properties, a flow fits the frames of every peer.
        if properties.is_none()
            || shared.write(self.key.index(), &Flow { properties, ..flow.clone() }).is_err()
        {
            let _ = shared.write(self.key.index(), &flow);
        }
    }
}
