//! `transaction-error`: the conditions of a transaction (section 4.5.8).

use crate::Restricted;

/// An error condition of a transaction (section 4.5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum TransactionError {
    /// No transaction has this id.
    #[amqp(value = "amqp:transaction:unknown-id")]
    UnknownId,
    /// The transaction was rolled back.
    #[amqp(value = "amqp:transaction:rollback")]
    TransactionRollback,
    /// The transaction took too long, and was rolled back.
    #[amqp(value = "amqp:transaction:timeout")]
    TransactionTimeout,
}
