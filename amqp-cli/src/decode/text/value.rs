//! Text output of values: one line for each, with its parts indented below it.

use std::io::{self, Write};

use amqp_types::known::{Fields, KnownType, choice};
use amqp_types::value::{ArrayValue, DescribedValue};
use amqp_types::{Map, Value};

use super::begin_line;
use crate::date::Date;
use crate::hex::Spaced;

/// The number of octets of a binary in one line.
const BINARY_LINE: usize = 16;

/// Writes a value. The first line has been indented by the caller; the parts below it are indented one
/// level more. The last line is not ended.
pub(super) fn write_at(value: &Value, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let name = value.primitive().map_or("described", |primitive| primitive.name());
    match value {
        Value::Null => out.write_all(name.as_bytes()),
        Value::Boolean(value) => write!(out, "{name} {value}"),
        Value::Ubyte(value) => write!(out, "{name} {value}"),
        Value::Ushort(value) => write!(out, "{name} {value}"),
        Value::Uint(value) => write!(out, "{name} {value}"),
        Value::Ulong(value) => write!(out, "{name} {value}"),
        Value::Byte(value) => write!(out, "{name} {value}"),
        Value::Short(value) => write!(out, "{name} {value}"),
        Value::Int(value) => write!(out, "{name} {value}"),
        Value::Long(value) => write!(out, "{name} {value}"),
        Value::Float(value) if value.is_nan() => {
            write!(out, "{name} NaN (bits {:08x})", value.to_bits())
        }
        Value::Float(value) => write!(out, "{name} {value:?}"),
        Value::Double(value) if value.is_nan() => {
            write!(out, "{name} NaN (bits {:016x})", value.to_bits())
        }
        Value::Double(value) => write!(out, "{name} {value:?}"),
        Value::Decimal32(value) => write!(out, "{name} {value}"),
        Value::Decimal64(value) => write!(out, "{name} {value}"),
        Value::Decimal128(value) => write!(out, "{name} {value}"),
        Value::Char(value) => write!(out, "{name} {value:?} (U+{:04X})", u32::from(*value)),
        Value::Timestamp(value) => {
            write!(out, "{name} {}", value.as_millis())?;
            Date::from_millis(value.as_millis()).map_or(Ok(()), |date| write!(out, " ({date})"))
        }
        Value::Uuid(value) => write!(out, "{name} {value}"),
        Value::Binary(octets) => write_binary(name, octets, depth, out),
        Value::String(text) => write!(out, "{name} {:?}", &**text),
        Value::Symbol(symbol) => write!(out, "{name} {:?}", symbol.as_str()),
        Value::List(items) => {
            write!(out, "{name} of {}", Counted(items.len(), "item"))?;
            write_items(items, depth, out)
        }
        Value::Map(map) => write_map(map, depth, out),
        Value::Array(array) => write_array(array, depth, out),
        Value::Described(described) => write_described(described, depth, out),
    }
}

fn write_items(items: &[Value], depth: usize, out: &mut impl Write) -> io::Result<()> {
    for item in items {
        begin_line(depth + 1, out)?;
        write_at(item, depth + 1, out)?;
    }
    Ok(())
}

/// Writes a short binary in the same line, and a long one below it in 80 columns, with its octets as
/// ASCII.
pub(super) fn write_binary(
    name: &str,
    octets: &[u8],
    depth: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "{name} of {}", Counted(octets.len(), "octet"))?;
    if octets.is_empty() {
        return Ok(());
    }
    if octets.len() <= BINARY_LINE {
        return write!(out, ": {}", Spaced(octets));
    }
    for line in octets.chunks(BINARY_LINE) {
        begin_line(depth + 1, out)?;
        let characters: String = line
            .iter()
            .map(|octet| if matches!(octet, b' '..=b'~') { char::from(*octet) } else { '.' })
            .collect();
        write!(out, "{:47}  {characters}", Spaced(line).to_string())?;
    }
    Ok(())
}

fn write_map(map: &Map<Value, Value>, depth: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "map of {}", Counted(map.len(), "pair"))?;
    for (key, value) in map {
        begin_line(depth + 1, out)?;
        write_at(key, depth + 1, out)?;
        if takes_lines(key) {
            begin_line(depth + 1, out)?;
        } else {
            write!(out, " ")?;
        }
        write!(out, "=> ")?;
        write_at(value, depth + 1, out)?;
    }
    Ok(())
}

fn write_array(array: &ArrayValue, depth: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "array of {}", Counted(array.items().len(), array.of().name()))?;
    for descriptor in array.descriptors() {
        begin_line(depth + 1, out)?;
        write!(out, "each described by ")?;
        write_descriptor(descriptor, depth + 1, out)?;
        if let Some(known) = KnownType::of(descriptor) {
            write!(out, " ({})", known.name())?;
        }
    }
    write_items(array.items(), depth, out)
}

fn write_described(
    described: &DescribedValue,
    depth: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let DescribedValue { descriptor, value } = described;
    let known = KnownType::of(descriptor);
    if let Some(known) = known {
        write!(out, "{} (", known.name())?;
    }
    write!(out, "described by ")?;
    // The parts of a compound descriptor are indented one level more than those of the value.
    write_descriptor(descriptor, depth + 1, out)?;
    if known.is_some() {
        write!(out, ")")?;
    }
    if let Some(fields) = known.and_then(|known| known.fields_of(value)) {
        return write_fields(fields, depth + 1, out);
    }
    begin_line(depth + 1, out)?;
    write_at(value, depth + 1, out)
}

/// Writes a line for each field that is present, with its parts below it.
fn write_fields(fields: Fields<'_>, depth: usize, out: &mut impl Write) -> io::Result<()> {
    for (name, value) in fields.present() {
        begin_line(depth, out)?;
        write!(out, "{name}: ")?;
        write_at(value, depth, out)?;
        if let Some(choice) = choice(name, value) {
            write!(out, " ({choice})")?;
        }
    }
    for value in fields.beyond() {
        begin_line(depth, out)?;
        write!(out, "no field of the standard: ")?;
        write_at(value, depth, out)?;
    }
    Ok(())
}

/// Writes a numeric descriptor in hexadecimal, as the standard does.
fn write_descriptor(descriptor: &Value, depth: usize, out: &mut impl Write) -> io::Result<()> {
    match descriptor {
        Value::Ulong(code) => write!(out, "ulong {code:#x}"),
        other => write_at(other, depth, out),
    }
}

/// Whether a value takes more than one line.
fn takes_lines(value: &Value) -> bool {
    match value {
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.is_empty(),
        Value::Array(array) => !array.items().is_empty() || !array.descriptors().is_empty(),
        Value::Binary(octets) => octets.len() > BINARY_LINE,
        Value::Described(_) => true,
        _ => false,
    }
}

/// `1 item`, `2 items`; types are named in the singular: `2 uint`.
pub(super) struct Counted(pub(super) usize, pub(super) &'static str);

impl std::fmt::Display for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(count, noun) = self;
        let plural = *count != 1 && matches!(*noun, "item" | "octet" | "pair" | "section");
        write!(f, "{count} {noun}{}", if plural { "s" } else { "" })
    }
}
