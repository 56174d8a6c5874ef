//! Messages: transfers, credit, windows and outcomes.

use amqp_types::messaging::{
    Accepted, DeliveryState, Modified, Rejected, Released, Source, Target,
};
use amqp_types::transport::{
    Attach, DeliveryNumber, DeliveryTag, Disposition, Flow, Handle, ReceiverSettleMode, Role,
    SenderSettleMode, SequenceNo, TransferNumber,
};
use bytes::Bytes;

use super::sessions::{answer, begun, drive, frames};
use super::*;

fn attach(name: &str, role: Role) -> Attach {
    let mut attach = Attach::new(name, Handle(0), role);
    attach.source = Some(Source::default().into());
    attach.target = Some(Target::default().into());
    attach
}

/// A link from a sender to a receiver.
struct Pair {
    now: Instant,
    sender: Connection,
    outgoing: LinkId,
    receiver: Connection,
    incoming: LinkId,
}

impl Pair {
    fn new() -> Self {
        Self::with(settings(), |_| {})
    }

    fn with(settings: ConnectionSettings, change: impl FnOnce(&mut Attach)) -> Self {
        let now = Instant::now();
        let mut sender = Connection::client(settings.clone(), now).unwrap();
        let mut receiver = Connection::server(settings, now);
        receiver.handle_input(now, &mut &*sender.poll_transmit().unwrap());
        receiver.accept(now).unwrap();
        drive(now, &mut sender, &mut receiver);
        assert!(sender.poll_event().is_some() && receiver.poll_event().is_some());
        let session = sender.begin(now, SessionSettings::default()).unwrap();
        let mut wanted = attach("a", Role::Sender);
        change(&mut wanted);
        let outgoing = sender.attach(now, session, wanted).unwrap();
        drive(now, &mut sender, &mut receiver);
        begun(&mut sender);
        begun(&mut receiver);
        let incoming = accept(now, &mut receiver);
        drive(now, &mut sender, &mut receiver);
        assert!(matches!(sender.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
        Self { now, sender, outgoing, receiver, incoming }
    }

    fn grant(&mut self, credit: u32) {
        assert!(self.receiver.grant(self.now, self.incoming, credit));
        self.drive();
    }

    fn drive(&mut self) {
        drive(self.now, &mut self.sender, &mut self.receiver);
    }

    fn send(&mut self, payload: impl Into<Bytes>) -> Result<DeliveryId, SendError> {
        self.sender.send(self.now, self.outgoing, OutgoingDelivery::new(payload))
    }

    fn received(&mut self) -> Delivery {
        received(&mut self.receiver)
    }
}

/// Accepts the link that the peer requests.
fn accept(now: Instant, connection: &mut Connection) -> LinkId {
    let Some(ConnectionEvent::LinkRequested(link, request)) = connection.poll_event() else {
        panic!("no request")
    };
    connection.accept_link(now, link, *request).unwrap();
    link
}

fn received(connection: &mut Connection) -> Delivery {
    match connection.poll_event() {
        Some(ConnectionEvent::Received(delivery)) => *delivery,
        other => panic!("{other:?}"),
    }
}

fn updated(connection: &mut Connection) -> (DeliveryId, Option<DeliveryState>, bool) {
    match connection.poll_event() {
        Some(ConnectionEvent::Updated { delivery, state, is_settled }) => {
            (delivery, state, is_settled)
        }
        other => panic!("{other:?}"),
    }
}

/// Returns why the next link that ends has ended, after deliveries.
fn violation(connection: &mut Connection) -> String {
    loop {
        match connection.poll_event() {
            Some(ConnectionEvent::LinkDetached(_, LinkEnd::Violation { condition, .. })) => {
                return condition.as_str().into();
            }
            Some(ConnectionEvent::Received(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// A client with an attached sender, whose peer is a script. All channels and handles are 0.
fn scripted(now: Instant, change: impl FnOnce(&mut Attach)) -> (Connection, LinkId) {
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let link = client.attach(now, session, attach("a", Role::Sender)).unwrap();
    client.poll_transmit();
    let mut theirs = attach("a", Role::Receiver);
    change(&mut theirs);
    client.handle_input(now, &mut &*[frame(0, &answer(0)), frame(0, &theirs)].concat());
    begun(&mut client);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    (client, link)
}

/// A client with an attached receiver that accepts 10 deliveries, whose peer is a script.
fn scripted_receiver(now: Instant, max_message_size: Option<u64>) -> (Connection, LinkId) {
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let wanted = Attach { max_message_size, ..attach("a", Role::Receiver) };
    let link = client.attach(now, session, wanted).unwrap();
    let initial_delivery_count = Some(SequenceNo(0));
    let theirs = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
    client.handle_input(now, &mut &*[frame(0, &answer(0)), frame(0, &theirs)].concat());
    begun(&mut client);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    assert!(client.grant(now, link, 10));
    client.poll_transmit();
    (client, link)
}

/// A flow of a receiver that has received this many transfers.
fn credit(received: u32, window: u32, credit: u32) -> Flow {
    Flow {
        next_incoming_id: Some(TransferNumber(received)),
        incoming_window: window,
        handle: Some(Handle(0)),
        delivery_count: Some(SequenceNo(0)),
        link_credit: Some(credit),
        ..Flow::default()
    }
}

fn transfer(id: u32, more: bool) -> Transfer {
    Transfer {
        delivery_id: Some(DeliveryNumber(id)),
        delivery_tag: Some(DeliveryTag::from(id.to_be_bytes())),
        more,
        ..Transfer::default()
    }
}

fn with_payload(transfer: &Transfer, payload: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.amqp(0, transfer, payload).unwrap();
    frames.split().to_vec()
}

#[test]
fn each_outcome_arrives_at_the_sender() {
    let mut pair = Pair::new();
    pair.grant(10);
    let rejected = Rejected { error: Some(Box::new(Error::new(AmqpError::InvalidField, "bad"))) };
    let modified = Modified { delivery_failed: Some(true), ..Modified::default() };
    let outcomes: [DeliveryState; 4] =
        [Accepted {}.into(), rejected.into(), Released {}.into(), modified.into()];
    for outcome in outcomes {
        let sent = pair.send("message").unwrap();
        pair.drive();
        let delivery = pair.received();
        assert_eq!(delivery.payload, "message");
        assert!(!delivery.settled);
        assert_eq!(pair.sender.poll_event(), None, "there is no outcome yet");
        pair.receiver.settle(pair.now, delivery.id, outcome.clone()).unwrap();
        let again = pair.receiver.settle(pair.now, delivery.id, Accepted {});
        assert_eq!(again, Err(NotUnsettled));
        pair.drive();
        assert_eq!(updated(&mut pair.sender), (sent, Some(outcome), true));
        assert_eq!((pair.sender.poll_event(), pair.receiver.poll_event()), (None, None));
    }
}

#[test]
fn a_settled_delivery_needs_no_outcome() {
    let mut pair = Pair::new();
    pair.grant(1);
    let delivery = OutgoingDelivery::new("fire and forget").settled();
    pair.sender.send(pair.now, pair.outgoing, delivery).unwrap();
    pair.drive();
    let delivery = pair.received();
    assert!(delivery.settled);
    let settled = pair.receiver.settle(pair.now, delivery.id, Accepted {});
    assert_eq!(settled, Err(NotUnsettled));
    assert_eq!(pair.receiver.poll_transmit(), None);
}

#[test]
fn messages_of_every_size_arrive_whole_in_the_fewest_frames() {
    let content: Bytes = (0..=255).cycle().take(5000).collect::<Vec<u8>>().into();
    for max_frame_size in [512, 513, 4096] {
        let mut pair = Pair::with(settings().max_frame_size(max_frame_size), |_| {});
        pair.grant(1000);
        let room = max_frame_size as usize;
        let lens = (0..3).chain(room - 60..room + 2).chain(2 * room - 90..2 * room - 20);
        for len in lens.chain([5000]).filter(|len| *len <= content.len()) {
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
fn nothing_is_sent_without_credit() {
    let mut pair = Pair::new();
    assert_eq!(pair.send("early"), Err(SendError::WouldBlock));
    assert_eq!(pair.sender.poll_transmit(), None);
    for credit in [1, 2, 7] {
        pair.grant(credit);
        assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
        for _ in 0..credit {
            pair.send("message").unwrap();
        }
        assert_eq!(pair.send("too many"), Err(SendError::WouldBlock));
        assert_eq!(pair.send("too many"), Err(SendError::WouldBlock));
        pair.drive();
        for _ in 0..credit {
            pair.received();
        }
        assert_eq!((pair.receiver.poll_event(), pair.sender.poll_event()), (None, None));
    }
}

#[test]
fn absurd_credit_is_none() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let send = |client: &mut Connection| client.send(now, link, OutgoingDelivery::new("m"));
    let cases = [(u32::MAX, 0), (1 << 31, 0), (5, 1 << 31), (0, 0), (1, u32::MAX)];
    for (link_credit, count) in cases {
        let delivery_count = Some(SequenceNo(count));
        let flow = Flow { delivery_count, ..credit(0, 100, link_credit) };
        client.handle_input(now, &mut &*frame(0, &flow));
        assert_eq!(send(&mut client), Err(SendError::WouldBlock), "{link_credit} {count}");
    }
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 1)));
    send(&mut client).unwrap();
    assert_eq!(send(&mut client), Err(SendError::WouldBlock));
}

#[test]
fn a_delivery_goes_on_when_the_window_opens() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    let payload = Bytes::from(vec![7; 300_000]);
    client.send(now, link, OutgoingDelivery::new(payload)).unwrap();
    let second = client.send(now, link, OutgoingDelivery::new("x"));
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
    client.send(now, link, OutgoingDelivery::new("x")).unwrap();
}

#[test]
fn output_is_bounded_and_links_of_a_session_take_turns() {
    let now = Instant::now();
    let (mut client, first) = scripted(now, |_| {});
    let session = SessionId::of(first);
    let second = client.attach(now, session, attach("b", Role::Sender)).unwrap();
    client.poll_transmit();
    let theirs = Attach { handle: Handle(1), ..attach("b", Role::Receiver) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    client.handle_input(now, &mut &*frame(0, &credit(0, 1000, 10)));
    let flow = Flow { handle: Some(Handle(1)), ..credit(0, 1000, 10) };
    client.handle_input(now, &mut &*frame(0, &flow));
    let large = Bytes::from(vec![1; 3_000_000]);
    client.send(now, first, OutgoingDelivery::new(large.clone())).unwrap();
    assert!(client.poll_transmit().unwrap().len() < 400_000);
    client.send(now, second, OutgoingDelivery::new(large)).unwrap();
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
fn outcomes_in_a_row_are_sent_together() {
    let mut pair = Pair::new();
    pair.grant(1000);
    let sent: Vec<_> = (0..1000).map(|_| pair.send("m").unwrap()).collect();
    pair.drive();
    for _ in 0..1000 {
        let delivery = pair.received();
        pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    }
    let output = frames(&mut pair.receiver);
    let [(_, Performative::Disposition(disposition))] = &*output else { panic!("{output:?}") };
    let range = (disposition.first, disposition.last);
    assert_eq!(range, (DeliveryNumber(0), Some(DeliveryNumber(999))));
    assert!(disposition.settled && disposition.role == Role::Receiver);
    pair.sender.handle_input(pair.now, &mut &*frame(0, disposition));
    for delivery in sent {
        assert_eq!(updated(&mut pair.sender), (delivery, Some(Accepted {}.into()), true));
    }
}

#[test]
fn a_run_covers_only_what_was_settled_this_way() {
    let mut pair = Pair::new();
    pair.grant(10);
    (0..6).for_each(|_| assert!(pair.send("m").is_ok()));
    pair.drive();
    let ids: Vec<_> = (0..6).map(|_| pair.received().id).collect();
    let rejected = || DeliveryState::from(Rejected { error: None });
    for index in [0, 1, 4] {
        pair.receiver.settle(pair.now, ids[index], Accepted {}).unwrap();
    }
    pair.receiver.settle(pair.now, ids[2], rejected()).unwrap();
    pair.receiver.settle(pair.now, ids[3], rejected()).unwrap();
    let sent = frames(&mut pair.receiver);
    let ranges = sent.into_iter().map(|(_, sent)| match sent {
        Performative::Disposition(sent) => (sent.first.0, sent.last.map(|last| last.0)),
        other => panic!("{other:?}"),
    });
    assert_eq!(ranges.collect::<Vec<_>>(), [(0, Some(1)), (4, None), (2, None), (3, None)]);
}

#[test]
fn settle_modes_are_kept() {
    let settled = OutgoingDelivery::new("m").settled();
    let mode = |mode| move |attach: &mut Attach| attach.snd_settle_mode = mode;
    let mut pair = Pair::with(settings(), mode(SenderSettleMode::Settled));
    pair.grant(5);
    assert_eq!(pair.send("m"), Err(SendError::MustBeSettled));
    pair.sender.send(pair.now, pair.outgoing, settled.clone()).unwrap();
    let mut pair = Pair::with(settings(), mode(SenderSettleMode::Unsettled));
    pair.grant(5);
    let error = pair.sender.send(pair.now, pair.outgoing, settled).unwrap_err();
    assert_eq!(error, SendError::MustBeUnsettled);
    pair.send("m").unwrap();
}

#[test]
fn a_receiver_settles_second() {
    let second = |attach: &mut Attach| attach.rcv_settle_mode = ReceiverSettleMode::Second;
    let mut pair = Pair::with(settings(), second);
    pair.grant(5);
    let sent = pair.send("exactly once").unwrap();
    pair.drive();
    let delivery = pair.received();
    pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
    let output = frames(&mut pair.receiver);
    let [(_, Performative::Disposition(disposition))] = &*output else { panic!("{output:?}") };
    assert!(!disposition.settled);
    pair.sender.handle_input(pair.now, &mut &*frame(0, disposition));
    assert_eq!(updated(&mut pair.sender), (sent, Some(Accepted {}.into()), true));
    pair.drive();
    assert_eq!(updated(&mut pair.receiver), (delivery.id, Some(Accepted {}.into()), true));
    assert_eq!((pair.sender.poll_event(), pair.receiver.poll_event()), (None, None));
}

#[test]
fn dispositions_skip_what_is_unknown() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let sent: Vec<_> =
        (0..5).map(|_| client.send(now, link, OutgoingDelivery::new("m")).unwrap()).collect();
    let mut settle = |role, first: u32, last: Option<u32>| {
        let disposition = Disposition {
            role,
            first: DeliveryNumber(first),
            last: last.map(DeliveryNumber),
            settled: true,
            state: Some(Accepted {}.into()),
            batchable: false,
        };
        client.handle_input(now, &mut &*frame(0, &disposition));
        let mut settled = Vec::new();
        while let Some(event) = client.poll_event() {
            let ConnectionEvent::Updated { delivery, .. } = event else { panic!("{event:?}") };
            settled.push(delivery);
        }
        settled
    };
    // Of the other role, inverted, far away, and unknown.
    assert_eq!(settle(Role::Sender, 0, Some(4)), []);
    assert_eq!(settle(Role::Receiver, 4, Some(0)), []);
    assert_eq!(settle(Role::Receiver, 1 << 31, Some(u32::MAX)), []);
    assert_eq!(settle(Role::Receiver, 77, None), []);
    // Partly known, also over the end of the numbers.
    assert_eq!(settle(Role::Receiver, 3, Some(1_000_000)), sent[3..]);
    assert_eq!(settle(Role::Receiver, u32::MAX - 5, Some(1)), sent[..2]);
    assert_eq!(settle(Role::Receiver, 0, Some(2)), sent[2..3]);
}

#[test]
fn messages_above_the_limit_are_refused() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |attach| attach.max_message_size = Some(10));
    client.handle_input(now, &mut &*frame(0, &credit(0, 100, 10)));
    let error = client.send(now, link, OutgoingDelivery::new(vec![0; 11])).unwrap_err();
    assert_eq!(error, SendError::TooLarge { size: 11, limit: 10 });
    assert_eq!(client.poll_transmit(), None);
    client.send(now, link, OutgoingDelivery::new(vec![0; 10])).unwrap();
    // The same for what comes, in one frame or in several.
    let one = with_payload(&transfer(0, false), &[0; 11]);
    let first = with_payload(&transfer(0, true), &[0; 6]);
    let rest = with_payload(&Transfer { more: true, ..Transfer::default() }, &[0; 5]);
    for octets in [one, [first, rest].concat()] {
        let (mut client, _) = scripted_receiver(now, Some(10));
        client.handle_input(now, &mut &*octets);
        assert_eq!(violation(&mut client), "amqp:link:message-size-exceeded");
        assert!(matches!(&*frames(&mut client), [(0, Performative::Detach(_))]));
        // What was on the way is discarded.
        client.handle_input(now, &mut &*with_payload(&transfer(1, false), b"late"));
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    }
}

#[test]
fn wrong_transfers_detach_the_link() {
    let now = Instant::now();
    let no_id = Transfer { delivery_id: None, ..transfer(0, false) };
    let no_tag = Transfer { delivery_tag: None, ..transfer(0, false) };
    let frames = |ids: &[u32], more| {
        ids.iter().flat_map(|id| with_payload(&transfer(*id, more), b"m")).collect::<Vec<u8>>()
    };
    let cases = [
        (with_payload(&no_id, b""), "amqp:not-allowed"),
        (with_payload(&no_tag, b""), "amqp:not-allowed"),
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
fn an_aborted_delivery_leaves_nothing() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    let aborted = Transfer { aborted: true, ..Transfer::default() };
    let octets = [
        with_payload(&transfer(0, true), b"a part"),
        with_payload(&aborted, b"ignored"),
        with_payload(&Transfer { aborted: true, ..transfer(1, false) }, b"ignored"),
        with_payload(&transfer(2, false), b"whole"),
    ];
    client.handle_input(now, &mut &*octets.concat());
    let delivery = received(&mut client);
    assert_eq!((&*delivery.payload, delivery.id.link()), (&b"whole"[..], link));
    assert_eq!(client.poll_event(), None);
}

#[test]
fn transfers_beyond_the_window_end_the_session() {
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
    // The window is announced again when half of it has been used.
    send(&mut client, 1023);
    assert_eq!(client.poll_transmit(), None);
    send(&mut client, 1);
    let output = frames(&mut client);
    let [(0, Performative::Flow(flow))] = &*output else { panic!("{output:?}") };
    let window = (flow.next_incoming_id, flow.incoming_window, flow.handle);
    assert_eq!(window, (Some(TransferNumber(1024)), 2048, None));
    send(&mut client, 2048);
    let mut count = 0;
    while let Some(event) = client.poll_event() {
        assert!(matches!(event, ConnectionEvent::Received(_)));
        count += 1;
    }
    assert_eq!(count, 1024 + 2048);
    send(&mut client, 1);
    let Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition, .. })) =
        client.poll_event()
    else {
        panic!()
    };
    assert_eq!(condition.as_str(), "amqp:session:window-violation");
}

#[test]
fn a_drained_sender_gives_up_its_credit() {
    let mut pair = Pair::new();
    assert!(pair.receiver.drain(pair.now, pair.incoming, 5));
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
    assert_eq!(pair.send("too late"), Err(SendError::WouldBlock));
    pair.grant(1);
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    pair.send("again").unwrap();
    pair.drive();
    pair.received();
    // A message that is waiting goes first.
    assert_eq!(pair.send("waits"), Err(SendError::WouldBlock));
    pair.receiver.drain(pair.now, pair.incoming, 5);
    pair.sender.handle_input(pair.now, &mut &*pair.receiver.poll_transmit().unwrap());
    assert_eq!(pair.sender.poll_event(), Some(ConnectionEvent::SenderReady(pair.outgoing)));
    pair.send("waits").unwrap();
    pair.drive();
    assert_eq!(pair.received().payload, "waits");
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
    assert_eq!(pair.send("none left"), Err(SendError::WouldBlock));
    // There is nothing to drain.
    pair.receiver.drain(pair.now, pair.incoming, 0);
    pair.drive();
    assert_eq!(pair.receiver.poll_event(), Some(ConnectionEvent::Drained(pair.incoming)));
}

#[test]
fn a_sender_that_settles_or_changes_the_state_is_heard() {
    let now = Instant::now();
    let (mut client, _) = scripted_receiver(now, None);
    client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"m"));
    let delivery = received(&mut client);
    let disposition = |settled| Disposition {
        role: Role::Sender,
        first: DeliveryNumber(0),
        last: None,
        settled,
        state: Some(Released {}.into()),
        batchable: false,
    };
    client.handle_input(now, &mut &*frame(0, &disposition(false)));
    assert_eq!(updated(&mut client), (delivery.id, Some(Released {}.into()), false));
    client.handle_input(now, &mut &*frame(0, &disposition(true)));
    assert_eq!(updated(&mut client), (delivery.id, Some(Released {}.into()), true));
    assert_eq!(client.settle(now, delivery.id, Accepted {}), Err(NotUnsettled), "too late");
    assert_eq!(client.poll_transmit(), None);
}

