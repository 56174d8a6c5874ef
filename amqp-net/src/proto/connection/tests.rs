//! Two ends in memory, and scripted peers, with a clock that is a number.

use std::time::{Duration, Instant};

use amqp_types::transport::{
    AmqpError, Close, ConnectionError, End, ErrorCondition, Fields, Flow, Info, Milliseconds,
    Performative, Transfer,
};
use amqp_types::{Encode, Map, Symbol, Value};

use super::*;
use crate::proto::{Fault, FrameBody, FrameWriter};

mod closing;
mod credit;
mod drains;
mod floods;
mod flows;
mod links;
mod malformed;
mod outcomes;
mod receive_buffer;
mod sessions;
mod settling;
mod tables;
mod transfers;
mod windows;

const SECOND: Duration = Duration::from_secs(1);

fn frame(channel: u16, performative: &impl Encode) -> Vec<u8> {
    let mut frames = FrameWriter::new(u32::MAX);
    frames.amqp(channel, performative, b"").unwrap();
    frames.split().to_vec()
}

fn close_with(condition: impl Into<ErrorCondition>, description: &str) -> Vec<u8> {
    frame(0, &Close { error: Some(Error::new(condition, description)) })
}

fn settings() -> ConnectionSettings {
    ConnectionSettings::new("test")
}

/// Decodes what a side sends.
fn sent(connection: &mut Connection) -> Vec<Performative> {
    let mut splitter = FrameSplitter::new(u32::MAX);
    splitter.handle_input(&connection.poll_transmit().unwrap_or_default());
    let mut performatives = Vec::new();
    while let Some(frame) = splitter.poll_frame().unwrap() {
        if let FrameBody::Amqp { channel: 0, performative, .. } = frame.decode().unwrap() {
            performatives.push(performative);
        }
    }
    assert!(!splitter.is_inside_frame());
    performatives
}

/// Returns the condition of the close that a side sends after nothing else.
fn sent_close(connection: &mut Connection) -> String {
    match &*sent(connection) {
        [Performative::Close(Close { error: Some(error) })] => error.condition.as_str().into(),
        other => panic!("{other:?}"),
    }
}

fn ended(connection: &mut Connection) -> ConnectionEnd {
    match connection.poll_event() {
        Some(ConnectionEvent::Ended(end)) => {
            assert_eq!(connection.poll_event(), None);
            end
        }
        other => panic!("{other:?}"),
    }
}

/// A client whose open has been sent.
fn client(settings: ConnectionSettings, now: Instant) -> Connection {
    let mut client = Connection::client(settings, now).unwrap();
    assert!(matches!(&*sent(&mut client), [Performative::Open(_)]));
    client
}

/// A client that has opened a connection to a peer with this open.
fn open_client(settings: ConnectionSettings, peer: &Open, now: Instant) -> Connection {
    let mut client = client(settings, now);
    client.handle_input(now, &mut &*frame(0, peer));
    let event = client.poll_event();
    assert_eq!(event, Some(ConnectionEvent::PeerOpened(Box::new(peer.clone()))));
    client
}

#[test]
fn both_sides_open_and_close_at_once() {
    let now = Instant::now();
    let mut client = Connection::client(settings(), now).unwrap();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*client.poll_transmit().unwrap());
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    server.accept(now).unwrap();
    client.close(now, None);
    server.close(now, None);
    let (from_client, from_server) = (client.poll_transmit(), server.poll_transmit());
    client.handle_input(now, &mut &*from_server.unwrap());
    server.handle_input(now, &mut &*from_client.unwrap());
    // The client closed before it knew whether the connection was open.
    assert_eq!(client.poll_event(), Some(ConnectionEvent::Ended(ConnectionEnd::Closed)));
    assert_eq!(ended(&mut server), ConnectionEnd::Closed);
    assert!(client.is_over() && server.is_over());
    assert_eq!((client.poll_transmit(), server.poll_transmit()), (None, None));
    assert_eq!((client.poll_timeout(), server.poll_timeout()), (None, None));
}

