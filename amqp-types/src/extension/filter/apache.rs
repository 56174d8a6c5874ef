//! The filters of the Apache brokers, which other brokers support too. Their descriptors have the
//! domain 0x468c.

use bytestring::ByteString;

use crate::{Composite, Map, Restricted, Value};

/// Selects messages whose subject is equal to this string.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-direct-binding:string", code = 0x0000_468c_0000_0000)]
pub struct LegacyAmqpDirectBinding(pub ByteString);

/// Selects messages whose subject matches this pattern of words separated by dots. `*` matches one
/// word, `#` any number of words.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-topic-binding:string", code = 0x0000_468c_0000_0001)]
pub struct LegacyAmqpTopicBinding(pub ByteString);

/// Selects messages with these application-properties. The entry `x-match` is `any` or `all`, and
/// says how many of the others must match.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-headers-binding:map", code = 0x0000_468c_0000_0002)]
pub struct LegacyAmqpHeadersBinding(pub Map<ByteString, Value>);

/// Selects messages that were not sent over the connection of the receiving link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "apache.org:no-local-filter:list", code = 0x0000_468c_0000_0003)]
pub struct NoLocalFilter {}

/// Selects messages for which this JMS selector is true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:selector-filter:string", code = 0x0000_468c_0000_0004)]
pub struct SelectorFilter(pub ByteString);

/// Selects messages for which this `XQuery` expression is true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:xquery-filter:string", code = 0x0000_468c_0000_0005)]
pub struct XqueryFilter(pub ByteString);
