//! Numeric order, exact over the whole range of exponents.

use core::cmp::Ordering;

use super::DecimalParts;

/// Orders two decimals of one format as numbers; `None` if either is a NaN.
pub(super) fn partial_cmp(left: DecimalParts, right: DecimalParts) -> Option<Ordering> {
    let (left, right) = (Number::new(left)?, Number::new(right)?);
    let by_sign = left.sign.cmp(&right.sign);
    Some(by_sign.then_with(|| match left.sign {
        Sign::Negative => right.cmp_magnitude(left),
        Sign::Zero => Ordering::Equal,
        Sign::Positive => left.cmp_magnitude(right),
    }))
}

/// The sign of a number. Zero is neither positive nor negative, regardless of its sign bit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Negative,
    Zero,
    Positive,
}

/// A decimal that is not a NaN, with the fields that determine its order.
#[derive(Clone, Copy)]
struct Number {
    sign: Sign,
    /// The power of ten of the leading digit, greater than all others for an infinity.
    leading: i32,
    coefficient: u128,
    exponent: i32,
}

impl Number {
    fn new(parts: DecimalParts) -> Option<Self> {
        let (coefficient, exponent, leading) = match parts {
            DecimalParts::Finite { coefficient, exponent, .. } => {
                (coefficient, exponent, leading(coefficient, exponent))
            }
            DecimalParts::Infinity { .. } => (1, 0, i32::MAX),
            DecimalParts::Nan { .. } => return None,
        };
        let sign = match (coefficient, parts.is_negative()) {
            (0, _) => Sign::Zero,
            (_, true) => Sign::Negative,
            (_, false) => Sign::Positive,
        };
        Some(Self { sign, leading, coefficient, exponent })
    }

    /// Compares two numbers, neither of them zero, by their distance from zero.
    fn cmp_magnitude(self, other: Self) -> Ordering {
        self.leading.cmp(&other.leading).then_with(|| {
            let exponent = self.exponent.min(other.exponent);
            self.coefficient_at(exponent).cmp(&other.coefficient_at(exponent))
        })
    }

    /// Returns the coefficient for a lower exponent.
    ///
    /// This is called only for numbers with the same power of ten of the leading digit, so the result has as
    /// many digits as the longer coefficient and never saturates.
    fn coefficient_at(self, exponent: i32) -> u128 {
        let zeros = self.exponent.abs_diff(exponent);
        self.coefficient.saturating_mul(10u128.saturating_pow(zeros))
    }
}

/// Returns the power of ten of the first digit of a number, which is the *adjusted exponent* of the General
/// Decimal Arithmetic specification. A zero has the single digit 0.
pub(super) fn leading(coefficient: u128, exponent: i32) -> i32 {
    let digits_after = coefficient.checked_ilog10().unwrap_or(0);
    exponent.saturating_add_unsigned(digits_after)
}
