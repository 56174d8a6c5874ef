//! Flows: what they say of the session and of a link, and when they are sent.

use amqp_types::transport::{Attach, Flow, Handle, Role, SequenceNo, TransferNumber};

use super::helpers::{
    answer, attach, credit, frames, received, scripted, scripted_receiver, transfer, with_payload,
};
use super::*;

/// Returns the flows among the frames that a side sends, which are nothing else.
fn flows(connection: &mut Connection) -> Vec<Flow> {
    let flow = |(_, performative)| match performative {
        Performative::Flow(flow) => flow,
        other => panic!("{other:?}"),
    };
    frames(connection).into_iter().map(flow).collect()
}

#[test]
fn a_flow_has_a_next_incoming_id_only_after_the_begin_of_the_peer() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let session = client.begin(now, SessionSettings::default()).unwrap();
    let link = client.attach(now, session, attach("a", Role::Receiver)).unwrap();
    client.poll_transmit();
    assert!(client.grant(now, link, 3));
    let before = flows(&mut client);
    let [flow] = &*before else { panic!("{before:?}") };
    assert_eq!((flow.next_incoming_id, flow.delivery_count), (None, None));
    assert_eq!((flow.handle, flow.link_credit), (Some(Handle(0)), Some(3)));
    let begin = Begin { next_outgoing_id: TransferNumber(77), ..answer(0) };
    let initial_delivery_count = Some(SequenceNo(5));
    let theirs = Attach { initial_delivery_count, ..attach("a", Role::Sender) };
    client.handle_input(now, &mut &*[frame(0, &begin), frame(0, &theirs)].concat());
    assert!(client.grant(now, link, 4));
    let after = flows(&mut client);
    let [flow] = &*after else { panic!("{after:?}") };
    let ids = (flow.next_incoming_id, flow.delivery_count);
    assert_eq!(ids, (Some(TransferNumber(77)), Some(SequenceNo(5))));
}

#[test]
fn an_echo_with_a_handle_is_answered_with_the_state_of_the_link() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &Flow { echo: true, ..credit(0, 9, 5) }));
    client.send(now, link, &OutgoingDelivery::new("m")).unwrap();
    client.poll_transmit();
    client.handle_input(now, &mut &*frame(0, &Flow { echo: true, ..credit(1, 9, 5) }));
    let sent = flows(&mut client);
    let [flow] = &*sent else { panic!("{sent:?}") };
    let state = (flow.handle, flow.delivery_count, flow.link_credit, flow.drain, flow.echo);
    assert_eq!(state, (Some(Handle(0)), Some(SequenceNo(1)), Some(4), false, false));
    // The same for a receiver.
    let (mut client, _) = scripted_receiver(now, None);
    client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"m"));
    received(&mut client);
    let next_outgoing_id = TransferNumber(1);
    let asks = Flow { next_outgoing_id, echo: true, ..credit(0, 9, 9) };
    client.handle_input(now, &mut &*frame(0, &asks));
    let sent = flows(&mut client);
    let [flow] = &*sent else { panic!("{sent:?}") };
    let state = (flow.handle, flow.delivery_count, flow.link_credit, flow.drain, flow.echo);
    assert_eq!(state, (Some(Handle(0)), Some(SequenceNo(1)), Some(9), false, false));
}

#[test]
fn properties_of_a_link_are_an_event_and_are_sent_only_when_asked() {
    let now = Instant::now();
    let (mut client, link) = scripted(now, |_| {});
    let entry = (Symbol::from_static("active"), Value::Boolean(true));
    let properties = Fields(Map::from_iter([entry]));
    let told = Flow { properties: Some(properties.clone()), echo: true, ..credit(0, 9, 5) };
    client.handle_input(now, &mut &*frame(0, &told));
    let event = ConnectionEvent::PropertiesReceived(link, Box::new(properties.clone()));
    assert_eq!(client.poll_event(), Some(event));
    let sent = flows(&mut client);
    assert_eq!(sent.iter().map(|flow| &flow.properties).collect::<Vec<_>>(), [&None]);
    assert!(client.set_properties(now, link, properties.clone()));
    let sent = flows(&mut client);
    assert_eq!(sent.iter().map(|flow| &flow.properties).collect::<Vec<_>>(), [&Some(properties)]);
    client.handle_input(now, &mut &*frame(0, &Flow { echo: true, ..credit(0, 9, 5) }));
    let sent = flows(&mut client);
    assert_eq!(sent.iter().map(|flow| &flow.properties).collect::<Vec<_>>(), [&None], "once");
}

#[test]
fn any_number_of_available_messages_is_taken() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    assert_eq!((client.available(link), client.credit(link)), (None, 10));
    for available in [None, Some(0), Some(1 << 31), Some(u32::MAX)] {
        let flow = Flow { available, delivery_count: Some(SequenceNo(0)), ..credit(0, 9, 10) };
        client.handle_input(now, &mut &*frame(0, &flow));
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
        assert_eq!(client.available(link), available);
    }
    client.handle_input(now, &mut &*with_payload(&transfer(0, false), b"m"));
    assert_eq!(received(&mut client).payload, "m");
    assert_eq!(client.credit(link), 9);
}
