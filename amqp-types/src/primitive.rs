//! The encodings of each primitive type (section 1.6), one file for each type.
//!
//! Integers, floats, `bool`, `char`, `&str` and `&[u8]` are AMQP types themselves. The types that Rust
//! lacks are defined here.

mod array;
mod binary;
mod boolean;
mod byte;
mod char;
mod content;
mod decimal;
mod double;
mod float;
mod int;
mod integer;
mod list;
mod long;
pub(crate) mod map;
mod null;
mod sequence;
mod short;
mod string;
mod symbol;
mod timestamp;
mod ubyte;
mod uint;
mod ulong;
mod ushort;
mod uuid;

pub use array::Array;
pub use decimal::{Decimal32, Decimal64, Decimal128, DecimalParts, ParseDecimalError};
pub use list::List;
pub(crate) use list::{encode_list, encode_list_value};
pub(crate) use map::encode_map;
pub use map::{DuplicateKey, Map};
pub use symbol::{NotAscii, Symbol, SymbolRef};
pub use timestamp::Timestamp;
pub use uuid::{ParseUuidError, Uuid};

/// Implements the three traits for a type with one encoding: a format code and the octets of the type.
macro_rules! fixed {
    ($type:ty, $format:ident, $from:expr, $to:expr) => {
        impl $crate::Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut $crate::Writer<'_>) {
                writer.fixed_width($crate::Format::$format, $to(*self));
            }
        }

        impl $crate::ArrayItem for $type {
            const FORMATS: &'static [$crate::Format] = &[$crate::Format::$format];
            const BULK: Option<$crate::Bulk<Self>> = Some($crate::bulk::bulk!(Self, $from, $to));

            #[inline]
            fn encode_value(&self, _: $crate::Format, writer: &mut $crate::Writer<'_>) -> bool {
                writer.octets($to(*self));
                true
            }
        }

        impl<'de> $crate::Decode<'de> for $type {
            const ACCEPTS: &'static $crate::Accepts =
                &$crate::Accepts::primitive($crate::Format::$format.primitive());

            #[inline]
            fn decode_value(
                constructor: $crate::Constructor<'de>,
                reader: &mut $crate::Reader<'_, 'de>,
            ) -> Result<Self, $crate::Failed> {
                if constructor.format() != $crate::Format::$format || constructor.is_described() {
                    return Err(reader.unexpected(&constructor, Self::ACCEPTS));
                }
                Ok($from(reader.octets()?))
            }

            #[inline]
            fn decode(reader: &mut $crate::Reader<'_, 'de>) -> Result<Self, $crate::Failed> {
                $crate::decode::Common::decode_common(reader)
            }

            fn decode_items(
                constructor: $crate::Constructor<'de>,
                count: usize,
                reader: &mut $crate::Reader<'_, 'de>,
            ) -> Result<alloc::vec::Vec<Self>, $crate::Failed> {
                if constructor.format() != $crate::Format::$format || constructor.is_described() {
                    return Err(reader.unexpected(&constructor, Self::ACCEPTS));
                }
                reader.bulk(count, &const { $crate::bulk::bulk!(Self, $from, $to) })
            }
        }

        impl<'de> $crate::decode::Common<'de> for $type {
            #[inline]
            fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
                const CODE: u8 = $crate::Format::$format.code();
                const LEN: usize = 1 + size_of::<$type>();
                match input.split_first_chunk::<LEN>()? {
                    ([CODE, data @ ..], remaining) => Some(($from(*data), remaining)),
                    _ => None,
                }
            }
        }
    };
}
use fixed;
