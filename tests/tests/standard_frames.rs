//! The rules for frames that the standard states in its text: those of section 2.3, and those for frames
//! in sections 2.4.1, 2.4.5 and 5.3.1.
//!
//! | section | rule | why it is not tested here |
//! | --- | --- | --- |
//! | 2.3 | the answer to a frame that is malformed, too large, or has an undecodable body | behaviour of connections; here it is an error that says which side can fix it |
//! | 2.4.1 | only channel 0 is used before `open` | behaviour of connections |
//! | 2.7.1 | an `open` that announces less than 512 octets | the limit counts as 512; the answer is behaviour of connections |
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

use allocation_counter::measure;
use amqp_net::proto::{
    Fault, Frame, FrameBody, FrameBodyError, FrameError, FrameSplitter, FrameWriteError,
    FrameWriter,
};
use amqp_tests::golden::{hex, octets};
use amqp_types::security::{SaslCode, SaslFrame, SaslOutcome};
use amqp_types::transport::{
    Begin, Close, FrameHeader, FrameType, MIN_MAX_FRAME_SIZE, Open, Performative, Transfer,
};
use amqp_types::{Bytes, DecodeErrorKind, Encode};

/// Returns the first frame of the octets, if it is complete. The owned and the borrowed frame must agree.
fn split(text: &str, max_frame_size: u32) -> Result<Option<Frame<Bytes>>, FrameError> {
    let octets = octets(text);
    let mut splitter = FrameSplitter::new(max_frame_size);
    splitter.handle_input(&octets);
    let owned = splitter.poll_frame();

    let mut splitter = FrameSplitter::new(max_frame_size);
    let mut input = &octets[..];
    let borrowed = splitter.next_frame(&mut input);
    assert_eq!(borrowed.map(|frame| frame.map(Frame::into_owned)), owned);
    owned
}

/// Returns the only frame of the octets.
fn frame(text: &str) -> Frame<Bytes> {
    split(text, 512).unwrap().unwrap()
}

/// Section 2.3.1: the size, in four octets, counts all octets of the frame and its header.
#[test]
fn the_size_is_that_of_the_whole_frame() {
    let mut splitter = FrameSplitter::new(512);
    splitter.handle_input(&octets("0000000b 02 00 0000 aabbcc 00000008 02 00 0001"));
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body, octets("aabbcc"));
    assert_eq!(splitter.poll_frame().unwrap().unwrap().header.channel, 1);
    assert_eq!(splitter.poll_frame(), Ok(None));

    let mut frames = FrameWriter::new(512);
    frames.relay(0, &[1, 2, 3]).unwrap();
    assert_eq!(hex(&frames.split()), hex(&octets("0000000b 02 00 0000 010203")));
}

/// Section 2.3.1: a size that is smaller than the header is malformed.
#[test]
fn a_size_below_8_is_malformed() {
    for size in 0..8 {
        let error = split(&format!("{size:08x} 02 00 0000 ffffffff"), 512).unwrap_err();
        assert_eq!(error, FrameError::TooSmall { size });
        assert_eq!(error.fault(), Fault::Peer);
    }
    assert!(frame("00000008 02 00 0000").body.is_empty());
}

/// Section 2.3.1: the data offset counts words of four octets from the start of the frame.
#[test]
fn the_data_offset_says_where_the_body_begins() {
    for doff in 2..=255_u8 {
        let extended = "ee".repeat(usize::from(doff) * 4 - 8);
        let size = usize::from(doff) * 4 + 2;
        let text = format!("{size:08x} {doff:02x} 00 0000 {extended} aabb");
        let frame = split(&text, 2048).unwrap().unwrap();
        assert_eq!((frame.header.doff, &frame.body[..]), (doff, &[0xaa, 0xbb][..]));
    }
    let mut frames = FrameWriter::new(512);
    frames.empty().unwrap();
    assert_eq!(frames.split()[4], 2, "no extended header is written");
}

/// Section 2.3.1: a data offset below 2 is malformed. One after the end of the frame cannot be valid.
#[test]
fn a_body_inside_the_header_or_after_the_end_is_malformed() {
    for (size, doff) in [(8, 0), (8, 1), (512, 1), (8, 3), (11, 3), (512, 129), (512, 255)] {
        let error = split(&format!("{size:08x} {doff:02x} 00 0000"), 512).unwrap_err();
        assert_eq!(error, FrameError::DataOffset { doff, size });
        assert_eq!(error.fault(), Fault::Peer);
    }
    assert!(frame("0000000c 03 00 0000 eeeeeeee").body.is_empty());
}

