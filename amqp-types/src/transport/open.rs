//! `open`: the first frame in each direction (section 2.7.1).

use bytestring::ByteString;

use crate::definitions::{Fields, IetfLanguageTag, Milliseconds};
use crate::{Composite, Multiple, Symbol};

/// Tells the peer who one is and what one takes; the first frame in each direction, on channel 0,
/// once (section 2.7.1).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:open:list", code = 0x10, borrowed = OpenRef)]
pub struct Open {
    /// The name of the container that the connection belongs to.
    pub container_id: ByteString,
    /// The host that the client wants to reach, such as a virtual host. It should agree with the
    /// names given to TLS and SASL.
    pub hostname: Option<ByteString>,
    /// The largest frame that the sender of this takes, in octets; never below 512.
    #[amqp(default = u32::MAX)]
    pub max_frame_size: u32,
    /// The highest channel that the sender of this takes.
    #[amqp(default = u16::MAX)]
    pub channel_max: u16,
    /// How often the sender of this wants to see a frame at the least. None, or zero, is no demand.
    pub idle_time_out: Option<Milliseconds>,
    /// The locales that the sender can write texts in, the one it likes best first.
    pub outgoing_locales: Multiple<IetfLanguageTag>,
    /// The locales that it can read texts in.
    pub incoming_locales: Multiple<IetfLanguageTag>,
    /// The extensions that the sender supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// More about the connection: product, version, platform and the like.
    pub properties: Option<Fields>,
}

impl Open {
    /// An `open` with defaults for all but the container's name.
    #[must_use]
    pub fn new(container_id: impl Into<ByteString>) -> Self {
        Self {
            container_id: container_id.into(),
            hostname: None,
            max_frame_size: u32::MAX,
            channel_max: u16::MAX,
            idle_time_out: None,
            outgoing_locales: Multiple::NONE,
            incoming_locales: Multiple::NONE,
            offered_capabilities: Multiple::NONE,
            desired_capabilities: Multiple::NONE,
            properties: None,
        }
    }
}
