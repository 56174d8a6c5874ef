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
pub(crate) use array::{encode_array, enter_array, enter_fixed, write_in_narrowest};
pub use decimal::{Decimal32, Decimal64, Decimal128, DecimalParts, ParseDecimalError};
pub use list::List;
pub(crate) use list::{encode_list, encode_list_data};
pub(crate) use map::encode_map;
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
                writer.fixed_width($crate::Format::$format, $to(*self));
            }

            #[inline]
            fn is_same(&self, other: &Self) -> bool {
                $to(*self) == $to(*other)
            }

            #[inline]
            fn put(&self, rest: &mut $crate::derived::Rest<'_>) -> bool {
                rest.fixed_width($crate::Format::$format, $to(*self))
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
            fn glance(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
                const CODE: u8 = $crate::Format::$format.code();
                const LEN: usize = 1 + size_of::<$type>();
                match octets.split_first_chunk::<LEN>()? {
                    ([CODE, data @ ..], rest) => Some(($from(*data), rest)),
                    _ => None,
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
                reader.charge_octets(octets.len())?;
                let (items, _) = octets.as_chunks();
                Ok($crate::bulk::read(items, $from))
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

            #[inline]
            fn hand_items<B>(
                _: $crate::Constructor<'a>,
                _: usize,
                octets: &'a [u8],
                init: B,
                each: impl FnMut(B, Self) -> B,
            ) -> B {
                $crate::bulk::fold(octets, $from, init, each)
            }
        }
    };
}
use fixed;
