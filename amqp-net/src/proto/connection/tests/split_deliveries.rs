//! Deliveries that are sent in several frames: what each frame says, and how the frames of several links interleave.

use amqp_types::transport::{DeliveryTag, Detach, Handle, MessageFormat, Role};

use super::helpers::{
    Pair, accept, another_sender, answer, attach, begun, credit, scripted, transfers_in,
};
use super::*;

fn settled(payload: impl Into<Bytes>) -> OutgoingDelivery {
    OutgoingDelivery::new(payload).settled()
}

#[test]
fn the_room_for_the_payload_of_a_frame_follows_from_the_length_of_its_performative() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let session = client.begin(now, SessionSettings::default().handle_max(999)).unwrap();
    client.handle_input(now, &mut &*frame(0, &Begin { handle_max: Handle(999), ..answer(0) }));
    begun(&mut client);
    client.poll_transmit();
    // The handle and the delivery-id take five octets each, and the tag is as long as it can be.
    let link = (0..257).map(|_| another_sender(now, &mut client, session)).last().unwrap();
    let flow = Flow { handle: Some(Handle(256)), ..credit(0, 10_000, 1000) };
    client.handle_input(now, &mut &*frame(0, &flow));
    for _ in 0..256 {
        client.send(now, link, &settled("small")).unwrap();
    }
    client.poll_transmit();
    let tag = Some(DeliveryTag::from([7; 32]));
    for len in 380..520 {
        let payload: Bytes = (0..=255).cycle().take(len).collect::<Vec<u8>>().into();
        let delivery = OutgoingDelivery { tag, ..settled(payload.clone()) };
        client.send(now, link, &delivery).unwrap();
        let sent = transfers_in(&client.poll_transmit().unwrap());
        let joined: Vec<u8> = sent.iter().flat_map(|(_, _, part)| part.to_vec()).collect();
        assert_eq!(joined, payload);
        for (index, (size, transfer, _)) in sent.iter().enumerate() {
            let is_last = index + 1 == sent.len();
            assert_eq!(transfer.handle, Handle(256));
            assert!(
                *size == 512 || is_last && *size < 512,
                "{len} octets: frame {index} of {size}"
            );
        }
        assert_eq!(sent[0].1.delivery_tag, tag);
        assert!(sent[0].1.delivery_id.unwrap().0 > 255);
    }
}

#[test]
fn the_first_frame_tells_id_tag_and_format_and_the_others_nothing_but_their_handle() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(10);
    for message_format in [MessageFormat(0), MessageFormat(0x8001_3700)] {
        let delivery = OutgoingDelivery { message_format, ..OutgoingDelivery::new(vec![7; 1200]) };
        pair.sender.send(pair.now, pair.outgoing, &delivery).unwrap();
        let sent = transfers_in(&pair.sender.poll_transmit().unwrap());
        let [(_, first, _), (_, second, _), (_, third, _)] = &*sent else { panic!("{sent:?}") };
        assert!(first.delivery_id.is_some() && first.delivery_tag.is_some());
        assert_eq!((first.message_format, first.more), (Some(message_format), true));
        let rest = |more| Transfer { handle: first.handle, more, ..Transfer::default() };
        assert_eq!((second, third), (&rest(true), &rest(false)));
    }
}

#[test]
fn delivery_ids_are_consecutive_over_all_links_of_a_session() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let links = [first, another_sender(now, &mut client, first.session())];
    let flow = |handle| frame(0, &Flow { handle: Some(Handle(handle)), ..credit(0, 1000, 99) });
    client.handle_input(now, &mut &*[flow(0), flow(1)].concat());
    // The first is not written at once: the others begin before its last frame.
    let mut sent = Vec::new();
    for (len, link) in [(2 << 20, 0), (1, 1), (1, 1), (200_000, 1)] {
        client.send(now, links[link], &settled(vec![7; len])).unwrap();
        sent.extend(transfers_in(&client.poll_transmit().unwrap()));
    }
    while let Some(output) = client.poll_transmit() {
        sent.extend(transfers_in(&output));
    }
    client.send(now, first, &settled("last")).unwrap();
    sent.extend(transfers_in(&client.poll_transmit().unwrap()));
    let ids = sent.iter().filter_map(|(_, transfer, _)| transfer.delivery_id);
    assert_eq!(ids.map(|id| id.0).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert!(sent.len() > 16, "the first one has many frames");
}

#[test]
fn the_window_is_counted_by_frames_and_the_credit_by_deliveries() {
    let mut pair = Pair::with(settings().max_frame_size(512), |_| {});
    pair.grant(2);
    for _ in 0..2 {
        pair.send(vec![7; 1200]).unwrap();
    }
    assert_eq!(pair.send("m"), Err(SendError::WouldBlock), "there is credit for two deliveries");

    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(0, &answer(0)));
    begun(&mut client);
    client.poll_transmit();
    let link = another_sender(now, &mut client, session);
    client.handle_input(now, &mut &*frame(0, &credit(0, 4, 10)));
    client.send(now, link, &settled(vec![7; 1200])).unwrap();
    client.send(now, link, &settled("m")).unwrap();
    let third = client.send(now, link, &settled("m"));
    assert_eq!(third, Err(SendError::WouldBlock), "the window takes four frames");
}

