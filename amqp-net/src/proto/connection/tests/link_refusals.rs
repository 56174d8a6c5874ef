//! Links that are refused, and requests that end before the decision.

use amqp_types::transport::{Detach, Handle, Role, SequenceNo, TransferNumber};

use super::helpers::{
    credit, drive, frames, received, scripted_receiver, scripted_session, sessions, transfer,
    with_payload,
};
use super::links::{detach, detached, no_queue, receiver, requested, sender};
use super::*;

#[test]
fn a_refused_link_is_never_attached() {
    let now = Instant::now();
    let (mut client, session, mut server, _) = sessions(now);
    let link = client.attach(now, session, sender("orders")).unwrap();
    drive(now, &mut client, &mut server);
    let (theirs, _) = requested(&mut server);
    server.detach(now, theirs, true, Some(no_queue()));
    drive(now, &mut client, &mut server);
    let (id, end) = detached(&mut client);
    assert_eq!((id, &end), (link, &LinkEnd::Refused(Some(no_queue()))));
    assert_eq!(end.to_string(), "the peer refused the link: amqp:not-found: no such queue");
    assert_eq!(detached(&mut server), (theirs, LinkEnd::Detached { closed: true }));
    assert_eq!((client.poll_event(), server.poll_event()), (None, None));
    let _ = client.attach(now, session, sender("orders")).unwrap();
}

#[test]
fn an_answer_without_a_terminus_waits_for_the_reason() {
    let now = Instant::now();
    let (mut client, session) = scripted_session(now);
    let link = client.attach(now, session, sender("a")).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &Attach { target: None, ..receiver("a", 5) }));
    assert_eq!(client.poll_event(), None);
    let unusable = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(unusable, Err(SendError::NotAttached));
    assert_eq!(client.poll_timeout(), Some(now + 30 * SECOND));
    client.handle_input(now, &mut &*frame(0, &detach(5, true, Some(no_queue()))));
    assert_eq!(detached(&mut client), (link, LinkEnd::Refused(Some(no_queue()))));
    let sent = frames(&mut client);
    assert!(matches!(&*sent, [(0, Performative::Detach(Detach { closed: true, .. }))]));
    assert_eq!(client.poll_timeout(), None);
}

#[test]
fn a_request_that_ends_before_the_decision_is_over() {
    let now = Instant::now();
    let (mut client, _) = scripted_session(now);
    client.handle_input(
        now,
        &mut &*[frame(0, &receiver("a", 5)), frame(0, &detach(5, true, None))].concat(),
    );
    let (link, _) = requested(&mut client);
    assert_eq!(
        detached(&mut client),
        (link, LinkEnd::DetachedByPeer { closed: true, error: None })
    );
    assert_eq!(client.accept_link(now, link, sender("a")), Err(AttachError::NotFound));
    assert!(!client.grant(now, link, 1));
    let sent = frames(&mut client);
    let [(0, Performative::Attach(attach)), (0, Performative::Detach(_))] = &*sent else {
        panic!("{sent:?}")
    };
    assert_eq!((attach.role, &attach.source), (Role::Sender, &None));
    assert_eq!(attach.initial_delivery_count, Some(SequenceNo(0)));
}

#[test]
fn an_answer_without_a_terminus_and_without_a_detach_ends_at_the_limit() {
    let now = Instant::now();
    let limit = 30 * SECOND;
    for role in [Role::Sender, Role::Receiver] {
        let (mut client, session) = scripted_session(now);
        let link = client.attach(now, session, Attach { role, ..sender("a") }).unwrap();
        client.poll_transmit();
        let answer = match role {
            Role::Sender => Attach { target: None, ..receiver("a", 5) },
            Role::Receiver => Attach { source: None, ..sender("a") },
        };
        client.handle_input(now, &mut &*frame(0, &answer));
        let unusable = client.send(now, link, &OutgoingDelivery::new("m"));
        assert_eq!(unusable, Err(SendError::NotAttached));
        assert_eq!(client.poll_timeout(), Some(now + limit));
        client.handle_timeout(now + limit);
        assert_eq!(detached(&mut client), (link, LinkEnd::AttachTimedOut(limit)));
        let sent = frames(&mut client);
        assert!(matches!(&*sent, [(0, Performative::Detach(Detach { closed: true, .. }))]));
    }
}

#[test]
fn a_refusal_is_an_attach_without_a_terminus_and_then_a_detach_with_the_reason() {
    let now = Instant::now();
    let requests = [
        (receiver("a", 5), Role::Sender, Some(SequenceNo(0))),
        (
            Attach {
                initial_delivery_count: Some(SequenceNo(7)),
                handle: Handle(5),
                ..sender("a")
            },
            Role::Receiver,
            None,
        ),
    ];
    for (request, role, count) in requests {
        let (mut server, _) = scripted_session(now);
        server.handle_input(now, &mut &*frame(0, &request));
        let (link, _) = requested(&mut server);
        server.detach(now, link, false, Some(no_queue()));
        let sent = frames(&mut server);
        let [(0, Performative::Attach(attach)), (0, Performative::Detach(detach))] = &*sent else {
            panic!("{sent:?}")
        };
        assert_eq!((&*attach.name, attach.role), ("a", role));
        assert_eq!((&attach.source, &attach.target), (&None, &None));
        assert_eq!(attach.initial_delivery_count, count);
        assert_eq!((detach.handle, detach.closed), (attach.handle, true));
        assert_eq!(detach.error, Some(no_queue()));
    }
}

#[test]
fn flows_and_transfers_for_a_link_that_was_refused_are_ignored_until_its_detach() {
    let now = Instant::now();
    // Another link keeps the window open.
    let (mut client, other) = scripted_receiver(now, None);
    let request =
        Attach { handle: Handle(5), initial_delivery_count: Some(SequenceNo(0)), ..sender("b") };
    client.handle_input(now, &mut &*frame(0, &request));
    let (link, _) = requested(&mut client);
    client.detach(now, link, true, Some(no_queue()));
    client.poll_transmit();
    let flow = Flow { handle: Some(Handle(5)), echo: true, ..credit(0, 10, 5) };
    let to_refused = Transfer { handle: Handle(5), ..transfer(0, false) };
    let later = Flow { next_outgoing_id: TransferNumber(1), ..flow.clone() };
    let octets = [frame(0, &flow), with_payload(&to_refused, b"lost"), frame(0, &later)].concat();
    client.handle_input(now, &mut &*octets);
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    client.handle_input(now, &mut &*frame(0, &detach(5, true, None)));
    assert_eq!(detached(&mut client), (link, LinkEnd::Detached { closed: true }));
    // The other link goes on.
    client.handle_input(now, &mut &*with_payload(&transfer(1, false), b"m"));
    assert_eq!(received(&mut client).id.link(), other);
}
