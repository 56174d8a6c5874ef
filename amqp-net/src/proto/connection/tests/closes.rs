//! The close of both sides, and the end of the stream.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Detach, Handle, Role};

use super::helpers::{
    Pair, another_receiver, attach, credit, frames, received, scripted, transfer, updated,
    with_payload,
};
use super::*;

#[test]
fn a_close_that_crosses_another_is_its_answer() {
    let now = Instant::now();
    let mut client = Connection::client(settings(), now).unwrap();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*client.poll_transmit().unwrap());
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    server.accept(now).unwrap();
    client.close(now, None);
    server.close(now, None);
    let (from_client, from_server) = (client.poll_transmit(), server.poll_transmit());
    client.handle_input(now, &mut &*from_server.unwrap());
    server.handle_input(now, &mut &*from_client.unwrap());
    // The client closed before it knew whether the connection was open.
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Ended(ConnectionEnd::Closed)));
    assert_eq!(ended(&mut server), ConnectionEnd::Closed);
    assert!(client.is_over() && server.is_over());
    assert_eq!((client.poll_transmit(), server.poll_transmit()), (None, None));
    assert_eq!((client.poll_timeout(), server.poll_timeout()), (None, None));
}

#[test]
fn the_host_and_the_port_of_a_redirect_can_be_read() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let info = [
        ("hostname", Value::from("a")),
        ("network-host", Value::from("10.0.0.1")),
        ("port", Value::from(5673_u16)),
    ];
    let info = info.map(|(key, value)| (Symbol::from_static(key), value));
    let error = Error {
        info: Some(Info(Fields(Map::from_iter(info)))),
        ..Error::new(ConnectionError::Redirect, "elsewhere")
    };
    client.handle_input(now, &mut &*frame(0, &Close { error: Some(error.clone()) }));
    let end = ended(&mut client);
    let told = end.remote().unwrap();
    assert_eq!(told, &error);
    let field = |key: &'static str| {
        told.info.as_ref().unwrap().0.get(&Symbol::from_static(key)).unwrap().clone()
    };
    assert_eq!(field("hostname"), Value::from("a"));
    assert_eq!(
        (field("network-host"), field("port")),
        (Value::from("10.0.0.1"), Value::from(5673_u16))
    );
}

#[test]
fn a_close_that_is_not_answered_ends_at_its_limit() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.close(now, None);
    client.close(now, None);
    assert!(matches!(&*sent(&mut client), [Performative::Close(_)]), "once");
    // Everything else is discarded.
    client.handle_input(now, &mut &*frame(9, &Transfer::default()));
    assert_eq!((client.poll_event(), client.poll_timeout()), (None, Some(now + 5 * SECOND)));
    client.handle_timeout(now + 5 * SECOND);
    assert_eq!(ended(&mut client), ConnectionEnd::CloseTimedOut(5 * SECOND));
    assert!(client.is_over());
}

#[test]
fn a_stream_that_ends_without_a_close_is_lost() {
    let now = Instant::now();
    for end in [StreamEnd::Clean, StreamEnd::Reset] {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.handle_eof(end);
        assert_eq!(ended(&mut client), ConnectionEnd::Lost(end));
        assert!(client.is_over());
    }
    // The end of the stream after both closes is no event.
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_input(now, &mut &*frame(0, &Close::default()));
    client.handle_eof(StreamEnd::Clean);
    assert_eq!(ended(&mut client), ConnectionEnd::ClosedByPeer(None));
}

#[test]
fn after_a_write_error_the_peer_may_say_why() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_write_error(now, StreamEnd::Reset);
    client.handle_input(now, &mut &*close_with(ConnectionError::ConnectionForced, "down"));
    let end = ended(&mut client).to_string();
    assert_eq!(end, "the peer closed the connection: amqp:connection:forced: down");
    assert!(client.is_over());
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_write_error(now, StreamEnd::Reset);
    client.close(now, None);
    assert_eq!(client.poll_transmit(), None);
    client.handle_timeout(now + 5 * SECOND);
    assert_eq!(ended(&mut client), ConnectionEnd::Lost(StreamEnd::Reset));
}

#[test]
fn bodies_that_cannot_be_decoded_are_discarded_after_our_close() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.close(now, None);
    let junk = [&[0, 0, 0, 9, 2, 0, 0, 0, 0xff][..], &[0, 0, 0, 8, 2, 5, 0, 0]].concat();
    client.handle_input(now, &mut &*[junk, frame(0, &Close::default())].concat());
    assert_eq!(ended(&mut client), ConnectionEnd::Closed);
}

#[test]
fn the_info_of_an_error_is_left_out_first() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let key = Symbol::from_static("key");
    let info = Info(Fields(Map::from_iter([(key, Value::String("i".repeat(600).into()))])));
    let error = Error::new(AmqpError::InternalError, "why");
    client.close(now, Some(Error { info: Some(info), ..error.clone() }));
    let expected = Performative::Close(Close { error: Some(error) });
    assert_eq!(sent(&mut client), [expected]);
}

#[test]
fn a_close_on_any_channel_is_taken() {
    let now = Instant::now();
    for channel in [0, 5, u16::MAX] {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.handle_input(now, &mut &*frame(channel, &Close::default()));
        assert_eq!(ended(&mut client), ConnectionEnd::ClosedByPeer(None));
        assert!(matches!(&*sent(&mut client), [Performative::Close(_)]));
        assert!(client.is_over());
    }
}

