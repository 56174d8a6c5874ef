//! The lifetime policies of a dynamic node (sections 3.5.10 to 3.5.13).

use crate::definitions::Extension;
use crate::{Composite, OneOf};

/// The node is deleted when the link that created it is closed (section 3.5.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-close:list", code = 0x2b, borrowed = Self)]
pub struct DeleteOnClose {}

/// The node is deleted when no link has it as its source or target (section 3.5.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-links:list", code = 0x2c, borrowed = Self)]
pub struct DeleteOnNoLinks {}

/// The node is deleted when the link that created it is closed and no messages remain at the node
/// (section 3.5.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-messages:list", code = 0x2d, borrowed = Self)]
pub struct DeleteOnNoMessages {}

/// The node is deleted when no link has it as its source or target and no messages remain at the
/// node (section 3.5.13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Composite)]
#[amqp(name = "amqp:delete-on-no-links-or-messages:list", code = 0x2e, borrowed = Self)]
pub struct DeleteOnNoLinksOrMessages {}

/// The condition under which a dynamic node is deleted (archetype `lifetime-policy`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneOf)]
#[amqp(borrowed = LifetimePolicyRef)]
pub enum LifetimePolicy {
    /// The creating link is closed.
    DeleteOnClose(DeleteOnClose),
    /// The node has no links.
    DeleteOnNoLinks(DeleteOnNoLinks),
    /// The creating link is closed, and the node has no messages.
    DeleteOnNoMessages(DeleteOnNoMessages),
    /// The node has neither links nor messages.
    DeleteOnNoLinksOrMessages(DeleteOnNoLinksOrMessages),
    /// A policy that the standard does not define.
    Other(Extension),
}
