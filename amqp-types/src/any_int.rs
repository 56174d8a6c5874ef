//! Integers of any width, for peers that choose their own.

use core::fmt;

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::value::{UnexpectedValue, Value};
use crate::view::Owned;
use crate::writer::Writer;

/// An integer that is decoded from every integer type of AMQP, if the number fits `T`, and encoded as a `T`.
///
/// Clients in languages with other integers choose their own types: one and the same 3 may arrive as an `int`,
/// a `long` or a `ubyte`, and a field of type `u32` accepts only a `uint`. `T` is one of `u8` to `u64` and `i8` to
/// `i64`.
///
/// ```
/// use amqp_types::{AnyInt, Composite, Decode, Encode};
///
/// #[derive(Composite, Debug, PartialEq)]
/// #[amqp(name = "com.example:order:list")]
/// struct Order {
///     count: AnyInt<u8>,
/// }
///
/// let order = Order { count: AnyInt(3) };
/// assert_eq!(AnyInt::<u8>::from_bytes(&3i64.to_bytes()?)?, order.count);
/// assert_eq!(Order::from_bytes(&order.to_bytes()?)?, order);
///
/// let error = AnyInt::<u8>::from_bytes(&300u32.to_bytes()?).unwrap_err();
/// assert_eq!(error.to_string(), "the number 300 is not between 0 and 255 (octet 1)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A default is written as `#[amqp(default = AnyInt(5))]`.
///
/// [`Value::as_i64`] and [`Value::as_u64`] read such an integer from a [`Value`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnyInt<T>(pub T);

impl<T: fmt::Display> fmt::Display for AnyInt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> From<T> for AnyInt<T> {
    fn from(number: T) -> Self {
        Self(number)
    }
}

impl<T: Encode> Encode for AnyInt<T> {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

impl<T: ArrayItem> ArrayItem for AnyInt<T> {
    const FORMATS: &'static [Format] = T::FORMATS;

    #[inline]
    fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
        self.0.encode_value(format, writer)
    }
}

/// Returns the error of a number that an integer type does not have.
fn out_of_range(number: i128, of: Primitive) -> DecodeErrorKind {
    match u64::try_from(number) {
        Ok(number) => DecodeErrorKind::TooLarge { number, of },
        // No integer of AMQP is below an `i64`.
        Err(_) => DecodeErrorKind::TooSmall { number: number.try_into().unwrap_or(i64::MIN), of },
    }
}

macro_rules! any_int {
    ($($type:ty, $primitive:ident;)*) => {
        /// Decodes the data of an integer of any width.
        fn decode_any<'de>(
            constructor: Constructor<'de>,
            reader: &mut Reader<'_, 'de>,
        ) -> Result<i128, Failed> {
            match constructor.format().primitive() {
                $(Primitive::$primitive if !constructor.is_described() => {
                    <$type>::decode_value(constructor, reader).map(i128::from)
                })*
                _ => Err(reader.unexpected(&constructor, &Accepts::INTEGERS)),
            }
        }

        $(
            impl<'de> Decode<'de> for AnyInt<$type> {
                const ACCEPTS: &'static Accepts = &Accepts::INTEGERS;

                fn decode_value(
                    constructor: Constructor<'de>,
                    reader: &mut Reader<'_, 'de>,
                ) -> Result<Self, Failed> {
                    let start = reader.remaining();
                    let number = decode_any(constructor, reader)?;
                    number.try_into().map(Self).map_err(|_| {
                        reader.error_in(start, out_of_range(number, Primitive::$primitive))
                    })
                }

                #[inline]
                fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
                    match <$type>::split_common(reader.remaining()) {
                        Some((number, remaining)) => {
                            reader.advance_to(remaining, 1);
                            Ok(Self(number))
                        }
                        None => reader.decode_slow(),
                    }
                }
            }

            impl Owned for AnyInt<$type> {
                type Ref<'a> = Self;

                fn from_ref(borrowed: Self) -> Self {
                    borrowed
                }
            }

            impl From<AnyInt<$type>> for $type {
                fn from(number: AnyInt<$type>) -> Self {
                    number.0
                }
            }
        )*
    };
}

any_int! {
    u8, Ubyte;
    u16, Ushort;
    u32, Uint;
    u64, Ulong;
    i8, Byte;
    i16, Short;
    i32, Int;
    i64, Long;
}

impl<T> TryFrom<Value> for AnyInt<T>
where
    Self: for<'a> Decode<'a>,
    T: TryFrom<i128>,
{
    type Error = UnexpectedValue;

    /// Returns an error if the value is no integer, or exceeds `T`.
    fn try_from(value: Value) -> Result<Self, UnexpectedValue> {
        match value.as_integer().map(T::try_from) {
            Some(Ok(number)) => Ok(Self(number)),
            _ => Err(UnexpectedValue { expected: Self::ACCEPTS, value }),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn every_constructor_of_an_integer_is_read() {
        for octets in ["50 03", "60 0003", "70 00000003", "52 03", "80 0000000000000003", "53 03"] {
            decodes_from(AnyInt(3i8), octets);
            decodes_from(AnyInt(3u64), octets);
        }
        for octets in ["51 fd", "61 fffd", "71 fffffffd", "54 fd", "81 fffffffffffffffd", "55 fd"] {
            decodes_from(AnyInt(-3i8), octets);
            decodes_from(AnyInt(-3i64), octets);
        }
        decodes_from(AnyInt(0u8), "43");
        decodes_from(AnyInt(0i16), "44");
        decodes_from(AnyInt(u64::MAX), "80 ffffffffffffffff");
        decodes_from(Array(vec![AnyInt(1u16), AnyInt(2)]), "e0 04 02 55 01 02");
        decodes_from(None::<AnyInt<u8>>, "40");
    }

    #[test]
    fn it_is_written_as_its_type() {
        encodes_to(AnyInt(3u8), "50 03");
        encodes_to(AnyInt(-3i64), "55 fd");
        encodes_to(Array(vec![AnyInt(1u16), AnyInt(2)]), "e0 06 02 60 0001 0002");
    }

    #[test]
    fn a_number_that_does_not_fit_is_named_with_the_range() {
        refuses::<AnyInt<u8>>("55 ff", "the number -1 is not between 0 and 255 (octet 1)");
        refuses::<AnyInt<i8>>("50 80", "the number 128 is not between -128 and 127 (octet 1)");
        refuses::<AnyInt<i64>>(
            "80 ffffffffffffffff",
            "the number 18446744073709551615 is not between -9223372036854775808 and \
             9223372036854775807 (octet 1)",
        );
        refuses::<Option<AnyInt<u8>>>("41", "expected an integer, found boolean (octet 0)");
        refuses::<AnyInt<u8>>("70 0000", "the octets end before the value does (octet 1)");
        refuses::<AnyInt<u8>>(
            "00 53 01 50 03",
            "expected an integer, found a value described by 0x1 (octet 0)",
        );
    }

    #[test]
    fn a_value_of_any_width_is_converted() {
        assert_eq!(AnyInt::<u8>::try_from(Value::Long(3)), Ok(AnyInt(3)));
        let error = AnyInt::<u8>::try_from(Value::Long(300)).unwrap_err();
        assert_eq!(error.value, Value::Long(300));
        assert_eq!((AnyInt(3u8).to_string(), u8::from(AnyInt::from(3u8))), ("3".into(), 3));
    }
}