#[test]
fn large_deliveries_of_two_links_interleave_and_arrive_whole() {
    let mut pair = Pair::new();
    let second = pair.sender.attach(pair.now, pair.outgoing.session(), attach("b", Role::Sender));
    let second = second.unwrap();
    pair.drive();
    let incoming = [pair.incoming, accept(pair.now, &mut pair.receiver)];
    pair.drive();
    assert!(matches!(pair.sender.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    for link in incoming {
        pair.receiver.grant(pair.now, link, 1);
    }
    pair.drive();
    let contents = [Bytes::from(vec![1; 3 << 20]), Bytes::from(vec![2; 3 << 20])];
    // The first is not written at once: the second begins before its last frame.
    let mut handles = Vec::new();
    let mut exchange = |pair: &mut Pair| {
        let output = pair.sender.poll_transmit().unwrap_or_default();
        let answers = pair.receiver.poll_transmit().unwrap_or_default();
        handles.extend(transfers_in(&output).iter().map(|(_, transfer, _)| transfer.handle));
        pair.receiver.handle_input(pair.now, &mut &*output);
        pair.sender.handle_input(pair.now, &mut &*answers);
        !output.is_empty() || !answers.is_empty()
    };
    for (link, content) in [pair.outgoing, second].into_iter().zip(&contents) {
        pair.sender.send(pair.now, link, &settled(content.clone())).unwrap();
        exchange(&mut pair);
    }
    while exchange(&mut pair) {}
    let turns = handles.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns > 30, "{handles:?}");
    for _ in 0..2 {
        let delivery = pair.received();
        let link = incoming.iter().position(|link| *link == delivery.id.link()).unwrap();
        assert!(delivery.payload == contents[link], "a delivery has octets of another");
    }
    assert_eq!(pair.receiver.poll_event(), None);
}

#[test]
fn nothing_is_ever_sent_as_aborted() {
    type Interruption = fn(Instant, &mut Connection, LinkId);
    let interruptions: [Interruption; 5] = [
        |now, client, link| client.detach(now, link, true, None),
        |now, client, link| client.end(now, link.session(), None),
        |now, client, _| client.close(now, None),
        |now, client, _| {
            let detach = Detach { closed: true, ..Detach::default() };
            client.handle_input(now, &mut &*frame(0, &detach));
        },
        |now, client, _| client.handle_input(now, &mut &*frame(0, &End::default())),
    ];
    for (index, interrupt) in interruptions.into_iter().enumerate() {
        let now = Instant::now();
        let (mut client, link) = scripted(now, |_| {});
        client.handle_input(now, &mut &*frame(0, &credit(0, 3, 10)));
        client.send(now, link, &OutgoingDelivery::new(vec![7; 2 << 20])).unwrap();
        let mut sent = transfers_in(&client.poll_transmit().unwrap());
        interrupt(now, &mut client, link);
        // The window opens, or the time passes.
        client.handle_input(now, &mut &*frame(0, &credit(3, 4, 10)));
        for seconds in [0, 6, 31, 62] {
            client.handle_timeout(now + seconds * SECOND);
            while let Some(output) = client.poll_transmit() {
                sent.extend(transfers_in(&output));
            }
        }
        assert!(
            sent.len() >= 2 && !sent.iter().any(|(_, transfer, _)| transfer.aborted),
            "{index}"
        );
        assert!(sent.iter().all(|(_, transfer, _)| transfer.more), "it is not complete");
    }
}

#[test]
fn every_link_makes_progress_in_a_window_that_is_smaller_than_their_number() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 4096, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(0, &answer(0)));
    begun(&mut client);
    client.poll_transmit();
    let links: Vec<_> = (0..10).map(|_| another_sender(now, &mut client, session)).collect();
    for handle in 0..10 {
        let flow = Flow { handle: Some(Handle(handle)), ..credit(0, 0, 1000) };
        client.handle_input(now, &mut &*frame(0, &flow));
    }
    let body = Bytes::from(vec![7; 64 << 10]);
    let mut begun = [0; 10];
    let mut ready = links.clone();
    let (mut received, mut completed) = (0, [0; 10]);
    while completed.iter().sum::<u32>() < 30 {
        for link in std::mem::take(&mut ready) {
            let index = links.iter().position(|of| *of == link).unwrap();
            match client.send(now, link, &settled(body.clone())) {
                Ok(_) => {
                    begun[index] += 1;
                    ready.push(link);
                }
                Err(error) => assert_eq!(error, SendError::WouldBlock),
            }
        }
        let sent = transfers_in(&client.poll_transmit().unwrap_or_default());
        assert!(sent.len() <= 4);
        for (_, transfer, _) in &sent {
            completed[transfer.handle.0 as usize] += u32::from(!transfer.more);
        }
        received += u32::try_from(sent.len()).unwrap();
        let most = completed.iter().max().unwrap();
        let least = completed.iter().min().unwrap();
        assert!(most - least <= 1, "{completed:?} after {received} frames");
        let flow = Flow { handle: None, ..credit(received, 4, 0) };
        client.handle_input(now, &mut &*frame(0, &flow));
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::SenderReady(link) = event else { panic!("{event:?}") };
            ready.push(link);
        }
    }
}