#[test]
fn a_server_takes_everything_that_a_client_pipelines() {
    let now = Instant::now();
    let octets = [frame(0, &Open::new("all")), frame(0, &Close::default())].concat();
    for part in 1..=octets.len() {
        let mut server = Connection::server(settings(), now);
        let mut events = Vec::new();
        let mut left = Vec::new();
        for octets in octets.chunks(part) {
            left.extend_from_slice(octets);
            let mut input = &*left;
            server.handle_input(now, &mut input);
            while let Some(event) = server.poll_event() {
                if let ConnectionEvent::PeerOpened(_) = event {
                    server.accept(now).unwrap();
                    server.handle_input(now, &mut input);
                } else {
                    events.push(event);
                }
            }
            left = input.to_vec();
        }
        assert_eq!(events, [ConnectionEvent::Ended(ConnectionEnd::ClosedByPeer(None))]);
        let sent = sent(&mut server);
        assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
    }
}

#[test]
fn a_server_leaves_input_until_it_has_decided() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    let octets = [frame(0, &Open::new("all")), frame(0, &Close::default())].concat();
    let mut input = &*octets;
    server.handle_input(now, &mut input);
    assert_eq!(input, frame(0, &Close::default()));
    assert!(!server.wants_read());
    assert_eq!(server.poll_timeout(), None, "the decision takes its time");
    // The client is refused.
    server.poll_event();
    server.close(now, Some(Error::new(AmqpError::NotAllowed, "full")));
    server.handle_input(now, &mut input);
    assert!(input.is_empty() && server.is_over());
    assert_eq!(ended(&mut server), ConnectionEnd::Closed);
    let sent = sent(&mut server);
    assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
    server.accept(now).unwrap();
    assert_eq!(server.poll_transmit(), None);
}

#[test]
fn the_first_frame_must_be_open() {
    let now = Instant::now();
    let cases = [
        (frame(0, &Begin::default()), "begin"),
        (frame(0, &Transfer::default()), "transfer"),
        (frame(0, &End::default()), "end"),
    ];
    for (octets, name) in cases {
        let mut server = Connection::server(settings(), now);
        server.handle_input(now, &mut &*octets);
        let end = ended(&mut server);
        assert_eq!(
            end.to_string(),
            format!(
                "the peer violated the standard (amqp:illegal-state): the first frame is not open but {name}"
            )
        );
        assert_eq!(end.fault().unwrap(), Fault::Peer);
        // No close without an open.
        let sent = sent(&mut server);
        assert!(matches!(&*sent, [Performative::Open(_), Performative::Close(_)]), "{sent:?}");
        // What follows is discarded until the peer's close.
        server.handle_input(now, &mut &*octets.repeat(3));
        assert!(!server.is_over());
        server.handle_input(now, &mut &*frame(0, &Close::default()));
        assert!(server.is_over());
        let mut client = client(settings(), now);
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), "amqp:illegal-state");
    }
}

#[test]
fn an_empty_frame_before_open_is_taken() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    assert_eq!(server.poll_event(), None);
    server.handle_input(now, &mut &*frame(0, &Open::new("peer")));
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
}

