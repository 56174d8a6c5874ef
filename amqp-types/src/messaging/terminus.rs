//! The durability and the expiry of a terminus (sections 3.5.5 and 3.5.6), and the capabilities that say what its
//! node is.

use crate::{Restricted, Symbol};

/// The capability of a node that gives each message to one consumer.
pub(super) const QUEUE: Symbol = Symbol::from_static("queue");
/// The capability of a node that gives each message to all subscribers.
pub(super) const TOPIC: Symbol = Symbol::from_static("topic");

/// The state of a terminus that survives the loss of its link (section 3.5.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = uint, borrowed = Self)]
pub enum TerminusDurability {
    /// No state survives.
    #[default]
    #[amqp(value = 0)]
    None,
    /// The existence and the configuration of the terminus survive.
    #[amqp(value = 1)]
    Configuration,
    /// The configuration and the state of unsettled deliveries survive.
    #[amqp(value = 2)]
    UnsettledState,
}

/// The event that starts the expiry timer of a terminus (section 3.5.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum TerminusExpiryPolicy {
    /// The timer starts when the link is detached.
    #[amqp(value = "link-detach")]
    LinkDetach,
    /// The timer starts when the most recently associated session ends.
    #[default]
    #[amqp(value = "session-end")]
    SessionEnd,
    /// The timer starts when the most recently associated connection is closed.
    #[amqp(value = "connection-close")]
    ConnectionClose,
    /// The terminus never expires.
    #[amqp(value = "never")]
    Never,
}
