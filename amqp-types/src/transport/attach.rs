//! `attach`: a link is attached to a session (section 2.7.3).

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
    /// The link's name. With the direction and the two containers it identifies the link.
    pub name: ByteString,
    /// The number that stands for the link in this direction, while it is attached.
    pub handle: Handle,
    /// Which end of the link the sender of this is.
    pub role: Role,
    /// How the sender of deliveries settles: what it does, or what the receiver would like.
    #[amqp(default = SenderSettleMode::Mixed)]
    pub snd_settle_mode: SenderSettleMode,
    /// How the receiver of deliveries settles: what it does, or what the sender would like.
    #[amqp(default = ReceiverSettleMode::First)]
    pub rcv_settle_mode: ReceiverSettleMode,
    /// Where the messages come from.
    pub source: Option<SourceArchetype>,
    /// Where they go to.
    pub target: Option<TargetArchetype>,
    /// The deliveries that are not settled, by tag, when a link is resumed; none for those whose
    /// state is not known.
    pub unsettled: Option<Map<DeliveryTag, Option<DeliveryState>>>,
    /// Whether `unsettled` did not fit and is not all there is.
    #[amqp(default)]
    pub incomplete_unsettled: bool,
    /// Where the sender's delivery-count begins. A sender must give it.
    pub initial_delivery_count: Option<SequenceNo>,
    /// The largest message that the sender of this takes, in octets. None, or zero, is no limit.
    pub max_message_size: Option<u64>,
    /// The extensions that the sender supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// More about the link.
    pub properties: Option<Fields>,
}

impl Attach {
    /// An `attach` with defaults for all but these.
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
