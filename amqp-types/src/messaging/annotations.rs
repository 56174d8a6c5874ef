//! `annotations` (section 3.2.10), and the two sections that hold them.

use core::cmp::Ordering;

use crate::transparent::{container, container_ref};
use crate::value::ValueRef;
use crate::{Map, MapRef, OneOf, Restricted, Symbol, SymbolRef, Value};

/// The key of an annotation (section 3.2.10).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, OneOf)]
#[amqp(borrowed = AnnotationKeyRef)]
pub enum AnnotationKey {
    /// A symbol. Symbols that do not begin with `x-` are reserved. A peer ignores annotations that
    /// begin with `x-opt-` if it does not know them.
    Symbol(Symbol),
    /// A number. All numbers are reserved.
    Ulong(u64),
}

/// Properties of a message that are meant for the nodes it passes (section 3.2.10).
///
/// ```
/// use amqp_types::messaging::Annotations;
/// use amqp_types::{Symbol, Value};
///
/// let site = Symbol::from_static("x-opt-site");
/// let annotations = Annotations::from([(site.clone().into(), Value::from("north"))]);
/// assert_eq!(annotations.get_symbol("x-opt-site"), Some(&Value::from("north")));
/// assert_eq!(annotations[&site.into()].as_str(), Some("north"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = AnnotationsRef)]
pub struct Annotations(pub Map<AnnotationKey, Value>);

/// Annotations for the next node only (section 3.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:delivery-annotations:map", code = 0x71, borrowed = DeliveryAnnotationsRef)]
pub struct DeliveryAnnotations(pub Annotations);

/// Annotations for all nodes that the message passes (section 3.2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:message-annotations:map", code = 0x72, borrowed = MessageAnnotationsRef)]
pub struct MessageAnnotations(pub Annotations);

impl Annotations {
    /// Returns the annotation whose key is this symbol, in linear time.
    pub fn get_symbol(&self, key: &str) -> Option<&Value> {
        let is_key = |own: &AnnotationKey| matches!(own, AnnotationKey::Symbol(own) if own == key);
        self.iter().find(|(own, _)| is_key(own)).map(|(_, value)| value)
    }
}

container!(Annotations(Map<AnnotationKey, Value>));
container!(DeliveryAnnotations(Annotations));
container!(MessageAnnotations(Annotations));
container_ref!(AnnotationsRef(MapRef<'a, AnnotationKeyRef<'a>, ValueRef<'a>>));
container_ref!(DeliveryAnnotationsRef(AnnotationsRef<'a>));
container_ref!(MessageAnnotationsRef(AnnotationsRef<'a>));

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
            (Self::Symbol(a), Self::Symbol(b)) => a.cmp(b),
            (Self::Ulong(a), Self::Ulong(b)) => a.cmp(b),
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
