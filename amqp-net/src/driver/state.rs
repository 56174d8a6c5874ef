//! The engine of a connection, and what is known of its sessions and links.

mod dispatching;
mod events;
mod receiving;
mod sending;
mod shared_state;
mod turn;
mod wakers;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use amqp_types::transport::{AmqpError, Attach, Begin, Error, Fields, LinkError, Open};

pub(super) use self::receiving::Receiving;
pub(super) use self::sending::{Sending, Sent, TicketId};
pub(super) use self::turn::{Happened, Wanted};
pub(super) use self::wakers::Wakers;
use super::connection::Stats;
use super::ended::{Ended, Scope};
use super::link_map::LinkMap;
use super::waiters::Waiters;
use crate::clock;
use crate::proto::{
    AttachError, BeginError, Connection, FrameWriteError, LinkEnd, LinkId, SessionEnd, SessionId,
    SessionSettings, StreamEnd,
};

/// The engine of a connection, and what is known of its sessions and links.
///
/// Methods that change the engine call [`touch`](Self::touch), so that the task sends what there is to send.
#[derive(Debug)]
pub(super) struct State {
    connection: Connection,
    /// The time of the last turn of the task, or of the last call that has a time limit.
    now: Instant,
    /// The open of the peer, once it has come.
    pub(super) peer: Option<Arc<Open>>,
    ended: Option<Ended>,
    /// Those that wait for the open of the peer, or for the end of the connection.
    pub(super) waiters: Waiters,
    /// Those that wait until deliveries are settled.
    pub(super) settling: Waiters,
    sessions: HashMap<SessionId, SessionState>,
    links: LinkMap<LinkState>,
    /// What the peer asks for, if this side wants to know.
    pub(super) requests: Option<VecDeque<Request>>,
    /// Whether the sessions of the peer are among the requests.
    pub(super) asks_for_sessions: bool,
    /// Whether the stream is dropped as it is.
    pub(super) is_aborted: bool,
    /// By which the task is woken when something is changed after its last turn.
    task: Option<Waker>,
    /// Whether something has been changed since the last turn.
    is_touched: bool,
    /// What is to be woken after the lock has been released.
    wakers: Vec<Waker>,
    /// Wakers that are to be dropped after the lock has been released, because that can run any code, too.
    discarded: Vec<Waker>,
    locks: u64,
    wakes: u64,
}

/// What the peer asks for.
#[derive(Debug)]
pub(super) enum Request {
    /// A session, which has been begun on both sides.
    Session(SessionId, Arc<Begin>),
    /// A link.
    Link(LinkId, Box<Attach>),
}

/// A session that has a handle.
#[derive(Debug, Default)]
pub(super) struct SessionState {
    /// The begin of the peer, once it has come.
    pub(super) peer: Option<Arc<Begin>>,
    ended: Option<Ended>,
    /// Those that wait for its begin or its end.
    pub(super) waiters: Waiters,
}

/// A link that has a handle.
#[derive(Debug)]
pub(super) struct LinkState {
    /// The attach of the peer, once it has come.
    pub(super) peer: Option<Arc<Attach>>,
    ended: Option<Ended>,
    /// Those that wait for its attach or its end, or for its properties.
    pub(super) waiters: Waiters,
    /// Whether this side has detached it.
    is_detaching: bool,
    /// The properties that the peer has sent last, until they are taken.
    properties: Option<Box<Fields>>,
    end: End,
}

/// The end of a link at which this side is.
#[derive(Debug)]
enum End {
    Sending(Sending),
    Receiving(Receiving),
}

