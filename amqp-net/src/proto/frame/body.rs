//! What is in a frame (sections 2.3.2 and 5.3.1).

use std::fmt;

use amqp_types::security::SaslFrame;
use amqp_types::transport::{FrameHeader, FrameType, Performative};
use amqp_types::{Decode, DecodeError, Decoder};
use bytes::Bytes;

use super::Frame;
use crate::proto::Fault;

/// What a frame says.
#[expect(
    clippy::large_enum_variant,
    reason = "a body is used where it was decoded, and a box is an allocation"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameBody {
    /// An AMQP frame.
    Amqp {
        /// The channel that it is on.
        channel: u16,
        /// What it does.
        performative: Performative,
        /// The octets behind the performative, which share those of the frame. Only a transfer
        /// gives them a meaning: they are part of a message.
        payload: Bytes,
    },
    /// An AMQP frame without a body: a sign of life (section 2.4.5).
    Empty {
        /// The channel that it is on. It means nothing.
        channel: u16,
    },
    /// A SASL frame.
    Sasl(SaslFrame),
}

/// Why the body of a frame cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameBodyError {
    /// The standard has no such frames (section 2.3.1).
    UnknownType(FrameType),
    /// A SASL frame without a body (section 5.3.1).
    EmptySasl,
    /// The body does not decode. Octets count from the start of the body.
    Decode(DecodeError),
}

impl Frame {
    /// Decodes the body. What it owns shares the octets of the frame.
    ///
    /// # Errors
    ///
    /// [`FrameBodyError`].
    pub fn decode(&self) -> Result<FrameBody, FrameBodyError> {
        let FrameHeader { frame_type, channel, .. } = self.header;
        match frame_type {
            FrameType::AMQP if self.body.is_empty() => Ok(FrameBody::Empty { channel }),
            FrameType::AMQP => {
                let (performative, len) = Decoder::shared(&self.body).decode_prefix()?;
                Ok(FrameBody::Amqp { channel, performative, payload: self.body.slice(len..) })
            }
            FrameType::SASL if self.body.is_empty() => Err(FrameBodyError::EmptySasl),
            FrameType::SASL => Ok(SaslFrame::from_shared(&self.body).map(FrameBody::Sasl)?),
            other => Err(FrameBodyError::UnknownType(other)),
        }
    }
}

impl FrameBodyError {
    /// Whose fault it is: the peer's.
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
                write!(f, "{other} is no type of frames: 0 is AMQP, 1 is SASL")
            }
            Self::EmptySasl => f.write_str("a SASL frame must have a body"),
            Self::Decode(error) => write!(f, "the body of a frame does not decode: {error}"),
        }
    }
}