/// Section 2.3.1: the content of an extended header is ignored.
#[test]
fn an_extended_header_is_ignored() {
    for extended in ["00000000", "ffffffff", "00531845"] {
        let frame = frame(&format!("00000010 03 00 0007 {extended} 00531845"));
        let close = Performative::Close(Close::default());
        let body =
            FrameBody::Amqp { channel: 7, performative: close, payload: Bytes::from_static(b"") };
        assert_eq!(frame.decode(), Ok(body));
    }
}

/// Sections 2.3.1 and 5.3.1: type 0 is AMQP, type 1 is SASL, and there are no others.
#[test]
fn each_type_of_frame_has_its_own_bodies() {
    let [close, outcome] = ["00531845", "005344 c0030150 00"];
    let body = |frame_type: u8, body: &str| {
        let size = octets(body).len() + 8;
        frame(&format!("{size:08x} 02 {frame_type:02x} 0000 {body}")).decode()
    };
    assert!(matches!(body(0, close), Ok(FrameBody::Amqp { .. })));
    let ok = SaslOutcome { code: SaslCode::Ok, additional_data: None };
    assert_eq!(body(1, outcome), Ok(FrameBody::Sasl(SaslFrame::Outcome(ok))));
    for wrong in [body(0, outcome), body(1, close), body(0, "00532445"), body(0, "43")] {
        let Err(FrameBodyError::Decode(error)) = wrong else { panic!("{wrong:?}") };
        assert!(matches!(error.kind(), DecodeErrorKind::UnexpectedType { .. }), "{error}");
    }
    for frame_type in 2..=255 {
        for content in ["", close, outcome] {
            let unknown = FrameBodyError::UnknownType(FrameType(frame_type));
            assert_eq!(body(frame_type, content), Err(unknown));
        }
    }
}

/// Section 2.3.2: octets 6 and 7 of an AMQP frame are its channel.
#[test]
fn the_channel_of_an_amqp_frame() {
    for channel in [0, 1, 0x0102, u16::MAX] {
        let mut frames = FrameWriter::new(512);
        frames.amqp(channel, &Begin::default(), b"").unwrap();
        let octets = frames.split();
        assert_eq!(octets[6..8], channel.to_be_bytes());
        let frame = frame(&hex(&octets));
        assert!(
            matches!(frame.decode(), Ok(FrameBody::Amqp { channel: read, .. }) if read == channel)
        );
    }
}

/// Section 5.3.1: octets 6 and 7 of a SASL frame are ignored, and sent as 0.
#[test]
fn a_sasl_frame_has_no_channel() {
    let ok = SaslFrame::Outcome(SaslOutcome { code: SaslCode::Ok, additional_data: None });
    let mut frames = FrameWriter::new(512);
    frames.sasl(&ok).unwrap();
    assert_eq!(hex(&frames.split()), hex(&octets("00000010 02 01 0000 005344 c0030150 00")));
    for ignored in ["0000", "0001", "ffff"] {
        let frame = frame(&format!("00000010 02 01 {ignored} 005344 c0030150 00"));
        assert_eq!(frame.decode(), Ok(FrameBody::Sasl(ok.clone())));
    }
}

/// Section 5.3.1: a SASL frame has a body without a payload.
#[test]
fn a_sasl_frame_has_no_payload() {
    assert_eq!(frame("00000008 02 01 0000").decode(), Err(FrameBodyError::EmptySasl));
    let error = frame("00000011 02 01 0000 005344 c0030150 00 40").decode().unwrap_err();
    let FrameBodyError::Decode(left_over) = error else { panic!("{error}") };
    assert_eq!((left_over.kind(), left_over.at()), (DecodeErrorKind::LeftOver, 8));
    assert_eq!(error.fault(), Fault::Peer);
}

/// Section 2.4.1: every peer accepts 512 octets, and before `open` no larger frame is allowed.
#[test]
fn every_peer_accepts_512_octets() {
    assert_eq!(MIN_MAX_FRAME_SIZE, 512);
    let header = |size: u32| format!("{size:08x} 02 00 0000");
    for limit in [0, 1, 511, 512] {
        assert_eq!(split(&header(512), limit), Ok(None));
        let error = FrameError::TooLarge { size: 513, max_frame_size: 512 };
        assert_eq!(split(&header(513), limit), Err(error));
        let mut frames = FrameWriter::new(limit);
        frames.relay(0, &[0; 504]).unwrap();
        let error = FrameWriteError::TooLarge { size: 513, max_frame_size: 512 };
        assert_eq!(frames.relay(0, &[0; 505]), Err(error));
    }
}

