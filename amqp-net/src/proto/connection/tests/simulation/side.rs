//! One side of a simulation: an engine, and what its user knows and does.

use std::collections::HashMap;
use std::time::Instant;

use amqp_types::messaging::{Accepted, Modified, Released};
use amqp_types::transport::{Attach, ReceiverSettleMode, Role};

use super::super::helpers::attach;
use super::super::*;
use super::random::{Random, number_of};

/// A message: its number and its size.
type Message = (u64, usize);

pub(super) struct Side {
    pub(super) connection: Connection,
    /// The number of octets that it holds at most.
    pub(super) receive_buffer: u64,
    pub(super) sessions: Vec<SessionId>,
    /// The links that are attached, with their names, by the ends at which this side is.
    pub(super) senders: Vec<(LinkId, String)>,
    pub(super) receivers: Vec<(LinkId, String)>,
    requests: Vec<(LinkId, Attach)>,
    /// The names of all links that there have been.
    names: HashMap<LinkId, String>,
    unsettled: Vec<DeliveryId>,
    /// The sizes of the messages in a queue of the user.
    queue: Vec<usize>,
    /// The messages of each link that were sent and received, in order.
    pub(super) sent: HashMap<String, Vec<Message>>,
    pub(super) received: HashMap<String, Vec<Message>>,
    /// What has been received and not been taken.
    pub(super) input: Vec<u8>,
    /// The number of links that ended because too much was held.
    pub(super) victims: usize,
}

impl Side {
    pub(super) fn new(connection: Connection, receive_buffer: u64) -> Self {
        Self {
            connection,
            receive_buffer,
            sessions: Vec::new(),
            senders: Vec::new(),
            receivers: Vec::new(),
            requests: Vec::new(),
            names: HashMap::new(),
            unsettled: Vec::new(),
            queue: Vec::new(),
            sent: HashMap::new(),
            received: HashMap::new(),
            input: Vec::new(),
            victims: 0,
        }
    }

    /// Takes this many events at most. Returns whether there was one.
    pub(super) fn take_events(&mut self, most: usize) -> bool {
        for taken in 0..most {
            let Some(event) = self.connection.poll_event() else { return taken > 0 };
            self.take(event);
            assert!(self.connection.stats().octets_held <= self.receive_buffer);
        }
        true
    }

