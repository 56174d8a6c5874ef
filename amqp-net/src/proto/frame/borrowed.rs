//! What is in a frame, borrowed from it.

use amqp_types::security::SaslFrameRef;
use amqp_types::transport::{FrameHeader, FrameType, PerformativeRef};
use amqp_types::{Decode, Reader};

use super::{Frame, FrameBodyError};

/// A [`FrameBody`](super::FrameBody) that borrows: it is decoded without an allocation.
#[expect(
    clippy::large_enum_variant,
    reason = "a body is used where it was decoded, and a box is an allocation"
)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FrameBodyRef<'a> {
    /// An AMQP frame.
    Amqp {
        /// The channel that it is on.
        channel: u16,
        /// What it does.
        performative: PerformativeRef<'a>,
        /// The octets behind the performative. Only a transfer gives them a meaning: they are part
        /// of a message.
        payload: &'a [u8],
    },
    /// An AMQP frame without a body: a sign of life (section 2.4.5).
    Empty {
        /// The channel that it is on. It means nothing.
        channel: u16,
    },
    /// A SASL frame.
    Sasl(SaslFrameRef<'a>),
}

impl Frame {
    /// Decodes the body, which stays in the frame.
    ///
    /// # Errors
    ///
    /// [`FrameBodyError`], as [`decode`](Self::decode).
    pub fn decode_borrowed(&self) -> Result<FrameBodyRef<'_>, FrameBodyError> {
        let FrameHeader { frame_type, channel, .. } = self.header;
        match frame_type {
            FrameType::AMQP if self.body.is_empty() => Ok(FrameBodyRef::Empty { channel }),
            FrameType::AMQP => {
                let (performative, len) = PerformativeRef::prefix_of(Reader::new(&self.body))?;
                let payload = self.body.get(len..).unwrap_or_default();
                Ok(FrameBodyRef::Amqp { channel, performative, payload })
            }
            FrameType::SASL if self.body.is_empty() => Err(FrameBodyError::EmptySasl),
            FrameType::SASL => Ok(SaslFrameRef::from_bytes(&self.body).map(FrameBodyRef::Sasl)?),
            other => Err(FrameBodyError::UnknownType(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{Open, Performative, Transfer};
    use amqp_types::{Encode, Owned};
    use bytes::Bytes;

    use super::super::FrameBody;
    use super::*;

    fn frame(frame_type: FrameType, body: &[u8]) -> Frame {
        let header = FrameHeader { size: 0, doff: 2, frame_type, channel: 7 };
        Frame { header, body: Bytes::copy_from_slice(body) }
    }

    #[test]
    fn the_same_is_read_or_wrong() {
        let transfer = Transfer::default().to_bytes().unwrap();
        let open = Open::new("container").to_bytes().unwrap();
        let bodies = [b"", &transfer[..], &[&transfer[..], b"payload"].concat(), &open, &open[1..]];
        for body in bodies {
            for frame_type in [FrameType::AMQP, FrameType::SASL, FrameType(9)] {
                let frame = frame(frame_type, body);
                let borrowed = frame.decode_borrowed().map(|body| match body {
                    FrameBodyRef::Amqp { channel, performative, payload } => FrameBody::Amqp {
                        channel,
                        performative: Performative::from_borrowed(performative),
                        payload: Bytes::copy_from_slice(payload),
                    },
                    FrameBodyRef::Empty { channel } => FrameBody::Empty { channel },
                    FrameBodyRef::Sasl(sasl) => FrameBody::Sasl(Owned::from_borrowed(sasl)),
                });
                assert_eq!(borrowed, frame.decode());
            }
        }
    }
}
