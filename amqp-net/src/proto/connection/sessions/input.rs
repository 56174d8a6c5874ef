//! The frames that sessions receive.

use amqp_types::Owned;
use amqp_types::transport::{AmqpError, Begin, ConnectionError, Error, PerformativeRef};

use super::super::half::Half;
use super::super::links::LinkId;
use super::super::shared::Shared;
use super::super::violation::{Violation, performative_name};
use super::super::{ConnectionEvent, SessionEnd, SessionSettings};
use super::{SessionId, Sessions};
use crate::proto::slots::Key;

impl Sessions {
    /// Handles a frame on a channel of the peer.
    ///
    /// # Errors
    ///
    /// Fails if the connection must be closed.
    pub(in super::super) fn handle_frame(
        &mut self,
        channel: u16,
        performative: &PerformativeRef<'_>,
        payload: &[u8],
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let key = self.remote.get(usize::from(channel)).copied().flatten();
        let Some(key) = key else {
            let PerformativeRef::Begin(begin) = performative else {
                let name = performative_name(performative);
                let what = format!("{name} on channel {channel}, which has no session");
                return Err(Violation::new(AmqpError::NotAllowed, what));
            };
            return self.handle_begin(channel, Begin::from_ref(*begin), shared);
        };
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        match performative {
            PerformativeRef::End(end) => {
                self.handle_end(key, channel, end.error.map(Error::from_ref), shared);
                return Ok(());
            }
            // What was sent before the peer knew of our end is discarded.
            _ if session.ours == Half::Closed => return Ok(()),
            PerformativeRef::Begin(_) => {
                let what = format!("a second begin on channel {channel}");
                return Err(Violation::new(AmqpError::IllegalState, what));
            }
            PerformativeRef::Attach(attach) if attach.handle.0 > session.handle_max => {
                let (handle, max) = (attach.handle.0, session.handle_max);
                let what = format!("an attach with handle {handle}, above the handle-max of {max}");
                return Err(Violation::new(ConnectionError::FramingError, what));
            }
            _ => {}
        }
        if let Err(violation) = session.handle_frame(performative, payload, shared) {
            self.end(SessionId(key), Some(violation.to_error()), shared);
            self.report(key, violation.into(), shared);
        }
        for LinkId { session, link } in std::mem::take(&mut shared.stolen) {
            if let Some(session) = self.usable(session) {
                session.write_dispositions(shared);
                session.links.handle_stolen(link, shared);
            }
        }
        Ok(())
    }

    fn handle_begin(
        &mut self,
        channel: u16,
        begin: Begin,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        let key = match begin.remote_channel {
            Some(ours) => {
                let waiting = self.slots.key(ours).filter(|key| {
                    let session = self.slots.get_mut(*key);
                    session.is_some_and(|session| session.theirs == Half::Before)
                });
                waiting.ok_or_else(|| {
                    let what = format!("a begin that answers channel {ours}, which has not begun");
                    Violation::new(AmqpError::NotAllowed, what)
                })?
            }
            None => {
                let settings = SessionSettings::default();
                self.insert(self.channel_max, settings.begin.handle_max.0).ok_or_else(|| {
                    let what =
                        "a begin that cannot be answered: all channels of this side are in use";
                    Violation::new(AmqpError::ResourceLimitExceeded, what)
                })?
            }
        };
        let index = usize::from(channel);
        if self.remote.len() <= index {
            self.remote.resize(index + 1, None);
        }
        if let Some(place) = self.remote.get_mut(index) {
            *place = Some(key);
        }
        let Some(session) = self.slots.get_mut(key) else { return Ok(()) };
        session.handle_begin(channel, &begin);
        let (ours, begin) = (session.ours, Box::new(begin));
        match ours {
            Half::Before => {
                // An answer of this size fits the frames of every peer.
                let _ = self.write_begin(key, SessionSettings::default(), shared);
                let event = ConnectionEvent::SessionBegunByPeer(SessionId(key), begin);
                shared.events.push_back(event);
            }
            Half::Open => {
                self.stop_waiting(key, shared);
                shared.events.push_back(ConnectionEvent::SessionBegun(SessionId(key), begin));
            }
            // Its end is still to come.
            Half::Closed => {}
        }
        Ok(())
    }

    fn handle_end(&mut self, key: Key, channel: u16, error: Option<Error>, shared: &mut Shared) {
        let Some(session) = self.slots.get_mut(key) else { return };
        session.theirs = Half::Closed;
        let end = match error {
            None if session.ours == Half::Closed => SessionEnd::Ended,
            error => SessionEnd::EndedByPeer(error),
        };
        self.end(SessionId(key), None, shared);
        self.report(key, end, shared);
        self.remove(key, shared);
        if let Some(place) = self.remote.get_mut(usize::from(channel)) {
            *place = None;
        }
    }
}
