//! The frames of the exchange (section 5.3.1), whose octets are wiped after use.

use amqp_types::Encode;
use amqp_types::security::SaslFrameRef;
use amqp_types::transport::{FrameHeader, FrameType};
use zeroize::{Zeroize, Zeroizing};

use super::error::SaslErrorKind;
use crate::proto::frame::{FrameBodyError, FrameHead, FrameWriter};

/// The largest SASL frames, headers included. The standard allows 512 octets (section 5.3.1), which is too few
/// for a token as a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaslLimits {
    /// The size of frames that are received (default: 8192).
    pub received: u32,
    /// The size of frames that are sent (default: 4096). `ActiveMQ` Artemis 2.40 never answers larger ones, and
    /// a thread of it then hangs.
    pub sent: u32,
}

impl Default for SaslLimits {
    fn default() -> Self {
        Self { received: 8192, sent: 4096 }
    }
}

/// Reads and writes SASL frames.
#[derive(Debug)]
pub(super) struct SaslFrames {
    limits: SaslLimits,
    /// The beginning of a frame.
    input: Zeroizing<Vec<u8>>,
    output: Zeroizing<Vec<u8>>,
}

impl SaslFrames {
    pub(super) fn new(limits: SaslLimits) -> Self {
        Self { limits, input: Zeroizing::default(), output: Zeroizing::default() }
    }

    /// Takes a frame from the front of the input, and returns its body. Returns `None` if the frame is not
    /// complete: all input is then kept.
    pub(super) fn next_body(
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
    /// Fails if the frame exceeds the limit or cannot be encoded.
    pub(super) fn write(&mut self, body: &impl Encode) -> Result<(), SaslErrorKind> {
        let mut writer = FrameWriter::new(self.limits.sent);
        // A buffer that grows would leave a copy behind.
        writer.buffer_mut().reserve(self.limits.sent as usize);
        let written = writer.sasl(body);
        append(&mut self.output, writer.buffer_mut());
        writer.buffer_mut().as_mut().zeroize();
        Ok(written?)
    }

    /// Takes all frames that have been written, to be sent.
    pub(super) fn take_output(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        (!self.output.is_empty()).then(|| std::mem::take(&mut self.output))
    }
}

/// Returns the name of a frame.
pub(super) const fn name(body: &SaslFrameRef<'_>) -> &'static str {
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
