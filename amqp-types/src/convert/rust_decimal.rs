//! The feature `rust_decimal`: decimals to and from [`rust_decimal::Decimal`].
//!
//! All conversions are exact, and fail with an [`InexactDecimal`] if the number would have to be
//! rounded. A `Decimal` has a coefficient of 96 bits (28 digits, and some numbers of 29) and up to
//! 28 decimal places.
//!
//! - The conversions from [`Decimal32`], [`Decimal64`] and [`Decimal128`] fail for NaNs, infinities
//!   and numbers with more digits or decimal places. Trailing zeros, as in `1.50`, are kept if the
//!   number fits with them, and removed otherwise. `1E+3` becomes `1000`.
//! - The conversion to [`Decimal128`] never fails. Those to [`Decimal64`] and [`Decimal32`] fail
//!   for more than 16 or 7 digits. Trailing zeros beyond that are removed.
//!
//! A `Decimal` does not implement the codec traits, because it could be any of the three AMQP
//! types.
//!
//! ```
//! use amqp_types::{Decimal32, Decimal128};
//! use amqp_types::convert::rust_decimal::InexactDecimal;
//! use rust_decimal::Decimal;
//!
//! let price = Decimal::new(1990, 2);
//! let ours = Decimal128::from(price);
//! assert_eq!(ours.to_string(), "19.90");
//! assert_eq!(Decimal::try_from(ours)?.to_string(), "19.90");
//!
//! let pi = Decimal::new(314_159_265, 8);
//! assert_eq!(Decimal32::try_from(pi), Err(InexactDecimal::TooManyDigits));
//! assert_eq!(Decimal::try_from(Decimal128::NAN), Err(InexactDecimal::Nan));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;

use ::rust_decimal::Decimal;

use crate::primitive::DecimalParts;
use crate::{Decimal32, Decimal64, Decimal128};

/// The error of converting a decimal that the target type cannot represent exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InexactDecimal {
    /// The decimal is NaN.
    Nan,
    /// The decimal is infinite.
    Infinite,
    /// The number has more digits than the target type, before the decimal point or in total.
    TooManyDigits,
    /// The number has more decimal places than the target type.
    TooManyDecimals,
}

impl fmt::Display for InexactDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nan => "the decimal is NaN, which the target type cannot represent",
            Self::Infinite => "the decimal is infinite, which the target type cannot represent",
            Self::TooManyDigits => "the number has more digits than the target type",
            Self::TooManyDecimals => "the number has more decimal places than the target type",
        })
    }
}

impl core::error::Error for InexactDecimal {}

/// The largest coefficient of a `Decimal`, which has 96 bits.
const MAX: u128 = Decimal::MAX.mantissa().unsigned_abs();

/// The smallest exponent of a `Decimal`, which has at most 28 decimal places.
const MIN_EXPONENT: i32 = -28;

fn to_theirs(parts: DecimalParts) -> Result<Decimal, InexactDecimal> {
    let (negative, mut coefficient, mut exponent) = match parts {
        DecimalParts::Finite { negative, coefficient: 0, exponent } => {
            (negative, 0, exponent.clamp(MIN_EXPONENT, 0))
        }
        DecimalParts::Finite { negative, coefficient, exponent } => {
            (negative, coefficient, exponent)
        }
        DecimalParts::Infinity { .. } => return Err(InexactDecimal::Infinite),
        DecimalParts::Nan { .. } => return Err(InexactDecimal::Nan),
    };
    // Each loop runs at most once for each digit of the coefficient or of `MAX`.
    while (exponent < MIN_EXPONENT || exponent < 0 && coefficient > MAX) && coefficient % 10 == 0 {
        coefficient /= 10;
        exponent += 1;
    }
    while exponent > 0 && coefficient <= MAX {
        coefficient *= 10;
        exponent -= 1;
    }
    if exponent < MIN_EXPONENT {
        return Err(InexactDecimal::TooManyDecimals);
    }
    let number =
        Decimal::try_from_i128_with_scale(coefficient.cast_signed(), exponent.unsigned_abs());
    let mut number = number.map_err(|_| InexactDecimal::TooManyDigits)?;
    number.set_sign_negative(negative);
    Ok(number)
}

/// Returns whether the number is negative, its coefficient and its exponent.
fn parts(number: Decimal) -> (bool, u128, i32) {
    // The scale is at most 28.
    let exponent = -number.scale().cast_signed();
    (number.is_sign_negative(), number.mantissa().unsigned_abs(), exponent)
}

macro_rules! to_theirs {
    ($($type:ident)*) => {$(
        /// Returns an error if the conversion would not be exact.
        impl TryFrom<$type> for Decimal {
            type Error = InexactDecimal;

            fn try_from(number: $type) -> Result<Self, InexactDecimal> {
                to_theirs(number.parts())
            }
        }
    )*};
}

