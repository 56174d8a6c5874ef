//! `flow`: updates the flow state of a session or a link (section 2.7.4).

use crate::Composite;
use crate::definitions::{Fields, Handle, SequenceNo, TransferNumber};

/// Updates the flow state of a session and, if `handle` is given, of one of its links (section
/// 2.7.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:flow:list", code = 0x13, borrowed = FlowRef)]
pub struct Flow {
    /// The transfer-id that the sender of this performative expects next; `None` if it has not yet
    /// received the peer's `begin`.
    pub next_incoming_id: Option<TransferNumber>,
    /// The number of transfer frames that the sender of this performative can currently receive.
    pub incoming_window: u32,
    /// The transfer-id of the next transfer that the sender of this performative will send.
    pub next_outgoing_id: TransferNumber,
    /// The number of transfer frames that the sender of this performative can currently send.
    pub outgoing_window: u32,
    /// The link to which the following fields apply; `None` if only the session is updated.
    pub handle: Option<Handle>,
    /// The delivery-count of the link: that of its sender, or the last value that its receiver
    /// knows. `None` if the receiver does not know it yet.
    pub delivery_count: Option<SequenceNo>,
    /// The number of deliveries that may be sent beyond `delivery_count`.
    pub link_credit: Option<u32>,
    /// The number of messages that wait at the sender of the link.
    pub available: Option<u32>,
    /// Whether the sender of the link must use up its credit immediately: by sending the available
    /// messages, then by advancing the delivery-count.
    #[amqp(default)]
    pub drain: bool,
    /// Whether the peer is asked to answer with a `flow`.
    #[amqp(default)]
    pub echo: bool,
    /// Properties of the flow state of the link.
    pub properties: Option<Fields>,
}
