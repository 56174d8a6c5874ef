//! Credit, windows and drains.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Attach, Flow, Handle, Role, SequenceNo, TransferNumber};
use bytes::Bytes;

use super::sessions::{answer, begun, frames};
use super::transfers::{
    Pair, accept, attach, credit, scripted, scripted_receiver, transfer, with_payload,
};
use super::*;

#[test]
fn nothing_is_sent_without_credit() {
    let mut pair = Pair::new();
    assert_eq!(pair.send("early"), Err(SendError::WouldBlock));
    assert_eq!(pair.sender.poll_transmit(), None);
    for credit in [1, 2, 7] {
        pair.grant(credit);
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
fn a_delivery_goes_on_when_the_window_opens() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    let payload = Bytes::from(vec![7; 300_000]);
    client.send(now, link, &OutgoingDelivery::new(payload)).unwrap();
    let second = client.send(now, link, &OutgoingDelivery::new("x"));
    assert_eq!(second, Err(SendError::WouldBlock));
    assert_eq!(frames(&mut client).len(), 1);
    assert_eq!(client.poll_transmit(), None, "the window is closed");
    client.handle_input(now, &mut &*frame(0, &credit(1, 1, 10)));
    assert_eq!(frames(&mut client).len(), 1);
    client.handle_input(now, &mut &*frame(0, &credit(2, 5, 10)));
    let sent = frames(&mut client);
    let [(0, Performative::Transfer(last))] = &*sent else { panic!("{sent:?}") };
    assert!(!last.more && last.delivery_id.is_none());
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    client.send(now, link, &OutgoingDelivery::new("x")).unwrap();
}

#[test]
fn output_is_bounded_and_links_of_a_session_take_turns() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = first.session();
    let second = client.attach(now, session, attach("b", Role::Sender)).unwrap();
    client.poll_transmit();
    let theirs = Attach { handle: Handle(1), ..attach("b", Role::Receiver) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client.handle_input(now, &mut &*frame(0, &credit(0, 1000, 10)));
    let flow = Flow { handle: Some(Handle(1)), ..credit(0, 1000, 10) };
    client.handle_input(now, &mut &*frame(0, &flow));
    let large = Bytes::from(vec![1; 3_000_000]);
    client.send(now, first, &OutgoingDelivery::new(large.clone())).unwrap();
    assert!(client.poll_transmit().unwrap().len() < 400_000);
    client.send(now, second, &OutgoingDelivery::new(large)).unwrap();
    let mut handles = Vec::new();
    while let Some(output) = client.poll_transmit() {
        assert!(output.len() < 400_000);
        let mut splitter = FrameSplitter::new(u32::MAX);
        splitter.handle_input(&output);
        while let Some(frame) = splitter.poll_frame().unwrap() {
            let Ok(FrameBody::Amqp { performative, .. }) = frame.decode() else { panic!() };
            let Performative::Transfer(transfer) = performative else { panic!() };
            handles.push(transfer.handle.0);
        }
    }
    let turns = handles.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns > 30, "{handles:?}");
}

#[test]
fn transfers_beyond_the_window_end_the_session() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    client.grant(now, link, 10_000);
    client.poll_transmit();
    let mut ids = 0..;
    let mut send = |client: &mut Connection, count| {
        let octets =
            ids.by_ref().take(count).flat_map(|id| with_payload(&transfer(id, false), b"m"));
        client.handle_input(now, &mut &*octets.collect::<Vec<u8>>());
    };
    // The window is opened again when half of it has been used, twice as far.
    send(&mut client, 31);
    assert_eq!(client.poll_transmit(), None);
    send(&mut client, 1);
    let output = frames(&mut client);
    let [(0, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
    let window = (flow.next_incoming_id, flow.incoming_window, flow.handle);
    assert_eq!(window, (Some(TransferNumber(32)), 128, None));
    send(&mut client, 128);
    let mut count = 0;
    while let Some(event) = client.poll_event() {
        assert!(matches!(event, ConnectionEvent::Received(_)));
        count += 1;
    }
    assert_eq!(count, 32 + 128);
    send(&mut client, 1);
    let Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition, .. })) =
        client.poll_event()
    else {
        panic!()
    };
    assert_eq!(condition.as_str(), "amqp:session:window-violation");
}

#[test]
fn a_drained_sender_gives_up_its_credit() {
    let mut pair = Pair::new();
    assert!(pair.receiver.drain(pair.now, pair.incoming, 5));
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
    assert_eq!(pair.send("too late"), Err(SendError::WouldBlock));
    pair.grant(1);
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    pair.send("again").unwrap();
    pair.drive();
    pair.received();
    // A message that is waiting goes first.
    assert_eq!(pair.send("waits"), Err(SendError::WouldBlock));
    pair.receiver.drain(pair.now, pair.incoming, 5);
    pair.sender.handle_input(pair.now, &mut &*pair.receiver.poll_transmit().unwrap());
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    pair.send("waits").unwrap();
    pair.drive();
    assert_eq!(pair.received().payload, "waits");
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
    assert_eq!(pair.send("none left"), Err(SendError::WouldBlock));
    // There is nothing to drain.
    pair.receiver.drain(pair.now, pair.incoming, 0);
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
}