#[test]
fn a_max_frame_size_below_the_minimum_is_refused() {
    let now = Instant::now();
    for max_frame_size in [0, 1, 511, 512] {
        let mut client = client(settings(), now);
        let open = Open { max_frame_size, ..Open::new("peer") };
        client.handle_input(now, &mut &*frame(0, &open));
        if max_frame_size == 512 {
            assert!(matches!(client.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
            continue;
        }
        // A close with the reason may follow.
        assert_eq!(client.poll_event(), None);
        client.handle_timeout(now + 30 * SECOND);
        assert_eq!(sent_close(&mut client), "amqp:invalid-field");
        let end = ended(&mut client).to_string();
        assert!(end.contains(&format!("max-frame-size of {max_frame_size}, below")), "{end}");
    }
    assert_eq!(settings().max_frame_size(511).open.max_frame_size, 512);
}

#[test]
fn the_reason_of_a_refusal_is_reported() {
    let now = Instant::now();
    let property = |value: Value| {
        let key = Symbol::from_static("amqp:connection-establishment-failed");
        Some(Fields(Map::from_iter([(key, value)])))
    };
    let opens = [
        Open { max_frame_size: 0, channel_max: 0, ..Open::new("") },
        Open { properties: property(Value::Boolean(true)), ..Open::new("") },
        Open { properties: property(Value::String("true".into())), ..Open::new("broker") },
    ];
    let close = close_with(AmqpError::UnauthorizedAccess, "no user");
    for open in opens {
        let octets = [frame(0, &open), close.clone()].concat();
        for cut in [0, frame(0, &open).len(), octets.len()] {
            let mut client = client(settings(), now);
            client.handle_input(now, &mut &octets[..cut]);
            client.handle_input(now, &mut &octets[cut..]);
            let end = ended(&mut client);
            assert_eq!(
                end.to_string(),
                "the peer refused to open the connection: amqp:unauthorized-access: no user"
            );
            assert_eq!(end.remote().unwrap().condition, AmqpError::UnauthorizedAccess.into());
            assert!(matches!(&*sent(&mut client), [Performative::Close(_)]));
            assert!(client.is_over());
        }
    }
    let accepted = Open { properties: property(Value::Boolean(false)), ..Open::new("peer") };
    open_client(settings(), &accepted, now);
}

#[test]
fn a_close_instead_of_open_is_a_refusal() {
    let now = Instant::now();
    let mut client = client(settings(), now);
    client.handle_input(now, &mut &*close_with(ConnectionError::ConnectionForced, "down"));
    let end = ended(&mut client);
    assert_eq!(
        end.to_string(),
        "the peer refused to open the connection: amqp:connection:forced: down"
    );
    assert!(client.is_over());
}

#[test]
fn a_redirect_can_be_read() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let info = [("hostname", "a"), ("network-host", "10.0.0.1")];
    let info = info.map(|(key, value)| (Symbol::from_static(key), Value::String(value.into())));
    let error = Error {
        info: Some(Info(Fields(Map::from_iter(info)))),
        ..Error::new(ConnectionError::Redirect, "elsewhere")
    };
    client.handle_input(now, &mut &*frame(5, &Close { error: Some(error.clone()) }));
    assert_eq!(ended(&mut client).remote(), Some(&error));
}

#[test]
fn violations_close_with_their_condition() {
    let now = Instant::now();
    let session = "amqp:not-allowed";
    let cases = [
        (frame(0, &Open::new("again")), "amqp:illegal-state"),
        (frame(7, &Flow::default()), session),
        (frame(0, &End::default()), session),
        (frame(256, &Begin::default()), "amqp:connection:framing-error"),
        (vec![0, 0, 0, 7, 2, 0, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 2, 0, 1, 2, 0, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 0, 0, 8, 2, 5, 0, 0], "amqp:connection:framing-error"),
        (vec![0, 0, 0, 9, 2, 0, 0, 0, 0xff], "amqp:decode-error"),
        (
            b"\0\0\0\x10\x02\x01\0\0\0\x53\x44\xc0\x03\x01\x50\0".to_vec(),
            "amqp:connection:framing-error",
        ),
    ];
    for (octets, condition) in cases {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.handle_input(now, &mut &*octets);
        assert_eq!(sent_close(&mut client), condition, "{octets:x?}");
        let ConnectionEnd::Violation { condition: said, description } = ended(&mut client) else {
            panic!("not a violation")
        };
        assert_eq!(said.as_str(), condition);
        assert!(!description.is_empty());
        assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND).filter(|_| !client.is_over()));
        client.handle_input(now, &mut &*frame(0, &Close::default()));
        assert!(client.is_over() && !client.wants_read());
        assert_eq!((client.poll_event(), client.poll_transmit()), (None, None));
    }
    // An open on another channel than 0.
    let mut client = client(settings(), now);
    client.handle_input(now, &mut &*frame(1, &Open::new("peer")));
    assert_eq!(sent_close(&mut client), "amqp:not-allowed");
}

#[test]
fn a_channel_equal_to_channel_max_is_allowed() {
    let now = Instant::now();
    let mut client = open_client(settings().channel_max(3), &Open::new("peer"), now);
    client.handle_input(now, &mut &*frame(3, &Begin::default()));
    assert!(matches!(client.poll_event(), Some(ConnectionEvent::SessionBegunByPeer(..))));
}

#[test]
fn nothing_exceeds_the_frames_of_the_peer() {
    let now = Instant::now();
    let long = ConnectionSettings::new("c".repeat(600));
    let error = Connection::client(long.clone(), now).unwrap_err();
    assert!(matches!(error, FrameWriteError::TooLarge { max_frame_size: 512, .. }));
    // A server knows the limit of the client.
    let mut server = Connection::server(long.clone(), now);
    server.handle_input(now, &mut &*frame(0, &Open::new("client")));
    server.accept(now).unwrap();
    assert!(server.poll_transmit().unwrap().len() > 600);
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*frame(0, &Open { max_frame_size: 512, ..Open::new("c") }));
    server.accept(now).unwrap();
    server.close(now, Some(Error::new(AmqpError::InternalError, "d".repeat(600))));
    let sent = sent(&mut server);
    let [Performative::Open(_), Performative::Close(close)] = &*sent else { panic!("{sent:?}") };
    let condition = ErrorCondition::from(AmqpError::InternalError);
    let expected = Error { condition, description: None, info: None };
    assert_eq!(close.error, Some(expected));
    // A server that has not opened, and cannot with its settings.
    let mut server = Connection::server(long, now);
    server.handle_input(now, &mut &*frame(0, &Open { max_frame_size: 512, ..Open::new("c") }));
    assert!(server.accept(now).is_err());
    let condition = Symbol::new("x".repeat(600)).unwrap();
    server.close(now, Some(Error::new(ErrorCondition::Other(condition), "")));
    let sent = self::sent(&mut server);
    let [Performative::Open(_), Performative::Close(close)] = &*sent else { panic!("{sent:?}") };
    assert_eq!(close.error, None);
}

