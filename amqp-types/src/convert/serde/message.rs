//! The notation of messages and bodies, each of which is a sequence of values.

use alloc::vec::Vec;
use core::{fmt, mem};

use bytes::Bytes;
use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::{Error as _, Serialize, Serializer};

use super::Reason;
use super::read::{AnyValue, Items, Text};
use super::write::object;
use crate::budget::Budget;
use crate::decode::Decode;
use crate::decoder::Decoder;
use crate::encode::Encode;
use crate::error::DecodeError;
use crate::messaging::{Body, EncodedMessage, Message};
use crate::value::Value;

/// # Errors
///
/// Returns an error if the message cannot be encoded, or if its body cannot be decoded.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        MESSAGE.serialize(&self.to_bytes().map_err(S::Error::custom)?, to)
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        decoded(&MESSAGE.deserialize(from)?)
    }
}

/// # Errors
///
/// Returns an error if a section cannot be decoded.
impl Serialize for EncodedMessage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        MESSAGE.serialize(self.octets(), to)
    }
}

/// Returns the message with the most compact encoding of its sections.
impl<'de> Deserialize<'de> for EncodedMessage {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        MESSAGE.deserialize(from)
    }
}

/// # Errors
///
/// Returns an error if the body cannot be encoded, or cannot be decoded again.
impl Serialize for Body {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let message = Message { body: self.clone(), ..Message::default() };
        BODY.serialize(&message.to_bytes().map_err(S::Error::custom)?, to)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut message: Message = decoded(&BODY.deserialize(from)?)?;
        let body = mem::take(&mut message.body);
        if message != Message::default() {
            return Err(D::Error::custom("a body has a section that is not a body section"));
        }
        Ok(body)
    }
}

fn decoded<E: Error>(encoded: &EncodedMessage) -> Result<Message, E> {
    encoded.to_message().map_err(|error| E::custom(Reason(error)))
}

/// An object with one key, whose value is a sequence of sections.
#[derive(Clone, Copy)]
struct Sections {
    name: &'static str,
    key: Text<()>,
}

const MESSAGE: Sections = Sections {
    name: "message",
    key: Text { expected: "the key `message`", read: |key| (key == "message").then_some(()) },
};

const BODY: Sections = Sections {
    name: "body",
    key: Text { expected: "the key `body`", read: |key| (key == "body").then_some(()) },
};

impl Sections {
    fn serialize<S: Serializer>(self, octets: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        let sections = sections(octets).map_err(|error| S::Error::custom(Reason(error)))?;
        object(to, self.name, &sections)
    }

    fn deserialize<'de, D: Deserializer<'de>>(self, from: D) -> Result<EncodedMessage, D::Error> {
        let mut octets = Vec::new();
        for section in from.deserialize_map(self)? {
            section.encode_to(&mut octets).map_err(D::Error::custom)?;
        }
        EncodedMessage::new(octets.into()).map_err(|error| D::Error::custom(Reason(error)))
    }
}

/// Decodes a sequence of values. The octets may come from a peer and are not validated, so the
/// default budget applies.
fn sections(octets: &Bytes) -> Result<Vec<Value>, DecodeError> {
    Decoder::shared(octets).read(|reader| {
        let mut sections = Vec::new();
        while !reader.is_empty() {
            sections.push(Value::decode(reader)?);
        }
        Ok(sections)
    })
}

impl<'de> Visitor<'de> for Sections {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with one key, `{}`", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Vec<Value>, A::Error> {
        if object.next_key_seed(self.key)?.is_none() {
            return Err(Error::invalid_length(0, &self));
        }
        let sections = object.next_value_seed(Items(AnyValue { levels: Budget::DEPTH }))?;
        if object.next_key::<IgnoredAny>()?.is_some() {
            return Err(Error::invalid_length(2, &self));
        }
        Ok(sections)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use core::fmt::Debug;

    use serde_core::de::DeserializeOwned;

    use super::*;
    use crate::Map;
    use crate::messaging::{Annotations, Footer, Header, MessageAnnotations, Properties};

