//! Links: attach and detach from both sides, and handles.

use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{Detach, Handle, Role, SequenceNo, TransferNumber};

use super::helpers::{answer, begun, drive, frames, pair, scripted_session, sessions};
use super::*;

pub(super) fn sender(name: &str) -> Attach {
    let mut attach = Attach::new(name, Handle(0), Role::Sender);
    attach.source = Some(Source::default().into());
    attach.target = Some(Target { address: Some("queue".into()), ..Target::default() }.into());
    attach
}

/// The attach of a receiver, as the peer sends it.
pub(super) fn receiver(name: &str, handle: u32) -> Attach {
    let mut attach = Attach::new(name, Handle(handle), Role::Receiver);
    attach.source = Some(Source::default().into());
    attach.target = Some(Target { address: Some("queue".into()), ..Target::default() }.into());
    attach
}

pub(super) fn detach(handle: u32, closed: bool, error: Option<Error>) -> Detach {
    Detach { handle: Handle(handle), closed, error }
}

pub(super) fn no_queue() -> Error {
    Error::new(AmqpError::NotFound, "no such queue")
}

/// A client with an attached sender on handle 0, whose peer is a script. The handle of the peer is 5.
pub(super) fn attached(now: Instant) -> (Connection, LinkId) {
    let (mut client, session) = scripted_session(now);
    let link = client.attach(now, session, sender("a")).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &receiver("a", 5)));
    assert!(
        matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(id, _)) if id == link)
    );
    (client, link)
}

pub(super) fn requested(connection: &mut Connection) -> (LinkId, Box<Attach>) {
    match connection.poll_event() {
        Some(ConnectionEvent::LinkRequested(link, attach)) => (link, attach),
        other => panic!("{other:?}"),
    }
}

pub(super) fn detached(connection: &mut Connection) -> (LinkId, LinkEnd) {
    match connection.poll_event() {
        Some(ConnectionEvent::LinkDetached(link, end)) => (link, end),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_is_attached_and_detached() {
    let now = Instant::now();
    for closed in [true, false] {
        let (mut client, session, mut server, _) = sessions(now);
        let link = client.attach(now, session, sender("orders")).unwrap();
        drive(now, &mut client, &mut server);
        let (theirs, attach) = requested(&mut server);
        assert_eq!((&*attach.name, attach.role), ("orders", Role::Sender));
        assert_eq!(attach.initial_delivery_count, Some(SequenceNo(0)));
        server.accept_link(now, theirs, *attach).unwrap();
        drive(now, &mut client, &mut server);
        let Some(ConnectionEvent::LinkAttached(id, answer)) = client.poll_event() else { panic!() };
        assert_eq!((id, &*answer.name, answer.role), (link, "orders", Role::Receiver));
        assert_eq!(answer.initial_delivery_count, None);
        client.detach(now, link, closed, None);
        drive(now, &mut client, &mut server);
        assert_eq!(detached(&mut client), (link, LinkEnd::Detached { closed }));
        assert_eq!(
            detached(&mut server),
            (theirs, LinkEnd::DetachedByPeer { closed, error: None })
        );
        assert_eq!((client.poll_event(), server.poll_event()), (None, None));
        // Handle and name are free.
        let again = client.attach(now, session, sender("orders")).unwrap();
        assert_ne!(again, link);
        let sent = frames(&mut client);
        assert!(matches!(&*sent, [(0, Performative::Attach(Attach { handle: Handle(0), .. }))]));
    }
}

#[test]
fn begin_and_attach_go_in_one_write() {
    let now = Instant::now();
    let (mut client, mut server) = pair(now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let link = client.attach(now, session, sender("a")).unwrap();
    let second = client.attach(now, session, sender("b"));
    assert_eq!(second, Err(AttachError::TooManyLinks { limit: 1 }));
    drive(now, &mut client, &mut server);
    begun(&mut client);
    begun(&mut server);
    let (theirs, attach) = requested(&mut server);
    server.accept_link(now, theirs, *attach).unwrap();
    drive(now, &mut client, &mut server);
    assert!(
        matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(id, _)) if id == link)
    );
    assert_eq!(
        server.accept_link(now, theirs, sender("a")),
        Err(AttachError::NotFound),
        "a request is accepted once"
    );
}

#[test]
fn a_detach_of_the_peer_is_answered() {
    let now = Instant::now();
    for (closed, error) in [(true, None), (false, None), (true, Some(no_queue()))] {
        let (mut client, link) = attached(now);
        client.handle_input(now, &mut &*frame(0, &detach(5, closed, error.clone())));
        assert_eq!(detached(&mut client), (link, LinkEnd::DetachedByPeer { closed, error }));
        let expected = Performative::Detach(detach(0, closed, None));
        assert_eq!(frames(&mut client), [(0, expected)]);
        client.detach(now, link, true, None);
        assert_eq!(client.poll_transmit(), None);
    }
}

#[test]
fn a_close_that_crosses_a_detach_ends_the_link() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    client.detach(now, link, true, None);
    client.handle_input(now, &mut &*frame(0, &detach(5, false, None)));
    assert_eq!(detached(&mut client), (link, LinkEnd::Detached { closed: false }));
    assert_eq!(frames(&mut client).len(), 1, "one detach");
}

