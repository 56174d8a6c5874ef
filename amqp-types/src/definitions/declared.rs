//! `declared`: the outcome of declaring a transaction (section 4.5.5).

use super::TransactionId;
use crate::Composite;

/// The outcome of a delivered [`Declare`](crate::transaction::Declare): the transaction has begun
/// (section 4.5.5).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:declared:list", code = 0x33, borrowed = DeclaredRef)]
pub struct Declared {
    /// The id that the coordinator assigned to the transaction.
    pub txn_id: TransactionId,
}