macro_rules! to_ours {
    ($($type:ident)*) => {$(
        /// Returns an error if the conversion would not be exact.
        impl TryFrom<Decimal> for $type {
            type Error = InexactDecimal;

            fn try_from(number: Decimal) -> Result<Self, InexactDecimal> {
                let (negative, coefficient, exponent) = parts(number);
                Self::from_parts(negative, coefficient, exponent)
                    .ok_or(InexactDecimal::TooManyDigits)
            }
        }
    )*};
}

to_theirs! { Decimal32 Decimal64 Decimal128 }
to_ours! { Decimal32 Decimal64 }

/// Never fails and never rounds.
impl From<Decimal> for Decimal128 {
    fn from(number: Decimal) -> Self {
        let (negative, coefficient, exponent) = parts(number);
        // The fallback is never used, because a coefficient of 96 bits has fewer than 34 digits.
        Self::from_parts(negative, coefficient, exponent).unwrap_or(Self::NAN)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// The largest number, and the smallest above zero.
    const BOUNDS: [&str; 2] = ["79228162514264337593543950335", "0.0000000000000000000000000001"];

    #[test]
    fn every_decimal_round_trips() {
        for text in
            ["0", "-0.00", "1.50", "-1", "7.9228162514264337593543950335"].into_iter().chain(BOUNDS)
        {
            let theirs: Decimal = text.parse().unwrap();
            let ours = Decimal128::from(theirs);
            let back = Decimal::try_from(ours).unwrap();
            assert_eq!(back.unpack(), theirs.unpack(), "{text}");
            assert_eq!(ours, text.parse().unwrap());
        }
        let mut negative_zero = Decimal::ZERO;
        negative_zero.set_sign_negative(true);
        assert_eq!(Decimal128::from(negative_zero).to_string(), "-0");
        assert_eq!(
            Decimal::try_from(Decimal128::from(negative_zero)).unwrap().unpack(),
            negative_zero.unpack()
        );
    }

    #[test]
    fn zeros_are_moved_only_if_necessary() {
        for (text, expected) in [
            ("1.50", "1.50"),
            ("1E+3", "1000"),
            ("-7E+28", "-70000000000000000000000000000"),
            ("0E+6000", "0"),
            ("0E-6000", "0.0000000000000000000000000000"),
            ("1000E-31", "0.0000000000000000000000000001"),
            ("1.000000000000000000000000000000000", "1.0000000000000000000000000000"),
            ("79228162514264337593543950335.000", "79228162514264337593543950335"),
            ("79228162514264337593543950335E-28", "7.9228162514264337593543950335"),
        ] {
            let number: Decimal128 = text.parse().unwrap();
            assert_eq!(Decimal::try_from(number).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn values_that_would_be_rounded_are_refused() {
        for (text, error) in [
            ("NaN", InexactDecimal::Nan),
            ("-sNaN1", InexactDecimal::Nan),
            ("inf", InexactDecimal::Infinite),
            ("-inf", InexactDecimal::Infinite),
            ("79228162514264337593543950336", InexactDecimal::TooManyDigits),
            ("79228162514264337593543950335.5", InexactDecimal::TooManyDigits),
            ("8E+28", InexactDecimal::TooManyDigits),
            ("1E+6144", InexactDecimal::TooManyDigits),
            ("1E-29", InexactDecimal::TooManyDecimals),
            ("1E-6176", InexactDecimal::TooManyDecimals),
            ("1.00000000000000000000000000001", InexactDecimal::TooManyDecimals),
        ] {
            let number: Decimal128 = text.parse().unwrap();
            assert_eq!(Decimal::try_from(number), Err(error), "{text}");
        }
    }

    #[test]
    fn the_narrow_types_accept_values_that_fit() {
        let fits = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(Decimal32::try_from(fits("12345.67")).unwrap().to_string(), "12345.67");
        assert_eq!(Decimal32::try_from(fits("12345678")), Err(InexactDecimal::TooManyDigits));
        assert_eq!(Decimal32::try_from(fits("12345670")).unwrap().to_string(), "1.234567E+7");
        assert_eq!(
            Decimal64::try_from(fits("-1234567890.123456")).unwrap().parts(),
            DecimalParts::Finite {
                negative: true,
                coefficient: 1_234_567_890_123_456,
                exponent: -6
            }
        );
        assert_eq!(
            Decimal64::try_from(fits("12345678901234567")),
            Err(InexactDecimal::TooManyDigits)
        );
        for text in ["9999999", "-1E-28", "1E+28"] {
            let ours: Decimal32 = text.parse().unwrap();
            let theirs = Decimal::try_from(ours).unwrap();
            assert_eq!(Decimal32::try_from(theirs).unwrap(), ours);
            let ours: Decimal64 = text.parse().unwrap();
            assert_eq!(Decimal::try_from(ours).unwrap(), theirs);
        }
        assert_eq!(Decimal::try_from(Decimal32::MAX), Err(InexactDecimal::TooManyDigits));
        assert_eq!(
            Decimal::try_from(Decimal64::MIN_POSITIVE),
            Err(InexactDecimal::TooManyDecimals)
        );
    }
}
