//! Newtypes of up to 32 octets, owned and borrowed, each checked when it is made and when it is read.

use core::fmt;

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;
use crate::writer::Writer;

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
const MOST: usize = 32;

/// Up to 32 octets, in place: they cost no allocation, and to copy them is cheaper than to share
/// them.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UpTo32 {
    /// Zeros behind the last one, so that values compare as their octets do.
    octets: [u8; MOST],
    len: u8,
}

impl UpTo32 {
    /// The octets, if they are not too many.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
    pub(crate) const fn new(octets: &[u8]) -> Option<Self> {
        if octets.len() > MOST {
            return None;
        }
        let mut own = [0; MOST];
        let (place, _) = own.split_at_mut(octets.len());
        place.copy_from_slice(octets);
        Some(Self { octets: own, len: octets.len() as u8 })
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or(&self.octets)
    }
}

/// Up to 32 octets, borrowed.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UpTo32Ref<'a>(&'a [u8]);

impl<'a> UpTo32Ref<'a> {
    /// The octets, if they are not too many.
    #[inline]
    pub(crate) const fn new(octets: &'a [u8]) -> Option<Self> {
        if octets.len() > MOST { None } else { Some(Self(octets)) }
    }

    #[inline]
    pub(crate) const fn as_slice(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> From<&'a UpTo32> for UpTo32Ref<'a> {
    fn from(octets: &'a UpTo32) -> Self {
        Self(octets.as_slice())
    }
}

impl From<UpTo32Ref<'_>> for UpTo32 {
    fn from(octets: UpTo32Ref<'_>) -> Self {
        Self::new(octets.0).unwrap_or_default()
    }
}

/// What is the same of octets that are owned and of octets that are borrowed.
macro_rules! octets {
    ([$($lifetime:lifetime)?], $type:ty) => {
        impl$(<$lifetime>)? fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "b\"{}\"", self.as_slice().escape_ascii())
            }
        }

        impl$(<$lifetime>)? Encode for $type {
            const MAX_LEN: Option<usize> = Some(2 + MOST);

            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                self.as_slice().encode(writer);
            }
        }

        impl$(<$lifetime>)? ArrayItem for $type {
            const FORMATS: &'static [Format] = <&[u8]>::FORMATS;

            #[inline]
            fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                self.as_slice().encode_data(format, writer)
            }
        }

        impl<'a $(: $lifetime, $lifetime)?> Decode<'a> for $type {
            const ACCEPTS: &'static Accepts = <&[u8]>::ACCEPTS;

            #[inline]
            fn decode_data(
                constructor: Constructor<'a>,
                reader: &mut Reader<'a>,
            ) -> Result<Self, Failed> {
                let octets = <&[u8]>::decode_data(constructor, reader)?;
                let rule = DecodeErrorKind::Invalid("at most 32 octets are allowed here");
                Self::new(octets).ok_or_else(|| reader.error_in(octets, rule))
            }

            #[inline]
            fn glance(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
                let (octets, rest) = <&[u8]>::glance(octets)?;
                Some((Self::new(octets)?, rest))
            }
        }
    };
}

