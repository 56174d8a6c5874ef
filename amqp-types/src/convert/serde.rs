//! The feature `serde`: values and types to and from JSON and other formats that describe themselves.
//!
//! A [`Value`] is an object with one key, its AMQP type. This is the notation of `amqp decode --json`:
//!
//! | AMQP | JSON |
//! | --- | --- |
//! | null, boolean | `{"null":null}`, `{"boolean":true}` |
//! | ubyte, ushort, uint; byte, short, int | `{"uint":1}`, `{"int":-1}` |
//! | ulong, long, timestamp | `{"ulong":"5"}`, `{"timestamp":"1311704463521"}`: decimal, as JSON's numbers are not exact |
//! | float, double, decimals | `{"float":"3f800000"}`: their bits in hexadecimal, all digits |
//! | char | `{"char":65}` |
//! | uuid | `{"uuid":"00112233-4455-6677-8899-aabbccddeeff"}` |
//! | binary | `{"binary":"00ff"}` |
//! | string, symbol | `{"string":"..."}`, `{"symbol":"..."}` |
//! | list | `{"list":[V,...]}` |
//! | map | `{"map":[[K,V],...]}`, in order, keys of any type |
//! | array | `{"array":{"of":"uint","items":[V,...]}}`; with `"descriptors":[V,...]`, the outermost first, if the items are described |
//! | a described value | `{"described":[D,V]}` |
//!
//! Nothing is lost: every value is read back as it was. Reading is strict. What is not of this
//! notation is refused with a sentence: other keys, a number that is out of range or not in its
//! shortest form, too few or too many digits, items of an array that are not of its type, two equal
//! keys in a map, a symbol that is not ASCII, values nested deeper than [`Budget::DEPTH`]. Upper-case
//! digits are read too.
//!
//! A format may have a limit of its own. `serde_json` reads 128 levels of JSON, of which a list or a
//! described value takes two, and a map or array three.
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
//! The types of the standard, the filters in [`extension`](crate::extension) and the primitive types
//! that this crate has are what they are as a [`Value`]: a [`Symbol`](crate::Symbol) is
//! `{"symbol":"..."}`, an [`Open`](crate::transport::Open) is a described list. They are read under
//! the rules that hold for their octets.
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
//! [`EncodedMessage`](crate::messaging::EncodedMessage) are an object with the key `message`: the
//! values of their sections, in order. So is a [`Body`](crate::messaging::Body), with the key `body`.
//! The sections must be those of a message (section 3.2); what is in those of an encoded one, and in
//! a body, is not looked at when it is read. To be written it must decode, and which encoding a
//! value had is not kept.
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
//! A type of your own is not, unless you say so. As a field, this module can be named:
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
//! let json = r#"{"reading":{"described":[{"ulong":"20014547599361"},{"list":[{"uint":7}]}]},"note":""}"#;
//! let entry: Entry = serde_json::from_str(json)?;
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
use crate::codec::{DecodeOwned, Encode};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::value::Value;

/// Serializes what can be written as an AMQP value, in the notation of [`Value`].
///
/// # Errors
///
/// If the value is nested deeper than [`Budget::DEPTH`], or too long to be written as AMQP; what the
/// serializer finds wrong.
pub fn serialize<T: Encode + ?Sized, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let octets = value.to_bytes().map_err(S::Error::custom)?;
    let value: Value = decode(&octets).map_err(S::Error::custom)?;
    value.serialize(serializer)
}

/// Deserializes what can be read from an AMQP value, in the notation of [`Value`].
///
/// # Errors
///
/// If the value is not of this notation, or the type does not read it.
pub fn deserialize<'de, T: DecodeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let octets = Value::deserialize(deserializer)?.to_bytes().map_err(D::Error::custom)?;
    decode(&octets).map_err(D::Error::custom)
}

/// Decodes octets that were written here: all their items have been in memory before.
fn decode<T: DecodeOwned>(octets: &Bytes) -> Result<T, Reason> {
    let budget = Budget { depth: Budget::DEPTH, items: usize::MAX, octets: usize::MAX };
    T::from_reader(Reader::shared(octets).with_budget(budget)).map_err(Reason)
}

/// Why a type does not read a value: the field and the fault. The octet would mean nothing to
/// somebody who has none.
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
