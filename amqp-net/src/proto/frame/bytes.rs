//! The two kinds of bytes that a frame can have, and the types that are decoded from each.

use amqp_types::security::{SaslFrame, SaslFrameRef};
use amqp_types::transport::{Performative, PerformativeRef};
use amqp_types::{Decode, DecodeError, Decoder};
use bytes::Bytes;

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

    /// Decodes the performative that these bytes begin with. Returns it with the payload, which is
    /// the rest of them.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the bytes do not begin with a performative.
    fn decode_performative(&self) -> Result<(Self::Performative, Self), DecodeError>;

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
    fn decode_performative(&self) -> Result<(Performative, Self), DecodeError> {
        let (performative, len) = Decoder::shared(self).decode_prefix()?;
        Ok((performative, self.slice(len..)))
    }

    fn decode_sasl_frame(&self) -> Result<SaslFrame, DecodeError> {
        SaslFrame::from_shared(self)
    }
}

impl<'a> FrameBytes for &'a [u8] {
    type Performative = PerformativeRef<'a>;
    type SaslFrame = SaslFrameRef<'a>;

    #[inline]
    fn decode_performative(&self) -> Result<(PerformativeRef<'a>, Self), DecodeError> {
        let (performative, len) = Decoder::new(self).decode_prefix()?;
        Ok((performative, self.get(len..).unwrap_or_default()))
    }

    fn decode_sasl_frame(&self) -> Result<SaslFrameRef<'a>, DecodeError> {
        SaslFrameRef::from_bytes(self)
    }
}
