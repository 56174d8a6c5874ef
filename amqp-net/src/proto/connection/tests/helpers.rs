//! Two ends of connections, sessions and links, and scripted peers, for other tests.

use amqp_types::messaging::{DeliveryState, Source, Target};
use amqp_types::transport::{
    Attach, DeliveryNumber, DeliveryTag, Flow, Handle, Role, SequenceNo, TransferNumber,
};
use bytes::Bytes;

use super::super::link::other_end;
use super::*;

/// Two ends that have opened a connection.
pub(super) fn pair(now: Instant) -> (Connection, Connection) {
    pair_with(settings(), now)
}

/// Two ends that have opened a connection, both with these settings.
fn pair_with(settings: ConnectionSettings, now: Instant) -> (Connection, Connection) {
    let mut client = Connection::client(settings.clone(), now).unwrap();
    let mut server = Connection::server(settings, now);
    server.handle_input(now, &mut &*client.poll_transmit().unwrap());
    server.accept(now).unwrap();
    drive(now, &mut client, &mut server);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    (client, server)
}

/// Exchanges output until there is none.
pub(super) fn drive(now: Instant, a: &mut Connection, b: &mut Connection) {
    for _ in 0..100 {
        let (from_a, from_b) = (a.poll_transmit(), b.poll_transmit());
        if from_a.is_none() && from_b.is_none() {
            return;
        }
        a.handle_input(now, &mut &*from_b.unwrap_or_default());
        b.handle_input(now, &mut &*from_a.unwrap_or_default());
    }
    panic!("the ends do not become idle");
}

pub(super) fn begun(connection: &mut Connection) -> SessionId {
    match connection.poll_event() {
        Some(
            ConnectionEvent::SessionBegun(session, _)
            | ConnectionEvent::SessionBegunByPeer(session, _),
        ) => session,
        other => panic!("{other:?}"),
    }
}

/// Returns the frames that a connection sends, with their channels.
pub(super) fn frames(connection: &mut Connection) -> Vec<(u16, Performative)> {
    frames_in(&connection.poll_transmit().unwrap_or_default())
}

/// Returns the frames in some output, with their channels.
pub(super) fn frames_in(octets: &[u8]) -> Vec<(u16, Performative)> {
    let frames = bodies_in(octets).into_iter().filter_map(|(_, body)| match body {
        FrameBody::Amqp { channel, performative, .. } => Some((channel, performative)),
        _ => None,
    });
    frames.collect()
}

/// Returns the sizes and the bodies of the frames in some output, which are complete.
fn bodies_in(octets: &[u8]) -> Vec<(u32, FrameBody<Bytes>)> {
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(octets);
    let mut bodies = Vec::new();
    while let Some(frame) = splitter.poll_frame().unwrap() {
        bodies.push((frame.header.size, frame.decode().unwrap()));
    }
    assert!(!splitter.is_inside_frame());
    bodies
}

/// Returns the flow that a connection sends on channel 0, and nothing else.
pub(super) fn only_flow(connection: &mut Connection) -> Flow {
    let mut sent = frames(connection);
    match (sent.pop(), sent.is_empty()) {
        (Some((0, Performative::Flow(flow))), true) => flow,
        other => panic!("{other:?} after {sent:?}"),
    }
}

/// Returns the begin of a peer that answers a channel.
pub(super) fn answer(remote_channel: u16) -> Begin {
    Begin { remote_channel: Some(remote_channel), ..Begin::default() }
}

pub(super) fn attach(name: &str, role: Role) -> Attach {
    let mut attach = Attach::new(name, Handle(0), role);
    attach.source = Some(Source::default().into());
    attach.target = Some(Target::default().into());
    attach
}

/// Two ends with a session.
pub(super) fn sessions(now: Instant) -> (Connection, SessionId, Connection, SessionId) {
    let (mut client, mut server) = pair(now);
    let ours = client.begin(now, SessionSettings::default()).unwrap();
    drive(now, &mut client, &mut server);
    let (_, theirs) = (begun(&mut client), begun(&mut server));
    (client, ours, server, theirs)
}

/// A link from a sender to a receiver.
pub(super) struct Pair {
    pub(super) now: Instant,
    pub(super) sender: Connection,
    pub(super) outgoing: LinkId,
    pub(super) receiver: Connection,
    pub(super) incoming: LinkId,
}

impl Pair {
    pub(super) fn new() -> Self {
        Self::with(settings(), |_| {})
    }

