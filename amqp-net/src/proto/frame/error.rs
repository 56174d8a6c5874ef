//! What is wrong with a frame's header.

use std::fmt;

use crate::proto::Fault;

/// What is wrong with a frame's header (section 2.3.1). It is seen as soon as the header is there;
/// the rest of such a frame is not waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// A size that does not even have room for the header.
    TooSmall {
        /// The size, in octets.
        size: u32,
    },
    /// A size above the limit.
    TooLarge {
        /// The size, in octets.
        size: u32,
        /// The largest that is taken here.
        max_frame_size: u32,
    },
    /// The body would begin inside the header, or behind the frame's end.
    DataOffset {
        /// The data offset, in words of four octets.
        doff: u8,
        /// The size of the frame, in octets.
        size: u32,
    },
}

impl FrameError {
    /// Whose fault it is: the peer's.
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl std::error::Error for FrameError {}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { size } => {
                write!(f, "a frame of {size} octets has no room for its header of 8")
            }
            Self::TooLarge { size, max_frame_size } => {
                write!(f, "a frame of {size} octets is more than the {max_frame_size} taken here")
            }
            Self::DataOffset { doff, size } => write!(
                f,
                "the body of a frame of {size} octets cannot begin at octet {}",
                u32::from(*doff) * 4
            ),
        }
    }
}
