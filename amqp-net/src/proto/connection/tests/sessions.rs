//! Sessions: channels, begin and end, and the flows of sessions.

use amqp_types::transport::{
    DeliveryNumber, DeliveryTag, Detach, Handle, Role, SequenceNo, TransferNumber,
};

use super::helpers::{accept, answer, begun, drive, frames, pair, received, session_ended};
use super::*;

/// A client with a session on channel 0, which the peer has answered on channel 7.
fn with_session(now: Instant) -> (Connection, SessionId) {
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let sent = frames(&mut client);
    assert!(matches!(&*sent, [(0, Performative::Begin(Begin { remote_channel: None, .. }))]));
    client.handle_input(now, &mut &*frame(7, &answer(0)));
    assert_eq!(begun(&mut client), session);
    (client, session)
}

fn flow(echo: bool) -> Flow {
    let next_incoming_id = Some(TransferNumber(0));
    Flow { next_incoming_id, incoming_window: 10, echo, ..Flow::default() }
}

#[test]
fn a_session_begins_and_ends_on_both_sides() {
    let now = Instant::now();
    let (mut client, mut server) = pair(now);
    let session = client.begin(now, SessionSettings::default().handle_max(7)).unwrap();
    drive(now, &mut client, &mut server);
    assert_eq!(begun(&mut client), session);
    let Some(ConnectionEvent::SessionBegunByPeer(theirs, begin)) = server.poll_event() else {
        panic!()
    };
    assert_eq!(begin.handle_max, Handle(7));
    let error = Error::new(AmqpError::InternalError, "out of order");
    server.end(now, theirs, Some(error.clone()));
    drive(now, &mut client, &mut server);
    assert_eq!(session_ended(&mut client), (session, SessionEnd::EndedByPeer(Some(error))));
    assert_eq!(session_ended(&mut server), (theirs, SessionEnd::Ended));
    assert_eq!((client.poll_event(), server.poll_event()), (None, None));
    // Neither is found any more.
    client.end(now, session, None);
    server.end(now, theirs, None);
    assert_eq!((client.poll_transmit(), server.poll_transmit()), (None, None));
}

#[test]
fn both_sides_end_at_once() {
    let now = Instant::now();
    let (mut client, mut server) = pair(now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    drive(now, &mut client, &mut server);
    let (_, theirs) = (begun(&mut client), begun(&mut server));
    client.end(now, session, None);
    server.end(now, theirs, None);
    drive(now, &mut client, &mut server);
    assert_eq!(session_ended(&mut client), (session, SessionEnd::Ended));
    assert_eq!(session_ended(&mut server), (theirs, SessionEnd::Ended));
}

#[test]
fn frames_go_to_the_right_session_if_the_channels_of_both_sides_differ() {
    let now = Instant::now();
    let (mut client, session) = with_session(now);
    client.handle_input(now, &mut &*frame(7, &flow(true)));
    assert!(matches!(&*frames(&mut client), [(0, Performative::Flow(_))]));
    let theirs = Attach { initial_delivery_count: Some(SequenceNo(0)), ..attach() };
    client.handle_input(now, &mut &*frame(7, &theirs));
    let link = accept(now, &mut client);
    client.grant(now, link, 1);
    client.poll_transmit();
    let message = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([0])),
        ..Transfer::default()
    };
    client.handle_input(now, &mut &*frame(7, &message));
    assert_eq!(received(&mut client).id.link(), link);
    client.handle_input(now, &mut &*frame(7, &End::default()));
    assert_eq!(session_ended(&mut client), (session, SessionEnd::EndedByPeer(None)));
    assert!(matches!(&*frames(&mut client), [(0, Performative::End(_))]));
    // The channel of the peer is free, and there are others of this side.
    let again = client.begin(now, SessionSettings::default()).unwrap();
    assert_ne!(again, session);
    client.handle_input(now, &mut &*frame(7, &answer(1)));
    assert_eq!(begun(&mut client), again);
}

#[test]
fn sessions_that_are_answered_in_another_order_are_told_apart() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let sessions = [0, 1, 2].map(|_| client.begin(now, SessionSettings::default()).unwrap());
    for channel in [2, 0, 1] {
        client.handle_input(now, &mut &*frame(channel + 10, &answer(channel)));
        assert_eq!(begun(&mut client), sessions[usize::from(channel)]);
    }
}

