//! A frame whose octets are lent, and what is in it, borrowed from it.

use amqp_types::security::SaslFrameRef;
use amqp_types::transport::{FrameHeader, FrameType, PerformativeRef};
use amqp_types::{Decode, DecodeError, Decoder};
use bytes::Bytes;

use super::{Frame, FrameBodyError};

/// A [`Frame`] whose octets are lent: it takes neither a copy nor a count of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRef<'a> {
    /// The header, as it was received.
    pub header: FrameHeader,
    /// All octets of the body; none in an empty frame.
    pub body: &'a [u8],
}

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

impl<'a> FrameRef<'a> {
    /// Decodes the body, which stays where it is.
    ///
    /// # Errors
    ///
    /// [`FrameBodyError`], as [`Frame::decode`].
    #[expect(clippy::inline_always, reason = "what is looked at where it was decoded is not moved")]
    #[inline(always)]
    pub fn decode(self) -> Result<FrameBodyRef<'a>, FrameBodyError> {
        let Self { header: FrameHeader { frame_type, channel, .. }, body } = self;
        match frame_type {
            FrameType::AMQP if body.is_empty() => Ok(FrameBodyRef::Empty { channel }),
            FrameType::AMQP => {
                let (performative, len) = performative(body)?;
                let payload = body.get(len..).unwrap_or_default();
                Ok(FrameBodyRef::Amqp { channel, performative, payload })
            }
            FrameType::SASL if body.is_empty() => Err(FrameBodyError::EmptySasl),
            FrameType::SASL => sasl(body).map(FrameBodyRef::Sasl),
            other => Err(FrameBodyError::UnknownType(other)),
        }
    }

    /// A frame that owns its octets, which are copied.
    #[must_use]
    pub fn to_frame(self) -> Frame {
        Frame { header: self.header, body: Bytes::copy_from_slice(self.body) }
    }
}

impl Frame {
    /// Decodes the body, which stays in the frame. A payload that is to outlive it can share its
    /// octets: `frame.body.slice_ref(payload)`.
    ///
    /// # Errors
    ///
    /// [`FrameBodyError`], as [`decode`](Self::decode).
    #[inline]
    pub fn decode_borrowed(&self) -> Result<FrameBodyRef<'_>, FrameBodyError> {
        FrameRef { header: self.header, body: &self.body }.decode()
    }
}

// What `decode` is made of, so that little of it is repeated wherever it is called.

#[inline(never)]
fn performative(body: &[u8]) -> Result<(PerformativeRef<'_>, usize), DecodeError> {
    Decoder::new(body).decode_prefix()
}

#[inline(never)]
fn sasl(body: &[u8]) -> Result<SaslFrameRef<'_>, FrameBodyError> {
    Ok(SaslFrameRef::from_bytes(body)?)
}

#[cfg(test)]
mod tests {
    use amqp_types::transport::{Open, Performative, Transfer};
    use amqp_types::{Encode, Owned};

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
                        performative: Performative::from_ref(performative),
                        payload: Bytes::copy_from_slice(payload),
                    },
                    FrameBodyRef::Empty { channel } => FrameBody::Empty { channel },
                    FrameBodyRef::Sasl(sasl) => FrameBody::Sasl(Owned::from_ref(sasl)),
                });
                assert_eq!(borrowed, frame.decode());
            }
        }
    }
}
