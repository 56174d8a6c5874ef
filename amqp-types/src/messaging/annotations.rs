//! `annotations` (section 3.2.10), and the sections that are made of them.

use crate::transparent::transparent;
use crate::{Map, OneOf, Restricted, Symbol, Value};

/// What an annotation is called: a symbol; numbers are reserved (section 3.2.10).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, OneOf)]
pub enum AnnotationKey {
    /// A symbol. Those that do not begin with `x-` are reserved; those that begin with `x-opt-` are
    /// passed over by who does not know them.
    Symbol(Symbol),
    /// A number, reserved.
    Ulong(u64),
}

/// Notes on a message, for the nodes that it passes through (section 3.2.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
pub struct Annotations(pub Map<AnnotationKey, Value>);

/// Annotations for the next node alone (section 3.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:delivery-annotations:map", code = 0x71)]
pub struct DeliveryAnnotations(pub Annotations);

/// Annotations for all the nodes on the way (section 3.2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:message-annotations:map", code = 0x72)]
pub struct MessageAnnotations(pub Annotations);

transparent!(Annotations(Map<AnnotationKey, Value>));
transparent!(DeliveryAnnotations(Annotations));
transparent!(MessageAnnotations(Annotations));

impl From<Symbol> for AnnotationKey {
    fn from(key: Symbol) -> Self {
        Self::Symbol(key)
    }
}

impl From<u64> for AnnotationKey {
    fn from(key: u64) -> Self {
        Self::Ulong(key)
    }
}
