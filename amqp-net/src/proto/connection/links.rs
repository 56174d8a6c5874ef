//! The links of a session, and their handles (section 2.6).

use std::collections::{BTreeMap, HashMap};

use amqp_types::Owned;
use amqp_types::transport::{
    AmqpError, Attach, AttachRef, Detach, DetachRef, Error, Handle, LinkError, Role, SessionError,
};

use bytestring::ByteString;

use super::deadlines::{Deadline, Waiting};
use super::error::AttachError;
use super::half::Half;
use super::link::{DetachDue, End, Link, other_end};
use super::sessions::SessionId;
use super::shared::Shared;
use super::violation::Violation;
use super::{ConnectionEvent, LinkEnd};
use crate::proto::frame::FrameWriteError;
use crate::proto::slots::{Key, Slots};

/// A link of one connection. It is not found any more after both sides have detached the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId {
    pub(super) session: Key,
    pub(super) link: Key,
}

impl LinkId {
    /// Returns the channel and the handle of the link on this side.
    #[cfg(feature = "tokio")]
    pub(crate) fn place(self) -> (usize, usize) {
        (self.session.index().into(), self.link.index().into())
    }

    /// Returns the session of the link.
    pub const fn session(&self) -> SessionId {
        SessionId(self.session)
    }
}

/// All links of a session.
#[derive(Debug)]
pub(super) struct Links {
    session: Key,
    /// By the handles of this side.
    slots: Slots<Link>,
    /// The link of each handle of the peer.
    remote: BTreeMap<u32, Key>,
    /// The links that the peer has not attached yet, by their names and by the ends at which this side is.
    unanswered: HashMap<(ByteString, Role), Key>,
    /// The highest handle that the peer accepts. Before it has said so, one link can be attached.
    handle_max: u32,
}

impl Links {
    pub(super) fn new(session: Key) -> Self {
        Self {
            session,
            slots: Slots::new(),
            remote: BTreeMap::new(),
            unanswered: HashMap::new(),
            handle_max: 0,
        }
    }

    /// The number of links of a connection.
    const MAX_LINKS: usize = 4096;

    /// Sets the highest handle that the peer accepts.
    pub(super) const fn set_handle_max(&mut self, handle: u32) {
        self.handle_max = handle;
    }

    pub(super) const fn id(&self, link: Key) -> LinkId {
        LinkId { session: self.session, link }
    }

    /// Inserts a link at the lowest free handle. A link of the same name and role that is attached elsewhere is
    /// stolen by it (section 2.6.1).
    fn insert(&mut self, link: Link, shared: &mut Shared) -> Result<Key, AttachError> {
        let name = (link.name.clone(), link.role);
        let max = u16::try_from(self.handle_max).unwrap_or(u16::MAX);
        let limit = u32::from(max) + 1;
        if shared.names.len() >= Self::MAX_LINKS {
            let limit = u32::try_from(Self::MAX_LINKS).unwrap_or(u32::MAX);
            return Err(AttachError::TooManyLinks { limit });
        }
        let key = self.slots.insert(max, link).ok_or(AttachError::TooManyLinks { limit })?;
        shared.stolen.extend(shared.names.insert(name, self.id(key)));
        Ok(key)
    }

    /// Removes a link, of which both sides have detached.
    fn remove(&mut self, key: Key, shared: &mut Shared) {
        let id = self.id(key);
        self.stop_waiting(key, shared);
        self.discard(key, shared);
        let Some(link) = self.slots.remove(key) else { return };
        shared.link_octets.remove(link.attach_octets + link.properties_octets);
        if let Some(handle) = link.remote_handle {
            self.remote.remove(&handle);
        }
        let name = (link.name, link.role);
        if self.unanswered.get(&name) == Some(&key) {
            self.unanswered.remove(&name);
        }
        // A link that was stolen has left its name to another one.
        if shared.names.get(&name) == Some(&id) {
            shared.names.remove(&name);
        }
    }

    /// Forgets all links, because the session has ended.
    pub(super) fn clear(&mut self, shared: &mut Shared) {
        for key in self.slots.keys() {
            self.remove(key, shared);
        }
    }

    /// Begins to wait for an answer of the peer.
    pub(super) fn expect_answer(&mut self, key: Key, shared: &mut Shared) {
        let waiting = Waiting::Link(self.session, key);
        if let Some(link) = self.slots.get_mut(key) {
            shared.deadlines.begin(shared.now, waiting, &mut link.deadline);
        }
    }

    /// Stops waiting for the end of a drain.
    pub(super) fn stop_waiting_for_drain(&mut self, key: Key, shared: &mut Shared) {
        // The answer to the attach, or to a detach, may be awaited instead.
        if self.slots.get_mut(key).is_some_and(|link| link.is_attached()) {
            self.stop_waiting(key, shared);
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
        let name = (attach.name.clone(), attach.role);
        if shared.names.contains_key(&name) || self.unanswered.contains_key(&name) {
            return Err(AttachError::NameInUse);
        }
        let key = self.insert(Link::new(attach.name.clone(), attach.role), shared)?;
        if let Err(error) = self.write_attach(key, attach, shared) {
            self.remove(key, shared);
            return Err(AttachError::Write(error));
        }
        self.unanswered.insert(name, key);
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
        let attach = link.attach(key.index(), attach);
        shared.write(self.session.index(), &attach)?;
        if let Err(violation) = link.handle_sent_attach(&attach) {
            self.handle_violation(key, violation, shared);
        }
        Ok(())
    }

    /// Detaches a link because of a violation.
    pub(super) fn handle_violation(&mut self, key: Key, violation: Violation, shared: &mut Shared) {
        self.detach(key, true, Some(violation.to_error()), shared);
        self.report(key, violation.into(), shared);
    }

    /// Returns a link.
    pub(super) fn get(&self, key: Key) -> Option<&Link> {
        self.slots.get(key)
    }

    /// Returns a link.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Link> {
        self.slots.get_mut(key)
    }

