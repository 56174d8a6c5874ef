//! The distribution mode of a source (section 3.5.7).

use crate::{Restricted, Symbol};

/// A distribution mode that the standard defines (section 3.5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum StdDistMode {
    /// A message is removed from the node once a link has taken it.
    #[amqp(value = "move")]
    Move,
    /// A message stays at the node and remains available to other links.
    #[amqp(value = "copy")]
    Copy,
}

/// The effect of a link on the messages at its source: a mode that the standard defines, or any
/// other symbol (archetype `distribution-mode`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = DistributionModeRef)]
pub enum DistributionMode {
    /// A message is removed from the node once a link has taken it.
    #[amqp(value = "move")]
    Move,
    /// A message stays at the node and remains available to other links.
    #[amqp(value = "copy")]
    Copy,
    /// A mode that the standard does not define.
    #[amqp(other)]
    Other(Symbol),
}

impl From<StdDistMode> for DistributionMode {
    fn from(mode: StdDistMode) -> Self {
        match mode {
            StdDistMode::Move => Self::Move,
            StdDistMode::Copy => Self::Copy,
        }
    }
}
