//! Links that are refused, and requests that end before the decision.

use amqp_types::transport::{Detach, Role, SequenceNo};

use super::ends::{drive, frames};
use super::links::{detach, detached, no_queue, receiver, requested, scripted, sender, sessions};
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
    let (mut client, session) = scripted(now);
    let link = client.attach(now, session, sender("a")).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &Attach { target: None, ..receiver("a", 5) }));
    assert_eq!(client.poll_event(), None);
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
    let (mut client, _) = scripted(now);
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
    let sent = frames(&mut client);
    let [(0, Performative::Attach(attach)), (0, Performative::Detach(_))] = &*sent else {
        panic!("{sent:?}")
    };
    assert_eq!((attach.role, &attach.source), (Role::Sender, &None));
    assert_eq!(attach.initial_delivery_count, Some(SequenceNo(0)));
}
