use amqp_types::transport::{FrameHeader, FrameType};

use super::{FrameError, FrameSplitter};

fn frame(size: u32, doff: u8, rest: &[u8]) -> Vec<u8> {
    let header = FrameHeader { size, doff, frame_type: FrameType::SASL, channel: 7 };
    [&header.to_bytes()[..], rest].concat()
}

#[test]
fn frames_wherever_the_octets_are_cut() {
    let octets = [
        frame(8, 2, b""),
        frame(12, 2, b"body"),
        // An extended header of two words.
        frame(20, 4, b"ignoredXbody"),
        frame(12, 3, b"skip"),
        b"half".to_vec(),
    ]
    .concat();
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
        assert_eq!(bodies, [&b""[..], b"body", b"body", b""]);
        assert!(splitter.is_inside_frame());
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
    }
}

#[test]
fn the_limit_itself_is_allowed() {
    let mut splitter = FrameSplitter::new(600);
    splitter.handle_input(&frame(600, 2, &[0; 592]));
    assert_eq!(splitter.poll_frame().unwrap().unwrap().body.len(), 592);
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
