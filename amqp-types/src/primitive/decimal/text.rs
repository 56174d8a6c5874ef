//! Decimals as text: reading them exactly, and printing them so that they read back the same.

use core::error::Error;
use core::fmt::{self, Write};

use super::DecimalParts;
use super::compare::leading;
use super::format::Format;

/// Why a text was refused as a decimal.
///
/// The index in an error counts the characters before the one at fault, so it is 0 for the first.
/// All the characters before it are ASCII, which makes it the index of the byte as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseDecimalError {
    /// The text is empty.
    Empty,
    /// The text is incomplete, as `-` and `1e` are.
    UnexpectedEnd {
        /// The index at which the text ends.
        index: usize,
    },
    /// A character is not allowed at its position.
    UnexpectedCharacter {
        /// The index of the character.
        index: usize,
    },
    /// There are more significant digits than the format can represent, even after trailing zeros have been
    /// moved into the exponent. For a NaN: its payload is too large.
    TooManyDigits {
        /// The index of the first digit that does not fit.
        index: usize,
    },
    /// The exponent is outside the range of the format, even after zeros have been moved between it and the
    /// coefficient.
    ExponentOutOfRange {
        /// The index of the `e` of the exponent, or of the number if it has no exponent.
        index: usize,
    },
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, index) = match *self {
            Self::Empty => return f.write_str("empty text is not a decimal number"),
            Self::UnexpectedEnd { index } => ("text ends too early", index),
            Self::UnexpectedCharacter { index } => ("unexpected character", index),
            Self::TooManyDigits { index } => ("too many digits to be held exactly", index),
            Self::ExponentOutOfRange { index } => ("exponent out of range", index),
        };
        write!(f, "{what} at index {index}")
    }
}

impl Error for ParseDecimalError {}

/// Reads a text as the bits of a decimal.
pub(super) fn parse(format: Format, text: &str) -> Result<u128, ParseDecimalError> {
    if text.is_empty() {
        return Err(ParseDecimalError::Empty);
    }
    let mut cursor = Cursor { bytes: text.as_bytes(), index: 0 };
    let negative = cursor.take_sign();
    let bits = if cursor.take_word(b"infinity") || cursor.take_word(b"inf") {
        format.infinity(negative)
    } else if cursor.take_word(b"nan") {
        format.nan(negative, false, parse_payload(format, &mut cursor)?)
    } else if cursor.take_word(b"snan") {
        format.nan(negative, true, parse_payload(format, &mut cursor)?)
    } else {
        let (coefficient, exponent) = parse_finite(format, &mut cursor)?;
        format.finite(negative, coefficient, exponent)
    };
    match cursor.peek() {
        Some(_) => Err(cursor.unexpected()),
        None => Ok(bits),
    }
}

/// Reads the digits after a `NaN`, of which there may be none.
fn parse_payload(format: Format, cursor: &mut Cursor<'_>) -> Result<u128, ParseDecimalError> {
    let mut payload = 0;
    while let Some(digit) = cursor.peek_digit() {
        payload = payload * 10 + u128::from(digit);
        if payload > format.max_payload() {
            return Err(ParseDecimalError::TooManyDigits { index: cursor.index });
        }
        cursor.index += 1;
    }
    Ok(payload)
}

/// Parses a finite number after its sign, as a coefficient and exponent that the format can represent.
fn parse_finite(format: Format, cursor: &mut Cursor<'_>) -> Result<(u128, i32), ParseDecimalError> {
    let start = cursor.index;
    let mut digits = Digits::default();
    let whole = parse_digits(format, cursor, &mut digits)?;
    let fraction =
        if cursor.take_word(b".") { parse_digits(format, cursor, &mut digits)? } else { 0 };
    if whole == 0 && fraction == 0 {
        return Err(cursor.unexpected());
    }

    let mut blame = start;
    let mut exponent = 0;
    if matches!(cursor.peek(), Some(b'e' | b'E')) {
        blame = cursor.index;
        cursor.index += 1;
        exponent = parse_exponent(cursor)?;
    }
    let (coefficient, zeros) = digits.finish(format);
    let exponent = exponent.saturating_sub(fraction).saturating_add(zeros);
    format.fit(coefficient, exponent).ok_or(ParseDecimalError::ExponentOutOfRange { index: blame })
}

/// Reads digits into a coefficient, and returns how many there were.
fn parse_digits(
    format: Format,
    cursor: &mut Cursor<'_>,
    digits: &mut Digits,
) -> Result<i64, ParseDecimalError> {
    let mut count = 0;
    while let Some(digit) = cursor.peek_digit() {
        if !digits.push(format, digit) {
            return Err(ParseDecimalError::TooManyDigits { index: cursor.index });
        }
        cursor.index += 1;
        count += 1;
    }
    Ok(count)
}

/// Reads an exponent after its `e`. One beyond an `i64` stays at the limit, which is as far out of
/// every range.
fn parse_exponent(cursor: &mut Cursor<'_>) -> Result<i64, ParseDecimalError> {
    let negative = cursor.take_sign();
    if cursor.peek_digit().is_none() {
        return Err(cursor.unexpected());
    }
    let mut exponent = 0i64;
    while let Some(digit) = cursor.peek_digit() {
        exponent = exponent.saturating_mul(10).saturating_add(i64::from(digit));
        cursor.index += 1;
    }
    Ok(if negative { -exponent } else { exponent })
}

