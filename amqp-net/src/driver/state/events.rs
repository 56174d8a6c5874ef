//! Taking what the engine reports to those that wait for it.

use std::collections::VecDeque;
use std::sync::Arc;

use amqp_types::transport::{AmqpError, Error};

use super::{End, Request, SessionState, State};
use crate::driver::ended::Ended;
use crate::proto::{ConnectionEvent, LinkId, SessionId};

impl State {
    /// Takes what the engine reports to those that wait for it.
    pub(in super::super) fn dispatch(&mut self) {
        while let Some(event) = self.connection.poll_event() {
            self.handle(event);
        }
    }

    fn handle(&mut self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::PeerOpened(open) => {
                self.peer = Some(open.into());
                self.waiters.wake_all(&mut self.wakers);
            }
            ConnectionEvent::SessionBegun(id, begin) => {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.peer = Some(begin.into());
                    session.waiters.wake_all(&mut self.wakers);
                }
            }
            ConnectionEvent::SessionBegunByPeer(id, begin) => {
                let requests = self.requests.as_mut().filter(|_| self.asks_for_sessions);
                if let Some(requests) = requests {
                    let begin = Arc::from(begin);
                    let peer = Some(Arc::clone(&begin));
                    self.sessions.insert(id, SessionState { peer, ..SessionState::default() });
                    requests.push_back(Request::Session(id, begin));
                    self.waiters.wake_all(&mut self.wakers);
                }
            }
            ConnectionEvent::SessionEnded(id, end) => self.end_session(id, &end.into()),
            ConnectionEvent::LinkAttached(id, attach) => {
                if let Some(link) = self.links.get_mut(id) {
                    link.peer = Some(attach.into());
                    link.waiters.wake_all(&mut self.wakers);
                }
                self.give_credit(id);
            }
            ConnectionEvent::LinkRequested(id, attach) => match &mut self.requests {
                Some(requests) => {
                    requests.push_back(Request::Link(id, attach));
                    self.waiters.wake_all(&mut self.wakers);
                }
                None => {
                    let what = "this side accepts no links";
                    self.detach(id, true, Some(Error::new(AmqpError::NotAllowed, what)));
                }
            },
            ConnectionEvent::LinkDetached(id, end) => {
                if let Some(requests) = &mut self.requests {
                    requests.retain(
                        |request| !matches!(request, Request::Link(link, _) if *link == id),
                    );
                }
                self.end_link(id, &end.into());
            }
            ConnectionEvent::SenderReady(id) => {
                self.send_waiting(id);
                self.wake_dispatcher(id);
            }
            ConnectionEvent::Received(delivery) => self.receive(delivery),
            ConnectionEvent::Updated { deliveries, state, is_settled } => {
                self.update(&deliveries, state, is_settled);
            }
            ConnectionEvent::Drained(id) => self.drained(id),
            ConnectionEvent::PropertiesReceived(id, properties) => {
                if let Some(link) = self.links.get_mut(id) {
                    link.properties = Some(properties);
                    link.waiters.wake_all(&mut self.wakers);
                }
            }
            ConnectionEvent::Ended(end) => {
                let end = Ended::from(end);
                for session in self.sessions.keys().copied().collect::<Vec<_>>() {
                    self.end_session(session, &end);
                }
                // Links of the peer's sessions.
                for link in self.links.ids().collect::<Vec<_>>() {
                    self.end_link(link, &end);
                }
                self.requests.iter_mut().for_each(VecDeque::clear);
                self.ended = Some(end);
                self.waiters.wake_all(&mut self.wakers);
                self.settling.wake_all(&mut self.wakers);
            }
        }
    }

    pub(super) fn end_session(&mut self, id: SessionId, end: &Ended) {
        let links = self.links.ids().filter(|link| link.session() == id);
        for link in links.collect::<Vec<_>>() {
            self.end_link(link, end);
        }
        if let Some(requests) = &mut self.requests {
            requests.retain(|request| match request {
                Request::Link(link, _) => link.session() != id,
                Request::Session(session, _) if *session == id => {
                    // Nobody has seen it.
                    self.sessions.remove(&id);
                    false
                }
                Request::Session(..) => true,
            });
        }
        if let Some(session) = self.sessions.get_mut(&id) {
            session.ended.get_or_insert_with(|| end.clone());
            session.waiters.wake_all(&mut self.wakers);
        }
    }

    pub(super) fn end_link(&mut self, id: LinkId, end: &Ended) {
        let Some(link) = self.links.get_mut(id).filter(|link| link.ended.is_none()) else {
            return;
        };
        link.ended = Some(end.clone());
        link.waiters.wake_all(&mut self.wakers);
        self.settling.wake_all(&mut self.wakers);
        match &mut link.end {
            End::Sending(sending) => sending.end(&mut self.wakers),
            End::Receiving(receiving) => {
                let before = receiving.queued();
                receiving.end(&mut self.wakers);
                let octets = before - receiving.queued();
                self.free(octets);
            }
        }
    }
}
