//! The octets of each primitive type (section 1.6), one file a type.
//!
//! Integers, floats, `bool`, `char`, `&str`, `&[u8]` and their like are AMQP types themselves; what
//! Rust has no type for is here.

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
mod map;
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
pub(crate) use array::{encode_array, enter_array, write_in_narrowest};
pub use decimal::{Decimal32, Decimal64, Decimal128, DecimalParts, ParseDecimalError};
pub use list::List;
pub(crate) use list::{encode_list, encode_list_data};
pub use map::{DuplicateKey, Map};
pub(crate) use string::STRING;
pub(crate) use symbol::SYMBOL;
pub use symbol::{NotAscii, Symbol, SymbolRef};
pub use timestamp::Timestamp;
pub use uuid::{ParseUuidError, Uuid};

/// The three traits for a type with one encoding: a format code and as many octets as the type has.
macro_rules! fixed {
    ($type:ty, $format:ident, $from:expr, $to:expr) => {
        impl $crate::Encode for $type {
            const MAX_LEN: Option<usize> = Some(1 + size_of::<Self>());

            #[inline]
            fn encode(&self, writer: &mut $crate::Writer<'_>) {
                // The format code and the data, written at once.
                let mut octets = [$crate::Format::$format.code(); 1 + size_of::<$type>()];
                for (place, octet) in octets.iter_mut().skip(1).zip($to(*self)) {
                    *place = octet;
                }
                writer.octets(octets);
            }
        }

        impl $crate::ArrayItem for $type {
            const FORMATS: &'static [$crate::Format] = &[$crate::Format::$format];

            #[inline]
            fn encode_data(&self, _: $crate::Format, writer: &mut $crate::Writer<'_>) -> bool {
                writer.octets($to(*self));
                true
            }

            #[inline]
            fn encode_items(
                items: &[Self],
                _: $crate::Format,
                writer: &mut $crate::Writer<'_>,
            ) -> bool {
                writer.items(items, $to);
                true
            }
        }

        impl<'a> $crate::Decode<'a> for $type {
            const ACCEPTS: &'static $crate::Accepts =
                &$crate::Accepts::primitive($crate::Format::$format.primitive());

            #[inline]
            fn decode_data(
                constructor: $crate::Constructor<'a>,
                reader: &mut $crate::Reader<'a>,
            ) -> Result<Self, $crate::Failed> {
                if constructor.format() != $crate::Format::$format || constructor.is_described() {
                    return Err(reader.unexpected(&constructor, Self::ACCEPTS));
                }
                Ok($from(reader.octets()?))
            }

            #[inline]
            fn decode(reader: &mut $crate::Reader<'a>) -> Result<Self, $crate::Failed> {
                const CODE: u8 = $crate::Format::$format.code();
                if let [CODE, data @ ..] = reader.rest()
                    && let Some((octets, rest)) = data.split_first_chunk()
                {
                    reader.go_to(rest);
                    Ok($from(*octets))
                } else {
                    $crate::codec::decode_rare(reader)
                }
            }

            #[inline]
            fn decode_items(
                constructor: $crate::Constructor<'a>,
                count: usize,
                reader: &mut $crate::Reader<'a>,
            ) -> Result<alloc::vec::Vec<Self>, $crate::Failed> {
                if constructor.format() != $crate::Format::$format || constructor.is_described() {
                    return Err(reader.unexpected(&constructor, Self::ACCEPTS));
                }
                let octets = reader.take(count.saturating_mul(size_of::<Self>()))?;
                let (items, _) = octets.as_chunks();
                Ok(items.iter().map(|item| $from(*item)).collect())
            }

            #[inline]
            fn check_items(
                constructor: $crate::Constructor<'a>,
                count: usize,
                reader: &mut $crate::Reader<'a>,
            ) -> Result<(), $crate::Failed> {
                if constructor.format() != $crate::Format::$format || constructor.is_described() {
                    return Err(reader.unexpected(&constructor, Self::ACCEPTS));
                }
                reader.take(count.saturating_mul(size_of::<Self>())).map(drop)
            }
        }
    };
}
use fixed;
