//! `flow`: how much may be sent (section 2.7.4).

use crate::Composite;
use crate::definitions::{Fields, Handle, SequenceNo, TransferNumber};

/// Says how much may be sent: on the session, and on one link if it has a handle (section 2.7.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:flow:list", code = 0x13, borrowed = FlowRef)]
pub struct Flow {
    /// The transfer-id that is expected next; none until the peer's `begin` has been seen.
    pub next_incoming_id: Option<TransferNumber>,
    /// How many transfer frames the sender of this takes for now.
    pub incoming_window: u32,
    /// The transfer-id that the sender's next transfer will have.
    pub next_outgoing_id: TransferNumber,
    /// How many transfer frames the sender of this may send for now.
    pub outgoing_window: u32,
    /// The link that the rest is about; none if this is about the session alone.
    pub handle: Option<Handle>,
    /// The link's delivery-count: the sender's own, or what the receiver knows of it.
    pub delivery_count: Option<SequenceNo>,
    /// How many deliveries may be sent beyond `delivery_count`.
    pub link_credit: Option<u32>,
    /// How many messages the link's sender has waiting.
    pub available: Option<u32>,
    /// Whether the link's sender is to use up its credit at once, with messages or without.
    #[amqp(default)]
    pub drain: bool,
    /// Whether a `flow` is asked for in return.
    #[amqp(default)]
    pub echo: bool,
    /// More about the link.
    pub properties: Option<Fields>,
}
