//! Writing frames into one buffer (section 2.3).

use std::fmt;

use amqp_types::transport::{FrameType, MIN_MAX_FRAME_SIZE};
use amqp_types::{Encode, EncodeError, Writer};
use bytes::{Bytes, BytesMut};

/// The length of the header in words of four octets: the body begins right after it.
const DOFF: u8 = 2;

/// Writes frames into a buffer, from which they are taken to be sent.
///
/// A connection needs one for its lifetime: after the bytes that [`split`](Self::split) returned
/// have been sent and dropped, their allocation is used again.
///
/// ```
/// use amqp_net::amqp_types::transport::{Begin, Open, ProtocolHeader};
/// use amqp_net::proto::FrameWriter;
///
/// let mut frames = FrameWriter::new(512);
/// frames.buffer_mut().extend_from_slice(&ProtocolHeader::AMQP.to_bytes());
/// frames.amqp(0, &Open::new("me"), b"")?;
/// frames.amqp(0, &Begin::default(), b"")?;
/// let output = frames.split();
/// assert!(output.starts_with(b"AMQP\x00\x01\x00\x00\x00\x00\x00\x12\x02"));
/// # Ok::<(), amqp_net::proto::FrameWriteError>(())
/// ```
#[derive(Debug)]
pub struct FrameWriter {
    buffer: BytesMut,
    max_frame_size: u32,
}

/// The reason why a frame cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameWriteError {
    /// The frame is larger than the peer accepts.
    TooLarge {
        /// The size that the frame would have.
        size: usize,
        /// The largest size that the peer accepts.
        max_frame_size: u32,
    },
    /// The performative cannot be encoded.
    Encode(EncodeError),
}

impl FrameWriter {
    /// Creates a writer for a peer that accepts frames of `max_frame_size` octets. Lower values
    /// are raised to [`MIN_MAX_FRAME_SIZE`]: every peer must accept that size, and until its `open` has been
    /// received no other limit is known (section 2.4.1).
    #[must_use]
    pub fn new(max_frame_size: u32) -> Self {
        Self { buffer: BytesMut::new(), max_frame_size: max_frame_size.max(MIN_MAX_FRAME_SIZE) }
    }

