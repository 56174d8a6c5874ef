//! Writing frames, many of them into one buffer (section 2.3).

use std::fmt;

use amqp_types::transport::{FrameHeader, FrameType, MIN_MAX_FRAME_SIZE};
use amqp_types::{Encode, EncodeError};
use bytes::{Bytes, BytesMut};

/// How many words of four octets the header takes: the body begins right behind it.
const DOFF: u8 = 2;

/// Takes in frames, and gives out the octets that are to be sent.
///
/// Keep one for the life of a connection: what it gives out is split off the room that it has, and
/// once that has been sent and let go, the room is used again.
///
/// ```
/// use amqp_net::proto::FrameWriter;
/// use amqp_net::amqp_types::transport::{Begin, Open, ProtocolHeader};
///
/// let mut frames = FrameWriter::new(512);
/// frames.octets_mut().extend_from_slice(&ProtocolHeader::AMQP.to_bytes());
/// frames.amqp(0, &Open::new("me"), b"")?;
/// frames.amqp(0, &Begin::default(), b"")?;
/// let to_send = frames.split();
/// assert!(to_send.starts_with(b"AMQP\x00\x01\x00\x00\x00\x00\x00\x12\x02"));
/// # Ok::<(), amqp_net::proto::FrameWriteError>(())
/// ```
#[derive(Debug)]
pub struct FrameWriter {
    octets: BytesMut,
    max_frame_size: u32,
}

/// A frame that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameWriteError {
    /// It is larger than the peer takes.
    TooLarge {
        /// How many octets it would have.
        size: usize,
        /// The largest that the peer takes.
        max_frame_size: u32,
    },
    /// The performative cannot be written.
    Encode(EncodeError),
}

impl FrameWriter {
    /// Writes frames that a peer takes which announced this limit, in octets. A limit below
    /// [`MIN_MAX_FRAME_SIZE`] counts as that: every peer must take so much, and before its `open`
    /// has come, no more can be known (section 2.4.1).
    #[must_use]
    pub fn new(max_frame_size: u32) -> Self {
        Self { octets: BytesMut::new(), max_frame_size: max_frame_size.max(MIN_MAX_FRAME_SIZE) }
    }

    /// The peer has announced another limit, in octets (section 2.7.1): it holds for frames that are
    /// written from now on. One below [`MIN_MAX_FRAME_SIZE`] counts as that.
    pub fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
    }

    /// Writes an AMQP frame: a performative, and the payload behind it.
    ///
    /// # Errors
    ///
    /// [`FrameWriteError`]; nothing has been written then.
    pub fn amqp<P: Encode + ?Sized>(
        &mut self,
        channel: u16,
        performative: &P,
        payload: &[u8],
    ) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, channel, |octets| performative.encode_to(octets), payload)
    }

    /// Writes an AMQP frame whose body is passed on octet for octet, as it came, on a channel of
    /// one's own.
    ///
    /// # Errors
    ///
    /// [`FrameWriteError`]; nothing has been written then.
    pub fn relay(&mut self, channel: u16, body: &[u8]) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, channel, |_| Ok(()), body)
    }

    /// Writes a SASL frame.
    ///
    /// # Errors
    ///
    /// [`FrameWriteError`]; nothing has been written then.
    pub fn sasl<B: Encode + ?Sized>(&mut self, body: &B) -> Result<(), FrameWriteError> {
        self.frame(FrameType::SASL, 0, |octets| body.encode_to(octets), b"")
    }

    /// Writes an AMQP frame without a body: a sign of life (section 2.4.5).
    ///
    /// # Errors
    ///
    /// None: every peer takes a frame of 8 octets.
    pub fn empty(&mut self) -> Result<(), FrameWriteError> {
        self.relay(0, b"")
    }

    /// The octets that are to be sent, for a caller who takes them from the front as they are sent,
    /// or puts a protocol header between the frames.
    pub fn octets_mut(&mut self) -> &mut BytesMut {
        &mut self.octets
    }

    /// Gives out all octets that are to be sent; none are left. Nothing is copied.
    pub fn split(&mut self) -> Bytes {
        self.octets.split().freeze()
    }

    fn frame(
        &mut self,
        frame_type: FrameType,
        channel: u16,
        performative: impl FnOnce(&mut BytesMut) -> Result<(), EncodeError>,
        payload: &[u8],
    ) -> Result<(), FrameWriteError> {
        let start = self.octets.len();
        // The size goes before the performative and is known after it.
        let mut header = FrameHeader { size: 0, doff: DOFF, frame_type, channel };
        self.octets.extend_from_slice(&header.to_bytes());
        let written = performative(&mut self.octets).map_err(FrameWriteError::Encode);
        let size = self.octets.len() - start + payload.len();
        let max_frame_size = self.max_frame_size;
        let fits = u32::try_from(size).ok().filter(|size| *size <= max_frame_size);
        match written.and(fits.ok_or(FrameWriteError::TooLarge { size, max_frame_size })) {
            Ok(size) => {
                header.size = size;
                if let Some(place) = self.octets.get_mut(start..).and_then(<[_]>::first_chunk_mut) {
                    *place = header.to_bytes();
                }
                self.octets.extend_from_slice(payload);
                Ok(())
            }
            Err(error) => {
                self.octets.truncate(start);
                Err(error)
            }
        }
    }
}

impl std::error::Error for FrameWriteError {}

impl fmt::Display for FrameWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size, max_frame_size } => {
                write!(
                    f,
                    "a frame of {size} octets is more than the {max_frame_size} the peer takes"
                )
            }
            Self::Encode(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{Begin, Close, Performative, Transfer};

    use super::*;
    use crate::proto::{FrameBody, FrameSplitter};

    #[test]
    fn frames_go_into_one_buffer_and_come_out_again() {
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
    fn a_frame_that_is_too_large_leaves_nothing_behind() {
        let mut frames = FrameWriter::new(512);
        frames.empty().unwrap();
        let error = frames.amqp(0, &Close::default(), &[0; 501]).unwrap_err();
        assert_eq!(error.to_string(), "a frame of 513 octets is more than the 512 the peer takes");
        assert_eq!(frames.octets_mut().len(), 8);
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
