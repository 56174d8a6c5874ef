//! The frames of the exchange (section 5.3.1), whose octets are wiped after use.

use std::fmt;

use amqp_types::security::SaslFrameRef;
use amqp_types::transport::{FrameHeader, FrameType, MIN_MAX_FRAME_SIZE};
use amqp_types::{Encode, EncodeError};
use zeroize::Zeroizing;

use super::error::SaslErrorKind;
use crate::proto::frame::{FrameBodyError, FrameHead, FrameWriteError};

/// The largest SASL frames, headers included. The standard allows 512 octets (section 5.3.1), which is too few
/// for a token as a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaslLimits {
    /// The size of frames that are received (default: 8192, at least 512).
    pub received: u32,
    /// The size of frames that are sent (default: 4096, at least 512). ActiveMQ Artemis 2.40 does not answer
    /// larger frames; one of its threads hangs.
    pub sent: u32,
}

impl Default for SaslLimits {
    fn default() -> Self {
        Self { received: 8192, sent: 4096 }
    }
}

/// Reads and writes SASL frames.
pub(in crate::proto) struct SaslFrames {
    limits: SaslLimits,
    /// The beginning of a frame.
    input: Zeroizing<Vec<u8>>,
    output: Zeroizing<Vec<u8>>,
}

impl SaslFrames {
    pub(in crate::proto) fn new(limits: SaslLimits) -> Self {
        let SaslLimits { received, sent } = limits;
        let (received, sent) = (received.max(MIN_MAX_FRAME_SIZE), sent.max(MIN_MAX_FRAME_SIZE));
        let limits = SaslLimits { received, sent };
        Self { limits, input: Zeroizing::default(), output: Zeroizing::default() }
    }

    /// Takes a frame from the front of the input, and returns its body. Returns `None` if the frame is not
    /// complete: all input is then kept.
    pub(in crate::proto) fn next_body(
        &mut self,
        input: &mut &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, SaslErrorKind> {
        self.fill_to(FrameHeader::LEN, input);
        let Some(head) = FrameHead::read(&self.input, self.limits.received)? else {
            return Ok(None);
        };
        self.fill_to(head.size(), input);
        let Some(body) = self.input.get(head.body_offset()..head.size()) else { return Ok(None) };
        match head.with_body(()).header.frame_type {
            FrameType::SASL if body.is_empty() => Err(FrameBodyError::EmptySasl.into()),
            FrameType::SASL => {
                let body = Zeroizing::new(body.to_vec());
                self.input = Zeroizing::default();
                Ok(Some(body))
            }
            FrameType::AMQP => Err(SaslErrorKind::UnexpectedFrame("an AMQP frame")),
            other => Err(FrameBodyError::UnknownType(other).into()),
        }
    }

    /// Whether the beginning of a frame has been taken from the input.
    pub(in crate::proto) fn is_inside_frame(&self) -> bool {
        !self.input.is_empty()
    }

    /// Moves input to the buffer until that holds `len` octets or the input is empty.
    fn fill_to(&mut self, len: usize, input: &mut &[u8]) {
        let missing = len.saturating_sub(self.input.len());
        let (part, rest) = input.split_at(missing.min(input.len()));
        append(&mut self.input, part);
        *input = rest;
    }

    /// Writes a frame.
    ///
    /// # Errors
    ///
    /// Fails if the frame exceeds the limit or cannot be encoded. Nothing has been written in this case.
    pub(super) fn write(&mut self, body: &impl Encode) -> Result<(), SaslErrorKind> {
        // A buffer that grows would leave an unwiped copy of the password in freed memory.
        let mut octets = Zeroizing::new(vec![0; MIN_MAX_FRAME_SIZE as usize]);
        let mut encoded = body.encode_to_slice(&mut octets).map(|written| written.len());
        if let Err(EncodeError::TooLong { octets: len, .. }) = encoded {
            self.check(len)?;
            octets = Zeroizing::new(vec![0; len]);
            encoded = body.encode_to_slice(&mut octets).map(|written| written.len());
        }
        let len = encoded.map_err(FrameWriteError::Encode)?;
        let size = self.check(len)?;
        let FrameType(frame_type) = FrameType::SASL;
        append(&mut self.output, &size.to_be_bytes());
        append(&mut self.output, &[2, frame_type, 0, 0]);
        append(&mut self.output, octets.get(..len).unwrap_or_default());
        Ok(())
    }

    /// Returns the size of a frame with a body of this length, if it may be sent.
    fn check(&self, body: usize) -> Result<u32, SaslErrorKind> {
        let (size, max_frame_size) = (body.saturating_add(FrameHeader::LEN), self.limits.sent);
        let fits = u32::try_from(size).ok().filter(|size| *size <= max_frame_size);
        fits.ok_or_else(|| FrameWriteError::TooLarge { size, max_frame_size }.into())
    }

    /// Returns whether frames have been written that have not been taken.
    pub(super) fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// Drops what has not been taken.
    pub(super) fn drop_output(&mut self) {
        self.output = Zeroizing::default();
    }

    /// Takes all frames that have been written, to be sent.
    pub(super) fn take_output(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        (!self.output.is_empty()).then(|| std::mem::take(&mut self.output))
    }
}

/// Not the octets, which may contain a password.
impl fmt::Debug for SaslFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaslFrames")
            .field("limits", &self.limits)
            .field("input", &self.input.len())
            .field("output", &self.output.len())
            .finish()
    }
}

/// Returns the name of a frame.
pub(super) const fn frame_name(body: &SaslFrameRef<'_>) -> &'static str {
    match body {
        SaslFrameRef::Mechanisms(_) => "sasl-mechanisms",
        SaslFrameRef::Init(_) => "sasl-init",
        SaslFrameRef::Challenge(_) => "sasl-challenge",
        SaslFrameRef::Response(_) => "sasl-response",
        SaslFrameRef::Outcome(_) => "sasl-outcome",
    }
}

/// Appends octets to a vector, whose allocation is wiped if it is too small.
fn append(vec: &mut Zeroizing<Vec<u8>>, octets: &[u8]) {
    if vec.capacity() - vec.len() < octets.len() {
        let mut larger = Zeroizing::new(Vec::with_capacity(2 * vec.len() + octets.len()));
        larger.extend_from_slice(vec);
        *vec = larger;
    }
    vec.extend_from_slice(octets);
}