impl State {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            now: clock::now(),
            peer: None,
            ended: None,
            waiters: Waiters::default(),
            settling: Waiters::default(),
            sessions: HashMap::new(),
            links: LinkMap::new(),
            requests: None,
            asks_for_sessions: false,
            is_aborted: false,
            task: None,
            is_touched: false,
            wakers: Vec::new(),
            discarded: Vec::new(),
            locks: 0,
            wakes: 0,
        }
    }

    /// Notes that the engine has been changed: the task has something to do.
    fn touch(&mut self) {
        self.is_touched = true;
        self.wakers.extend(self.task.take());
    }

    /// Takes the time, for what has a time limit.
    fn touch_now(&mut self) -> Instant {
        self.now = clock::now();
        self.touch();
        self.now
    }

    /// Drops a waker after the lock has been released.
    pub(super) fn discard(&mut self, waker: Option<Waker>) {
        self.discarded.extend(waker);
    }

    /// Wakes these futures after the lock has been released.
    pub(super) fn wake(&mut self, wakers: Vec<Waker>) {
        self.wakers.extend(wakers);
    }

    /// Returns what is to be woken or dropped after the lock has been released, if there is anything.
    pub(super) fn take_wakers(&mut self) -> Option<Wakers> {
        self.locks += 1;
        self.wakes += self.wakers.len() as u64;
        Wakers::take(&mut self.wakers, &mut self.discarded)
    }

    pub(super) fn stats(&self) -> Stats {
        let mut stats = Stats {
            connection: self.connection.stats(),
            locks: self.locks,
            wakes: self.wakes,
            ..Stats::default()
        };
        for link in self.links.values() {
            match &link.end {
                End::Sending(sending) => sending.add_to(&mut stats),
                End::Receiving(receiving) => receiving.add_to(&mut stats),
            }
        }
        stats
    }

    pub(super) fn credit(&self, id: LinkId) -> u32 {
        self.connection.credit(id)
    }

    pub(super) fn available(&self, id: LinkId) -> Option<u32> {
        self.connection.available(id)
    }

    pub(super) fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// Returns why the engine did nothing about a link that has not ended.
    pub(super) fn unusable(&self) -> Ended {
        self.connection.closing_reason().map_or_else(Ended::link_gone, Ended::from)
    }

    /// Closes the connection.
    pub(super) fn close(&mut self, error: Option<Error>) {
        let now = self.touch_now();
        self.connection.close(now, error);
    }

    /// Ends the connection without a close, and its stream without waiting for the peer.
    pub(super) fn abort(&mut self) {
        self.touch_now();
        self.is_aborted = true;
        self.connection.handle_eof(StreamEnd::Failed(std::io::ErrorKind::ConnectionAborted));
    }

    /// Ends everything, because the task has ended: nothing reads or writes the stream any more.
    pub(super) fn abandon(&mut self) {
        self.connection.handle_eof(StreamEnd::Failed(std::io::ErrorKind::Other));
    }

    /// Accepts a client.
    pub(super) fn accept(&mut self) -> Result<(), FrameWriteError> {
        let now = self.touch_now();
        self.connection.accept(now)
    }

    pub(super) fn begin(&mut self, settings: SessionSettings) -> Result<SessionId, BeginError> {
        let now = self.touch_now();
        let id = self.connection.begin(now, settings)?;
        self.sessions.insert(id, SessionState::default());
        Ok(id)
    }

    pub(super) fn session(&mut self, id: SessionId) -> Option<&mut SessionState> {
        self.sessions.get_mut(&id)
    }

    /// Returns why a session ended, if it has.
    pub(super) fn session_end(&mut self, id: SessionId) -> Option<Ended> {
        let ended = |session: &SessionState| session.ended.clone();
        self.sessions.get(&id).map_or_else(|| Some(SessionEnd::Ended.into()), ended)
    }

    /// Returns why nothing can be attached in a session of this side.
    pub(super) fn session_gone(&self, id: SessionId) -> Option<Ended> {
        let closing = || self.connection.closing_reason().map(Ended::from);
        self.ended.clone().or_else(closing).or_else(|| {
            // It is being ended by this side, unless it has ended.
            let ended = self.sessions.get(&id)?.ended.clone();
            Some(ended.unwrap_or_else(|| SessionEnd::Ended.into()))
        })
    }

    /// Ends a session.
    pub(super) fn end(&mut self, id: SessionId, error: Option<Error>) {
        let now = self.touch_now();
        self.connection.end(now, id, error);
    }

    /// Forgets a session that has no handle any more.
    ///
    /// What is returned is to be dropped after the lock has been released, because it has wakers.
    pub(super) fn forget_session(&mut self, id: SessionId) -> Option<SessionState> {
        self.sessions.remove(&id)
    }

    /// Ends a session whose last handle is gone, and forgets it as [`forget_session`](Self::forget_session) does.
    pub(super) fn drop_session(&mut self, id: SessionId) -> Option<SessionState> {
        let removed = self.forget_session(id);
        if removed.as_ref().is_some_and(|session| session.ended.is_none()) {
            self.end(id, None);
        }
        removed
    }

    /// Refuses a session that the peer has begun. Its links end with it.
    pub(super) fn refuse_session(&mut self, id: SessionId, reason: Error) {
        self.end(id, Some(reason));
        self.end_session(id, &SessionEnd::Ended.into());
        // Nobody waits for it.
        self.sessions.remove(&id);
    }

    /// Refuses the sessions and links that the peer has asked for, and links that it asks for later, because nobody decides
    /// on them any more.
    pub(super) fn stop_serving(&mut self) {
        for request in self.requests.take().into_iter().flatten() {
            match request {
                Request::Session(id, _) => {
                    let what = "the server takes no more sessions";
                    self.refuse_session(id, Error::new(AmqpError::NotAllowed, what));
                }
                Request::Link(id, _) => {
                    let what = "the server takes no more links";
                    self.detach(id, true, Some(Error::new(AmqpError::NotAllowed, what)));
                }
            }
        }
    }

    /// Attaches a link of this side.
    pub(super) fn attach(
        &mut self,
        session: SessionId,
        attach: Attach,
        end: impl Into<LinkState>,
    ) -> Result<LinkId, AttachError> {
        let now = self.touch_now();
        let id = self.connection.attach(now, session, attach)?;
        self.links.insert(id, end.into());
        Ok(id)
    }

    /// Accepts a link of the peer, whose attach is `peer`, with this answer.
    pub(super) fn accept_link(
        &mut self,
        id: LinkId,
        answer: Attach,
        peer: Arc<Attach>,
        link: LinkState,
    ) -> Result<(), AttachError> {
        let now = self.touch_now();
        self.connection.accept_link(now, id, answer)?;
        if matches!(&link.end, End::Sending(sending) if sending.dispatch.is_some()) {
            self.connection.answer_drains(id);
        }
        self.links.insert(id, LinkState { peer: Some(peer), ..link });
        self.give_credit(id);
        Ok(())
    }

    pub(super) fn link(&mut self, id: LinkId) -> Option<&mut LinkState> {
        self.links.get_mut(id)
    }

    /// Returns why a link ended, if it has.
    pub(super) fn link_end(&self, id: LinkId) -> Option<Ended> {
        self.links.get(id).map_or_else(|| Some(Ended::link_gone()), |link| link.ended.clone())
    }

    /// Takes the properties that the peer has sent last.
    pub(super) fn take_properties(&mut self, id: LinkId) -> Option<Result<Fields, Ended>> {
        let link = self.links.get_mut(id)?;
        match link.properties.take() {
            Some(properties) => Some(Ok(*properties)),
            None => link.ended.clone().map(Err),
        }
    }

    /// Sends properties of a link.
    pub(super) fn set_properties(&mut self, id: LinkId, properties: Fields) -> Result<(), Ended> {
        let now = self.touch_now();
        if self.connection.set_properties(now, id, properties) {
            Ok(())
        } else {
            Err(self.link_end(id).unwrap_or_else(Ended::link_gone))
        }
    }

    /// Detaches a link.
    pub(super) fn detach(&mut self, id: LinkId, closed: bool, error: Option<Error>) {
        let now = self.touch_now();
        if let Some(link) = self.links.get_mut(id) {
            link.is_detaching = true;
        }
        self.connection.detach(now, id, closed, error);
    }

    /// Detaches a link that the peer has attached on another connection.
    pub(super) fn steal(&mut self, id: LinkId) {
        let error = Error::new(LinkError::Stolen, "the link was attached again elsewhere");
        self.detach(id, true, Some(error));
        self.end_link(id, &LinkEnd::Stolen.into());
    }

    /// Closes a link whose last handle is gone.
    ///
    /// What is returned is to be dropped after the lock has been released, because it has wakers.
    pub(super) fn forget_link(&mut self, id: LinkId) -> Option<LinkState> {
        let mut removed = self.links.remove(id);
        if removed.as_ref().is_some_and(|link| link.ended.is_none()) {
            self.detach(id, true, None);
        }
        // An attach that was dropped before it was polled again may have received something.
        if let Some(receiving) = removed.as_mut().and_then(LinkState::receiving) {
            let octets = receiving.queued();
            self.free(octets);
        }
        self.settling.wake_all(&mut self.wakers);
        removed
    }
}

impl LinkState {
    fn new(end: End) -> Self {
        Self {
            peer: None,
            ended: None,
            waiters: Waiters::default(),
            is_detaching: false,
            properties: None,
            end,
        }
    }

    /// Returns the number of deliveries that were not settled before the connection ended, if it has. Those of a link that
    /// ended alone are none of them.
    fn unsettled(&self) -> usize {
        let is_over = self.ended.as_ref().is_some_and(|end| end.scope() != Scope::Connection);
        match &self.end {
            End::Sending(sending) if !is_over => sending.unsettled(),
            _ => 0,
        }
    }

    const fn sending(&mut self) -> Option<&mut Sending> {
        match &mut self.end {
            End::Sending(sending) => Some(sending),
            End::Receiving(_) => None,
        }
    }

    pub(super) const fn receiving(&mut self) -> Option<&mut Receiving> {
        match &mut self.end {
            End::Sending(_) => None,
            End::Receiving(receiving) => Some(receiving),
        }
    }
}

impl From<Sending> for LinkState {
    fn from(sending: Sending) -> Self {
        Self::new(End::Sending(sending))
    }
}

impl From<Receiving> for LinkState {
    fn from(receiving: Receiving) -> Self {
        Self::new(End::Receiving(receiving))
    }
}
