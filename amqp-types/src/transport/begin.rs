//! `begin`: a session starts on a channel (section 2.7.2).

use crate::definitions::{Fields, Handle, TransferNumber};
use crate::{Composite, Multiple, Symbol};

/// Starts a session on a channel, or answers the peer's `begin` (section 2.7.2).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:begin:list", code = 0x11, borrowed = BeginRef)]
pub struct Begin {
    /// In an answer: the channel on which the peer's `begin` came.
    pub remote_channel: Option<u16>,
    /// The transfer-id that the sender's next transfer will have.
    pub next_outgoing_id: TransferNumber,
    /// How many transfer frames the sender takes for now.
    pub incoming_window: u32,
    /// How many transfer frames the sender may send for now.
    pub outgoing_window: u32,
    /// The highest handle that the sender of this takes.
    #[amqp(default = Handle::MAX)]
    pub handle_max: Handle,
    /// The extensions that the sender supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// More about the session.
    pub properties: Option<Fields>,
}

/// Windows of no frames, and no other limits.
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
    fn defaults_are_left_out() {
        encodes_to(Begin::default(), "00 53 11 c0 05 04 40 43 43 43");
    }
}