#[test]
fn answers_to_nothing_are_violations() {
    let now = Instant::now();
    let cases = [
        (frame(8, &answer(0)), "amqp:not-allowed"),
        (frame(8, &answer(3)), "amqp:not-allowed"),
        (frame(7, &Begin::default()), "amqp:illegal-state"),
        (frame(7, &answer(0)), "amqp:illegal-state"),
        (frame(8, &End::default()), "amqp:not-allowed"),
        (frame(8, &flow(false)), "amqp:not-allowed"),
    ];
    for (octets, condition) in cases {
        let (mut client, _) = with_session(now);
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), condition);
        assert!(matches!(ended(&mut client), ConnectionEnd::Violation { .. }));
    }
}

fn attach() -> Attach {
    Attach::new("link", Handle(0), Role::Sender)
}

#[test]
fn a_begin_without_a_remote_channel_is_not_an_answer() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &Begin::default()));
    let theirs = begun(&mut client);
    assert_ne!(theirs, session);
    let sent = frames(&mut client);
    let [(1, Performative::Begin(begin))] = &*sent else { panic!("{sent:?}") };
    assert_eq!(begin.remote_channel, Some(0));
    // This side goes on waiting until its limit.
    assert_eq!(client.poll_timeout(), Some(now + 30 * SECOND));
    client.handle_input(now, &mut &*frame(1, &answer(0)));
    assert_eq!(begun(&mut client), session);
}

#[test]
fn a_session_is_ended_before_it_was_answered() {
    let now = Instant::now();
    let (mut client, mut server) = pair(now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.end(now, session, None);
    drive(now, &mut client, &mut server);
    assert_eq!(session_ended(&mut client), (session, SessionEnd::Ended));
    let theirs = begun(&mut server);
    assert_eq!(session_ended(&mut server), (theirs, SessionEnd::EndedByPeer(None)));
}

#[test]
fn a_channel_is_free_after_the_end_of_its_session() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open { channel_max: 0, ..Open::new("peer") }, now);
    for is_answered in [true, false] {
        let session = client.begin(now, SessionSettings::default()).unwrap();
        let refused = client.begin(now, SessionSettings::default());
        assert!(matches!(refused, Err(BeginError::TooManySessions { limit: 1 })), "{refused:?}");
        if is_answered {
            client.handle_input(now, &mut &*frame(0, &answer(0)));
            assert_eq!(begun(&mut client), session);
        }
        client.end(now, session, None);
        client.poll_transmit();
        if !is_answered {
            client.handle_input(now, &mut &*frame(0, &answer(0)));
        }
        client.handle_input(now, &mut &*frame(0, &End::default()));
        assert_eq!(session_ended(&mut client), (session, SessionEnd::Ended));
    }
    client.begin(now, SessionSettings::default()).unwrap();
    assert!(matches!(&*frames(&mut client), [(0, Performative::Begin(_))]));
}

