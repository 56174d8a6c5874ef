//! The Rust type of each type of the standard, and its encoding.
#![allow(dead_code, reason = "each test uses what it needs of this")]

use std::fmt::Debug;

use amqp_types::messaging::{
    Accepted, AddressString, AmqpSequence, AmqpValue, Annotations, ApplicationProperties, Data,
    DeleteOnClose, DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages,
    DeliveryAnnotations, DeliveryState, DistributionMode, FilterSet, Footer, Header,
    LifetimePolicy, MessageAnnotations, MessageId, MessageIdBinary, MessageIdString,
    MessageIdUlong, MessageIdUuid, Modified, NodeProperties, Outcome, Properties, Received,
    Rejected, Released, Section, Source, SourceArchetype, StdDistMode, Target, TargetArchetype,
    TerminusDurability, TerminusExpiryPolicy,
};
use amqp_types::security::{
    SaslChallenge, SaslCode, SaslFrame, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
use amqp_types::transaction::{
    Coordinator, Declare, Declared, Discharge, TransactionError, TransactionId, TransactionalState,
    TxnCapability,
};
use amqp_types::transport::{
    AmqpError, Attach, Begin, Close, ConnectionError, DeliveryNumber, DeliveryTag, Detach,
    Disposition, End, Error, ErrorCondition, Fields, Flow, Handle, IetfLanguageTag, LinkError,
    MessageFormat, Milliseconds, Open, Performative, ReceiverSettleMode, Role, Seconds,
    SenderSettleMode, SequenceNo, SessionError, Transfer, TransferNumber,
};
use amqp_types::{Bytes, Decode, DecodeError, DecodeErrorKind, DecodeOwned, Encode, Owned};

/// A type of the standard in Rust.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) recode: Recode,
    /// Decodes a value and drops it.
    pub(crate) decode: fn(&[u8]) -> Result<(), DecodeError>,
    /// Decodes a value and its borrowed form, which must agree.
    pub(crate) agree: fn(&[u8]),
}

/// Decodes a value of one type and encodes it again.
pub(crate) type Recode = fn(&[u8]) -> Result<Bytes, DecodeError>;

macro_rules! types {
    ($($name:literal $type:ty,)*) => {
        &[$(Type { name: $name, recode: recode::<$type>, decode: decode::<$type>, agree: agree::<$type> },)*]
    };
}

/// The composite types.
pub(crate) const COMPOSITES: &[Type] = types! {
    "open" Open,
    "begin" Begin,
    "attach" Attach,
    "flow" Flow,
    "transfer" Transfer,
    "disposition" Disposition,
    "detach" Detach,
    "end" End,
    "close" Close,
    "error" Error,
    "header" Header,
    "properties" Properties,
    "received" Received,
    "accepted" Accepted,
    "rejected" Rejected,
    "released" Released,
    "modified" Modified,
    "source" Source,
    "target" Target,
    "delete-on-close" DeleteOnClose,
    "delete-on-no-links" DeleteOnNoLinks,
    "delete-on-no-messages" DeleteOnNoMessages,
    "delete-on-no-links-or-messages" DeleteOnNoLinksOrMessages,
    "coordinator" Coordinator,
    "declare" Declare,
    "discharge" Discharge,
    "declared" Declared,
    "transactional-state" TransactionalState,
    "sasl-mechanisms" SaslMechanisms,
    "sasl-init" SaslInit,
    "sasl-challenge" SaslChallenge,
    "sasl-response" SaslResponse,
    "sasl-outcome" SaslOutcome,
};

