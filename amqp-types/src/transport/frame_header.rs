//! The frame header: eight octets before each frame's body (section 2.3.1).

use crate::Layout;

/// The fixed part of a frame (section 2.3.1).
///
/// ```
/// use amqp_types::transport::{FrameHeader, FrameType};
///
/// let header = FrameHeader { size: 8, doff: 2, frame_type: FrameType::AMQP, channel: 1 };
/// assert_eq!(header.to_bytes(), [0, 0, 0, 8, 2, 0, 0, 1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Layout)]
pub struct FrameHeader {
    /// How many octets the whole frame takes, this header included; at least 8.
    pub size: u32,
    /// Where the body begins, in words of four octets from the start of the frame; at least 2.
    pub doff: u8,
    /// What the frame is.
    pub frame_type: FrameType,
    /// The channel of an AMQP frame; in a SASL frame it means nothing and is 0 (section 5.3.1).
    pub channel: u16,
}

/// What a frame is: its format and purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Layout)]
pub struct FrameType(pub u8);

impl FrameType {
    /// An AMQP frame (section 2.3.2).
    pub const AMQP: Self = Self(0);
    /// A SASL frame (section 5.3.1).
    pub const SASL: Self = Self(1);
}
