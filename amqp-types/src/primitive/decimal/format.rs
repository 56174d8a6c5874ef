//! The bit layout of the three formats, and the conversions to and from it.
//!
//! All bits are widened to `u128`, so that one set of functions serves all formats.

use super::DecimalParts;

/// The layout of decimal32.
pub(super) const DECIMAL32: Format = Format { width: 32, trailing: 20, digits: 7, bias: 101 };

/// The layout of decimal64.
pub(super) const DECIMAL64: Format = Format { width: 64, trailing: 50, digits: 16, bias: 398 };

/// The layout of decimal128.
pub(super) const DECIMAL128: Format = Format { width: 128, trailing: 110, digits: 34, bias: 6176 };

/// The five bits below the sign that mark an infinity.
const INFINITY: u128 = 0b1_1110;

/// The five bits below the sign that mark a NaN.
const NAN: u128 = 0b1_1111;

/// The parameters of an interchange format (IEEE 754-2008, table 3.6).
///
/// From the top, the bits of a finite number are, in one of two forms:
///
/// ```text
/// sign | exponent            | coefficient (trailing + 3 bits)
/// sign | 1 1 | exponent      | coefficient less its leading 1 0 0 (trailing + 1 bits)
/// ```
///
/// The first two bits of an exponent are never `1 1`, which distinguishes the forms, and in the
/// second form leaves room for the infinities and NaNs.
#[derive(Clone, Copy)]
pub(super) struct Format {
    /// All the bits, `k` in the standard.
    width: u32,
    /// The bits of the trailing significand field, `t` in the standard.
    trailing: u32,
    /// The decimal digits of the coefficient, `p` in the standard.
    digits: u32,
    /// The number that is added to an exponent to encode it.
    bias: i32,
}

impl Format {
    /// The largest coefficient, all digits nine.
    pub(super) const fn max_coefficient(self) -> u128 {
        10u128.pow(self.digits) - 1
    }

    /// The largest payload of a NaN, one digit shorter than the largest coefficient.
    pub(super) const fn max_payload(self) -> u128 {
        10u128.pow(self.digits - 1) - 1
    }

    /// The least exponent of a coefficient.
    pub(super) const fn min_exponent(self) -> i32 {
        -self.bias
    }

    /// The greatest exponent of a coefficient.
    pub(super) const fn max_exponent(self) -> i32 {
        // The first two bits of the exponent field can be 00, 01 or 10.
        (3 << (self.exponent_bits() - 2)) - 1 - self.bias
    }

    /// The number of bits of the exponent field, which are those that are neither sign nor coefficient.
    const fn exponent_bits(self) -> u32 {
        self.width - 1 - (self.trailing + 3)
    }

    /// Encodes a finite number, of a coefficient and exponent that are within the limits.
    pub(super) const fn finite(self, negative: bool, coefficient: u128, exponent: i32) -> u128 {
        let exponent = (exponent + self.bias).unsigned_abs() as u128;
        let magnitude = if coefficient < 1 << (self.trailing + 3) {
            exponent << (self.trailing + 3) | coefficient
        } else {
            let prefix = 0b11 << (self.width - 3);
            let rest = coefficient & low_bits(self.trailing + 1);
            prefix | exponent << (self.trailing + 1) | rest
        };
        self.sign(negative) | magnitude
    }

    /// Encodes an infinity.
    pub(super) const fn infinity(self, negative: bool) -> u128 {
        self.sign(negative) | INFINITY << (self.width - 6)
    }

    /// Encodes a NaN, of a payload that is within the limit.
    pub(super) const fn nan(self, negative: bool, signaling: bool, payload: u128) -> u128 {
        let signaling = (signaling as u128) << (self.width - 7);
        self.sign(negative) | NAN << (self.width - 6) | signaling | payload
    }

    /// Returns the sign bit at its position.
    const fn sign(self, negative: bool) -> u128 {
        (negative as u128) << (self.width - 1)
    }

    /// Decodes any bits of this width.
    pub(super) const fn parts(self, bits: u128) -> DecimalParts {
        let negative = bits >> (self.width - 1) & 1 == 1;
        match bits >> (self.width - 6) & 0b1_1111 {
            INFINITY => DecimalParts::Infinity { negative },
            NAN => DecimalParts::Nan {
                negative,
                signaling: bits >> (self.width - 7) & 1 == 1,
                payload: zero_beyond(self.max_payload(), bits & low_bits(self.trailing)),
            },
            marker => {
                let (below, prefix) = if marker >> 3 == 0b11 {
                    (self.trailing + 1, 0b100 << (self.trailing + 1))
                } else {
                    (self.trailing + 3, 0)
                };
                let coefficient = prefix | bits & low_bits(below);
                DecimalParts::Finite {
                    negative,
                    coefficient: zero_beyond(self.max_coefficient(), coefficient),
                    exponent: self.exponent(bits >> below),
                }
            }
        }
    }

    /// Decodes an exponent that is in the lowest bits.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "the field masked out has at most 14 bits"
    )]
    const fn exponent(self, bits: u128) -> i32 {
        (bits & low_bits(self.exponent_bits())) as i32 - self.bias
    }

    /// Moves as few zeros as possible between a coefficient and its exponent to bring both within the limits.
    /// Returns `None` if this is not possible without changing the value.
    pub(super) const fn fit(self, coefficient: u128, exponent: i64) -> Option<(u128, i32)> {
        let least = self.min_exponent() as i64;
        let greatest = self.max_exponent() as i64;
        let (mut coefficient, mut exponent) = (coefficient, exponent);
        if coefficient == 0 {
            // The exponent of zero can be changed without limit.
            if exponent < least {
                exponent = least;
            } else if exponent > greatest {
                exponent = greatest;
            }
        }
        // For any exponent, both loops run at most once for each digit of a `u128`, because each iteration
        // removes a digit of a coefficient that is not zero, or adds one.
        while coefficient > self.max_coefficient() || exponent < least {
            if coefficient % 10 != 0 {
                return None;
            }
            coefficient /= 10;
            exponent = exponent.saturating_add(1);
        }
        while exponent > greatest {
            coefficient *= 10;
            if coefficient > self.max_coefficient() {
                return None;
            }
            exponent -= 1;
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it is between two limits that are `i32`"
        )]
        Some((coefficient, exponent as i32))
    }
}

/// A mask of the lowest `count` bits.
const fn low_bits(count: u32) -> u128 {
    (1 << count) - 1
}

/// The value, or zero if it is beyond the limit, which is how non-canonical encodings read.
const fn zero_beyond(limit: u128, value: u128) -> u128 {
    if value > limit { 0 } else { value }
}
