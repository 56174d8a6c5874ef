//! The sections that a message's body is made of, and its application-properties (sections 3.2.5 to
//! 3.2.8).

use bytes::Bytes;
use bytestring::ByteString;

use super::{SimpleValue, SimpleValueRef};
use crate::transparent::{container, container_ref, transparent, transparent_ref};
use crate::value::ValueRef;
use crate::view::Owned;
use crate::{List, ListRef, Map, MapRef, Restricted, Value};

/// The application's own properties of a message; no node may change them (section 3.2.5).
///
/// Their values are of simple types; a list, map, array or described value is refused when read. Peers
/// choose the width of an integer: read one with [`as_i64`](Value::as_i64) or [`as_u64`](Value::as_u64).
///
/// ```
/// use amqp_types::messaging::ApplicationProperties;
///
/// let properties =
///     ApplicationProperties::from([("colour".into(), "red".into()), ("size".into(), 3u8.into())]);
/// assert_eq!(properties["colour"].as_str(), Some("red"));
/// assert_eq!(properties.get("size").and_then(|size| size.as_i64()), Some(3));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:application-properties:map", code = 0x74, borrowed = ApplicationPropertiesRef)]
pub struct ApplicationProperties(pub Map<ByteString, SimpleValue>);

/// Octets of a body (section 3.2.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:data:binary", code = 0x75, borrowed = DataRef)]
pub struct Data(pub Bytes);

/// A section of a body that is a sequence: any number of values (section 3.2.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:amqp-sequence:list", code = 0x76, borrowed = AmqpSequenceRef)]
pub struct AmqpSequence(pub List<Value>);

/// The value of a body that is a single value (section 3.2.8): a [`Value`], or any type of your own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:amqp-value:*", code = 0x77)]
pub struct AmqpValue<T = Value>(pub T);

impl<T: Owned> Owned for AmqpValue<T> {
    type Ref<'a> = AmqpValue<T::Ref<'a>>;

    fn from_ref(borrowed: AmqpValue<T::Ref<'_>>) -> Self {
        Self(T::from_ref(borrowed.0))
    }
}

container!(ApplicationProperties(Map<ByteString, SimpleValue>));
transparent!(Data(Bytes));
container!(AmqpSequence(List<Value>));
container_ref!(ApplicationPropertiesRef(MapRef<'a, &'a str, SimpleValueRef<'a>>));
transparent_ref!(DataRef(&'a [u8]));
container_ref!(AmqpSequenceRef(ListRef<'a, ValueRef<'a>>));
