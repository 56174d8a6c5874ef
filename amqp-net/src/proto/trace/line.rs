//! A line of a trace, and how it is written.

use std::fmt;

use amqp_types::Value;
use amqp_types::known::{KnownType, choice};
use amqp_types::transport::ProtocolHeader;
use amqp_types::value::ArrayValue;

use crate::proto::frame::{FrameBodyError, FrameError};

/// A line of a [`Trace`](super::Trace): a protocol header, a frame, or the reason why no more can be decoded.
///
/// It prints without a line break, in the words of the standard. Fields that are absent are omitted, and control
/// characters of the peer are escaped. A binary is in hexadecimal, or only its length if it is longer than 32 octets.
///
/// ```text
/// header AMQP 1.0.0
/// sasl-init {mechanism: "PLAIN", initial-response: 12 octets, hostname: "localhost"}
/// channel 0: begin {next-outgoing-id: 0, incoming-window: 2048, outgoing-window: 2048}
/// channel 0: transfer {handle: 0, delivery-id: 0, delivery-tag: 0x00000000}, payload of 25 octets
/// channel 0: disposition {role: receiver, first: 0, settled: true, state: accepted}
/// channel 0: empty frame (heartbeat)
/// ```
pub struct TraceLine(pub(super) Line);

pub(super) enum Line {
    Header(ProtocolHeader),
    /// The body of a frame of SASL, which has no channel (section 5.3.1).
    Sasl(Value),
    Amqp {
        channel: u16,
        body: Value,
        /// The number of octets after the body.
        payload: usize,
    },
    /// An AMQP frame without a body.
    Empty {
        channel: u16,
    },
    /// Nothing more can be decoded.
    Undecodable(Reason),
}

/// The reason why octets cannot be decoded.
pub(super) enum Reason {
    NotHeader,
    /// A frame that is not allowed here.
    Misplaced(&'static str),
    Header(FrameError),
    Body(FrameBodyError),
}

impl fmt::Display for TraceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Line::Header(header) => write!(f, "header {header}"),
            Line::Sasl(body) => write_value(body, Binary::Secret, f),
            Line::Empty { channel } => write!(f, "channel {channel}: empty frame (heartbeat)"),
            Line::Amqp { channel, body, payload } => {
                write!(f, "channel {channel}: ")?;
                write_value(body, Binary::Shown, f)?;
                if *payload > 0 {
                    write!(f, ", payload of {}", Octets(*payload))?;
                }
                Ok(())
            }
            Line::Undecodable(reason) => {
                match reason {
                    Reason::NotHeader => f.write_str("octets that are not a protocol header")?,
                    Reason::Misplaced(frame) => f.write_str(frame)?,
                    Reason::Header(error) => write!(f, "{error}")?,
                    Reason::Body(error) => write!(f, "{error}")?,
                }
                f.write_str("; the trace of this direction ends here")
            }
        }
    }
}

/// Writes what [`Display`](fmt::Display) writes, without secrets.
impl fmt::Debug for TraceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TraceLine").field(&format_args!("{self}")).finish()
    }
}

/// What is written of a binary.
#[derive(Clone, Copy)]
enum Binary {
    /// All octets if there are few.
    Shown,
    /// Only the length.
    Secret,
}

/// The maximum length of a binary that is shown, which is that of a delivery-tag and of a txn-id.
const SHOWN: usize = 32;

fn write_value(value: &Value, binary: Binary, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Boolean(value) => write!(f, "{value}"),
        Value::Ubyte(value) => write!(f, "{value}"),
        Value::Ushort(value) => write!(f, "{value}"),
        Value::Uint(value) => write!(f, "{value}"),
        Value::Ulong(value) => write!(f, "{value}"),
        Value::Byte(value) => write!(f, "{value}"),
        Value::Short(value) => write!(f, "{value}"),
        Value::Int(value) => write!(f, "{value}"),
        Value::Long(value) => write!(f, "{value}"),
        Value::Float(value) => write!(f, "{value:?}"),
        Value::Double(value) => write!(f, "{value:?}"),
        Value::Decimal32(value) => write!(f, "{value}"),
        Value::Decimal64(value) => write!(f, "{value}"),
        Value::Decimal128(value) => write!(f, "{value}"),
        Value::Char(value) => write!(f, "{value:?}"),
        Value::Timestamp(value) => write!(f, "{}", value.as_millis()),
        Value::Uuid(value) => write!(f, "{value}"),
        Value::Binary(octets) => write_binary(octets, binary, f),
        Value::String(text) => write!(f, "{:?}", &**text),
        Value::Symbol(symbol) => write!(f, "{:?}", symbol.as_str()),
        Value::List(items) => write_items(items, binary, f),
        Value::Map(map) => {
            let entry = |(key, value): (&Value, &Value), f: &mut fmt::Formatter<'_>| {
                write_value(key, binary, f)?;
                f.write_str(": ")?;
                write_value(value, binary, f)
            };
            write_all("{", map, "}", entry, f)
        }
        Value::Array(array) => write_array(array, binary, f),
        Value::Described(described) => {
            write_described(&described.descriptor, &described.value, binary, f)
        }
    }
}

fn write_binary(octets: &[u8], binary: Binary, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if octets.is_empty() || octets.len() > SHOWN || matches!(binary, Binary::Secret) {
        return write!(f, "{}", Octets(octets.len()));
    }
    f.write_str("0x")?;
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

fn write_items(items: &[Value], binary: Binary, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_all("[", items, "]", |item, f| write_value(item, binary, f), f)
}

fn write_array(array: &ArrayValue, binary: Binary, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_items(array.items(), binary, f)?;
    for descriptor in array.descriptors() {
        f.write_str(" each described by ")?;
        write_descriptor(descriptor, binary, f)?;
        if let Some(known) = KnownType::of(descriptor) {
            write!(f, " ({})", known.name())?;
        }
    }
    Ok(())
}

/// Writes a composite as its name and its fields, any other known type as its name and its value.
fn write_described(
    descriptor: &Value,
    value: &Value,
    binary: Binary,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let Some(known) = KnownType::of(descriptor) else {
        write_value(value, binary, f)?;
        f.write_str(" described by ")?;
        return write_descriptor(descriptor, binary, f);
    };
    f.write_str(known.name())?;
    let Some(fields) = known.fields_of(value) else {
        f.write_str(" ")?;
        return write_value(value, binary, f);
    };
    let beyond = fields.beyond().iter().map(|value| ("no field of the standard", value));
    let mut fields = fields.present().chain(beyond).peekable();
    if fields.peek().is_none() {
        return Ok(());
    }
    let field = |(name, value): (&str, &Value), f: &mut fmt::Formatter<'_>| {
        write!(f, "{name}: ")?;
        match choice(name, value) {
            Some(choice) => f.write_str(choice),
            None => write_value(value, binary, f),
        }
    };
    write_all(" {", fields, "}", field, f)
}

/// Writes a numeric descriptor in hexadecimal, as the standard does.
fn write_descriptor(descriptor: &Value, binary: Binary, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match descriptor {
        Value::Ulong(code) => write!(f, "{code:#x}"),
        other => write_value(other, binary, f),
    }
}

/// Writes items between brackets, with commas between them.
fn write_all<T>(
    open: &str,
    items: impl IntoIterator<Item = T>,
    close: &str,
    write: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(item, f)?;
    }
    f.write_str(close)
}

/// A number of octets: `1 octet`, `2 octets`.
struct Octets(usize);

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} octet{plural}", self.0)
    }
}
