//! Which deliveries a disposition covers, and when it counts.

use amqp_types::messaging::{Accepted, Received, Rejected, Released};
use amqp_types::transport::{
    DeliveryNumber, Disposition, Handle, ReceiverSettleMode, Role, SequenceNo,
};

use super::helpers::{
    Pair, attach, credit, frames, received, scripted, scripted_receiver, transfer, transfers_in,
    updated, with_payload,
};
use super::*;

fn disposition(
    role: Role,
    range: (u32, Option<u32>),
    settled: bool,
    state: Option<DeliveryState>,
) -> Vec<u8> {
    let (first, last) = range;
    let (first, last) = (DeliveryNumber(first), last.map(DeliveryNumber));
    frame(0, &Disposition { role, first, last, settled, state, batchable: false })
}

fn accepted() -> DeliveryState {
    Accepted {}.into()
}

/// Returns the ranges of ids in the dispositions that a connection sends, each with its state.
fn sent_ranges(connection: &mut Connection) -> Vec<(u32, u32, Option<DeliveryState>)> {
    let range = |(_, sent)| match sent {
        Performative::Disposition(sent) => {
            assert!(sent.settled && sent.role == Role::Receiver);
            (sent.first.0, sent.last.unwrap_or(sent.first).0, sent.state)
        }
        other => panic!("{other:?}"),
    };
    frames(connection).into_iter().map(range).collect()
}

/// A scripted peer that has sent deliveries with these ids.
fn delivered(now: Instant, ids: impl Iterator<Item = u32>) -> (Connection, Vec<DeliveryId>) {
    let (mut client, link) = scripted_receiver(now, None);
    client.grant(now, link, 2000);
    client.poll_transmit();
    let take = |id| {
        client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"m"));
        let delivery = received(&mut client).id;
        // The window may be opened again.
        client.poll_transmit();
        delivery
    };
    let deliveries = ids.map(take).collect();
    (client, deliveries)
}

#[test]
fn accepting_in_any_order_is_sent_as_the_fewest_ranges_of_exactly_these_ids() {
    let now = Instant::now();
    let mut seed = 5_u64;
    let mut below = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % limit
    };
    for _ in 0..20 {
        let (mut client, deliveries) = delivered(now, 0..200);
        let mut left: Vec<usize> = (0..200).filter(|index| index % 50 != 7).collect();
        while !left.is_empty() {
            let index = left.swap_remove(below(left.len()));
            client.settle(now, deliveries[index], Accepted {}).unwrap();
        }
        let state = Some(accepted());
        let ranges = [(0, 6), (8, 56), (58, 106), (108, 156), (158, 199)];
        let expected: Vec<_> = ranges.map(|(first, last)| (first, last, state.clone())).into();
        assert_eq!(sent_ranges(&mut client), expected);
    }
}

#[test]
fn accepting_the_deliveries_of_one_of_two_links_covers_no_id_of_the_other() {
    let now = Instant::now();
    let (mut client, first) = scripted_receiver(now, None);
    let second = client.attach(now, first.session(), attach("b", Role::Receiver)).unwrap();
    let initial_delivery_count = Some(SequenceNo(0));
    let theirs = Attach { handle: Handle(1), initial_delivery_count, ..attach("b", Role::Sender) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client.poll_event();
    client.grant(now, second, 10);
    client.poll_transmit();
    for id in 0..8 {
        // In turn, but for the ids 4 and 5.
        let handle = Handle(if id == 5 { 0 } else { id % 2 });
        let octets = with_payload(&Transfer { handle, ..transfer(id, false) }, b"m");
        client.handle_input(now, &mut &*octets);
        let delivery = received(&mut client);
        if delivery.id.link() == first {
            client.settle(now, delivery.id, Accepted {}).unwrap();
        }
    }
    let state = || Some(accepted());
    let expected = [(0, 0, state()), (2, 2, state()), (4, 6, state())];
    assert_eq!(sent_ranges(&mut client), expected);
    assert_eq!(client.stats().unsettled_received, 3);
}

#[test]
fn five_deliveries_of_which_one_is_rejected_take_three_dispositions() {
    let now = Instant::now();
    for order in [[0, 1, 2, 3, 4], [2, 0, 1, 3, 4], [4, 2, 0, 3, 1]] {
        let (mut client, deliveries) = delivered(now, 1..6);
        let error = Error::new(AmqpError::InvalidField, "bad");
        let rejected = DeliveryState::from(Rejected { error: Some(Box::new(error)) });
        for index in order {
            let outcome = if index == 2 { rejected.clone() } else { accepted() };
            client.settle(now, deliveries[index], outcome).unwrap();
        }
        let expected = [(1, 2, Some(accepted())), (3, 3, Some(rejected)), (4, 5, Some(accepted()))];
        assert_eq!(sent_ranges(&mut client), expected);
    }
}

#[test]
fn a_state_that_is_not_final_is_sent_before_the_outcome_of_its_delivery() {
    let now = Instant::now();
    let second = |attach: &mut Attach| attach.rcv_settle_mode = ReceiverSettleMode::Second;
    let mut pair = Pair::with(settings(), second);
    pair.grant(10);
    for _ in 0..3 {
        pair.send("m").unwrap();
    }
    pair.drive();
    let ids = [(); 3].map(|()| pair.received().id);
    let progress = Received { section_number: 0, section_offset: 1 };
    pair.receiver.settle(now, ids[1], progress).unwrap();
    for id in ids {
        pair.receiver.settle(now, id, Accepted {}).unwrap();
    }
    let states = frames(&mut pair.receiver).into_iter().map(|(_, sent)| match sent {
        Performative::Disposition(sent) => (sent.first.0, sent.state.unwrap()),
        other => panic!("{other:?}"),
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states[0], (1, progress.into()));
    assert!(states[1..].iter().all(|(_, state)| *state == accepted()), "{states:?}");
}

#[test]
fn a_range_over_the_end_of_the_numbers_settles_all_in_it() {
    let now = Instant::now();
    let ids = [u32::MAX - 1, u32::MAX, 0, 1];
    let (mut client, deliveries) = delivered(now, ids.into_iter());
    let range = (u32::MAX - 1, Some(1));
    client.handle_input(now, &mut &*disposition(Role::Sender, range, true, None));
    let event = ConnectionEvent::Updated { deliveries, state: None, is_settled: true };
    assert_eq!(client.poll_event(), Some(event));
    assert_eq!(client.stats().unsettled_received, 0);
    // The other way round.
    let (mut client, deliveries) = delivered(now, ids.into_iter());
    for id in deliveries {
        client.settle(now, id, Accepted {}).unwrap();
    }
    assert_eq!(sent_ranges(&mut client), [(u32::MAX - 1, 1, Some(accepted()))]);
}

/// A client that has sent deliveries with the ids from 0 on to a scripted peer.
fn sent_deliveries(now: Instant, count: u32) -> (Connection, Vec<DeliveryId>) {
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 100)));
    let send = |_| client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    let deliveries = (0..count).map(send).collect();
    client.poll_transmit();
    (client, deliveries)
}

