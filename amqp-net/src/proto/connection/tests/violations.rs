//! What a peer must not do, and what it may.

use amqp_types::transport::{Detach, Role, SequenceNo};

use super::helpers::{attach, credit, scripted};
use super::*;

#[test]
fn violations_close_with_their_condition() {
    let now = Instant::now();
    let session = "amqp:not-allowed";
    let cases = [
        (frame(0, &Open::new("again")), "amqp:illegal-state"),
        (frame(7, &Flow::default()), session),
        (frame(0, &End::default()), session),
        (frame(256, &Begin::default()), "amqp:connection:framing-error"),
        (vec![0, 0, 0, 7, 2, 0, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 2, 0, 1, 2, 0, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 0, 0, 8, 2, 5, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 0, 0, 9, 2, 0, 0, 0, 0xff], "amqp:decode-error"),
        (
            b"\0\0\0\x10\x02\x01\0\0\0\x53\x44\xc0\x03\x01\x50\0".to_vec(),
            "amqp:connection:framing-error",
        ),
    ];
    for (octets, condition) in cases {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), condition, "{octets:x?}");
        let ConnectionEnd::Violation { condition: said, description } = ended(&mut client) else {
            panic!("not a violation")
        };
        assert_eq!(said.as_str(), condition);
        assert!(!description.is_empty());
        assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND).filter(|_| !client.is_over()));
        client.handle_input(now, &mut &*frame(0, &Close::default()));
        assert!(client.is_over() && !client.wants_read());
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    }
    // An open on another channel than 0.
    let mut client = client(settings(), now);
    client.handle_input(now, &mut &*frame(1, &Open::new("peer")));
    assert_eq!(sent_close(&mut client), "amqp:not-allowed");
}

#[test]
fn a_channel_equal_to_channel_max_is_allowed() {
    let now = Instant::now();
    let mut client = open_client(settings().channel_max(3), &Open::new("peer"), now);
    client.handle_input(now, &mut &*frame(3, &Begin::default()));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionBegunByPeer(..))));
}

#[test]
fn frames_of_any_type_and_size_never_panic() {
    let now = Instant::now();
    let mut seed = 7u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap()
    };
    let frames = [
        frame(0, &Open::new("peer")),
        frame(0, &Close::default()),
        frame(1, &Begin::default()),
        frame(0, &Flow::default()),
        b"\0\0\0\x08\x02\0\0\0".to_vec(),
    ];
    for _ in 0..20_000 {
        let mut connection = match random() % 2 {
            0 => Connection::server(settings(), now),
            _ => client(settings(), now),
        };
        for _ in 0..random() % 6 {
            let mut octets = frames[random() % frames.len()].clone();
            if random() % 2 == 0 {
                let at = random() % octets.len();
                octets[at] = u8::try_from(random() % 256).unwrap();
            }
            connection.handle_input(now, &mut &*octets);
            match random() % 8 {
                0 => connection.accept(now).unwrap_or_default(),
                1 => connection.close(now, None),
                2 => connection.handle_timeout(now + 40 * SECOND),
                3 => connection.handle_eof(StreamEnd::Clean),
                _ => {}
            }
            if connection.is_over() {
                assert!(!connection.wants_read());
            }
        }
        // All that was sent is whole frames, and nothing follows a close.
        let sent = sent(&mut connection);
        let closes = sent.iter().position(|sent| matches!(sent, Performative::Close(_)));
        assert!(closes.is_none_or(|at| at + 1 == sent.len()), "{sent:?}");
    }
}

#[test]
fn a_frame_on_a_channel_without_a_session_ends_the_connection_and_all_in_it() {
    let now = Instant::now();
    let frames = [
        frame(
            7,
            &Attach { initial_delivery_count: Some(SequenceNo(0)), ..attach("b", Role::Sender) },
        ),
        frame(7, &credit(0, 1, 1)),
        frame(7, &Transfer::default()),
        frame(7, &Detach::default()),
        frame(7, &End::default()),
    ];
    for octets in frames {
        let (mut client, link) = scripted(now, |_| {});
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), "amqp:not-allowed");
        let ConnectionEnd::Violation { description, .. } = ended(&mut client) else { panic!() };
        assert!(description.ends_with("on channel 7, which has no session"), "{description}");
        let stats = client.stats();
        assert_eq!((stats.sessions, stats.links), (0, 0));
        let sent = client.send(now, link, &OutgoingDelivery::new("m"));
        assert_eq!(sent, Err(SendError::NotAttached));
    }
}