/// Sections 2.3.1 and 2.7.1: a frame above the announced limit is refused as soon as its header is read.
#[test]
fn a_frame_above_the_limit_is_refused_by_its_header() {
    for size in [513, 1 << 20, u32::MAX] {
        let header = octets(&format!("{size:08x} 02 00 0000"));
        let mut splitter = FrameSplitter::new(512);
        let cost = measure(|| {
            splitter.handle_input(&header[..7]);
            assert_eq!(splitter.poll_frame(), Ok(None));
            splitter.handle_input(&header[7..]);
            let error = splitter.poll_frame().unwrap_err();
            assert_eq!(error, FrameError::TooLarge { size, max_frame_size: 512 });
            assert_eq!(error.fault(), Fault::Peer);
        });
        assert!(cost.bytes_max < 256, "no room is made for it: {cost:?}");

        let mut splitter = FrameSplitter::new(512);
        let cost = measure(|| {
            let (mut first, mut second) = header.split_at(7);
            assert_eq!(splitter.next_frame(&mut first), Ok(None));
            let error = splitter.next_frame(&mut second).unwrap_err();
            assert_eq!(error, FrameError::TooLarge { size, max_frame_size: 512 });
        });
        assert!(cost.bytes_max < 256, "no room is made for it: {cost:?}");
    }
    // No buffer is allocated before the octets are received.
    let mut splitter = FrameSplitter::new(u32::MAX);
    let cost = measure(|| {
        splitter.handle_input(&octets("ffffffff 02 00 0000"));
        assert_eq!(splitter.poll_frame(), Ok(None));
    });
    assert!(cost.bytes_max < 256, "{cost:?}");
}

/// Sections 2.4.1 and 2.7.1: once `open` has been exchanged, the limits are those announced.
#[test]
fn limits_change_with_open() {
    let mut splitter = FrameSplitter::new(MIN_MAX_FRAME_SIZE);
    let mut frames = FrameWriter::new(MIN_MAX_FRAME_SIZE);
    let open = Open { max_frame_size: 1024, ..Open::new("peer") };
    let (transfer, payload) = (Transfer::default(), [7; 1000]);
    let error = frames.amqp(0, &transfer, &payload).unwrap_err();
    assert_eq!(error, FrameWriteError::TooLarge { size: 1015, max_frame_size: 512 });

    frames.amqp(0, &open, b"").unwrap();
    splitter.handle_input(&frames.split());
    let read = splitter.poll_frame().unwrap().unwrap().decode().unwrap();
    let FrameBody::Amqp { performative: Performative::Open(read), .. } = read else {
        panic!("{read:?}")
    };
    frames.set_max_frame_size(read.max_frame_size);
    frames.amqp(0, &transfer, &payload).unwrap();
    splitter.handle_input(&frames.split());
    splitter.poll_frame().unwrap_err();
    splitter.set_max_frame_size(open.max_frame_size);
    assert_eq!(splitter.poll_frame().unwrap().unwrap().header.size, 1015);
}

/// Section 2.3.2: a performative, then the payload, which is not copied.
#[test]
fn a_performative_and_its_payload() {
    let transfer = Performative::Transfer(Transfer::default());
    let mut frames = FrameWriter::new(512);
    frames.amqp(1, &transfer, b"any octets \x00\xff").unwrap();
    let frame = frame(&hex(&frames.split()));
    assert_eq!(frame.body[..frame.body.len() - 13], transfer.to_bytes().unwrap());
    let body = frame.decode().unwrap();
    let FrameBody::Amqp { performative, payload, .. } = body else { panic!("{body:?}") };
    assert_eq!((performative, &payload[..]), (transfer, &b"any octets \x00\xff"[..]));
    assert_eq!(payload.as_ptr_range().end, frame.body.as_ptr_range().end);
}

