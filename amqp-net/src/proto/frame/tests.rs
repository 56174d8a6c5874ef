use amqp_types::transport::{FrameHeader, FrameType};

use super::{FrameError, FrameSplitter};

fn frame(size: u32, doff: u8, rest: &[u8]) -> Vec<u8> {
    let header = FrameHeader { size, doff, frame_type: FrameType::SASL, channel: 7 };
    [&header.to_bytes()[..], rest].concat()
}

/// Frames of all kinds, and the beginning of another one.
fn frames() -> (Vec<u8>, [&'static [u8]; 6]) {
    let octets = [
        frame(8, 2, b""),
        frame(12, 2, b"body"),
        // An extended header of two words.
        frame(20, 4, b"ignoredXbody"),
        // An extended header without a body.
        frame(12, 3, b"skip"),
        frame(8, 2, b""),
        frame(9, 2, b"b"),
        b"half".to_vec(),
    ];
    (octets.concat(), [b"", b"body", b"body", b"", b"", b"b"])
}

/// The bodies of the borrowed frames, which are all on channel 7.
fn borrowed(splitter: &mut FrameSplitter, mut input: &[u8]) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Some(frame) = splitter.next_frame(&mut input).unwrap() {
        assert_eq!(frame.header.channel, 7);
        bodies.push(frame.body.to_vec());
    }
    assert!(input.is_empty(), "all input is used when no frame is returned");
    bodies
}

#[test]
fn owned_frames_wherever_the_input_is_split() {
    let (octets, expected) = frames();
    for at_once in 1..=octets.len() {
        let mut splitter = FrameSplitter::new(512);
        let mut bodies = Vec::new();
        for part in octets.chunks(at_once) {
            splitter.handle_input(part);
            while let Some(frame) = splitter.poll_frame().unwrap() {
                assert_eq!(frame.header.channel, 7);
                bodies.push(frame.body);
            }
        }
        assert_eq!(bodies, expected);
        assert!(splitter.is_inside_frame());
        assert_eq!(splitter.into_remaining(), b"half"[..]);
    }
}

#[test]
fn borrowed_frames_wherever_the_input_is_split() {
    let (octets, expected) = frames();
    for second in 0..=octets.len() {
        for first in 0..=second {
            let mut splitter = FrameSplitter::new(512);
            let mut bodies = Vec::new();
            for part in [&octets[..first], &octets[first..second], &octets[second..]] {
                bodies.extend(borrowed(&mut splitter, part));
            }
            assert_eq!(bodies, expected, "cut at {first} and {second}");
            assert!(splitter.is_inside_frame());
            assert_eq!(splitter.into_remaining(), b"half"[..]);
        }
    }
}

#[test]
fn whole_frames_are_borrowed_from_the_input() {
    let (octets, expected) = frames();
    let mut splitter = FrameSplitter::new(512);
    let mut input = &octets[..];
    for body in expected {
        let frame = splitter.next_frame(&mut input).unwrap().unwrap();
        assert_eq!(frame.body, body);
        assert!(octets.as_ptr_range().contains(&frame.body.as_ptr()));
        assert_eq!(frame.into_owned().body, body);
        assert!(!splitter.is_inside_frame());
    }
    assert_eq!(input, b"half");
    assert_eq!(splitter.into_remaining(), b""[..]);
}

#[test]
fn borrowed_and_owned_frames_in_turn() {
    let (octets, expected) = frames();
    for cut in 0..=octets.len() {
        let mut splitter = FrameSplitter::new(512);
        let (kept, mut input) = octets.split_at(cut);
        splitter.handle_input(kept);
        let mut bodies = Vec::new();
        while let Some(frame) = splitter.next_frame(&mut input).unwrap() {
            bodies.push(frame.body.to_vec());
            // This one is returned if it is complete in the buffer.
            if let Some(frame) = splitter.poll_frame().unwrap() {
                bodies.push(frame.body.to_vec());
            }
        }
        assert_eq!(bodies, expected, "cut at {cut}");
        assert_eq!(splitter.into_remaining(), b"half"[..]);
    }
}

