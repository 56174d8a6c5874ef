//! A trace: the headers and frames of one direction of a connection, each as a line of text.

mod line;
#[cfg(test)]
mod tests;

use amqp_types::security::SaslFrame;
use amqp_types::transport::ProtocolHeader;
use amqp_types::{Bytes, Decode as _, Decoder, Value};
use zeroize::Zeroizing;

pub use self::line::TraceLine;
use self::line::{Line, Reason};
use super::frame::{Frame, FrameBody, FrameSplitter};
use super::header_buffer::{HeaderBuffer, HeaderState};
use super::sasl::{SaslErrorKind, SaslFrames, SaslLimits};

/// Writes the octets of one direction of a connection as lines that a person can read, one for each protocol header and
/// each frame.
///
/// Octets that cannot be decoded give a last line, which says so. After the header of another protocol or version there
/// are no more lines. Secrets are not written: a line has only the length of what the frames of SASL carry for a
/// mechanism. Nor are messages: a line has only the length of the payload.
///
/// ```
/// use amqp_net::amqp_types::transport::Open;
/// use amqp_net::proto::{FrameWriter, Trace};
///
/// let mut frames = FrameWriter::new(512);
/// frames.amqp(0, &Open::new("client"), b"")?;
/// let octets = [&b"AMQP\x00\x01\x00\x00"[..], &frames.split()].concat();
///
/// let mut lines = Vec::new();
/// let mut trace = Trace::new();
/// // A network delivers the octets in parts of any length.
/// for part in octets.chunks(5) {
///     trace.handle_input(part, |line| lines.push(line.to_string()));
/// }
/// assert_eq!(lines, ["header AMQP 1.0.0", "channel 0: open {container-id: \"client\"}"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Trace {
    expects: Expects,
    header: HeaderBuffer,
    /// The frames of SASL, whose octets are wiped.
    sasl_frames: SaslFrames,
    frames: FrameSplitter,
}

/// What the next octets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Header,
    /// A frame of SASL, or the header after the last of them.
    SaslFrame,
    Frame,
    /// Nothing that can be decoded, after a header of another protocol or after an error.
    Nothing,
}

impl Trace {
    /// Creates a trace that begins with the first octet of a connection.
    #[must_use]
    pub fn new() -> Self {
        // A larger frame than the receiver accepts is shown too. Buffers hold no more than has been received.
        let limits = SaslLimits { received: u32::MAX, sent: u32::MAX };
        Self {
            expects: Expects::Header,
            header: HeaderBuffer::default(),
            sasl_frames: SaslFrames::new(limits),
            frames: FrameSplitter::new(u32::MAX),
        }
    }

    /// Takes the next octets, and calls `show` with the line of each header and each frame that they complete.
    pub fn handle_input(&mut self, mut octets: &[u8], mut show: impl FnMut(&TraceLine)) {
        while let Some(line) = self.next_line(&mut octets) {
            if matches!(line, Line::Undecodable(_)) {
                *self = Self { expects: Expects::Nothing, ..Self::new() };
            }
            show(&TraceLine(line));
        }
    }

    /// Removes octets from the front of the input, until they complete a line or the input is empty.
    fn next_line(&mut self, octets: &mut &[u8]) -> Option<Line> {
        let first = *octets.first()?;
        // A frame whose size begins with this octet has more than a gigabyte, so it is not one of SASL.
        let begins_header = first == b'A' && !self.sasl_frames.is_inside_frame();
        if self.expects == Expects::SaslFrame && begins_header {
            self.expects = Expects::Header;
        }
        match self.expects {
            Expects::Header => self.next_header(octets),
            Expects::SaslFrame => self.next_sasl_frame(octets),
            Expects::Frame => self.next_frame(octets),
            Expects::Nothing => None,
        }
    }

    fn next_header(&mut self, octets: &mut &[u8]) -> Option<Line> {
        let missing = ProtocolHeader::LEN - self.header.as_slice().len();
        let (part, rest) = octets.split_at(missing.min(octets.len()));
        *octets = rest;
        self.header.push(part);
        match self.header.state() {
            HeaderState::Incomplete => None,
            HeaderState::NotHeader => Some(Line::Undecodable(Reason::NotHeader)),
            HeaderState::Header(header) => {
                self.header = HeaderBuffer::default();
                self.expects = match header {
                    ProtocolHeader::SASL => Expects::SaslFrame,
                    ProtocolHeader::AMQP => Expects::Frame,
                    _ => Expects::Nothing,
                };
                Some(Line::Header(header))
            }
        }
    }

    fn next_sasl_frame(&mut self, octets: &mut &[u8]) -> Option<Line> {
        let line = match self.sasl_frames.next_body(octets) {
            Ok(body) => decode_sasl(body?),
            Err(SaslErrorKind::Frame(error)) => Err(Reason::Header(error)),
            Err(SaslErrorKind::FrameBody(error)) => Err(Reason::Body(error)),
            Err(_) => Err(Reason::Misplaced("an AMQP frame during the SASL exchange")),
        };
        Some(line.unwrap_or_else(Line::Undecodable))
    }

    fn next_frame(&mut self, octets: &mut &[u8]) -> Option<Line> {
        let line = match self.frames.next_frame(octets) {
            Ok(frame) => decode(frame?),
            Err(error) => Err(Reason::Header(error)),
        };
        Some(line.unwrap_or_else(Line::Undecodable))
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self::new()
    }
}

/// Decodes the body of a frame of SASL. It is shown only if it obeys the rules of its type, because a secret is then in
/// the field where it is expected.
fn decode_sasl(body: Zeroizing<Vec<u8>>) -> Result<Line, Reason> {
    // The value shares the octets, which are wiped when both are dropped.
    let body = Bytes::from_owner(body);
    let decoded = SaslFrame::from_shared(&body).and_then(|_| Value::from_shared(&body));
    Ok(Line::Sasl(decoded.map_err(|error| Reason::Body(error.into()))?))
}

fn decode(frame: Frame<&[u8]>) -> Result<Line, Reason> {
    let channel = frame.header.channel;
    match frame.decode().map_err(Reason::Body)? {
        FrameBody::Empty { .. } => Ok(Line::Empty { channel }),
        FrameBody::Sasl(_) => Err(Reason::Misplaced("a SASL frame after the AMQP header")),
        FrameBody::Amqp { payload, .. } => {
            let decoded = Decoder::new(frame.body).decode_prefix();
            let (body, _) = decoded.map_err(|error| Reason::Body(error.into()))?;
            Ok(Line::Amqp { channel, body, payload: payload.len() })
        }
    }
}
