//! `open`: negotiates the parameters of a connection (section 2.7.1).

use bytestring::ByteString;

use crate::definitions::{Fields, IetfLanguageTag, Milliseconds};
use crate::{Composite, Multiple, Symbol};

/// Opens a connection: identifies the container and announces its limits (section 2.7.1).
///
/// Each peer sends it once, on channel 0, as its first frame.
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:open:list", code = 0x10, borrowed = OpenRef)]
pub struct Open {
    /// The id of the container that sends this performative.
    pub container_id: ByteString,
    /// The host that the client wants to reach, such as a virtual host. It should be the same as
    /// the host name given to TLS and SASL.
    pub hostname: Option<ByteString>,
    /// The maximum size, in octets, of the frames that the sender accepts; at least 512.
    #[amqp(default = u32::MAX)]
    pub max_frame_size: u32,
    /// The highest channel number that the sender accepts.
    #[amqp(default = u16::MAX)]
    pub channel_max: u16,
    /// The time without a frame after which the sender closes the connection. `None` and zero mean
    /// that there is no such limit.
    pub idle_time_out: Option<Milliseconds>,
    /// The locales that the sender can use for the texts it sends, in order of preference.
    pub outgoing_locales: Multiple<IetfLanguageTag>,
    /// The locales that the sender prefers for the texts it receives, in order of preference.
    pub incoming_locales: Multiple<IetfLanguageTag>,
    /// The extensions that the sender of this performative supports.
    pub offered_capabilities: Multiple<Symbol>,
    /// The extensions that the sender of this performative may use if the peer supports them.
    pub desired_capabilities: Multiple<Symbol>,
    /// Properties of the connection, such as the product, its version and its platform.
    pub properties: Option<Fields>,
}

impl Open {
    /// Creates an `open` with this container id and the defaults of the standard.
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
