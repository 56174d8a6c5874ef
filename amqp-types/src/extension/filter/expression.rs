//! The filters of AMQP Filter Expressions 1.0 (OASIS). A filter with a map selects the messages
//! that match all of its entries.

use bytestring::ByteString;

use crate::messaging::Annotations;
use crate::value::DescribedValue;
use crate::{List, Map, Restricted, Symbol, Value};

/// Selects messages that all of these filters select.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:all-filter", code = 0x100)]
pub struct AllFilter(pub List<DescribedValue>);

/// Selects messages that at least one of these filters selects.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:any-filter", code = 0x101)]
pub struct AnyFilter(pub List<DescribedValue>);

/// Selects messages that none of these filters selects.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:not-filter", code = 0x102)]
pub struct NotFilter(pub List<DescribedValue>);

/// Selects all messages.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:true-filter", code = 0x110)]
pub struct TrueFilter(pub bool);

/// Selects no messages.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:false-filter", code = 0x111)]
pub struct FalseFilter(pub bool);

/// Selects messages for which this expression, in the SQL-like language of the specification, is
/// true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:sql-filter", code = 0x120)]
pub struct SqlFilter(pub ByteString);

/// Selects messages with these fields in their header.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:header-filter", code = 0x170)]
pub struct HeaderFilter(pub Map<Symbol, Value>);

/// Selects messages with these delivery-annotations.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:delivery-annotations-filter", code = 0x171)]
pub struct DeliveryAnnotationsFilter(pub Annotations);

/// Selects messages with these message-annotations.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:message-annotations-filter", code = 0x172)]
pub struct MessageAnnotationsFilter(pub Annotations);

/// Selects messages with these fields in their properties.
///
/// In string values, the prefix `&s:` matches a suffix, the prefix `&p:` matches a prefix, and a
/// leading `&&` stands for a literal `&`.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:properties-filter", code = 0x173)]
pub struct PropertiesFilter(pub Map<Symbol, Value>);

/// Selects messages with these application-properties, with the prefixes of [`PropertiesFilter`].
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:application-properties-filter", code = 0x174)]
pub struct ApplicationPropertiesFilter(pub Map<ByteString, Value>);

/// Selects messages with these annotations in their footer.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:footer-filter", code = 0x178)]
pub struct FooterFilter(pub Annotations);
