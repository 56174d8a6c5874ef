//! Outcomes of deliveries.

use amqp_types::messaging::{Accepted, Modified, Received, Rejected, Released};
use amqp_types::transport::{
    DeliveryNumber, Disposition, ReceiverSettleMode, Role, SenderSettleMode,
};

use super::helpers::{
    Pair, credit, frames, received, scripted, scripted_receiver, transfer, updated, with_payload,
};
use super::*;

#[test]
fn each_outcome_arrives_at_the_sender_with_all_its_details() {
    let mut pair = Pair::new();
    pair.grant(10);
    let details = || Fields(Map::from_iter([(Symbol::from_static("x-key"), Value::from("why"))]));
    let mut error = Error::new(AmqpError::InvalidField, "bad");
    let short = Rejected { error: Some(Box::new(error.clone())) };
    error.info = Some(Info(details()));
    let modified = Modified {
        delivery_failed: Some(true),
        undeliverable_here: Some(true),
        message_annotations: Some(details()),
    };
    let outcomes: [DeliveryState; 7] = [
        Accepted {}.into(),
        Rejected { error: None }.into(),
        short.into(),
        Rejected { error: Some(Box::new(error)) }.into(),
        Released {}.into(),
        Modified { delivery_failed: Some(true), ..Modified::default() }.into(),
        modified.into(),
    ];
    for outcome in outcomes {
        let sent = pair.send("message").unwrap();
        pair.drive();
        let delivery = pair.received();
        assert_eq!(delivery.payload, "message");
        assert!(!delivery.settled);
        assert_eq!(pair.sender.poll_event(), None, "there is no outcome yet");
        pair.receiver.settle(pair.now, delivery.id, outcome.clone()).unwrap();
        let again = pair.receiver.settle(pair.now, delivery.id, Accepted {});
        assert_eq!(again, Err(NotUnsettled));
        pair.drive();
        assert_eq!(updated(&mut pair.sender), (sent, Some(outcome), true));
        assert_eq!((pair.sender.poll_event(), pair.receiver.poll_event()), (None, None));
    }
}

#[test]
fn a_settled_delivery_needs_no_outcome() {
    let mut pair = Pair::new();
    pair.grant(1);
    let delivery = OutgoingDelivery::new("fire and forget").settled();
    pair.sender.send(pair.now, pair.outgoing, &delivery).unwrap();
    pair.drive();
    let delivery = pair.received();
    assert!(delivery.settled);
    let settled = pair.receiver.settle(pair.now, delivery.id, Accepted {});
    assert_eq!(settled, Err(NotUnsettled));
    assert_eq!(pair.receiver.poll_transmit(), None);
}

#[test]
fn outcomes_in_a_row_are_sent_together() {
    let mut pair = Pair::new();
    pair.grant(60);
    let sent: Vec<_> = (0..60).map(|_| pair.send("m").unwrap()).collect();
    pair.drive();
    for _ in 0..60 {
        let delivery = pair.received();
        pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    }
    let output = frames(&mut pair.receiver);
    let [(_, Performative::Disposition(disposition))] = &*output else { panic!("{output:?}") };
    let range = (disposition.first, disposition.last);
    assert_eq!(range, (DeliveryNumber(0), Some(DeliveryNumber(59))));
    assert!(disposition.settled && disposition.role == Role::Receiver);
    pair.sender.handle_input(pair.now, &mut &*frame(0, disposition));
    let state = Some(Accepted {}.into());
    let event = ConnectionEvent::Updated { deliveries: sent, state, is_settled: true };
    assert!(pair.sender.poll_event() == Some(event));
    assert_eq!(pair.sender.poll_event(), None);
}

