//! Filters that select the messages which a source sends to a link.
//!
//! A client puts them into [`Source::filter`](crate::messaging::Source::filter), each under a name
//! of its choice.
//!
//! ```
//! use amqp_types::Symbol;
//! use amqp_types::extension::filter::SelectorFilter;
//! use amqp_types::messaging::{FilterSet, Source};
//!
//! let mut filter = FilterSet::default();
//! filter.set(Symbol::from_static("jms-selector"), &SelectorFilter("colour = 'green'".into()))?;
//! let source = Source { filter: Some(filter), ..Source::new("queue") };
//! # assert_eq!(source.filter.unwrap().find::<SelectorFilter>().unwrap()?.0, "colour = 'green'");
//! # Ok::<(), amqp_types::DecodeError>(())
//! ```

mod apache;
mod expression;

pub use apache::{
    LegacyAmqpDirectBinding, LegacyAmqpHeadersBinding, LegacyAmqpTopicBinding, NoLocalFilter,
    SelectorFilter, XqueryFilter,
};
pub use expression::{
    AllFilter, AnyFilter, ApplicationPropertiesFilter, DeliveryAnnotationsFilter, FalseFilter,
    FooterFilter, HeaderFilter, MessageAnnotationsFilter, NotFilter, PropertiesFilter, SqlFilter,
    TrueFilter,
};
