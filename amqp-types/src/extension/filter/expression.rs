//! AMQP Filter Expressions 1.0 (OASIS). A filter on fields lets a message through if all its entries
//! match.

use bytestring::ByteString;

use crate::messaging::Annotations;
use crate::value::DescribedValue;
use crate::{List, Map, Restricted, Symbol, Value};

/// Messages that all of some filters let through.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:all-filter", code = 0x100)]
pub struct AllFilter(pub List<DescribedValue>);

/// Messages that any of some filters lets through.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:any-filter", code = 0x101)]
pub struct AnyFilter(pub List<DescribedValue>);

/// Messages that none of some filters lets through.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:not-filter", code = 0x102)]
pub struct NotFilter(pub List<DescribedValue>);

/// All messages.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:true-filter", code = 0x110)]
pub struct TrueFilter(pub bool);

/// No messages.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:false-filter", code = 0x111)]
pub struct FalseFilter(pub bool);

/// Messages for which an expression in the language of the specification, much like SQL, is true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:sql-filter", code = 0x120)]
pub struct SqlFilter(pub ByteString);

/// Messages with these fields in their header.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:header-filter", code = 0x170)]
pub struct HeaderFilter(pub Map<Symbol, Value>);

/// Messages with these delivery-annotations.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:delivery-annotations-filter", code = 0x171)]
pub struct DeliveryAnnotationsFilter(pub Annotations);

/// Messages with these message-annotations.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:message-annotations-filter", code = 0x172)]
pub struct MessageAnnotationsFilter(pub Annotations);

/// Messages with these fields in their properties. In texts, `&s:` asks for an end, `&p:` for a
/// beginning, and `&&` is `&`.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:properties-filter", code = 0x173)]
pub struct PropertiesFilter(pub Map<Symbol, Value>);

/// Messages with these application-properties, matched as properties are.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:application-properties-filter", code = 0x174)]
pub struct ApplicationPropertiesFilter(pub Map<ByteString, Value>);

/// Messages with these annotations in their footer.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "amqp:footer-filter", code = 0x178)]
pub struct FooterFilter(pub Annotations);
