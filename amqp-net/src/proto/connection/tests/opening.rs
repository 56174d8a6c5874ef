//! The open of both sides, and its refusal.

use amqp_types::transport::{Handle, Role};

use super::*;

#[test]
fn a_server_takes_everything_that_a_client_pipelines() {
    let now = Instant::now();
    let octets = [frame(0, &Open::new("all")), frame(0, &Close::default())].concat();
    for part in 1..=octets.len() {
        let mut server = Connection::server(settings(), now);
        let mut events = Vec::new();
        let mut left = Vec::new();
        for octets in octets.chunks(part) {
            left.extend_from_slice(octets);
            let mut input = &*left;
            server.handle_input(now, &mut input);
            while let Some(event) = server.poll_event() {
                if let ConnectionEvent::PeerOpened(_) = event {
                    server.accept(now).unwrap();
                    server.handle_input(now, &mut input);
                } else {
                    events.push(event);
                }
            }
            left = input.to_vec();
        }
        assert_eq!(events, [ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None))]);
        let sent = sent(&mut server);
        assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
    }
}

#[test]
fn a_server_leaves_input_until_it_has_decided() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    let octets = [frame(0, &Open::new("all")), frame(0, &Close::default())].concat();
    let mut input = &*octets;
    server.handle_input(now, &mut input);
    assert_eq!(input, frame(0, &Close::default()));
    assert!(!server.wants_read());
    assert_eq!(server.poll_timeout(), None, "the decision takes its time");
    // The client is refused.
    server.poll_event();
    server.close(now, Some(Error::new(AmqpError::NotAllowed, "full")));
    server.handle_input(now, &mut input);
    assert!(input.is_empty() && server.is_over());
    assert_eq!(ended(&mut server), ConnectionEnd::Closed);
    let sent = sent(&mut server);
    assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
    server.accept(now).unwrap();
    assert_eq!(server.poll_transmit(), None);
}

#[test]
fn a_first_frame_that_is_not_open_closes_the_connection() {
    let now = Instant::now();
    let cases = [
        (frame(0, &Begin::default()), "begin"),
        (frame(0, &Attach::new("a", Handle(0), Role::Sender)), "attach"),
        (frame(0, &Flow::default()), "flow"),
        (frame(0, &Transfer::default()), "transfer"),
        (frame(0, &End::default()), "end"),
    ];
    for (octets, name) in cases {
        let mut server = Connection::server(settings(), now);
        server.handle_input(now, &mut &*octets);
        let end = ended(&mut server);
        assert_eq!(
            end.to_string(),
            format!(
                "the peer violated the standard (amqp:illegal-state): the first frame is not open but {name}"
            )
        );
        assert_eq!(end.fault().unwrap(), Fault::Peer);
        // No close without an open.
        let sent = sent(&mut server);
        assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
        // What follows is discarded until the peer's close.
        server.handle_input(now, &mut &*octets.repeat(3));
        assert!(!server.is_over());
        server.handle_input(now, &mut &*frame(0, &Close::default()));
        assert!(server.is_over());
        let mut client = client(settings(), now);
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), "amqp:illegal-state");
    }
}

#[test]
fn an_empty_frame_before_open_is_taken() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    assert_eq!(server.poll_event(), None);
    server.handle_input(now, &mut &*frame(0, &Open::new("peer")));
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
}

#[test]
fn the_reason_of_a_refusal_is_reported() {
    let now = Instant::now();
    let property = |value: Value| {
        let key = Symbol::from_static("amqp:connection-establishment-failed");
        Some(Fields(Map::from_iter([(key, value)])))
    };
    let opens = [
        Open { max_frame_size: 0, channel_max: 0, ..Open::new("") },
        Open { properties: property(Value::Boolean(true)), ..Open::new("") },
        Open { properties: property(Value::String("true".into())), ..Open::new("broker") },
    ];
    let close = close_with(AmqpError::UnauthorizedAccess, "no user");
    for open in opens {
        let octets = [frame(0, &open), close.clone()].concat();
        for cut in [0, frame(0, &open).len(), octets.len()] {
            let mut client = client(settings(), now);
            client.handle_input(now, &mut &octets[..cut]);
            client.handle_input(now, &mut &octets[cut..]);
            let end = ended(&mut client);
            assert_eq!(
                end.to_string(),
                "the peer refused to open the connection: amqp:unauthorized-access: no user"
            );
            assert_eq!(end.remote().unwrap().condition, AmqpError::UnauthorizedAccess.into());
            assert!(matches!(&*sent(&mut client), [Performative::Close(_)]));
            assert!(client.is_over());
        }
    }
    let accepted = Open { properties: property(Value::Boolean(false)), ..Open::new("peer") };
    open_client(settings(), &accepted, now);
}

