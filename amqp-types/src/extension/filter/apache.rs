//! The filters of Apache's brokers, which others know too. Their descriptors are of domain 0x468c.

use bytestring::ByteString;

use crate::{Composite, Map, Restricted, Value};

/// Messages whose subject is just this.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-direct-binding:string", code = 0x0000_468c_0000_0000)]
pub struct LegacyAmqpDirectBinding(pub ByteString);

/// Messages whose subject matches: `*` is one word, `#` any number of them.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-topic-binding:string", code = 0x0000_468c_0000_0001)]
pub struct LegacyAmqpTopicBinding(pub ByteString);

/// Messages with these properties; `x-match` says whether `any` or `all` of them.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:legacy-amqp-headers-binding:map", code = 0x0000_468c_0000_0002)]
pub struct LegacyAmqpHeadersBinding(pub Map<ByteString, Value>);

/// Messages that did not come over the same connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "apache.org:no-local-filter:list", code = 0x0000_468c_0000_0003)]
pub struct NoLocalFilter {}

/// Messages for which an expression in the language of JMS selectors is true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:selector-filter:string", code = 0x0000_468c_0000_0004)]
pub struct SelectorFilter(pub ByteString);

/// Messages for which an expression in `XQuery` is true.
#[derive(Clone, Debug, PartialEq, Eq, Restricted)]
#[amqp(name = "apache.org:xquery-filter:string", code = 0x0000_468c_0000_0005)]
pub struct XqueryFilter(pub ByteString);
