//! Newtypes of up to 32 octets, of which each is checked when it is made and when it is read.

use core::fmt;

use bytes::Bytes;

use crate::codec::Decode;
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;

/// Octets do not make a value, for they are too many: a delivery-tag (section 2.8.7) and a txn-id
/// (section 4.5.4) take at most 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlong {
    /// How many octets there are.
    pub octets: usize,
    pub(crate) rule: &'static str,
}

impl fmt::Display for Overlong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, not {}", self.rule, self.octets)
    }
}

impl core::error::Error for Overlong {}

/// The most octets that these types take.
pub(crate) const MOST: usize = 32;

/// Reads octets that must not be more than 32, as the rule says.
#[inline]
pub(crate) fn decode<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
    rule: &'static str,
) -> Result<Bytes, Failed> {
    let octets = <&[u8]>::decode_data(constructor, reader)?;
    if octets.len() > MOST {
        return Err(reader.error_in(octets, DecodeErrorKind::Invalid(rule)));
    }
    reader.to_owned(octets)
}

/// The ways to make a newtype of up to 32 octets, and `decode`, the function that reads it.
macro_rules! short {
    ($type:ident, $rule:literal) => {
        impl $type {
            /// Octets that are part of the program. More than 32 do not compile where this is called
            /// in a constant.
            ///
            /// # Panics
            ///
            /// If there are more than 32.
            #[must_use]
            pub const fn from_static(octets: &'static [u8]) -> Self {
                assert!(octets.len() <= $crate::short::MOST, $rule);
                Self(Bytes::from_static(octets))
            }

            fn new(octets: Bytes) -> Result<Self, $crate::Overlong> {
                match octets.len() {
                    0..=$crate::short::MOST => Ok(Self(octets)),
                    octets => Err($crate::Overlong { octets, rule: $rule }),
                }
            }
        }

        impl TryFrom<Bytes> for $type {
            type Error = $crate::Overlong;

            fn try_from(octets: Bytes) -> Result<Self, $crate::Overlong> {
                Self::new(octets)
            }
        }

        impl TryFrom<alloc::vec::Vec<u8>> for $type {
            type Error = $crate::Overlong;

            fn try_from(octets: alloc::vec::Vec<u8>) -> Result<Self, $crate::Overlong> {
                Self::new(octets.into())
            }
        }

        /// Copies the octets.
        impl TryFrom<&[u8]> for $type {
            type Error = $crate::Overlong;

            fn try_from(octets: &[u8]) -> Result<Self, $crate::Overlong> {
                Self::new(Bytes::copy_from_slice(octets))
            }
        }

        /// Copies the octets. An array of more than 32 does not compile.
        impl<const N: usize> From<[u8; N]> for $type {
            fn from(octets: [u8; N]) -> Self {
                const { assert!(N <= $crate::short::MOST, $rule) }
                Self(Bytes::copy_from_slice(&octets))
            }
        }

        impl From<$type> for Bytes {
            fn from(octets: $type) -> Self {
                octets.0
            }
        }

        impl core::ops::Deref for $type {
            type Target = Bytes;

            fn deref(&self) -> &Bytes {
                &self.0
            }
        }

        #[inline]
        fn decode<'a>(
            constructor: $crate::Constructor<'a>,
            reader: &mut $crate::Reader<'a>,
        ) -> Result<Bytes, $crate::Failed> {
            $crate::short::decode(constructor, reader, $rule)
        }
    };
}

pub(crate) use short;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::testing::{encodes_to, refuses};
    use crate::transaction::TransactionId;
    use crate::transport::DeliveryTag;

    const NAMED: DeliveryTag = DeliveryTag::from_static(b"tag");

    #[test]
    fn up_to_32_octets() {
        encodes_to(NAMED, "a0 03 746167");
        encodes_to(DeliveryTag::from([]), "a0 00");
        encodes_to(TransactionId::from([7; 32]), &format!("a0 20 {}", "07".repeat(32)));
        assert_eq!(DeliveryTag::try_from(Bytes::from_static(b"tag")), Ok(NAMED));
        assert_eq!(DeliveryTag::try_from(&b"tag"[..]), Ok(NAMED));
        assert_eq!(Bytes::from(NAMED), NAMED[..]);
    }

    #[test]
    fn more_are_refused_written_and_read() {
        let octets: Vec<u8> = vec![7; 33];
        let error = DeliveryTag::try_from(octets.clone()).unwrap_err();
        assert_eq!(error.octets, 33);
        assert_eq!(error.to_string(), "a delivery-tag takes at most 32 octets, not 33");
        assert_eq!(DeliveryTag::try_from(&octets[..]), Err(error));
        assert_eq!(DeliveryTag::try_from(Bytes::from(octets.clone())), Err(error));
        let error = TransactionId::try_from(octets).unwrap_err();
        assert_eq!(error.to_string(), "a txn-id takes at most 32 octets, not 33");
        let octets = format!("a0 21 {}", "07".repeat(33));
        refuses::<DeliveryTag>(&octets, "a delivery-tag takes at most 32 octets (octet 2)");
        refuses::<TransactionId>(&octets, "a txn-id takes at most 32 octets (octet 2)");
    }
}
