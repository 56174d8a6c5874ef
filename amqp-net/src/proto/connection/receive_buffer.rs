//! The octets of messages that a connection holds, and those that it has promised to accept.

use std::collections::VecDeque;

use super::links::LinkId;
use crate::proto::slots::Key;

/// The octets of received messages that a connection may hold, over all sessions.
///
/// Windows count transfers, and each can bring as many octets as a frame. So a window is opened only as far as there
/// is room for all that it lets in, and what is held never exceeds the limit.
#[derive(Debug)]
pub(super) struct ReceiveBuffer {
    limit: u64,
    /// The number of octets that a transfer can bring.
    frame: u64,
    /// The number of transfers that the peer may send, in all sessions.
    promised: u64,
    /// The number of octets of deliveries that are complete, until the user takes them.
    complete: u64,
    /// The number of octets of deliveries that are not complete.
    incomplete: u64,
    /// The links with deliveries that are not complete, in the order in which those began.
    unfinished: VecDeque<LinkId>,
    /// The sessions whose windows could not be opened.
    waiting: Vec<Key>,
    /// A link that ends, because its session cannot go on otherwise.
    victim: Option<LinkId>,
}

impl ReceiveBuffer {
    /// The window of a session if there is not much room, and 1 if there is little: so small that all sessions can have
    /// one, because those whose peer sends nothing keep theirs.
    const MIN_WINDOW: u64 = 4;
    /// The largest window, however much room there is.
    const MAX_WINDOW: u64 = 2048;
    /// The number of frames for which there is always room.
    const MIN_FRAMES: u64 = 16;

    pub(super) fn new(limit: u64, max_frame_size: u32) -> Self {
        let frame = u64::from(max_frame_size);
        Self {
            limit: limit.max(Self::MIN_FRAMES * frame),
            frame,
            promised: 0,
            complete: 0,
            incomplete: 0,
            unfinished: VecDeque::new(),
            waiting: Vec::new(),
            victim: None,
        }
    }

    /// Returns the number of octets that are held.
    pub(super) const fn held(&self) -> u64 {
        self.complete.saturating_add(self.incomplete)
    }

    /// Returns the number of sessions whose windows wait for room.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Holds a delivery that is complete.
    pub(super) const fn hold(&mut self, octets: usize) {
        self.complete = self.complete.saturating_add(octets as u64);
    }

    /// Stops holding a delivery, which the user has taken.
    pub(super) const fn free(&mut self, octets: usize) {
        self.complete = self.complete.saturating_sub(octets as u64);
    }

    /// Takes back what a session has promised.
    pub(super) const fn take_back(&mut self, transfers: u64) {
        self.promised = self.promised.saturating_sub(transfers);
    }

    /// Takes back what a session has promised that needs no window any more.
    pub(super) fn leave(&mut self, session: Key, transfers: u64) {
        self.take_back(transfers);
        self.waiting.retain(|other| *other != session);
    }

    /// Takes a change of the number of octets that a link holds of a delivery that is not complete.
    pub(super) fn change(&mut self, link: LinkId, before: Option<usize>, after: Option<usize>) {
        self.incomplete -= before.map_or(0, |octets| octets as u64);
        self.incomplete += after.map_or(0, |octets| octets as u64);
        match (before, after) {
            (None, Some(_)) => self.unfinished.push_back(link),
            (Some(_), None) => self.unfinished.retain(|other| *other != link),
            _ => {}
        }
    }

    /// Opens the window of a session, of which `left` transfers are left, to at most twice its last `size`. Returns how
    /// many are left then. If there are not more, the session waits.
    pub(super) fn promise(&mut self, session: Key, left: u64, size: u64) -> u64 {
        let promised = self.promised.saturating_sub(left) * self.frame;
        let others = self.held().saturating_add(promised);
        let room = |limit: u64| limit.saturating_sub(others) / self.frame;
        // Windows grow in the first half of the room: the first ones are small, and those that are used become larger.
        let grown = match size {
            0 => room(self.limit / 2) / 16,
            size => (2 * size).min(Self::MAX_WINDOW).min(room(self.limit / 2) * 3 / 4),
        };
        let few = Self::MIN_WINDOW.min(room(self.limit / 8 * 5)).max(1);
        // A quarter is kept for the delivery that began first, so that it can be completed whatever the others hold.
        let is_first = self.unfinished.front().is_some_and(|link| link.session == session);
        let kept = if is_first { 0 } else { self.limit / 4 };
        let window = grown.max(few).min(room(self.limit - kept)).max(left);
        if window > left {
            self.promised += window - left;
            self.waiting.retain(|other| *other != session);
        } else if !self.waiting.contains(&session) {
            self.waiting.push(session);
        }
        if window == 0 && is_first && self.complete == 0 {
            let mut links = self.unfinished.iter().rev();
            self.victim = links.find(|link| link.session == session).copied();
        }
        window
    }

    /// Takes the waiting sessions out if there may be room for one of them.
    pub(super) fn retry(&mut self) -> Vec<Key> {
        let used = self.held().saturating_add(self.promised * self.frame);
        let is_first = |link: &LinkId| self.waiting.contains(&link.session);
        let kept = if self.unfinished.front().is_some_and(is_first) { 0 } else { self.limit / 4 };
        // Without anything that the user could take, one of them may have to give way.
        if self.complete == 0 || used.saturating_add(kept + self.frame) <= self.limit {
            std::mem::take(&mut self.waiting)
        } else {
            Vec::new()
        }
    }

    /// Takes the link that must end so that its session can go on.
    pub(super) const fn take_victim(&mut self) -> Option<LinkId> {
        self.victim.take()
    }

    /// Returns the limit.
    pub(super) const fn limit(&self) -> u64 {
        self.limit
    }
}