    fn survives<T>(value: &T, json: &str)
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let written = serde_json::to_string(value).unwrap();
        if !json.is_empty() {
            assert_eq!(written, json);
        }
        assert_eq!(&serde_json::from_str::<T>(&written).unwrap(), value);
    }

    fn refuses<T: DeserializeOwned + Debug>(json: &str, sentence: &str) {
        let error = serde_json::from_value::<T>(serde_json::from_str(json).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }

    #[test]
    fn messages_are_their_sections() {
        let annotations = Annotations(Map::from([(1u64.into(), Value::Null)]));
        let data = Body::Data(Bytes::from_static(b"\x01"));
        for body in [data.clone(), Body::value(&7u32), Body::sequence(&["a", "b"])] {
            let message = Message {
                header: Some(Header { durable: true, ..Header::default() }),
                message_annotations: Some(MessageAnnotations(annotations.clone())),
                properties: Some(Properties { to: Some("q".into()), ..Properties::default() }),
                body,
                footer: Some(Footer::default()),
                ..Message::default()
            };
            survives(&message, "");
            survives(&message.body, "");
            survives(&EncodedMessage::new(message.to_bytes().unwrap()).unwrap(), "");
        }
        survives(
            &Message { header: Some(Header::default()), body: data, ..Message::default() },
            concat!(
                r#"{"message":[{"described":[{"ulong":"112"},{"list":[]}]},"#,
                r#"{"described":[{"ulong":"117"},{"binary":"01"}]}]}"#,
            ),
        );
        let body = r#"{"body":[{"described":[{"ulong":"119"},{"uint":7}]}]}"#;
        survives(&Body::value(&7u32), body);
        // Several data sections are not joined.
        let parts = EncodedMessage::new(Bytes::from_static(b"\0\x53\x75\xa0\0\0\x53\x75\xa0\0"));
        survives(&parts.unwrap(), "");
        // A single section in a long encoding is written in the short one.
        let long = EncodedMessage::new(Bytes::from_static(b"\0\x53\x77\x70\0\0\0\x07")).unwrap();
        let json = serde_json::to_string(&long).unwrap();
        let read: EncodedMessage = serde_json::from_str(&json).unwrap();
        assert_eq!(&read.octets()[..], b"\0\x53\x77\x52\x07");
    }

    #[test]
    fn the_rules_of_messages_are_checked() {
        let section =
            |code: u8, value: &str| format!(r#"{{"described":[{{"ulong":"{code}"}},{value}]}}"#);
        let message = |sections: &[String]| format!(r#"{{"message":[{}]}}"#, sections.join(","));
        let [value, header] = [section(0x77, r#"{"uint":1}"#), section(0x70, r#"{"list":[]}"#)];
        refuses::<EncodedMessage>(
            &message(&[value, header]),
            "Message.header: the section is out of order",
        );
        refuses::<EncodedMessage>(
            &message(&[r#"{"uint":1}"#.to_string()]),
            "a message consists of sections, and this is not one",
        );
        let wrong = message(&[section(0x70, r#"{"list":[{"uint":1}]}"#)]);
        refuses::<Message>(&wrong, "Message.header.durable: expected boolean, found uint");
        assert!(serde_json::from_str::<EncodedMessage>(&wrong).is_ok());
        for other in ["{}", r#"{"body":[]}"#, r#"{"message":[],"body":[]}"#] {
            assert!(serde_json::from_str::<Message>(other).is_err(), "{other}");
        }
        refuses::<Body>(
            &format!(r#"{{"body":[{}]}}"#, section(0x70, r#"{"list":[]}"#)),
            "a body has a section that is not a body section",
        );
        // A body from a peer, which has not been decoded.
        for octets in
            [&b"\0\x53\x77\xa1\x01\xff"[..], b"\0\x53\x77\xf0\0\0\0\x05\xff\xff\xff\xff\x40"]
        {
            let encoded = EncodedMessage::new(Bytes::copy_from_slice(octets)).unwrap();
            assert!(serde_json::to_string(&encoded).is_err());
            assert!(serde_json::to_string(&encoded.to_message().unwrap()).is_err());
        }
    }
}
