//! Values as text that a person can read.

use core::fmt::{self, Write as _};

use super::{ArrayValue, DescribedValue, Value, ValueRef};
use crate::known::{Fields, KnownType, choice};
use crate::primitive::Map;

/// Writes a line for each value, with the values in it indented below it. A type that the standard defines is written
/// with its name and the names of its fields. Control characters in texts are escaped.
///
/// ```
/// use amqp_types::messaging::{ApplicationProperties, Header};
/// use amqp_types::{Encode, Value};
///
/// assert_eq!(Value::from(7u32).to_string(), "uint 7");
/// let header = Value::from_encode(&Header { durable: true, ..Header::default() })?;
/// assert_eq!(header.to_string(), "header (described by ulong 0x70)\n  durable: boolean true");
/// let list = Value::from(vec!["a".into(), 1u8.into()]);
/// assert_eq!(list.to_string(), "list of 2 items\n  string \"a\"\n  ubyte 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(self, 0, f)
    }
}

/// Writes the value as its owned form, which is allocated.
impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_owned().fmt(f)
    }
}

/// The number of octets of a binary in one line.
const BINARY_LINE: usize = 16;

/// Writes a value. The first line has been indented by the caller; the parts below it are indented one
/// level more. The last line is not ended.
fn write_at(value: &Value, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = value.primitive().map_or("described", |primitive| primitive.name());
    match value {
        Value::Null => f.write_str(name),
        Value::Boolean(value) => write!(f, "{name} {value}"),
        Value::Ubyte(value) => write!(f, "{name} {value}"),
        Value::Ushort(value) => write!(f, "{name} {value}"),
        Value::Uint(value) => write!(f, "{name} {value}"),
        Value::Ulong(value) => write!(f, "{name} {value}"),
        Value::Byte(value) => write!(f, "{name} {value}"),
        Value::Short(value) => write!(f, "{name} {value}"),
        Value::Int(value) => write!(f, "{name} {value}"),
        Value::Long(value) => write!(f, "{name} {value}"),
        Value::Float(value) if value.is_nan() => {
            write!(f, "{name} NaN (bits {:08x})", value.to_bits())
        }
        Value::Float(value) => write!(f, "{name} {value:?}"),
        Value::Double(value) if value.is_nan() => {
            write!(f, "{name} NaN (bits {:016x})", value.to_bits())
        }
        Value::Double(value) => write!(f, "{name} {value:?}"),
        Value::Decimal32(value) => write!(f, "{name} {value}"),
        Value::Decimal64(value) => write!(f, "{name} {value}"),
        Value::Decimal128(value) => write!(f, "{name} {value}"),
        Value::Char(value) => write!(f, "{name} {value:?} (U+{:04X})", u32::from(*value)),
        Value::Timestamp(value) => write!(f, "{name} {} ({value})", value.as_millis()),
        Value::Uuid(value) => write!(f, "{name} {value}"),
        Value::Binary(octets) => write_binary(octets, depth, f),
        Value::String(text) => write!(f, "{name} {:?}", &**text),
        Value::Symbol(symbol) => write!(f, "{name} {:?}", symbol.as_str()),
        Value::List(items) => {
            write!(f, "{name} of {}", Counted(items.len(), "item"))?;
            write_items(items, depth, f)
        }
        Value::Map(map) => write_map(map, depth, f),
        Value::Array(array) => write_array(array, depth, f),
        Value::Described(described) => write_described(described, depth, f),
    }
}

fn write_items(items: &[Value], depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for item in items {
        begin_line(depth + 1, f)?;
        write_at(item, depth + 1, f)?;
    }
    Ok(())
}

/// Writes a short binary in the same line, and a long one below it in 80 columns, with its octets as
/// ASCII.
fn write_binary(octets: &[u8], depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "binary of {}", Counted(octets.len(), "octet"))?;
    if octets.is_empty() {
        return Ok(());
    }
    if octets.len() <= BINARY_LINE {
        f.write_str(":")?;
        return octets.iter().try_for_each(|octet| write!(f, " {octet:02x}"));
    }
    for line in octets.chunks(BINARY_LINE) {
        begin_line(depth + 1, f)?;
        line.iter().try_for_each(|octet| write!(f, "{octet:02x} "))?;
        write!(f, "{:1$} ", "", 3 * (BINARY_LINE - line.len()))?;
        for octet in line {
            f.write_char(if matches!(octet, b' '..=b'~') { char::from(*octet) } else { '.' })?;
        }
    }
    Ok(())
}

