//! Transfers: messages that are split and joined, and their numbers.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{DeliveryNumber, Role};
use bytes::Bytes;

use super::helpers::{
    Pair, answer, attach, begun, credit, frames, received, scripted, scripted_receiver, transfer,
    transfers_in, updated, violation, with_payload,
};
use super::*;

#[test]
fn messages_of_every_size_arrive_whole_in_the_fewest_frames() {
    let content: Bytes = (0..=255).cycle().take(5000).collect::<Vec<u8>>().into();
    for max_frame_size in [512, 513, 4096] {
        let mut pair = Pair::with(settings().max_frame_size(max_frame_size), |_| {});
        pair.grant(1000);
        let room = max_frame_size as usize;
        let lens = (0..3).chain(room - 60..room + 2).chain(2 * room - 90..2 * room - 20);
        for len in lens.chain([4095, 4096, 5000]).filter(|len| *len <= content.len()) {
            let sent = pair.send(content.slice(..len)).unwrap();
            let output = pair.sender.poll_transmit().unwrap();
            let mut splitter = FrameSplitter::new(max_frame_size);
            splitter.handle_input(&output);
            let (mut count, mut left) = (0, len);
            while let Some(frame) = splitter.poll_frame().unwrap() {
                let Ok(FrameBody::Amqp { performative, payload, .. }) = frame.decode() else {
                    panic!()
                };
                let Performative::Transfer(transfer) = performative else { panic!() };
                count += 1;
                left -= payload.len();
                assert_eq!(transfer.more, left > 0);
                assert_eq!(transfer.delivery_id.is_some(), count == 1);
                let is_full = frame.header.size == max_frame_size;
                assert!(is_full || left == 0, "a frame that could hold more");
            }
            pair.receiver.handle_input(pair.now, &mut &*output);
            let delivery = pair.received();
            assert_eq!(delivery.payload, content[..len], "{len}");
            pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
            pair.drive();
            assert_eq!(updated(&mut pair.sender).0, sent);
        }
    }
}

#[test]
fn a_large_message_passes_a_small_window() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(3);
    let payload = Bytes::from((0..=255).cycle().take(3_000_000).collect::<Vec<u8>>());
    let sent = pair.send(payload.clone()).unwrap();
    pair.drive();
    let delivery = pair.received();
    assert_eq!(delivery.payload, payload);
    pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    pair.drive();
    assert_eq!(updated(&mut pair.sender).0, sent);
}

#[test]
fn a_message_above_the_limit_of_the_peer_is_refused_before_any_frame_and_the_link_lives() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |attach| attach.max_message_size = Some(10));
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let error = client.send(now, link, &OutgoingDelivery::new(vec![0; 11])).unwrap_err();
    assert_eq!(error, SendError::TooLarge { size: 11, limit: 10 });
    assert_eq!(client.poll_transmit(), None);
    client.send(now, link, &OutgoingDelivery::new(vec![0; 10])).unwrap();
    assert_eq!(transfers_in(&client.poll_transmit().unwrap()).len(), 1);
}

#[test]
fn transfers_out_of_order_and_beyond_twice_the_credit_detach_the_link() {
    let now = Instant::now();
    let frames = |ids: &[u32], more| {
        ids.iter().flat_map(|id| with_payload(&transfer(*id, more), b"m")).collect::<Vec<u8>>()
    };
    let cases = [
        (frames(&[0, 1], true), "amqp:not-allowed"),
        (frames(&[5, 4], false), "amqp:not-allowed"),
        // Twice the credit is tolerated.
        (frames(&(0..21).collect::<Vec<_>>(), false), "amqp:link:transfer-limit-exceeded"),
    ];
    for (octets, condition) in cases {
        let (mut client, _) = scripted_receiver(now, None);
        client.handle_input(now, &mut &*octets);
        assert_eq!(violation(&mut client), condition);
    }
    let (mut client, _) = scripted(now, |_| {});
    client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"to a sender"));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionEnded(..))));
}

#[test]
fn an_attach_of_a_sender_without_a_count_is_refused() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.attach(now, session, attach("a", Role::Receiver)).unwrap();
    let octets = [frame(0, &answer(0)), frame(0, &attach("a", Role::Sender))].concat();
    client.handle_input(now, &mut &*octets);
    begun(&mut client);
    assert_eq!(violation(&mut client), "amqp:invalid-field");
    assert_eq!(client.poll_event(), None);
}

