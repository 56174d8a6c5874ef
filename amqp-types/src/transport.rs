//! Part 2 of the standard: what goes over a connection.

mod frame_header;
mod protocol_header;

pub use frame_header::{FrameHeader, FrameType};
pub use protocol_header::{ProtocolHeader, ProtocolId};
