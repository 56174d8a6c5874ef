//! How much memory a connection holds for what it has received.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

use std::time::Instant;

use amqp_net::proto::{
    Connection, ConnectionEvent, ConnectionSettings, FrameWriter, SessionSettings,
};
use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{
    Attach, Begin, DeliveryNumber, DeliveryTag, Handle, Open, Role, SequenceNo, Transfer,
};

/// The number of links, each of which receives one delivery.
const LINKS: u32 = 1000;

fn attach(number: u32, role: Role) -> Attach {
    let mut attach = Attach::new(number.to_string(), Handle(number), role);
    attach.source = Some(Source::new("queue").into());
    attach.target = Some(Target::default().into());
    attach.initial_delivery_count = Some(SequenceNo(0));
    attach
}

/// A client with receivers, whose peer is a script.
fn receivers(now: Instant) -> Connection {
    let mut client = Connection::client(ConnectionSettings::new("client"), now).unwrap();
    let mut frames = FrameWriter::new(512);
    frames.amqp(0, &Open::new("peer"), b"").unwrap();
    client.handle_input(now, &mut &*frames.split());
    let session = client.begin(now, SessionSettings::default().handle_max(LINKS)).unwrap();
    let answer = Begin { remote_channel: Some(0), handle_max: Handle(LINKS), ..Begin::default() };
    frames.amqp(0, &answer, b"").unwrap();
    client.handle_input(now, &mut &*frames.split());
    for number in 0..LINKS {
        let link = client.attach(now, session, attach(number, Role::Receiver)).unwrap();
        frames.amqp(0, &attach(number, Role::Sender), b"").unwrap();
        client.handle_input(now, &mut &*frames.split());
        assert!(client.grant(now, link, 10));
        client.poll_transmit();
    }
    while client.poll_event().is_some() {}
    client
}

#[test]
fn small_parts_of_large_deliveries_do_not_keep_what_was_read_with_them() {
    let now = Instant::now();
    let mut client = receivers(now);
    let mut frames = FrameWriter::new(512);
    let measured = allocation_counter::measure(|| {
        for number in 0..LINKS {
            let transfer = Transfer {
                handle: Handle(number),
                delivery_id: Some(DeliveryNumber(number)),
                delivery_tag: Some(DeliveryTag::from(number.to_be_bytes())),
                more: true,
                ..Transfer::default()
            };
            frames.amqp(0, &transfer, &[7; 200]).unwrap();
            // Heartbeats, so that a small part of what is read at once is kept.
            let mut block = frames.split().to_vec();
            block.extend_from_slice(&b"\0\0\0\x08\x02\0\0\0".repeat(4000));
            client.handle_input(now, &mut &*block);
            client.poll_transmit();
        }
    });
    assert_eq!(client.poll_event(), None::<ConnectionEvent>, "no delivery is complete");
    assert_eq!(client.end_reason(), None);
    // 200 KB of octets have been read into blocks of 32 MB.
    let held = measured.bytes_current;
    assert!((200 * i64::from(LINKS)..1_000_000).contains(&held), "{held} octets");
    println!("{held} octets for {LINKS} deliveries of 200 octets that are not complete");
}

#[test]
fn a_delivery_that_is_kept_does_not_keep_what_was_read_with_it() {
    let now = Instant::now();
    let mut client = receivers(now);
    let mut frames = FrameWriter::new(512);
    let mut kept = Vec::with_capacity(200);
    let measured = allocation_counter::measure(|| {
        for number in 0..200 {
            let transfer = Transfer {
                handle: Handle(number),
                delivery_id: Some(DeliveryNumber(number)),
                delivery_tag: Some(DeliveryTag::from(number.to_be_bytes())),
                ..Transfer::default()
            };
            frames.amqp(0, &transfer, &[7; 100]).unwrap();
            let mut block = frames.split().to_vec();
            block.extend_from_slice(&b"\0\0\0\x08\x02\0\0\0".repeat(4000));
            client.handle_input(now, &mut &*block);
            client.poll_transmit();
            let event = client.poll_event();
            let Some(ConnectionEvent::Received(delivery)) = event else { panic!("{event:?}") };
            kept.push(delivery.payload);
        }
    });
    // 20 KB of octets, and what is known of 200 unsettled deliveries, from blocks of 6.4 MB.
    let held = measured.bytes_current;
    assert!((20_000..80_000).contains(&held), "{held} octets");
    println!("{held} octets for {} deliveries of 100 octets", kept.len());
}