#[test]
fn a_close_instead_of_open_is_a_refusal() {
    let now = Instant::now();
    let mut client = client(settings(), now);
    client.handle_input(now, &mut &*close_with(ConnectionError::ConnectionForced, "down"));
    let end = ended(&mut client);
    assert_eq!(
        end.to_string(),
        "the peer refused to open the connection: amqp:connection:forced: down"
    );
    assert!(client.is_over());
}

#[test]
fn a_client_sees_the_refusal_of_a_server() {
    let now = Instant::now();
    let mut client = Connection::client(settings(), now).unwrap();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*client.poll_transmit().unwrap());
    let error = Error::new(AmqpError::UnauthorizedAccess, "not you");
    server.close(now, Some(error.clone()));
    client.handle_input(now, &mut &*server.poll_transmit().unwrap());
    assert_eq!(ended(&mut client), ConnectionEnd::Refused(Some(error)));
    // Also if it closes first, or the stream ends before the reason.
    let refusing = frame(0, &Open { max_frame_size: 0, ..Open::new("") });
    let mut client = self::client(settings(), now);
    client.handle_input(now, &mut &*refusing);
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
    client.close(now, None);
    client.handle_input(now, &mut &*close_with(AmqpError::NotAllowed, "no"));
    assert!(matches!(ended(&mut client), ConnectionEnd::Refused(Some(_))));
    let mut client = self::client(settings().idle_time_out(Some(2 * SECOND)), now);
    client.handle_input(now, &mut &*refusing);
    client.handle_timeout(now + 3 * SECOND);
    assert_eq!(client.end_reason(), None, "it is not open, and not idle");
    client.handle_eof(StreamEnd::Clean);
    let end = ended(&mut client);
    assert!(end.to_string().contains("max-frame-size of 0"), "{end}");
    assert_eq!(client.end_reason(), Some(&end));
}

#[test]
fn a_peer_that_does_not_open_in_time_is_given_up() {
    let now = Instant::now();
    for mut connection in [client(settings(), now), Connection::server(settings(), now)] {
        assert_eq!(connection.poll_timeout(), Some(now + 30 * SECOND));
        connection.handle_timeout(now + 30 * SECOND);
        let end = ended(&mut connection);
        assert_eq!(end, ConnectionEnd::OpenTimedOut(30 * SECOND));
        assert_eq!(end.fault().unwrap(), Fault::Time);
        assert!(connection.is_over() && !connection.wants_read());
    }
}

#[test]
fn a_decision_may_take_longer_than_the_idle_time_out() {
    let began = Instant::now();
    let mut server = Connection::server(settings(), began);
    server.handle_input(began, &mut &*frame(0, &Open::new("peer")));
    let now = began + 61 * SECOND;
    server.accept(now).unwrap();
    assert_eq!(server.poll_timeout(), Some(now + 60 * SECOND));
    server.handle_timeout(now);
    assert_eq!(server.end_reason(), None);
}

#[test]
fn nothing_is_accepted_after_the_end() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*frame(0, &Open::new("peer")));
    server.handle_eof(StreamEnd::Clean);
    server.accept(now).unwrap();
    assert_eq!(server.poll_transmit(), None);
}

#[test]
fn a_first_frame_without_any_field_closes_the_connection() {
    let now = Instant::now();
    // An open and a transfer whose lists are empty, though fields are mandatory.
    for octets in [b"\0\0\0\x0c\x02\0\0\0\0\x53\x10\x45", b"\0\0\0\x0c\x02\0\0\0\0\x53\x14\x45"] {
        let mut server = Connection::server(settings(), now);
        server.handle_input(now, &mut &octets[..]);
        let ConnectionEnd::Violation { condition, .. } = ended(&mut server) else { panic!() };
        assert_eq!(condition.as_str(), "amqp:decode-error");
        let sent = sent(&mut server);
        assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
        assert_eq!(server.begin(now, SessionSettings::default()), Err(BeginError::NotOpen));
    }
}
