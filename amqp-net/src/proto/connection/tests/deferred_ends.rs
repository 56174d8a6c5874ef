//! Ends and closes that wait for a delivery which is not completed, because its link ends before.

use amqp_types::transport::{Attach, Detach, Handle, Role};

use super::helpers::{attach, credit, frames, scripted};
use super::*;

/// A client that has begun a delivery, for the rest of which there is no window.
fn sending(now: Instant) -> (Connection, LinkId) {
    let (mut client, link) = scripted(now, |_| {});
    client.handle_input(now, &mut &*frame(0, &credit(0, 1, 10)));
    client.send(now, link, &OutgoingDelivery::new(vec![7; 300_000])).unwrap();
    assert_eq!(frames(&mut client).len(), 1);
    assert_eq!(client.poll_transmit(), None);
    (client, link)
}

fn end(client: &mut Connection, now: Instant, link: LinkId) {
    client.end(now, link.session(), None);
}

fn close(client: &mut Connection, now: Instant, _: LinkId) {
    client.close(now, None);
}

#[test]
fn an_end_or_a_close_waits_no_longer_than_the_link_lives() {
    for act in [end, close] {
        let now = Instant::now();
        let (mut client, link) = sending(now);
        act(&mut client, now, link);
        assert_eq!(client.poll_transmit(), None, "it waits for the rest of the delivery");
        client.handle_input(now, &mut &*frame(0, &Detach { closed: true, ..Detach::default() }));
        let sent = frames(&mut client);
        let [(0, Performative::Detach(_)), (0, Performative::End(_) | Performative::Close(_))] =
            &*sent
        else {
            panic!("{sent:?}")
        };
    }
}

#[test]
fn an_end_or_a_close_does_not_wait_for_a_delivery_whose_link_this_side_has_detached() {
    for act in [end, close] {
        let now = Instant::now();
        let (mut client, link) = sending(now);
        // The peer attaches it again elsewhere.
        let again = Attach { handle: Handle(1), ..attach("a", Role::Receiver) };
        client.handle_input(now, &mut &*frame(0, &again));
        let sent = frames(&mut client);
        assert!(matches!(&*sent, [(0, Performative::Detach(_))]), "{sent:?}");
        act(&mut client, now, link);
        let sent = frames(&mut client);
        let [(0, Performative::End(_) | Performative::Close(_))] = &*sent else {
            panic!("{sent:?}")
        };
    }
}