/// Section 2.3.2: bodies that cannot be decoded, for several reasons.
#[test]
fn bodies_that_cannot_be_decoded() {
    for (body, kind, at) in [
        ("00", DecodeErrorKind::UnexpectedEnd, 1),
        ("005310", DecodeErrorKind::UnexpectedEnd, 3),
        ("005310 45", DecodeErrorKind::MissingField, 4),
        ("005310 c00401 a10261", DecodeErrorKind::SizeOverrun, 7),
        ("ff", DecodeErrorKind::UnknownFormat(0xff), 0),
    ] {
        let size = octets(body).len() + 8;
        let error = frame(&format!("{size:08x} 02 00 0000 {body}")).decode().unwrap_err();
        let FrameBodyError::Decode(wrong) = error else { panic!("{body}: {error}") };
        assert_eq!((wrong.kind(), wrong.at()), (kind, at), "{body}");
        assert_eq!(error.fault(), Fault::Peer);
    }
}

/// Section 2.4.5: an empty frame is a heartbeat, on any channel.
#[test]
fn an_empty_frame_is_a_heartbeat() {
    let mut frames = FrameWriter::new(512);
    frames.empty().unwrap();
    assert_eq!(hex(&frames.split()), hex(&octets("00000008 02 00 0000")));
    assert_eq!(frame("00000008 02 00 0007").decode(), Ok(FrameBody::Empty { channel: 7 }));
    // An extended header is not a body.
    let extended = frame("0000000c 03 00 0000 eeeeeeee");
    assert_eq!(extended.decode(), Ok(FrameBody::Empty { channel: 0 }));
}

/// Section 2.3: frames of both types, in input that is split anywhere.
#[test]
fn many_frames_in_one_buffer() {
    let ok = SaslOutcome { code: SaslCode::Ok, additional_data: None };
    let mut frames = FrameWriter::new(512);
    let mut written = Vec::new();
    for _ in 0..50 {
        frames.sasl(&ok).unwrap();
        frames.amqp(9, &Transfer::default(), b"payload").unwrap();
        frames.empty().unwrap();
        written.extend([FrameHeader::LEN + 8, FrameHeader::LEN + 7 + 7, FrameHeader::LEN]);
    }
    let octets = frames.split();
    for at_once in [1, 7, 64, octets.len()] {
        let mut splitter = FrameSplitter::new(512);
        let mut sizes = Vec::new();
        for part in octets.chunks(at_once) {
            splitter.handle_input(part);
            while let Some(frame) = splitter.poll_frame().unwrap() {
                frame.decode().unwrap();
                sizes.push(frame.header.size as usize);
            }
        }
        assert_eq!(sizes, written);

        let mut splitter = FrameSplitter::new(512);
        let mut sizes = Vec::new();
        for mut part in octets.chunks(at_once) {
            while let Some(frame) = splitter.next_frame(&mut part).unwrap() {
                frame.decode().unwrap();
                sizes.push(frame.header.size as usize);
            }
        }
        assert_eq!(sizes, written);
    }
}

/// Borrowed frames allocate nothing, unless a frame arrives in parts. All of these use one buffer.
#[test]
fn borrowed_frames_do_not_allocate() {
    let mut frames = FrameWriter::new(512);
    for _ in 0..20 {
        frames.amqp(1, &Transfer::default(), &[7; 100]).unwrap();
    }
    let octets = frames.split();
    let mut splitter = FrameSplitter::new(512);
    let mut read = |at_once| {
        let mut payloads = 0;
        for mut part in octets.chunks(at_once) {
            while let Some(frame) = splitter.next_frame(&mut part).unwrap() {
                let FrameBody::Amqp { payload, .. } = frame.decode().unwrap() else { panic!() };
                payloads += payload.len();
            }
        }
        assert_eq!(payloads, 2000);
    };
    let cost = measure(|| read(octets.len()));
    assert_eq!(cost.count_total, 0, "{cost:?}");
    for at_once in [1, 7, 150, 300] {
        let cost = measure(|| read(at_once));
        assert!(cost.bytes_total < 1024, "{cost:?}");
        let cost = measure(|| (0..100).for_each(|_| read(at_once)));
        assert_eq!(cost.count_total, 0, "{cost:?}");
    }
}

/// The memory of bytes that have been sent and dropped is reused for the next frames.
#[test]
fn a_writer_reuses_its_buffer() {
    let mut frames = FrameWriter::new(512);
    let mut send = || {
        for _ in 0..10 {
            frames.amqp(1, &Transfer::default(), &[7; 100]).unwrap();
        }
        drop(frames.split());
    };
    for _ in 0..10 {
        send();
    }
    let cost = measure(|| (0..1000).for_each(|_| send()));
    assert_eq!(cost.count_total, 0, "{cost:?}");
}