#[test]
fn a_link_whose_close_was_answered_by_a_detach_can_be_attached_again_to_be_closed() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    client.detach(now, link, true, None);
    client.handle_input(now, &mut &*frame(0, &detach(5, false, None)));
    assert_eq!(detached(&mut client), (link, LinkEnd::Detached { closed: false }));
    client.poll_transmit();
    let again = client.attach(now, link.session(), sender("a")).unwrap();
    client.handle_input(now, &mut &*frame(0, &receiver("a", 5)));
    assert!(
        matches!(client.poll_event(), Some(ConnectionEvent::LinkAttached(id, _)) if id == again)
    );
    client.detach(now, again, true, None);
    client.handle_input(now, &mut &*frame(0, &detach(5, true, None)));
    assert_eq!(detached(&mut client), (again, LinkEnd::Detached { closed: true }));
    assert!(matches!(&*frames(&mut client), [(0, Performative::Attach(_)), (0, closed)]
        if *closed == Performative::Detach(detach(0, true, None))));
}

#[test]
fn a_link_is_detached_before_it_was_answered() {
    let now = Instant::now();
    let (mut client, session) = scripted_session(now);
    let link = client.attach(now, session, sender("a")).unwrap();
    client.detach(now, link, true, None);
    assert_eq!(frames(&mut client).len(), 2);
    client.handle_input(now, &mut &*frame(0, &receiver("a", 5)));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    client.handle_input(now, &mut &*frame(0, &detach(5, true, None)));
    assert_eq!(detached(&mut client), (link, LinkEnd::Detached { closed: true }));
    let _ = client.attach(now, session, sender("a")).unwrap();
}

#[test]
fn an_attach_that_is_not_answered_ends_at_its_limit() {
    let now = Instant::now();
    let limit = 30 * SECOND;
    let (mut client, session) = scripted_session(now);
    let link = client.attach(now, session, sender("a")).unwrap();
    client.poll_transmit();
    client.handle_timeout(now + limit);
    assert_eq!(detached(&mut client), (link, LinkEnd::AttachTimedOut(limit)));
    assert!(matches!(&*frames(&mut client), [(0, Performative::Detach(_))]));
    // The answers come late, and the session goes on.
    let late = [frame(0, &receiver("a", 5)), frame(0, &detach(5, true, None))].concat();
    client.handle_input(now + limit, &mut &*late);
    assert_eq!(
        (client.poll_event(), client.poll_transmit(), client.poll_timeout()),
        (None, None, None)
    );
    let link = client.attach(now, session, sender("a")).unwrap();
    client.handle_input(now, &mut &*frame(0, &receiver("a", 5)));
    client.poll_event();
    client.detach(now, link, true, None);
    client.handle_timeout(now + 3 * limit);
    assert_eq!(detached(&mut client), (link, LinkEnd::DetachTimedOut(limit)));
}

