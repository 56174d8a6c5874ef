//! Binaries of up to 32 octets: the representation of delivery-tags and transaction-ids, and the
//! macro that gives both types their API.

use core::fmt;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;
use crate::writer::Writer;

/// The error of converting more than 32 octets into a delivery-tag (section 2.8.7) or a
/// transaction-id (section 4.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The number of octets that were given.
    pub octets: usize,
    pub(crate) rule: &'static str,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, not {}", self.rule, self.octets)
    }
}

impl core::error::Error for TooLong {}

/// The maximum number of octets.
const MAX_OCTETS: usize = 32;

/// Up to 32 octets, stored inline: this needs no allocation, and copying them is cheaper than
/// counting references to a shared buffer.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Aligned, so that a structure around it is moved in whole words: a word that is loaded after parts of it were stored has
// to wait for them.
#[repr(align(8))]
pub(crate) struct ShortBytes {
    /// The octets after the first `len` are zero, so that the derived order is that of the slices.
    octets: [u8; MAX_OCTETS],
    len: u8,
}

impl ShortBytes {
    /// Returns `None` if there are more than 32 octets.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
    pub(crate) const fn new(octets: &[u8]) -> Option<Self> {
        let own = match octets.len() {
            // These lengths are common, and copied in a register.
            4 => Self::from_chunk::<4>(octets),
            8 => Self::from_chunk::<8>(octets),
            16 => Self::from_chunk::<16>(octets),
            ..=MAX_OCTETS => {
                let mut own = [0; MAX_OCTETS];
                own.split_at_mut(octets.len()).0.copy_from_slice(octets);
                own
            }
            _ => return None,
        };
        Some(Self { octets: own, len: octets.len() as u8 })
    }

    #[inline]
    const fn from_chunk<const N: usize>(octets: &[u8]) -> [u8; MAX_OCTETS] {
        let mut own = [0; MAX_OCTETS];
        if let (Some(place), Some(octets)) = (own.first_chunk_mut(), octets.first_chunk::<N>()) {
            *place = *octets;
        }
        own
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or(&self.octets)
    }
}

/// Up to 32 octets, borrowed.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShortBytesRef<'a>(&'a [u8]);

impl<'a> ShortBytesRef<'a> {
    /// Returns `None` if there are more than 32 octets.
    #[inline]
    pub(crate) const fn new(octets: &'a [u8]) -> Option<Self> {
        if octets.len() > MAX_OCTETS { None } else { Some(Self(octets)) }
    }

    #[inline]
    pub(crate) const fn as_slice(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> From<&'a ShortBytes> for ShortBytesRef<'a> {
    fn from(octets: &'a ShortBytes) -> Self {
        Self(octets.as_slice())
    }
}

impl From<ShortBytesRef<'_>> for ShortBytes {
    fn from(octets: ShortBytesRef<'_>) -> Self {
        Self::new(octets.0).unwrap_or_default()
    }
}

/// Implements the codec traits for the owned and for the borrowed representation.
macro_rules! octets {
    ([$($lifetime:lifetime)?], $type:ty) => {
        impl$(<$lifetime>)? fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "b\"{}\"", self.as_slice().escape_ascii())
            }
        }

        impl$(<$lifetime>)? Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                self.as_slice().encode(writer);
            }
        }

        impl$(<$lifetime>)? ArrayItem for $type {
            const FORMATS: &'static [Format] = <&[u8]>::FORMATS;

            #[inline]
            fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                self.as_slice().encode_value(format, writer)
            }
        }

        impl<'a $(: $lifetime, $lifetime)?> Decode<'a> for $type {
            const ACCEPTS: &'static Accepts = <&[u8]>::ACCEPTS;

            #[inline]
            fn decode_value(
                constructor: Constructor<'a>,
                reader: &mut Reader<'_, 'a>,
            ) -> Result<Self, Failed> {
                let octets = <&[u8]>::decode_value(constructor, reader)?;
                let rule = DecodeErrorKind::Invalid("at most 32 octets are allowed here");
                Self::new(octets).ok_or_else(|| reader.error_in(octets, rule))
            }

            #[inline]
            fn decode(reader: &mut Reader<'_, 'a>) -> Result<Self, Failed> {
                let start = reader.remaining();
                match Self::new(<&[u8]>::decode(reader)?) {
                    Some(octets) => Ok(octets),
                    None => {
                        reader.set_remaining(start);
                        reader.decode_slow()
                    }
                }
            }
        }
    };
}

