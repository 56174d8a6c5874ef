//! The links of a session, and their handles (section 2.6).

use std::collections::HashMap;
use std::fmt;

use amqp_types::Owned;
use amqp_types::transport::{
    AmqpError, Attach, AttachRef, Detach, DetachRef, Error, Handle, LinkError, SessionError,
};

use super::deadlines::Waiting;
use super::half::Half;
use super::link::{Link, other_end};
use super::shared::Shared;
use super::violation::Violation;
use super::{ConnectionEvent, LinkEnd};
use crate::proto::frame::FrameWriteError;
use crate::proto::slots::{Key, Slots};

/// A link of one connection. It is not found any more after the link has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    pub(super) session: Key,
    pub(super) link: Key,
}

/// Why a link cannot be attached. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// There is no such session, or no such request of the peer: it has ended, or is being ended.
    NotFound,
    /// A link of this name, with this side at the same end, is attached on this connection.
    NameInUse,
    /// The peer accepts no more links in this session.
    TooManyLinks {
        /// The number of links that it accepts.
        limit: u64,
    },
    /// The attach cannot be sent.
    Write(FrameWriteError),
}

impl std::error::Error for AttachError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the session or the request of the peer has ended"),
            Self::NameInUse => f.write_str(
                "a link of this name and role is attached on this connection; choose another name",
            ),
            Self::TooManyLinks { limit } => write!(
                f,
                "the peer accepts no more than {limit} links in a session; detach one, or use another \
                 session"
            ),
            Self::Write(error) => write!(f, "an attach cannot be sent: {error}"),
        }
    }
}

/// All links of a session.
#[derive(Debug)]
pub(super) struct Links {
    session: Key,
    /// By the handles of this side.
    slots: Slots<Link>,
    /// The link of each handle of the peer.
    remote: HashMap<u32, Key>,
    /// The highest handle that the peer accepts. Before it has said so, one link can be attached.
    handle_max: u32,
}

impl Links {
    pub(super) fn new(session: Key) -> Self {
        Self { session, slots: Slots::new(), remote: HashMap::new(), handle_max: 0 }
    }

    /// Sets the highest handle that the peer accepts.
    pub(super) const fn set_handle_max(&mut self, handle: u32) {
        self.handle_max = handle;
    }

    const fn id(&self, link: Key) -> LinkId {
        LinkId { session: self.session, link }
    }

    /// Inserts a link at the lowest free handle.
    fn insert(&mut self, link: Link, shared: &mut Shared) -> Result<Key, AttachError> {
        let name = (link.name.clone(), link.role);
        let max = u16::try_from(self.handle_max).unwrap_or(u16::MAX);
        let limit = u64::from(self.handle_max) + 1;
        let key = self.slots.insert(max, link).ok_or(AttachError::TooManyLinks { limit })?;
        shared.names.insert(name, self.id(key));
        Ok(key)
    }

    /// Removes a link, of which both sides have detached.
    fn remove(&mut self, key: Key, shared: &mut Shared) {
        let id = self.id(key);
        self.stop_waiting(key, shared);
        let Some(link) = self.slots.remove(key) else { return };
        self.remote.retain(|_, other| *other != key);
        let name = (link.name, link.role);
        // A link that was stolen has left its name to another one.
        if shared.names.get(&name) == Some(&id) {
            shared.names.remove(&name);
        }
    }

    /// Forgets all links, because the session has ended.
    pub(super) fn clear(&mut self, shared: &mut Shared) {
        for index in 0..=u16::MAX {
            let Some(key) = self.slots.key(index) else {
                if usize::from(index) >= self.slots.len() {
                    break;
                }
                continue;
            };
            self.remove(key, shared);
        }
    }

    fn expect_answer(&mut self, key: Key, shared: &mut Shared) {
        let waiting = Waiting::Link(self.session, key);
        if let Some(link) = self.slots.get_mut(key) {
            shared.deadlines.begin(shared.now, waiting, &mut link.deadline);
        }
    }

    fn stop_waiting(&mut self, key: Key, shared: &mut Shared) {
        let waiting = Waiting::Link(self.session, key);
        if let Some(link) = self.slots.get_mut(key) {
            shared.deadlines.end(waiting, &mut link.deadline);
        }
    }

