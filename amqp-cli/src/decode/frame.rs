//! Frames: a header, and a body that is checked against the rules of the frame's type.

use amqp_net::proto::{self, FrameBodyError, FrameError, FrameSplitter};
use amqp_types::transport::{FrameHeader, FrameType};
use amqp_types::{Bytes, Value};

use super::items::Items;
use super::known;
use super::problem::Problem;

/// A valid frame.
pub(crate) struct Frame {
    pub(crate) header: FrameHeader,
    /// The performative, or the body of a SASL frame. `None` if the frame is empty.
    pub(crate) body: Option<Value>,
    /// The octets after the performative.
    pub(crate) payload: Bytes,
}

impl Frame {
    /// Whether this is a SASL frame. Any other frame is an AMQP frame.
    pub(crate) fn is_sasl(&self) -> bool {
        self.header.frame_type == FrameType::SASL
    }

    /// Returns the length of the extended header.
    pub(crate) fn extended(&self) -> usize {
        (usize::from(self.header.doff) * 4).saturating_sub(FrameHeader::LEN)
    }
}

/// Returns the frame header at an octet, if it is complete.
pub(crate) fn header_at(octets: &[u8], at: usize) -> Option<FrameHeader> {
    let header = octets.get(at..)?.get(..FrameHeader::LEN)?;
    FrameHeader::from_bytes(header).ok()
}

/// Decodes one frame without trailing octets.
pub(crate) fn decode(octets: &Bytes) -> Result<Frame, Problem> {
    let (frame, end) = take(octets, 0, &mut Items::of(octets))?;
    if end < octets.len() {
        return Err(Problem::new("left-over", end, "octets are left over after the frame"));
    }
    Ok(frame)
}

/// Decodes the frame at an octet, and returns it with the octet at which it ends.
pub(crate) fn take(
    octets: &Bytes,
    at: usize,
    items: &mut Items,
) -> Result<(Frame, usize), Problem> {
    let Some(header) = header_at(octets, at) else {
        let sentence = "the octets end before the frame's header does";
        return Err(Problem::new("unexpected-end", octets.len(), sentence));
    };
    check(header).map_err(|error| header_problem(error, at))?;
    let size = usize::try_from(header.size).unwrap_or(usize::MAX);
    let left = octets.len() - at;
    if size > left {
        let sentence = format!(
            "the frame header announces a frame of {size} octets, but only {left} are left"
        );
        return Err(Problem::new("size-overrun", at, sentence));
    }
    let (body_at, end) = (at + usize::from(header.doff) * 4, at + size);
    let whole = proto::Frame { header, body: octets.slice(body_at..end) };
    whole.decode().map_err(|error| body_problem(error, &whole.body, at, body_at))?;
    if whole.body.is_empty() {
        return Ok((Frame { header, body: None, payload: Bytes::new() }, end));
    }
    let (body, len) = items.spend(&whole.body).map_err(|error| error.shifted(body_at))?;
    Ok((Frame { header, body: Some(body), payload: whole.body.slice(len..) }, end))
}

/// Checks the size and the data offset. No frame is too large, because its octets are in memory already.
fn check(header: FrameHeader) -> Result<(), FrameError> {
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&header.to_bytes());
    splitter.poll_frame().map(drop)
}

/// Returns the position of the invalid field: the size is at octet 0 of the header, the data offset at 4.
fn header_problem(error: FrameError, at: usize) -> Problem {
    match error {
        FrameError::TooSmall { .. } => Problem::new("size-underrun", at, error),
        FrameError::DataOffset { .. } => Problem::new("invalid-doff", at + 4, error),
        _ => Problem::new("size-overrun", at, error),
    }
}

fn body_problem(error: FrameBodyError, body: &Bytes, at: usize, body_at: usize) -> Problem {
    match error {
        FrameBodyError::UnknownType(_) => Problem::new("unknown-frame-type", at + 5, error),
        FrameBodyError::Decode(error) => match known::at_front(body) {
            // An error at the first octet says that the frame does not allow the type.
            Some(known) if error.at() > 0 => Problem::in_type(error.shifted(body_at), known),
            _ => error.shifted(body_at).into(),
        },
        _ => Problem::new("empty-sasl-frame", body_at, error),
    }
}
