//! The described types that are known, with the names of their fields and a function that checks octets
//! against their rules.

mod choices;
mod filters;

use amqp_types::messaging::{
    Accepted, AmqpSequence, AmqpValue, ApplicationProperties, Data, DeleteOnClose, DeleteOnNoLinks,
    DeleteOnNoLinksOrMessages, DeleteOnNoMessages, DeliveryAnnotations, Footer, Header,
    MessageAnnotations, Modified, Properties, Received, Rejected, Released, Source, Target,
};
use amqp_types::security::{SaslChallenge, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse};
use amqp_types::transaction::{Coordinator, Declare, Declared, Discharge, TransactionalState};
use amqp_types::transport::{
    Attach, Begin, Close, Detach, Disposition, End, Error, Flow, Open, Transfer,
};
use amqp_types::{
    Bytes, DecodeError, DecodeOwned, Decoder, Described, Descriptor, Value, WireDescriptor,
};

pub(crate) use self::choices::choice;

/// A type that has a descriptor.
pub(crate) struct Type {
    descriptor: Descriptor,
    /// The names of a composite's fields, in order. `None` for a restricted type.
    pub(crate) fields: Option<&'static [&'static str]>,
    /// Checks that the octets are one value of this type.
    pub(crate) check: fn(&Bytes) -> Result<(), DecodeError>,
}

/// All types of the standard that have a descriptor, ordered by code.
static TYPES: [Type; 40] = [
    composite::<Open>(&[
        "container-id",
        "hostname",
        "max-frame-size",
        "channel-max",
        "idle-time-out",
        "outgoing-locales",
        "incoming-locales",
        "offered-capabilities",
        "desired-capabilities",
        "properties",
    ]),
    composite::<Begin>(&[
        "remote-channel",
        "next-outgoing-id",
        "incoming-window",
        "outgoing-window",
        "handle-max",
        "offered-capabilities",
        "desired-capabilities",
        "properties",
    ]),
    composite::<Attach>(&[
        "name",
        "handle",
        "role",
        "snd-settle-mode",
        "rcv-settle-mode",
        "source",
        "target",
        "unsettled",
        "incomplete-unsettled",
        "initial-delivery-count",
        "max-message-size",
        "offered-capabilities",
        "desired-capabilities",
        "properties",
    ]),
    composite::<Flow>(&[
        "next-incoming-id",
        "incoming-window",
        "next-outgoing-id",
        "outgoing-window",
        "handle",
        "delivery-count",
        "link-credit",
        "available",
        "drain",
        "echo",
        "properties",
    ]),
    composite::<Transfer>(&[
        "handle",
        "delivery-id",
        "delivery-tag",
        "message-format",
        "settled",
        "more",
        "rcv-settle-mode",
        "state",
        "resume",
        "aborted",
        "batchable",
    ]),
    composite::<Disposition>(&["role", "first", "last", "settled", "state", "batchable"]),
    composite::<Detach>(&["handle", "closed", "error"]),
    composite::<End>(&["error"]),
    composite::<Close>(&["error"]),
    composite::<Error>(&["condition", "description", "info"]),
    composite::<Received>(&["section-number", "section-offset"]),
    composite::<Accepted>(&[]),
    composite::<Rejected>(&["error"]),
    composite::<Released>(&[]),
    composite::<Modified>(&["delivery-failed", "undeliverable-here", "message-annotations"]),
    composite::<Source>(&[
        "address",
        "durable",
        "expiry-policy",
        "timeout",
        "dynamic",
        "dynamic-node-properties",
        "distribution-mode",
        "filter",
        "default-outcome",
        "outcomes",
        "capabilities",
    ]),
    composite::<Target>(&[
        "address",
        "durable",
        "expiry-policy",
        "timeout",
        "dynamic",
        "dynamic-node-properties",
        "capabilities",
    ]),
    composite::<DeleteOnClose>(&[]),
    composite::<DeleteOnNoLinks>(&[]),
    composite::<DeleteOnNoMessages>(&[]),
    composite::<DeleteOnNoLinksOrMessages>(&[]),
    composite::<Coordinator>(&["capabilities"]),
    composite::<Declare>(&["global-id"]),
    composite::<Discharge>(&["txn-id", "fail"]),
    composite::<Declared>(&["txn-id"]),
    composite::<TransactionalState>(&["txn-id", "outcome"]),
    composite::<SaslMechanisms>(&["sasl-server-mechanisms"]),
    composite::<SaslInit>(&["mechanism", "initial-response", "hostname"]),
    composite::<SaslChallenge>(&["challenge"]),
    composite::<SaslResponse>(&["response"]),
    composite::<SaslOutcome>(&["code", "additional-data"]),
    composite::<Header>(&["durable", "priority", "ttl", "first-acquirer", "delivery-count"]),
    restricted::<DeliveryAnnotations>(),
    restricted::<MessageAnnotations>(),
    composite::<Properties>(&[
        "message-id",
        "user-id",
        "to",
        "subject",
        "reply-to",
        "correlation-id",
        "content-type",
        "content-encoding",
        "absolute-expiry-time",
        "creation-time",
        "group-id",
        "group-sequence",
        "reply-to-group-id",
    ]),
    restricted::<ApplicationProperties>(),
    restricted::<Data>(),
    restricted::<AmqpSequence>(),
    restricted::<AmqpValue<Value>>(),
    restricted::<Footer>(),
];

