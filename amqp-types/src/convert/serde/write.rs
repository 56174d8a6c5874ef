//! Serializes values in the notation.

use core::fmt;

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use crate::primitive::Map;
use crate::value::{ArrayValue, Value};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let name = self.primitive().map_or("described", |primitive| primitive.name());
        match self {
            Self::Null => object(to, name, &()),
            Self::Boolean(value) => object(to, name, value),
            Self::Ubyte(value) => object(to, name, value),
            Self::Ushort(value) => object(to, name, value),
            Self::Uint(value) => object(to, name, value),
            Self::Ulong(value) => object(to, name, &format_args!("{value}")),
            Self::Byte(value) => object(to, name, value),
            Self::Short(value) => object(to, name, value),
            Self::Int(value) => object(to, name, value),
            Self::Long(value) => object(to, name, &format_args!("{value}")),
            Self::Float(value) => object(to, name, &Hex(&value.to_be_bytes())),
            Self::Double(value) => object(to, name, &Hex(&value.to_be_bytes())),
            Self::Decimal32(value) => object(to, name, &Hex(&value.to_be_bytes())),
            Self::Decimal64(value) => object(to, name, &Hex(&value.to_be_bytes())),
            Self::Decimal128(value) => object(to, name, &Hex(&value.to_be_bytes())),
            Self::Char(value) => object(to, name, &u32::from(*value)),
            Self::Timestamp(value) => object(to, name, &format_args!("{}", value.as_millis())),
            Self::Uuid(value) => object(to, name, &format_args!("{value}")),
            Self::Binary(octets) => object(to, name, &Hex(octets)),
            Self::String(text) => object(to, name, &**text),
            Self::Symbol(symbol) => object(to, name, symbol.as_str()),
            Self::List(items) => object(to, name, &Items(items)),
            Self::Map(map) => object(to, name, &Entries(map)),
            Self::Array(array) => object(to, name, &Array(array)),
            Self::Described(described) => {
                object(to, name, &[&described.descriptor, &described.value])
            }
        }
    }
}

/// Serializes an object with one key.
pub(super) fn object<S: Serializer>(
    to: S,
    key: &'static str,
    content: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut object = to.serialize_map(Some(1))?;
    object.serialize_entry(key, content)?;
    object.end()
}

/// Serializes octets as a string with two hexadecimal digits each.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

struct Items<'a>(&'a [Value]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0)
    }
}

/// Serializes a map as a sequence of pairs, because the keys of an object must be strings and may
/// not keep their order.
struct Entries<'a>(&'a Map<Value, Value>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|(key, value)| [key, value]))
    }
}

/// Serializes an array. The type and the descriptors appear once, even if there are no items.
struct Array<'a>(&'a ArrayValue);

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let descriptors = self.0.descriptors();
        let mut object = to.serialize_map(Some(if descriptors.is_empty() { 2 } else { 3 }))?;
        object.serialize_entry("of", self.0.of().name())?;
        if !descriptors.is_empty() {
            object.serialize_entry("descriptors", &Items(descriptors))?;
        }
        object.serialize_entry("items", &Items(self.0.items()))?;
        object.end()
    }
}
