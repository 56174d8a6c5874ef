//! Which deliveries are settled, by whom, and what is not touched by it.

use amqp_types::messaging::{Accepted, DeliveryState, Rejected};
use amqp_types::transaction::TransactionalState;
use amqp_types::transport::{
    DeliveryNumber, Disposition, Flow, Handle, ReceiverSettleMode, Role, SequenceNo,
};

use super::helpers::{
    Pair, another_receiver, credit, frames, received, scripted, scripted_receiver, transfer,
    updated, violation, with_payload,
};
use super::*;

/// A disposition about this delivery.
fn disposition(role: Role, number: u32, state: Option<DeliveryState>) -> Disposition {
    let first = DeliveryNumber(number);
    Disposition { role, first, last: None, settled: true, state, batchable: false }
}

#[test]
fn a_delivery_that_came_settled_is_not_kept_and_uses_up_credit() {
    let mut pair = Pair::new();
    pair.grant(2);
    let settled = OutgoingDelivery::new("m").settled();
    for _ in 0..2 {
        pair.sender.send(pair.now, pair.outgoing, &settled).unwrap();
    }
    let third = pair.sender.send(pair.now, pair.outgoing, &settled);
    assert_eq!(third, Err(SendError::WouldBlock), "credit counts");
    pair.drive();
    for _ in 0..2 {
        let delivery = pair.received();
        assert!(delivery.settled);
        assert_eq!(pair.receiver.stats().unsettled_received, 0);
        let outcome = pair.receiver.settle(pair.now, delivery.id, Accepted {});
        assert_eq!((outcome, pair.receiver.poll_transmit()), (Err(NotUnsettled), None));
    }
    assert_eq!(pair.sender.stats().unsettled_sent, 0);
}

#[test]
fn a_transfer_in_the_mode_second_on_a_link_in_the_mode_first_detaches_it() {
    let now = Instant::now();
    let modes = [
        (None, false),
        (Some(ReceiverSettleMode::First), false),
        (Some(ReceiverSettleMode::Second), true),
    ];
    for (rcv_settle_mode, is_wrong) in modes {
        let (mut client, _) = scripted_receiver(now, None);
        let transfer = Transfer { rcv_settle_mode, ..transfer(0, false) };
        client.handle_input(now, &mut &*with_payload(&transfer, b"m"));
        if is_wrong {
            assert_eq!(violation(&mut client), "amqp:not-allowed");
        } else {
            received(&mut client);
        }
    }
}

#[test]
fn what_the_peer_says_in_one_role_does_not_touch_deliveries_in_the_other_direction() {
    let now = Instant::now();
    let (mut client, outgoing) = scripted(now, |_| {});
    let session = outgoing.session();
    another_receiver(now, &mut client, session);
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    // Both have the number 0.
    let sent = client.send(now, outgoing, &OutgoingDelivery::new("m")).unwrap();
    let theirs = Transfer { handle: Handle(1), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&theirs, b"m"));
    let delivery = received(&mut client);
    client.poll_transmit();
    let held = |client: &Connection| {
        let stats = client.stats();
        (stats.unsettled_sent, stats.unsettled_received)
    };
    assert_eq!(held(&client), (1, 1));
    let about_theirs = disposition(Role::Sender, 0, None);
    client.handle_input(now, &mut &*frame(0, &about_theirs));
    assert_eq!(updated(&mut client), (delivery.id, None, true));
    assert_eq!((client.poll_event(), held(&client)), (None, (1, 0)));
    let about_ours = disposition(Role::Receiver, 0, Some(Accepted {}.into()));
    client.handle_input(now, &mut &*frame(0, &about_ours));
    assert_eq!(updated(&mut client), (sent, Some(Accepted {}.into()), true));
    assert_eq!((client.poll_event(), held(&client)), (None, (0, 0)));
}

#[test]
fn an_outcome_within_a_transaction_is_told_whole_and_is_final() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 10)));
    let outcomes = [Accepted {}.into(), Rejected { error: None }.into()];
    for (number, outcome) in (0..).zip(outcomes) {
        let sent = client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
        let state = TransactionalState { txn_id: [1, 2].into(), outcome: Some(outcome) };
        let state = DeliveryState::from(state);
        let said = disposition(Role::Receiver, number, Some(state.clone()));
        client.handle_input(now, &mut &*frame(0, &said));
        assert_eq!(updated(&mut client), (sent, Some(state), true));
    }
    assert_eq!(client.stats().unsettled_sent, 0);
}

#[test]
fn nothing_is_sent_as_batchable() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(10);
    for len in [1, 2000] {
        pair.send(vec![7; len]).unwrap();
    }
    let output = pair.sender.poll_transmit().unwrap();
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&output);
    let mut transfers = 0;
    while let Some(frame) = splitter.poll_frame().unwrap() {
        let Ok(FrameBody::Amqp { performative, .. }) = frame.decode() else { panic!() };
        let Performative::Transfer(transfer) = performative else { panic!() };
        assert!(!transfer.batchable);
        transfers += 1;
    }
    assert!(transfers > 4);
    pair.receiver.handle_input(pair.now, &mut &*output);
    for _ in 0..2 {
        let delivery = pair.received();
        pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    }
    let output = frames(&mut pair.receiver);
    let dispositions = output.iter().filter_map(|(_, frame)| match frame {
        Performative::Disposition(disposition) => Some(disposition.batchable),
        _ => None,
    });
    assert_eq!(dispositions.collect::<Vec<_>>(), [false]);
}

#[test]
fn one_delivery_that_stays_unsettled_is_settled_after_many_others() {
    const COUNT: u32 = 100_000;
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let open = |client: &mut Connection, received: u32| {
        let delivery_count = Some(SequenceNo(received));
        let flow = Flow { delivery_count, ..credit(received, 1000, 1000) };
        client.handle_input(now, &mut &*frame(0, &flow));
    };
    open(&mut client, 0);
    let first = client.send(now, link, &OutgoingDelivery::new("stays")).unwrap();
    for number in 1..=COUNT {
        let sent = client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
        let said = disposition(Role::Receiver, number, Some(Accepted {}.into()));
        client.handle_input(now, &mut &*frame(0, &said));
        assert_eq!(updated(&mut client).0, sent);
        assert_eq!(client.stats().unsettled_sent, 1);
        if number % 500 == 0 {
            client.poll_transmit();
            open(&mut client, number + 1);
        }
    }
    let said = disposition(Role::Receiver, 0, Some(Accepted {}.into()));
    client.handle_input(now, &mut &*frame(0, &said));
    assert_eq!(updated(&mut client), (first, Some(Accepted {}.into()), true));
}
