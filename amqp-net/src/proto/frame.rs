//! Cutting a stream of octets into frames (section 2.3).

mod body;
mod borrowed;
mod write;

use std::fmt;

use amqp_types::transport::{FrameHeader, MIN_MAX_FRAME_SIZE};
use bytes::{Buf, Bytes, BytesMut};

pub use self::body::{FrameBody, FrameBodyError};
pub use self::borrowed::FrameBodyRef;
pub use self::write::{FrameWriteError, FrameWriter};
use super::fault::Fault;

/// The smallest frame, in octets: its header and nothing else.
const HEADER_LEN: u32 = 8;

/// A whole frame. Its extended header is left out: it means nothing (section 2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The header, as it was received.
    pub header: FrameHeader,
    /// All octets of the body; none in an empty frame.
    pub body: Bytes,
}

/// Takes in octets, cut anywhere, and gives out frames.
#[derive(Debug)]
pub struct FrameSplitter {
    octets: BytesMut,
    max_frame_size: u32,
    /// The frame that the octets begin with, once its header has been found right.
    begun: Option<Begun>,
}

/// A frame of which the header is there.
#[derive(Clone, Copy, Debug)]
struct Begun {
    header: FrameHeader,
    /// Where the frame ends, and where its body begins, in octets.
    size: usize,
    body_at: usize,
}

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

impl FrameSplitter {
    /// Takes frames of at most so many octets, their headers included. A limit below
    /// [`MIN_MAX_FRAME_SIZE`] counts as that: it is the limit before `open` has been exchanged
    /// (section 2.4.1).
    pub fn new(max_frame_size: u32) -> Self {
        let max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
        Self { octets: BytesMut::new(), max_frame_size, begun: None }
    }

    /// Another limit, in octets, has been announced to the peer (section 2.7.1). It holds for each
    /// frame whose header is looked at from now on; one that has begun already may still come to its
    /// end. A limit below [`MIN_MAX_FRAME_SIZE`] counts as that.
    pub fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
    }

    /// These octets have come. They are kept until they are given out: who hands in no more than a
    /// frame at a time has no more than that kept.
    pub fn handle_input(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// The next frame, if all of it has come.
    ///
    /// # Errors
    ///
    /// [`FrameError`]. Where the next frame begins cannot be known then: each further call gives
    /// the same error, unless the frame was too large and the limit has been raised.
    pub fn poll_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let begun = match self.begun.take() {
            Some(begun) => begun,
            None => {
                let header = self.octets.get(..FrameHeader::LEN).map(FrameHeader::from_bytes);
                let Some(Ok(header)) = header else { return Ok(None) };
                self.check(header)?
            }
        };
        if self.octets.len() < begun.size {
            self.begun = Some(begun);
            return Ok(None);
        }
        let mut body = self.octets.split_to(begun.size).freeze();
        body.advance(begun.body_at);
        Ok(Some(Frame { header: begun.header, body }))
    }

    fn check(&self, header: FrameHeader) -> Result<Begun, FrameError> {
        let FrameHeader { size, doff, .. } = header;
        let max_frame_size = self.max_frame_size;
        let body_at = u32::from(doff) * 4;
        if size < HEADER_LEN {
            return Err(FrameError::TooSmall { size });
        }
        if size > max_frame_size {
            return Err(FrameError::TooLarge { size, max_frame_size });
        }
        if doff < 2 || body_at > size {
            return Err(FrameError::DataOffset { doff, size });
        }
        Ok(Begun { header, size: size as usize, body_at: body_at as usize })
    }

    /// The octets that have come and are part of no frame yet.
    pub fn into_rest(self) -> Bytes {
        self.octets.freeze()
    }

    /// Whether a frame has begun that is not all there.
    pub fn is_inside_frame(&self) -> bool {
        !self.octets.is_empty()
    }
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

#[cfg(test)]
mod tests;
