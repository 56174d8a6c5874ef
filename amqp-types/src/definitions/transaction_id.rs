//! `transaction-id`: the id of a transaction (section 4.5.4).

use super::short_bytes::{ShortBytes, ShortBytesRef, short_bytes};
use crate::Restricted;

/// The id of a transaction, up to 32 octets that the coordinator chooses (section 4.5.4).
///
/// Like a [`DeliveryTag`](crate::transport::DeliveryTag), it is built from an array, or from a
/// slice with `try_from`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
pub struct TransactionId(ShortBytes);

/// A [`TransactionId`] that borrows its octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
pub struct TransactionIdRef<'a>(ShortBytesRef<'a>);

short_bytes!(TransactionId, TransactionIdRef, "a txn-id takes at most 32 octets");
