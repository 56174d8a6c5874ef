//! Frames: cutting a stream of octets into them, what is in one, writing them (section 2.3).

mod begun;
mod body;
mod borrowed;
mod error;
mod split;
mod write;

use amqp_types::transport::FrameHeader;
use bytes::Bytes;

pub use self::body::{FrameBody, FrameBodyError};
pub use self::borrowed::{FrameBodyRef, FrameRef};
pub use self::error::FrameError;
pub use self::split::FrameSplitter;
pub use self::write::{FrameWriteError, FrameWriter};

/// A whole frame. Its extended header is left out: it means nothing (section 2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The header, as it was received.
    pub header: FrameHeader,
    /// All octets of the body; none in an empty frame.
    pub body: Bytes,
}

#[cfg(test)]
mod tests;
