//! Two ends in memory, and scripted peers, with a clock that is a number.

use std::time::{Duration, Instant};

use amqp_types::transport::{
    AmqpError, Close, ConnectionError, End, ErrorCondition, Fields, Flow, Info, Milliseconds,
    Performative, Transfer,
};
use amqp_types::{Encode, Map, Symbol, Value};

use super::*;
use crate::proto::{Fault, FrameBody, FrameWriter};

mod closes;
mod credit;
mod deferred_ends;
mod dispositions;
mod drains;
mod encodings;
mod floods;
mod flows;
mod frame_sizes;
mod helpers;
mod idle;
mod link_ends;
mod link_names;
mod link_properties;
mod link_refusals;
mod links;
mod malformed;
mod opening;
mod outcomes;
mod peer_flows;
mod pipelining;
mod receive_buffer;
mod received_deliveries;
mod serials;
mod session_ends;
mod session_limits;
mod sessions;
mod settling;
mod simulation;
mod split_deliveries;
mod tables;
mod transfers;
mod violations;
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

/// Returns what a side sends on channel 0, and nothing else.
fn sent(connection: &mut Connection) -> Vec<Performative> {
    let performative = |(channel, performative)| {
        assert_eq!(channel, 0);
        performative
    };
    helpers::frames(connection).into_iter().map(performative).collect()
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
