//! The decimal floating-point types of AMQP 1.0: [`Decimal32`], [`Decimal64`] and [`Decimal128`].
//!
//! AMQP (part 1, sections 1.6.13 to 1.6.15) carries the decimal interchange formats of
//! IEEE 754-2008 (section 3.5) with the coefficient in the *binary integer decimal* encoding. The
//! types here have no arithmetic: they keep the bits exactly as they were received, and can be split
//! into [`DecimalParts`], parsed, printed, and compared as numbers.
//!
//! One number has several encodings that differ in their trailing zeros (`1.5` and `1.50`); the
//! set of them is its *cohort*. Parsing and printing keep the member of the cohort, comparison
//! ignores it. Nothing here ever rounds: a value that does not fit is refused.
//!
//! There is no `Eq` and no `Hash`, for the same reasons that `f64` has none. To compare or hash bits,
//! use `to_bits`.

mod codec;
mod compare;
mod format;
mod text;

#[cfg(test)]
mod tests;

use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use format::Format;
pub use text::ParseDecimalError;

/// The parts of a decimal, returned by `parts()` of [`Decimal32`], [`Decimal64`] or [`Decimal128`].
///
/// Parts are equal if their fields are, so those of `1.5` and `1.50` differ although the numbers are
/// equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecimalParts {
    /// The number `coefficient` times ten to the power of `exponent`, negated if `negative`.
    Finite {
        /// Whether the sign bit is set, which it can be for zero too.
        negative: bool,
        /// The digits as an integer; zero if the encoded coefficient is out of range.
        coefficient: u128,
        /// The power of ten the coefficient is multiplied by.
        exponent: i32,
    },
    /// An infinity.
    Infinity {
        /// Whether this is negative infinity.
        negative: bool,
    },
    /// Not a number.
    Nan {
        /// Whether the sign bit is set, which has no meaning.
        negative: bool,
        /// Whether this is a signalling NaN rather than a quiet one.
        signaling: bool,
        /// The diagnostic payload; zero if the encoded payload is out of range.
        payload: u128,
    },
}

impl DecimalParts {
    /// Whether the sign bit is set.
    const fn is_negative(self) -> bool {
        match self {
            Self::Finite { negative, .. }
            | Self::Infinity { negative }
            | Self::Nan { negative, .. } => negative,
        }
    }
}