#[test]
fn heartbeats_are_sent_at_half_of_the_time_out_of_the_peer() {
    let now = Instant::now();
    let idle = |time_out| Open { idle_time_out: time_out, ..Open::new("peer") };
    let quiet = settings().idle_time_out(None);
    let cases = [(1000, 500), (999, 499), (21, 10), (19, 10), (1, 10)];
    for (time_out, period) in cases {
        let peer = idle(Some(Milliseconds(time_out)));
        let mut client = open_client(quiet.clone(), &peer, now);
        let due = client.poll_timeout().unwrap();
        assert_eq!((due - now).as_millis(), period, "{time_out}");
        client.handle_timeout(due.checked_sub(Duration::from_micros(1)).unwrap());
        assert_eq!(client.poll_transmit(), None, "not before it is due");
        // The timer is late: there is one heartbeat.
        let late = due + SECOND;
        client.handle_timeout(late);
        assert_eq!(client.poll_transmit().unwrap(), b"\0\0\0\x08\x02\0\0\0"[..]);
        assert_eq!(client.poll_timeout(), Some(late + (due - now)));
        client.handle_timeout(late);
        assert_eq!(client.poll_transmit(), None);
    }
    for time_out in [None, Some(Milliseconds(0))] {
        assert_eq!(open_client(quiet.clone(), &idle(time_out), now).poll_timeout(), None);
    }
}

#[test]
fn a_silent_peer_is_given_up() {
    let began = Instant::now();
    let silent = settings().idle_time_out(Some(4 * SECOND));
    assert_eq!(silent.open.idle_time_out, Some(Milliseconds(2000)), "half is announced");
    let mut client = open_client(silent, &Open::new("peer"), began);
    // A part of a frame, and then nothing.
    let received = began + 3 * SECOND;
    client.handle_input(received, &mut &b"\0\0\0\x08"[..]);
    let end = received + 4 * SECOND;
    assert_eq!(client.poll_timeout(), Some(end));
    client.handle_timeout(end.checked_sub(Duration::from_millis(1)).unwrap());
    assert_eq!(client.poll_event(), None);
    client.handle_timeout(end);
    assert_eq!(sent_close(&mut client), "amqp:resource-limit-exceeded");
    assert_eq!(ended(&mut client), ConnectionEnd::IdleTimedOut(4 * SECOND));
    // It may still answer the close.
    assert!(!client.is_over());
    assert_eq!(client.poll_timeout(), Some(end + 5 * SECOND));
    client.handle_timeout(end + 5 * SECOND);
    assert!(client.is_over());
    assert_eq!(client.poll_event(), None, "there is one end");
    let least = settings().idle_time_out(Some(Duration::from_millis(1)));
    assert_eq!(least.open.idle_time_out, Some(Milliseconds(1000)));
}

#[test]
fn a_heartbeat_after_the_whole_announced_time_is_soon_enough() {
    let mut now = Instant::now();
    let mut client = open_client(settings().idle_time_out(Some(2 * SECOND)), &Open::new("p"), now);
    for _ in 0..10 {
        now += SECOND;
        client.handle_timeout(now);
        client.handle_input(now, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    }
    assert_eq!(client.poll_event(), None);
}

#[test]
fn a_peer_that_does_not_open_in_time_is_given_up() {
    let now = Instant::now();
    for mut connection in [client(settings(), now), Connection::server(settings(), now)] {
        assert_eq!(connection.poll_timeout(), Some(now + 30 * SECOND));
        connection.handle_timeout(now + 30 * SECOND);
        let end = ended(&mut connection);
        assert_eq!(end, ConnectionEnd::OpenTimedOut(30 * SECOND));
        assert_eq!(end.fault().unwrap(), Fault::Time);
        assert!(connection.is_over() && !connection.wants_read());
    }
}

#[test]
fn a_close_that_is_not_answered_ends_at_its_limit() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.close(now, None);
    client.close(now, None);
    assert!(matches!(&*sent(&mut client), [Performative::Close(_)]), "once");
    // Everything else is discarded.
    client.handle_input(now, &mut &*frame(9, &Transfer::default()));
    assert_eq!((client.poll_event(), client.poll_timeout()), (None, Some(now + 5 * SECOND)));
    client.handle_timeout(now + 5 * SECOND);
    assert_eq!(ended(&mut client), ConnectionEnd::CloseTimedOut(5 * SECOND));
    assert!(client.is_over());
}

