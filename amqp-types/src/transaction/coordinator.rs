//! `coordinator` and `txn-capability`: the target of control links (sections 4.5.1 and 4.5.7).

use crate::{Composite, Multiple, Restricted, Symbol};

/// The target of a link over which transactions are declared and discharged (section 4.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:coordinator:list", code = 0x30, borrowed = CoordinatorRef)]
pub struct Coordinator {
    /// From the client: the capabilities that it wants. From the coordinator: those that it has.
    pub capabilities: Multiple<TxnCapability>,
}

/// A capability of a coordinator (section 4.5.7; archetype `txn-capability`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = TxnCapabilityRef)]
pub enum TxnCapability {
    /// Local transactions.
    #[amqp(value = "amqp:local-transactions")]
    LocalTransactions,
    /// Distributed transactions.
    #[amqp(value = "amqp:distributed-transactions")]
    DistributedTransactions,
    /// Local transactions that can be promoted to distributed ones.
    #[amqp(value = "amqp:promotable-transactions")]
    PromotableTransactions,
    /// Several active transactions in one session.
    #[amqp(value = "amqp:multi-txns-per-ssn")]
    MultiTxnsPerSsn,
    /// Transactions that span several sessions of one connection.
    #[amqp(value = "amqp:multi-ssns-per-txn")]
    MultiSsnsPerTxn,
    /// A capability that the standard does not define.
    #[amqp(other)]
    Other(Symbol),
}
