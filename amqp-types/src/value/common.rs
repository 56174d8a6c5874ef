//! What owned and borrowed values have in common: their primitive type, how they are encoded, and
//! when they are equal.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;
use bytestring::ByteString;

use super::content::Content;
use super::{ArrayValue, Value, ValueRef, kinds};
use crate::encode::Encode;
use crate::format::{Format, Primitive};
use crate::primitive::{Decimal32, Decimal64, Decimal128, Map, Symbol, Timestamp, Uuid};
use crate::writer::Writer;

macro_rules! common {
    ($($variant:ident $doc:literal $owned:ty, $borrowed:ty;)*) => {
        common! { [] Value; $($variant)* }
        common! { ['a] ValueRef<'a>; $($variant)* }

        /// Returns the formats of items of arrays of this type.
        pub(super) const fn formats(of: Primitive) -> &'static [Format] {
            match of {
                Primitive::Null => <() as crate::ArrayItem>::FORMATS,
                $(Primitive::$variant => <$owned as Content>::FORMATS,)*
            }
        }
    };
    ([$($lifetime:lifetime)?] $type:ty; $($variant:ident)*) => {
        impl$(<$lifetime>)? $type {
            /// Returns the primitive type, or `None` if the value is described.
            #[must_use]
            pub const fn primitive(&self) -> Option<Primitive> {
                match self {
                    Self::Null => Some(Primitive::Null),
                    $(Self::$variant(_) => Some(Primitive::$variant),)*
                    Self::Described(_) => None,
                }
            }

            /// Writes the data of an item of an array. Returns whether it fits the format.
            pub(super) fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                match self {
                    Self::Null => true,
                    $(Self::$variant(content) => content.encode_value(format, writer),)*
                    Self::Described(content) => content.encode_value(format, writer),
                }
            }
        }

        #[cfg(test)]
        impl$(<$lifetime>)? $type {
            /// Returns the octets of content that is compared octet by octet.
            fn text(&self) -> &[u8] {
                match self {
                    Self::Binary(binary) => binary,
                    Self::String(string) => string.as_bytes(),
                    Self::Symbol(symbol) => symbol.as_str().as_bytes(),
                    _ => &[],
                }
            }
        }

        impl$(<$lifetime>)? Encode for $type {
            // A call takes as long as encoding a number.
            #[inline(always)]
            fn encode(&self, writer: &mut Writer<'_>) {
                match self {
                    Self::Null => writer.format(Format::Null),
                    $(Self::$variant(content) => Content::encode(content, writer),)*
                    Self::Described(content) => Content::encode(content, writer),
                }
            }

            #[inline]
            fn is_null(&self) -> bool {
                matches!(self, Self::Null)
            }
        }

        impl$(<$lifetime>)? PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other).is_eq()
            }
        }

        impl$(<$lifetime>)? Eq for $type {}

        impl$(<$lifetime>)? PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        /// First by type, in the standard's order of types, then by content. Described values come
        /// last.
        impl$(<$lifetime>)? Ord for $type {
            fn cmp(&self, other: &Self) -> Ordering {
                #[cfg(test)]
                crate::work::compare(self.text(), other.text());
                match (self, other) {
                    $((Self::$variant(a), Self::$variant(b)) => a.key().cmp(&b.key()),)*
                    (Self::Described(a), Self::Described(b)) => a.key().cmp(&b.key()),
                    _ => {
                        let rank = |value: &Self| value.primitive().map_or(u8::MAX, |of| of as u8);
                        rank(self).cmp(&rank(other))
                    }
                }
            }
        }
    };
}

kinds!(common);

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        macro_rules! hash {
            ($($variant:ident $doc:literal $owned:ty, $borrowed:ty;)*) => {
                match self {
                    Self::Null => {}
                    $(Self::$variant(content) => content.key().hash(state),)*
                    Self::Described(content) => content.key().hash(state),
                }
            };
        }
        self.primitive().hash(state);
        kinds!(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_by_type_and_bits() {
        assert_ne!(Value::Uint(1), Value::Ulong(1));
        assert_eq!(Value::Float(f32::NAN), Value::Float(f32::NAN));
        assert_ne!(Value::Double(0.0), Value::Double(-0.0));
        assert_eq!(Value::Null, Value::Null);
    }
}