#[test]
fn a_run_covers_only_what_was_settled_this_way() {
    let mut pair = Pair::new();
    pair.grant(10);
    (0..6).for_each(|_| assert!(pair.send("m").is_ok()));
    pair.drive();
    let ids: Vec<_> = (0..6).map(|_| pair.received().id).collect();
    let rejected = || DeliveryState::from(Rejected { error: None });
    for index in [0, 1, 4] {
        pair.receiver.settle(pair.now, ids[index], Accepted {}).unwrap();
    }
    pair.receiver.settle(pair.now, ids[2], rejected()).unwrap();
    pair.receiver.settle(pair.now, ids[3], rejected()).unwrap();
    let sent = frames(&mut pair.receiver);
    let ranges = sent.into_iter().map(|(_, sent)| match sent {
        Performative::Disposition(sent) => (sent.first.0, sent.last.map(|last| last.0)),
        other => panic!("{other:?}"),
    });
    assert_eq!(ranges.collect::<Vec<_>>(), [(0, Some(1)), (2, None), (3, None), (4, None)]);
}

#[test]
fn settle_modes_are_kept() {
    let settled = OutgoingDelivery::new("m").settled();
    let mode = |mode| move |attach: &mut Attach| attach.snd_settle_mode = mode;
    let mut pair = Pair::with(settings(), mode(SenderSettleMode::Settled));
    pair.grant(5);
    assert_eq!(pair.send("m"), Err(SendError::MustBeSettled));
    pair.sender.send(pair.now, pair.outgoing, &settled).unwrap();
    let mut pair = Pair::with(settings(), mode(SenderSettleMode::Unsettled));
    pair.grant(5);
    let error = pair.sender.send(pair.now, pair.outgoing, &settled).unwrap_err();
    assert_eq!(error, SendError::MustBeUnsettled);
    pair.send("m").unwrap();
}

#[test]
fn a_receiver_settles_second() {
    let second = |attach: &mut Attach| attach.rcv_settle_mode = ReceiverSettleMode::Second;
    let mut pair = Pair::with(settings(), second);
    pair.grant(5);
    let sent = pair.send("exactly once").unwrap();
    pair.drive();
    let delivery = pair.received();
    let received = Received { section_number: 0, section_offset: 0 };
    pair.receiver.settle(pair.now, delivery.id, received).unwrap();
    frames(&mut pair.receiver);
    pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    let output = frames(&mut pair.receiver);
    let [(_, Performative::Disposition(disposition))] = &*output else { panic!("{output:?}") };
    assert!(!disposition.settled);
    assert_eq!(pair.receiver.settle(pair.now, delivery.id, Released {}), Err(NotUnsettled));
    pair.sender.handle_input(pair.now, &mut &*frame(0, disposition));
    assert_eq!(updated(&mut pair.sender), (sent, Some(Accepted {}.into()), true));
    pair.drive();
    assert_eq!(updated(&mut pair.receiver), (delivery.id, None, true));
    assert_eq!((pair.sender.poll_event(), pair.receiver.poll_event()), (None, None));
}

#[test]
fn a_range_changes_the_live_deliveries_in_it_and_skips_settled_and_unknown_ones() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let sent: Vec<_> =
        (0..5).map(|_| client.send(now, link, &OutgoingDelivery::new("m")).unwrap()).collect();
    let mut settle = |role, first: u32, last: Option<u32>| {
        let disposition = Disposition {
            role,
            first: DeliveryNumber(first),
            last: last.map(DeliveryNumber),
            settled: true,
            state: Some(Accepted {}.into()),
            batchable: false,
        };
        client.handle_input(now, &mut &*frame(0, &disposition));
        let mut settled = Vec::new();
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::Updated { deliveries, .. } = event else { panic!("{event:?}") };
            settled.extend(deliveries);
        }
        settled
    };
    // Of the other role, inverted, far away, and unknown.
    assert_eq!(settle(Role::Sender, 0, Some(4)), []);
    assert_eq!(settle(Role::Receiver, 4, Some(0)), []);
    assert_eq!(settle(Role::Receiver, 1 << 31, Some(u32::MAX)), []);
    assert_eq!(settle(Role::Receiver, 77, None), []);
    // Partly known, also over the end of the numbers.
    assert_eq!(settle(Role::Receiver, 3, Some(1_000_000)), sent[3..]);
    assert_eq!(settle(Role::Receiver, u32::MAX - 5, Some(1)), sent[..2]);
    assert_eq!(settle(Role::Receiver, 0, Some(2)), sent[2..3]);
}

