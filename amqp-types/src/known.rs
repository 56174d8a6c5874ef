//! The described types that this crate knows, by their descriptors: for programs that show values of any type in the
//! words of the standard.
//!
//! ```
//! use amqp_types::known::{choice, named};
//! use amqp_types::transport::{Attach, Handle, Role};
//! use amqp_types::{Decode, Encode, Value};
//!
//! let octets = Attach::new("link", Handle(0), Role::Sender).to_bytes()?;
//! let value = Value::from_bytes(&octets)?;
//! let (known, value) = named(&value).unwrap();
//! assert_eq!(known.name(), "attach");
//! let fields = known.fields_of(value).unwrap();
//! let names: Vec<&str> = fields.present().map(|(name, _)| name).collect();
//! assert_eq!(names, ["name", "handle", "role"]);
//! assert_eq!(choice("role", &Value::Boolean(false)), Some("sender"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod choices;
mod filters;

use core::fmt;

use bytes::Bytes;

use crate::decode::DecodeOwned;
use crate::descriptor::{Described, Descriptor, WireDescriptor};
use crate::error::DecodeError;
use crate::messaging::{
    Accepted, AmqpSequence, AmqpValue, ApplicationProperties, Data, DeleteOnClose, DeleteOnNoLinks,
    DeleteOnNoLinksOrMessages, DeleteOnNoMessages, DeliveryAnnotations, Footer, Header,
    MessageAnnotations, Modified, Properties, Received, Rejected, Released, Source, Target,
};
use crate::security::{SaslChallenge, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse};
use crate::transaction::{Coordinator, Declare, Declared, Discharge, TransactionalState};
use crate::transport::{
    Attach, Begin, Close, Detach, Disposition, End, Error, Flow, Open, Transfer,
};
use crate::value::Value;

pub use self::choices::choice;

/// A described type of the standard, or a filter that brokers define, with its name and those of its fields.
#[derive(Clone, Copy)]
pub struct KnownType {
    descriptor: Descriptor,
    fields: Option<&'static [&'static str]>,
    check: fn(&Bytes) -> Result<(), DecodeError>,
}

/// All types of the standard that have a descriptor, ordered by code.
static TYPES: [KnownType; 40] = [
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

const fn composite<T: Described + DecodeOwned>(fields: &'static [&'static str]) -> KnownType {
    KnownType { descriptor: T::DESCRIPTOR, fields: Some(fields), check: check::<T> }
}

const fn restricted<T: Described + DecodeOwned>() -> KnownType {
    KnownType { descriptor: T::DESCRIPTOR, fields: None, check: check::<T> }
}

fn check<T: DecodeOwned>(octets: &Bytes) -> Result<(), DecodeError> {
    T::from_shared(octets).map(drop)
}

impl KnownType {
    /// Returns the type that a descriptor from the wire names.
    pub fn named_by(descriptor: WireDescriptor<'_>) -> Option<&'static Self> {
        TYPES.iter().chain(&filters::FILTERS).find(|known| known.descriptor.matches(descriptor))
    }

    /// Returns the type that a descriptor names.
    pub fn of(descriptor: &Value) -> Option<&'static Self> {
        Self::named_by(match descriptor {
            Value::Ulong(code) => WireDescriptor::Code(*code),
            Value::Symbol(name) => WireDescriptor::Name(name.as_str().as_bytes()),
            _ => WireDescriptor::Reserved,
        })
    }

    /// Returns the name of the type, for example `open` for `amqp:open:list`.
    pub fn name(&self) -> &'static str {
        let descriptor = self.descriptor.name().unwrap_or_default();
        descriptor.split(':').nth(1).unwrap_or(descriptor)
    }

    /// Returns the descriptor of the type.
    pub const fn descriptor(&self) -> Descriptor {
        self.descriptor
    }

    /// Returns the names of a composite's fields, in order. `None` if the type is not a composite.
    pub const fn fields(&self) -> Option<&'static [&'static str]> {
        self.fields
    }

    /// Returns the fields of a value of this type. `None` if the type is not a composite or the value is
    /// not a list.
    pub fn fields_of<'v>(&self, value: &'v Value) -> Option<Fields<'v>> {
        match (self.fields, value) {
            (Some(names), Value::List(items)) => Some(Fields { names, items }),
            _ => None,
        }
    }

    /// Checks that the octets are exactly one value of this type.
    ///
    /// # Errors
    ///
    /// Returns the [`DecodeError`] of the type if they are not.
    pub fn check(&self, octets: &Bytes) -> Result<(), DecodeError> {
        (self.check)(octets)
    }
}

/// Writes the name and the descriptor.
impl fmt::Debug for KnownType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownType({}, {:?})", self.name(), self.descriptor)
    }
}

/// The names of a composite's fields, and the items of its list.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'v> {
    names: &'static [&'static str],
    items: &'v [Value],
}

impl<'v> Fields<'v> {
    /// Returns the fields that are present, which are those that are not null.
    pub fn present(self) -> impl Iterator<Item = (&'static str, &'v Value)> {
        self.names.iter().copied().zip(self.items).filter(|(_, item)| !matches!(item, Value::Null))
    }

    /// Returns the items after the last field of the type.
    pub fn beyond(self) -> &'v [Value] {
        self.items.get(self.names.len()..).unwrap_or_default()
    }
}

/// Returns the type that the descriptor of a value names, and the value without the descriptor.
pub fn named(value: &Value) -> Option<(&'static KnownType, &Value)> {
    match value {
        Value::Described(described) => {
            Some((KnownType::of(&described.descriptor)?, &described.value))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
