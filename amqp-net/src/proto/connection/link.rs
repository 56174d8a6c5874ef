//! One link (section 2.6): which side has attached and detached it.

use amqp_types::transport::{Attach, Handle, Role, SequenceNo};
use bytestring::ByteString;

use super::deadlines::Deadline;
use super::half::Half;

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
        }
    }

    /// Takes the attach of the peer.
    pub(super) fn handle_attach(&mut self, attach: &Attach) {
        self.theirs = Half::Open;
        self.remote_handle = Some(attach.handle.0);
        self.is_refused = match self.role {
            Role::Sender => attach.target.is_none(),
            Role::Receiver => attach.source.is_none(),
        };
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
