//! One session (section 2.5): which side has begun and ended it, and its windows.

use amqp_types::transport::{
    AmqpError, Begin, Flow, FlowRef, PerformativeRef, SessionError, TransferNumber,
};

use super::deadlines::Deadline;
use super::half::Half;
use super::links::{Links, unattached};
use super::shared::Shared;
use super::violation::Violation;
use crate::proto::serial::{self, extend, to_wire};
use crate::proto::slots::Key;

/// A session, from the first begin to the last end.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) ours: Half,
    pub(super) theirs: Half,
    /// The channel of the peer, once it has begun.
    pub(super) remote_channel: Option<u16>,
    /// The highest handle that this side accepts.
    pub(super) handle_max: u32,
    pub(super) deadline: Deadline,
    /// Whether the user has been told that it ended.
    pub(super) is_reported: bool,
    pub(super) links: Links,
    window: Window,
    /// Whether a flow is to be sent. It is written when output is taken, so that there is only one.
    pub(super) is_flow_due: bool,
}

/// The transfers that each side may send. Numbers are extended to 64 bits, and limits are numbers up to which
/// the peer accepts transfers, so that what is on the way need not be subtracted.
#[derive(Debug)]
struct Window {
    /// The number of the first transfer of this side.
    first_outgoing: u64,
    next_outgoing: u64,
    /// The number before which this side may send.
    may_send_to: u64,
    next_incoming: u64,
}

impl Session {
    /// The number of transfers that this side is ready to send, which limits nothing.
    const OUTGOING_WINDOW: u32 = u32::MAX >> 1;

    pub(super) fn new(key: Key, handle_max: u32) -> Self {
        let first = serial::FIRST;
        let window = Window {
            first_outgoing: first,
            next_outgoing: first,
            may_send_to: first,
            next_incoming: first,
        };
        Self {
            ours: Half::Before,
            theirs: Half::Before,
            remote_channel: None,
            handle_max,
            deadline: Deadline::default(),
            is_reported: false,
            links: Links::new(key),
            window,
            is_flow_due: false,
        }
    }

    /// Returns the begin to send. The incoming window is closed until a receiver gives credit.
    pub(super) fn begin(&self, begin: Begin) -> Begin {
        Begin {
            remote_channel: self.remote_channel,
            next_outgoing_id: TransferNumber(to_wire(self.window.next_outgoing)),
            incoming_window: 0,
            outgoing_window: Self::OUTGOING_WINDOW,
            ..begin
        }
    }

    /// Takes the limits of the peer's begin.
    pub(super) fn handle_begin(&mut self, channel: u16, begin: &Begin) {
        self.theirs = Half::Open;
        self.remote_channel = Some(channel);
        self.links.set_handle_max(begin.handle_max.0);
        self.window.next_incoming = serial::FIRST + u64::from(begin.next_outgoing_id.0);
        self.window.may_send_to = self.window.first_outgoing + u64::from(begin.incoming_window);
    }

    /// Handles a frame that is neither begin nor end.
    ///
    /// # Errors
    ///
    /// Fails if the session must be ended.
    pub(super) fn handle_frame(
        &mut self,
        performative: &PerformativeRef<'_>,
        shared: &mut Shared,
    ) -> Result<(), Violation> {
        match performative {
            PerformativeRef::Attach(attach) => self.links.handle_attach(attach, shared),
            PerformativeRef::Detach(detach) => self.links.handle_detach(detach, shared),
            PerformativeRef::Flow(flow) => {
                self.handle_flow(flow)?;
                flow.handle.map_or(Ok(()), |handle| self.check("a flow", handle.0))
            }
            PerformativeRef::Transfer(transfer) => {
                self.check("a transfer", transfer.handle.0)?;
                Err(Violation::new(AmqpError::NotImplemented, "transfers are not supported"))
            }
            // The deliveries that a disposition speaks of are unknown, and are skipped.
            _ => Ok(()),
        }
    }

    /// Checks that a link is attached under a handle of the peer.
    fn check(&self, name: &str, handle: u32) -> Result<(), Violation> {
        if self.links.is_attached(handle) { Ok(()) } else { Err(unattached(name, handle)) }
    }

    /// Takes the windows of a flow.
    fn handle_flow(&mut self, flow: &FlowRef<'_>) -> Result<(), Violation> {
        let window = &mut self.window;
        let violation = |what| Violation::new(SessionError::WindowViolation, what);
        let received = match flow.next_incoming_id {
            // The peer had not received the begin.
            None => Some(window.first_outgoing),
            Some(TransferNumber(id)) => extend(id, window.next_outgoing),
        };
        let received = received
            .filter(|id| (window.first_outgoing..=window.next_outgoing).contains(id))
            .ok_or_else(|| violation("a flow with a next-incoming-id of a transfer never sent"))?;
        window.may_send_to = received + u64::from(flow.incoming_window);
        let TransferNumber(next) = flow.next_outgoing_id;
        window.next_incoming = extend(next, window.next_incoming)
            .filter(|next| *next >= window.next_incoming)
            .ok_or_else(|| violation("a flow with a next-outgoing-id that goes back"))?;
        if flow.echo {
            self.is_flow_due = true;
        }
        Ok(())
    }

    /// Returns the flow to send.
    pub(super) fn flow(&self) -> Flow {
        let is_begun = self.theirs != Half::Before;
        Flow {
            next_incoming_id: is_begun.then(|| TransferNumber(to_wire(self.window.next_incoming))),
            incoming_window: 0,
            next_outgoing_id: TransferNumber(to_wire(self.window.next_outgoing)),
            outgoing_window: Self::OUTGOING_WINDOW,
            ..Flow::default()
        }
    }
}
