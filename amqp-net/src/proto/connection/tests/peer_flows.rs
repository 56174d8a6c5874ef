//! Flows of the peer with unusual fields.

use amqp_types::transport::SequenceNo;

use super::helpers::{credit, only_flow, scripted};
use super::*;

#[test]
fn a_drain_without_credit_is_answered() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 3)));
    client.send(now, link, &OutgoingDelivery::new("m").settled()).unwrap();
    client.poll_transmit();
    let sent = SequenceNo(1);
    let drain = Flow { drain: true, delivery_count: Some(sent), ..credit(1, 100, 0) };
    client.handle_input(now, &mut &*frame(0, &drain));
    let flow = only_flow(&mut client);
    let answer = (flow.delivery_count, flow.link_credit, flow.drain);
    assert_eq!(answer, (Some(sent), Some(0), true), "there was no credit to give up");
}

#[test]
fn a_drain_with_credit_and_nothing_to_send_is_answered_each_time() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    // Ten times a second.
    let mut count = 0;
    for turn in 0..10 {
        let now = now + turn * SECOND / 10;
        let delivery_count = Some(SequenceNo(count));
        let drain = Flow { drain: true, delivery_count, ..credit(0, 100, 5) };
        client.handle_input(now, &mut &*frame(0, &drain));
        let flow = only_flow(&mut client);
        count += 5;
        let answer = (flow.delivery_count, flow.link_credit, flow.drain);
        assert_eq!(answer, (Some(SequenceNo(count)), Some(0), true));
    }
    let nothing_left = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(nothing_left, Err(SendError::WouldBlock));
}
