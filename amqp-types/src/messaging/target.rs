//! `target`: the destination of messages (section 3.5.4).

use super::terminus::{QUEUE, TOPIC};
use super::{AddressString, NodeProperties, TerminusDurability, TerminusExpiryPolicy};
use crate::definitions::{Extension, Seconds};
use crate::transaction::Coordinator;
use crate::{Composite, Multiple, OneOf, Symbol};

/// The node to which a link sends its messages (section 3.5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:target:list", code = 0x29, borrowed = TargetRef)]
pub struct Target {
    /// The address of the node. `None` stands for an anonymous target, where the `to` property of
    /// each message has the address.
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
    /// The extensions that the sender of this terminus supports or wants.
    pub capabilities: Multiple<Symbol>,
}

impl Target {
    /// Creates the target for the node with this address.
    #[must_use]
    pub fn new(address: impl Into<AddressString>) -> Self {
        Self { address: Some(address.into()), ..Self::default() }
    }

    /// Creates the target for a queue, where a message goes to one consumer. ActiveMQ Artemis creates the node as a
    /// queue because of the capability `queue`. Other brokers ignore it.
    #[must_use]
    pub fn queue(address: impl Into<AddressString>) -> Self {
        Self { capabilities: Multiple::one(QUEUE), ..Self::new(address) }
    }

    /// Creates the target for a topic, where a message goes to every subscriber, with the capability `topic`. See
    /// [`queue`](Self::queue).
    #[must_use]
    pub fn topic(address: impl Into<AddressString>) -> Self {
        Self { capabilities: Multiple::one(TOPIC), ..Self::new(address) }
    }
}

/// [`Target::new`].
impl<A: Into<AddressString>> From<A> for Target {
    fn from(address: A) -> Self {
        Self::new(address)
    }
}

/// The destination of the messages of a link (archetype `target`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = TargetArchetypeRef)]
pub enum TargetArchetype {
    /// A node.
    Target(Target),
    /// A coordinator of transactions.
    Coordinator(Coordinator),
    /// A target that the standard does not define.
    Other(Extension),
}

impl From<Target> for TargetArchetype {
    fn from(target: Target) -> Self {
        Self::Target(target)
    }
}

impl From<Coordinator> for TargetArchetype {
    fn from(coordinator: Coordinator) -> Self {
        Self::Coordinator(coordinator)
    }
}
