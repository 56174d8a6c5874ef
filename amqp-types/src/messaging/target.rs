//! `target`: where messages go to (section 3.5.4).

use super::{AddressString, NodeProperties, TerminusDurability, TerminusExpiryPolicy};
use crate::definitions::{Extension, Seconds};
use crate::transaction::Coordinator;
use crate::{Composite, Multiple, OneOf, Symbol};

/// Where the messages of a link go to (section 3.5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:target:list", code = 0x29, borrowed = TargetRef)]
pub struct Target {
    /// The node's address. Without one, each message says where it goes.
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
    /// The extensions that the sender of this supports, or would like.
    pub capabilities: Multiple<Symbol>,
}

/// Where the messages of a link may go to (archetype `target`).
#[derive(Clone, Debug, PartialEq, Eq, OneOf)]
#[amqp(borrowed = TargetArchetypeRef)]
pub enum TargetArchetype {
    /// A node.
    Target(Target),
    /// What coordinates transactions.
    Coordinator(Coordinator),
    /// A target that the standard does not have.
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
