//! `sender-settle-mode` and `receiver-settle-mode` (sections 2.8.2 and 2.8.3).

use crate::Restricted;

/// When the sender of a link settles its deliveries (section 2.8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum SenderSettleMode {
    /// The sender sends all deliveries unsettled.
    #[amqp(value = 0)]
    Unsettled,
    /// The sender sends all deliveries settled.
    #[amqp(value = 1)]
    Settled,
    /// The sender decides for each delivery.
    #[default]
    #[amqp(value = 2)]
    Mixed,
}

/// When the receiver of a link settles its deliveries (section 2.8.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum ReceiverSettleMode {
    /// The receiver settles without waiting for the sender.
    #[default]
    #[amqp(value = 0)]
    First,
    /// The receiver settles after the sender has settled.
    #[amqp(value = 1)]
    Second,
}
