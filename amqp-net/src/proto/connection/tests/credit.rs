//! Credit: who may send how many deliveries on a link.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Attach, Flow, Role, SequenceNo};

use super::helpers::{
    Pair, accept, answer, attach, begun, credit, drive, frames, received, scripted,
    scripted_receiver, transfer, with_payload,
};
use super::*;

#[test]
fn exactly_as_many_deliveries_are_sent_as_there_is_credit_for() {
    let mut pair = Pair::new();
    assert_eq!(pair.send("early"), Err(SendError::WouldBlock));
    assert_eq!(pair.sender.poll_transmit(), None);
    for credit in [0, 1, 2, 7] {
        pair.grant(credit);
        if credit == 0 {
            assert_eq!(pair.sender.poll_event(), None);
            continue;
        }
        assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
        for _ in 0..credit {
            pair.send("message").unwrap();
        }
        assert_eq!(pair.send("too many"), Err(SendError::WouldBlock));
        assert_eq!(pair.send("too many"), Err(SendError::WouldBlock));
        pair.drive();
        for _ in 0..credit {
            pair.received();
        }
        assert_eq!((pair.receiver.poll_event(), pair.sender.poll_event()), (None, None));
    }
}

#[test]
fn absurd_credit_is_none() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    let cases = [(u32::MAX, 0), (1 << 31, 0), (5, 1 << 31), (0, 0), (1, u32::MAX)];
    for (link_credit, count) in cases {
        let delivery_count = Some(SequenceNo(count));
        let flow = Flow { delivery_count, ..credit(0, 100, link_credit) };
        client.handle_input(now, &mut &*frame(0, &flow));
        assert_eq!(send(&mut client), Err(SendError::WouldBlock), "{link_credit} {count}");
    }
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 1)));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}

#[test]
fn many_messages_pass_with_little_credit() {
    let mut pair = Pair::new();
    let (mut sent, mut received) = (0u32, 0u32);
    pair.grant(10);
    while received < 10_000 {
        while sent < 10_000 && pair.send(sent.to_be_bytes().to_vec()).is_ok() {
            sent += 1;
        }
        pair.drive();
        let before = received;
        while let Some(event) = pair.receiver.poll_event() {
            let ConnectionEvent::Received(delivery) = event else { panic!("{event:?}") };
            assert_eq!(delivery.payload, received.to_be_bytes()[..]);
            received += 1;
            pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
        }
        assert!(received > before, "it stands still");
        pair.grant(10);
        while pair.sender.poll_event().is_some() {}
    }
}

#[test]
fn credit_that_comes_before_a_link_is_accepted_counts() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*frame(0, &Open::new("peer")));
    server.accept(now).unwrap();
    let octets = [
        frame(0, &Begin::default()),
        frame(0, &attach("a", Role::Receiver)),
        frame(0, &credit(0, 9, 0)),
    ];
    server.handle_input(now, &mut &*octets.concat());
    let early = Flow { delivery_count: None, next_incoming_id: None, ..credit(0, 9, 2) };
    server.handle_input(now, &mut &*frame(0, &early));
    assert!(server.poll_event().is_some());
    begun(&mut server);
    let link = accept(now, &mut server);
    for _ in 0..2 {
        server.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    }
    let third = server.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(third, Err(SendError::WouldBlock));
}

