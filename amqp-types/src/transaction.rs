//! Part 4 of the standard: work that is done all at once, or not at all.

use crate::messaging::Outcome;
use crate::up_to_32::{UpTo32, UpTo32Ref, up_to_32};
use crate::{Composite, Multiple, Restricted, Symbol, Value};

/// The target of a link to what coordinates transactions (section 4.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:coordinator:list", code = 0x30, borrowed = CoordinatorRef)]
pub struct Coordinator {
    /// What it can do, or is to do.
    pub capabilities: Multiple<TxnCapability>,
}

/// Begins a transaction (section 4.5.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:declare:list", code = 0x31, borrowed = DeclareRef)]
pub struct Declare {
    /// The name of a transaction that others take part in. The standard has no type for it
    /// (archetype `global-tx-id`).
    pub global_id: Option<Value>,
}

/// Ends a transaction (section 4.5.3).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:discharge:list", code = 0x32, borrowed = DischargeRef)]
pub struct Discharge {
    /// The transaction.
    pub txn_id: TransactionId,
    /// Whether nothing is to come of it.
    pub fail: Option<bool>,
}

/// A transaction's name, up to 32 octets (section 4.5.4). It is made as a
/// [`DeliveryTag`](crate::transport::DeliveryTag) is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
pub struct TransactionId(UpTo32);

/// A [`TransactionId`] that borrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
pub struct TransactionIdRef<'a>(UpTo32Ref<'a>);

up_to_32!(TransactionId, TransactionIdRef, "a txn-id takes at most 32 octets");

/// A transaction has begun: the outcome of a [`Declare`] (section 4.5.5).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:declared:list", code = 0x33, borrowed = DeclaredRef)]
pub struct Declared {
    /// The transaction.
    pub txn_id: TransactionId,
}

/// A delivery is part of a transaction (section 4.5.6).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:transactional-state:list", code = 0x34, borrowed = TransactionalStateRef)]
pub struct TransactionalState {
    /// The transaction.
    pub txn_id: TransactionId,
    /// How the delivery ends if the transaction succeeds.
    pub outcome: Option<Outcome>,
}

/// What a coordinator can do (section 4.5.7; archetype `txn-capability`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = TxnCapabilityRef)]
pub enum TxnCapability {
    /// Transactions of its own.
    #[amqp(value = "amqp:local-transactions")]
    LocalTransactions,
    /// Transactions that others take part in.
    #[amqp(value = "amqp:distributed-transactions")]
    DistributedTransactions,
    /// Transactions of its own that others take part in later.
    #[amqp(value = "amqp:promotable-transactions")]
    PromotableTransactions,
    /// Several transactions at a time in one session.
    #[amqp(value = "amqp:multi-txns-per-ssn")]
    MultiTxnsPerSsn,
    /// Transactions that several sessions take part in.
    #[amqp(value = "amqp:multi-ssns-per-txn")]
    MultiSsnsPerTxn,
    /// Something that the standard does not have.
    #[amqp(other)]
    Other(Symbol),
}

/// Errors of a transaction (section 4.5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum TransactionError {
    /// There is no such transaction.
    #[amqp(value = "amqp:transaction:unknown-id")]
    UnknownId,
    /// It was rolled back.
    #[amqp(value = "amqp:transaction:rollback")]
    TransactionRollback,
    /// It took too long.
    #[amqp(value = "amqp:transaction:timeout")]
    TransactionTimeout,
}
