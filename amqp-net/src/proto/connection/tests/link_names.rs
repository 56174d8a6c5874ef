//! Names of links, and links that are stolen.

use amqp_types::transport::{Detach, Handle, Role, SequenceNo};

use super::helpers::{
    answer, begun, credit, drive, frames, received, scripted_session, sessions, transfer,
    with_payload,
};
use super::links::{attached, detach, detached, receiver, requested, sender};
use super::*;

#[test]
fn a_second_attach_of_a_name_and_role_fails_at_once_and_the_first_is_unharmed() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    let session = link.session();
    assert_eq!(client.attach(now, session, sender("a")), Err(AttachError::NameInUse));
    assert_eq!(client.poll_transmit(), None);
    // Nor in another session.
    let other = client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    assert_eq!(client.attach(now, other, sender("a")), Err(AttachError::NameInUse));
    assert_eq!((client.poll_transmit(), client.poll_event()), (None, None));
    let flow = Flow { handle: Some(Handle(5)), ..credit(0, 10, 1) };
    client.handle_input(now, &mut &*frame(0, &flow));
    client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    // The name is free when the session has ended.
    client.end(now, session, None);
    client.attach(now, other, sender("a")).unwrap();
}

#[test]
fn a_sender_and_a_receiver_of_one_name_both_live() {
    let now = Instant::now();
    let (mut client, sender) = attached(now);
    let wanted = Attach { role: Role::Receiver, ..self::sender("a") };
    let receiver = client.attach(now, sender.session(), wanted).unwrap();
    client.poll_transmit();
    let theirs = Attach {
        handle: Handle(6),
        initial_delivery_count: Some(SequenceNo(0)),
        ..self::sender("a")
    };
    client.handle_input(now, &mut &*frame(0, &theirs));
    let Some(ConnectionEvent::LinkAttached(id, _)) = client.poll_event() else { panic!() };
    assert_eq!(id, receiver);
    let flow = Flow { handle: Some(Handle(5)), ..credit(0, 10, 1) };
    client.handle_input(now, &mut &*frame(0, &flow));
    client.send(now, sender, &OutgoingDelivery::new("m")).unwrap();
    assert!(client.grant(now, receiver, 1));
    client.poll_transmit();
    let message = Transfer { handle: Handle(6), ..transfer(0, false) };
    client.handle_input(now, &mut &*with_payload(&message, b"m"));
    assert_eq!(received(&mut client).id.link(), receiver);
}

#[test]
fn a_link_that_the_peer_attaches_again_elsewhere_is_stolen() {
    let now = Instant::now();
    let (mut client, older) = attached(now);
    client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(1, &answer(1)));
    begun(&mut client);
    client.handle_input(now, &mut &*frame(1, &receiver("a", 0)));
    let (newer, _) = requested(&mut client);
    let (id, end) = detached(&mut client);
    assert_eq!((id, end), (older, LinkEnd::Stolen));
    assert_ne!(newer, older);
    let sent = frames(&mut client);
    let [(0, Performative::Detach(Detach { error: Some(error), .. }))] = &*sent else {
        panic!("{sent:?}")
    };
    assert_eq!(error.condition.as_str(), "amqp:link:stolen");
    client.accept_link(now, newer, sender("a")).unwrap();
}

#[test]
fn links_of_one_name_that_cross_in_two_sessions_come_to_rest() {
    let now = Instant::now();
    let (mut client, first, mut server, _) = sessions(now);
    let second = server.begin(now, SessionSettings::default()).unwrap();
    drive(now, &mut client, &mut server);
    begun(&mut client);
    begun(&mut server);
    let ours = client.attach(now, first, sender("a")).unwrap();
    let theirs =
        server.attach(now, second, Attach { role: Role::Receiver, ..sender("a") }).unwrap();
    drive(now, &mut client, &mut server);
    for (connection, link) in [(&mut client, ours), (&mut server, theirs)] {
        let (request, _) = requested(connection);
        assert_eq!(detached(connection), (link, LinkEnd::Stolen));
        // The peer has detached it for the same reason.
        let (id, end) = detached(connection);
        assert!(id == request && matches!(end, LinkEnd::DetachedByPeer { error: Some(_), .. }));
        assert_eq!(connection.poll_event(), None);
    }
}

#[test]
fn an_answer_belongs_to_the_link_of_its_session() {
    let now = Instant::now();
    let (mut client, session) = scripted_session(now);
    client.begin(now, SessionSettings::default()).unwrap();
    client.handle_input(now, &mut &*frame(1, &answer(1)));
    begun(&mut client);
    let older = client.attach(now, session, sender("a")).unwrap();
    client.poll_transmit();
    // The peer attaches it in the other session, and answers in this one.
    client.handle_input(now, &mut &*frame(1, &receiver("a", 0)));
    let (newer, _) = requested(&mut client);
    assert_eq!(detached(&mut client), (older, LinkEnd::Stolen));
    assert_eq!(client.attach(now, session, sender("a")), Err(AttachError::NameInUse));
    let late = [frame(0, &receiver("a", 0)), frame(0, &detach(0, true, None))].concat();
    client.handle_input(now, &mut &*late);
    assert_eq!(client.poll_event(), None);
    assert_eq!(client.poll_timeout().map(|at| at > now + 31 * SECOND), None, "nothing is awaited");
    client.accept_link(now, newer, sender("a")).unwrap();
}

#[test]
fn a_name_that_cannot_be_answered_ends_the_session() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    client.begin(now, SessionSettings::default()).unwrap();
    client.poll_transmit();
    let octets = [frame(0, &answer(0)), frame(0, &receiver(&"n".repeat(600), 0))].concat();
    client.handle_input(now, &mut &*octets);
    begun(&mut client);
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionEnded(..))));
    assert!(matches!(&*frames(&mut client), [(0, Performative::End(_))]));
}
