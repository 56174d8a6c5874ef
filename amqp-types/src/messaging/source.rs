//! `source`: the origin of messages (section 3.5.3).

use super::terminus::{QUEUE, TOPIC};
use super::{
    AddressString, DistributionMode, FilterSet, NodeProperties, TerminusDurability,
    TerminusExpiryPolicy,
};
use crate::definitions::{Extension, Outcome, Seconds};
use crate::{Composite, Multiple, OneOf, Symbol};

/// The node from which a link takes its messages (section 3.5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:source:list", code = 0x28, borrowed = SourceRef)]
pub struct Source {
    /// The address of the node.
    pub address: Option<AddressString>,
    /// The state that survives the loss of the link.
    #[amqp(default)]
    pub durable: TerminusDurability,
    /// The event that starts the expiry timer.
    #[amqp(default)]
    pub expiry_policy: TerminusExpiryPolicy,
    /// The time from that event to the expiry of the terminus.
    #[amqp(default)]
    pub timeout: Seconds,
    /// Whether the peer is asked to create a node for the link. The request has no `address`; the
    /// answer has that of the new node.
    #[amqp(default)]
    pub dynamic: bool,
    /// The properties of the created node.
    pub dynamic_node_properties: Option<NodeProperties>,
    /// The effect of the link on the messages at the node.
    pub distribution_mode: Option<DistributionMode>,
    /// The filters that select the messages for the link.
    pub filter: Option<FilterSet>,
    /// The outcome of deliveries that are settled without a terminal state.
    pub default_outcome: Option<Outcome>,
    /// The outcomes that the receiver may use, as the symbols of their descriptors. Empty means
    /// that `default_outcome` applies to all deliveries or, if that is `None` too, that `accepted`
    /// may be used.
    pub outcomes: Multiple<Symbol>,
    /// The extensions that the sender of this terminus supports or wants.
    pub capabilities: Multiple<Symbol>,
}

impl Source {
    /// Creates the source for the node with this address.
    #[must_use]
    pub fn new(address: impl Into<AddressString>) -> Self {
        Self { address: Some(address.into()), ..Self::default() }
    }

    /// Creates the source for a queue, where a message goes to one consumer. ActiveMQ Artemis creates the node as a
    /// queue because of the capability `queue`. Other brokers ignore it.
    #[must_use]
    pub fn queue(address: impl Into<AddressString>) -> Self {
        Self { capabilities: Multiple::one(QUEUE), ..Self::new(address) }
    }

    /// Creates the source for a topic, where a message goes to every subscriber, with the capability `topic`. See
    /// [`queue`](Self::queue).
    #[must_use]
    pub fn topic(address: impl Into<AddressString>) -> Self {
        Self { capabilities: Multiple::one(TOPIC), ..Self::new(address) }
    }
}

/// [`Source::new`].
impl<A: Into<AddressString>> From<A> for Source {
    fn from(address: A) -> Self {
        Self::new(address)
    }
}

/// The origin of the messages of a link (archetype `source`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = SourceArchetypeRef)]
pub enum SourceArchetype {
    /// A node.
    Source(Source),
    /// A source that the standard does not define.
    Other(Extension),
}

impl From<Source> for SourceArchetype {
    fn from(source: Source) -> Self {
        Self::Source(source)
    }
}
