//! Flows of the peer with unusual fields.

use amqp_types::transport::{Role, SequenceNo};

use super::ends::{
    answer, attach, credit, frames, received, scripted, scripted_receiver, transfer, with_payload,
};
use super::*;

fn flow_in(connection: &mut Connection) -> Flow {
    let sent = frames(connection);
    let [(0, Performative::Flow(flow))] = &*sent else { panic!("{sent:?}") };
    flow.clone()
}

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
    let flow = flow_in(&mut client);
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
        let flow = flow_in(&mut client);
        count += 5;
        let answer = (flow.delivery_count, flow.link_credit, flow.drain);
        assert_eq!(answer, (Some(SequenceNo(count)), Some(0), true));
    }
    let nothing_left = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(nothing_left, Err(SendError::WouldBlock));
}

#[test]
fn a_first_flow_without_a_delivery_count_counts_from_the_initial_one() {
    let now = Instant::now();
    for initial in [0, 41, u32::MAX] {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        let session = client.begin(now, SessionSettings::default()).unwrap();
        let initial_delivery_count = Some(SequenceNo(initial));
        let wanted = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
        let link = client.attach(now, session, wanted).unwrap();
        let theirs = frame(0, &attach("a", Role::Receiver));
        client.handle_input(now, &mut &*[frame(0, &answer(0)), theirs].concat());
        while client.poll_event().is_some() {}
        let flow = Flow { delivery_count: None, ..credit(0, 100, 2) };
        client.handle_input(now, &mut &*frame(0, &flow));
        let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
        send(&mut client).unwrap();
        send(&mut client).unwrap();
        assert_eq!(send(&mut client), Err(SendError::WouldBlock));
    }
}

#[test]
fn credit_of_this_side_is_never_2_to_the_31_or_more() {
    let now = Instant::now();
    for (wanted, told) in
        [(0x7fff_ffff, 0x7fff_ffff), (0x8000_0000, 0x7fff_ffff), (u32::MAX, 0x7fff_ffff)]
    {
        let (mut client, link) = scripted_receiver(now, None);
        assert!(client.grant(now, link, wanted));
        assert_eq!(flow_in(&mut client).link_credit, Some(told));
        client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"m"));
        assert_eq!(received(&mut client).payload, "m");
    }
}
