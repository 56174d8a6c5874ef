//! The lines that say what happens in the broker, as text or as JSON.

use std::net::SocketAddr;

use amqp_net::broker::{ConnectionInfo, Event, LinkInfo};
use amqp_types::transport::Error;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How lines are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Format {
    /// Returns the first lines, which say where the broker listens.
    pub(crate) fn listening(self, address: SocketAddr) -> String {
        match self {
            Self::Text => format!(
                "listening on {address}\n\
                 in memory: nothing outlives this process, not even durable messages"
            ),
            Self::Json => json(&Line::Listening(address)),
        }
    }

    /// Returns the line for an event.
    pub(crate) fn event(self, event: &Event) -> String {
        match self {
            // Texts of clients are escaped in it.
            Self::Text => event.to_string(),
            Self::Json => json(&Line::Event(event)),
        }
    }

    /// Returns the line for a number of lines that were lost.
    pub(crate) fn lost(self, lines: u64) -> String {
        match self {
            Self::Text => format!("({lines} lines lost here: the output is too slow)"),
            Self::Json => json(&Line::Lost(lines)),
        }
    }
}

/// What is printed as an object, whose first field `event` names it.
enum Line<'a> {
    Listening(SocketAddr),
    Event(&'a Event),
    Lost(u64),
}

fn json(line: &Line<'_>) -> String {
    // A map of texts and numbers can be written to a string.
    serde_json::to_string(line).unwrap_or_default()
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Listening(address) => {
                map.serialize_entry("event", "listening")?;
                map.serialize_entry("address", address)?;
                map.serialize_entry("storage", "memory")?;
            }
            Self::Event(event) => serialize_event(event, &mut map)?,
            Self::Lost(lines) => {
                map.serialize_entry("event", "lines_lost")?;
                map.serialize_entry("count", lines)?;
            }
        }
        map.end()
    }
}

fn serialize_event<M: SerializeMap>(event: &Event, map: &mut M) -> Result<(), M::Error> {
    let mut name = |name: &str| map.serialize_entry("event", name);
    match event {
        Event::NotAccepted(error) => {
            name("not_accepted")?;
            map.serialize_entry("client", &error.peer())?;
            map.serialize_entry("reason", &error.to_string())
        }
        Event::ConnectionOpened(info) => {
            name("connection_opened")?;
            serialize_connection(info, map)
        }
        Event::ConnectionRefused(info, error) => {
            name("connection_refused")?;
            serialize_connection(info, map)?;
            map.serialize_entry("error", &Failure(error))
        }
        Event::ConnectionClosed(info, ended) => {
            name("connection_closed")?;
            serialize_connection(info, map)?;
            map.serialize_entry("reason", &ended.as_ref().map(ToString::to_string))
        }
        Event::LinkAttached(info) => {
            name("link_attached")?;
            serialize_link(info, map)
        }
        Event::LinkRefused(info, error) => {
            name("link_refused")?;
            serialize_link(info, map)?;
            map.serialize_entry("error", &Failure(error))
        }
        Event::LinkDetached(info, error) => {
            name("link_detached")?;
            serialize_link(info, map)?;
            map.serialize_entry("error", &error.as_ref().map(Failure))
        }
        Event::DeadLettersLost(address, count) => {
            name("dead_letters_lost")?;
            map.serialize_entry("address", &**address)?;
            map.serialize_entry("count", count)
        }
        // The library may have more.
        other => {
            name("other")?;
            map.serialize_entry("text", &other.to_string())
        }
    }
}

fn serialize_connection<M: SerializeMap>(
    info: &ConnectionInfo,
    map: &mut M,
) -> Result<(), M::Error> {
    map.serialize_entry("connection", &info.id)?;
    map.serialize_entry("container", &*info.container)?;
    map.serialize_entry("user", &info.user)?;
    map.serialize_entry("client", &info.remote_addr)
}

fn serialize_link<M: SerializeMap>(info: &LinkInfo, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("connection", &info.connection)?;
    map.serialize_entry("link", &*info.name)?;
    map.serialize_entry("role", if info.is_producer { "producer" } else { "consumer" })?;
    map.serialize_entry("address", &info.address.as_deref())
}

/// An error of AMQP as an object.
struct Failure<'a>(&'a Error);

impl Serialize for Failure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Error { condition, description, .. } = self.0;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("condition", condition.as_str())?;
        map.serialize_entry("description", &description.as_deref())?;
        map.end()
    }
}
