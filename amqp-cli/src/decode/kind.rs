//! The kinds of input, and how the kind is guessed.

use std::fmt;

use amqp_types::transport::FrameHeader;
use amqp_types::{Bytes, Decode, Value};
use clap::ValueEnum;

use super::{frame, header, message};

/// The kind of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One value of any type; the rules of a described type are not checked
    Value,
    /// One value of the type that its descriptor names, checked against the rules of that type
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
    /// Returns the most likely kind.
    ///
    /// Octets that can be decoded as one value are a value. For octets that cannot be decoded at all, the
    /// kind decides which error is reported.
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
            // Unlikely to be a coincidence, even if the rest of the header is invalid.
            Self::Frame
        } else if plausible && size < octets.len() {
            Self::Stream
        } else if plausible && octets.starts_with(&[0, 0]) {
            // An incomplete frame, because a value that begins like this would have a described
            // descriptor, which is very rare.
            Self::Frame
        } else {
            Self::Value
        }
    }
}

/// Writes the value of the option `--as`.
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
