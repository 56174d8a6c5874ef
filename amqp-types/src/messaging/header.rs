//! `header`: how a message is to be transferred (section 3.2.1).

use crate::Composite;
use crate::definitions::Milliseconds;

/// How a message is to be transferred (section 3.2.1). A message without one has these defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:header:list", code = 0x70, borrowed = Self)]
pub struct Header {
    /// Whether the message must outlive a restart of a node that holds it.
    #[amqp(default)]
    pub durable: bool,
    /// How urgent it is: higher is more so.
    #[amqp(default = Self::PRIORITY)]
    pub priority: u8,
    /// How long it may live, from its arrival at a node; without, for ever.
    pub ttl: Option<Milliseconds>,
    /// Whether nobody else has acquired it before; false says perhaps.
    #[amqp(default)]
    pub first_acquirer: bool,
    /// How often delivering it has failed so far.
    #[amqp(default)]
    pub delivery_count: u32,
}

impl Header {
    const PRIORITY: u8 = 4;
}

impl Default for Header {
    fn default() -> Self {
        Self {
            durable: false,
            priority: Self::PRIORITY,
            ttl: None,
            first_acquirer: false,
            delivery_count: 0,
        }
    }
}
