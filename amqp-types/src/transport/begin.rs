//! `begin`: begins a session on a channel (section 2.7.2).

use crate::definitions::{Fields, Handle, TransferNumber};
use crate::{Composite, Multiple, Symbol};

/// Begins a session on a channel, or answers the peer's `begin` (section 2.7.2).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:begin:list", code = 0x11, borrowed = BeginRef)]
pub struct Begin {
    /// In an answer, the channel of the `begin` that is answered; otherwise `None`.
    pub remote_channel: Option<u16>,
    /// The transfer-id of the first transfer that the sender will send.
    pub next_outgoing_id: TransferNumber,
    /// The number of transfer frames that the sender can currently receive.
    pub incoming_window: u32,
    /// The number of transfer frames that the sender can currently send.
    pub outgoing_window: u32,
    /// The highest handle that the sender accepts.
    #[amqp(default = Handle::MAX)]
    pub handle_max: Handle,
    /// The extensions that the sender of this performative supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender of this performative may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// Properties of the session.
    pub properties: Option<Fields>,
}

/// Both windows are 0; the other limits have the defaults of the standard.
impl Default for Begin {
    fn default() -> Self {
        Self {
            remote_channel: None,
            next_outgoing_id: TransferNumber(0),
            incoming_window: 0,
            outgoing_window: 0,
            handle_max: Handle::MAX,
            offered_capabilities: Multiple::NONE,
            desired_capabilities: Multiple::NONE,
            properties: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::encodes_to;

    #[test]
    fn defaults_are_omitted() {
        encodes_to(Begin::default(), "00 53 11 c0 05 04 40 43 43 43");
    }
}
