//! `uuid` (section 1.6.18): `0x98` and the sixteen octets of an RFC 4122 UUID.

use core::fmt;
use core::str::FromStr;

use super::fixed;

/// A universally unique identifier: sixteen octets in the order of RFC 4122.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    const fn octets(self) -> [u8; 16] {
        self.0
    }
}

fixed!(Uuid, Uuid, Uuid, Uuid::octets);

/// The error of parsing a text that is not a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseUuidError {
    /// The position of the first character that is wrong.
    at: usize,
}

impl fmt::Display for ParseUuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        write!(f, "not a UUID like 00112233-4455-6677-8899-aabbccddeeff at character {at}")
    }
}

impl core::error::Error for ParseUuidError {}

/// Writes, for example, `00112233-4455-6677-8899-aabbccddeeff`.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl FromStr for Uuid {
    type Err = ParseUuidError;

    fn from_str(text: &str) -> Result<Self, ParseUuidError> {
        let mut octets = [0; 16];
        let mut characters = text.char_indices();
        let end = ParseUuidError { at: text.len() };
        for (index, octet) in octets.iter_mut().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                let (at, hyphen) = characters.next().ok_or(end)?;
                if hyphen != '-' {
                    return Err(ParseUuidError { at });
                }
            }
            for _ in 0..2 {
                let (at, digit) = characters.next().ok_or(end)?;
                let digit = digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                *octet = *octet << 4 | digit.ok_or(ParseUuidError { at })?;
            }
        }
        match characters.next() {
            Some((at, _)) => Err(ParseUuidError { at }),
            None => Ok(Self(octets)),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::encodes_to;

    const TEXT: &str = "00112233-4455-6677-8899-aabbccddeeff";

    #[test]
    fn sixteen_octets_in_order() {
        let uuid: Uuid = TEXT.parse().unwrap();
        encodes_to(uuid, "98 00112233445566778899aabbccddeeff");
        encodes_to(Array(vec![uuid]), "e0 12 01 98 00112233445566778899aabbccddeeff");
    }

    #[test]
    fn text_round_trips_and_errors_have_a_position() {
        assert_eq!(TEXT.parse::<Uuid>().unwrap().to_string(), TEXT);
        for (text, at) in [
            ("", 0),
            ("0011", 4),
            ("001122334455-6677-8899-aabbccddeeff", 8),
            ("0x112233-4455-6677-8899-aabbccddeeff", 1),
            ("00112233-4455-6677-8899-aabbccddeeff0", 36),
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(ParseUuidError { at }), "{text}");
        }
    }
}
