//! Errors in the header of a frame.

use std::fmt;

use crate::proto::fault::Fault;

/// The reason why the header of a frame was refused (section 2.3.1). It is found as soon as the
/// header has been received, before the rest of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// The size is smaller than the header.
    TooSmall {
        /// The size of the frame.
        size: u32,
    },
    /// The size is above the limit.
    TooLarge {
        /// The size of the frame.
        size: u32,
        /// The limit.
        max_frame_size: u32,
    },
    /// The body would begin inside the header or after the end of the frame.
    DataOffset {
        /// The data offset, in words of four octets.
        doff: u8,
        /// The size of the frame.
        size: u32,
    },
}

impl FrameError {
    /// Returns [`Fault::Peer`].
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl std::error::Error for FrameError {}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { size } => write!(
                f,
                "the frame header announces {size} octets, fewer than the 8 of the header itself"
            ),
            Self::TooLarge { size, max_frame_size } => write!(
                f,
                "the frame header announces {size} octets, more than the limit of {max_frame_size}"
            ),
            Self::DataOffset { doff, size } => write!(
                f,
                "the body of a frame of {size} octets cannot begin at octet {}",
                u32::from(*doff) * 4
            ),
        }
    }
}