#[test]
fn after_a_close_nothing_is_sent_and_what_comes_is_ignored() {
    let now = Instant::now();
    for is_ours in [true, false] {
        let (mut client, sender) = scripted(now, |_| {});
        client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
        if is_ours {
            client.close(now, None);
        } else {
            client.handle_input(now, &mut &*frame(0, &Close::default()));
            assert_eq!(ended(&mut client), ConnectionEnd::ClosedByPeer(None));
        }
        assert!(matches!(&*sent(&mut client), [Performative::Close(_)]));
        // From the user.
        assert_eq!(client.begin(now, SessionSettings::default()), Err(BeginError::NotOpen));
        let message = OutgoingDelivery::new("m");
        assert_eq!(client.send(now, sender, &message), Err(SendError::NotAttached));
        let session = sender.session();
        let refused = client.attach(now, session, attach("b", Role::Receiver));
        assert_eq!(refused, Err(AttachError::NotFound));
        client.detach(now, sender, true, None);
        client.end(now, session, None);
        client.close(now, Some(Error::new(AmqpError::InternalError, "late")));
        // From the peer.
        let discarded = [
            frame(0, &Flow { echo: true, handle: None, ..credit(0, 100, 0) }),
            frame(0, &Detach { closed: true, ..Detach::default() }),
            frame(0, &End::default()),
            frame(3, &Begin::default()),
            frame(0, &Open::new("again")),
            frame(0, &Transfer::default()),
        ];
        client.handle_input(now, &mut &*discarded.concat());
        client.handle_timeout(now + SECOND);
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    }
}

#[test]
fn what_was_asked_for_before_a_close_goes_first_and_nothing_after_it() {
    let now = Instant::now();
    let (mut client, outgoing) = scripted(now, |_| {});
    let session = outgoing.session();
    let incoming = another_receiver(now, &mut client, session);
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    let one = Transfer { handle: Handle(1), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&one, b"m"));
    let delivery = received(&mut client);
    client.send(now, outgoing, &OutgoingDelivery::new("m")).unwrap();
    client.settle(now, delivery.id, Accepted {}).unwrap();
    client.close(now, None);
    // All of this comes too late.
    let refused = client.send(now, outgoing, &OutgoingDelivery::new("late"));
    assert_eq!(refused, Err(SendError::NotAttached));
    assert_eq!(client.settle(now, delivery.id, Accepted {}), Err(NotUnsettled));
    assert!(client.attach(now, session, attach("c", Role::Sender)).is_err());
    assert_eq!(client.begin(now, SessionSettings::default()), Err(BeginError::NotOpen));
    client.grant(now, incoming, 20);
    client.detach(now, outgoing, true, None);
    client.end(now, session, None);
    client.close(now, Some(Error::new(AmqpError::InternalError, "again")));
    let output = frames(&mut client);
    let [
        (0, Performative::Transfer(_)),
        (0, Performative::Disposition(_)),
        (0, Performative::Close(Close { error: None })),
    ] = &*output
    else {
        panic!("{output:?}")
    };
    client.handle_timeout(now + SECOND);
    client.handle_input(now, &mut &*frame(0, &Close::default()));
    assert_eq!(client.poll_transmit(), None);
    assert_eq!(ended(&mut client), ConnectionEnd::Closed);
    assert!(client.is_over());
}

#[test]
fn a_close_of_the_peer_is_answered_at_once_and_a_close_after_it_sends_nothing() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let error = Error::new(ConnectionError::ConnectionForced, "down");
    client.handle_input(now, &mut &*frame(0, &Close { error: Some(error.clone()) }));
    assert_eq!(ended(&mut client), ConnectionEnd::ClosedByPeer(Some(error)));
    assert!(matches!(&*sent(&mut client), [Performative::Close(Close { error: None })]));
    assert!(client.is_over());
    client.close(now, None);
    client.detach(now, link, true, None);
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
}

#[test]
fn a_client_that_closes_before_the_open_of_the_peer_is_closed() {
    let now = Instant::now();
    let mut client = client(settings(), now);
    client.close(now, None);
    assert!(matches!(&*sent(&mut client), [Performative::Close(Close { error: None })]));
    let octets = [frame(0, &Open::new("peer")), frame(0, &Close::default())].concat();
    client.handle_input(now, &mut &*octets);
    assert_eq!(ended(&mut client), ConnectionEnd::Closed);
    assert!(client.is_over());
}

#[test]
fn nothing_is_left_after_a_link_a_session_or_a_connection_has_ended() {
    type Act = fn(&mut Pair);
    let ends: [Act; 6] = [
        |pair| pair.sender.detach(pair.now, pair.outgoing, true, None),
        |pair| pair.receiver.detach(pair.now, pair.incoming, true, None),
        |pair| pair.sender.end(pair.now, pair.outgoing.session(), None),
        |pair| pair.receiver.end(pair.now, pair.incoming.session(), None),
        |pair| pair.sender.close(pair.now, None),
        |pair| {
            pair.sender.handle_eof(StreamEnd::Reset);
            pair.receiver.handle_eof(StreamEnd::Clean);
        },
    ];
    for (number, end) in ends.into_iter().enumerate() {
        let mut pair = Pair::new();
        pair.grant(5);
        for _ in 0..3 {
            pair.send("m").unwrap();
        }
        pair.drive();
        let delivery = pair.received();
        pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
        pair.drive();
        assert!(updated(&mut pair.sender).2);
        end(&mut pair);
        pair.drive();
        for connection in [&pair.sender, &pair.receiver] {
            let stats = connection.stats();
            let unsettled = (stats.unsettled_sent, stats.unsettled_received);
            let sessions = usize::from(number < 2);
            assert_eq!((stats.links, stats.sessions, unsettled), (0, sessions, (0, 0)), "{number}");
        }
    }
}
