//! What comes in one segment before anything has been answered, and the same octets cut anywhere.

use amqp_types::messaging::Accepted;
use amqp_types::transport::{Handle, Role};

use super::helpers::{attach, credit};
use super::*;

/// Lets a server take octets in these parts, and accept whatever the client asks for at once. Returns what happens, and
/// what the server sends.
pub(super) fn react(
    server: &mut Connection,
    now: Instant,
    parts: &[&[u8]],
) -> (Vec<ConnectionEvent>, Vec<u8>) {
    let (mut events, mut output) = (Vec::new(), Vec::new());
    let mut left = Vec::new();
    for part in parts {
        left.extend_from_slice(part);
        let mut input = &*left;
        server.handle_input(now, &mut input);
        while let Some(event) = server.poll_event() {
            match &event {
                ConnectionEvent::PeerOpened(_) => {
                    server.accept(now).unwrap();
                    server.handle_input(now, &mut input);
                }
                ConnectionEvent::LinkRequested(link, attach) => {
                    server.accept_link(now, *link, (**attach).clone()).unwrap();
                    server.grant(now, *link, 100);
                }
                ConnectionEvent::Received(delivery) if !delivery.settled => {
                    // Its link may have ended in the same part.
                    let _ = server.settle(now, delivery.id, Accepted {});
                }
                _ => {}
            }
            events.push(event);
        }
        left = input.to_vec();
        output.extend(server.poll_transmit().unwrap_or_default());
    }
    assert_eq!(left, b"");
    (events, output)
}

#[test]
fn a_server_takes_open_begin_two_attaches_and_flows_in_one_segment() {
    let now = Instant::now();
    // A client that has received nothing knows neither the transfers nor the count of the server.
    let flow = |handle| Flow {
        handle: Some(Handle(handle)),
        next_incoming_id: None,
        delivery_count: None,
        ..credit(0, 10, 2)
    };
    let segment = [
        frame(0, &Open::new("client")),
        frame(0, &Begin { incoming_window: 10, ..Begin::default() }),
        frame(0, &attach("first", Role::Receiver)),
        frame(0, &Attach { handle: Handle(1), ..attach("second", Role::Receiver) }),
        frame(0, &flow(0)),
        frame(0, &flow(1)),
    ];
    let mut server = Connection::server(settings(), now);
    let (events, _) = react(&mut server, now, &[&segment.concat()]);
    let [
        ConnectionEvent::PeerOpened(_),
        ConnectionEvent::SessionBegunByPeer(..),
        ConnectionEvent::LinkRequested(first, _),
        ConnectionEvent::LinkRequested(second, _),
    ] = &*events
    else {
        panic!("{events:?}")
    };
    for link in [*first, *second] {
        let send = |server: &mut Connection| server.send(now, link, &OutgoingDelivery::new("m"));
        send(&mut server).unwrap();
        send(&mut server).unwrap();
        assert_eq!(send(&mut server), Err(SendError::WouldBlock), "the credit is 2");
    }
}

/// Returns what a client sends while a server accepts everything, in the parts between which it waits for the server.
pub(super) fn conversation(now: Instant) -> Vec<Bytes> {
    let small = settings().max_frame_size(512);
    let mut client = Connection::client(small.clone(), now).unwrap();
    let mut server = Connection::server(small, now);
    let mut parts = Vec::new();
    let mut exchange = |client: &mut Connection| {
        for _ in 0..10 {
            let part = client.poll_transmit().unwrap_or_default();
            let (_, output) = react(&mut server, now, &[&part]);
            parts.push(part);
            client.handle_input(now, &mut &*output);
            while client.poll_event().is_some() {}
        }
    };
    exchange(&mut client);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let link = client.attach(now, session, attach("a", Role::Sender)).unwrap();
    exchange(&mut client);
    client.send(now, link, &OutgoingDelivery::new("small").settled()).unwrap();
    client.send(now, link, &OutgoingDelivery::new(vec![7; 1200])).unwrap();
    exchange(&mut client);
    client.send(now, link, &OutgoingDelivery::new("last")).unwrap();
    client.detach(now, link, true, None);
    client.end(now, session, None);
    client.close(now, None);
    exchange(&mut client);
    parts.retain(|part| !part.is_empty());
    parts
}

#[test]
fn octets_cut_at_every_position_and_one_at_a_time_are_the_same_events_in_the_same_order() {
    let now = Instant::now();
    let parts = conversation(now);
    let replay = |cut: &dyn Fn(usize, usize) -> Vec<usize>| {
        let mut server = Connection::server(settings(), now);
        let mut events = Vec::new();
        let mut before = 0;
        for part in &parts {
            let mut cuts = cut(before, part.len());
            cuts.push(part.len());
            let mut from = 0;
            let mut pieces: Vec<&[u8]> = Vec::new();
            for to in cuts {
                pieces.push(&part[from..to]);
                from = to;
            }
            events.extend(react(&mut server, now, &pieces).0);
            before += part.len();
        }
        assert!(server.is_over());
        events
    };
    let whole = replay(&|_, _| Vec::new());
    let received = |event: &&ConnectionEvent| matches!(event, ConnectionEvent::Received(_));
    assert_eq!(whole.iter().filter(received).count(), 3);
    assert_eq!(whole.last(), Some(&ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None))));
    assert!(replay(&|_, len| (1..len).collect()) == whole, "one octet at a time");
    let total: usize = parts.iter().map(Bytes::len).sum();
    for at in 1..total {
        let cut = |before: usize, len: usize| {
            at.checked_sub(before).filter(|at| (1..len).contains(at)).into_iter().collect()
        };
        assert!(replay(&cut) == whole, "cut at {at}");
    }
}

#[test]
fn a_read_of_no_octets_changes_nothing() {
    let now = Instant::now();
    let peer = Open::new("peer");
    let mut client = client(settings(), now);
    let octets = frame(0, &peer);
    client.handle_input(now, &mut &octets[..5]);
    let before = client.poll_timeout();
    client.handle_input(now + SECOND, &mut &b""[..]);
    assert_eq!(client.poll_timeout(), before);
    client.handle_input(now, &mut &octets[5..]);
    assert_eq!(client.poll_event(), Some(ConnectionEvent::PeerOpened(Box::new(peer))));
    // It is no sign of life either.
    let before = client.poll_timeout();
    client.handle_input(now + SECOND, &mut &b""[..]);
    assert_eq!(client.poll_timeout(), before);
    assert!(client.wants_read());
}
