//! A message that the broker holds: encoded, with what the broker has to know of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use amqp_types::messaging::{
    AnnotationKey, Annotations, EncodeMessage, EncodedMessage, Header, MessageAnnotations,
    MessageWriter, Modified,
};
use amqp_types::transport::{AmqpError, Error, Fields, MessageFormat, Milliseconds};
use amqp_types::{DecodeError, EncodeError, Map};
use bytes::Bytes;
use bytestring::ByteString;

use super::limits::MESSAGE_OVERHEAD;

/// A message that the broker holds.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its place in the store: it is where the message returns to.
    pub(super) place: u64,
    encoded: EncodedMessage,
    format: MessageFormat,
    header: Header,
    pub(super) expires: Option<Instant>,
    /// Whether a consumer has had it.
    is_acquired: bool,
    /// The consumers to which it must not be delivered again.
    refused_by: Vec<u64>,
}

impl Message {
    /// Takes a message that has come now.
    ///
    /// # Errors
    ///
    /// Returns the error with which the message is to be rejected if it is none.
    pub(super) fn new(octets: Bytes, format: MessageFormat, now: Instant) -> Result<Self, Error> {
        let encoded = EncodedMessage::new(octets).map_err(|error| undecodable(&error))?;
        let header = encoded.header().map_err(|error| undecodable(&error))?.unwrap_or_default();
        let view = encoded.view();
        let properties = view.properties().map_err(|error| undecodable(&error))?;
        let ttl = header.ttl.map(|Milliseconds(ttl)| Duration::from_millis(ttl.into()));
        let absolute = properties.and_then(|it| it.absolute_expiry_time).map(|at| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let at = Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0));
            at.saturating_sub(since)
        });
        // A time that is too far away is none.
        let expires = ttl.into_iter().chain(absolute).min().and_then(|left| now.checked_add(left));
        let refused_by = Vec::new();
        Ok(Self { place: 0, encoded, format, header, expires, is_acquired: false, refused_by })
    }

    /// Returns the address in its property `to`.
    pub(super) fn to(&self) -> Option<ByteString> {
        // The properties have been decoded before.
        let properties = self.encoded.view().properties().ok().flatten()?;
        properties.to.map(ByteString::from)
    }

    /// Returns the number of its octets.
    pub(super) fn size(&self) -> u64 {
        self.encoded.octets().len() as u64
    }

    /// Returns the number of octets that it takes in memory.
    pub(super) fn cost(&self) -> u64 {
        self.size() + MESSAGE_OVERHEAD
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    pub(super) fn is_refused_by(&self, consumer: u64) -> bool {
        self.refused_by.contains(&consumer)
    }

    /// Returns whether some consumer must not have it.
    pub(super) const fn is_refused(&self) -> bool {
        !self.refused_by.is_empty()
    }

    /// Notes that a consumer has had it.
    pub(super) const fn acquire(&mut self) {
        self.is_acquired = true;
    }

    /// Notes that it must not be delivered to a consumer again. Those that are gone are forgotten.
    pub(super) fn refuse(&mut self, consumer: u64, is_there: impl Fn(u64) -> bool) {
        self.refused_by.retain(|consumer| is_there(*consumer));
        self.refused_by.push(consumer);
    }

    /// Changes it as a consumer wants, except for consumers to which it must not be delivered again. Annotations with
    /// which it would have more than `most` octets are left out.
    pub(super) fn modify(&mut self, changes: &Modified, most: u64) {
        if changes.delivery_failed == Some(true) {
            self.header.delivery_count = self.header.delivery_count.saturating_add(1);
        }
        if let Some(annotations) = &changes.message_annotations {
            self.annotate(annotations, most);
        }
    }

    /// Adds annotations, which replace those with the same keys, unless it would have more than `most` octets.
    pub(super) fn annotate(&mut self, added: &Fields, most: u64) {
        // Annotations that cannot be decoded stay as they are.
        let Ok(annotations) = self.encoded.message_annotations() else { return };
        let MessageAnnotations(Annotations(map)) = annotations.unwrap_or_default();
        // Not `insert`, which compares each key with all others: clients choose both numbers.
        let mut new: BTreeMap<_, _> = added.iter().collect();
        let mut entries = map.into_iter().collect::<Vec<_>>();
        for (key, value) in &mut entries {
            if let AnnotationKey::Symbol(key) = key
                && let Some(replacement) = new.remove(key)
            {
                *value = replacement.clone();
            }
        }
        let appended = added.iter().filter(|(key, _)| new.contains_key(key));
        entries.extend(appended.map(|(key, value)| (key.clone().into(), value.clone())));
        let Ok(map) = Map::try_from(entries) else { return };
        let annotations = MessageAnnotations(Annotations(map));
        let annotated = self.encoded.with_message_annotations(Some(&annotations));
        if let Some(annotated) = annotated.ok().filter(|it| it.octets().len() as u64 <= most) {
            self.encoded = annotated;
        }
    }

    /// Returns the message as it is delivered now.
    pub(super) fn outgoing(&self, now: Instant) -> Outgoing<'_> {
        let left = |expires: Instant| expires.saturating_duration_since(now).as_millis();
        let ttl = self.header.ttl.and(self.expires).map(left);
        let header = Header {
            ttl: ttl.map(|left| Milliseconds(u32::try_from(left).unwrap_or(u32::MAX))),
            first_acquirer: !self.is_acquired,
            ..self.header
        };
        Outgoing { message: self, header }
    }

    /// Returns a copy of the message as it would be delivered now.
    pub(super) fn to_encoded(&self, now: Instant) -> EncodedMessage {
        let header = self.outgoing(now).header;
        self.encoded.with_header(Some(&header)).unwrap_or_else(|_| self.encoded.clone())
    }
}

/// A message as it is delivered: with a header of the broker, and without annotations for the broker.
#[derive(Debug)]
pub(super) struct Outgoing<'m> {
    message: &'m Message,
    header: Header,
}

impl EncodeMessage for Outgoing<'_> {
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        writer.header(&self.header);
        writer.relayed(&self.message.encoded);
        Ok(())
    }

    fn format(&self) -> MessageFormat {
        self.message.format
    }
}

fn undecodable(error: &DecodeError) -> Error {
    Error::new(AmqpError::DecodeError, format!("the message cannot be decoded: {error}"))
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::{Body, Message as Parts};
    use amqp_types::{Symbol, Value};

    use super::*;

    #[test]
    fn many_annotations_are_merged() {
        let key = |number: u32| Symbol::new(format!("{number:x}")).unwrap();
        let own = (0..300_000).map(|number| (key(number).into(), Value::Null)).collect::<Vec<_>>();
        let own = MessageAnnotations(Annotations(Map::try_from(own).unwrap()));
        let parts =
            Parts { message_annotations: Some(own), body: Body::value("m"), ..Parts::default() };
        let octets = parts.to_bytes().unwrap();
        let mut message =
            Message::new(octets, MessageFormat::default(), crate::clock::now()).unwrap();
        let added = (299_990..300_800).map(|number| (key(number), Value::from(true)));
        message.annotate(&Fields(added.collect()), u64::MAX);
        let merged = message.encoded.message_annotations().unwrap().unwrap();
        assert_eq!(merged.len(), 300_800);
        let is_added = |number: u32| merged.get(&key(number).into()) == Some(&Value::from(true));
        assert!(!is_added(299_989) && is_added(299_990) && is_added(300_799));
    }
}
