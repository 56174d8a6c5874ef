//! Octets as the body of a frame, and as a stream of frames.

use amqp_net::proto::{
    Frame, FrameBody, FrameBodyError, FrameError, FrameSplitter, FrameWriteError, FrameWriter,
};
use amqp_types::security::SaslFrame;
use amqp_types::transport::{FrameHeader, FrameType, MIN_MAX_FRAME_SIZE, Performative};
use amqp_types::{Bytes, EncodeError, Owned};

use super::typed::sensible;

/// Checks a frame: the first octet is its type, the second its channel, the others its body.
pub fn frame(octets: &[u8]) {
    let [frame_type, channel, body @ ..] = octets else {
        return;
    };
    let Ok(size) = u32::try_from(FrameHeader::LEN + body.len()) else {
        return;
    };
    let frame_type = FrameType(*frame_type);
    let header = FrameHeader { size, doff: 2, frame_type, channel: u16::from(*channel) << 4 };
    let frame = Frame { header, body: Bytes::copy_from_slice(body) };
    let octets = [&header.to_bytes()[..], body].concat();
    let expected = (vec![frame.clone()], None, Bytes::new());
    assert_eq!(split(&octets, size, [&octets[..]]), expected);
    assert_eq!(split_borrowed(size, [&octets[..]], false), expected);
    decoded(&frame);
}

/// Checks a stream of frames: the first octet determines where the input is split, the second the maximum
/// frame size, and the others are frames.
pub fn stream(octets: &[u8]) {
    let [cuts, limit, octets @ ..] = octets else {
        return;
    };
    let limit = MIN_MAX_FRAME_SIZE << (limit % 8);
    let at_once = split(octets, limit, [octets]);
    assert_eq!(split(octets, limit, octets.chunks(1)), at_once, "octet by octet");
    let somewhere = || Cut { octets, state: *cuts };
    assert_eq!(split(octets, limit, somewhere()), at_once, "cut somewhere");
    assert_eq!(split_borrowed(limit, [octets], false), at_once, "borrowed");
    assert_eq!(split_borrowed(limit, octets.chunks(1), false), at_once, "borrowed, octet by octet");
    assert_eq!(split_borrowed(limit, somewhere(), false), at_once, "borrowed, cut somewhere");
    assert_eq!(split_borrowed(limit, somewhere(), true), at_once, "borrowed and owned");

    let (frames, error, rest) = at_once;
    let taken: usize = frames.iter().map(|frame| frame.header.size as usize).sum();
    assert_eq!(octets.split_at_checked(taken).map(|(_, rest)| rest), Some(&rest[..]));
    if let Some(error) = error {
        assert!(!error.to_string().is_empty());
    }
    for frame in &frames {
        let FrameHeader { size, doff, .. } = frame.header;
        assert!(size <= limit && doff >= 2, "{:?}", frame.header);
        assert_eq!(frame.body.len() + usize::from(doff) * 4, size as usize);
        decoded(frame);
    }
}

/// Splits octets into parts, whose lengths are derived from a number.
struct Cut<'o> {
    octets: &'o [u8],
    state: u8,
}

impl<'o> Iterator for Cut<'o> {
    type Item = &'o [u8];

    fn next(&mut self) -> Option<&'o [u8]> {
        if self.octets.is_empty() {
            return None;
        }
        self.state = self.state.wrapping_mul(141).wrapping_add(83);
        let len = usize::from(self.state % 40).min(self.octets.len());
        let (part, rest) = self.octets.split_at(len);
        self.octets = rest;
        Some(part)
    }
}

type Split = (Vec<Frame<Bytes>>, Option<FrameError>, Bytes);

/// Returns the frames of input that arrives in these parts.
fn split<'o>(whole: &[u8], limit: u32, parts: impl IntoIterator<Item = &'o [u8]>) -> Split {
    let mut splitter = FrameSplitter::new(limit);
    let mut frames = Vec::new();
    let mut error = None;
    for part in parts {
        splitter.handle_input(part);
        loop {
            match splitter.poll_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(wrong) => {
                    assert_eq!(*error.get_or_insert(wrong), wrong, "first one error, then another");
                    break;
                }
            }
        }
    }
    assert!(frames.len() <= whole.len() / FrameHeader::LEN);
    let inside = splitter.is_inside_frame();
    let rest = splitter.into_remaining();
    assert_eq!(inside, !rest.is_empty());
    (frames, error, rest)
}

