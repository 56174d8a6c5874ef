//! `discharge`: the message that ends a transaction (section 4.5.3).

use crate::Composite;
use crate::definitions::TransactionId;

/// A request to end a transaction, the body of a message to a coordinator (section 4.5.3).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:discharge:list", code = 0x32, borrowed = DischargeRef)]
pub struct Discharge {
    /// The transaction to end.
    pub txn_id: TransactionId,
    /// Whether to roll the transaction back instead of committing it.
    pub fail: Option<bool>,
}
