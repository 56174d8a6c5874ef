//! `target`: the destination of messages (section 3.5.4).

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
