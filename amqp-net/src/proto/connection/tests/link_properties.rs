//! What the attaches of both sides say: termini, properties and counts.

use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{Handle, Role, SequenceNo};

use super::helpers::{credit, drive, frames, scripted, scripted_session, sessions};
use super::links::{receiver, requested, sender};
use super::*;

fn node(address: &str) -> (Option<Source>, Option<Target>) {
    let source = Source { address: Some(address.into()), ..Source::default() };
    let target = Target { address: Some(address.into()), ..Target::default() };
    (Some(source), Some(target))
}

#[test]
fn the_answer_tells_the_source_of_the_sender_and_the_target_of_the_receiver() {
    let now = Instant::now();
    let (mut client, session, mut server, _) = sessions(now);
    let wanted = node("wanted");
    let real = node("real");
    for role in [Role::Sender, Role::Receiver] {
        let mut asked = Attach::new("a", Handle(0), role);
        (asked.source, asked.target) =
            (wanted.0.clone().map(Into::into), wanted.1.clone().map(Into::into));
        let link = client.attach(now, session, asked.clone()).unwrap();
        drive(now, &mut client, &mut server);
        let (theirs, request) = requested(&mut server);
        assert_eq!((&request.source, &request.target), (&asked.source, &asked.target));
        let mut answer = (*request).clone();
        match role {
            Role::Sender => answer.target = real.1.clone().map(Into::into),
            Role::Receiver => answer.source = real.0.clone().map(Into::into),
        }
        server.accept_link(now, theirs, answer.clone()).unwrap();
        drive(now, &mut client, &mut server);
        let Some(ConnectionEvent::LinkAttached(id, told)) = client.poll_event() else { panic!() };
        assert_eq!((id, &told.source, &told.target), (link, &answer.source, &answer.target));
        assert_eq!((&*told.name, told.role == role), ("a", false));
    }
}

#[test]
fn unknown_properties_and_capabilities_of_a_link_are_kept_as_they_came() {
    let now = Instant::now();
    let (mut client, _) = scripted_session(now);
    let list = Value::List(vec![Value::Uint(7), Value::Null]);
    let described = Value::described(Value::Symbol(Symbol::from_static("example:unknown")), list);
    let properties = Fields(Map::from_iter([
        (Symbol::from_static("x-described"), described),
        (Symbol::from_static("x-text"), Value::from("text")),
    ]));
    let request = Attach {
        properties: Some(properties),
        offered_capabilities: vec![Symbol::from_static("x-offered")].into(),
        desired_capabilities: vec![Symbol::from_static("x-one"), Symbol::from_static("x-two")]
            .into(),
        ..receiver("a", 5)
    };
    let octets = frame(0, &request);
    client.handle_input(now, &mut &*octets);
    let (_, told) = requested(&mut client);
    assert_eq!(*told, request);
    assert_eq!(frame(0, &*told), octets, "encoded again as they came");
}

#[test]
fn properties_of_a_link_are_in_its_attach_and_in_no_flow() {
    let now = Instant::now();
    let (mut client, session) = scripted_session(now);
    let properties = Fields(Map::from_iter([(Symbol::from_static("key"), Value::from("value"))]));
    for (role, handle) in [(Role::Sender, 0), (Role::Receiver, 1)] {
        let wanted = Attach { role, properties: Some(properties.clone()), ..sender("a") };
        let link = client.attach(now, session, wanted).unwrap();
        let sent = frames(&mut client);
        let [(0, Performative::Attach(attach))] = &*sent else { panic!("{sent:?}") };
        assert_eq!(attach.properties.as_ref(), Some(&properties));
        let answer = match role {
            Role::Sender => receiver("a", handle),
            Role::Receiver => Attach {
                handle: Handle(handle),
                initial_delivery_count: Some(SequenceNo(0)),
                ..sender("a")
            },
        };
        client.handle_input(now, &mut &*frame(0, &answer));
        assert!(client.poll_event().is_some());
        client.grant(now, link, 10);
        let echo = Flow { handle: Some(Handle(handle)), echo: true, ..credit(0, 10, 10) };
        client.handle_input(now, &mut &*frame(0, &echo));
        let sent = frames(&mut client);
        let [(0, Performative::Flow(flow))] = &*sent else { panic!("{sent:?}") };
        assert_eq!((flow.handle, &flow.properties), (Some(Handle(handle)), &None));
    }
}

#[test]
fn a_count_in_the_attach_of_a_receiver_is_ignored() {
    let now = Instant::now();
    let count = Some(SequenceNo(77));
    let (mut client, link) = scripted(now, |attach| attach.initial_delivery_count = count);
    // The count of this side, which is the sender, is 0.
    client.handle_input(now, &mut &*frame(0, &credit(0, 10, 1)));
    client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    let second = client.send(now, link, &OutgoingDelivery::new("m"));
    assert_eq!(second, Err(SendError::WouldBlock));
}

#[test]
fn properties_in_flows_that_take_too_many_octets_end_their_link() {
    const LARGE: usize = 20_000;
    const COUNT: u32 = 210;
    for is_accepted in [true, false] {
        let now = Instant::now();
        let (mut client, _) = scripted_session(now);
        let property = (Symbol::from_static("large"), Value::from("x".repeat(LARGE)));
        let properties = Some(Fields(Map::from_iter([property])));
        for handle in 1..=COUNT {
            let wanted = Attach::new(handle.to_string(), Handle(handle), Role::Receiver);
            client.handle_input(now, &mut &*frame(0, &wanted));
            let (link, request) = requested(&mut client);
            if is_accepted {
                client.accept_link(now, link, *request).unwrap();
            }
            client.poll_transmit();
            let flow = Flow { properties: properties.clone(), ..credit(0, 100, 1) };
            let flow = frame(0, &Flow { handle: Some(Handle(handle)), ..flow });
            // Those that are sent again replace those before.
            client.handle_input(now, &mut &*flow.repeat(3));
            let event = std::iter::from_fn(|| client.poll_event()).last();
            if (handle as usize) < (4 << 20) / (LARGE + 100) {
                let is_told = matches!(event, Some(ConnectionEvent::PropertiesReceived(..)));
                assert_eq!(is_told, is_accepted, "{event:?}");
            } else if let Some(ConnectionEvent::LinkDetached(of, end)) = event {
                let LinkEnd::Violation { condition, .. } = end else { panic!("{end:?}") };
                assert_eq!(condition, AmqpError::ResourceLimitExceeded.into());
                assert_eq!(of, link);
                break;
            }
            assert_ne!(handle, COUNT, "no link has ended");
        }
    }
}
