//! The types that more than one part of the standard needs: the definitions of section 2.8, the
//! outcomes and delivery states of sections 3.4 and 4.5, and [`Extension`].
//!
//! `transport`, `messaging`, `transaction` and `extension` re-export these types under the part
//! that defines them. Modules of this crate import them from here, because the parts refer to each
//! other: a transfer holds a delivery state, a delivery state may hold a transaction-id, and an
//! error condition may be that of a transaction.

mod declared;
mod delivery_state;
mod delivery_tag;
mod duration;
mod error;
mod extension;
mod fields;
mod handle;
mod info;
mod message_format;
mod outcome;
mod role;
mod serial_number;
mod settle_mode;
mod short_bytes;
mod symbol_or_string;
mod transaction_id;
mod transactional_state;

pub use declared::{Declared, DeclaredRef};
pub use delivery_state::{DeliveryState, DeliveryStateRef, Received};
pub use delivery_tag::{DeliveryTag, DeliveryTagRef};
pub use duration::{Milliseconds, Seconds};
pub use error::{
    AmqpError, ConnectionError, Error, ErrorCondition, ErrorConditionRef, ErrorRef, LinkError,
    SessionError, TransactionError,
};
pub use extension::{Extension, ExtensionRef};
pub use fields::{Fields, FieldsRef, IetfLanguageTag};
pub use handle::Handle;
pub use info::{Info, InfoKeyRef, InfoRef};
pub use message_format::MessageFormat;
pub use outcome::{
    Accepted, Modified, ModifiedRef, Outcome, OutcomeRef, Rejected, RejectedRef, Released,
};
pub use role::Role;
pub use serial_number::{DeliveryNumber, SequenceNo, TransferNumber};
pub use settle_mode::{ReceiverSettleMode, SenderSettleMode};
pub use short_bytes::TooLong;
pub(crate) use symbol_or_string::SymbolOrString;
pub use transaction_id::{TransactionId, TransactionIdRef};
pub use transactional_state::{TransactionalState, TransactionalStateRef};
