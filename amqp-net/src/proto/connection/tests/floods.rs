//! A peer that sends or asks for too much: nothing grows beyond its limit.

use amqp_types::messaging::{Accepted, Modified, Outcome, Rejected};
use amqp_types::transaction::{TransactionId, TransactionalState};
use amqp_types::transport::{
    Attach, DeliveryNumber, Detach, Disposition, Flow, Handle, Role, SequenceNo, TransferNumber,
};

use super::helpers::{
    answer, attach, begun, credit, frames, received, scripted, scripted_receiver, session_ended,
    transfer, updated, violation, with_payload,
};
use super::*;

/// What a connection holds.
fn held(connection: &Connection) -> [usize; 4] {
    let stats = connection.stats();
    [stats.sessions, stats.links, stats.unsettled_sent, stats.unsettled_received]
}

#[test]
fn links_beyond_the_limit_of_the_connection_end_their_session() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let mut count = 0;
    'sessions: for channel in 0..256 {
        client.handle_input(now, &mut &*frame(channel, &Begin::default()));
        begun(&mut client);
        for handle in 0..256 {
            let name = format!("{channel} {handle}");
            let attach = Attach { handle: Handle(handle), ..attach(&name, Role::Receiver) };
            client.handle_input(now, &mut &*frame(channel, &attach));
            match client.poll_event() {
                Some(ConnectionEvent::LinkRequested(..)) => count += 1,
                Some(ConnectionEvent::SessionEnded(_, end)) => {
                    let SessionEnd::Violation { condition, .. } = end else { panic!("{end:?}") };
                    assert_eq!(condition.as_str(), "amqp:resource-limit-exceeded");
                    break 'sessions;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((count, client.stats().links), (4096, 4096));
    assert_eq!(client.end_reason(), None, "the connection lives");
}

#[test]
fn sessions_that_cannot_be_answered_close_the_connection() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open { channel_max: 9, ..Open::new("peer") }, now);
    for channel in 0..10 {
        client.handle_input(now, &mut &*frame(channel, &Begin::default()));
        begun(&mut client);
    }
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(10, &Begin::default()));
    assert_eq!(sent_close(&mut client), "amqp:resource-limit-exceeded");
}

#[test]
fn a_sender_that_ignores_its_credit_is_detached() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    let mut taken = 0;
    for id in 0..10_000 {
        client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"m"));
        match client.poll_event() {
            Some(ConnectionEvent::Received(_)) => taken += 1,
            Some(ConnectionEvent::LinkDetached(of, LinkEnd::Violation { condition, .. })) => {
                assert_eq!((of, condition.as_str()), (link, "amqp:link:transfer-limit-exceeded"));
                assert_eq!(taken, 20, "as much again is tolerated");
                return;
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("the link was not detached");
}

#[test]
fn a_hundred_thousand_frames_that_ask_for_nothing_leave_nothing() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    client.poll_transmit();
    let before = held(&client);
    let unknown = |first, last| Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(first),
        last: Some(DeliveryNumber(last)),
        settled: true,
        state: Some(Accepted {}.into()),
        batchable: false,
    };
    let flood = [
        vec![0, 0, 0, 8, 2, 0, 0, 0],
        frame(0, &credit(1, 10, 10)),
        frame(0, &Flow { echo: true, ..credit(1, 10, 10) }),
        frame(0, &Flow { handle: None, echo: true, ..credit(1, 10, 10) }),
        frame(0, &unknown(1, (1 << 31) - 1)),
        frame(0, &unknown(1 << 31, u32::MAX)),
        frame(0, &Disposition { role: Role::Sender, ..unknown(0, (1 << 31) - 1) }),
    ];
    for _ in 0..150 {
        for frame in &flood {
            client.handle_input(now, &mut &*frame.repeat(100));
        }
        assert_eq!(client.poll_event(), None);
        // All that asked for an answer get one.
        assert!(client.poll_transmit().unwrap().len() < 200);
        assert_eq!(client.poll_transmit(), None);
    }
    assert_eq!(held(&client), before);
    let all = Disposition { first: DeliveryNumber(0), ..unknown(0, (1 << 31) - 1) };
    client.handle_input(now, &mut &*frame(0, &all));
    assert!(updated(&mut client).2, "what is known is found all the same");
}

#[test]
fn a_transfer_to_a_sender_detaches_the_link_or_ends_the_session() {
    let now = Instant::now();
    let (mut client, _) = scripted(now, |_| {});
    let theirs = with_payload(&transfer(0, false), b"m");
    client.handle_input(now, &mut &*theirs);
    let Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition, .. })) =
        client.poll_event()
    else {
        panic!()
    };
    // The session accepts no transfers at all.
    assert_eq!(condition.as_str(), "amqp:session:window-violation");
    let (mut client, outgoing) = scripted(now, |_| {});
    let incoming = client.attach(now, outgoing.session(), attach("b", Role::Receiver)).unwrap();
    client.grant(now, incoming, 10);
    client.poll_transmit();
    client.handle_input(now, &mut &*theirs);
    assert_eq!(violation(&mut client), "amqp:not-allowed");
}