/// A coefficient in the making.
///
/// Zeros are held back until another digit follows, since those at the end need not go into the
/// coefficient. That lets text have any number of them.
#[derive(Default)]
struct Digits {
    coefficient: u128,
    zeros: i64,
}

impl Digits {
    /// Adds a digit, or returns `false` if the format has fewer digits.
    fn push(&mut self, format: Format, digit: u8) -> bool {
        if digit == 0 {
            // Leading zeros are ignored.
            if self.coefficient != 0 {
                self.zeros = self.zeros.saturating_add(1);
            }
            return true;
        }
        let places = u32::try_from(self.zeros.saturating_add(1)).unwrap_or(u32::MAX);
        let coefficient = self
            .coefficient
            .saturating_mul(10u128.saturating_pow(places))
            .saturating_add(u128::from(digit));
        if coefficient > format.max_coefficient() {
            return false;
        }
        *self = Self { coefficient, zeros: 0 };
        true
    }

    /// Returns the coefficient with as many of its zeros as the format can represent, and the number of the
    /// others.
    fn finish(mut self, format: Format) -> (u128, i64) {
        while self.zeros > 0 && self.coefficient * 10 <= format.max_coefficient() {
            self.coefficient *= 10;
            self.zeros -= 1;
        }
        (self.coefficient, self.zeros)
    }
}

/// The text that is being parsed.
struct Cursor<'a> {
    bytes: &'a [u8],
    index: usize,
}

impl Cursor<'_> {
    /// Returns the next byte, or `None` at the end.
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.index).copied()
    }

    /// The value of the next character, if it is a digit.
    fn peek_digit(&self) -> Option<u8> {
        self.peek().filter(u8::is_ascii_digit).map(|byte| byte - b'0')
    }

    /// Takes the word if it is what follows, in any case.
    fn take_word(&mut self, word: &[u8]) -> bool {
        let rest = self.bytes.get(self.index..).unwrap_or_default();
        let found = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if found {
            self.index += word.len();
        }
        found
    }

    /// Takes a sign if there is one, and returns whether it is a minus.
    fn take_sign(&mut self) -> bool {
        let negative = self.take_word(b"-");
        if !negative {
            self.take_word(b"+");
        }
        negative
    }

    /// Returns the error for the character at this position, or for the end of the text.
    fn unexpected(&self) -> ParseDecimalError {
        let index = self.index;
        match self.peek() {
            Some(_) => ParseDecimalError::UnexpectedCharacter { index },
            None => ParseDecimalError::UnexpectedEnd { index },
        }
    }
}

/// Prints a decimal by the to-scientific-string rule.
pub(super) fn print(parts: DecimalParts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut line = Line::new();
    match parts {
        DecimalParts::Finite { coefficient, exponent, .. } => {
            write_finite(&mut line, coefficient, exponent)?;
        }
        DecimalParts::Infinity { .. } => line.write_str("Infinity")?,
        DecimalParts::Nan { signaling, payload, .. } => {
            line.write_str(if signaling { "sNaN" } else { "NaN" })?;
            if payload != 0 {
                write!(line, "{payload}")?;
            }
        }
    }
    let text = line.as_str()?;
    if f.sign_aware_zero_pad() && !matches!(parts, DecimalParts::Finite { .. }) {
        // These are not padded, because leading zeros would make them invalid.
        let sign = match (parts.is_negative(), f.sign_plus()) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        return write!(f, "{sign}{text}");
    }
    f.pad_integral(!parts.is_negative(), "", text)
}

/// Writes a finite number without its sign.
fn write_finite(line: &mut Line, coefficient: u128, exponent: i32) -> fmt::Result {
    let mut digits = Line::new();
    write!(digits, "{coefficient}")?;
    let digits = digits.as_str()?;
    let leading = leading(coefficient, exponent);
    match usize::try_from(-exponent) {
        Ok(0) => line.write_str(digits),
        Ok(fraction) if leading >= -6 => {
            let whole = digits.len().saturating_sub(fraction);
            match digits.split_at_checked(whole) {
                Some((whole, fraction)) if !whole.is_empty() => write!(line, "{whole}.{fraction}"),
                _ => write!(line, "0.{digits:0>fraction$}"),
            }
        }
        _ => match digits.split_at_checked(1) {
            Some((first, rest)) if !rest.is_empty() => write!(line, "{first}.{rest}E{leading:+}"),
            _ => write!(line, "{digits}E{leading:+}"),
        },
    }
}

/// A line of text on the stack, so that width and fill can be applied to it as a whole.
///
/// The longest needed has 41 bytes: 34 digits and either a point and an exponent such as `E+6144`,
/// or the `0.00000` before the digits of a small number.
struct Line {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Line {
    const CAPACITY: usize = 41;

    const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], len: 0 }
    }

    fn as_str(&self) -> Result<&str, fmt::Error> {
        let written = self.bytes.get(..self.len).ok_or(fmt::Error)?;
        core::str::from_utf8(written).map_err(|_| fmt::Error)
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.saturating_add(text.len());
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