    /// Changes the limit for further frames, after the peer has announced another one (section
    /// 2.7.1). Lower values are raised to [`MIN_MAX_FRAME_SIZE`].
    pub fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
    }

    /// Returns the limit for frames.
    #[must_use]
    pub const fn max_frame_size(&self) -> u32 {
        self.max_frame_size
    }

    /// Writes an AMQP frame: a performative, then the payload.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`] if the frame is larger than the peer accepts, or if the
    /// performative cannot be encoded. Nothing has been written in this case.
    pub fn amqp<P: Encode + ?Sized>(
        &mut self,
        channel: u16,
        performative: &P,
        payload: &[u8],
    ) -> Result<(), FrameWriteError> {
        self.amqp_parts(channel, performative, || std::iter::once(payload))
    }

    /// Writes an AMQP frame, whose payload is in parts.
    pub(crate) fn amqp_parts<'p, P: Encode + ?Sized, I: Iterator<Item = &'p [u8]>>(
        &mut self,
        channel: u16,
        performative: &P,
        payload: impl Fn() -> I,
    ) -> Result<(), FrameWriteError> {
        let write = |writer: &mut Writer<'_>| {
            performative.encode(writer);
            payload().for_each(|part| writer.slice(part));
        };
        self.frame(FrameType::AMQP, channel, write, 0)
    }

    /// Begins an AMQP frame, whose payload of `payload_len` octets must follow.
    pub(crate) fn begin_amqp<P: Encode + ?Sized>(
        &mut self,
        channel: u16,
        performative: &P,
        payload_len: usize,
    ) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, channel, |writer| performative.encode(writer), payload_len)
    }

    /// Writes an AMQP frame whose body has been encoded already, for example by another peer.
    ///
    /// # Errors
    ///
    /// Returns [`FrameWriteError::TooLarge`] if the frame is larger than the peer accepts. Nothing
    /// has been written in this case.
    pub fn relay(&mut self, channel: u16, body: &[u8]) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, channel, |writer| writer.slice(body), 0)
    }

    /// Writes a SASL frame.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameWriteError`], as [`amqp`](Self::amqp) does.
    pub fn sasl<B: Encode + ?Sized>(&mut self, body: &B) -> Result<(), FrameWriteError> {
        self.frame(FrameType::SASL, 0, |writer| body.encode(writer), 0)
    }

    /// Writes an AMQP frame without a body, as a heartbeat (section 2.4.5).
    ///
    /// # Errors
    ///
    /// Returns no error at present, because every peer accepts a frame of 8 octets.
    pub fn empty(&mut self) -> Result<(), FrameWriteError> {
        self.relay(0, b"")
    }

    /// Returns the buffer, for a caller that takes sent bytes from its front, or writes a protocol
    /// header between the frames.
    pub fn buffer_mut(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Returns the number of bytes in the buffer.
    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Takes all bytes out of the buffer, without a copy.
    pub fn split(&mut self) -> Bytes {
        self.buffer.split().freeze()
    }

    /// Writes a frame, except for this many octets at its end, which must follow.
    fn frame(
        &mut self,
        FrameType(frame_type): FrameType,
        channel: u16,
        mut body: impl FnMut(&mut Writer<'_>),
        following: usize,
    ) -> Result<(), FrameWriteError> {
        let start = self.buffer.len();
        let [high, low] = channel.to_be_bytes();
        let written = Writer::append(&mut self.buffer, |writer| {
            // The size is filled in below, when it is known.
            writer.octets([0, 0, 0, 0, DOFF, frame_type, high, low]);
            body(writer);
        });
        let size = written.map_err(FrameWriteError::Encode)? + following;
        let max_frame_size = self.max_frame_size;
        let Some(size) = u32::try_from(size).ok().filter(|size| *size <= max_frame_size) else {
            self.buffer.truncate(start);
            return Err(FrameWriteError::TooLarge { size, max_frame_size });
        };
        if let Some(place) = self.buffer.get_mut(start..).and_then(<[_]>::first_chunk_mut) {
            *place = size.to_be_bytes();
        }
        Ok(())
    }
}

impl std::error::Error for FrameWriteError {}

impl fmt::Display for FrameWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size, max_frame_size } => write!(
                f,
                "a frame of {size} octets is larger than the {max_frame_size} that the peer accepts"
            ),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::security::SaslResponse;
    use amqp_types::transport::{Begin, Close, FrameHeader, Performative, Transfer};

    use super::*;
    use crate::proto::{FrameBody, FrameSplitter};

    #[test]
    fn frames_are_written_to_one_buffer_and_taken_out() {
        let mut frames = FrameWriter::new(512);
        frames.amqp(1, &Begin::default(), b"").unwrap();
        frames.empty().unwrap();
        frames.amqp(1, &Transfer::default(), b"payload").unwrap();
        frames.amqp(0, &Close::default(), b"").unwrap();
        let octets = frames.split();

        for cut in 0..octets.len() {
            let mut splitter = FrameSplitter::new(512);
            let mut bodies = Vec::new();
            let (first, second) = octets.split_at(cut);
            for part in [first, second] {
                splitter.handle_input(part);
                while let Some(frame) = splitter.poll_frame().unwrap() {
                    bodies.push(frame.decode().unwrap());
                }
            }
            let amqp = |channel, performative, payload| FrameBody::Amqp {
                channel,
                performative,
                payload: Bytes::from_static(payload),
            };
            assert_eq!(
                bodies,
                [
                    amqp(1, Performative::Begin(Begin::default()), b""),
                    FrameBody::Empty { channel: 0 },
                    amqp(1, Performative::Transfer(Transfer::default()), b"payload"),
                    amqp(0, Performative::Close(Close::default()), b""),
                ]
            );
        }
    }

    #[test]
    fn a_header_is_written_as_its_layout_says() {
        let mut frames = FrameWriter::new(0x2_0000);
        for (channel, size) in [(0, 8), (0x0102, 9), (0xfffe, 0x0234), (0x8001, 0x1_0203)] {
            frames.relay(channel, &vec![0; size - 8]).unwrap();
            let frame_type = FrameType::AMQP;
            let size = u32::try_from(size).unwrap();
            let header = FrameHeader { size, doff: 2, frame_type, channel };
            assert_eq!(frames.split()[..8], header.to_bytes());
        }
        frames.sasl(&SaslResponse { response: Bytes::from_static(b"response") }).unwrap();
        let octets = frames.split();
        let size = u32::try_from(octets.len()).unwrap();
        let header = FrameHeader { size, doff: 2, frame_type: FrameType::SASL, channel: 0 };
        assert_eq!(octets[..8], header.to_bytes());
    }

    #[test]
    fn a_frame_that_is_too_large_is_not_written() {
        let mut frames = FrameWriter::new(512);
        frames.empty().unwrap();
        let error = frames.amqp(0, &Close::default(), &[0; 501]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a frame of 513 octets is larger than the 512 that the peer accepts"
        );
        assert_eq!(frames.buffer_mut().len(), 8);
        frames.relay(3, &[0; 505]).unwrap_err();
        frames.relay(3, &[7; 4]).unwrap();
        assert_eq!(
            frames.split(),
            b"\0\0\0\x08\x02\0\0\0\0\0\0\x0c\x02\0\0\x03\x07\x07\x07\x07"[..]
        );
    }

    #[test]
    fn the_peers_limit_changes() {
        let mut frames = FrameWriter::new(0);
        frames.relay(0, &[0; 505]).unwrap_err();
        frames.set_max_frame_size(513);
        frames.relay(0, &[0; 505]).unwrap();
        frames.set_max_frame_size(0);
        frames.relay(0, &[0; 505]).unwrap_err();
        frames.relay(0, &[0; 504]).unwrap();
        assert_eq!(frames.split().len(), 513 + 512);
    }
}
