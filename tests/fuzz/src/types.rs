//! The types as which octets are decoded.

use std::fmt::Debug;

use amqp_types::extension::Extension;
use amqp_types::messaging::{
    Accepted, AmqpSequence, AmqpValue, Annotations, ApplicationProperties, Data, DeleteOnClose,
    DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages, DeliveryAnnotations,
    DeliveryState, DistributionMode, FilterSet, Footer, Header, LifetimePolicy, MessageAnnotations,
    MessageId, Modified, NodeProperties, Outcome, Properties, Received, Rejected, Released,
    Section, SimpleValue, Source, StdDistMode, Target, TargetArchetype, TerminusDurability,
    TerminusExpiryPolicy,
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
    Disposition, End, Error, ErrorCondition, Fields, Flow, Handle, Info, LinkError, MessageFormat,
    Milliseconds, Open, Performative, ReceiverSettleMode, Role, Seconds, SenderSettleMode,
    SequenceNo, SessionError, Transfer, TransferNumber,
};
use amqp_types::{
    Accepts, Array, ByteString, Bytes, DecodeOwned, Described, Descriptor, Encode, List, Map,
    Multiple, Owned, Symbol, Timestamp, Uuid, Value,
};

use super::typed::typed;

/// A type, and the check of octets as that type.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) accepts: &'static Accepts,
    pub(super) check: fn(&[u8]),
}

const fn of<T>() -> Type
where
    T: Owned + DecodeOwned + Encode + PartialEq + Debug,
    for<'a> T::Ref<'a>: Encode + Debug,
{
    Type { accepts: T::ACCEPTS, check: typed::<T> }
}

/// A composite of the standard.
#[derive(Debug)]
pub struct Composite {
    /// The descriptor.
    pub descriptor: Descriptor,
    /// The number of fields.
    pub fields: usize,
}

macro_rules! types {
    (composites { $($composite:ty: $fields:literal,)* } others { $($other:ty,)* }) => {
        /// The composites of the standard.
        pub const COMPOSITES: &[Composite] = &[
            $(Composite { descriptor: <$composite>::DESCRIPTOR, fields: $fields },)*
        ];

        /// All types. The inputs in the corpus refer to types by index, so append new ones at the end.
        pub(super) const TYPES: &[Type] = &[$(of::<$composite>(),)* $(of::<$other>(),)*];
    };
}

types! {
    composites {
        Open: 10,
        Begin: 8,
        Attach: 14,
        Flow: 11,
        Transfer: 11,
        Disposition: 6,
        Detach: 3,
        End: 1,
        Close: 1,
        Error: 3,
        Header: 5,
        Properties: 13,
        Received: 2,
        Accepted: 0,
        Rejected: 1,
        Released: 0,
        Modified: 3,
        Source: 11,
        Target: 7,
        DeleteOnClose: 0,
        DeleteOnNoLinks: 0,
        DeleteOnNoMessages: 0,
        DeleteOnNoLinksOrMessages: 0,
        Coordinator: 1,
        Declare: 1,
        Discharge: 2,
        Declared: 1,
        TransactionalState: 2,
        SaslMechanisms: 1,
        SaslInit: 3,
        SaslChallenge: 1,
        SaslResponse: 1,
        SaslOutcome: 2,
    }
    others {
        // Restricted types.
        Role,
        SenderSettleMode,
        ReceiverSettleMode,
        Handle,
        Seconds,
        Milliseconds,
        DeliveryTag,
        DeliveryNumber,
        TransferNumber,
        SequenceNo,
        MessageFormat,
        Fields,
        Info,
        AmqpError,
        ConnectionError,
        SessionError,
        LinkError,
        DeliveryAnnotations,
        MessageAnnotations,
        ApplicationProperties,
        Data,
        AmqpSequence,
        AmqpValue,
        Footer,
        Annotations,
        TerminusDurability,
        TerminusExpiryPolicy,
        StdDistMode,
        FilterSet,
        NodeProperties,
        TransactionId,
        TxnCapability,
        TransactionError,
        SaslCode,
        // Archetypes.
        Performative,
        SaslFrame,
        Section,
        DeliveryState,
        Outcome,
        TargetArchetype,
        LifetimePolicy,
        MessageId,
        ErrorCondition,
        DistributionMode,
        Extension,
        // Primitive types, except those with values that are not equal to themselves, and restricted types that
        // are other names for primitive types.
        (),
        bool,
        u8,
        u16,
        u32,
        u64,
        i8,
        i16,
        i32,
        i64,
        char,
        Timestamp,
        Uuid,
        Bytes,
        ByteString,
        String,
        Symbol,
        // Types that contain other types.
        Option<Source>,
        Multiple<Symbol>,
        Multiple<Error>,
        List<Properties>,
        List<Option<DeliveryState>>,
        Map<Symbol, Open>,
        Map<Value, Value>,
        Array<()>,
        Array<bool>,
        Array<u32>,
        Array<u64>,
        Array<i64>,
        Array<Symbol>,
        Array<Bytes>,
        Array<Attach>,
        Array<Received>,
        Array<Role>,
        Array<Footer>,
        Array<Array<Symbol>>,
        Array<List<Value>>,
        AmqpValue<Transfer>,
        SimpleValue,
    }
}
