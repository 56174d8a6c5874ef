//! `attach`: attaches a link to a session (section 2.7.3).

use bytestring::ByteString;

use crate::definitions::{
    DeliveryState, DeliveryTag, Fields, Handle, ReceiverSettleMode, Role, SenderSettleMode,
    SequenceNo,
};
use crate::messaging::{SourceArchetype, TargetArchetype};
use crate::{Composite, Map, Multiple, Symbol};

/// Attaches a link to a session, or answers the peer's `attach` (section 2.7.3).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:attach:list", code = 0x12, borrowed = AttachRef)]
pub struct Attach {
    /// The name of the link. Together with the direction and the two containers, it identifies the
    /// link.
    pub name: ByteString,
    /// The number that the sender of this performative uses for the link while it is attached.
    pub handle: Handle,
    /// The end of the link at which the sender of this performative is.
    pub role: Role,
    /// When the sender of deliveries settles: its decision if the sender says so, or a request if
    /// the receiver does.
    #[amqp(default = SenderSettleMode::Mixed)]
    pub snd_settle_mode: SenderSettleMode,
    /// When the receiver of deliveries settles: its decision if the receiver says so, or a request
    /// if the sender does.
    #[amqp(default = ReceiverSettleMode::First)]
    pub rcv_settle_mode: ReceiverSettleMode,
    /// The origin of the messages. In the answer of a sender, `None` means that the link is
    /// refused.
    pub source: Option<SourceArchetype>,
    /// The destination of the messages. In the answer of a receiver, `None` means that the link is
    /// refused.
    pub target: Option<TargetArchetype>,
    /// The unsettled deliveries of a link that is resumed, and the state of each; `None` for a
    /// delivery without a state.
    pub unsettled: Option<Map<DeliveryTag, Option<DeliveryState>>>,
    /// Whether `unsettled` omits deliveries because they do not fit into a frame.
    #[amqp(default)]
    pub incomplete_unsettled: bool,
    /// The initial value of the delivery-count. Mandatory if `role` is [`Role::Sender`], ignored
    /// otherwise.
    pub initial_delivery_count: Option<SequenceNo>,
    /// The maximum size, in octets, of the messages that the sender of this performative supports.
    /// `None` and zero mean that there is no limit.
    pub max_message_size: Option<u64>,
    /// The extensions that the sender of this performative supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender of this performative may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// Properties of the link.
    pub properties: Option<Fields>,
}

impl Attach {
    /// Creates an `attach` with these fields and the defaults of the standard.
    #[must_use]
    pub fn new(name: impl Into<ByteString>, handle: Handle, role: Role) -> Self {
        Self {
            name: name.into(),
            handle,
            role,
            snd_settle_mode: SenderSettleMode::Mixed,
            rcv_settle_mode: ReceiverSettleMode::First,
            source: None,
            target: None,
            unsettled: None,
            incomplete_unsettled: false,
            initial_delivery_count: None,
            max_message_size: None,
            offered_capabilities: Multiple::NONE,
            desired_capabilities: Multiple::NONE,
            properties: None,
        }
    }
}
