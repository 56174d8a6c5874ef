//! The windows of sessions, and the turns of their links.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Attach, Flow, Handle, Role, TransferNumber};
use bytes::Bytes;

use super::helpers::{
    another_receiver, another_sender, answer, attach, begun, credit, frames, received, scripted,
    scripted_receiver, transfer, with_payload,
};
use super::*;

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
fn the_window_is_opened_again_with_one_flow_at_half_and_transfers_beyond_it_end_the_session() {
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

/// A flow of the session alone.
fn session_flow(received: u32, window: u32) -> Flow {
    let alone = credit(received, window, 0);
    Flow { handle: None, delivery_count: None, link_credit: None, ..alone }
}

fn on_second(flow: Flow) -> Flow {
    Flow { handle: Some(Handle(1)), ..flow }
}

#[test]
fn a_closed_window_stops_transfers_and_nothing_else() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let session = link.session();
    let incoming = another_receiver(now, &mut client, session);
    let one = Transfer { handle: Handle(1), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&one, b"m"));
    let delivery = received(&mut client);
    let next_outgoing_id = TransferNumber(1);
    client.handle_input(now, &mut &*frame(0, &Flow { next_outgoing_id, ..credit(0, 0, 10) }));
    client.poll_transmit();
    let sent = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!((sent, client.poll_transmit()), (Err(SendError::WouldBlock), None));
    client.settle(now, delivery.id, Accepted {}).unwrap();
    assert!(matches!(&*frames(&mut client), [(0, Performative::Disposition(_))]));
    client.attach(now, session, attach("c", Role::Sender)).unwrap();
    assert!(matches!(&*frames(&mut client), [(0, Performative::Attach(_))]));
    client.begin(now, SessionSettings::default()).unwrap();
    assert!(matches!(&*frames(&mut client), [(1, Performative::Begin(_))]));
    client.grant(now, incoming, 11);
    assert!(matches!(&*frames(&mut client), [(0, Performative::Flow(_))]));
    client.detach(now, link, true, None);
    assert!(matches!(&*frames(&mut client), [(0, Performative::Detach(_))]));
    client.end(now, session, None);
    assert!(matches!(&*frames(&mut client), [(0, Performative::End(_))]));
}

#[test]
fn a_window_that_a_flow_of_another_link_opens_lets_every_link_go_on() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let _second = another_sender(now, &mut client, first.session());
    client.handle_input(now, &mut &*frame(0, &credit(0, 0, 10)));
    let send = |client: &mut Connection| client.send(now, first, &OutgoingDelivery::new("m"));
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
    client.handle_input(now, &mut &*frame(0, &on_second(credit(0, 1, 10))));
    assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(first)));
    send(&mut client).unwrap();
    let output = frames(&mut client);
    let [(0, Performative::Transfer(transfer))] = &*output else { panic!("{output:?}") };
    assert_eq!(transfer.handle, Handle(0));
}

#[test]
fn a_window_that_is_opened_before_the_attach_counts_for_the_link() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*[frame(0, &answer(0)), frame(0, &session_flow(0, 2))].concat());
    begun(&mut client);
    let link = client.attach(now, session, attach("a", Role::Sender)).unwrap();
    client.handle_input(now, &mut &*frame(0, &attach("a", Role::Receiver)));
    // The credit comes with the same window.
    let closed = Flow { next_incoming_id: None, ..credit(0, 2, 10) };
    client.handle_input(now, &mut &*frame(0, &closed));
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    send(&mut client).unwrap();
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}

#[test]
fn a_window_that_shrinks_below_what_is_on_the_way_is_closed() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 100)));
    let send = |client: &mut Connection| client.send(now, link, &OutgoingDelivery::new("m"));
    for _ in 0..5 {
        send(&mut client).unwrap();
    }
    client.poll_transmit();
    // It had received two, and takes one more: of three that are on the way.
    for window in [1, 0, 3] {
        client.handle_input(now, &mut &*frame(0, &credit(2, window, 100)));
        let refused = send(&mut client);
        assert_eq!((refused, client.poll_transmit()), (Err(SendError::WouldBlock), None));
    }
    client.handle_input(now, &mut &*frame(0, &credit(2, 4, 100)));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
    assert_eq!(client.end_reason(), None);
}

