//! A conversation as a line of JSON.

use std::time::Duration;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::conversation::{Conversation, Event, What};
use super::segment::{Ending, Side};
use super::time_of;
use crate::decode::json::{Error, Header, OneFrame, pair};
use crate::decode::problem::Problem;
use crate::decode::stream::Item;

/// A conversation, and the times of the packets.
pub(super) struct Line<'a> {
    pub(super) conversation: &'a Conversation,
    pub(super) times: &'a [u64],
}

/// `{"conversation":{"client":"...","server":"...","from_the_start":true,"items":[...]}}`.
impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        pair(to, "conversation", &Body(self))
    }
}

struct Body<'a>(&'a Line<'a>);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Line { conversation, times } = self.0;
        let Conversation { client, server, has_start, events } = conversation;
        let mut object = to.serialize_map(Some(4))?;
        object.serialize_entry("client", &client.to_string())?;
        object.serialize_entry("server", &server.to_string())?;
        object.serialize_entry("from_the_start", has_start)?;
        let items: Vec<_> = events.iter().map(|event| Timed { event, times }).collect();
        object.serialize_entry("items", &items)?;
        object.end()
    }
}

struct Timed<'a> {
    event: &'a Event,
    times: &'a [u64],
}

impl Serialize for Timed<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Event { packet, from, what } = self.event;
        let mut object = to.serialize_map(None)?;
        object.serialize_entry("packet", packet)?;
        let time = Duration::from_nanos(time_of(*packet, self.times));
        object.serialize_entry("time", &time.as_secs_f64())?;
        let from = match from {
            Side::Client => "client",
            Side::Server => "server",
        };
        object.serialize_entry("from", from)?;
        match what {
            What::Item(Item::Header(header)) => {
                object.serialize_entry("header", &Header(*header))?;
            }
            What::Item(Item::Frame(frame)) => object.serialize_entry("frame", &OneFrame(frame))?,
            What::Missing(count) => object.serialize_entry("missing", count)?,
            What::Skipped(count) => object.serialize_entry("skipped", count)?,
            What::Incomplete { captured, size } => {
                object.serialize_entry(
                    "incomplete",
                    &Incomplete { captured: *captured, size: *size },
                )?;
            }
            What::OtherProtocol(count) => object.serialize_entry("other_protocol", count)?,
            What::Undecodable { problem, .. } => {
                let Problem { kind, at, message } = problem.clone();
                object.serialize_entry("error", &Error { kind, at, message })?;
            }
            What::End(Ending::Closed) => object.serialize_entry("end", "closed")?,
            What::End(Ending::Reset) => object.serialize_entry("end", "reset")?,
        }
        object.end()
    }
}

#[derive(Serialize)]
struct Incomplete {
    captured: usize,
    size: usize,
}
