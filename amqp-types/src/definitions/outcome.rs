//! `outcome`: the terminal states of a delivery (sections 3.4.2 to 3.4.5).

use alloc::boxed::Box;

use super::{Declared, Error, Extension, Fields};
use crate::{Composite, OneOf};

/// The receiver has processed the message, and takes responsibility for it (section 3.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:accepted:list", code = 0x24, borrowed = Self)]
pub struct Accepted {}

/// The receiver considers the message invalid (section 3.4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:rejected:list", code = 0x25, borrowed = RejectedRef)]
pub struct Rejected {
    /// The reason why the message is invalid.
    pub error: Option<Box<Error>>,
}

impl From<Error> for Rejected {
    fn from(error: Error) -> Self {
        Self { error: Some(Box::new(error)) }
    }
}

/// The receiver has not processed the message, which may be delivered again unchanged (section
/// 3.4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:released:list", code = 0x26, borrowed = Self)]
pub struct Released {}

/// The receiver has not processed the message, which may be delivered again with these changes
/// (section 3.4.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:modified:list", code = 0x27, borrowed = ModifiedRef)]
pub struct Modified {
    /// Whether the attempt counts as a failed delivery, in the `delivery-count` of the header.
    pub delivery_failed: Option<bool>,
    /// Whether the message must not be delivered to this link again.
    pub undeliverable_here: Option<bool>,
    /// Entries to merge into the message-annotations. They replace entries with the same key.
    pub message_annotations: Option<Fields>,
}

/// The terminal state of a delivery (archetype `outcome`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = OutcomeRef)]
pub enum Outcome {
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
    /// An outcome that the standard does not define.
    Other(Extension),
}

macro_rules! outcomes {
    ($($outcome:ident)*) => {$(
        impl From<$outcome> for Outcome {
            fn from(outcome: $outcome) -> Self {
                Self::$outcome(outcome.into())
            }
        }
    )*};
}

outcomes! { Accepted Rejected Released Modified Declared }
