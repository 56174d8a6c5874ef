//! Filters. The standard defines none, but brokers do.

use crate::extension::filter::{
    AllFilter, AnyFilter, ApplicationPropertiesFilter, DeliveryAnnotationsFilter, FalseFilter,
    FooterFilter, HeaderFilter, LegacyAmqpDirectBinding, LegacyAmqpHeadersBinding,
    LegacyAmqpTopicBinding, MessageAnnotationsFilter, NoLocalFilter, NotFilter, PropertiesFilter,
    SelectorFilter, SqlFilter, TrueFilter, XqueryFilter,
};

use super::{KnownType, composite, restricted};

/// The filters of Apache's registry, and those of AMQP Filter Expressions 1.0.
pub(super) static FILTERS: [KnownType; 18] = [
    restricted::<LegacyAmqpDirectBinding>(),
    restricted::<LegacyAmqpTopicBinding>(),
    restricted::<LegacyAmqpHeadersBinding>(),
    composite::<NoLocalFilter>(&[]),
    restricted::<SelectorFilter>(),
    restricted::<XqueryFilter>(),
    restricted::<AllFilter>(),
    restricted::<AnyFilter>(),
    restricted::<NotFilter>(),
    restricted::<TrueFilter>(),
    restricted::<FalseFilter>(),
    restricted::<SqlFilter>(),
    restricted::<HeaderFilter>(),
    restricted::<DeliveryAnnotationsFilter>(),
    restricted::<MessageAnnotationsFilter>(),
    restricted::<PropertiesFilter>(),
    restricted::<ApplicationPropertiesFilter>(),
    restricted::<FooterFilter>(),
];
