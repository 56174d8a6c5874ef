//! `delivery-state`: the state of a delivery, terminal or not (section 3.4).

use alloc::boxed::Box;

use super::{
    Accepted, Declared, Extension, Modified, Outcome, Rejected, Released, TransactionalState,
};
use crate::{Composite, OneOf};

/// The receiver has received part of the message (section 3.4.1). This state is not terminal.
///
/// It marks the position from which a resumed delivery continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:received:list", code = 0x23, borrowed = Self)]
pub struct Received {
    /// The section of the message that contains the next octet, counted from 0.
    pub section_number: u32,
    /// The offset of that octet within the encoded section.
    pub section_offset: u64,
}

/// The state of a delivery (archetype `delivery-state`).
///
/// Variants with fields are boxed, which keeps the type at two words. Every `transfer` and
/// `disposition` has a field of this type, and two words are moved in registers.
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = DeliveryStateRef)]
pub enum DeliveryState {
    /// The receiver has received part of the message.
    Received(Box<Received>),
    /// The receiver has processed the message.
    Accepted(Accepted),
    /// The receiver considers the message invalid.
    Rejected(Rejected),
    /// The message may be delivered again.
    Released(Released),
    /// The message may be delivered again, with changes.
    Modified(Box<Modified>),
    /// The message declared a transaction, which has begun.
    Declared(Box<Declared>),
    /// The delivery is part of a transaction.
    Transactional(Box<TransactionalState>),
    /// A state that the standard does not define.
    Other(Extension),
}

macro_rules! states {
    ($($state:ident $variant:ident)*) => {$(
        impl From<$state> for DeliveryState {
            fn from(state: $state) -> Self {
                Self::$variant(state.into())
            }
        }
    )*};
}

states! {
    Received Received
    Accepted Accepted
    Rejected Rejected
    Released Released
    Modified Modified
    Declared Declared
    TransactionalState Transactional
}

impl From<Outcome> for DeliveryState {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted(outcome) => Self::Accepted(outcome),
            Outcome::Rejected(outcome) => Self::Rejected(outcome),
            Outcome::Released(outcome) => Self::Released(outcome),
            Outcome::Modified(outcome) => Self::Modified(outcome),
            Outcome::Declared(outcome) => Self::Declared(outcome),
            Outcome::Other(outcome) => Self::Other(outcome),
        }
    }
}
