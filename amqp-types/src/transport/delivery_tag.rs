//! `delivery-tag`: a delivery's name within a link (section 2.8.7).

use crate::Restricted;
use crate::up_to_32::{UpTo32, UpTo32Ref, up_to_32};

/// A delivery's name within a link, up to 32 octets that the sender chooses (section 2.8.7).
///
/// It is made of an array, or by `try_from`, which refuses what is longer.
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
pub struct DeliveryTag(UpTo32);

/// A [`DeliveryTag`] that borrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
pub struct DeliveryTagRef<'a>(UpTo32Ref<'a>);

up_to_32!(DeliveryTag, DeliveryTagRef, "a delivery-tag takes at most 32 octets");
