//! `transfer`: transfers a message, or part of one (section 2.7.5).

use crate::Composite;
use crate::definitions::{
    DeliveryNumber, DeliveryState, DeliveryTag, Handle, MessageFormat, ReceiverSettleMode,
};

/// Transfers a message, or part of one, in the octets that follow the performative in the frame
/// (section 2.7.5).
#[expect(clippy::struct_excessive_bools, reason = "the fields are those of the standard")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:transfer:list", code = 0x14, borrowed = TransferRef)]
pub struct Transfer {
    /// The link over which the message is transferred.
    pub handle: Handle,
    /// The number of the delivery within the session. Mandatory on the first transfer of a
    /// delivery.
    pub delivery_id: Option<DeliveryNumber>,
    /// The name of the delivery within the link. Mandatory on the first transfer of a delivery.
    pub delivery_tag: Option<DeliveryTag>,
    /// The encoding of the message. Mandatory on the first transfer of a delivery.
    pub message_format: Option<MessageFormat>,
    /// Whether the sender has settled the delivery. `None` means false on the first transfer of a
    /// delivery, and the value of the earlier transfers on the others.
    pub settled: Option<bool>,
    /// Whether further transfers of the same delivery follow.
    #[amqp(default)]
    pub more: bool,
    /// When the receiver must settle this delivery, if it differs from the settle mode of the link.
    pub rcv_settle_mode: Option<ReceiverSettleMode>,
    /// The state of the delivery at its sender.
    pub state: Option<DeliveryState>,
    /// Whether this transfer resumes a delivery that was unsettled when the link was detached.
    #[amqp(default)]
    pub resume: bool,
    /// Whether the delivery is aborted: the receiver discards what it has received of it.
    #[amqp(default)]
    pub aborted: bool,
    /// Whether the receiver may delay its disposition in order to batch it with others.
    #[amqp(default)]
    pub batchable: bool,
}
