//! The rules for the header of a frame (section 2.3.1).

use amqp_types::transport::{FrameHeader, FrameType};

use super::body::Frame;
use super::error::FrameError;

/// The size of the smallest frame, which is nothing but a header.
const HEADER_LEN: u32 = 8;

/// The header of a frame, checked against the rules and the limit.
#[derive(Clone, Copy, Debug)]
pub(in crate::proto) struct FrameHead(FrameHeader);

impl FrameHead {
    /// Reads the header that `input` begins with. Returns `None` if the input ends before the
    /// header does.
    #[inline]
    pub(in crate::proto) fn read(
        input: &[u8],
        max_frame_size: u32,
    ) -> Result<Option<Self>, FrameError> {
        let &[a, b, c, d, doff, frame_type, e, f, ..] = input else { return Ok(None) };
        let size = u32::from_be_bytes([a, b, c, d]);
        if size < HEADER_LEN {
            return Err(FrameError::TooSmall { size });
        }
        if size > max_frame_size {
            return Err(FrameError::TooLarge { size, max_frame_size });
        }
        if doff < 2 || u32::from(doff) * 4 > size {
            return Err(FrameError::DataOffset { doff, size });
        }
        let (frame_type, channel) = (FrameType(frame_type), u16::from_be_bytes([e, f]));
        Ok(Some(Self(FrameHeader { size, doff, frame_type, channel })))
    }

    /// Returns the size of the whole frame.
    #[inline]
    pub(in crate::proto) const fn size(self) -> usize {
        self.0.size as usize
    }

    /// Returns the frame with this body.
    #[inline]
    pub(in crate::proto) const fn with_body<B>(self, body: B) -> Frame<B> {
        Frame { header: self.0, body }
    }

    /// Returns where the body begins.
    #[inline]
    pub(in crate::proto) const fn body_offset(self) -> usize {
        self.0.doff as usize * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_its_layout_says() {
        for doff in [2, 3, 0x7f, 0xff] {
            for shift in 0..32 {
                for (frame_type, channel) in [(0, 0x0102), (1, 0xfffe), (0x83, 0x8001)] {
                    let size = (0x8765_4321_u32 >> shift).max(u32::from(doff) * 4);
                    let frame_type = FrameType(frame_type);
                    let header = FrameHeader { size, doff, frame_type, channel };
                    let octets = header.to_bytes();
                    let head = FrameHead::read(&octets, u32::MAX).unwrap().unwrap();
                    assert_eq!(head.with_body(()).header, header);
                    assert_eq!(FrameHeader::from_bytes(&octets), Ok(header));
                    assert!(FrameHead::read(&octets[..7], u32::MAX).unwrap().is_none());
                }
            }
        }
    }
}
