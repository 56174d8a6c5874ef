//! The frame header: the first eight octets of each frame (section 2.3.1).

use crate::Layout;

/// The fixed eight octets at the start of a frame (section 2.3.1).
///
/// ```
/// use amqp_types::transport::{FrameHeader, FrameType};
///
/// let header = FrameHeader { size: 8, doff: 2, frame_type: FrameType::AMQP, channel: 1 };
/// assert_eq!(header.to_bytes(), [0, 0, 0, 8, 2, 0, 0, 1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Layout)]
pub struct FrameHeader {
    /// The size of the frame in octets, including this header; at least 8.
    pub size: u32,
    /// The offset of the body from the start of the frame, in words of four octets; at least 2.
    pub doff: u8,
    /// The type of the frame.
    pub frame_type: FrameType,
    /// The channel of an AMQP frame. A SASL frame has none, and its sender writes 0 (section
    /// 5.3.1).
    pub channel: u16,
}

/// The type of a frame, which determines the format and the purpose of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Layout)]
pub struct FrameType(pub u8);

impl FrameType {
    /// An AMQP frame (section 2.3.2).
    pub const AMQP: Self = Self(0);
    /// A SASL frame (section 5.3.1).
    pub const SASL: Self = Self(1);
}