#[test]
fn nothing_is_settled_after_the_end_of_the_link() {
    let mut pair = Pair::new();
    pair.grant(5);
    pair.send("m").unwrap();
    pair.drive();
    let delivery = pair.received();
    pair.sender.detach(pair.now, pair.outgoing, true, None);
    assert_eq!(pair.send("m"), Err(SendError::NotAttached));
    pair.drive();
    let settled = pair.receiver.settle(pair.now, delivery.id, Accepted {});
    assert_eq!(settled, Err(NotUnsettled));
    assert!(!pair.receiver.grant(pair.now, pair.incoming, 1));
    assert_eq!((pair.sender.poll_transmit(), pair.receiver.poll_transmit()), (None, None));
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
fn many_messages_pass_with_little_credit() {
    let mut pair = Pair::new();
    let (mut sent, mut received) = (0u32, 0u32);
    pair.grant(10);
    while received < 10_000 {
        while sent < 10_000 && pair.send(sent.to_be_bytes().to_vec()).is_ok() {
            sent += 1;
        }
        pair.drive();
        let before = received;
        while let Some(event) = pair.receiver.poll_event() {
            let ConnectionEvent::Received(delivery) = event else { panic!("{event:?}") };
            assert_eq!(delivery.payload, received.to_be_bytes()[..]);
            received += 1;
            pair.receiver.settle(pair.now, delivery.id, Accepted {}).unwrap();
        }
        assert!(received > before, "it stands still");
        pair.grant(10);
        while pair.sender.poll_event().is_some() {}
    }
}
