//! The rules for the header of a frame (section 2.3.1).

use amqp_types::transport::FrameHeader;

use super::body::Frame;
use super::error::FrameError;

/// The size of the smallest frame, which is nothing but a header.
const HEADER_LEN: u32 = 8;

/// The header of a frame, checked against the rules and the limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameHead(FrameHeader);

impl FrameHead {
    /// Reads the header that `input` begins with. Returns `None` if the input ends before the
    /// header does.
    #[inline]
    pub(super) fn read(input: &[u8], max_frame_size: u32) -> Result<Option<Self>, FrameError> {
        let header = input.get(..FrameHeader::LEN).map(FrameHeader::from_bytes);
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
        Ok(Some(Self(header)))
    }

    /// Returns the size of the whole frame.
    #[inline]
    pub(super) const fn size(self) -> usize {
        self.0.size as usize
    }

    /// Returns the frame with this body.
    #[inline]
    pub(super) const fn with_body<B>(self, body: B) -> Frame<B> {
        Frame { header: self.0, body }
    }

    /// Returns where the body begins.
    #[inline]
    pub(super) const fn body_offset(self) -> usize {
        self.0.doff as usize * 4
    }

    /// Splits the frame off the front of `input`. Returns it with the rest of the input, or `None`
    /// if the input ends before the frame does.
    #[inline]
    pub(super) fn split(self, input: &[u8]) -> Option<(Frame<&[u8]>, &[u8])> {
        let (frame, rest) = input.split_at_checked(self.size())?;
        let body = frame.get(self.body_offset()..)?;
        Some((self.with_body(body), rest))
    }
}
