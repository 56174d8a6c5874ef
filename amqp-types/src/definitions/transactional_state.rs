//! `transactional-state`: the state of a delivery within a transaction (section 4.5.6).

use super::{Outcome, TransactionId};
use crate::Composite;

/// The state of a delivery that is part of a transaction (section 4.5.6).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:transactional-state:list", code = 0x34, borrowed = TransactionalStateRef)]
pub struct TransactionalState {
    /// The transaction that the delivery is part of.
    pub txn_id: TransactionId,
    /// The outcome that is applied if the transaction is discharged successfully.
    pub outcome: Option<Outcome>,
}