#[test]
fn a_stream_that_ends_without_a_close_is_lost() {
    let now = Instant::now();
    for end in [StreamEnd::Clean, StreamEnd::Reset] {
        let mut client = open_client(settings(), &Open::new("peer"), now);
        client.handle_eof(end);
        assert_eq!(ended(&mut client), ConnectionEnd::Lost(end));
        assert!(client.is_over());
    }
    // The end of the stream after both closes is no event.
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_input(now, &mut &*frame(0, &Close::default()));
    client.handle_eof(StreamEnd::Clean);
    assert_eq!(ended(&mut client), ConnectionEnd::ClosedByPeer(None));
}

#[test]
fn after_a_write_error_the_peer_may_say_why() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_write_error(now, StreamEnd::Reset);
    client.handle_input(now, &mut &*close_with(ConnectionError::ConnectionForced, "down"));
    let end = ended(&mut client).to_string();
    assert_eq!(end, "the peer closed the connection: amqp:connection:forced: down");
    assert!(client.is_over());
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.handle_write_error(now, StreamEnd::Reset);
    client.close(now, None);
    assert_eq!(client.poll_transmit(), None);
    client.handle_timeout(now + 5 * SECOND);
    assert_eq!(ended(&mut client), ConnectionEnd::Lost(StreamEnd::Reset));
}

#[test]
fn a_decision_may_take_longer_than_the_idle_time_out() {
    let began = Instant::now();
    let mut server = Connection::server(settings(), began);
    server.handle_input(began, &mut &*frame(0, &Open::new("peer")));
    let now = began + 61 * SECOND;
    server.accept(now).unwrap();
    assert_eq!(server.poll_timeout(), Some(now + 60 * SECOND));
    server.handle_timeout(now);
    assert_eq!(server.end_reason(), None);
}

#[test]
fn a_client_sees_the_refusal_of_a_server() {
    let now = Instant::now();
    let mut client = Connection::client(settings(), now).unwrap();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*client.poll_transmit().unwrap());
    let error = Error::new(AmqpError::UnauthorizedAccess, "not you");
    server.close(now, Some(error.clone()));
    client.handle_input(now, &mut &*server.poll_transmit().unwrap());
    assert_eq!(ended(&mut client), ConnectionEnd::Refused(Some(error)));
    // Also if it closes first, or the stream ends before the reason.
    let refusing = frame(0, &Open { max_frame_size: 0, ..Open::new("") });
    let mut client = self::client(settings(), now);
    client.handle_input(now, &mut &*refusing);
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
    client.close(now, None);
    client.handle_input(now, &mut &*close_with(AmqpError::NotAllowed, "no"));
    assert!(matches!(ended(&mut client), ConnectionEnd::Refused(Some(_))));
    let mut client = self::client(settings().idle_time_out(Some(2 * SECOND)), now);
    client.handle_input(now, &mut &*refusing);
    client.handle_timeout(now + 3 * SECOND);
    assert_eq!(client.end_reason(), None, "it is not open, and not idle");
    client.handle_eof(StreamEnd::Clean);
    let end = ended(&mut client);
    assert!(end.to_string().contains("max-frame-size of 0"), "{end}");
    assert_eq!(client.end_reason(), Some(&end));
}

#[test]
fn nothing_is_accepted_after_the_end() {
    let now = Instant::now();
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*frame(0, &Open::new("peer")));
    server.handle_eof(StreamEnd::Clean);
    server.accept(now).unwrap();
    assert_eq!(server.poll_transmit(), None);
}