    pub(super) fn with(settings: ConnectionSettings, change: impl FnOnce(&mut Attach)) -> Self {
        let now = Instant::now();
        let (mut sender, mut receiver) = pair_with(settings, now);
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

    pub(super) fn grant(&mut self, credit: u32) {
        assert!(self.receiver.grant(self.now, self.incoming, credit));
        self.drive();
    }

    pub(super) fn drive(&mut self) {
        drive(self.now, &mut self.sender, &mut self.receiver);
    }

    pub(super) fn send(&mut self, payload: impl Into<Bytes>) -> Result<DeliveryId, SendError> {
        self.sender.send(self.now, self.outgoing, &OutgoingDelivery::new(payload))
    }

    pub(super) fn received(&mut self) -> Delivery {
        received(&mut self.receiver)
    }
}

/// Accepts the link that the peer requests.
pub(super) fn accept(now: Instant, connection: &mut Connection) -> LinkId {
    let Some(ConnectionEvent::LinkRequested(link, request)) = connection.poll_event() else {
        panic!("no request")
    };
    connection.accept_link(now, link, *request).unwrap();
    link
}

pub(super) fn received(connection: &mut Connection) -> Delivery {
    match connection.poll_event() {
        Some(ConnectionEvent::Received(delivery)) => delivery,
        other => panic!("{other:?}"),
    }
}

pub(super) fn updated(connection: &mut Connection) -> (DeliveryId, Option<DeliveryState>, bool) {
    match connection.poll_event() {
        Some(ConnectionEvent::Updated { deliveries, state, is_settled }) => {
            let [delivery] = *deliveries else { panic!("{deliveries:?}") };
            (delivery, state, is_settled)
        }
        other => panic!("{other:?}"),
    }
}

/// Returns why the next link that ends has ended, after deliveries.
pub(super) fn violation(connection: &mut Connection) -> String {
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

/// A client with a session, whose peer is a script. Both channels are 0. Only an answer that is awaited has a time limit,
/// because the peer may be silent.
pub(super) fn scripted_session(now: Instant) -> (Connection, SessionId) {
    let mut client = open_client(settings().idle_time_out(None), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &answer(0)));
    assert_eq!(begun(&mut client), session);
    (client, session)
}

/// A client with an attached sender, whose peer is a script. All channels and handles are 0.
pub(super) fn scripted(now: Instant, change: impl FnOnce(&mut Attach)) -> (Connection, LinkId) {
    let (mut client, session) = scripted_session(now);
    let link = client.attach(now, session, attach("a", Role::Sender)).unwrap();
    client.poll_transmit();
    let mut theirs = attach("a", Role::Receiver);
    change(&mut theirs);
    client.handle_input(now, &mut &*frame(0, &theirs));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    (client, link)
}

/// A client with an attached receiver that accepts 10 deliveries, whose peer is a script.
pub(super) fn scripted_receiver(
    now: Instant,
    max_message_size: Option<u64>,
) -> (Connection, LinkId) {
    let (mut client, session) = scripted_session(now);
    let wanted = Attach { max_message_size, ..attach("a", Role::Receiver) };
    let link = client.attach(now, session, wanted).unwrap();
    let initial_delivery_count = Some(SequenceNo(0));
    let theirs = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
    client.handle_input(now, &mut &*frame(0, &theirs));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    assert!(client.grant(now, link, 10));
    client.poll_transmit();
    (client, link)
}

/// A flow of a receiver that has received this many transfers.
pub(super) fn credit(received: u32, window: u32, credit: u32) -> Flow {
    Flow {
        next_incoming_id: Some(TransferNumber(received)),
        incoming_window: window,
        handle: Some(Handle(0)),
        delivery_count: Some(SequenceNo(0)),
        link_credit: Some(credit),
        ..Flow::default()
    }
}

pub(super) fn transfer(id: u32, more: bool) -> Transfer {
    Transfer {
        delivery_id: Some(DeliveryNumber(id)),
        delivery_tag: Some(DeliveryTag::from(id.to_be_bytes())),
        more,
        ..Transfer::default()
    }
}

pub(super) fn with_payload(transfer: &Transfer, payload: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.amqp(0, transfer, payload).unwrap();
    frames.split().to_vec()
}

pub(super) fn session_ended(connection: &mut Connection) -> (SessionId, SessionEnd) {
    match connection.poll_event() {
        Some(ConnectionEvent::SessionEnded(session, end)) => (session, end),
        other => panic!("{other:?}"),
    }
}

/// Returns the transfers in some output: the size of the frame, the transfer and its payload.
pub(super) fn transfers_in(octets: &[u8]) -> Vec<(u32, Transfer, Bytes)> {
    let transfers = bodies_in(octets).into_iter().filter_map(|(size, body)| match body {
        FrameBody::Amqp { performative: Performative::Transfer(transfer), payload, .. } => {
            Some((size, transfer, payload))
        }
        _ => None,
    });
    transfers.collect()
}

/// Attaches another sender to a scripted peer, which has the same handle on both sides.
pub(super) fn another_sender(now: Instant, client: &mut Connection, session: SessionId) -> LinkId {
    another_link(now, client, session, Role::Sender)
}

/// Attaches another receiver of the client in a session, which accepts 10 deliveries. Its handle is the same on both
/// sides.
pub(super) fn another_receiver(
    now: Instant,
    client: &mut Connection,
    session: SessionId,
) -> LinkId {
    let link = another_link(now, client, session, Role::Receiver);
    assert!(client.grant(now, link, 10));
    client.poll_transmit();
    link
}

fn another_link(now: Instant, client: &mut Connection, session: SessionId, role: Role) -> LinkId {
    let name = format!("another {}", client.stats().links);
    let link = client.attach(now, session, attach(&name, role)).unwrap();
    let sent = frames(client);
    let [(channel, Performative::Attach(ours))] = &*sent else { panic!("{sent:?}") };
    let theirs = Attach {
        handle: ours.handle,
        initial_delivery_count: Some(SequenceNo(0)),
        ..attach(&name, other_end(role))
    };
    client.handle_input(now, &mut &*frame(*channel, &theirs));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(..))));
    link
}
