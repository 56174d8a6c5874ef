//! `source`: where messages come from (section 3.5.3).

use super::{
    AddressString, DistributionMode, FilterSet, NodeProperties, TerminusDurability,
    TerminusExpiryPolicy,
};
use crate::definitions::{Extension, Outcome, Seconds};
use crate::{Composite, Multiple, OneOf, Symbol};

/// Where the messages of a link come from (section 3.5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:source:list", code = 0x28, borrowed = SourceRef)]
pub struct Source {
    /// The node's address.
    pub address: Option<AddressString>,
    /// What outlives the link.
    #[amqp(default)]
    pub durable: TerminusDurability,
    /// When the time begins after which it expires.
    #[amqp(default)]
    pub expiry_policy: TerminusExpiryPolicy,
    /// How long that time is.
    #[amqp(default)]
    pub timeout: Seconds,
    /// Whether a node is to be made for the link. The address is then none, and the answer has it.
    #[amqp(default)]
    pub dynamic: bool,
    /// Properties of the node that is made.
    pub dynamic_node_properties: Option<NodeProperties>,
    /// What happens at the node to the messages that the link takes.
    pub distribution_mode: Option<DistributionMode>,
    /// Which messages the link gets.
    pub filter: Option<FilterSet>,
    /// The outcome of deliveries that are settled without one.
    pub default_outcome: Option<Outcome>,
    /// The outcomes that may be used, by the symbols of their descriptors; none is all of them.
    pub outcomes: Multiple<Symbol>,
    /// The extensions that the sender of this supports, or would like.
    pub capabilities: Multiple<Symbol>,
}

/// Where the messages of a link may come from (archetype `source`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SourceArchetypeRef)]
pub enum SourceArchetype {
    /// A node.
    Source(Source),
    /// A source that the standard does not have.
    Other(Extension),
}

impl From<Source> for SourceArchetype {
    fn from(source: Source) -> Self {
        Self::Source(source)
    }
}