    /// Returns the link that is attached under a handle of the peer.
    pub(super) fn remote(&self, handle: u32) -> Option<Key> {
        self.remote.get(&handle).copied()
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
            // A detach needs an attach before it. It fits the frames of the peer, which was checked.
            let attach = link.refusing_attach(key.index());
            let _ = shared.write(self.session.index(), &attach);
        }
        let handle = Handle(key.index().into());
        let closed = closed || is_refused;
        shared.write_with_error(self.session.index(), error, |error| Detach {
            handle,
            closed,
            error,
        });
        link.ours = Half::Closed;
        self.discard(key, shared);
        self.expect_answer(key, shared);
    }

    /// Forgets the delivery that a link has received in part.
    fn discard(&mut self, key: Key, shared: &mut Shared) {
        let id = self.id(key);
        if let Some(Link { end: Some(End::Receiver(receiver)), .. }) = self.slots.get_mut(key) {
            shared.receive_buffer.change(id, receiver.unfinished(), None);
            receiver.discard();
        }
    }

    /// Detaches a link after the delivery that is being sent. Returns whether there is one.
    pub(super) fn detach_later(
        &mut self,
        key: Key,
        closed: bool,
        error: Option<&Error>,
        shared: &mut Shared,
    ) -> bool {
        let waits = self.slots.get_mut(key).is_some_and(|link| link.defer_detach(closed, error));
        if waits {
            self.expect_answer(key, shared);
        }
        waits
    }

    pub(super) fn len(&self) -> usize {
        self.slots.values().count()
    }

    /// Returns whether a delivery has been begun and not completed.
    pub(super) fn is_sending(&self) -> bool {
        self.slots.values().any(Link::is_sending)
    }

    /// Returns whether transfers may come on a link, also if this side has detached it.
    pub(super) fn is_receiving(&self) -> bool {
        self.slots.values().any(|link| matches!(link.end, Some(End::Receiver(_))))
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
        let (key, is_answer) = match self.unanswered.remove(&name) {
            Some(key) => (key, true),
            None => {
                /// More octets than an attach takes without its name.
                const OVERHEAD: usize = 64;
                if attach.name.len() + OVERHEAD > shared.output.max_frame_size() {
                    let what = "an attach with a name that is too long for an answer";
                    return Err(Violation::new(AmqpError::FrameSizeTooSmall, what));
                }
                let link = Link::new(name.0, name.1);
                let key = self.insert(link, shared).map_err(|_| {
                    let what = "an attach that cannot be answered: too many links are attached";
                    Violation::new(AmqpError::ResourceLimitExceeded, what)
                })?;
                (key, false)
            }
        };
        self.remote.insert(handle, key);
        let id = self.id(key);
        let Some(link) = self.slots.get_mut(key) else { return Ok(()) };
        let mut handled = link.handle_attach(&attach);
        if let Err(violation) = shared.link_octets.replace(&mut link.attach_octets, &attach) {
            link.forget_request();
            handled = Err(violation);
        }
        if let Err(violation) = handled {
            self.handle_violation(key, violation, shared);
        } else if !is_answer {
            shared.events.push_back(ConnectionEvent::LinkRequested(id, Box::new(attach)));
        } else if link.is_attached() {
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

    /// Handles a detach of the peer. Returns the link.
    ///
    /// # Errors
    ///
    /// Fails if the session must be ended.
    pub(super) fn handle_detach(
        &mut self,
        detach: &DetachRef<'_>,
        shared: &mut Shared,
    ) -> Result<Key, Violation> {
        let key = self.remote(detach.handle.0);
        let key = key.ok_or_else(|| unattached("a detach", detach.handle.0))?;
        let Some(link) = self.slots.get_mut(key) else { return Ok(key) };
        link.theirs = Half::Closed;
        let was_detached = link.ours == Half::Closed;
        let error = detach.error.map(Error::from_ref);
        let end = match error {
            None if was_detached => LinkEnd::Detached { closed: detach.closed },
            error if link.is_refused => LinkEnd::Refused(error),
            error => LinkEnd::DetachedByPeer { closed: detach.closed, error },
        };
        self.detach(key, detach.closed, None, shared);
        self.report(key, end, shared);
        self.remove(key, shared);
        Ok(key)
    }

    /// Detaches a link for which an answer did not come in time.
    pub(super) fn handle_timeout(&mut self, key: Key, shared: &mut Shared) {
        let Some(link) = self.slots.get_mut(key) else { return };
        link.deadline = Deadline::default();
        let after = shared.deadlines.limit;
        if let Some(DetachDue { closed, error }) = link.detach_due.take() {
            self.detach(key, closed, error, shared);
        } else if link.give_up_drain() {
            let id = self.id(key);
            shared.events.push_back(ConnectionEvent::Drained(id));
        } else if link.ours == Half::Open {
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
