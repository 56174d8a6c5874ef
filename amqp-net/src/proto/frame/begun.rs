//! The rules for a frame's header, whoever reads the frame (section 2.3.1).

use amqp_types::transport::FrameHeader;

use super::{FrameError, FrameRef};

/// The smallest frame, in octets: its header and nothing else.
const HEADER_LEN: u32 = 8;

/// A frame that has begun: its header is there, and is right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) header: FrameHeader,
}

impl Begun {
    /// The frame that these octets begin with, if all of its header is there.
    #[inline]
    pub(super) fn at_front(octets: &[u8], max_frame_size: u32) -> Result<Option<Self>, FrameError> {
        let header = octets.get(..FrameHeader::LEN).map(FrameHeader::from_bytes);
        let Some(Ok(header)) = header else { return Ok(None) };
        let FrameHeader { size, doff, .. } = header;
        if size < HEADER_LEN {
            return Err(FrameError::TooSmall { size });
        }
        if size > max_frame_size {
            return Err(FrameError::TooLarge { size, max_frame_size });
        }
        if doff < 2 || u32::from(doff) * 4 > size {
            return Err(FrameError::DataOffset { doff, size });
        }
        Ok(Some(Self { header }))
    }

    /// How many octets the whole frame takes.
    #[inline]
    pub(super) const fn size(self) -> usize {
        self.header.size as usize
    }

    /// How many octets come before the body.
    #[inline]
    pub(super) const fn body_at(self) -> usize {
        self.header.doff as usize * 4
    }

    /// The frame, if all of it is there, and what is behind it.
    #[inline]
    pub(super) fn split(self, octets: &[u8]) -> Option<(FrameRef<'_>, &[u8])> {
        let (frame, rest) = octets.split_at_checked(self.size())?;
        let body = frame.get(self.body_at()..)?;
        Some((FrameRef { header: self.header, body }, rest))
    }
}
