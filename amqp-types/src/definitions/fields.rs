//! `fields` and `ietf-language-tag` (sections 2.8.12 and 2.8.13).

use crate::transparent::{container, container_ref};
use crate::value::ValueRef;
use crate::{Map, MapRef, Restricted, Symbol, SymbolRef, Value};

/// A language tag as defined by BCP 47 (section 2.8.12).
pub type IetfLanguageTag = Symbol;

/// A map from names to values of any type, such as the properties of a connection (section 2.8.13).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = FieldsRef)]
pub struct Fields(pub Map<Symbol, Value>);

container!(Fields(Map<Symbol, Value>));
container_ref!(FieldsRef(MapRef<'a, SymbolRef<'a>, ValueRef<'a>>));
