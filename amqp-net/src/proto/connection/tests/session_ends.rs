//! What belongs to a session that ends, or is being ended.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Detach, Handle, Role, SequenceNo};

use super::helpers::{
    Pair, answer, attach, begun, credit, frames, received, scripted, scripted_receiver,
    session_ended, transfer, with_payload,
};
use super::*;

fn sent_end(connection: &mut Connection) -> bool {
    matches!(&*frames(connection), [(0, Performative::End(_))])
}

#[test]
fn nothing_but_end_is_sent_for_a_session_after_its_end() {
    let now = Instant::now();
    let (mut client, sender) = scripted(now, |_| {});
    let session = sender.session();
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let receiver = client.attach(now, session, attach("b", Role::Receiver)).unwrap();
    let theirs = Attach {
        handle: Handle(1),
        initial_delivery_count: Some(SequenceNo(0)),
        ..attach("b", Role::Sender)
    };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client.grant(now, receiver, 10);
    client.poll_transmit();
    let delivery = Transfer { handle: Handle(1), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&delivery, b"m"));
    while !matches!(client.poll_event(), Some(ConnectionEvent::Received(_))) {}
    client.handle_input(
        now,
        &mut &*with_payload(&Transfer { handle: Handle(1), ..transfer(1, false) }, b"m"),
    );
    let delivery = received(&mut client);
    client.end(now, session, None);
    // The user does everything that would send a frame.
    let refused = client.send(now, sender, &OutgoingDelivery::new("m"));
    assert_eq!(refused, Err(SendError::NotAttached));
    assert!(!client.grant(now, receiver, 5) && !client.drain(now, receiver, 5));
    assert!(!client.set_properties(now, receiver, Fields::default()));
    assert_eq!(client.settle(now, delivery.id, Accepted {}), Err(NotUnsettled));
    client.detach(now, receiver, true, None);
    client.detach(now, sender, true, None);
    let refused = client.attach(now, session, attach("c", Role::Sender));
    assert_eq!(refused, Err(AttachError::NotFound));
    client.end(now, session, None);
    // So does the peer.
    let echo = Flow { echo: true, handle: None, ..credit(0, 100, 0) };
    client.handle_input(now, &mut &*frame(0, &echo));
    client.handle_input(now, &mut &*frame(0, &Detach { closed: true, ..Detach::default() }));
    assert!(sent_end(&mut client));
    client.handle_timeout(now + SECOND);
    assert_eq!(client.poll_transmit(), None);
}

#[test]
fn after_an_end_with_an_error_all_is_discarded_until_the_end_of_the_peer() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    client.end(now, link.session(), Some(Error::new(AmqpError::InternalError, "enough")));
    assert!(sent_end(&mut client));
    // Also what would be a violation.
    let unknown = Handle(9);
    let discarded = [
        frame(0, &attach("new", Role::Sender)),
        frame(0, &Attach { handle: Handle(10_000), ..attach("far", Role::Receiver) }),
        frame(0, &Flow { handle: Some(unknown), echo: true, ..credit(0, 100, 10) }),
        with_payload(&transfer(0, false), b"m"),
        with_payload(&Transfer { handle: unknown, ..transfer(0, false) }, b"m"),
        frame(0, &Detach { handle: unknown, closed: true, error: None }),
        frame(0, &Begin::default()),
    ];
    for octets in discarded {
        client.handle_input(now, &mut &*octets);
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    }
    assert_eq!(client.stats().links, 0);
    client.handle_input(now, &mut &*frame(0, &End::default()));
    assert_eq!(session_ended(&mut client), (link.session(), SessionEnd::Ended));
    assert_eq!(client.poll_transmit(), None);
    assert_eq!(client.stats().sessions, 0);
}

#[test]
fn a_begin_and_an_end_before_the_answer_are_answered_in_order_and_leave_nothing() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open { channel_max: 0, ..Open::new("peer") }, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.end(now, session, None);
    let sent = frames(&mut client);
    assert!(matches!(&*sent, [(0, Performative::Begin(_)), (0, Performative::End(_))]));
    client.handle_input(now, &mut &*frame(3, &answer(0)));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    client.handle_input(now, &mut &*frame(3, &End::default()));
    assert_eq!(session_ended(&mut client), (session, SessionEnd::Ended));
    assert_eq!(client.stats().sessions, 0);
    // The only channel is free on both sides.
    let again = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(3, &answer(0)));
    assert_eq!(begun(&mut client), again);
}

#[test]
fn the_channel_of_an_end_that_is_not_answered_stays_taken() {
    let now = Instant::now();
    let quiet = settings().idle_time_out(None);
    let mut client = open_client(quiet, &Open { channel_max: 0, ..Open::new("peer") }, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(0, &answer(0)));
    assert_eq!(begun(&mut client), session);
    client.end(now, session, None);
    let end = now + 30 * SECOND;
    assert_eq!(client.poll_timeout(), Some(end));
    client.handle_timeout(end);
    assert_eq!(session_ended(&mut client), (session, SessionEnd::EndTimedOut(30 * SECOND)));
    let refused = client.begin(now, SessionSettings::default());
    assert_eq!(refused, Err(BeginError::TooManySessions { limit: 1 }));
    // The answer comes at last.
    client.handle_input(end, &mut &*frame(0, &End::default()));
    assert_eq!(client.poll_event(), None);
    client.begin(end, SessionSettings::default()).unwrap();
}

#[test]
fn the_rest_of_a_delivery_is_dropped_when_the_peer_ends_its_session() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(1);
    let now = pair.now;
    pair.send(vec![7; 10 << 20]).unwrap();
    let part = pair.sender.poll_transmit().unwrap();
    pair.receiver.handle_input(now, &mut &*part);
    let error = Error::new(AmqpError::InternalError, "enough");
    pair.receiver.end(now, pair.incoming.session(), Some(error.clone()));
    let end = pair.receiver.poll_transmit().unwrap();
    pair.sender.handle_input(now, &mut &*end);
    let Some(ConnectionEvent::SessionEnded(_, end)) = pair.sender.poll_event() else { panic!() };
    assert_eq!(end, SessionEnd::EndedByPeer(Some(error)));
    let last = frames(&mut pair.sender);
    let transfers = last.iter().filter(|(_, frame)| !matches!(frame, Performative::End(_)));
    // What had been written before may still go, and the end follows it.
    assert!(transfers.count() < 500, "{}", last.len());
    assert!(matches!(last.last(), Some((_, Performative::End(_)))));
    assert_eq!((pair.sender.poll_transmit(), pair.sender.stats().unsettled_sent), (None, 0));
}