#[test]
fn the_largest_credit_is_given_and_counted_exactly() {
    let largest = u32::MAX >> 1;
    let mut pair = Pair::new();
    pair.receiver.drain(pair.now, pair.incoming, largest);
    assert_eq!(pair.send("waits"), Err(SendError::WouldBlock));
    pair.drive();
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    for _ in 0..3 {
        pair.send("m").unwrap();
    }
    let output = frames(&mut pair.sender);
    let Some((_, Performative::Flow(flow))) = output.last() else { panic!("{output:?}") };
    // What was not used has been given up.
    assert_eq!((output.len(), flow.delivery_count), (4, Some(SequenceNo(largest))));
    assert_eq!(pair.send("m"), Err(SendError::WouldBlock));
    let (mut client, link) = scripted_receiver(pair.now, None);
    for (credit, told) in [(largest, largest), (u32::MAX, largest)] {
        assert!(client.grant(pair.now, link, credit));
        let output = frames(&mut client);
        let [(_, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
        assert_eq!(flow.link_credit, Some(told));
    }
}

#[test]
fn credit_without_a_delivery_count_counts_from_the_initial_one() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let initial_delivery_count = Some(SequenceNo(u32::MAX - 1));
    let wanted = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
    let link = client.attach(now, session, wanted).unwrap();
    client.poll_transmit();
    let early = Flow { delivery_count: None, ..credit(0, 100, 3) };
    let octets = [frame(0, &answer(0)), frame(0, &attach("a", Role::Receiver)), frame(0, &early)];
    client.handle_input(now, &mut &*octets.concat());
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    send(&mut client).unwrap();
    send(&mut client).unwrap();
    client.poll_transmit();
    // The peer has still not seen a delivery.
    client.handle_input(now, &mut &*frame(0, &early));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}

#[test]
fn the_count_in_a_flow_of_the_sender_is_taken() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    let flow = Flow { delivery_count: Some(SequenceNo(4)), ..credit(0, 100, 6) };
    client.handle_input(now, &mut &*frame(0, &flow));
    client.poll_transmit();
    // Credit counts from there.
    assert!(client.grant(now, link, 2));
    let output = frames(&mut client);
    let [(_, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
    assert_eq!((flow.delivery_count, flow.link_credit), (Some(SequenceNo(4)), Some(2)));
    // It does not go back, nor beyond what the sender was allowed.
    for absurd in [0, 1 << 30, 1 << 31, u32::MAX] {
        let flow = Flow { delivery_count: Some(SequenceNo(absurd)), ..credit(0, 100, 0) };
        client.handle_input(now, &mut &*frame(0, &flow));
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None), "{absurd}");
    }
}

#[test]
fn credit_given_before_the_answer_to_the_attach_is_told_and_used() {
    let now = Instant::now();
    let (mut client, mut server) = helpers::pair(now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let incoming = client.attach(now, session, attach("a", Role::Receiver)).unwrap();
    assert!(client.grant(now, incoming, 2));
    drive(now, &mut client, &mut server);
    begun(&mut client);
    begun(&mut server);
    let outgoing = accept(now, &mut server);
    drive(now, &mut client, &mut server);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    for text in ["one", "two"] {
        server.send(now, outgoing, &OutgoingDelivery::new(text)).unwrap();
    }
    let third = server.send(now, outgoing, &OutgoingDelivery::new("three"));
    assert_eq!(third, Err(SendError::WouldBlock));
    drive(now, &mut client, &mut server);
    assert_eq!(
        (&*received(&mut client).payload, &*received(&mut client).payload),
        (&b"one"[..], &b"two"[..])
    );
    assert_eq!(client.poll_event(), None);
}

#[test]
fn deliveries_on_the_way_are_taken_after_credit_was_lowered() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    assert!(client.grant(now, link, 50));
    assert!(client.grant(now, link, 10));
    let output = frames(&mut client);
    let [(_, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
    assert_eq!(flow.link_credit, Some(10));
    // The sender had seen the first credit.
    assert!(client.grant(now, link, 50));
    client.poll_transmit();
    assert!(client.grant(now, link, 10));
    client.poll_transmit();
    for id in 0..50 {
        client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"m"));
        received(&mut client);
    }
    assert_eq!((client.poll_event(), client.end_reason()), (None, None));
}

#[test]
fn the_last_of_several_flows_counts() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let flows = [5, 1, 9, 3].map(|link_credit| frame(0, &credit(0, 100, link_credit)));
    client.handle_input(now, &mut &*flows.concat());
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    for _ in 0..3 {
        send(&mut client).unwrap();
    }
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}
