//! The sizes of frames in both directions.

use super::*;

#[test]
fn a_max_frame_size_below_the_minimum_is_refused() {
    let now = Instant::now();
    for max_frame_size in [0, 1, 511, 512] {
        let mut client = client(settings(), now);
        let open = Open { max_frame_size, ..Open::new("peer") };
        client.handle_input(now, &mut &*frame(0, &open));
        if max_frame_size == 512 {
            assert!(matches!(client.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
            continue;
        }
        // A close with the reason may follow.
        assert_eq!(client.poll_event(), None);
        client.handle_timeout(now + 30 * SECOND);
        assert_eq!(sent_close(&mut client), "amqp:invalid-field");
        let end = ended(&mut client).to_string();
        assert!(end.contains(&format!("max-frame-size of {max_frame_size}, below")), "{end}");
    }
}

#[test]
fn opens_and_closes_are_never_larger_than_the_frames_of_the_peer() {
    let now = Instant::now();
    let long = ConnectionSettings::new("c".repeat(600));
    let error = Connection::client(long.clone(), now).unwrap_err();
    assert!(matches!(error, FrameWriteError::TooLarge { max_frame_size: 512, .. }));
    // A server knows the limit of the client.
    let mut server = Connection::server(long.clone(), now);
    server.handle_input(now, &mut &*frame(0, &Open::new("client")));
    server.accept(now).unwrap();
    assert!(server.poll_transmit().unwrap().len() > 600);
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*frame(0, &Open { max_frame_size: 512, ..Open::new("c") }));
    server.accept(now).unwrap();
    server.close(now, Some(Error::new(AmqpError::InternalError, "d".repeat(600))));
    let sent = sent(&mut server);
    let [Performative::Open(_), Performative::Close(close)] = &*sent else { panic!("{sent:?}") };
    let condition = ErrorCondition::from(AmqpError::InternalError);
    let expected = Error { condition, description: None, info: None };
    assert_eq!(close.error, Some(expected));
    // A server that has not opened, and cannot with its settings.
    let mut server = Connection::server(long, now);
    server.handle_input(now, &mut &*frame(0, &Open { max_frame_size: 512, ..Open::new("c") }));
    assert!(server.accept(now).is_err());
    let condition = Symbol::new("x".repeat(600)).unwrap();
    server.close(now, Some(Error::new(ErrorCondition::Other(condition), "")));
    let sent = self::sent(&mut server);
    let [Performative::Open(_), Performative::Close(close)] = &*sent else { panic!("{sent:?}") };
    assert_eq!(close.error, None);
}

#[test]
fn the_first_frame_of_a_client_is_limited() {
    let now = Instant::now();
    let open =
        |len: usize| frame(0, &Open { hostname: Some("h".repeat(len).into()), ..Open::new("") });
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*open(16_000));
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    server.accept(now).unwrap();
    // A frame of the size that was announced.
    server.handle_input(now, &mut &[0, 0, 0x80, 0, 2, 0, 0, 0][..]);
    assert_eq!(server.end_reason(), None);
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*open(17_000));
    assert!(matches!(ended(&mut server), ConnectionEnd::Violation { .. }));
}

#[test]
fn an_offer_below_the_minimum_is_raised_to_it() {
    for (octets, offered) in [(0, 512), (511, 512), (512, 512), (513, 513)] {
        let now = Instant::now();
        let mut client = Connection::client(settings().max_frame_size(octets), now).unwrap();
        let sent = sent(&mut client);
        let [Performative::Open(open)] = &*sent else { panic!("{sent:?}") };
        assert_eq!(open.max_frame_size, offered);
    }
}

#[test]
fn a_peer_that_says_no_max_frame_size_has_no_limit() {
    let now = Instant::now();
    // Only the container-id, and no other field.
    let octets = b"\0\0\0\x11\x02\0\0\0\0\x53\x10\xc0\x04\x01\xa1\x01p";
    let mut client = client(settings(), now);
    client.handle_input(now, &mut &octets[..]);
    let Some(ConnectionEvent::PeerOpened(open)) = client.poll_event() else { panic!() };
    assert_eq!((open.max_frame_size, open.channel_max), (u32::MAX, u16::MAX));
    let long =
        Fields(Map::from_iter([(Symbol::from_static("k"), Value::from("v".repeat(1 << 20)))]));
    client.begin(now, SessionSettings::default().properties(long)).unwrap();
    assert!(client.poll_transmit().unwrap().len() > 1 << 20);
}

#[test]
fn a_frame_above_our_limit_is_refused_from_its_header() {
    let now = Instant::now();
    for (size, is_refused) in [(4096_u32, false), (4097, true), (u32::MAX, true)] {
        let small = settings().max_frame_size(4096);
        let mut client = open_client(small, &Open::new("peer"), now);
        let header = [&size.to_be_bytes()[..], &[2, 0, 0, 0]].concat();
        client.handle_input(now, &mut &*header);
        assert_eq!(client.end_reason().is_some(), is_refused, "{size}");
        if is_refused {
            assert_eq!(sent_close(&mut client), "amqp:connection:framing-error");
            assert!(!client.wants_read(), "nothing of it is kept");
            let end = ended(&mut client).to_string();
            assert!(end.contains(&size.to_string()) && end.contains("4096"), "{end}");
        }
    }
}