#[test]
fn delivery_ids_go_up_though_output_is_full() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = first.session();
    let receivers: Vec<_> = (0..20)
        .map(|number| {
            client.attach(now, session, attach(&format!("r{number}"), Role::Receiver)).unwrap()
        })
        .collect();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &credit(0, 1000, 10)));
    // Just below the limit, so that the flows before the next message exceed it.
    let mut count = 0;
    let mut send = |client: &mut Connection, len: usize| {
        client.send(now, first, &OutgoingDelivery::new(vec![1; len])).unwrap();
        count += 1;
    };
    send(&mut client, 100_000);
    send(&mut client, (192 << 10) - 100_000 - 200);
    for receiver in receivers {
        assert!(client.grant(now, receiver, 1));
    }
    send(&mut client, 10);
    let mut next = 0;
    for (_, performative) in frames(&mut client) {
        if let Performative::Transfer(Transfer { delivery_id: Some(id), .. }) = performative {
            assert_eq!(id, DeliveryNumber(next));
            next += 1;
        }
    }
    assert_eq!(next, count, "all have been begun");
}

#[test]
fn the_peer_begins_to_count_deliveries_where_it_likes() {
    for first in [0, 1, 1 << 31, u32::MAX] {
        let now = Instant::now();
        let (mut client, _) = scripted_receiver(now, None);
        for id in [first, first.wrapping_add(1)] {
            client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"m"));
            let delivery = received(&mut client);
            client.settle(now, delivery.id, Accepted {}).unwrap();
            let output = frames(&mut client);
            let [(_, Performative::Disposition(sent))] = &*output else { panic!("{output:?}") };
            assert_eq!(sent.first, DeliveryNumber(id));
        }
    }
}

#[test]
fn what_is_wrong_with_a_message_is_said_at_once() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |attach| attach.max_message_size = Some(3));
    let error = client.send(now, link, &OutgoingDelivery::new("long")).unwrap_err();
    assert_eq!(error, SendError::TooLarge { size: 4, limit: 3 });
}

#[test]
fn a_delivery_that_has_been_begun_is_completed_before_a_detach_an_end_and_a_close() {
    let mut pair = Pair::new();
    pair.grant(2);
    let now = pair.now;
    // More than is written at once.
    let payload = vec![7; 1 << 20];
    let large = OutgoingDelivery::new(payload.clone()).settled();
    pair.sender.send(now, pair.outgoing, &large).unwrap();
    pair.sender.detach(now, pair.outgoing, true, None);
    pair.sender.end(now, pair.outgoing.session(), None);
    pair.sender.close(now, None);
    let refused = pair.sender.send(now, pair.outgoing, &OutgoingDelivery::new("late").settled());
    assert_eq!(refused, Err(SendError::NotAttached));
    pair.drive();
    let Some(ConnectionEvent::Received(delivery)) = pair.receiver.poll_event() else { panic!() };
    assert_eq!(delivery.payload, payload);
    let Some(ConnectionEvent::LinkDetached(_, end)) = pair.receiver.poll_event() else { panic!() };
    assert_eq!(end, LinkEnd::DetachedByPeer { closed: true, error: None });
    let Some(ConnectionEvent::SessionEnded(_, end)) = pair.receiver.poll_event() else { panic!() };
    assert_eq!(end, SessionEnd::EndedByPeer(None));
    assert_eq!(ended(&mut pair.receiver), ConnectionEnd::ClosedByPeer(None));
}

#[test]
fn a_delivery_that_cannot_be_completed_holds_up_a_close_until_the_time_limit() {
    let mut pair = Pair::new();
    pair.grant(2);
    let mut now = pair.now;
    // Nothing more is written before the first part has been taken.
    let payload = vec![7; 16 << 20];
    pair.sender.send(now, pair.outgoing, &OutgoingDelivery::new(payload).settled()).unwrap();
    pair.sender.detach(now, pair.outgoing, true, None);
    pair.sender.end(now, pair.outgoing.session(), None);
    pair.sender.close(now, None);
    let is_close = |connection: &mut Connection| {
        sent(connection).iter().any(|frame| matches!(frame, Performative::Close(_)))
    };
    assert!(!is_close(&mut pair.sender));
    now += 5 * SECOND;
    pair.sender.handle_timeout(now);
    assert!(is_close(&mut pair.sender), "the time to close has passed");
    now += 5 * SECOND;
    pair.sender.handle_timeout(now);
    assert!(matches!(pair.sender.end_reason(), Some(ConnectionEnd::CloseTimedOut(_))));
}
