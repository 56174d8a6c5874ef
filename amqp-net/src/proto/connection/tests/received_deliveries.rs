//! Deliveries that are received: joined, aborted, too large, with tags and formats of any kind.

use amqp_types::messaging::{Accepted, Received};
use amqp_types::transaction::{TransactionId, TransactionalState};
use amqp_types::transport::{
    DeliveryNumber, DeliveryTag, Detach, Disposition, Handle, MessageFormat, Role, SequenceNo,
    TransferNumber,
};

use super::helpers::{
    Pair, attach, credit, frames, received, scripted, scripted_receiver, transfer, updated,
    violation, with_payload,
};
use super::*;

/// A client with two receivers on the handles 0 and 1, whose peer is a script.
fn two_receivers(now: Instant, max_message_size: u64) -> (Connection, [LinkId; 2]) {
    let (mut client, first) = scripted_receiver(now, Some(max_message_size));
    let second = client.attach(now, first.session(), attach("b", Role::Receiver)).unwrap();
    let initial_delivery_count = Some(SequenceNo(0));
    let theirs = Attach { handle: Handle(1), initial_delivery_count, ..attach("b", Role::Sender) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    client.grant(now, second, 10);
    client.poll_transmit();
    (client, [first, second])
}

/// Returns the credit and the delivery-count of the link, as the peer is told when it asks.
fn told(client: &mut Connection, now: Instant, next: u32) -> (Option<u32>, Option<SequenceNo>) {
    let ask = Flow {
        next_outgoing_id: TransferNumber(next),
        delivery_count: None,
        link_credit: None,
        echo: true,
        ..credit(0, 10, 0)
    };
    client.handle_input(now, &mut &*frame(0, &ask));
    let sent = frames(client);
    let Some((_, Performative::Flow(flow))) = sent.last() else { panic!("{sent:?}") };
    (flow.link_credit, flow.delivery_count)
}

#[test]
fn a_delivery_that_begins_before_the_one_before_it_is_complete_detaches_the_link() {
    let now = Instant::now();
    for more in [true, false] {
        let (mut client, _) = scripted_receiver(now, None);
        client.handle_input(now, &mut &*with_payload(&transfer(0, true), b"first"));
        client.handle_input(now, &mut &*with_payload(&transfer(1, more), b"second"));
        assert_eq!(violation(&mut client), "amqp:not-allowed");
        assert!(matches!(&*frames(&mut client), [(0, Performative::Detach(_))]));
    }
    // This side does not begin one either.
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    client.send(now, link, &OutgoingDelivery::new(vec![7; 300_000])).unwrap();
    client.handle_input(
        now,
        &mut &*frame(0, &Flow { next_incoming_id: Some(TransferNumber(1)), ..credit(0, 0, 10) }),
    );
    client.poll_transmit();
    let second = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(second, Err(SendError::WouldBlock));
    assert_eq!(client.poll_transmit(), None);
}

#[test]
fn an_aborted_delivery_uses_up_its_id_and_its_credit_and_nothing_else() {
    let now = Instant::now();
    let (mut client, _) = scripted_receiver(now, None);
    assert_eq!(told(&mut client, now, 0), (Some(10), Some(SequenceNo(0))));
    // On a later frame, and on the only one. The payload in it is ignored.
    let octets = [
        with_payload(&transfer(0, true), b"a part"),
        with_payload(&Transfer { aborted: true, ..Transfer::default() }, b"ignored"),
        with_payload(&Transfer { aborted: true, ..transfer(1, false) }, b"ignored"),
        // With both flags it is aborted all the same.
        with_payload(&Transfer { aborted: true, ..transfer(2, true) }, b"ignored"),
    ];
    client.handle_input(now, &mut &*octets.concat());
    assert_eq!(client.poll_event(), None, "there is no delivery");
    assert_eq!(client.stats().unsettled_received, 0);
    assert_eq!(told(&mut client, now, 4), (Some(7), Some(SequenceNo(3))));
    client.handle_input(now, &mut &*with_payload(&transfer(3, false), b"whole"));
    assert_eq!(received(&mut client).payload, "whole");
    // An id is not used again.
    client.handle_input(now, &mut &*with_payload(&transfer(1, false), b"again"));
    assert_eq!(violation(&mut client), "amqp:not-allowed");
}

#[test]
fn without_a_max_message_size_and_with_0_a_message_can_have_any_size() {
    let now = Instant::now();
    let large = Bytes::from(vec![7; 40 << 20]);
    for limit in [None, Some(0)] {
        let (mut client, link) = scripted(now, |attach| attach.max_message_size = limit);
        client.handle_input(now, &mut &*frame(0, &credit(0, 1000, 10)));
        client.send(now, link, &OutgoingDelivery::new(large.clone())).unwrap();
    }
    let (mut client, _) = scripted_receiver(now, Some(0));
    client.handle_input(now, &mut &*with_payload(&transfer(0, true), &large[..30_000]));
    let more = with_payload(&Transfer { more: true, ..Transfer::default() }, &large[..30_000]);
    for _ in 1..600 {
        client.handle_input(now, &mut &*more);
        client.poll_transmit();
    }
    client.handle_input(now, &mut &*with_payload(&Transfer::default(), b""));
    assert_eq!(received(&mut client).payload.len(), 18_000_000, "more than the default of 16 MiB");
}

#[test]
fn a_message_above_our_limit_detaches_its_link_at_the_frame_that_passes_it_and_no_other_link() {
    let now = Instant::now();
    let part = |more| Transfer { more, ..Transfer::default() };
    let cases: [(&[Vec<u8>], usize); 3] = [
        (&[with_payload(&transfer(0, false), &[0; 11])], 0),
        (&[with_payload(&transfer(0, true), &[0; 6]), with_payload(&part(false), &[0; 5])], 1),
        (
            &[
                with_payload(&transfer(0, true), &[0; 10]),
                with_payload(&part(true), &[0; 1]),
                with_payload(&part(true), &[0; 10]),
            ],
            1,
        ),
    ];
    for (sent, passes) in cases {
        let (mut client, [first, second]) = two_receivers(now, 10);
        for (index, octets) in sent.iter().enumerate() {
            client.handle_input(now, &mut &**octets);
            if index < passes {
                assert_eq!(client.poll_event(), None);
            } else if index == passes {
                let Some(ConnectionEvent::LinkDetached(id, LinkEnd::Violation { condition, .. })) =
                    client.poll_event()
                else {
                    panic!()
                };
                assert_eq!(condition.as_str(), "amqp:link:message-size-exceeded");
                assert_eq!(id, first);
            }
        }
        let sent = frames(&mut client);
        assert!(matches!(&*sent, [(0, Performative::Detach(Detach { handle: Handle(0), .. }))]));
        let other = Transfer { handle: Handle(1), ..transfer(1, false) };
        client.handle_input(now, &mut &*with_payload(&other, &[0; 10]));
        assert_eq!(received(&mut client).id.link(), second);
    }
}

#[test]
fn a_tag_has_up_to_32_octets() {
    let now = Instant::now();
    // This side can make no longer one.
    assert!(DeliveryTag::try_from(&[7; 33][..]).is_err());
    for len in [0, 1, 32, 33] {
        let (mut client, _) = scripted_receiver(now, None);
        // A transfer whose tag may be too long.
        let fields = vec![Value::Uint(0), Value::Uint(0), Value::Binary(vec![7; len].into())];
        let transfer = Value::described(Value::Ulong(0x14), Value::List(fields));
        client.handle_input(now, &mut &*frame(0, &transfer));
        if len < 33 {
            assert_eq!(received(&mut client).tag, DeliveryTag::try_from(&[7; 32][..len]).unwrap());
            continue;
        }
        assert_eq!(sent_close(&mut client), "amqp:decode-error");
        let ConnectionEnd::Violation { description, .. } = ended(&mut client) else { panic!() };
        assert!(description.contains("delivery-tag"), "{description}");
    }
}

#[test]
fn the_message_format_and_the_tag_arrive_as_they_were_sent() {
    let mut pair = Pair::new();
    pair.grant(10);
    let formats = [0, 0x8001_3700, u32::MAX];
    for format in formats {
        let sent = OutgoingDelivery {
            message_format: MessageFormat(format),
            tag: Some(DeliveryTag::from([9; 20])),
            ..OutgoingDelivery::new("m").settled()
        };
        pair.sender.send(pair.now, pair.outgoing, &sent).unwrap();
        pair.drive();
        let delivery = pair.received();
        assert_eq!(
            (delivery.message_format, Some(delivery.tag)),
            (MessageFormat(format), sent.tag)
        );
    }
}

#[test]
fn a_tag_is_used_again_as_soon_as_its_delivery_is_settled() {
    let mut pair = Pair::new();
    pair.grant(10);
    let delivery =
        OutgoingDelivery { tag: Some(DeliveryTag::from([1])), ..OutgoingDelivery::new("m") };
    for _ in 0..5 {
        let sent = pair.sender.send(pair.now, pair.outgoing, &delivery).unwrap();
        pair.drive();
        let received = pair.received();
        assert_eq!(Some(received.tag), delivery.tag);
        pair.receiver.settle(pair.now, received.id, Accepted {}).unwrap();
        pair.drive();
        assert_eq!(updated(&mut pair.sender), (sent, Some(Accepted {}.into()), true));
    }
}

#[test]
fn a_first_transfer_without_a_delivery_id_or_a_tag_detaches_the_link() {
    let now = Instant::now();
    let no_id = Transfer { delivery_id: None, ..transfer(0, false) };
    let no_tag = Transfer { delivery_tag: None, ..transfer(0, false) };
    for first in [no_id, no_tag] {
        let (mut client, [_, other]) = two_receivers(now, 0);
        client.handle_input(now, &mut &*with_payload(&first, b"m"));
        assert_eq!(violation(&mut client), "amqp:not-allowed");
        assert!(matches!(&*frames(&mut client), [(0, Performative::Detach(_))]));
        let whole = Transfer { handle: Handle(1), ..transfer(0, false) };
        client.handle_input(now, &mut &*with_payload(&whole, b"m"));
        assert_eq!(received(&mut client).id.link(), other, "other links live");
    }
}

#[test]
fn a_state_in_a_transfer_is_told_as_that_of_a_disposition() {
    let now = Instant::now();
    let progress = DeliveryState::from(Received { section_number: 1, section_offset: 2 });
    let in_transaction = DeliveryState::from(TransactionalState {
        txn_id: TransactionId::try_from(&[7; 3][..]).unwrap(),
        outcome: None,
    });
    let with =
        |state: &DeliveryState, transfer| Transfer { state: Some(state.clone()), ..transfer };
    let (mut client, _) = scripted_receiver(now, None);
    // The last of several counts, and one without a state changes nothing.
    let octets = [
        with_payload(&with(&progress, transfer(0, true)), b"a"),
        with_payload(&with(&in_transaction, Transfer { more: true, ..Transfer::default() }), b"b"),
        with_payload(&Transfer::default(), b"c"),
    ];
    client.handle_input(now, &mut &*octets.concat());
    let delivery = received(&mut client);
    assert_eq!(delivery.payload, "abc");
    assert_eq!(updated(&mut client), (delivery.id, Some(in_transaction), false));
    // A disposition that comes later is told too.
    let said = Disposition {
        role: Role::Sender,
        first: DeliveryNumber(0),
        last: None,
        settled: false,
        state: Some(progress.clone()),
        batchable: false,
    };
    client.handle_input(now, &mut &*frame(0, &said));
    assert_eq!(updated(&mut client), (delivery.id, Some(progress.clone()), false));
    client.settle(now, delivery.id, Accepted {}).unwrap();
    // There is nothing to tell of a delivery that is settled.
    let settled = Transfer { settled: Some(true), ..with(&progress, transfer(1, false)) };
    client.handle_input(now, &mut &*with_payload(&settled, b"d"));
    assert!(received(&mut client).settled);
    assert_eq!(client.poll_event(), None);
}