#[test]
fn a_sender_that_settles_or_changes_the_state_is_heard() {
    let now = Instant::now();
    let (mut client, _) = scripted_receiver(now, None);
    client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"m"));
    let delivery = received(&mut client);
    let disposition = |settled| Disposition {
        role: Role::Sender,
        first: DeliveryNumber(0),
        last: None,
        settled,
        state: Some(Released {}.into()),
        batchable: false,
    };
    client.handle_input(now, &mut &*frame(0, &disposition(false)));
    assert_eq!(updated(&mut client), (delivery.id, Some(Released {}.into()), false));
    client.handle_input(now, &mut &*frame(0, &disposition(false)));
    assert_eq!(client.poll_event(), None, "it is told once");
    client.handle_input(now, &mut &*frame(0, &disposition(true)));
    assert_eq!(updated(&mut client), (delivery.id, Some(Released {}.into()), true));
    assert_eq!(client.settle(now, delivery.id, Accepted {}), Err(NotUnsettled), "too late");
    assert_eq!(client.poll_transmit(), None);
}

#[test]
fn nothing_is_settled_after_the_end_of_the_link() {
    let mut pair = Pair::new();
    pair.grant(5);
    pair.send("m").unwrap();
    pair.drive();
    let delivery = pair.received();
    pair.sender.detach(pair.now, pair.outgoing, true, None);
    assert_eq!(pair.send("m"), Err(SendError::NotAttached));
    pair.drive();
    let settled = pair.receiver.settle(pair.now, delivery.id, Accepted {});
    assert_eq!(settled, Err(NotUnsettled));
    assert!(!pair.receiver.grant(pair.now, pair.incoming, 1));
    assert_eq!((pair.sender.poll_transmit(), pair.receiver.poll_transmit()), (None, None));
}

#[test]
fn outcomes_are_sent_before_the_end_of_the_link_the_session_and_the_connection() {
    type End = fn(&mut Pair);
    let ends: [End; 3] = [
        |pair| pair.receiver.detach(pair.now, pair.incoming, false, None),
        |pair| pair.receiver.end(pair.now, pair.incoming.session(), None),
        |pair| pair.receiver.close(pair.now, None),
    ];
    for end in ends {
        let mut pair = Pair::new();
        pair.grant(5);
        let sent = pair.send("m").unwrap();
        pair.drive();
        let delivery = pair.received();
        pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
        end(&mut pair);
        pair.drive();
        assert_eq!(updated(&mut pair.sender), (sent, Some(Accepted {}.into()), true));
    }
}

#[test]
fn an_outcome_that_is_too_long_loses_its_details() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(9);
    for _ in 0..2 {
        pair.send("m").unwrap();
    }
    pair.drive();
    let long = "x".repeat(1000);
    let error = |description: Option<&str>| Error {
        condition: AmqpError::NotFound.into(),
        description: description.map(|text| text.to_owned().into()),
        info: None,
    };
    let rejected = |error| DeliveryState::from(Rejected { error: Some(Box::new(error)) });
    let id = pair.received().id;
    pair.receiver.settle(pair.now, id, rejected(error(Some(&long)))).unwrap();
    let annotation = (Symbol::from_static("x-long"), Value::from(long.as_str()));
    let message_annotations = Some(Fields(Map::from_iter([annotation])));
    let failed = Modified { delivery_failed: Some(true), ..Modified::default() };
    let id = pair.received().id;
    pair.receiver.settle(pair.now, id, Modified { message_annotations, ..failed.clone() }).unwrap();
    pair.drive();
    assert_eq!(updated(&mut pair.sender).1, Some(rejected(error(None))));
    assert_eq!(updated(&mut pair.sender).1, Some(failed.into()));
}