fn write_map(map: &Map<Value, Value>, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "map of {}", Counted(map.len(), "pair"))?;
    for (key, value) in map {
        begin_line(depth + 1, f)?;
        write_at(key, depth + 1, f)?;
        if takes_lines(key) {
            begin_line(depth + 1, f)?;
        } else {
            f.write_str(" ")?;
        }
        f.write_str("=> ")?;
        write_at(value, depth + 1, f)?;
    }
    Ok(())
}

fn write_array(array: &ArrayValue, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "array of {}", Counted(array.items().len(), array.of().name()))?;
    for descriptor in array.descriptors() {
        begin_line(depth + 1, f)?;
        f.write_str("each described by ")?;
        write_descriptor(descriptor, depth + 1, f)?;
        if let Some(known) = KnownType::of(descriptor) {
            write!(f, " ({})", known.name())?;
        }
    }
    write_items(array.items(), depth, f)
}

fn write_described(
    described: &DescribedValue,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let DescribedValue { descriptor, value } = described;
    let known = KnownType::of(descriptor);
    if let Some(known) = known {
        write!(f, "{} (", known.name())?;
    }
    f.write_str("described by ")?;
    // The parts of a compound descriptor are indented one level more than those of the value.
    write_descriptor(descriptor, depth + 1, f)?;
    if known.is_some() {
        f.write_str(")")?;
    }
    if let Some(fields) = known.and_then(|known| known.fields_of(value)) {
        return write_fields(fields, depth + 1, f);
    }
    begin_line(depth + 1, f)?;
    write_at(value, depth + 1, f)
}

/// Writes a line for each field that is present, with its parts below it.
fn write_fields(fields: Fields<'_>, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (name, value) in fields.present() {
        begin_line(depth, f)?;
        write!(f, "{name}: ")?;
        write_at(value, depth, f)?;
        if let Some(choice) = choice(name, value) {
            write!(f, " ({choice})")?;
        }
    }
    for value in fields.beyond() {
        begin_line(depth, f)?;
        f.write_str("no field of the standard: ")?;
        write_at(value, depth, f)?;
    }
    Ok(())
}

/// Writes a numeric descriptor in hexadecimal, as the standard does.
fn write_descriptor(descriptor: &Value, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match descriptor {
        Value::Ulong(code) => write!(f, "ulong {code:#x}"),
        other => write_at(other, depth, f),
    }
}

/// Returns whether a value takes more than one line.
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

fn begin_line(depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "\n{:1$}", "", 2 * depth)
}

/// A number and a noun: `1 item`, `2 items`. Types are named in the singular: `2 uint`.
struct Counted(usize, &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        let plural = *count != 1 && matches!(*noun, "item" | "octet" | "pair");
        write!(f, "{count} {noun}{}", if plural { "s" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::format::Primitive;
    use crate::primitive::Timestamp;

    #[test]
    fn parts_are_indented_below_what_they_are_part_of() {
        let key = Value::from(vec![Value::Binary((0x38..0x49).collect::<Vec<u8>>().into())]);
        let of_lists = ArrayValue::described(vec![0x24u64.into()], Primitive::List, Vec::new());
        let map = Map::from([
            (key, Timestamp(-1).into()),
            (Value::Char('\n'), Value::Float(f32::NAN)),
            ("a\u{1b}".into(), of_lists.unwrap().into()),
            (Value::Null, Value::described("x", Value::Binary(b"ab"[..].into()))),
        ]);
        let text = "\
map of 4 pairs
  list of 1 item
    binary of 17 octets
      38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44 45 46 47  89:;<=>?@ABCDEFG
      48                                               H
  => timestamp -1 (1969-12-31T23:59:59.999Z)
  char '\\n' (U+000A) => float NaN (bits 7fc00000)
  string \"a\\u{1b}\" => array of 0 list
    each described by ulong 0x24 (accepted)
  null => described by string \"x\"
    binary of 2 octets: 61 62";
        assert_eq!(Value::from(map).to_string(), text);
    }
}