/// Some brokers do not answer a drain without credit.
#[test]
fn without_credit_a_drain_needs_no_answer() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    // Credit that is taken back may still be used, so that this one needs an answer.
    assert!(client.drain(now, link, 0));
    assert!(client.poll_transmit().is_some());
    assert_eq!(client.poll_event(), None);
    let answer = Flow { drain: true, delivery_count: Some(SequenceNo(10)), ..credit(0, 100, 0) };
    client.handle_input(now, &mut &*frame(0, &answer));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
    // Nothing is left now.
    assert!(client.drain(now, link, 0));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
    assert_eq!(client.poll_transmit(), None);
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
fn a_drain_waits_for_a_user_who_has_not_seen_all_events() {
    let mut pair = Pair::new();
    assert_eq!(pair.send("early"), Err(SendError::WouldBlock));
    assert!(pair.receiver.drain(pair.now, pair.incoming, 1));
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), None);
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    pair.send("in time").unwrap();
    pair.drive();
    assert_eq!(pair.received().payload, "in time");
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
}

#[test]
fn credit_given_after_a_drain_survives_its_answer() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    assert!(client.drain(now, link, 10));
    assert!(client.grant(now, link, 7));
    client.poll_transmit();
    let answer = |count, credit, drain| Flow {
        handle: Some(Handle(0)),
        delivery_count: Some(SequenceNo(count)),
        link_credit: Some(credit),
        drain,
        next_incoming_id: Some(TransferNumber(0)),
        ..Flow::default()
    };
    client.handle_input(now, &mut &*frame(0, &answer(10, 0, true)));
    let output = frames(&mut client);
    let [(_, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
    assert_eq!((flow.delivery_count, flow.link_credit), (Some(SequenceNo(10)), Some(7)));
    assert_eq!(client.poll_event(), None);
    // A sender with credit left has not heard of a drain.
    assert!(client.drain(now, link, 0));
    client.handle_input(now, &mut &*frame(0, &answer(10, 7, false)));
    assert_eq!(client.poll_event(), None);
    client.handle_input(now, &mut &*frame(0, &answer(10, 0, true)));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
}

#[test]
fn a_delivery_on_its_way_is_not_starved_by_small_ones() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = first.session();
    let second = client.attach(now, session, attach("b", Role::Sender)).unwrap();
    let theirs = Attach { handle: Handle(1), ..attach("b", Role::Receiver) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client
        .handle_input(now, &mut &*frame(0, &Flow { handle: Some(Handle(1)), ..credit(0, 1, 99) }));
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 99)));
    client.send(now, first, &OutgoingDelivery::new(vec![7; 1_000_000])).unwrap();
    client.poll_transmit();
    let small = |client: &mut Connection| client.send(now, second, &OutgoingDelivery::new("s"));
    assert_eq!(small(&mut client), Err(SendError::WouldBlock));
    client.handle_input(now, &mut &*frame(0, &credit(1, 1, 99)));
    assert_eq!(small(&mut client), Err(SendError::WouldBlock), "the other one has begun");
    client.handle_input(now, &mut &*frame(0, &credit(1, 2, 99)));
    small(&mut client).unwrap();
    let handles: Vec<_> = frames(&mut client)
        .into_iter()
        .filter_map(|(_, performative)| match performative {
            Performative::Transfer(transfer) => Some(transfer.handle.0),
            _ => None,
        })
        .collect();
    assert_eq!(handles, [1, 0]);
}

#[test]
fn sessions_take_turns() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let second = client.attach(now, session, attach("b", Role::Sender)).unwrap();
    client.poll_transmit();
    let octets = [
        frame(0, &credit(0, 1000, 10)),
        frame(1, &answer(1)),
        frame(1, &attach("b", Role::Receiver)),
        frame(1, &credit(0, 1000, 10)),
    ];
    client.handle_input(now, &mut &*octets.concat());
    for link in [first, second] {
        client.send(now, link, &OutgoingDelivery::new(vec![1; 3_000_000])).unwrap();
        client.poll_transmit();
    }
    let mut channels = Vec::new();
    loop {
        let output = frames(&mut client);
        let Some((channel, _)) = output.first() else { break };
        channels.push(*channel);
    }
    let turns = channels.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns > 10, "{channels:?}");
}

#[test]
fn a_drain_waits_for_a_user_who_waits_for_output_to_be_taken() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 100)));
    let send =
        |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new(vec![1; 100_000]));
    send(&mut client).unwrap();
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock), "output is full");
    client.handle_input(now, &mut &*frame(0, &Flow { drain: true, ..credit(0, 100, 100) }));
    client.poll_transmit();
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    send(&mut client).unwrap();
    let output = frames(&mut client);
    let [(_, Performative::Transfer(_)), (_, Performative::Flow(flow))] = &*output else {
        panic!("{output:?}")
    };
    assert!(flow.drain && flow.delivery_count == Some(SequenceNo(100)));
}

#[test]
fn a_drain_that_is_not_answered_ends_after_the_time_for_an_answer() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    assert!(client.drain(now, link, 0));
    client.poll_transmit();
    let end = now + 30 * SECOND;
    client.handle_timeout(now + 29 * SECOND);
    assert_eq!(client.poll_event(), None);
    client.handle_timeout(end);
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
    // The link lives, and the next drain has its own time.
    assert!(client.drain(end, link, 0));
    assert!(client.grant(end, link, 1));
    // The peer is not silent.
    client.handle_input(end, &mut &[0, 0, 0, 8, 2, 0, 0, 0][..]);
    client.handle_timeout(end + 31 * SECOND);
    assert_eq!(client.poll_event(), None);
    assert_eq!(client.end_reason(), None);
}
