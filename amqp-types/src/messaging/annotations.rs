//! `annotations` (section 3.2.10), and the sections that are made of them.

use core::cmp::Ordering;

use crate::transparent::{transparent, transparent_ref};
use crate::value::ValueRef;
use crate::{Map, MapRef, OneOf, Restricted, Symbol, SymbolRef, Value};

/// What an annotation is called: a symbol; numbers are reserved (section 3.2.10).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, OneOf)]
#[amqp(borrowed = AnnotationKeyRef)]
pub enum AnnotationKey {
    /// A symbol. Those that do not begin with `x-` are reserved; those that begin with `x-opt-` are
    /// passed over by who does not know them.
    Symbol(Symbol),
    /// A number, reserved.
    Ulong(u64),
}

/// Notes on a message, for the nodes that it passes through (section 3.2.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = AnnotationsRef)]
pub struct Annotations(pub Map<AnnotationKey, Value>);

/// Annotations for the next node alone (section 3.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:delivery-annotations:map", code = 0x71, borrowed = DeliveryAnnotationsRef)]
pub struct DeliveryAnnotations(pub Annotations);

/// Annotations for all the nodes on the way (section 3.2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:message-annotations:map", code = 0x72, borrowed = MessageAnnotationsRef)]
pub struct MessageAnnotations(pub Annotations);

transparent!(Annotations(Map<AnnotationKey, Value>));
transparent!(DeliveryAnnotations(Annotations));
transparent!(MessageAnnotations(Annotations));
transparent_ref!(AnnotationsRef(MapRef<'a, AnnotationKeyRef<'a>, ValueRef<'a>>));
transparent_ref!(DeliveryAnnotationsRef(AnnotationsRef<'a>));
transparent_ref!(MessageAnnotationsRef(AnnotationsRef<'a>));

impl Eq for AnnotationKeyRef<'_> {}

impl PartialOrd for AnnotationKeyRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AnnotationKeyRef<'_> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Symbol(own), Self::Symbol(its)) => own.cmp(its),
            (Self::Ulong(own), Self::Ulong(its)) => own.cmp(its),
            (Self::Symbol(_), Self::Ulong(_)) => Ordering::Less,
            (Self::Ulong(_), Self::Symbol(_)) => Ordering::Greater,
        }
    }
}

impl<'a> From<SymbolRef<'a>> for AnnotationKeyRef<'a> {
    fn from(key: SymbolRef<'a>) -> Self {
        Self::Symbol(key)
    }
}

impl From<u64> for AnnotationKeyRef<'_> {
    fn from(key: u64) -> Self {
        Self::Ulong(key)
    }
}

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
