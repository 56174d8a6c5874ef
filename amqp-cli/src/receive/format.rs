//! How messages are printed.

use std::io::{self, Write};

use amqp_types::messaging::{BodyKind, BodyRef, EncodedMessage, MessageRef};
use amqp_types::{Bytes, Encode, Value};

use crate::hex::Plain;

/// How messages are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line of text for each body.
    Text,
    /// A line of JSON for each message.
    Json,
    /// The octets of each body.
    Raw,
}

impl Format {
    /// Appends a message to the output. After an error the output is unchanged.
    pub(crate) fn append(self, octets: &Bytes, out: &mut Vec<u8>) -> Result<(), String> {
        let start = out.len();
        let written = match self {
            Self::Json => json(octets, out),
            Self::Text => body(octets).and_then(|body| text(&body, out)),
            Self::Raw => body(octets).and_then(|body| raw(&body, out)),
        };
        written.map_err(|error| {
            out.truncate(start);
            error.to_string()
        })
    }
}

/// Why a message cannot be printed.
type Error = Box<dyn std::error::Error>;

fn body(octets: &Bytes) -> Result<BodyRef<'_>, Error> {
    Ok(MessageRef::from_shared(octets)?.body())
}

fn json(octets: &Bytes, out: &mut Vec<u8>) -> Result<(), Error> {
    let message = EncodedMessage::new(octets.clone())?;
    serde_json::to_writer(&mut *out, &message)?;
    out.push(b'\n');
    Ok(())
}

/// Writes a body as text, and ends the line.
fn text(body: &BodyRef<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match body.kind() {
        BodyKind::Data => write_octets(&body.to_data()?, out)?,
        BodyKind::Value => match body.to_value::<&str>() {
            Ok(text) => write_text(text, out)?,
            Err(_) => write_value(&body.to_value()?, out)?,
        },
        BodyKind::Sequence => write_value(&Value::List(body.to_sequence()?), out)?,
    }
    out.push(b'\n');
    Ok(())
}

/// Writes text in one line. Control characters are escaped, because they would end the line or steer a terminal.
fn write_text(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    if !text.contains(|character: char| character.is_control() && character != '\t') {
        return out.write_all(text.as_bytes());
    }
    text.chars().try_for_each(|character| match character {
        '\t' => write!(out, "\t"),
        other if other.is_control() => write!(out, "{}", other.escape_default()),
        other => write!(out, "{other}"),
    })
}

/// Writes octets as text if they are, else in hexadecimal.
fn write_octets(octets: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    match str::from_utf8(octets) {
        Ok(text) => write_text(text, out),
        Err(_) => write!(out, "0x{}", Plain(octets)),
    }
}

/// Writes a simple value as text, and any other in JSON.
fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
    match value {
        Value::Null => {}
        Value::Boolean(value) => write!(out, "{value}")?,
        Value::Ubyte(value) => write!(out, "{value}")?,
        Value::Ushort(value) => write!(out, "{value}")?,
        Value::Uint(value) => write!(out, "{value}")?,
        Value::Ulong(value) => write!(out, "{value}")?,
        Value::Byte(value) => write!(out, "{value}")?,
        Value::Short(value) => write!(out, "{value}")?,
        Value::Int(value) => write!(out, "{value}")?,
        Value::Long(value) => write!(out, "{value}")?,
        Value::Float(value) => write!(out, "{value}")?,
        Value::Double(value) => write!(out, "{value}")?,
        Value::Decimal32(value) => write!(out, "{value}")?,
        Value::Decimal64(value) => write!(out, "{value}")?,
        Value::Decimal128(value) => write!(out, "{value}")?,
        Value::Char(value) => write_text(value.encode_utf8(&mut [0; 4]), out)?,
        Value::Timestamp(value) => write!(out, "{value}")?,
        Value::Uuid(value) => write!(out, "{value}")?,
        Value::Binary(octets) => write_octets(octets, out)?,
        Value::String(text) => write_text(text, out)?,
        Value::Symbol(symbol) => write_text(symbol.as_str(), out)?,
        Value::List(_) | Value::Map(_) | Value::Array(_) | Value::Described(_) => {
            serde_json::to_writer(out, value)?;
        }
    }
    Ok(())
}

/// Writes the octets of a body.
fn raw(body: &BodyRef<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match body.kind() {
        BodyKind::Data => out.extend_from_slice(&body.to_data()?),
        BodyKind::Value => match body.to_value::<Value>()? {
            Value::String(text) => out.extend_from_slice(text.as_bytes()),
            Value::Binary(octets) => out.extend_from_slice(&octets),
            Value::Null => {}
            other => other.encode_to(out)?,
        },
        BodyKind::Sequence => out.extend_from_slice(body.octets()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::{Body, Message};
    use amqp_types::{Map, Timestamp};

    use super::*;

    fn printed(format: Format, body: Body) -> String {
        let octets = Message { body, ..Message::default() }.to_bytes().unwrap();
        let mut out = b"before:".to_vec();
        format.append(&octets, &mut out).unwrap();
        String::from_utf8(out).unwrap().split_off(7)
    }

    #[test]
    fn bodies_as_text() {
        let map = Map::from([(Value::from("a"), Value::Uint(1))]);
        for (body, text) in [
            (Body::value("t\u{e9}a"), "t\u{e9}a\n"),
            (Body::value("a\tb\nc\x1b[m\\n"), "a\tb\\nc\\u{1b}[m\\n\n"),
            (Body::value(&7u8), "7\n"),
            (Body::value(&true), "true\n"),
            (Body::value(&1.5f64), "1.5\n"),
            (Body::value(&()), "\n"),
            (Body::value(&'x'), "x\n"),
            (Body::value(&Timestamp(0)), "1970-01-01T00:00:00.000Z\n"),
            (Body::value(&Value::Map(map)), "{\"map\":[[{\"string\":\"a\"},{\"uint\":1}]]}\n"),
            (Body::sequence(&[1u8]), "{\"list\":[{\"ubyte\":1}]}\n"),
            (Body::Data(Bytes::from_static(b"text")), "text\n"),
            (Body::Data(Bytes::from_static(b"\x00\xff")), "0x00ff\n"),
        ] {
            assert_eq!(printed(Format::Text, body), text);
        }
    }

    #[test]
    fn raw_bodies() {
        for (body, text) in [
            (Body::value("a\nb"), "a\nb"),
            (Body::Data(Bytes::from_static(b"a\nb")), "a\nb"),
            (Body::value(&Bytes::from_static(b"a\nb")), "a\nb"),
            (Body::value(&()), ""),
            (Body::value(&7u8), "\x50\x07"),
        ] {
            assert_eq!(printed(Format::Raw, body), text);
        }
    }

    #[test]
    fn what_cannot_be_printed_leaves_the_output_unchanged() {
        let mut out = b"before".to_vec();
        for format in [Format::Text, Format::Json, Format::Raw] {
            let octets = Bytes::from_static(b"\x00\x53\x77\xa1\x01\xff");
            let error = format.append(&octets, &mut out).unwrap_err();
            assert!(error.contains("UTF-8"), "{error}");
            assert_eq!(out, b"before");
        }
    }
}
