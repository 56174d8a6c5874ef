//! When deliveries are settled (sections 2.8.2 and 2.8.3).

use crate::Restricted;

/// How the sender of a link settles (section 2.8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum SenderSettleMode {
    /// It sends all deliveries unsettled.
    #[amqp(value = 0)]
    Unsettled,
    /// It sends all deliveries settled.
    #[amqp(value = 1)]
    Settled,
    /// It does either.
    #[default]
    #[amqp(value = 2)]
    Mixed,
}

/// How the receiver of a link settles (section 2.8.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = ubyte, borrowed = Self)]
pub enum ReceiverSettleMode {
    /// It settles on its own.
    #[default]
    #[amqp(value = 0)]
    First,
    /// It settles after the sender has.
    #[amqp(value = 1)]
    Second,
}
