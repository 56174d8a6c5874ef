//! JSON output: an object whose first key is the kind of the input, or `error`.
//!
//! Values are in the notation of `amqp_types::convert::serde`.

use std::io::{self, Write};

use amqp_types::Value;
use amqp_types::known::{self, Fields};
use amqp_types::transport::ProtocolHeader;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::failure::Failure;
use super::frame::Frame;
use super::stream::{Item, Placed};
use super::thing::Thing;
use crate::hex::Plain;

/// Writes the result of one input in one line.
pub(crate) fn write_line(decoded: &Result<Thing, Failure>, out: &mut impl Write) -> io::Result<()> {
    write(&Line(decoded), out)
}

/// Writes an object in one line.
pub(super) fn write(object: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, object).map_err(io::Error::from)?;
    writeln!(out)
}

struct Line<'a>(&'a Result<Thing, Failure>);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(Thing::Value(value)) => Named(value).serialize(to),
            Ok(Thing::Header(header)) => pair(to, "header", &Header(*header)),
            Ok(Thing::Frame(frame)) => pair(to, "frame", &OneFrame(frame)),
            Ok(Thing::Message(sections)) => pair(to, "message", sections),
            Ok(Thing::Stream(items)) => pair(to, "stream", &Stream(items)),
            Err(failure) => pair(to, "error", &Error::of(failure)),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Error<'a> {
    pub(super) kind: &'a str,
    pub(super) at: usize,
    pub(super) message: String,
}

impl Error<'_> {
    fn of(failure: &Failure) -> Self {
        Self { kind: failure.kind(), at: failure.at(), message: failure.to_string() }
    }
}

/// `{"value":V}`, with `"type"` and `"fields"` if the value is a known composite.
struct Named<'a>(&'a Value);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(None)?;
        object.serialize_entry("value", self.0)?;
        let named = known::named(self.0);
        if let Some((fields, known)) =
            named.and_then(|(known, value)| Some((known.fields_of(value)?, known)))
        {
            object.serialize_entry("type", known.name())?;
            object.serialize_entry("fields", &Present(fields))?;
        }
        object.end()
    }
}

/// An object of the fields that are present.
struct Present<'a>(Fields<'a>);

impl Serialize for Present<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.present())
    }
}

pub(super) struct Header(pub(super) ProtocolHeader);

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ProtocolHeader { id, major, minor, revision } = self.0;
        let mut object = to.serialize_map(Some(2))?;
        object.serialize_entry("id", &id.0)?;
        object.serialize_entry("version", &[major, minor, revision])?;
        object.end()
    }
}

pub(super) struct OneFrame<'a>(pub(super) &'a Frame);

impl Serialize for OneFrame<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Frame { header, body, payload } = self.0;
        let mut object = to.serialize_map(None)?;
        object.serialize_entry("type", if self.0.is_sasl() { "sasl" } else { "amqp" })?;
        object.serialize_entry("doff", &header.doff)?;
        // A SASL frame has no channel: octets 6 and 7 are ignored (section 5.3.1).
        if !self.0.is_sasl() {
            object.serialize_entry("channel", &header.channel)?;
        }
        object.serialize_entry("body", body)?;
        object.serialize_entry("payload", &format_args!("{}", Plain(payload)))?;
        object.end()
    }
}

struct Stream<'a>(&'a [Placed]);

impl Serialize for Stream<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|placed| &placed.item))
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Header(header) => pair(to, "header", &Header(*header)),
            Self::Frame(frame) => pair(to, "frame", &OneFrame(frame)),
        }
    }
}

/// An object with one key.
pub(super) fn pair<S: Serializer>(
    serializer: S,
    key: &'static str,
    value: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(1))?;
    object.serialize_entry(key, value)?;
    object.end()
}
