//! A connection with a peer that sends anything.

use std::time::{Duration, Instant};

use amqp_net::proto::{
    Connection, ConnectionEvent, ConnectionSettings, FrameBody, FrameSplitter, OutgoingDelivery,
    SessionSettings,
};
use amqp_types::messaging::{Accepted, Source, Target};
use amqp_types::transport::{Attach, Handle, Performative, Role};

/// Neither panics nor sends anything but whole frames, and nothing after a close.
///
/// The first octet chooses the side, the second how long the parts are in which the rest is received.
pub fn connection(octets: &[u8]) {
    let &[side, part, ref input @ ..] = octets else { return };
    let mut now = Instant::now();
    let settings = ConnectionSettings::new("fuzz");
    let mut connection = if side % 2 == 0 {
        Connection::client(settings, now).expect("an open of this size fits")
    } else {
        Connection::server(settings, now)
    };
    let mut output = FrameSplitter::new(u32::MAX);
    let mut left = Vec::new();
    for part in input.chunks(usize::from(part).max(1)) {
        left.extend_from_slice(part);
        let mut rest = &*left;
        connection.handle_input(now, &mut rest);
        while let Some(event) = connection.poll_event() {
            answer(&mut connection, now, event);
            connection.handle_input(now, &mut rest);
        }
        left = rest.to_vec();
        take(&mut connection, &mut output);
        now += Duration::from_millis(100);
        if connection.poll_timeout().is_some_and(|at| at <= now) {
            connection.handle_timeout(now);
            assert!(connection.poll_timeout().is_none_or(|at| at > now), "a timeout in the past");
        }
    }
    take(&mut connection, &mut output);
    let mut is_closed = false;
    while let Some(frame) = output.poll_frame().expect("our frames are right") {
        assert!(!is_closed, "a frame after a close");
        if let FrameBody::Amqp { performative, .. } = frame.decode().expect("our frames decode") {
            is_closed = matches!(performative, Performative::Close(_));
        }
    }
    assert!(!output.is_inside_frame());
}

fn take(connection: &mut Connection, output: &mut FrameSplitter) {
    // A message of several frames takes several calls, but not for ever.
    for _ in 0..1000 {
        let Some(octets) = connection.poll_transmit() else { return };
        output.handle_input(&octets);
    }
    panic!("there is always more to send");
}

/// Does with an event what a user does.
fn answer(connection: &mut Connection, now: Instant, event: ConnectionEvent) {
    match event {
        ConnectionEvent::PeerOpened(_) => {
            let _ = connection.accept(now);
            if let Ok(session) = connection.begin(now, SessionSettings::default()) {
                for role in [Role::Sender, Role::Receiver] {
                    let mut attach = Attach::new("fuzz", Handle(0), role);
                    attach.source = Some(Source::default().into());
                    attach.target = Some(Target::default().into());
                    if let Ok(link) = connection.attach(now, session, attach) {
                        connection.grant(now, link, 10);
                    }
                }
            }
        }
        ConnectionEvent::LinkRequested(link, attach) => {
            let _ = connection.accept_link(now, link, *attach);
            connection.grant(now, link, 5);
            let _ = connection.send(now, link, &OutgoingDelivery::new(vec![7; 1000]));
        }
        ConnectionEvent::LinkAttached(link, _) | ConnectionEvent::SenderReady(link) => {
            let _ = connection.send(now, link, &OutgoingDelivery::new("message"));
        }
        ConnectionEvent::Received(delivery) => {
            let _ = connection.settle(now, delivery.id, Accepted {});
            connection.drain(now, delivery.id.link(), 3);
        }
        _ => {}
    }
}
