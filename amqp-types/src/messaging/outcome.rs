//! What becomes of deliveries (sections 3.4.1 to 3.4.5).

use alloc::boxed::Box;

use crate::extension::Extension;
use crate::transaction::{Declared, TransactionalState};
use crate::transport::{Error, Fields};
use crate::{Composite, OneOf};

/// How much of a delivery has arrived; it is not over (section 3.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:received:list", code = 0x23, borrowed = Self)]
pub struct Received {
    /// The section of the message, counted from 0, that the next octet is in.
    pub section_number: u32,
    /// Where in the encoded section that octet is.
    pub section_offset: u64,
}

/// The receiver took the message (section 3.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:accepted:list", code = 0x24, borrowed = Self)]
pub struct Accepted {}

/// The receiver cannot make sense of the message (section 3.4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:rejected:list", code = 0x25, borrowed = RejectedRef)]
pub struct Rejected {
    /// What is wrong with it.
    pub error: Option<Box<Error>>,
}

impl From<Error> for Rejected {
    fn from(error: Error) -> Self {
        Self { error: Some(Box::new(error)) }
    }
}

/// The receiver did nothing with the message; it is as if it had not been sent (section 3.4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:released:list", code = 0x26, borrowed = Self)]
pub struct Released {}

/// The receiver did nothing with the message, but changed what is known of it (section 3.4.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:modified:list", code = 0x27, borrowed = ModifiedRef)]
pub struct Modified {
    /// Whether this counts as a delivery that failed.
    pub delivery_failed: Option<bool>,
    /// Whether the message is not to be sent to this link again.
    pub undeliverable_here: Option<bool>,
    /// Annotations that go into the message's own, in place of those of the same name.
    pub message_annotations: Option<Fields>,
}

/// How a delivery ends (archetype `outcome`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = OutcomeRef)]
pub enum Outcome {
    /// It was taken.
    Accepted(Accepted),
    /// It makes no sense.
    Rejected(Rejected),
    /// It may be delivered again.
    Released(Released),
    /// It may be delivered again, changed.
    Modified(Box<Modified>),
    /// A transaction has begun.
    Declared(Box<Declared>),
    /// An outcome that the standard does not have.
    Other(Extension),
}

/// What is known of a delivery (archetype `delivery-state`).
///
/// It is part of each `transfer` and `disposition`, so it is small, two words that fit in registers: what
/// has content is boxed. One in memory that begins with an octet is waited for when it is moved.
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = DeliveryStateRef)]
pub enum DeliveryState {
    /// A part of it has arrived.
    Received(Box<Received>),
    /// It was taken.
    Accepted(Accepted),
    /// It makes no sense.
    Rejected(Rejected),
    /// It may be delivered again.
    Released(Released),
    /// It may be delivered again, changed.
    Modified(Box<Modified>),
    /// A transaction has begun.
    Declared(Box<Declared>),
    /// It is part of a transaction.
    Transactional(Box<TransactionalState>),
    /// A state that the standard does not have.
    Other(Extension),
}

macro_rules! states {
    ($($of:ident: $state:ident $variant:ident)*) => {$(
        impl From<$state> for $of {
            fn from(state: $state) -> Self {
                Self::$variant(state.into())
            }
        }
    )*};
}

states! {
    Outcome: Accepted Accepted
    Outcome: Rejected Rejected
    Outcome: Released Released
    Outcome: Modified Modified
    Outcome: Declared Declared
    DeliveryState: Received Received
    DeliveryState: Accepted Accepted
    DeliveryState: Rejected Rejected
    DeliveryState: Released Released
    DeliveryState: Modified Modified
    DeliveryState: Declared Declared
    DeliveryState: TransactionalState Transactional
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
