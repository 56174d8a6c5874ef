//! Part 4 of the standard: transactions, which group deliveries so that all of them take effect or
//! none does.

mod coordinator;
mod declare;
mod discharge;

pub use crate::definitions::{
    Declared, DeclaredRef, TransactionError, TransactionId, TransactionIdRef, TransactionalState,
    TransactionalStateRef,
};
pub use coordinator::{Coordinator, CoordinatorRef, TxnCapability, TxnCapabilityRef};
pub use declare::{Declare, DeclareRef};
pub use discharge::{Discharge, DischargeRef};
