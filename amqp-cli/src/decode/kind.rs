//! What octets can be taken for, and the guess at it.

use std::fmt;

use amqp_types::transport::FrameHeader;
use amqp_types::{Bytes, Decode, Value};
use clap::ValueEnum;

use super::{frame, header, message};

/// What octets are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One value of any type; what its descriptor names is not held against it
    Value,
    /// One value of the type that its descriptor names, by that type's rules
    Type,
    /// One frame, AMQP or SASL
    Frame,
    /// One protocol header
    Header,
    /// The sections of one message
    Message,
    /// Protocol headers and frames, one after another
    Stream,
}

impl Kind {
    /// What octets most likely are.
    ///
    /// What can be read as one value is one. For what can be read as nothing the guess says whose
    /// error is worth reporting.
    pub(crate) fn guess(octets: &Bytes) -> Self {
        if Value::from_shared(octets).is_ok() {
            Self::Value
        } else if header::begins(octets) {
            if octets.len() <= FrameHeader::LEN { Self::Header } else { Self::Stream }
        } else if message::begins(octets) {
            Self::Message
        } else {
            Self::guess_by_frame_header(octets)
        }
    }

    fn guess_by_frame_header(octets: &Bytes) -> Self {
        let Some(header) = frame::header_at(octets, 0) else { return Self::Value };
        let size = usize::try_from(header.size).unwrap_or(usize::MAX);
        let body_at = usize::from(header.doff) * 4;
        let plausible = header.doff >= 2 && body_at <= size && header.frame_type.0 <= 1;
        if size == octets.len() {
            // Hardly by chance, whatever the rest of the header is.
            Self::Frame
        } else if plausible && size < octets.len() {
            Self::Stream
        } else if plausible && octets.starts_with(&[0, 0]) {
            // A part of a frame; a value that begins so would have a descriptor of a descriptor.
            Self::Frame
        } else {
            Self::Value
        }
    }
}

/// As `--as` has it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "value",
            Self::Type => "type",
            Self::Frame => "frame",
            Self::Header => "header",
            Self::Message => "message",
            Self::Stream => "stream",
        })
    }
}