octets!([], UpTo32);
octets!(['b], UpTo32Ref<'b>);

/// The ways to make a newtype of up to 32 octets, and the one that borrows them.
macro_rules! up_to_32 {
    ($type:ident, $borrowed:ident, $rule:literal) => {
        impl $type {
            /// Octets that are part of the program. More than 32 do not compile where this is called
            /// in a constant.
            ///
            /// # Panics
            ///
            /// If there are more than 32.
            #[must_use]
            pub const fn from_static(octets: &'static [u8]) -> Self {
                match $crate::up_to_32::UpTo32::new(octets) {
                    Some(octets) => Self(octets),
                    None => panic!($rule),
                }
            }

            /// The octets.
            #[must_use]
            pub fn as_slice(&self) -> &[u8] {
                self.0.as_slice()
            }
        }

        impl TryFrom<&[u8]> for $type {
            type Error = $crate::Overlong;

            fn try_from(octets: &[u8]) -> Result<Self, $crate::Overlong> {
                let overlong = $crate::Overlong { octets: octets.len(), rule: $rule };
                $crate::up_to_32::UpTo32::new(octets).map(Self).ok_or(overlong)
            }
        }

        /// An array of more than 32 octets does not compile.
        impl<const N: usize> From<[u8; N]> for $type {
            fn from(octets: [u8; N]) -> Self {
                const { assert!(N <= 32, $rule) }
                Self($crate::up_to_32::UpTo32::new(&octets).unwrap_or_default())
            }
        }

        impl<'a> $borrowed<'a> {
            /// The octets.
            #[must_use]
            pub const fn as_slice(&self) -> &'a [u8] {
                self.0.as_slice()
            }
        }

        impl<'a> TryFrom<&'a [u8]> for $borrowed<'a> {
            type Error = $crate::Overlong;

            fn try_from(octets: &'a [u8]) -> Result<Self, $crate::Overlong> {
                let overlong = $crate::Overlong { octets: octets.len(), rule: $rule };
                $crate::up_to_32::UpTo32Ref::new(octets).map(Self).ok_or(overlong)
            }
        }

        impl<'a> From<&'a $type> for $borrowed<'a> {
            fn from(octets: &'a $type) -> Self {
                Self((&octets.0).into())
            }
        }

        impl $crate::Owned for $type {
            type Borrowed<'a> = $borrowed<'a>;

            fn from_borrowed(borrowed: $borrowed<'_>) -> Self {
                Self(borrowed.0.into())
            }
        }

        $crate::up_to_32::octets_within!($type);
        $crate::up_to_32::octets_within!($borrowed<'_>);
    };
}

macro_rules! octets_within {
    ($type:ty) => {
        impl core::ops::Deref for $type {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                self.as_slice()
            }
        }
    };
}

pub(crate) use {octets_within, up_to_32};

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use crate::testing::{encodes_to, hex, refuses};
    use crate::transaction::TransactionId;
    use crate::transport::{DeliveryTag, DeliveryTagRef};
    use crate::{Decode, Encode, Owned};

    const NAMED: DeliveryTag = DeliveryTag::from_static(b"tag");

    #[test]
    fn up_to_32_octets() {
        encodes_to(NAMED, "a0 03 746167");
        encodes_to(DeliveryTag::from([]), "a0 00");
        encodes_to(TransactionId::from([7; 32]), &format!("a0 20 {}", "07".repeat(32)));
        assert_eq!(DeliveryTag::try_from(&b"tag"[..]), Ok(NAMED));
        assert_eq!(*NAMED, *b"tag");
        assert_eq!(format!("{NAMED:?}"), "DeliveryTag(b\"tag\")");
        let borrowed = DeliveryTagRef::from(&NAMED);
        assert_eq!(borrowed.to_bytes(), NAMED.to_bytes());
        assert_eq!(DeliveryTagRef::from_bytes(b"\xa0\x03tag"), Ok(borrowed));
        assert_eq!(DeliveryTagRef::try_from(&b"tag"[..]), Ok(borrowed));
        assert_eq!((DeliveryTag::from_borrowed(borrowed), &*borrowed), (NAMED, &b"tag"[..]));
        assert_eq!(format!("{borrowed:?}"), "DeliveryTagRef(b\"tag\")");
    }

    #[test]
    fn they_compare_as_their_octets_do() {
        let tags: [&[u8]; 6] = [b"", b"\0", b"\x01", b"\x01\0", b"\x01\0\x05", b"\x02"];
        for pair in tags.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|tag| DeliveryTag::try_from(tag).unwrap());
            assert!(a < b && a != b, "{a:?} {b:?}");
        }
    }

    #[test]
    fn more_are_refused_written_and_read() {
        let octets: Vec<u8> = vec![7; 33];
        let error = DeliveryTag::try_from(&octets[..]).unwrap_err();
        assert_eq!(error.octets, 33);
        assert_eq!(error.to_string(), "a delivery-tag takes at most 32 octets, not 33");
        let error = TransactionId::try_from(&octets[..]).unwrap_err();
        assert_eq!(error.to_string(), "a txn-id takes at most 32 octets, not 33");
        let octets = format!("a0 21 {}", "07".repeat(33));
        let octets_of_it = hex(&octets);
        let error = DeliveryTagRef::from_bytes(&octets_of_it).unwrap_err();
        assert_eq!(error, DeliveryTag::from_bytes(&octets_of_it).unwrap_err());
        refuses::<DeliveryTag>(&octets, "at most 32 octets are allowed here (octet 2)");
        refuses::<TransactionId>(&octets, "at most 32 octets are allowed here (octet 2)");
    }
}