#[test]
fn an_answer_that_does_not_come_ends_at_its_limit() {
    let now = Instant::now();
    let quiet = settings().idle_time_out(None);
    let mut client = open_client(quiet, &Open { channel_max: 1, ..Open::new("peer") }, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    let limit = 30 * SECOND;
    assert_eq!(client.poll_timeout(), Some(now + limit));
    client.handle_timeout(now + limit);
    assert_eq!(session_ended(&mut client), (session, SessionEnd::BeginTimedOut(limit)));
    assert!(matches!(&*frames(&mut client), [(0, Performative::End(_))]));
    // The end is not answered either: there is one event, and the channel stays in use.
    assert_eq!(client.poll_timeout(), Some(now + 2 * limit));
    client.handle_timeout(now + 2 * limit);
    assert_eq!((client.poll_event(), client.poll_timeout()), (None, None));
    client.begin(now, SessionSettings::default()).unwrap();
    assert!(matches!(&*frames(&mut client), [(1, Performative::Begin(_))]));
    // The answers come late.
    client.handle_input(now, &mut &*[frame(0, &answer(0)), frame(0, &End::default())].concat());
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    client.begin(now, SessionSettings::default()).unwrap();
    assert!(matches!(&*frames(&mut client), [(0, Performative::Begin(_))]));
}

#[test]
fn a_detach_a_transfer_and_a_flow_for_a_handle_never_attached_end_the_session() {
    let now = Instant::now();
    let detach = Detach { handle: Handle(3), closed: true, error: None };
    let cases = [
        (frame(7, &detach), "amqp:session:unattached-handle"),
        (frame(7, &Transfer::default()), "amqp:session:unattached-handle"),
        (
            frame(7, &Flow { handle: Some(Handle(1)), ..flow(false) }),
            "amqp:session:unattached-handle",
        ),
    ];
    for (octets, condition) in cases {
        let (mut client, session) = with_session(now);
        client.handle_input(now, &mut &*octets);
        let sent = frames(&mut client);
        let [(0, Performative::End(End { error: Some(error) }))] = &*sent else {
            panic!("{sent:?}")
        };
        assert_eq!(error.condition.as_str(), condition);
        let (ended, end) = session_ended(&mut client);
        assert!(ended == session && matches!(end, SessionEnd::Violation { .. }));
        assert_eq!(end.fault().unwrap(), Fault::Peer);
        // The connection goes on.
        client.handle_input(now, &mut &*frame(7, &End::default()));
        assert_eq!(client.poll_event(), None, "there is one end");
        client.begin(now, SessionSettings::default()).unwrap();
    }
}

#[test]
fn many_requests_for_a_flow_are_answered_once() {
    let now = Instant::now();
    let (mut client, _) = with_session(now);
    client.handle_input(now, &mut &*frame(7, &flow(false)));
    assert_eq!(client.poll_transmit(), None);
    client.handle_input(now, &mut &*frame(7, &flow(true)).repeat(100));
    let sent = frames(&mut client);
    let [(0, Performative::Flow(answer))] = &*sent else { panic!("{sent:?}") };
    assert_eq!(answer.next_incoming_id, Some(TransferNumber(0)));
    assert_eq!((answer.incoming_window, answer.handle, answer.echo), (0, None, false));
    client.handle_input(now, &mut &*frame(7, &flow(true)));
    assert!(matches!(&*frames(&mut client), [(0, Performative::Flow(_))]));
}

#[test]
fn impossible_windows_end_the_session() {
    let now = Instant::now();
    let ids = |next_incoming_id: Option<u32>, next_outgoing_id: u32| Flow {
        next_incoming_id: next_incoming_id.map(TransferNumber),
        next_outgoing_id: TransferNumber(next_outgoing_id),
        ..flow(false)
    };
    let cases = [
        (ids(Some(0), 0), true),
        (ids(None, 5), true),
        (ids(Some(0), (1 << 31) - 1), true),
        (ids(Some(1), 0), false),
        (ids(Some(u32::MAX), 0), false),
        (ids(Some(1 << 31), 0), false),
        (ids(Some(0), u32::MAX), false),
        (ids(Some(0), 1 << 31), false),
    ];
    for (flow, is_right) in cases {
        let (mut client, _) = with_session(now);
        client.handle_input(now, &mut &*frame(7, &flow));
        match client.poll_event() {
            None => assert!(is_right, "{flow:?}"),
            Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition, .. })) => {
                assert!(!is_right, "{flow:?}");
                assert_eq!(condition.as_str(), "amqp:session:window-violation");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_is_sent_for_a_session_after_the_connection_was_closed() {
    let now = Instant::now();
    let (mut client, session) = with_session(now);
    client.close(now, None);
    client.poll_transmit();
    client.end(now, session, None);
    client.handle_input(now, &mut &*frame(7, &flow(true)));
    client.handle_timeout(now + SECOND);
    assert_eq!(client.poll_transmit(), None);
    client.handle_input(now, &mut &*frame(0, &Close::default()));
    assert_eq!(ended(&mut client), ConnectionEnd::Closed);
}

#[test]
fn a_begin_that_is_answered_twice_closes_the_connection() {
    let now = Instant::now();
    for (channel, condition) in [(7, "amqp:illegal-state"), (8, "amqp:not-allowed")] {
        let (mut client, _) = with_session(now);
        client.handle_input(now, &mut &*frame(channel, &answer(0)));
        assert_eq!(sent_close(&mut client), condition);
        assert!(matches!(ended(&mut client), ConnectionEnd::Violation { .. }));
    }
}
