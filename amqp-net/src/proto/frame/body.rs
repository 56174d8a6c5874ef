//! A frame and its decoded body (sections 2.3.2 and 5.3.1).

use std::fmt;

use amqp_types::security::{SaslFrame, SaslFrameRef};
use amqp_types::transport::{FrameHeader, FrameType, Performative, PerformativeRef};
use amqp_types::{Decode, DecodeError, Decoder};
use bytes::Bytes;

use crate::proto::fault::Fault;

/// A whole frame, without its extended header, which has no meaning (section 2.3.1).
///
/// `B` is the type of the body: [`Bytes`] if the frame owns it, or `&[u8]` if it borrows from the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<B> {
    /// The header, as it was received.
    pub header: FrameHeader,
    /// The bytes of the body, none if the frame is empty.
    pub body: B,
}

/// The decoded body of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBody<B: FrameBytes> {
    /// An AMQP frame.
    Amqp {
        /// The channel of the frame.
        channel: u16,
        /// The performative.
        performative: B::Performative,
        /// The bytes after the performative. They have a meaning only in a transfer, where they are part
        /// of a message.
        payload: B,
    },
    /// An AMQP frame without a body, sent as a heartbeat (section 2.4.5).
    Empty {
        /// The channel of the frame, which has no meaning.
        channel: u16,
    },
    /// A SASL frame.
    Sasl(B::SaslFrame),
}

/// The reason why the body of a frame was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameBodyError {
    /// The standard does not define this type of frame (section 2.3.1).
    UnknownType(FrameType),
    /// A SASL frame without a body (section 5.3.1).
    EmptySasl,
    /// The body cannot be decoded. Positions count from the start of the body.
    Decode(DecodeError),
}

impl<B: FrameBytes> Frame<B> {
    /// Decodes the body. Its content shares the bytes of the frame, or borrows from the input like the frame.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameBodyError`] if the standard does not define such a frame, or if the body
    /// cannot be decoded.
    #[inline]
    pub fn decode(&self) -> Result<FrameBody<B>, FrameBodyError> {
        let FrameHeader { frame_type, channel, .. } = self.header;
        let is_empty = self.body.as_ref().is_empty();
        match frame_type {
            FrameType::AMQP if is_empty => Ok(FrameBody::Empty { channel }),
            FrameType::AMQP => {
                self.body.decode_performative(channel).map_err(FrameBodyError::Decode)
            }
            FrameType::SASL if is_empty => Err(FrameBodyError::EmptySasl),
            FrameType::SASL => Ok(FrameBody::Sasl(self.body.decode_sasl_frame()?)),
            other => Err(FrameBodyError::UnknownType(other)),
        }
    }
}

impl Frame<Bytes> {
    /// Borrows the frame, to decode its body without an allocation. A payload that is to outlive
    /// the frame can share its bytes: `frame.body.slice_ref(payload)`.
    #[inline]
    #[must_use]
    pub fn as_borrowed(&self) -> Frame<&[u8]> {
        Frame { header: self.header, body: &self.body }
    }
}

impl Frame<&[u8]> {
    /// Copies the body into a frame that can be kept.
    #[must_use]
    pub fn into_owned(self) -> Frame<Bytes> {
        Frame { header: self.header, body: Bytes::copy_from_slice(self.body) }
    }
}

impl FrameBodyError {
    /// Returns [`Fault::Peer`].
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl From<DecodeError> for FrameBodyError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl std::error::Error for FrameBodyError {}

impl fmt::Display for FrameBodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType(FrameType(other)) => {
                write!(f, "unknown frame type {other}: 0 is AMQP, 1 is SASL")
            }
            Self::EmptySasl => f.write_str("a SASL frame must have a body"),
            Self::Decode(error) => write!(f, "cannot decode the body of a frame: {error}"),
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for bytes::Bytes {}
    impl Sealed for &[u8] {}
}

/// The bytes of a frame's body: [`Bytes`] or `&[u8]`.
///
/// From [`Bytes`], owned types are decoded that share the allocation of the frame. From `&[u8]`,
/// borrowed types are decoded, without an allocation.
pub trait FrameBytes: AsRef<[u8]> + Sized + sealed::Sealed {
    /// The performative of an AMQP frame: [`Performative`] or [`PerformativeRef`].
    type Performative;
    /// The body of a SASL frame: [`SaslFrame`] or [`SaslFrameRef`].
    type SaslFrame;

    /// Decodes the body of an AMQP frame: a performative, and the payload after it.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the bytes do not begin with a performative.
    fn decode_performative(&self, channel: u16) -> Result<FrameBody<Self>, DecodeError>;

    /// Decodes the body of a SASL frame, which is all of these bytes.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the bytes are not exactly one such body.
    fn decode_sasl_frame(&self) -> Result<Self::SaslFrame, DecodeError>;
}

impl FrameBytes for Bytes {
    type Performative = Performative;
    type SaslFrame = SaslFrame;

    #[inline]
    fn decode_performative(&self, channel: u16) -> Result<FrameBody<Self>, DecodeError> {
        Decoder::shared(self).read(|reader| {
            let performative = Performative::decode(reader)?;
            let payload = self.slice(self.len() - reader.remaining().len()..);
            Ok(FrameBody::Amqp { channel, performative, payload })
        })
    }

    fn decode_sasl_frame(&self) -> Result<SaslFrame, DecodeError> {
        SaslFrame::from_shared(self)
    }
}

impl<'a> FrameBytes for &'a [u8] {
    type Performative = PerformativeRef<'a>;
    type SaslFrame = SaslFrameRef<'a>;

    #[inline]
    fn decode_performative(&self, channel: u16) -> Result<FrameBody<Self>, DecodeError> {
        Decoder::new(self).read(|reader| {
            let performative = PerformativeRef::decode(reader)?;
            Ok(FrameBody::Amqp { channel, performative, payload: reader.remaining() })
        })
    }

    fn decode_sasl_frame(&self) -> Result<SaslFrameRef<'a>, DecodeError> {
        SaslFrameRef::from_bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{Open, Transfer};
    use amqp_types::{Encode, Owned as _};

    use super::*;

    fn frame(frame_type: FrameType, body: &[u8]) -> Frame<Bytes> {
        let header = FrameHeader { size: 0, doff: 2, frame_type, channel: 7 };
        Frame { header, body: Bytes::copy_from_slice(body) }
    }

    #[test]
    fn borrowed_and_owned_bodies_and_errors_are_equal() {
        let transfer = Transfer::default().to_bytes().unwrap();
        let open = Open::new("container").to_bytes().unwrap();
        let bodies = [b"", &transfer[..], &[&transfer[..], b"payload"].concat(), &open, &open[1..]];
        for body in bodies {
            for frame_type in [FrameType::AMQP, FrameType::SASL, FrameType(9)] {
                let frame = frame(frame_type, body);
                let borrowed = frame.as_borrowed().decode().map(|body| match body {
                    FrameBody::Amqp { channel, performative, payload } => FrameBody::Amqp {
                        channel,
                        performative: Performative::from_ref(performative),
                        payload: Bytes::copy_from_slice(payload),
                    },
                    FrameBody::Empty { channel } => FrameBody::Empty { channel },
                    FrameBody::Sasl(sasl) => FrameBody::Sasl(SaslFrame::from_ref(sasl)),
                });
                assert_eq!(borrowed, frame.decode());
            }
        }
    }
}