#[test]
fn a_disposition_with_no_last_is_about_one_delivery() {
    let now = Instant::now();
    let (mut client, sent) = sent_deliveries(now, 3);
    client.handle_input(now, &mut &*disposition(Role::Receiver, (1, None), true, Some(accepted())));
    assert_eq!(updated(&mut client), (sent[1], Some(accepted()), true));
    assert_eq!((client.poll_event(), client.stats().unsettled_sent), (None, 2));
}

#[test]
fn an_outcome_that_comes_before_the_transfer_has_been_taken_counts() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 100)));
    let sent = client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    // The octets of the transfer have not left this side.
    client.handle_input(now, &mut &*disposition(Role::Receiver, (0, None), true, Some(accepted())));
    assert_eq!(updated(&mut client), (sent, Some(accepted()), true));
    assert_eq!(transfers_in(&client.poll_transmit().unwrap()).len(), 1);
    assert_eq!(client.stats().unsettled_sent, 0);
}

#[test]
fn a_state_that_is_not_final_is_told_and_the_outcome_is_still_to_come() {
    let now = Instant::now();
    let (mut client, sent) = sent_deliveries(now, 1);
    let progress = DeliveryState::from(Received { section_number: 2, section_offset: 7 });
    let octets = disposition(Role::Receiver, (0, None), false, Some(progress.clone()));
    client.handle_input(now, &mut &*octets);
    assert_eq!(updated(&mut client), (sent[0], Some(progress), false));
    assert_eq!((client.poll_transmit(), client.stats().unsettled_sent), (None, 1));
    client.handle_input(now, &mut &*disposition(Role::Receiver, (0, None), true, Some(accepted())));
    assert_eq!(updated(&mut client), (sent[0], Some(accepted()), true));
}

#[test]
fn the_progress_of_one_delivery_is_told_each_time_and_that_of_many_once() {
    let now = Instant::now();
    let (mut client, sent) = sent_deliveries(now, 3);
    let mut told = |ids: (u32, Option<u32>), section_offset| {
        let state = DeliveryState::from(Received { section_number: 1, section_offset });
        let octets = disposition(Role::Receiver, ids, false, Some(state));
        client.handle_input(now, &mut &*octets);
        match client.poll_event()? {
            ConnectionEvent::Updated {
                deliveries,
                state: Some(DeliveryState::Received(received)),
                is_settled: false,
            } => Some((deliveries, received.section_offset)),
            other => panic!("{other:?}"),
        }
    };
    for offset in [10, 20, 30] {
        assert_eq!(told((0, None), offset), Some((vec![sent[0]], offset)));
        assert_eq!(told((1, Some(1)), offset), Some((vec![sent[1]], offset)));
    }
    assert_eq!(told((0, Some(2)), 40), Some((vec![sent[2]], 40)), "the others have been told");
    assert_eq!(told((0, Some(2)), 50), None);
    assert_eq!(told((7, None), 50), None, "there is no such delivery");
    // They still wait for their outcome.
    client.handle_input(
        now,
        &mut &*disposition(Role::Receiver, (0, Some(2)), true, Some(accepted())),
    );
    let settled =
        ConnectionEvent::Updated { deliveries: sent, state: Some(accepted()), is_settled: true };
    assert_eq!(client.poll_event(), Some(settled));
}