#[test]
fn with_a_window_of_one_transfer_messages_go_one_at_a_time() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 1000)));
    for count in 0..100 {
        client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
        let next = client.send(now, link, &OutgoingDelivery::new("next"));
        assert_eq!(next, Err(SendError::WouldBlock));
        assert!(matches!(&*frames(&mut client), [(0, Performative::Transfer(_))]));
        assert_eq!((client.poll_transmit(), client.poll_event()), (None, None));
        client.handle_input(now, &mut &*frame(0, &session_flow(count + 1, 1)));
        assert_eq!(client.poll_event(), Some(ConnectionEvent::SenderReady(link)));
    }
}

#[test]
fn links_that_wait_for_a_window_of_one_transfer_take_turns() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = first.session();
    let second = another_sender(now, &mut client, session);
    let third = client.attach(now, session, attach("c", Role::Sender)).unwrap();
    let theirs = Attach { handle: Handle(2), ..attach("c", Role::Receiver) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    for handle in 0..3 {
        let flow = Flow { handle: Some(Handle(handle)), ..credit(0, 0, 1000) };
        client.handle_input(now, &mut &*frame(0, &flow));
    }
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    let send = |client: &mut Connection, link| {
        client.send(now, link, &OutgoingDelivery::new("m")).map(drop)
    };
    for link in [first, second, third] {
        assert_eq!(send(&mut client, link), Err(SendError::WouldBlock));
    }
    client.poll_transmit();
    let mut turns = Vec::new();
    for count in 0..30 {
        client.handle_input(now, &mut &*frame(0, &session_flow(count, 1)));
        // Each of those that are told tries to send as much as it can.
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::SenderReady(link) = event else { panic!("{event:?}") };
            while send(&mut client, link).is_ok() {}
        }
        for (_, frame) in frames(&mut client) {
            let Performative::Transfer(transfer) = frame else { panic!("{frame:?}") };
            turns.push(transfer.handle.0);
        }
    }
    assert_eq!(turns.len(), 30);
    for three in turns.chunks(3) {
        assert!((0..3).all(|handle| three.contains(&handle)), "{turns:?}");
    }
}

#[test]
fn links_and_sessions_that_wait_for_room_in_the_output_take_turns() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let second = another_sender(now, &mut client, first.session());
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let third = client.attach(now, session, attach("c", Role::Sender)).unwrap();
    let octets = [
        frame(0, &credit(0, 100_000, 100_000)),
        frame(0, &on_second(credit(0, 100_000, 100_000))),
        frame(1, &answer(1)),
        frame(1, &attach("c", Role::Receiver)),
        frame(1, &credit(0, 100_000, 100_000)),
    ];
    client.handle_input(now, &mut &*octets.concat());
    begun(&mut client);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    client.poll_transmit();
    // Each sends as much as it can as soon as it is told.
    let fill = |client: &mut Connection, link| {
        while client.send(now, link, &OutgoingDelivery::new(vec![7; 1000])).is_ok() {}
    };
    for link in [first, second, third] {
        fill(&mut client, link);
    }
    let mut counts = std::collections::BTreeMap::<_, u32>::new();
    for _ in 0..30 {
        for (channel, frame) in frames(&mut client) {
            let Performative::Transfer(transfer) = frame else { panic!("{frame:?}") };
            *counts.entry((channel, transfer.handle.0)).or_default() += 1;
        }
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::SenderReady(link) = event else { panic!("{event:?}") };
            fill(&mut client, link);
        }
    }
    let (least, most) = (counts.values().min(), counts.values().max());
    assert!(counts.len() == 3 && least > most.map(|most| most / 3).as_ref(), "{counts:?}");
}
