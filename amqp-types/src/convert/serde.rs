//! The feature `serde`: values and types to and from JSON and other self-describing formats.
//!
//! A [`Value`] is an object whose only key is its AMQP type. The program `amqp decode --json`
//! prints this notation:
//!
//! | AMQP | JSON |
//! | --- | --- |
//! | null, boolean | `{"null":null}`, `{"boolean":true}` |
//! | ubyte, ushort, uint; byte, short, int | `{"uint":1}`, `{"int":-1}` |
//! | ulong, long, timestamp | `{"ulong":"5"}`, `{"timestamp":"1311704463521"}`: decimal strings, because numbers in JSON are not exact |
//! | float, double, decimals | `{"float":"3f800000"}`: the bits in hexadecimal, with leading zeros |
//! | char | `{"char":65}` |
//! | uuid | `{"uuid":"00112233-4455-6677-8899-aabbccddeeff"}` |
//! | binary | `{"binary":"00ff"}` |
//! | string, symbol | `{"string":"..."}`, `{"symbol":"..."}` |
//! | list | `{"list":[V,...]}` |
//! | map | `{"map":[[K,V],...]}`, in order, with keys of any type |
//! | array | `{"array":{"of":"uint","items":[V,...]}}`; with `"descriptors":[V,...]`, outermost first, if the items are described |
//! | a described value | `{"described":[D,V]}` |
//!
//! The notation is lossless: deserializing returns the value that was serialized. Deserializing is
//! strict. It fails for unknown keys, numbers that are out of range or not in their shortest form,
//! a wrong number of hexadecimal digits, array items of another type than the array, duplicate keys
//! in a map, symbols that are not ASCII, and values nested deeper than [`Budget::DEPTH`].
//! Upper-case hexadecimal digits are accepted.
//!
//! A format may have its own limit. `serde_json` accepts 128 levels of JSON; a list or a described
//! value takes two of them, a map or an array three.
//!
//! ```
//! use amqp_types::Value;
//!
//! let value = Value::described(0x77u64, vec![Value::from(1u32), Value::from("a")]);
//! let json = serde_json::to_string(&value)?;
//! assert_eq!(json, r#"{"described":[{"ulong":"119"},{"list":[{"uint":1},{"string":"a"}]}]}"#);
//! assert_eq!(serde_json::from_str::<Value>(&json)?, value);
//!
//! let error = serde_json::from_str::<Value>(r#"{"ubyte":256}"#).unwrap_err();
//! assert_eq!(error.to_string(), "invalid value: integer `256`, expected u8 at line 1 column 12");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Types
//!
//! The types of the standard, the filters in [`extension`](crate::extension) and the primitive
//! types of this crate have the notation of the corresponding [`Value`]: a
//! [`Symbol`](crate::Symbol) is `{"symbol":"..."}`, an [`Open`](crate::transport::Open) is a
//! described list. Deserializing checks the same rules as decoding.
//!
//! ```
//! use amqp_types::transport::Open;
//!
//! let open = Open::new("me");
//! let json = serde_json::to_string(&open)?;
//! assert_eq!(json, r#"{"described":[{"ulong":"16"},{"list":[{"string":"me"}]}]}"#);
//! assert_eq!(serde_json::from_str::<Open>(&json)?, open);
//!
//! let nameless = r#"{"described":[{"symbol":"amqp:open:list"},{"list":[]}]}"#;
//! let error = serde_json::from_str::<Open>(nameless).unwrap_err();
//! assert_eq!(error.to_string(), "Open.container-id: a mandatory field is null or absent");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! A [`Message`](struct@crate::messaging::Message) and an
//! [`EncodedMessage`](crate::messaging::EncodedMessage) are an object with the key `message`, which
//! holds the values of the sections in order. A [`Body`](crate::messaging::Body) is an object with
//! the key `body`. Deserializing checks that the sections form a message (section 3.2), but not the
//! content of a body or of the sections of an `EncodedMessage`. Serializing decodes all sections,
//! fails if one cannot be decoded, and does not preserve the encoding that a value had.
//!
//! ```
//! use amqp_types::messaging::{Body, Message};
//!
//! let message = Message { body: Body::value("hello"), ..Message::default() };
//! let json = serde_json::to_string(&message)?;
//! assert_eq!(json, r#"{"message":[{"described":[{"ulong":"119"},{"string":"hello"}]}]}"#);
//! assert_eq!(serde_json::from_str::<Message>(&json)?, message);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! A derived type of your own does not implement the traits of serde. Name this module with
//! `#[serde(with)]` to use the notation for a field of that type:
//!
//! ```
//! use amqp_types::Composite;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:reading:list", code = 0x0000_1234_0000_0001)]
//! struct Reading {
//!     value: u32,
//! }
//!
//! #[derive(Deserialize, Serialize)]
//! struct Entry {
//!     #[serde(with = "amqp_types::convert::serde")]
//!     reading: Reading,
//!     note: String,
//! }
//!
//! let reading = r#"{"described":[{"ulong":"20014547599361"},{"list":[{"uint":7}]}]}"#;
//! let json = format!(r#"{{"reading":{reading},"note":""}}"#);
//! let entry: Entry = serde_json::from_str(&json)?;
//! assert_eq!(entry.reading, Reading { value: 7 });
//! assert_eq!(serde_json::to_string(&entry)?, json);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod message;
mod read;
mod types;
mod write;

#[cfg(test)]
mod tests;

use core::fmt;

use bytes::Bytes;
use serde_core::de::{Deserialize, Deserializer, Error as _};
use serde_core::ser::{Error as _, Serialize, Serializer};

use crate::budget::Budget;
use crate::decode::DecodeOwned;
use crate::decoder::Decoder;
use crate::encode::Encode;
use crate::error::DecodeError;
use crate::value::Value;

/// Serializes a value of any type that can be encoded, in the notation of [`Value`].
///
/// # Errors
///
/// Returns an error if the value is nested deeper than [`Budget::DEPTH`], if it is too long to be
/// encoded, or if the serializer fails.
pub fn serialize<T: Encode + ?Sized, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let octets = value.to_bytes().map_err(S::Error::custom)?;
    let value: Value = decode(&octets).map_err(S::Error::custom)?;
    value.serialize(serializer)
}

/// Deserializes a value of any type that can be decoded, from the notation of [`Value`].
///
/// # Errors
///
/// Returns an error if the input is not in this notation, or if the value cannot be decoded as a
/// `T`.
pub fn deserialize<'de, T: DecodeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let octets = Value::deserialize(deserializer)?.to_bytes().map_err(D::Error::custom)?;
    decode(&octets).map_err(D::Error::custom)
}

/// Decodes octets that this module has encoded. They need no limits on items and memory, because
/// the value that they come from was in memory.
fn decode<T: DecodeOwned>(octets: &Bytes) -> Result<T, Reason> {
    let most = usize::MAX;
    let budget = Budget { depth: Budget::DEPTH, items: most, octets: most, comparisons: most };
    Decoder::shared(octets).with_budget(budget).decode().map_err(Reason)
}

/// Displays the fields and the kind of an error, but not the octet, because the user of a text
/// format has no octets.
struct Reason(DecodeError);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, field) in self.0.fields().enumerate() {
            if index == 0 {
                f.write_str(field.of)?;
            }
            write!(f, ".{}", field.name)?;
        }
        if self.0.fields().next().is_some() {
            f.write_str(": ")?;
        }
        self.0.kind().fmt(f)
    }
}
