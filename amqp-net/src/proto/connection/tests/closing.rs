//! How a connection closes, and what is sent before and not after it.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Attach, Handle, Role, SequenceNo};

use super::ends::{
    Pair, answer, attach, credit, frames, received, scripted, transfer, updated, with_payload,
};
use super::*;

#[test]
fn what_was_asked_for_before_a_close_goes_first_and_nothing_after_it() {
    let now = Instant::now();
    let (mut client, outgoing) = scripted(now, |_| {});
    let session = outgoing.session();
    let incoming = client.attach(now, session, attach("b", Role::Receiver)).unwrap();
    let initial_delivery_count = Some(SequenceNo(0));
    let theirs = attach("b", Role::Sender);
    let theirs = Attach { handle: Handle(1), initial_delivery_count, ..theirs };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client.grant(now, incoming, 10);
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    let one = Transfer { handle: Handle(1), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&one, b"m"));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
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

#[test]
fn a_clock_that_jumps_a_day_ahead_or_back_harms_nothing() {
    let day = 24 * 3600 * SECOND;
    let now = Instant::now() + 10 * day;
    for back in [true, false] {
        let quiet = settings().idle_time_out(None);
        let mut client = open_client(quiet, &Open::new("peer"), now);
        let at = if back { now.checked_sub(day).unwrap() } else { now + day };
        let session = client.begin(at, SessionSettings::default()).unwrap();
        client.poll_transmit();
        client.handle_input(now, &mut &*frame(0, &answer(0)));
        client.handle_timeout(at);
        client.handle_timeout(now);
        assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionBegun(..))));
        client.end(at, session, None);
        // The time limit counts from the latest time that was ever reported.
        let latest = now.max(at);
        assert_eq!(client.poll_timeout(), Some(latest + 30 * SECOND));
        client.handle_timeout(latest + 29 * SECOND);
        assert_eq!((client.poll_event(), client.end_reason()), (None, None));
    }
    // A jump over a deadline is one late call.
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_timeout(now + day);
    assert_eq!(ended(&mut client), ConnectionEnd::IdleTimedOut(60 * SECOND));
}