/// Defines a decimal type of `$bits`, all operations of which go through its [`Format`], so that the
/// three types differ only in their layout.
macro_rules! decimal_type {
    (
        $(#[$doc:meta])*
        $name:ident, $bits:ty, $format:expr, from $($integer:ty),+
    ) => {
        $(#[$doc])*
        ///
        /// Every bit pattern is kept as it is, including those that the standard calls
        /// non-canonical. A coefficient beyond the precision reads as zero (IEEE 754-2008,
        /// section 3.5.2), and so does a NaN payload beyond its limit.
        #[derive(Clone, Copy)]
        // Octets, not bits: a `u128` has an alignment of 16, which would be that of every `Value`.
        pub struct $name([u8; size_of::<$bits>()]);

        impl $name {
            const FORMAT: Format = $format;

            /// The number zero: coefficient 0, exponent 0.
            pub const ZERO: Self = Self::narrow(Self::FORMAT.finite(false, 0, 0));

            /// The number one: coefficient 1, exponent 0.
            pub const ONE: Self = Self::narrow(Self::FORMAT.finite(false, 1, 0));

            /// Positive infinity.
            pub const INFINITY: Self = Self::narrow(Self::FORMAT.infinity(false));

            /// Negative infinity.
            pub const NEG_INFINITY: Self = Self::narrow(Self::FORMAT.infinity(true));

            /// The quiet NaN that is positive and has no payload.
            pub const NAN: Self = Self::narrow(Self::FORMAT.nan(false, false, 0));

            /// The largest finite number: all digits nine, at the greatest exponent.
            pub const MAX: Self = Self::narrow(Self::FORMAT.finite(
                false,
                Self::FORMAT.max_coefficient(),
                Self::FORMAT.max_exponent(),
            ));

            /// The smallest number above zero (a subnormal): 1 at the least exponent.
            pub const MIN_POSITIVE: Self = Self::narrow(Self::FORMAT.finite(
                false,
                1,
                Self::FORMAT.min_exponent(),
            ));

            /// Creates a decimal from its encoded bits. Every pattern is accepted and kept.
            #[must_use]
            pub const fn from_bits(bits: $bits) -> Self {
                Self(bits.to_be_bytes())
            }

            /// Returns the encoded bits.
            #[must_use]
            pub const fn to_bits(self) -> $bits {
                <$bits>::from_be_bytes(self.0)
            }

            /// Creates a decimal from its bytes in network order, as AMQP sends them.
            #[must_use]
            pub const fn from_be_bytes(bytes: [u8; size_of::<$bits>()]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes in network order, as AMQP sends them.
            #[must_use]
            pub const fn to_be_bytes(self) -> [u8; size_of::<$bits>()] {
                self.0
            }

            /// Creates the number `coefficient` times ten to the power of `exponent`, negated if
            /// `negative`.
            ///
            /// The coefficient and exponent are kept as given if the format can hold them. If
            /// not, zeros move between the two until it can; the value stays exactly the same.
            /// The exponent of a zero is brought into range.
            ///
            /// Returns `None` if the format has no exact encoding of the value.
            #[must_use]
            pub const fn from_parts(
                negative: bool,
                coefficient: u128,
                exponent: i32,
            ) -> Option<Self> {
                match Self::FORMAT.fit(coefficient, exponent as i64) {
                    Some((coefficient, exponent)) => Some(Self::narrow(
                        Self::FORMAT.finite(negative, coefficient, exponent),
                    )),
                    None => None,
                }
            }

            /// Returns the parts of the number (IEEE 754-2008, section 3.5.2).
            #[must_use]
            pub const fn parts(self) -> DecimalParts {
                Self::FORMAT.parts(self.to_bits() as u128)
            }

            /// Returns whether this is a NaN, quiet or signalling.
            #[must_use]
            pub const fn is_nan(self) -> bool {
                matches!(self.parts(), DecimalParts::Nan { .. })
            }

            /// Returns whether this is positive or negative infinity.
            #[must_use]
            pub const fn is_infinite(self) -> bool {
                matches!(self.parts(), DecimalParts::Infinity { .. })
            }

            /// Returns whether this is neither infinite nor NaN.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                matches!(self.parts(), DecimalParts::Finite { .. })
            }

            /// Returns whether the sign bit is set, which it can be for zeros and NaNs too.
            #[must_use]
            pub const fn is_sign_negative(self) -> bool {
                self.parts().is_negative()
            }

            /// Takes bits that a [`Format`] of this width made.
            #[allow(
                clippy::cast_possible_truncation,
                reason = "a format sets no bit beyond its own width"
            )]
            const fn narrow(bits: u128) -> Self {
                Self::from_bits(bits as $bits)
            }
        }

        /// Zero, with exponent 0.
        impl Default for $name {
            fn default() -> Self {
                Self::ZERO
            }
        }

        /// Numeric equality as for `f64`: `1.5` equals `1.50`, `-0` equals `0`, and a NaN equals
        /// nothing, itself included.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.partial_cmp(other) == Some(Ordering::Equal)
            }
        }

        /// Numeric order as for `f64`, exact over the whole range; a NaN is unordered.
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                compare::partial_cmp(self.parts(), other.parts())
            }
        }

        /// Parses a decimal exactly.
        ///
        /// Accepted are an optional sign, then either digits with an optional point and an
        /// optional exponent (`-1.50`, `.5`, `5.`, `1e-3`), or `inf`, `infinity`, `NaN` or
        /// `sNaN`, the last two with an optional payload in digits (`NaN7`). Case does not
        /// matter. Trailing zeros are kept, so `1.50` has coefficient 150 and exponent -2. Zeros are moved
        /// between coefficient and exponent only if the format cannot represent the value otherwise.
        ///
        /// # Errors
        ///
        /// Returns a [`ParseDecimalError`] if the text does not have this form, or if the format has no
        /// exact encoding of the value. Nothing is ever rounded.
        impl FromStr for $name {
            type Err = ParseDecimalError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text::parse(Self::FORMAT, text).map(Self::narrow)
            }
        }

        /// Prints the number as the to-scientific-string operation of the General Decimal
        /// Arithmetic specification does, so that reading it back gives the same bits if they
        /// are canonical.
        ///
        /// Width, fill, alignment and the flags `+` and `0` are honoured. A precision is not, as
        /// it would need rounding.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                text::print(self.parts(), f)
            }
        }

        /// Writes the name of the type around the text of `Display`.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        $(
            /// Keeps the value exactly, with exponent 0.
            impl From<$integer> for $name {
                fn from(value: $integer) -> Self {
                    let value = i128::from(value);
                    Self::narrow(Self::FORMAT.finite(value < 0, value.unsigned_abs(), 0))
                }
            }
        )+
    };
}

decimal_type! {
    /// A decimal number of 7 digits in 32 bits: IEEE 754-2008 decimal32 in binary integer decimal
    /// encoding, the AMQP type `decimal32` (section 1.6.13).
    Decimal32, u32, format::DECIMAL32, from i8, u8, i16, u16
}

decimal_type! {
    /// A decimal number of 16 digits in 64 bits: IEEE 754-2008 decimal64 in binary integer decimal
    /// encoding, the AMQP type `decimal64` (section 1.6.14).
    Decimal64, u64, format::DECIMAL64, from i8, u8, i16, u16, i32, u32
}

decimal_type! {
    /// A decimal number of 34 digits in 128 bits: IEEE 754-2008 decimal128 in binary integer
    /// decimal encoding, the AMQP type `decimal128` (section 1.6.15).
    Decimal128, u128, format::DECIMAL128, from i8, u8, i16, u16, i32, u32, i64, u64
}
