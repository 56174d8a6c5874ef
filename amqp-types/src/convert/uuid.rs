//! The feature `uuid`: UUIDs to and from [`uuid::Uuid`].
//!
//! Both types hold sixteen octets in the order of RFC 4122. The conversions are lossless and accept
//! any version and variant. A `uuid::Uuid` implements the codec traits as an AMQP `uuid`, so it can
//! be a field of a derived type.
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Value, messaging::MessageId};
//!
//! #[derive(Clone, Composite, Copy, Debug, PartialEq)]
//! #[amqp(name = "com.example:order:list", borrowed = Self)]
//! struct Order {
//!     id: uuid::Uuid,
//!     related: Option<uuid::Uuid>,
//! }
//!
//! let id = uuid::Uuid::from_u128(0x00112233_4455_6677_8899_aabbccddeeff);
//! let order = Order { id, related: None };
//! assert_eq!(Order::from_bytes(&order.to_bytes()?)?, order);
//!
//! let ours = amqp_types::Uuid::from(id);
//! assert_eq!(uuid::Uuid::from(ours), id);
//! assert_eq!(Value::from(id), Value::Uuid(ours));
//! assert_eq!(MessageId::from(id), MessageId::Uuid(ours));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::foreign::foreign;
use crate::Uuid;
use crate::messaging::MessageId;

impl From<::uuid::Uuid> for Uuid {
    fn from(uuid: ::uuid::Uuid) -> Self {
        Self(uuid.into_bytes())
    }
}

impl From<Uuid> for ::uuid::Uuid {
    fn from(uuid: Uuid) -> Self {
        Self::from_bytes(uuid.0)
    }
}

impl From<::uuid::Uuid> for MessageId {
    fn from(id: ::uuid::Uuid) -> Self {
        Self::Uuid(id.into())
    }
}

foreign!(::uuid::Uuid, as Uuid, |own| Ok(own.into()));

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::messaging::SimpleValue;
    use crate::testing::{encodes_to, refuses};
    use crate::{Array, Multiple, Value};

    const TEXT: &str = "00112233-4455-6677-8899-aabbccddeeff";

    #[test]
    fn the_octets_are_the_same_on_both_sides() {
        let theirs: ::uuid::Uuid = TEXT.parse().unwrap();
        let ours: Uuid = TEXT.parse().unwrap();
        assert_eq!(Uuid::from(theirs), ours);
        assert_eq!(::uuid::Uuid::from(ours), theirs);
        assert_eq!(theirs.to_string(), ours.to_string());
        for octets in [[0; 16], [0xff; 16]] {
            assert_eq!(Uuid::from(::uuid::Uuid::from(Uuid(octets))), Uuid(octets));
        }
    }

    #[test]
    fn the_other_type_is_an_amqp_type() {
        let uuid: ::uuid::Uuid = TEXT.parse().unwrap();
        encodes_to(uuid, "98 00112233445566778899aabbccddeeff");
        encodes_to(Array(vec![uuid]), "e0 12 01 98 00112233445566778899aabbccddeeff");
        encodes_to(Some(uuid), "98 00112233445566778899aabbccddeeff");
        encodes_to(Multiple::<::uuid::Uuid>::NONE, "40");
        refuses::<::uuid::Uuid>("98 00", "the octets end before the value does (octet 1)");
        refuses::<::uuid::Uuid>("40", "expected uuid, found null (octet 0)");
        assert_eq!(Value::from(uuid), Value::Uuid(uuid.into()));
        assert_eq!(*SimpleValue::from(uuid), Value::from(uuid));
    }
}
