//! Values as JSON.

use amqp_types::value::ArrayValue;
use amqp_types::{Map, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::pair;
use crate::hex::Plain;

/// A value as an object with one key.
///
/// What JSON's numbers would not carry exactly is text: 64-bit integers in decimal; floats and
/// decimals as their bits, in hexadecimal of the type's width.
pub(crate) struct Json<'a>(pub(crate) &'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let name = self.0.primitive().map_or("described", |primitive| primitive.name());
        match self.0 {
            Value::Null => pair(to, name, &()),
            Value::Boolean(value) => pair(to, name, value),
            Value::Ubyte(value) => pair(to, name, value),
            Value::Ushort(value) => pair(to, name, value),
            Value::Uint(value) => pair(to, name, value),
            Value::Ulong(value) => pair(to, name, &format_args!("{value}")),
            Value::Byte(value) => pair(to, name, value),
            Value::Short(value) => pair(to, name, value),
            Value::Int(value) => pair(to, name, value),
            Value::Long(value) => pair(to, name, &format_args!("{value}")),
            Value::Float(value) => pair(to, name, &format_args!("{:08x}", value.to_bits())),
            Value::Double(value) => pair(to, name, &format_args!("{:016x}", value.to_bits())),
            Value::Decimal32(value) => pair(to, name, &format_args!("{:08x}", value.to_bits())),
            Value::Decimal64(value) => pair(to, name, &format_args!("{:016x}", value.to_bits())),
            Value::Decimal128(value) => pair(to, name, &format_args!("{:032x}", value.to_bits())),
            Value::Char(value) => pair(to, name, &u32::from(*value)),
            Value::Timestamp(value) => pair(to, name, &format_args!("{}", value.as_millis())),
            Value::Uuid(value) => pair(to, name, &format_args!("{value}")),
            Value::Binary(octets) => pair(to, name, &format_args!("{}", Plain(octets))),
            Value::String(text) => pair(to, name, &**text),
            Value::Symbol(symbol) => pair(to, name, symbol.as_str()),
            Value::List(items) => pair(to, name, &Items(items)),
            Value::Map(map) => pair(to, name, &Pairs(map)),
            Value::Array(array) => pair(to, name, &Array(array)),
            Value::Described(described) => {
                pair(to, name, &[Json(&described.descriptor), Json(&described.value)])
            }
        }
    }
}

/// An array says its items' type, which an empty one has too, and their descriptors if there are
/// any, the outermost first.
struct Array<'a>(&'a ArrayValue);

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("of", self.0.of().name())?;
        if !self.0.descriptors().is_empty() {
            object.serialize_entry("descriptors", &Items(self.0.descriptors()))?;
        }
        object.serialize_entry("items", &Items(self.0.items()))?;
        object.end()
    }
}

struct Items<'a>(&'a [Value]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Json))
    }
}

/// A map's pairs, in its order. It is no JSON object, since its keys are values of any type.
struct Pairs<'a>(&'a Map<Value, Value>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(key, value)| [Json(key), Json(value)]))
    }
}
