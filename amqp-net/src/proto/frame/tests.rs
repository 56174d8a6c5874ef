use amqp_types::transport::{FrameHeader, FrameType};

use super::{FrameError, FrameSplitter};

fn frame(size: u32, doff: u8, rest: &[u8]) -> Vec<u8> {
    let header = FrameHeader { size, doff, frame_type: FrameType::SASL, channel: 7 };
    [&header.to_bytes()[..], rest].concat()
}

/// Frames of all kinds, and the beginning of one more.
fn frames() -> (Vec<u8>, [&'static [u8]; 6]) {
    let octets = [
        frame(8, 2, b""),
        frame(12, 2, b"body"),
        // An extended header of two words.
        frame(20, 4, b"ignoredXbody"),
        // One and no body.
        frame(12, 3, b"skip"),
        frame(8, 2, b""),
        frame(9, 2, b"b"),
        b"half".to_vec(),
    ];
    (octets.concat(), [b"", b"body", b"body", b"", b"", b"b"])
}

/// The bodies of the frames that are lent, which are all on channel 7.
fn lent(splitter: &mut FrameSplitter, mut input: &[u8]) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Some(frame) = splitter.poll_borrowed(&mut input).unwrap() {
        assert_eq!(frame.header.channel, 7);
        bodies.push(frame.body.to_vec());
    }
    assert!(input.is_empty(), "without a frame, all has been taken");
    bodies
}

#[test]
fn frames_wherever_the_octets_are_cut() {
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
        assert_eq!(splitter.into_rest(), b"half"[..]);
    }
}

#[test]
fn frames_are_lent_wherever_the_octets_are_cut() {
    let (octets, expected) = frames();
    for second in 0..=octets.len() {
        for first in 0..=second {
            let mut splitter = FrameSplitter::new(512);
            let mut bodies = Vec::new();
            for part in [&octets[..first], &octets[first..second], &octets[second..]] {
                bodies.extend(lent(&mut splitter, part));
            }
            assert_eq!(bodies, expected, "cut at {first} and {second}");
            assert!(splitter.is_inside_frame());
            assert_eq!(splitter.into_rest(), b"half"[..]);
        }
    }
}

#[test]
fn what_is_whole_is_lent_from_where_it_is() {
    let (octets, expected) = frames();
    let mut splitter = FrameSplitter::new(512);
    let mut input = &octets[..];
    for body in expected {
        let frame = splitter.poll_borrowed(&mut input).unwrap().unwrap();
        assert_eq!(frame.body, body);
        assert!(octets.as_ptr_range().contains(&frame.body.as_ptr()));
        assert_eq!(frame.to_frame().body, body);
        assert!(!splitter.is_inside_frame());
    }
    assert_eq!(input, b"half");
    assert_eq!(splitter.into_rest(), b""[..]);
}

#[test]
fn frames_are_lent_and_owned_in_turn() {
    let (octets, expected) = frames();
    for cut in 0..=octets.len() {
        let mut splitter = FrameSplitter::new(512);
        let (kept, mut input) = octets.split_at(cut);
        splitter.handle_input(kept);
        let mut bodies = Vec::new();
        while let Some(frame) = splitter.poll_borrowed(&mut input).unwrap() {
            bodies.push(frame.body.to_vec());
            // This one is given out if it is among those that are kept.
            if let Some(frame) = splitter.poll_frame().unwrap() {
                bodies.push(frame.body.to_vec());
            }
        }
        assert_eq!(bodies, expected, "cut at {cut}");
        assert_eq!(splitter.into_rest(), b"half"[..]);
    }
}

#[test]
fn a_wrong_header_is_seen_before_the_body_comes() {
    let cases = [
        (
            0,
            2,
            FrameError::TooSmall { size: 0 },
            "a frame of 0 octets has no room for its header of 8",
        ),
        (
            7,
            2,
            FrameError::TooSmall { size: 7 },
            "a frame of 7 octets has no room for its header of 8",
        ),
        (
            513,
            2,
            FrameError::TooLarge { size: 513, max_frame_size: 512 },
            "a frame of 513 octets is more than the 512 taken here",
        ),
        (
            u32::MAX,
            2,
            FrameError::TooLarge { size: u32::MAX, max_frame_size: 512 },
            "a frame of 4294967295 octets is more than the 512 taken here",
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

        // Wherever the header is cut; and no more than the header is taken.
        let octets = frame(size, doff, b"the body, of which there is more");
        for cut in 0..FrameHeader::LEN {
            let mut splitter = FrameSplitter::new(0);
            let (mut first, mut second) = octets.split_at(cut);
            assert_eq!(splitter.poll_borrowed(&mut first), Ok(None));
            assert_eq!(splitter.poll_borrowed(&mut second), Err(error), "cut at {cut}");
            assert_eq!(splitter.poll_borrowed(&mut second), Err(error));
            assert_eq!(splitter.poll_borrowed(&mut &frame(8, 2, b"")[..]), Err(error));
            assert_eq!(splitter.poll_frame(), Err(error));
            assert_eq!(second, &octets[8..]);
            assert_eq!(splitter.into_rest(), octets[..8]);
        }
    }
}

#[test]
fn the_limit_itself_is_allowed() {
    let mut splitter = FrameSplitter::new(600);
    splitter.handle_input(&frame(600, 2, &[0; 592]));
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body.len(), 592);
    assert!(!splitter.is_inside_frame());
    assert_eq!(lent(&mut splitter, &frame(600, 2, &[0; 592])), [[0; 592]]);
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

    // This one has begun; the one behind it has not, though its header is there.
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
fn the_limit_changes_between_frames_that_are_lent() {
    let large = frame(600, 2, &[7; 592]);
    let octets = [frame(8, 2, b""), large.clone(), large.clone(), large[..100].to_vec()].concat();
    let mut input = &octets[..];
    let mut splitter = FrameSplitter::new(0);
    assert_eq!(splitter.poll_borrowed(&mut input).unwrap().unwrap().body, b"");
    let error = FrameError::TooLarge { size: 600, max_frame_size: 512 };
    assert_eq!(splitter.poll_borrowed(&mut input), Err(error));
    splitter.set_max_frame_size(600);
    assert_eq!(splitter.poll_borrowed(&mut input).unwrap().unwrap().body, &large[8..]);

    // It holds for the next header, though this frame is lent still.
    splitter.set_max_frame_size(599);
    let error = FrameError::TooLarge { size: 600, max_frame_size: 599 };
    assert_eq!(splitter.poll_borrowed(&mut input), Err(error));
    splitter.set_max_frame_size(u32::MAX);
    assert_eq!(splitter.poll_borrowed(&mut input).unwrap().unwrap().body, &large[8..]);

    // One that has begun may come to its end.
    assert_eq!(splitter.poll_borrowed(&mut input), Ok(None));
    splitter.set_max_frame_size(0);
    assert_eq!(lent(&mut splitter, &large[100..]), [&large[8..]]);
    assert!(!splitter.is_inside_frame());
}
