//! How many sessions and links there can be, and the channels and handles that they use.

use amqp_types::transport::{Handle, Role, SequenceNo};

use super::helpers::{answer, attach, begun, drive, frames, frames_in, pair, session_ended};
use super::*;

#[test]
fn the_peer_limits_the_number_of_sessions() {
    let now = Instant::now();
    let mut client = client(settings(), now);
    let not_open = client.begin(now, SessionSettings::default());
    assert_eq!(not_open.unwrap_err(), BeginError::NotOpen);
    client.handle_input(now, &mut &*frame(0, &Open { channel_max: 1, ..Open::new("peer") }));
    client.poll_event();
    client.begin(now, SessionSettings::default()).unwrap();
    client.begin(now, SessionSettings::default()).unwrap();
    let error = client.begin(now, SessionSettings::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no more than 2 sessions can exist at once, by the channel-max of both sides; end one, or share one"
    );
    client.close(now, None);
    assert_eq!(client.begin(now, SessionSettings::default()), Err(BeginError::NotOpen));
}

#[test]
fn a_begin_that_is_too_long_uses_no_channel() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, channel_max: 0, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let long = Value::String("v".repeat(600).into());
    let properties = Fields(Map::from_iter([(Symbol::from_static("key"), long)]));
    let error = client.begin(now, SessionSettings::default().properties(properties));
    assert!(matches!(error, Err(BeginError::Write(_))));
    assert_eq!(client.poll_transmit(), None);
    client.begin(now, SessionSettings::default()).unwrap();
    assert!(matches!(&*frames(&mut client), [(0, Performative::Begin(_))]));
}

#[test]
fn a_thousand_sessions_in_turn_use_a_few_channels_in_turn() {
    let now = Instant::now();
    let (mut client, mut server) = pair(now);
    let mut sessions = std::collections::BTreeSet::new();
    for count in 0..1000 {
        let session = client.begin(now, SessionSettings::default()).unwrap();
        drive(now, &mut client, &mut server);
        assert_eq!(begun(&mut client), session);
        begun(&mut server);
        client.end(now, session, None);
        // RabbitMQ 4.0 ignores what is sent on a channel too soon after the session there has ended.
        let octets = client.poll_transmit().unwrap();
        assert!(matches!(&*frames_in(&octets), [(channel, _)] if *channel == count % 17));
        server.handle_input(now, &mut &*octets);
        drive(now, &mut client, &mut server);
        session_ended(&mut client);
        session_ended(&mut server);
        assert!(sessions.insert(session), "the id of a former session");
    }
    assert_eq!((client.stats().sessions, server.stats().sessions), (0, 0));
}

#[test]
fn a_handle_above_our_handle_max_closes_the_connection() {
    let now = Instant::now();
    for (handle, is_allowed) in [(3, true), (4, false), (u32::MAX, false)] {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.begin(now, SessionSettings::default().handle_max(3)).unwrap();
        client.poll_transmit();
        client.handle_input(now, &mut &*frame(7, &answer(0)));
        begun(&mut client);
        let attach = Attach {
            handle: Handle(handle),
            initial_delivery_count: Some(SequenceNo(0)),
            ..attach("a", Role::Sender)
        };
        client.handle_input(now, &mut &*frame(7, &attach));
        if is_allowed {
            assert!(matches!(client.poll_event(), Some(ConnectionEvent::LinkRequested(..))));
        } else {
            assert_eq!(sent_close(&mut client), "amqp:connection:framing-error");
            assert!(matches!(ended(&mut client), ConnectionEnd::Violation { .. }));
        }
    }
}

#[test]
fn sessions_of_this_side_stay_within_the_smaller_channel_max_of_both() {
    let now = Instant::now();
    for (ours, theirs) in [(1, 9), (9, 1)] {
        let peer = Open { channel_max: theirs, ..Open::new("peer") };
        let mut client = open_client(settings().channel_max(ours), &peer, now);
        for channel in 0..2 {
            client.begin(now, SessionSettings::default()).unwrap();
            let sent = frames(&mut client);
            assert!(matches!(&*sent, [(of, Performative::Begin(_))] if *of == channel));
        }
        let refused = client.begin(now, SessionSettings::default());
        assert_eq!(refused, Err(BeginError::TooManySessions { limit: 2 }));
        assert_eq!(client.poll_transmit(), None);
    }
}