#[test]
fn an_outcome_does_not_change_any_more() {
    let now = Instant::now();
    let released = || DeliveryState::from(Released {});
    for settled in [true, false] {
        let (mut client, sent) = sent_deliveries(now, 1);
        let octets = disposition(Role::Receiver, (0, None), settled, Some(accepted()));
        client.handle_input(now, &mut &*octets);
        assert_eq!(updated(&mut client), (sent[0], Some(accepted()), true));
        client.poll_transmit();
        for settled in [false, true] {
            let octets = disposition(Role::Receiver, (0, None), settled, Some(released()));
            client.handle_input(now, &mut &*octets);
            assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
        }
    }
}

#[test]
fn an_outcome_that_is_not_settled_is_settled_by_the_sender_once() {
    let now = Instant::now();
    let (mut client, sent) = sent_deliveries(now, 3);
    let octets = disposition(Role::Receiver, (0, Some(2)), false, Some(accepted()));
    client.handle_input(now, &mut &*octets);
    let event =
        ConnectionEvent::Updated { deliveries: sent, state: Some(accepted()), is_settled: true };
    assert_eq!(client.poll_event(), Some(event));
    let answer = frames(&mut client);
    let [(_, Performative::Disposition(answer))] = &*answer else { panic!("{answer:?}") };
    let range = (answer.role, answer.first.0, answer.last.map(|last| last.0), answer.settled);
    assert_eq!(range, (Role::Sender, 0, Some(2), true));
    // The receiver repeats itself, or settles too.
    client.handle_input(now, &mut &*octets);
    let settles = disposition(Role::Receiver, (0, Some(2)), true, Some(accepted()));
    client.handle_input(now, &mut &*settles);
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
}

#[test]
fn a_receiver_that_settles_second_is_told_once_for_each_delivery() {
    let second = |attach: &mut Attach| attach.rcv_settle_mode = ReceiverSettleMode::Second;
    let mut pair = Pair::with(settings(), second);
    pair.grant(10);
    for _ in 0..3 {
        pair.send("m").unwrap();
    }
    pair.drive();
    let ids = [(); 3].map(|()| pair.received().id);
    for id in ids {
        pair.receiver.settle(pair.now, id, Accepted {}).unwrap();
    }
    pair.sender.handle_input(pair.now, &mut &*pair.receiver.poll_transmit().unwrap());
    assert_eq!(pair.receiver.poll_event(), None, "the sender has not settled");
    assert_eq!(pair.receiver.stats().unsettled_received, 3);
    // A broker answers each of them alone, here in another order and one of them twice.
    for index in [2, 0, 1, 0] {
        let octets = disposition(Role::Sender, (index, None), true, None);
        pair.receiver.handle_input(pair.now, &mut &*octets);
    }
    for index in [2, 0, 1] {
        assert_eq!(updated(&mut pair.receiver), (ids[index], None, true));
    }
    assert_eq!((pair.receiver.poll_event(), pair.receiver.poll_transmit()), (None, None));
}

#[test]
fn a_delivery_whose_sender_says_released_can_still_be_settled() {
    let now = Instant::now();
    let (mut client, deliveries) = delivered(now, 0..1);
    let released = DeliveryState::from(Released {});
    let octets = disposition(Role::Sender, (0, None), false, Some(released.clone()));
    client.handle_input(now, &mut &*octets);
    assert_eq!(updated(&mut client), (deliveries[0], Some(released), false));
    assert_eq!(client.poll_transmit(), None, "nothing is answered");
    client.settle(now, deliveries[0], Accepted {}).unwrap();
    assert_eq!(sent_ranges(&mut client), [(0, 0, Some(accepted()))]);
    client.handle_input(now, &mut &*with_payload(&transfer(1, false), b"m"));
    assert_eq!(received(&mut client).payload, "m", "the link lives");
}

#[test]
fn a_delivery_that_its_sender_has_settled_is_too_late_to_settle() {
    let now = Instant::now();
    let (mut client, deliveries) = delivered(now, 0..1);
    client.handle_input(now, &mut &*disposition(Role::Sender, (0, None), true, None));
    assert_eq!(updated(&mut client), (deliveries[0], None, true));
    assert_eq!(client.settle(now, deliveries[0], Accepted {}), Err(NotUnsettled));
    assert_eq!(client.poll_transmit(), None);
}

#[test]
fn a_delivery_is_settled_once() {
    let now = Instant::now();
    let (mut client, deliveries) = delivered(now, 0..1);
    client.settle(now, deliveries[0], Accepted {}).unwrap();
    assert_eq!(client.settle(now, deliveries[0], Released {}), Err(NotUnsettled));
    assert_eq!(sent_ranges(&mut client), [(0, 0, Some(accepted()))]);
    assert_eq!(client.settle(now, deliveries[0], Released {}), Err(NotUnsettled));
    assert_eq!(client.poll_transmit(), None);
}
