//! What is sent and received while a link ends, and how the peer may answer a detach.

use amqp_types::transport::TransferNumber;

use super::helpers::{credit, frames, scripted_receiver, transfer, with_payload};
use super::links::{attached, detach, detached};
use super::*;

#[test]
fn no_flow_is_sent_for_a_link_after_its_detach() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    // Flows of the link are due for three reasons.
    assert!(client.grant(now, link, 100));
    assert!(client.set_properties(now, link, Fields::default()));
    let echo = Flow { echo: true, ..credit(0, 10, 0) };
    client.handle_input(now, &mut &*frame(0, &echo));
    client.detach(now, link, true, None);
    assert!(!client.grant(now, link, 5));
    let sent = frames(&mut client);
    let detach = sent.iter().position(|(_, sent)| matches!(sent, Performative::Detach(_))).unwrap();
    let flows = |(_, sent): &(u16, Performative)| {
        matches!(sent, Performative::Flow(Flow { handle: Some(_), .. }))
    };
    assert!(!sent[detach..].iter().any(flows), "{sent:?}");
    // Nor when the peer asks for a flow before it has seen the detach.
    client.handle_input(now, &mut &*frame(0, &echo));
    assert!(!frames(&mut client).iter().any(flows));
}

#[test]
fn transfers_after_our_detach_are_dropped_but_counted_for_the_window() {
    let now = Instant::now();
    let (mut client, link) = scripted_receiver(now, None);
    client.grant(now, link, 2000);
    let sent = frames(&mut client);
    let [(0, Performative::Flow(Flow { incoming_window: window, .. }))] = &*sent else {
        panic!("{sent:?}")
    };
    client.detach(now, link, true, None);
    client.poll_transmit();
    let half = window / 2;
    for id in 0..half - 1 {
        client.handle_input(now, &mut &*with_payload(&transfer(id, false), b"late"));
    }
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    assert_eq!(client.stats().unsettled_received, 0);
    client.handle_input(now, &mut &*with_payload(&transfer(half - 1, false), b"late"));
    // The window is opened again, as it would be for a link that lives. There is no disposition.
    let sent = frames(&mut client);
    let [(0, Performative::Flow(flow))] = &*sent else { panic!("{sent:?}") };
    assert_eq!((flow.handle, flow.next_incoming_id), (None, Some(TransferNumber(half))));
    assert!(flow.incoming_window >= *window, "{flow:?}");
    assert_eq!(client.poll_event(), None);
}

#[test]
fn a_close_that_is_answered_by_a_detach_ends_the_link() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    client.detach(now, link, true, None);
    assert_eq!(frames(&mut client).len(), 1);
    client.handle_input(now, &mut &*frame(0, &detach(5, false, None)));
    let (id, end) = detached(&mut client);
    assert_eq!((id, &end), (link, &LinkEnd::Detached { closed: false }));
    assert_eq!(end.fault(), None);
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None), "nothing is attached");
    assert_eq!(client.stats().links, 0);
}

#[test]
fn a_detach_that_is_answered_by_a_close_with_an_error_ends_the_link_with_it() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    client.detach(now, link, false, None);
    assert_eq!(frames(&mut client).len(), 1);
    let error = Error::new(AmqpError::NotImplemented, "links are not suspended");
    client.handle_input(now, &mut &*frame(0, &detach(5, true, Some(error.clone()))));
    let (id, end) = detached(&mut client);
    assert_eq!((id, &end), (link, &LinkEnd::DetachedByPeer { closed: true, error: Some(error) }));
    assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    let limits = client.poll_timeout().map(|at| at <= now + 31 * SECOND);
    assert_ne!(limits, Some(true), "nothing is awaited");
    assert_eq!(client.stats().links, 0);
}

#[test]
fn conditions_without_a_prefix_and_without_a_description_are_shown_in_full() {
    let now = Instant::now();
    let (mut client, link) = attached(now);
    let condition = Symbol::from_static("failed");
    let error = Error { condition: condition.into(), description: None, info: None };
    client.handle_input(now, &mut &*frame(0, &detach(5, true, Some(error.clone()))));
    let (id, end) = detached(&mut client);
    assert_eq!((id, end.remote()), (link, Some(&error)));
    assert_eq!(end.to_string(), "the peer detached the link: failed");
}
