//! `delivery-tag`: the name of a delivery within a link (section 2.8.7).

use super::short_bytes::{ShortBytes, ShortBytesRef, short_bytes};
use crate::Restricted;

/// The name of a delivery within a link, up to 32 octets that the sender chooses (section 2.8.7).
///
/// It is built from an array, or from a slice with `try_from`, which fails for more than 32 octets.
///
/// ```
/// use amqp_types::transport::DeliveryTag;
///
/// const FIRST: DeliveryTag = DeliveryTag::from_static(&[0, 0, 0, 1]);
/// assert_eq!(DeliveryTag::from(1u32.to_be_bytes()), FIRST);
///
/// let error = DeliveryTag::try_from(&[0; 33][..]).unwrap_err();
/// assert_eq!(error.to_string(), "a delivery-tag takes at most 32 octets, not 33");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
pub struct DeliveryTag(ShortBytes);

/// A [`DeliveryTag`] that borrows its octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
pub struct DeliveryTagRef<'a>(ShortBytesRef<'a>);

short_bytes!(DeliveryTag, DeliveryTagRef, "a delivery-tag takes at most 32 octets");