#[test]
fn a_second_detach_is_for_a_handle_that_is_not_attached() {
    let now = Instant::now();
    let (mut client, _) = scripted(now, |_| {});
    let detach = frame(0, &Detach { closed: true, ..Detach::default() });
    client.handle_input(now, &mut &*detach);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkDetached(..))));
    client.handle_input(now, &mut &*detach);
    let Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition, .. })) =
        client.poll_event()
    else {
        panic!()
    };
    assert_eq!(condition.as_str(), "amqp:session:unattached-handle");
}

#[test]
fn numbers_of_the_peer_pass_half_and_all_of_their_range() {
    let now = Instant::now();
    for start in [1 << 31, 0_u32].map(|at: u32| at.wrapping_sub(5_000)) {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        let session = client.begin(now, SessionSettings::default()).unwrap();
        let link = client.attach(now, session, attach("a", Role::Receiver)).unwrap();
        let next_outgoing_id = TransferNumber(start);
        let begin = Begin { next_outgoing_id, ..answer(0) };
        let initial_delivery_count = Some(SequenceNo(start));
        let theirs = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
        client.handle_input(now, &mut &*[frame(0, &begin), frame(0, &theirs)].concat());
        begun(&mut client);
        assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
        for count in 0..10_000 {
            if count % 100 == 0 {
                client.grant(now, link, 100);
                client.poll_transmit();
            }
            let id = start.wrapping_add(count);
            client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"m"));
            let delivery = received(&mut client);
            client.settle(now, delivery.id, Accepted {}).unwrap();
            let output = frames(&mut client);
            let Some((_, Performative::Disposition(sent))) =
                output.iter().find(|(_, sent)| matches!(sent, Performative::Disposition(_)))
            else {
                panic!("{output:?}")
            };
            assert_eq!(sent.first, DeliveryNumber(id));
        }
    }
}

#[test]
fn links_whose_attaches_take_too_many_octets_are_refused_until_others_are_gone() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_input(now, &mut &*frame(0, &Begin::default()));
    begun(&mut client);
    let large = |handle: u32| {
        let property = (Symbol::from_static("large"), Value::from("x".repeat(20_000)));
        let properties = Some(Fields(Map::from_iter([property])));
        let name = handle.to_string();
        frame(0, &Attach { handle: Handle(handle), properties, ..attach(&name, Role::Receiver) })
    };
    let mut count = 0;
    let end = loop {
        client.handle_input(now, &mut &*large(count));
        match client.poll_event() {
            Some(ConnectionEvent::LinkRequested(..)) => count += 1,
            Some(ConnectionEvent::LinkDetached(_, end)) => break end,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(count, (4 << 20) / 20_050);
    let LinkEnd::Violation { condition, description } = end else { panic!("{end:?}") };
    assert_eq!(condition.as_str(), "amqp:resource-limit-exceeded");
    assert_eq!(description, "attaches and properties of links of more than 4194304 octets");
    // One goes, and there is room for another one.
    client.poll_transmit();
    for handle in [count, 0] {
        let detach = Detach { handle: Handle(handle), closed: true, error: None };
        client.handle_input(now, &mut &*frame(0, &detach));
    }
    while client.poll_event().is_some() {}
    client.handle_input(now, &mut &*large(0));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkRequested(..))));
}

#[test]
fn what_makes_a_state_large_is_not_kept() {
    let now = Instant::now();
    let large = |key| (Symbol::from_static(key), Value::from("x".repeat(5000)));
    let described = |len| Error::new(AmqpError::InternalError, "x".repeat(len));
    let info = Some(Info(Fields(Map::from_iter([large("large")]))));
    let annotations = Fields(Map::from_iter([large("x-opt-large")]));
    let modified = Modified { undeliverable_here: Some(true), ..Modified::default() };
    let states: [(DeliveryState, DeliveryState); 4] = [
        (Accepted {}.into(), Accepted {}.into()),
        (
            Rejected::from(Error { info, ..described(3) }).into(),
            Rejected::from(described(3)).into(),
        ),
        (
            Rejected::from(described(5000)).into(),
            Rejected::from(Error { description: None, ..described(0) }).into(),
        ),
        (
            Modified { message_annotations: Some(annotations), ..modified.clone() }.into(),
            modified.into(),
        ),
    ];
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    let disposition = |number, state| Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(number),
        last: None,
        settled: true,
        state: Some(state),
        batchable: false,
    };
    for (number, (sent, kept)) in (0..).zip(states) {
        client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
        client.poll_transmit();
        client.handle_input(now, &mut &*frame(0, &disposition(number, sent)));
        assert_eq!(updated(&mut client).1, Some(kept));
    }
    // Nothing of these can be left out.
    let id = TransactionId::try_from(&b"t"[..]).unwrap();
    let outcome = Some(Outcome::Rejected(Rejected::from(described(5000))));
    let state = TransactionalState { txn_id: id, outcome };
    client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &disposition(4, state.into())));
    let (_, end) = session_ended(&mut client);
    let SessionEnd::Violation { condition, .. } = end else { panic!("{end:?}") };
    assert_eq!(condition.as_str(), "amqp:resource-limit-exceeded");
}
