//! Drains: a sender uses up its credit or gives it up.

use amqp_types::transport::{Flow, Handle, SequenceNo, TransferNumber};

use super::helpers::{Pair, credit, frames, only_flow, scripted, scripted_receiver};
use super::*;

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

#[test]
fn a_drain_with_nothing_to_send_moves_the_count_by_the_credit_and_is_answered_once() {
    let now = Instant::now();
    let (mut client, _) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &Flow { drain: true, ..credit(0, 100, 7) }));
    let answer = only_flow(&mut client);
    let state = (answer.delivery_count, answer.link_credit, answer.drain);
    assert_eq!(state, (Some(SequenceNo(7)), Some(0), true));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    // The receiver is told once.
    let (mut client, link) = scripted_receiver(now, None);
    assert!(client.drain(now, link, 10));
    let asked = only_flow(&mut client);
    assert_eq!((asked.link_credit, asked.drain), (Some(10), true));
    let answer = Flow { delivery_count: Some(SequenceNo(10)), drain: true, ..credit(0, 100, 0) };
    client.handle_input(now, &mut &*frame(0, &answer).repeat(2));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
}

#[test]
fn a_drain_with_three_available_and_credit_for_ten_sends_three_and_gives_up_seven() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
    client.handle_input(now, &mut &*frame(0, &Flow { drain: true, ..credit(0, 100, 10) }));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    for _ in 0..3 {
        send(&mut client).unwrap();
    }
    let output = frames(&mut client);
    let [
        (_, Performative::Transfer(_)),
        (_, Performative::Transfer(_)),
        (_, Performative::Transfer(_)),
        (_, Performative::Flow(flow)),
    ] = &*output
    else {
        panic!("{output:?}")
    };
    let state = (flow.delivery_count, flow.link_credit, flow.drain);
    assert_eq!(state, (Some(SequenceNo(10)), Some(0), true));
    assert_eq!(send(&mut client), Err(SendError::WouldBlock), "the credit is gone");
}

#[test]
fn a_second_drain_joins_the_first() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    assert!(client.drain(now, link, 10));
    assert!(client.drain(now, link, 10));
    let asked = only_flow(&mut client);
    assert_eq!((asked.delivery_count, asked.link_credit), (Some(SequenceNo(0)), Some(10)));
    assert!(client.drain(now, link, 10));
    let again = only_flow(&mut client);
    assert_eq!(again, asked, "there is one counter");
    let answer = Flow { delivery_count: Some(SequenceNo(10)), drain: true, ..credit(0, 100, 0) };
    client.handle_input(now, &mut &*frame(0, &answer));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Drained(link)));
    assert_eq!(client.poll_event(), None);
}

#[test]
fn a_drain_waits_for_messages_that_wait_for_the_window() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock), "the window is closed");
    assert_eq!(frames(&mut client).len(), 1);
    // The window stays closed: the answer does not overtake the message.
    client.handle_input(now, &mut &*frame(0, &Flow { drain: true, ..credit(0, 1, 10) }));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    client.handle_input(now, &mut &*frame(0, &Flow { drain: true, ..credit(1, 1, 10) }));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    send(&mut client).unwrap();
    let output = frames(&mut client);
    let [(_, Performative::Transfer(_)), (_, Performative::Flow(flow))] = &*output else {
        panic!("{output:?}")
    };
    assert_eq!((flow.delivery_count, flow.drain), (Some(SequenceNo(10)), true));
}

#[test]
fn a_drain_waits_for_a_user_who_holds_it() {
    let mut pair = Pair::new();
    assert!(!pair.sender.hold_drain(pair.outgoing, true), "nothing is drained");
    assert!(pair.receiver.drain(pair.now, pair.incoming, 2));
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), None);
    pair.send("in time").unwrap();
    pair.drive();
    assert_eq!(pair.received().payload, "in time");
    assert_eq!(pair.receiver.poll_event(), None);
    assert!(pair.sender.hold_drain(pair.outgoing, false));
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
    assert!(!pair.receiver.hold_drain(pair.incoming, true), "only senders give up credit");
}

#[test]
fn a_drain_that_the_receiver_takes_back_before_its_answer_is_not_answered() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock), "the window is closed");
    client.poll_transmit();
    let drain = Flow { drain: true, ..credit(0, 1, 10) };
    client.handle_input(now, &mut &*[frame(0, &drain), frame(0, &credit(1, 9, 10))].concat());
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    let flows = frames(&mut client).into_iter().filter_map(|(_, frame)| match frame {
        Performative::Flow(flow) => Some((flow.drain, flow.delivery_count, flow.link_credit)),
        _ => None,
    });
    // The state of the link may be told, but the credit is kept.
    assert!(flows.into_iter().all(|flow| flow == (false, Some(SequenceNo(1)), Some(9))));
    for _ in 0..9 {
        send(&mut client).unwrap();
    }
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}