octets!([], ShortBytes);
octets!(['b], ShortBytesRef<'b>);

/// Implements the constructors, conversions and accessors of an owned newtype and its borrowed
/// form.
macro_rules! short_bytes {
    ($type:ident, $borrowed:ident, $rule:literal) => {
        impl $type {
            /// Creates a value from octets in the program.
            ///
            /// # Panics
            ///
            /// Panics if there are more than 32 octets. In a constant, this is an error at compile
            /// time.
            #[must_use]
            pub const fn from_static(octets: &'static [u8]) -> Self {
                match $crate::definitions::short_bytes::ShortBytes::new(octets) {
                    Some(octets) => Self(octets),
                    None => panic!($rule),
                }
            }

            /// Returns the octets.
            #[must_use]
            pub fn as_slice(&self) -> &[u8] {
                self.0.as_slice()
            }
        }

        impl TryFrom<&[u8]> for $type {
            type Error = $crate::TooLong;

            fn try_from(octets: &[u8]) -> Result<Self, $crate::TooLong> {
                let too_long = $crate::TooLong { octets: octets.len(), rule: $rule };
                $crate::definitions::short_bytes::ShortBytes::new(octets).map(Self).ok_or(too_long)
            }
        }

        /// Does not compile for an array of more than 32 octets.
        impl<const N: usize> From<[u8; N]> for $type {
            fn from(octets: [u8; N]) -> Self {
                const { assert!(N <= 32, $rule) }
                Self($crate::definitions::short_bytes::ShortBytes::new(&octets).unwrap_or_default())
            }
        }

        impl<'a> $borrowed<'a> {
            /// Returns the octets.
            #[must_use]
            pub const fn as_slice(&self) -> &'a [u8] {
                self.0.as_slice()
            }
        }

        impl<'a> TryFrom<&'a [u8]> for $borrowed<'a> {
            type Error = $crate::TooLong;

            fn try_from(octets: &'a [u8]) -> Result<Self, $crate::TooLong> {
                let too_long = $crate::TooLong { octets: octets.len(), rule: $rule };
                $crate::definitions::short_bytes::ShortBytesRef::new(octets)
                    .map(Self)
                    .ok_or(too_long)
            }
        }

        impl<'a> From<&'a $type> for $borrowed<'a> {
            fn from(octets: &'a $type) -> Self {
                Self((&octets.0).into())
            }
        }

        impl $crate::Owned for $type {
            type Ref<'a> = $borrowed<'a>;

            fn from_ref(borrowed: $borrowed<'_>) -> Self {
                Self(borrowed.0.into())
            }
        }

        $crate::view::into_owned!($borrowed -> $type);
        $crate::definitions::short_bytes::deref_to_octets!($type);
        $crate::definitions::short_bytes::deref_to_octets!($borrowed<'_>);
    };
}

macro_rules! deref_to_octets {
    ($type:ty) => {
        impl core::ops::Deref for $type {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                self.as_slice()
            }
        }
    };
}

pub(super) use {deref_to_octets, short_bytes};

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
    fn up_to_32_octets_are_allowed() {
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
        assert_eq!((DeliveryTag::from_ref(borrowed), &*borrowed), (NAMED, &b"tag"[..]));
        assert_eq!(format!("{borrowed:?}"), "DeliveryTagRef(b\"tag\")");
    }

    #[test]
    fn values_compare_like_their_octets() {
        let tags: [&[u8]; 6] = [b"", b"\0", b"\x01", b"\x01\0", b"\x01\0\x05", b"\x02"];
        for pair in tags.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|tag| DeliveryTag::try_from(tag).unwrap());
            assert!(a < b && a != b, "{a:?} {b:?}");
        }
    }

    #[test]
    fn more_than_32_octets_are_refused() {
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
