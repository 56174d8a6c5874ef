//! Text output: one line for each part, with its own parts indented below it.

use std::fmt;
use std::io::{self, Write};

use amqp_net::proto::DetectedProtocol;
use amqp_types::transport::ProtocolHeader;
use amqp_types::{Bytes, Value, known};

use super::frame::Frame;
use super::stream::{Item, Placed};
use super::thing::Thing;
use super::{header, message};

/// Writes a thing and ends the line.
pub(crate) fn write(thing: &Thing, out: &mut impl Write) -> io::Result<()> {
    write_thing(thing, "", out)
}

/// Writes the part of a thing before an error, and ends the line.
pub(crate) fn write_part(thing: &Thing, out: &mut impl Write) -> io::Result<()> {
    write_thing(thing, ", then an error", out)
}

fn write_thing(thing: &Thing, more: &str, out: &mut impl Write) -> io::Result<()> {
    match thing {
        Thing::Value(value) => write_at(value, 0, out)?,
        Thing::Header(header) => write_header(*header, out)?,
        Thing::Frame(frame) => write_frame(frame, 0, out)?,
        Thing::Message(sections) => write_sections("message", sections, more, 0, out)?,
        Thing::Stream(items) => write_stream(items, more, out)?,
    }
    writeln!(out)
}

/// Writes the items, each with the octet at which it begins.
fn write_stream(items: &[Placed], more: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "stream of {}{more}", Counted(items.len(), "item"))?;
    for Placed { at, item } in items {
        begin_line(1, out)?;
        write!(out, "octet {at}: ")?;
        match item {
            Item::Header(header) => write_header(*header, out)?,
            Item::Frame(frame) => write_frame(frame, 1, out)?,
        }
    }
    Ok(())
}

pub(super) fn write_header(header: ProtocolHeader, out: &mut impl Write) -> io::Result<()> {
    if header::is_amqp_1_0(header) {
        return write!(out, "header: {header}, an AMQP 1.0 header");
    }
    match DetectedProtocol::detect(&header.to_bytes()) {
        DetectedProtocol::Text | DetectedProtocol::Unknown => {
            write!(out, "header: {header}, not an AMQP 1.0 header")
        }
        older => write!(out, "header: {older}, not an AMQP 1.0 header: another protocol"),
    }
}

pub(super) fn write_frame(frame: &Frame, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let size = usize::try_from(frame.header.size).unwrap_or(usize::MAX);
    if frame.is_sasl() {
        write!(out, "SASL frame of {}", Counted(size, "octet"))?;
    } else {
        let channel = frame.header.channel;
        write!(out, "AMQP frame of {} on channel {channel}", Counted(size, "octet"))?;
    }
    if frame.extended() > 0 {
        let extended = Counted(frame.extended(), "octet");
        write!(out, ", {extended} of them an extended header")?;
    }
    let Some(body) = &frame.body else {
        return write!(out, ", empty (heartbeat)");
    };
    begin_line(depth + 1, out)?;
    write_at(body, depth + 1, out)?;
    write_payload(body, &frame.payload, depth + 1, out)
}

/// Writes the octets after a performative, as sections if they are a whole message.
fn write_payload(
    performative: &Value,
    payload: &Bytes,
    depth: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    if payload.is_empty() {
        return Ok(());
    }
    begin_line(depth, out)?;
    let mut sections = Vec::new();
    if carries_whole(performative) && message::decode(payload, &mut sections).is_ok() {
        let what = format!("payload of {}, a whole message", Counted(payload.len(), "octet"));
        return write_sections(&what, &sections, "", depth, out);
    }
    // A payload is shown as a binary is, under another name.
    let binary = Value::Binary(payload.clone()).to_string();
    write_lines(&binary.replacen("binary", "payload", 1), depth, out)
}

/// Whether a performative is a transfer after which no more frames of its message follow.
fn carries_whole(performative: &Value) -> bool {
    known::named(performative).is_some_and(|(known, value)| {
        known.name() == "transfer"
            && known.fields_of(value).is_some_and(|fields| {
                !fields.present().any(|field| field == ("more", &Value::Boolean(true)))
            })
    })
}

fn write_sections(
    what: &str,
    sections: &[Value],
    more: &str,
    depth: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "{what} of {}{more}", Counted(sections.len(), "section"))?;
    for section in sections {
        begin_line(depth + 1, out)?;
        write_at(section, depth + 1, out)?;
    }
    Ok(())
}

fn begin_line(depth: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "\n{:indent$}", "", indent = 2 * depth)
}

/// Writes a value whose first line has been indented. The last line is not ended.
fn write_at(value: &Value, depth: usize, out: &mut impl Write) -> io::Result<()> {
    write_lines(&value.to_string(), depth, out)
}

/// Writes lines of which the first has been indented. The last one is not ended.
fn write_lines(text: &str, depth: usize, out: &mut impl Write) -> io::Result<()> {
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            begin_line(depth, out)?;
        }
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// A number and a noun: `1 item`, `2 items`.
pub(super) struct Counted(pub(super) usize, pub(super) &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        write!(f, "{count} {noun}{}", if *count == 1 { "" } else { "s" })
    }
}
