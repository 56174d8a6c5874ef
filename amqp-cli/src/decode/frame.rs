//! Frames: a header, and a body by the rules of the frame's type.

use amqp_net::proto::{self, FrameBodyError, FrameError, FrameSplitter};
use amqp_types::transport::{FrameHeader, FrameType};
use amqp_types::{Bytes, Value};

use super::items::Items;
use super::known::Type;
use super::problem::Problem;

/// A frame that keeps the rules of its type.
pub(crate) struct Frame {
    pub(crate) header: FrameHeader,
    /// The performative, or the one body of a SASL frame; none in an empty frame.
    pub(crate) body: Option<Value>,
    /// The octets after the performative.
    pub(crate) payload: Bytes,
}

impl Frame {
    /// Whether it is a SASL frame; otherwise it is an AMQP frame.
    pub(crate) fn is_sasl(&self) -> bool {
        self.header.frame_type == FrameType::SASL
    }

    /// How many octets the extended header has.
    pub(crate) fn extended(&self) -> usize {
        (usize::from(self.header.doff) * 4).saturating_sub(FrameHeader::LEN)
    }
}

/// The frame header at an octet, if all of it is there.
pub(crate) fn header_at(octets: &Bytes, at: usize) -> Option<FrameHeader> {
    let header = octets.get(at..)?.get(..FrameHeader::LEN)?;
    FrameHeader::from_bytes(header).ok()
}

/// One frame, which must be all of the octets.
pub(crate) fn decode(octets: &Bytes) -> Result<Frame, Problem> {
    let (frame, end) = take(octets, 0, &mut Items::of(octets))?;
    if end < octets.len() {
        return Err(Problem::new("left-over", end, "octets are left over after the frame"));
    }
    Ok(frame)
}

/// The frame at an octet, and where it ends.
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
        let sentence = format!("the frame header announces {size} octets, but only {left} follow");
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

/// The rules for the header's numbers. No frame is too large here: it is there already.
fn check(header: FrameHeader) -> Result<(), FrameError> {
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&header.to_bytes());
    splitter.poll_frame().map(drop)
}

/// Size, data offset and type stand at octets 0, 4 and 5 of the header.
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
        FrameBodyError::Decode(error) => match Type::at_front(body) {
            // At its first octet it is of a type that this frame does not allow.
            Some(known) if error.at() > 0 => Problem::in_type(error.shifted(body_at), known),
            _ => error.shifted(body_at).into(),
        },
        _ => Problem::new("empty-sasl-frame", body_at, error),
    }
}
