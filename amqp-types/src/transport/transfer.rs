//! `transfer`: a delivery, or a part of one (section 2.7.5).

use crate::Composite;
use crate::definitions::{
    DeliveryNumber, DeliveryState, DeliveryTag, Handle, MessageFormat, ReceiverSettleMode,
};

/// Sends a message, or a part of one; the octets are behind this in the frame (section 2.7.5).
#[expect(clippy::struct_excessive_bools, reason = "the fields are those of the standard")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:transfer:list", code = 0x14, borrowed = TransferRef)]
pub struct Transfer {
    /// The link.
    pub handle: Handle,
    /// The delivery's number within the session. The first transfer of a delivery must have it.
    pub delivery_id: Option<DeliveryNumber>,
    /// The delivery's name within the link. The first transfer of a delivery must have it.
    pub delivery_tag: Option<DeliveryTag>,
    /// How the message is encoded. The first transfer of a delivery must have it.
    pub message_format: Option<MessageFormat>,
    /// Whether the delivery is settled by its sender. On a later transfer of the same delivery none
    /// means what an earlier one said.
    pub settled: Option<bool>,
    /// Whether more transfers of this delivery follow.
    #[amqp(default)]
    pub more: bool,
    /// How the receiver is to settle this delivery, if not as the link says.
    pub rcv_settle_mode: Option<ReceiverSettleMode>,
    /// The delivery's state at its sender.
    pub state: Option<DeliveryState>,
    /// Whether this takes up a delivery that was under way before.
    #[amqp(default)]
    pub resume: bool,
    /// Whether the delivery is given up: its receiver forgets what came of it.
    #[amqp(default)]
    pub aborted: bool,
    /// Whether the sender can wait for the answer.
    #[amqp(default)]
    pub batchable: bool,
}