/// The restricted types.
pub(crate) const RESTRICTED: &[Type] = types! {
    "role" Role,
    "sender-settle-mode" SenderSettleMode,
    "receiver-settle-mode" ReceiverSettleMode,
    "handle" Handle,
    "seconds" Seconds,
    "milliseconds" Milliseconds,
    "delivery-tag" DeliveryTag,
    "delivery-number" DeliveryNumber,
    "transfer-number" TransferNumber,
    "sequence-no" SequenceNo,
    "message-format" MessageFormat,
    "ietf-language-tag" IetfLanguageTag,
    "fields" Fields,
    "amqp-error" AmqpError,
    "connection-error" ConnectionError,
    "session-error" SessionError,
    "link-error" LinkError,
    "delivery-annotations" DeliveryAnnotations,
    "message-annotations" MessageAnnotations,
    "application-properties" ApplicationProperties,
    "data" Data,
    "amqp-sequence" AmqpSequence,
    "amqp-value" AmqpValue,
    "footer" Footer,
    "annotations" Annotations,
    "message-id-ulong" MessageIdUlong,
    "message-id-uuid" MessageIdUuid,
    "message-id-binary" MessageIdBinary,
    "message-id-string" MessageIdString,
    "address-string" AddressString,
    "terminus-durability" TerminusDurability,
    "terminus-expiry-policy" TerminusExpiryPolicy,
    "std-dist-mode" StdDistMode,
    "filter-set" FilterSet,
    "node-properties" NodeProperties,
    "transaction-id" TransactionId,
    "txn-capability" TxnCapability,
    "transaction-error" TransactionError,
    "sasl-code" SaslCode,
};

/// The archetypes, which accept any type that provides them.
pub(crate) const ARCHETYPES: &[Type] = types! {
    "frame" Performative,
    "sasl-frame" SaslFrame,
    "section" Section,
    "delivery-state" DeliveryState,
    "outcome" Outcome,
    "source" SourceArchetype,
    "target" TargetArchetype,
    "lifetime-policy" LifetimePolicy,
    "message-id" MessageId,
    "address" AddressString,
    "txn-id" TransactionId,
    "error-condition" ErrorCondition,
    "distribution-mode" DistributionMode,
    "txn-capability" TxnCapability,
};

/// Returns a type by its name in the standard.
pub(crate) fn named(types: &'static [Type], name: &str) -> &'static Type {
    let found = types.iter().find(|own| own.name == name);
    found.unwrap_or_else(|| panic!("there is no Rust type for {name}"))
}

/// Decodes a value and drops it.
pub(crate) fn decode<T: DecodeOwned>(octets: &[u8]) -> Result<(), DecodeError> {
    T::from_bytes(octets).map(drop)
}

/// Checks that the type and its borrowed form decode the same value, or fail with the same error.
pub(crate) fn agree<T>(octets: &[u8])
where
    T: Owned + DecodeOwned + Encode + PartialEq + Debug,
    for<'a> T::Ref<'a>: Encode + PartialEq + Debug,
{
    let owned = T::from_bytes(octets);
    let again = owned.as_ref().map(encode).unwrap_or_default();
    match (owned, T::Ref::from_bytes(octets)) {
        (Ok(owned), Ok(borrowed)) => {
            assert_eq!(borrowed.to_bytes().as_ref(), Ok(&again), "{borrowed:?}");
            assert_eq!(T::Ref::from_bytes(&again).as_ref(), Ok(&borrowed), "one value");
            assert_eq!(T::from_ref(borrowed), owned);
        }
        (Err(owned), Err(borrowed)) => assert_eq!(borrowed, owned, "{octets:02x?}"),
        // Borrowed content takes no memory.
        (Err(owned), Ok(_)) if owned.kind() == DecodeErrorKind::TooManyOctets => {}
        (owned, borrowed) => panic!("{owned:?}, but {borrowed:?}: {octets:02x?}"),
    }
}

/// Decodes borrowed and shared octets, and encodes the value.
pub(crate) fn recode<T: DecodeOwned + Encode>(octets: &[u8]) -> Result<Bytes, DecodeError> {
    let shared = Bytes::copy_from_slice(octets);
    let of_shared = T::from_shared(&shared).map(|value| encode(&value));
    let of_borrowed = T::from_bytes(octets).map(|value| encode(&value));
    assert_eq!(of_shared, of_borrowed, "sharing makes a difference");
    of_borrowed
}

fn encode(value: &impl Encode) -> Bytes {
    let octets = value.to_bytes().expect("it is not long");
    let mut buffer = vec![0; octets.len()];
    let written = value.encode_to_slice(&mut buffer).expect("a buffer of its own length");
    assert_eq!(written, &octets[..], "a fixed buffer makes a difference");
    octets
}

/// Returns the name of a type in errors, which is that of the Rust type: `SaslInit` for `sasl-init`.
pub(crate) fn in_rust(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}