#[test]
fn a_handle_that_is_attached_twice_or_not_at_all_ends_the_session() {
    let now = Instant::now();
    let flow = Flow {
        next_incoming_id: Some(TransferNumber(0)),
        handle: Some(Handle(9)),
        ..Flow::default()
    };
    let cases = [
        (frame(0, &receiver("b", 5)), "amqp:session:handle-in-use"),
        (frame(0, &detach(9, true, None)), "amqp:session:unattached-handle"),
        (frame(0, &flow), "amqp:session:unattached-handle"),
        (
            frame(0, &Transfer { handle: Handle(9), ..Transfer::default() }),
            "amqp:session:unattached-handle",
        ),
    ];
    for (octets, condition) in cases {
        let (mut client, _) = attached(now);
        client.handle_input(now, &mut &*octets);
        let Some(ConnectionEvent::SessionEnded(_, SessionEnd::Violation { condition: said, .. })) =
            client.poll_event()
        else {
            panic!("{condition}")
        };
        assert_eq!(said.as_str(), condition);
    }
}

#[test]
fn the_peer_limits_the_number_of_links() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(0, &Begin { handle_max: Handle(1), ..answer(0) }));
    client.attach(now, session, sender("a")).unwrap();
    client.attach(now, session, sender("b")).unwrap();
    client.poll_transmit();
    let error = client.attach(now, session, sender("c")).unwrap_err();
    assert!(error.to_string().starts_with("no more than 2 links"), "{error}");
    assert_eq!(client.poll_transmit(), None);
    // A link that cannot be attached leaves its name.
    assert_eq!(client.attach(now, session, sender("c")), Err(error));
}

#[test]
fn an_attach_that_is_too_long_uses_no_handle_and_no_name() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    let long = Value::String("v".repeat(600).into());
    let properties = Some(Fields(Map::from_iter([(Symbol::from_static("key"), long)])));
    let error = client.attach(now, session, Attach { properties, ..sender("a") });
    assert!(matches!(error, Err(AttachError::Write(_))));
    assert_eq!(client.poll_transmit(), None);
    client.attach(now, session, sender("a")).unwrap();
}

#[test]
fn random_frames_for_links_never_panic() {
    let now = Instant::now();
    let mut seed = 11u64;
    let mut random = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % most
    };
    for _ in 0..5_000 {
        let (mut client, session) = scripted_session(now);
        let mut links = Vec::new();
        for _ in 0..random(20) {
            let name = ["a", "b", "c"][random(3)];
            let handle = u32::try_from(random(4)).unwrap();
            match random(8) {
                0 => links.extend(client.attach(now, session, sender(name)).ok()),
                1 => client.handle_input(now, &mut &*frame(0, &receiver(name, handle))),
                2 => client.handle_input(
                    now,
                    &mut &*frame(0, &Attach { target: None, ..receiver(name, handle) }),
                ),
                3 => client.handle_input(now, &mut &*frame(0, &detach(handle, handle == 1, None))),
                4 => links.iter().for_each(|link| client.detach(now, *link, true, None)),
                5 => client.handle_timeout(now + 31 * SECOND),
                6 => client.handle_input(now, &mut &*frame(0, &End::default())),
                _ => {
                    while let Some(event) = client.poll_event() {
                        if let ConnectionEvent::LinkRequested(link, attach) = event {
                            links.push(link);
                            let _ = client.accept_link(now, link, *attach);
                        }
                    }
                }
            }
        }
        // Nothing is sent in a session after its end.
        let mut sent = frames(&mut client);
        sent.retain(|(_, sent)| !matches!(sent, Performative::Close(_)));
        let end = sent.iter().position(|(_, sent)| matches!(sent, Performative::End(_)));
        assert!(end.is_none_or(|at| at + 1 == sent.len()), "{sent:?}");
    }
}
