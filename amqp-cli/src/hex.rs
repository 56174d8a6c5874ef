//! Parses and writes octets in hexadecimal.

use std::fmt;

/// Parses octets of two hexadecimal digits each.
///
/// Between octets there may be white space, commas, colons and `0x`, so that the output of other
/// programs can be pasted. The two digits of an octet must not be separated, because a single digit is
/// more likely a mistake.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<u8>, BadHex> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut rest = text;
    // `0x` is only allowed at the start of a group of digits.
    let mut grouped = false;
    while let [first, after @ ..] = rest {
        let at = text.len() - rest.len();
        if is_separator(*first) {
            rest = after;
            grouped = false;
            continue;
        }
        if let (false, [b'0', b'x' | b'X', after @ ..]) = (grouped, rest) {
            rest = after;
            grouped = true;
            continue;
        }
        let high = digit(*first).ok_or_else(|| BadHex::not_a_digit(rest, at))?;
        let (low, after) = match after {
            [second, after @ ..] if !is_separator(*second) => {
                let low = digit(*second);
                (
                    low.ok_or_else(|| {
                        BadHex::not_a_digit(rest.get(1..).unwrap_or_default(), at + 1)
                    })?,
                    after,
                )
            }
            _ => {
                return Err(BadHex { at, reason: Reason::OddDigits });
            }
        };
        octets.push(high << 4 | low);
        rest = after;
        grouped = true;
    }
    Ok(octets)
}

const fn is_separator(character: u8) -> bool {
    character.is_ascii_whitespace() || matches!(character, b',' | b':')
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The text is not hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadHex {
    /// The character of the error, counted from 0. This is also the index in the text, because all
    /// characters before it are ASCII.
    pub(crate) at: usize,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    NotADigit(char),
    OddDigits,
}

impl BadHex {
    fn not_a_digit(from: &[u8], at: usize) -> Self {
        // A character has at most four octets. Invalid UTF-8 is shown as U+FFFD.
        let start = String::from_utf8_lossy(from.get(..4).unwrap_or(from));
        let character = start.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        Self { at, reason: Reason::NotADigit(character) }
    }
}

impl fmt::Display for BadHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::NotADigit(character) => {
                write!(f, "{character:?} is not a hexadecimal digit")?;
            }
            Reason::OddDigits => {
                f.write_str("odd number of hex digits")?;
            }
        }
        write!(f, " (character {})", self.at)
    }
}

impl std::error::Error for BadHex {}

/// Writes octets without separators: `00ff`.
pub(crate) struct Plain<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Writes octets separated by spaces: `00 ff`.
pub(crate) struct Spaced<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Spaced<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_in_many_forms() {
        for text in
            ["0053ff", "00 53 FF", "0x00 0x53 0xff", "0x0053ff", "00:53:fF", "00, 53,\tff\r"]
        {
            assert_eq!(parse(text.as_bytes()), Ok(vec![0x00, 0x53, 0xff]), "{text:?}");
        }
        for text in ["", " \r", "0x"] {
            assert_eq!(parse(text.as_bytes()), Ok(Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let cases: [(&[u8], usize, &str); 9] = [
            (b"00 g0", 3, "'g' is not a hexadecimal digit (character 3)"),
            (b"0g", 1, "'g' is not a hexadecimal digit (character 1)"),
            (b"005", 2, "odd number of hex digits (character 2)"),
            (b"0 0", 0, "odd number of hex digits (character 0)"),
            (b"000x53", 3, "'x' is not a hexadecimal digit (character 3)"),
            (b"0x0x", 3, "'x' is not a hexadecimal digit (character 3)"),
            ("00 \u{e9}".as_bytes(), 3, "'\u{e9}' is not a hexadecimal digit (character 3)"),
            (b"00\xff", 2, "'\u{fffd}' is not a hexadecimal digit (character 2)"),
            (b"00\x1b[m", 2, "'\\u{1b}' is not a hexadecimal digit (character 2)"),
        ];
        for (text, at, message) in cases {
            let error = parse(text).unwrap_err();
            assert_eq!((error.at, error.to_string().as_str()), (at, message));
        }
    }

    #[test]
    fn printed() {
        assert_eq!(Plain(&[0, 255]).to_string(), "00ff");
        assert_eq!(Spaced(&[0, 255]).to_string(), "00 ff");
        assert_eq!(Spaced(&[]).to_string(), "");
    }
}
