//! One link (section 2.6): which side has attached and detached it.

use amqp_types::transport::{Attach, Error, Fields, Flow, Handle, Role, SequenceNo};
use bytestring::ByteString;

use super::deadlines::Deadline;
use super::half::Half;
use super::receiver::Receiver;
use super::sender::Sender;
use super::violation::Violation;

/// A link, from the first attach to the last detach.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) name: ByteString,
    /// The end of the link at which this side is.
    pub(super) role: Role,
    pub(super) ours: Half,
    pub(super) theirs: Half,
    /// The handle of the peer, once it has attached.
    pub(super) remote_handle: Option<u32>,
    pub(super) deadline: Deadline,
    /// Whether the peer has answered without a terminus: a detach with the reason follows.
    pub(super) is_refused: bool,
    /// Whether the user has been told that it ended.
    pub(super) is_reported: bool,
    /// The end at which this side is, once it has attached.
    pub(super) end: Option<End>,
    /// The attach of the peer, until this side has attached.
    request: Option<Box<Attach>>,
    /// The number of octets of the peer's attach.
    pub(super) attach_octets: usize,
    /// The number of octets of the properties that the peer has sent last, in a flow.
    pub(super) properties_octets: usize,
    /// The last flow of the peer that came before this side has attached.
    pub(super) early_flow: Option<Flow>,
    /// Whether a flow is to be sent.
    pub(super) is_flow_due: bool,
    /// Properties to send in the next flow.
    pub(super) properties: Option<Fields>,
    /// A detach that waits until the delivery that is being sent is complete.
    pub(super) detach_due: Option<DetachDue>,
}

/// A detach to send later.
#[derive(Debug)]
pub(super) struct DetachDue {
    pub(super) closed: bool,
    pub(super) error: Option<Error>,
}

/// One end of a link.
#[derive(Debug)]
pub(super) enum End {
    Sender(Sender),
    Receiver(Receiver),
}

impl Link {
    pub(super) fn new(name: ByteString, role: Role) -> Self {
        Self {
            name,
            role,
            ours: Half::Before,
            theirs: Half::Before,
            remote_handle: None,
            deadline: Deadline::default(),
            is_refused: false,
            is_reported: false,
            end: None,
            request: None,
            attach_octets: 0,
            properties_octets: 0,
            early_flow: None,
            is_flow_due: false,
            properties: None,
            detach_due: None,
        }
    }

    /// Takes the attach of the peer.
    ///
    /// # Errors
    ///
    /// Fails if the link must be detached.
    pub(super) fn handle_attach(&mut self, attach: &Attach) -> Result<(), Violation> {
        self.theirs = Half::Open;
        self.remote_handle = Some(attach.handle.0);
        if self.end.is_none() {
            self.request = Some(Box::new(attach.clone()));
            return Ok(());
        }
        self.is_refused = match self.role {
            Role::Sender => attach.target.is_none(),
            Role::Receiver => attach.source.is_none(),
        };
        if self.is_refused { Ok(()) } else { self.take_limits(attach) }
    }

    /// Forgets the attach of the peer, because the link is refused.
    pub(super) fn forget_request(&mut self) {
        self.request = None;
    }

    /// Takes the limits of the peer's attach.
    fn take_limits(&mut self, attach: &Attach) -> Result<(), Violation> {
        match &mut self.end {
            Some(End::Sender(sender)) => {
                sender.handle_attach(attach);
                Ok(())
            }
            Some(End::Receiver(receiver)) => receiver.handle_attach(attach),
            None => Ok(()),
        }
    }

    /// Takes an attach that this side has sent.
    pub(super) fn handle_sent_attach(&mut self, attach: &Attach) -> Result<(), Violation> {
        self.ours = Half::Open;
        self.end = Some(match self.role {
            Role::Sender => End::Sender(Sender::new(attach)),
            Role::Receiver => End::Receiver(Receiver::new(attach)),
        });
        match self.request.take() {
            Some(request) => self.take_limits(&request),
            None => Ok(()),
        }
    }