const fn composite<T: Described + DecodeOwned>(fields: &'static [&'static str]) -> Type {
    Type { descriptor: T::DESCRIPTOR, fields: Some(fields), check: check::<T> }
}

const fn restricted<T: Described + DecodeOwned>() -> Type {
    Type { descriptor: T::DESCRIPTOR, fields: None, check: check::<T> }
}

fn check<T: DecodeOwned>(octets: &Bytes) -> Result<(), DecodeError> {
    T::from_shared(octets).map(drop)
}

impl Type {
    /// Returns the type that a descriptor from the wire names.
    pub(crate) fn named_by(descriptor: WireDescriptor<'_>) -> Option<&'static Self> {
        TYPES.iter().chain(&filters::FILTERS).find(|known| known.descriptor.matches(descriptor))
    }

    /// Returns the type that a descriptor names.
    pub(crate) fn of(descriptor: &Value) -> Option<&'static Self> {
        Self::named_by(wire(descriptor))
    }

    /// Returns the type that the descriptor at the start of the octets names. The value after the
    /// descriptor is not read.
    pub(crate) fn at_front(octets: &Bytes) -> Option<&'static Self> {
        let Some((0, described)) = octets.split_first() else { return None };
        match Decoder::new(described).decode_prefix().ok()?.0 {
            Value::Ulong(code) => Self::named_by(WireDescriptor::Code(code)),
            Value::Symbol(name) => Self::named_by(WireDescriptor::Name(name.as_str().as_bytes())),
            _ => None,
        }
    }

    /// Returns the name of the type, for example `open` for `amqp:open:list`.
    pub(crate) fn name(&self) -> &'static str {
        let descriptor = self.descriptor.name().unwrap_or_default();
        descriptor.split(':').nth(1).unwrap_or(descriptor)
    }

    /// Returns the name of the type in the path of an error, for example `SaslInit` for `sasl-init`.
    pub(crate) fn path(&self) -> String {
        let capital = |word: &str| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            first.to_ascii_uppercase() + rest
        };
        self.name().split('-').map(capital).collect()
    }

    /// Returns the fields of a value of this type. `None` if the type is not a composite or the value is
    /// not a list.
    pub(crate) fn fields_of<'v>(&self, value: &'v Value) -> Option<Fields<'v>> {
        match (self.fields, value) {
            (Some(names), Value::List(items)) => Some(Fields { names, items }),
            _ => None,
        }
    }
}

/// The names of a composite's fields, and its items.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'v> {
    names: &'static [&'static str],
    items: &'v [Value],
}

impl<'v> Fields<'v> {
    /// Returns the fields that are present, which are those that are not null.
    pub(crate) fn present(self) -> impl Iterator<Item = (&'static str, &'v Value)> {
        self.names.iter().copied().zip(self.items).filter(|(_, item)| !matches!(item, Value::Null))
    }

    /// Returns the items after the last field of the type.
    pub(crate) fn beyond(self) -> &'v [Value] {
        self.items.get(self.names.len()..).unwrap_or_default()
    }
}

/// Returns the type that the descriptor of a value names, and the value without the descriptor.
pub(crate) fn named(value: &Value) -> Option<(&'static Type, &Value)> {
    match value {
        Value::Described(described) => Some((Type::of(&described.descriptor)?, &described.value)),
        _ => None,
    }
}

fn wire(descriptor: &Value) -> WireDescriptor<'_> {
    match descriptor {
        Value::Ulong(code) => WireDescriptor::Code(*code),
        Value::Symbol(name) => WireDescriptor::Name(name.as_str().as_bytes()),
        _ => WireDescriptor::Reserved,
    }
}

#[cfg(test)]
mod tests;