#[test]
fn bodies_that_cannot_be_decoded_are_discarded_after_our_close() {
    let now = Instant::now();
    let mut client = open_client(settings(), &Open::new("peer"), now);
    client.close(now, None);
    let junk = [&[0, 0, 0, 9, 2, 0, 0, 0, 0xff][..], &[0, 0, 0, 8, 2, 5, 0, 0]].concat();
    client.handle_input(now, &mut &*[junk, frame(0, &Close::default())].concat());
    assert_eq!(ended(&mut client), ConnectionEnd::Closed);
}

#[test]
fn the_info_of_an_error_is_left_out_first() {
    let now = Instant::now();
    let peer = Open { max_frame_size: 512, ..Open::new("peer") };
    let mut client = open_client(settings(), &peer, now);
    let key = Symbol::from_static("key");
    let info = Info(Fields(Map::from_iter([(key, Value::String("i".repeat(600).into()))])));
    let error = Error::new(AmqpError::InternalError, "why");
    client.close(now, Some(Error { info: Some(info), ..error.clone() }));
    let expected = Performative::Close(Close { error: Some(error) });
    assert_eq!(sent(&mut client), [expected]);
}

#[test]
fn heartbeats_do_not_pile_up_behind_a_stream_that_takes_nothing() {
    let mut now = Instant::now();
    let peer = Open { idle_time_out: Some(Milliseconds(1)), ..Open::new("peer") };
    let mut client = open_client(settings().idle_time_out(None), &peer, now);
    for _ in 0..100 {
        now = client.poll_timeout().unwrap();
        client.handle_timeout(now);
    }
    assert_eq!(client.poll_transmit().unwrap().len(), 8);
}

#[test]
fn a_clock_that_goes_back_and_repeated_errors_change_no_deadline() {
    let now = Instant::now() + 100 * SECOND;
    let mut client = open_client(settings(), &Open::new("peer"), now);
    let earlier = now.checked_sub(50 * SECOND).unwrap();
    client.handle_input(earlier, &mut &b"\0\0\0\x08\x02\0\0\0"[..]);
    assert_eq!(client.poll_timeout(), Some(now + 60 * SECOND));
    client.handle_write_error(now, StreamEnd::Reset);
    client.handle_write_error(now + 4 * SECOND, StreamEnd::Reset);
    assert_eq!(client.poll_timeout(), Some(now + 5 * SECOND));
}

#[test]
fn the_first_frame_of_a_client_is_limited() {
    let now = Instant::now();
    let open =
        |len: usize| frame(0, &Open { hostname: Some("h".repeat(len).into()), ..Open::new("") });
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*open(16_000));
    assert!(matches!(server.poll_event(), Some(ConnectionEvent::PeerOpened(_))));
    server.accept(now).unwrap();
    // A frame of the size that was announced.
    server.handle_input(now, &mut &[0, 0, 0x80, 0, 2, 0, 0, 0][..]);
    assert_eq!(server.end_reason(), None);
    let mut server = Connection::server(settings(), now);
    server.handle_input(now, &mut &*open(17_000));
    assert!(matches!(ended(&mut server), ConnectionEnd::Violation { .. }));
}

#[test]
fn frames_of_any_type_and_size_never_panic() {
    let now = Instant::now();
    let mut seed = 7u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap()
    };
    let frames = [
        frame(0, &Open::new("peer")),
        frame(0, &Close::default()),
        frame(1, &Begin::default()),
        frame(0, &Flow::default()),
        b"\0\0\0\x08\x02\0\0\0".to_vec(),
    ];
    for _ in 0..20_000 {
        let mut connection = match random() % 2 {
            0 => Connection::server(settings(), now),
            _ => client(settings(), now),
        };
        for _ in 0..random() % 6 {
            let mut octets = frames[random() % frames.len()].clone();
            if random() % 2 == 0 {
                let at = random() % octets.len();
                octets[at] = u8::try_from(random() % 256).unwrap();
            }
            connection.handle_input(now, &mut &*octets);
            match random() % 8 {
                0 => connection.accept(now).unwrap_or_default(),
                1 => connection.close(now, None),
                2 => connection.handle_timeout(now + 40 * SECOND),
                3 => connection.handle_eof(StreamEnd::Clean),
                _ => {}
            }
            if connection.is_over() {
                assert!(!connection.wants_read());
            }
        }
        // All that was sent is whole frames, and nothing follows a close.
        let sent = sent(&mut connection);
        let closes = sent.iter().position(|sent| matches!(sent, Performative::Close(_)));
        assert!(closes.is_none_or(|at| at + 1 == sent.len()), "{sent:?}");
    }
}
