//! `declare`: the message that begins a transaction (section 4.5.2).

use crate::{Composite, Value};

/// A request to begin a transaction, the body of a message to a coordinator (section 4.5.2).
///
/// The outcome of the delivery is [`Declared`](super::Declared) if the transaction has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:declare:list", code = 0x31, borrowed = DeclareRef)]
pub struct Declare {
    /// The id of the distributed transaction to join. The standard defines no type for it
    /// (archetype `global-tx-id`).
    pub global_id: Option<Value>,
}