    fn take(&mut self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::SessionBegunByPeer(session, _) => self.sessions.push(session),
            ConnectionEvent::SessionEnded(session, end) => {
                assert!(
                    matches!(end, SessionEnd::Ended | SessionEnd::EndedByPeer(None)),
                    "{end:?}"
                );
                self.sessions.retain(|other| *other != session);
                self.forget(|link| link.session() == session);
            }
            ConnectionEvent::LinkAttached(link, attach) => self.attached(link, attach.role),
            ConnectionEvent::LinkRequested(link, attach) => self.requests.push((link, *attach)),
            ConnectionEvent::LinkDetached(link, end) => {
                if let LinkEnd::Violation { condition, .. } = &end {
                    assert_eq!(*condition, AmqpError::ResourceLimitExceeded.into(), "{end:?}");
                    self.victims += 1;
                }
                self.forget(|other| other == link);
            }
            ConnectionEvent::Received(Delivery { id, payload, settled, .. }) => {
                let message = (number_of(&payload), payload.len());
                let name = self.names.get(&id.link()).unwrap().clone();
                self.received.entry(name).or_default().push(message);
                if !settled {
                    self.unsettled.push(id);
                }
                self.connection.hold(payload.len());
                self.queue.push(payload.len());
            }
            ConnectionEvent::Ended(end) => panic!("{end:?}"),
            _ => {}
        }
    }

    fn attached(&mut self, link: LinkId, remote: Role) {
        let links = match remote {
            Role::Sender => &mut self.receivers,
            Role::Receiver => &mut self.senders,
        };
        links.push((link, self.names.get(&link).unwrap().clone()));
    }

    fn forget(&mut self, is_gone: impl Fn(LinkId) -> bool) {
        self.senders.retain(|(link, _)| !is_gone(*link));
        self.receivers.retain(|(link, _)| !is_gone(*link));
        self.requests.retain(|(link, _)| !is_gone(*link));
        self.unsettled.retain(|delivery| !is_gone(delivery.link()));
    }

    pub(super) fn begin(&mut self, now: Instant) {
        self.sessions.extend(self.connection.begin(now, SessionSettings::default()));
    }

    pub(super) fn attach(&mut self, now: Instant, name: String, random: &mut Random) {
        let Some(session) = random.of(&self.sessions) else { return };
        let role = random.of(&[Role::Sender, Role::Receiver]).unwrap();
        let mut wanted = Attach { max_message_size: Some(0), ..attach(&name, role) };
        if random.once_in(3) {
            wanted.rcv_settle_mode = ReceiverSettleMode::Second;
        }
        if let Ok(link) = self.connection.attach(now, session, wanted) {
            self.names.insert(link, name);
            if random.once_in(2) {
                self.connection.grant(now, link, 5);
            }
        }
    }

    /// Decides on a link of the peer.
    pub(super) fn decide(&mut self, now: Instant, random: &mut Random) {
        let Some((link, request)) = self.requests.pop() else { return };
        if random.once_in(8) {
            self.connection.detach(now, link, true, None);
            return;
        }
        let (name, remote) = (request.name.to_string(), request.role);
        let answer = Attach { max_message_size: Some(0), ..request };
        if self.connection.accept_link(now, link, answer).is_ok() {
            self.names.insert(link, name);
            self.attached(link, remote);
        }
    }

    pub(super) fn grant(&mut self, now: Instant, random: &mut Random) {
        let Some((link, _)) = random.of(&self.receivers) else { return };
        let credit = random.of(&[0, 1, 2, 10, 1000]).unwrap();
        if random.once_in(5) {
            self.connection.drain(now, link, credit);
        } else {
            self.connection.grant(now, link, credit);
        }
    }

    /// Sends a message on this link, if that is possible at once.
    pub(super) fn send(&mut self, now: Instant, number: u64, len: usize, random: &mut Random) {
        let Some((link, name)) = random.of(&self.senders) else { return };
        let mut delivery = OutgoingDelivery::new(random.message(number, len));
        delivery.settled = random.once_in(3);
        let message = (number, delivery.payload.len());
        match self.connection.send(now, link, &delivery) {
            Ok(_) => self.sent.entry(name).or_default().push(message),
            Err(error) => {
                assert!(matches!(error, SendError::WouldBlock | SendError::NotAttached));
            }
        }
    }

    pub(super) fn settle(&mut self, now: Instant, random: &mut Random) {
        for _ in 0..random.below(20).min(self.unsettled.len()) {
            let delivery = self.unsettled.swap_remove(random.below(self.unsettled.len()));
            let state = match random.below(4) {
                0 => Released {}.into(),
                1 => Modified::default().into(),
                _ => DeliveryState::from(Accepted {}),
            };
            // Its link may have been detached.
            let _ = self.connection.settle(now, delivery, state);
        }
    }

    /// Takes messages from the queue.
    pub(super) fn free(&mut self, most: usize) {
        for octets in self.queue.drain(..most.min(self.queue.len())) {
            self.connection.free(octets);
        }
    }

    pub(super) fn hold_drain(&mut self, random: &mut Random) {
        if let Some((link, _)) = random.of(&self.senders) {
            self.connection.hold_drain(link, random.once_in(2));
        }
    }

    pub(super) fn detach(&mut self, now: Instant, random: &mut Random) {
        let links = if random.once_in(2) { &self.senders } else { &self.receivers };
        if let Some((link, _)) = random.of(links) {
            self.connection.detach(now, link, random.once_in(2), None);
        }
    }

    pub(super) fn end(&mut self, now: Instant, random: &mut Random) {
        if let Some(session) = random.of(&self.sessions) {
            self.connection.end(now, session, None);
        }
    }

    /// Refuses the links that are not decided, gives credit on all others, and lets drains be answered.
    pub(super) fn open_up(&mut self, now: Instant) {
        for (link, _) in std::mem::take(&mut self.requests) {
            self.connection.detach(now, link, true, None);
        }
        for (link, _) in &self.senders {
            self.connection.hold_drain(*link, false);
        }
        for (link, _) in &self.receivers {
            self.connection.grant(now, *link, 1000);
        }
    }
}