    /// Attaches a link of this side.
    pub(super) fn attach(
        &mut self,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<LinkId, AttachError> {
        if shared.names.contains_key(&(attach.name.clone(), attach.role)) {
            return Err(AttachError::NameInUse);
        }
        let key = self.insert(Link::new(attach.name.clone(), attach.role), shared)?;
        if let Err(error) = self.write_attach(key, attach, shared) {
            self.remove(key, shared);
            return Err(AttachError::Write(error));
        }
        self.expect_answer(key, shared);
        Ok(self.id(key))
    }

    fn write_attach(
        &mut self,
        key: Key,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<(), FrameWriteError> {
        let Some(link) = self.slots.get_mut(key) else { return Ok(()) };
        shared.write(self.session.index, &link.attach(key.index, attach))?;
        link.ours = Half::Open;
        Ok(())
    }

    /// Accepts a link of the peer with this attach.
    pub(super) fn accept(
        &mut self,
        key: Key,
        attach: Attach,
        shared: &mut Shared,
    ) -> Result<(), AttachError> {
        let is_requested = self.slots.get_mut(key).is_some_and(|link| link.ours == Half::Before);
        if !is_requested {
            return Err(AttachError::NotFound);
        }
        self.write_attach(key, attach, shared).map_err(AttachError::Write)
    }

    /// Detaches a link, or refuses one of the peer. Nothing happens if that has been done before.
    pub(super) fn detach(
        &mut self,
        key: Key,
        closed: bool,
        error: Option<Error>,
        shared: &mut Shared,
    ) {
        let Some(link) = self.slots.get_mut(key) else { return };
        if link.ours == Half::Closed {
            return;
        }
        let is_refused = link.ours == Half::Before;
        if is_refused {
            // A detach needs an attach before it. This one fits the frames of every peer but for its name.
            let attach = link.refusing_attach(key.index);
            let _ = shared.write(self.session.index, &attach);
        }
        let handle = Handle(key.index.into());
        let closed = closed || is_refused;
        shared.write_end(self.session.index, error, |error| Detach { handle, closed, error });
        link.ours = Half::Closed;
        self.expect_answer(key, shared);
    }

    /// Tells the user why a link ended, unless that has been done.
    fn report(&mut self, key: Key, end: LinkEnd, shared: &mut Shared) {
        let id = self.id(key);
        if let Some(link) = self.slots.get_mut(key)
            && !std::mem::replace(&mut link.is_reported, true)
        {
            shared.events.push_back(ConnectionEvent::LinkDetached(id, end));
        }
    }

    /// Handles an attach of the peer.
    ///
    /// # Errors
    ///
    /// Fails if the session must be ended.
    pub(super) fn handle_attach(
        &mut self,
        attach: &AttachRef<'_>,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let handle = attach.handle.0;
        if self.remote.contains_key(&handle) {
            let what = format!("an attach with handle {handle}, which is attached");
            return Err(Violation::new(SessionError::HandleInUse, what));
        }
        let attach = Attach::from_ref(*attach);
        let name = (attach.name.clone(), other_end(attach.role));
        let waiting = shared.names.get(&name).filter(|id| id.session == self.session);
        let waiting = waiting
            .map(|id| id.link)
            .filter(|key| self.slots.get_mut(*key).is_some_and(|link| link.theirs == Half::Before));
        let (key, is_answer) = match waiting {
            Some(key) => (key, true),
            None => {
                // A link that is attached elsewhere is stolen by the newer one (section 2.6.1).
                if let Some(older) = shared.names.remove(&name) {
                    shared.stolen.push(older);
                }
                let link = Link::new(name.0, name.1);
                let key = self.insert(link, shared).map_err(|_| {
                    let what = "more links than its own handle-max allows to answer";
                    Violation::new(AmqpError::ResourceLimitExceeded, what)
                })?;
                (key, false)
            }
        };
        self.remote.insert(handle, key);
        let id = self.id(key);
        let Some(link) = self.slots.get_mut(key) else { return Ok(()) };
        link.handle_attach(&attach);
        if !is_answer {
            link.is_refused = false;
            shared.events.push_back(ConnectionEvent::LinkRequested(id, Box::new(attach)));
        } else if link.ours == Half::Open && !link.is_refused {
            self.stop_waiting(key, shared);
            shared.events.push_back(ConnectionEvent::LinkAttached(id, Box::new(attach)));
        }
        // A link that is refused, or has been detached, waits for the detach of the peer.
        Ok(())
    }

    /// Detaches a link that the peer has attached again elsewhere.
    pub(super) fn handle_stolen(&mut self, key: Key, shared: &mut Shared) {
        let error = Error::new(LinkError::Stolen, "the link was attached again");
        self.detach(key, true, Some(error), shared);
        self.report(key, LinkEnd::Stolen, shared);
    }

    /// Handles a detach of the peer.
    ///
    /// # Errors
    ///
    /// Fails if the session must be ended.
    pub(super) fn handle_detach(
        &mut self,
        detach: &DetachRef<'_>,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let key = self.remote.get(&detach.handle.0).copied();
        let key = key.ok_or_else(|| unattached("a detach", detach.handle.0))?;
        let Some(link) = self.slots.get_mut(key) else { return Ok(()) };
        link.theirs = Half::Closed;
        let was_detached = link.ours == Half::Closed;
        let error = detach.error.map(Error::from_ref);
        let end = match error {
            error if link.is_refused => LinkEnd::Refused(error),
            None if was_detached => LinkEnd::Detached,
            error => LinkEnd::DetachedByPeer { closed: detach.closed, error },
        };
        self.detach(key, detach.closed, None, shared);
        self.report(key, end, shared);
        self.remove(key, shared);
        Ok(())
    }

    /// Returns whether a link is attached under a handle of the peer.
    pub(super) fn is_attached(&self, handle: u32) -> bool {
        self.remote.contains_key(&handle)
    }

    /// Detaches a link for which an answer did not come in time.
    pub(super) fn handle_timeout(&mut self, key: Key, shared: &mut Shared) {
        let Some(link) = self.slots.get_mut(key) else { return };
        let after = shared.deadlines.limit;
        if link.ours == Half::Open {
            self.detach(key, true, None, shared);
            self.report(key, LinkEnd::AttachTimedOut(after), shared);
        } else {
            self.report(key, LinkEnd::DetachTimedOut(after), shared);
        }
    }
}

/// The violation of a frame with a handle that is not attached.
pub(super) fn unattached(name: &str, handle: u32) -> Violation {
    let what = format!("{name} with handle {handle}, which is not attached");
    Violation::new(SessionError::UnattachedHandle, what)
}