    /// Returns whether both sides have attached the link, and neither has detached it or wants to.
    pub(super) const fn is_attached(&self) -> bool {
        matches!((self.ours, self.theirs), (Half::Open, Half::Open))
            && !self.is_refused
            && self.detach_due.is_none()
    }

    /// Returns the number of deliveries that may still be sent.
    pub(super) fn credit(&self) -> u32 {
        match &self.end {
            Some(End::Sender(sender)) => sender.credit(),
            Some(End::Receiver(receiver)) => receiver.credit(),
            None => 0,
        }
    }

    /// Returns the number of messages that the sender has said that it has.
    pub(super) const fn available(&self) -> Option<u32> {
        match &self.end {
            Some(End::Receiver(receiver)) => receiver.available(),
            _ => None,
        }
    }

    /// Returns whether a delivery has been begun and not completed. After a detach it will not be.
    pub(super) const fn is_sending(&self) -> bool {
        matches!((self.ours, &self.end), (Half::Open, Some(End::Sender(sender))) if sender.is_sending())
    }

    /// Lets a detach wait until the delivery that is being sent is complete. Returns whether there is one.
    pub(super) fn defer_detach(&mut self, closed: bool, error: Option<&Error>) -> bool {
        let waits = self.is_attached() && self.is_sending();
        if waits {
            self.detach_due = Some(DetachDue { closed, error: error.cloned() });
        }
        // One that waits already is not overtaken by another one.
        waits || self.detach_due.is_some()
    }

    /// Stops waiting for the end of a drain. Returns whether there was one.
    pub(super) fn give_up_drain(&mut self) -> bool {
        let is_attached = self.is_attached();
        match &mut self.end {
            Some(End::Receiver(receiver)) if is_attached => {
                std::mem::take(&mut receiver.is_draining)
            }
            _ => false,
        }
    }

    /// Returns the flow to send, or `None` if it must wait: a sender that drains first completes what it has begun, sends
    /// what waits for the window, and gives up its credit only if `may_drain` is true and the user does not hold it.
    pub(super) fn flow(&mut self, handle: u16, may_drain: bool) -> Option<Flow> {
        let is_attached = self.theirs != Half::Before;
        let flow = Flow { handle: Some(Handle(handle.into())), ..Flow::default() };
        match &mut self.end {
            Some(End::Sender(sender))
                if sender.is_draining
                    && (sender.holds_up_drain() || sender.is_drain_held || !may_drain) =>
            {
                None
            }
            Some(End::Sender(sender)) => {
                let was_drained = sender.drain();
                Some(sender.flow(was_drained, flow))
            }
            Some(End::Receiver(receiver)) => Some(receiver.flow(is_attached, flow)),
            None => None,
        }
    }

    /// Returns an attach as this link sends it.
    pub(super) fn attach(&self, handle: u16, attach: Attach) -> Attach {
        let initial_delivery_count = match self.role {
            Role::Sender => Some(attach.initial_delivery_count.unwrap_or(SequenceNo(0))),
            Role::Receiver => None,
        };
        Attach {
            name: self.name.clone(),
            handle: Handle(handle.into()),
            role: self.role,
            initial_delivery_count,
            max_message_size: match self.role {
                Role::Sender => attach.max_message_size,
                Role::Receiver => attach.max_message_size.or(Some(Receiver::MAX_MESSAGE_SIZE)),
            },
            ..attach
        }
    }

    /// Returns the attach that refuses a link of the peer: it has no terminus (section 2.6.3).
    pub(super) fn refusing_attach(&self, handle: u16) -> Attach {
        self.attach(handle, Attach::new("", Handle(0), self.role))
    }
}

/// Returns the other end of a link.
pub(super) const fn other_end(role: Role) -> Role {
    match role {
        Role::Sender => Role::Receiver,
        Role::Receiver => Role::Sender,
    }
}