/// Returns the frames as borrowed frames. With `in_turn`, every other part is passed to `handle_input`, and
/// every other frame is an owned one if there is one.
fn split_borrowed<'o>(
    limit: u32,
    parts: impl IntoIterator<Item = &'o [u8]>,
    in_turn: bool,
) -> Split {
    let mut splitter = FrameSplitter::new(limit);
    let (mut frames, mut error, mut after) = (Vec::new(), None, Vec::new());
    for (index, mut part) in parts.into_iter().enumerate() {
        if in_turn && index % 2 == 0 && error.is_none() {
            splitter.handle_input(part);
            part = &[];
        }
        loop {
            match splitter.next_frame(&mut part).map(|frame| frame.map(Frame::into_owned)) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break assert!(part.is_empty(), "what is no frame is kept"),
                Err(wrong) => {
                    assert_eq!(*error.get_or_insert(wrong), wrong, "first one error, then another");
                    break after.extend_from_slice(part);
                }
            }
            if in_turn && let Ok(Some(frame)) = splitter.poll_frame() {
                frames.push(frame);
            }
        }
    }
    let kept = splitter.into_remaining();
    assert!(in_turn || kept.len() < limit as usize, "no more than a frame is kept");
    (frames, error, [&kept[..], &after].concat().into())
}

/// Checks that the owned and the borrowed frame agree. If the body is valid, it can be encoded and decoded
/// again.
fn decoded(frame: &Frame<Bytes>) {
    let body = frame.decode();
    assert_eq!(frame.as_borrowed().decode().map(|body| owned(&body)), body, "borrowed, or not");
    let body = match body {
        Ok(body) => body,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            if let FrameBodyError::Decode(error) = error {
                sensible(&error, frame.body.len());
            }
            return;
        }
    };
    let mut writer = FrameWriter::new(u32::MAX);
    let written = write(&body, &mut writer);
    if written == Err(FrameWriteError::Encode(EncodeError::NoValue)) {
        return assert!(matches!(body, FrameBody::Sasl(SaslFrame::Mechanisms(_))));
    }
    written.expect("no frame is so large");
    let octets = writer.split();
    let len = octets.len();

    let limit = u32::try_from(len).expect("no frame is so large") - 1;
    let too_large = Err(FrameWriteError::TooLarge { size: len, max_frame_size: limit });
    // A limit below that counts as that.
    if limit >= MIN_MAX_FRAME_SIZE {
        writer.set_max_frame_size(limit);
        assert_eq!(write(&body, &mut writer), too_large);
        assert!(
            writer.split().is_empty(),
            "a frame that cannot be sent leaves nothing in the buffer"
        );
    }

    let (frames, error, rest) = split(&octets, u32::MAX, [&octets[..]]);
    assert_eq!((error, rest.len()), (None, 0));
    let [again] = &frames[..] else {
        panic!("one frame was written, {} are read", frames.len());
    };
    // An empty frame is not on any channel.
    let body = match body {
        FrameBody::Empty { .. } => FrameBody::Empty { channel: 0 },
        body => body,
    };
    assert_eq!(again.decode(), Ok(body), "written and read");
}

fn owned(body: &FrameBody<&[u8]>) -> FrameBody<Bytes> {
    match *body {
        FrameBody::Amqp { channel, performative, payload } => FrameBody::Amqp {
            channel,
            performative: Performative::from_ref(performative),
            payload: Bytes::copy_from_slice(payload),
        },
        FrameBody::Empty { channel } => FrameBody::Empty { channel },
        FrameBody::Sasl(body) => FrameBody::Sasl(SaslFrame::from_ref(body)),
    }
}

fn write(body: &FrameBody<Bytes>, writer: &mut FrameWriter) -> Result<(), FrameWriteError> {
    match body {
        FrameBody::Amqp { channel, performative, payload } => {
            writer.amqp(*channel, performative, payload)
        }
        FrameBody::Empty { .. } => writer.empty(),
        FrameBody::Sasl(body) => writer.sasl(body),
    }
}