#[test]
fn a_wrong_header_is_found_before_the_body_is_received() {
    let cases = [
        (
            0,
            2,
            FrameError::TooSmall { size: 0 },
            "the frame header announces 0 octets, fewer than the 8 of the header itself",
        ),
        (
            7,
            2,
            FrameError::TooSmall { size: 7 },
            "the frame header announces 7 octets, fewer than the 8 of the header itself",
        ),
        (
            513,
            2,
            FrameError::TooLarge { size: 513, max_frame_size: 512 },
            "the frame header announces 513 octets, more than the limit of 512",
        ),
        (
            u32::MAX,
            2,
            FrameError::TooLarge { size: u32::MAX, max_frame_size: 512 },
            "the frame header announces 4294967295 octets, more than the limit of 512",
        ),
        (
            16,
            1,
            FrameError::DataOffset { doff: 1, size: 16 },
            "the body of a frame of 16 octets cannot begin at octet 4",
        ),
        (
            16,
            5,
            FrameError::DataOffset { doff: 5, size: 16 },
            "the body of a frame of 16 octets cannot begin at octet 20",
        ),
        (
            8,
            255,
            FrameError::DataOffset { doff: 255, size: 8 },
            "the body of a frame of 8 octets cannot begin at octet 1020",
        ),
    ];
    for (size, doff, error, sentence) in cases {
        let mut splitter = FrameSplitter::new(0);
        splitter.handle_input(&frame(size, doff, b""));
        assert_eq!(splitter.poll_frame(), Err(error));
        assert_eq!(splitter.poll_frame(), Err(error));
        assert_eq!(error.to_string(), sentence);

        // Wherever the header is split, only the header is taken from the input.
        let octets = frame(size, doff, b"the body, of which there is more");
        for cut in 0..FrameHeader::LEN {
            let mut splitter = FrameSplitter::new(0);
            let (mut first, mut second) = octets.split_at(cut);
            assert_eq!(splitter.next_frame(&mut first), Ok(None));
            assert_eq!(splitter.next_frame(&mut second), Err(error), "cut at {cut}");
            assert_eq!(splitter.next_frame(&mut second), Err(error));
            assert_eq!(splitter.next_frame(&mut &frame(8, 2, b"")[..]), Err(error));
            assert_eq!(splitter.poll_frame(), Err(error));
            assert_eq!(second, &octets[8..]);
            assert_eq!(splitter.into_remaining(), octets[..8]);
        }
    }
}

#[test]
fn the_limit_itself_is_allowed() {
    let mut splitter = FrameSplitter::new(600);
    splitter.handle_input(&frame(600, 2, &[0; 592]));
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body.len(), 592);
    assert!(!splitter.is_inside_frame());
    assert_eq!(borrowed(&mut splitter, &frame(600, 2, &[0; 592])), [[0; 592]]);
    assert!(!splitter.is_inside_frame());
}

#[test]
fn the_limit_changes_for_the_next_header() {
    let large = frame(600, 2, &[7; 592]);
    let mut splitter = FrameSplitter::new(0);
    splitter.handle_input(&large[..8]);
    let error = FrameError::TooLarge { size: 600, max_frame_size: 512 };
    assert_eq!(splitter.poll_frame(), Err(error));
    splitter.set_max_frame_size(600);
    assert_eq!(splitter.poll_frame(), Ok(None));

    // The header of this frame has been read. That of the next has not, although it is in the buffer.
    splitter.set_max_frame_size(0);
    splitter.handle_input(&large[8..]);
    splitter.handle_input(&large);
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body.len(), 592);
    assert_eq!(splitter.poll_frame(), Err(error));
    assert_eq!(splitter.poll_frame(), Err(error));
    splitter.set_max_frame_size(599);
    let error = FrameError::TooLarge { size: 600, max_frame_size: 599 };
    assert_eq!(splitter.poll_frame(), Err(error));
    splitter.set_max_frame_size(u32::MAX);
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body.len(), 592);
    assert!(!splitter.is_inside_frame());
}

#[test]
fn the_limit_changes_between_borrowed_frames() {
    let large = frame(600, 2, &[7; 592]);
    let octets = [frame(8, 2, b""), large.clone(), large.clone(), large[..100].to_vec()].concat();
    let mut input = &octets[..];
    let mut splitter = FrameSplitter::new(0);
    assert_eq!(splitter.next_frame(&mut input).unwrap().unwrap().body, b"");
    let error = FrameError::TooLarge { size: 600, max_frame_size: 512 };
    assert_eq!(splitter.next_frame(&mut input), Err(error));
    splitter.set_max_frame_size(600);
    assert_eq!(splitter.next_frame(&mut input).unwrap().unwrap().body, &large[8..]);

    // It applies to the next header, although a frame of another size is still borrowed.
    splitter.set_max_frame_size(599);
    let error = FrameError::TooLarge { size: 600, max_frame_size: 599 };
    assert_eq!(splitter.next_frame(&mut input), Err(error));
    splitter.set_max_frame_size(u32::MAX);
    assert_eq!(splitter.next_frame(&mut input).unwrap().unwrap().body, &large[8..]);

    // A frame whose header has been read may be completed.
    assert_eq!(splitter.next_frame(&mut input), Ok(None));
    splitter.set_max_frame_size(0);
    assert_eq!(borrowed(&mut splitter, &large[100..]), [&large[8..]]);
    assert!(!splitter.is_inside_frame());
}
