//! `header`: the delivery details of a message (section 3.2.1).

use crate::Composite;
use crate::definitions::Milliseconds;

/// The delivery details of a message (section 3.2.1).
///
/// A message without a header has the values of `Header::default()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:header:list", code = 0x70, borrowed = Self)]
pub struct Header {
    /// Whether the message must survive a restart of the node that holds it.
    #[amqp(default)]
    pub durable: bool,
    /// The priority of the message; higher numbers are more urgent. The default is 4.
    #[amqp(default = Self::PRIORITY)]
    pub priority: u8,
    /// The time after which a node may discard the message. `None` means that it does not expire.
    pub ttl: Option<Milliseconds>,
    /// Whether no other link has acquired the message before. False means that one may have.
    #[amqp(default)]
    pub first_acquirer: bool,
    /// The number of failed attempts to deliver the message.
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
