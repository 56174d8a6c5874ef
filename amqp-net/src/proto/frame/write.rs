//! Writing frames, many of them into one buffer (section 2.3).

use std::fmt;

use amqp_types::transport::{FrameHeader, FrameType, MIN_MAX_FRAME_SIZE};
use amqp_types::{Encode, TooLong};

/// How many words of four octets the header takes: the body begins right behind it.
const DOFF: u8 = 2;

/// Appends frames to octets that are to be sent.
#[derive(Debug)]
pub struct FrameWriter<'o> {
    octets: &'o mut Vec<u8>,
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
    /// Something in it is longer than 2^32-1 octets.
    TooLong(TooLong),
}

impl<'o> FrameWriter<'o> {
    /// Appends to these octets frames that a peer takes which announced this limit, in octets. A
    /// limit below [`MIN_MAX_FRAME_SIZE`] counts as that: every peer must take so much.
    pub fn new(octets: &'o mut Vec<u8>, max_frame_size: u32) -> Self {
        Self { octets, max_frame_size: max_frame_size.max(MIN_MAX_FRAME_SIZE) }
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
        self.frame(FrameType::AMQP, channel, |octets| {
            performative.encode_to(octets)?;
            octets.extend_from_slice(payload);
            Ok(())
        })
    }

    /// Writes an AMQP frame whose body is passed on octet for octet, as it came, on a channel of
    /// one's own.
    ///
    /// # Errors
    ///
    /// [`FrameWriteError`]; nothing has been written then.
    pub fn relay(&mut self, channel: u16, body: &[u8]) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, channel, |octets| {
            octets.extend_from_slice(body);
            Ok(())
        })
    }

    /// Writes a SASL frame.
    ///
    /// # Errors
    ///
    /// [`FrameWriteError`]; nothing has been written then.
    pub fn sasl<B: Encode + ?Sized>(&mut self, body: &B) -> Result<(), FrameWriteError> {
        self.frame(FrameType::SASL, 0, |octets| body.encode_to(octets))
    }

    /// Writes an AMQP frame without a body: a sign of life (section 2.4.5).
    ///
    /// # Errors
    ///
    /// None: every peer takes a frame of 8 octets.
    pub fn empty(&mut self) -> Result<(), FrameWriteError> {
        self.frame(FrameType::AMQP, 0, |_| Ok(()))
    }

    fn frame(
        &mut self,
        frame_type: FrameType,
        channel: u16,
        body: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLong>,
    ) -> Result<(), FrameWriteError> {
        let start = self.octets.len();
        // The size goes before the body and is known after it.
        let header = FrameHeader { size: 0, doff: DOFF, frame_type, channel };
        self.octets.extend_from_slice(&header.to_bytes());
        let written = body(self.octets).map_err(FrameWriteError::TooLong).and_then(|()| {
            let size = self.octets.len() - start;
            let max_frame_size = self.max_frame_size;
            match u32::try_from(size) {
                Ok(size) if size <= max_frame_size => Ok(size),
                _ => Err(FrameWriteError::TooLarge { size, max_frame_size }),
            }
        });
        match written {
            Ok(size) => {
                let place = self.octets.get_mut(start..).and_then(<[u8]>::first_chunk_mut);
                if let Some(place) = place {
                    *place = size.to_be_bytes();
                }
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
            Self::TooLong(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{Begin, Close, Performative, Transfer};
    use bytes::Bytes;

    use super::*;
    use crate::proto::{FrameBody, FrameSplitter};

    #[test]
    fn frames_go_into_one_buffer_and_come_out_again() {
        let mut octets = Vec::new();
        let mut frames = FrameWriter::new(&mut octets, 512);
        frames.amqp(1, &Begin::default(), b"").unwrap();
        frames.empty().unwrap();
        frames.amqp(1, &Transfer::default(), b"payload").unwrap();
        frames.amqp(0, &Close::default(), b"").unwrap();

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
        let mut octets = vec![7];
        let error = FrameWriter::new(&mut octets, 512).amqp(0, &Close::default(), &[0; 501]);
        assert_eq!(
            error.unwrap_err().to_string(),
            "a frame of 513 octets is more than the 512 the peer takes"
        );
        assert_eq!(octets, [7]);
    }
}
