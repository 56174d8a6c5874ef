//! The octets that a peer began with, kept so that a person can be told.

use std::fmt::{self, Write};
use std::ops::Deref;

use bytes::Bytes;

/// The first octets that came from a peer; at most [`MAX`](Self::MAX) of them are kept.
///
/// They print as a quoted text if they are one, up to its first line's end, and else in hex, up to
/// sixteen octets.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct FirstOctets(Bytes);

impl FirstOctets {
    /// How many octets are kept.
    pub const MAX: usize = 64;

    /// The beginning of these octets.
    pub fn of(octets: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(octets.get(..Self::MAX).unwrap_or(octets)))
    }
}

impl Deref for FirstOctets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// How many octets are printed in hex: enough to know a protocol by.
const IN_HEX: usize = 16;

/// Whether a person would take these octets for text.
pub(super) fn is_text(octets: &[u8]) -> bool {
    let text = match str::from_utf8(octets) {
        Ok(text) => text,
        // The last character may have been cut.
        Err(error) if error.error_len().is_none() => octets
            .get(..error.valid_up_to())
            .and_then(|whole| str::from_utf8(whole).ok())
            .unwrap_or(""),
        Err(_) => return false,
    };
    // Two or three octets of anything may happen to be a character.
    let is_ascii = octets.first().is_some_and(u8::is_ascii);
    is_ascii && text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace())
}

impl fmt::Display for FirstOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_text(self) {
            let text = String::from_utf8_lossy(self);
            return write!(f, "{:?}", text.lines().next().unwrap_or_default());
        }
        for (index, octet) in self.iter().take(IN_HEX).enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{octet:02x}")?;
        }
        if self.len() > IN_HEX {
            f.write_str(" ...")?;
        }
        Ok(())
    }
}

impl fmt::Debug for FirstOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FirstOctets({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::FirstOctets;

    #[test]
    fn they_print_as_text_or_in_hex() {
        let printed = |octets: &[u8]| FirstOctets::of(octets).to_string();
        assert_eq!(
            printed(b"HTTP/1.1 400 Bad Request\r\nA: b\r\n"),
            "\"HTTP/1.1 400 Bad Request\""
        );
        assert_eq!(printed("gr\u{fc}n".as_bytes()), "\"gr\u{fc}n\"");
        assert_eq!(printed(b"AMQP\x00\x00\x09\x01"), "41 4d 51 50 00 00 09 01");
        assert_eq!(printed(b"\xde\xad"), "de ad");
        assert_eq!(printed(b""), "");
        assert!(printed(&[0xab; 16]).ends_with("ab ab"));
        assert!(printed(&[0xab; 17]).ends_with("ab ab ..."));
    }

    #[test]
    fn no_more_are_kept_than_needed() {
        assert_eq!(FirstOctets::of(&[7; 1000]).len(), FirstOctets::MAX);
    }

    #[test]
    fn a_text_cut_inside_a_character_is_still_a_text() {
        assert!(super::is_text(b"gr\xc3"));
        assert!(!super::is_text(b"\xc3"));
        assert!(!super::is_text(b""));
        assert!(!super::is_text(b"gr\xffn"));
        assert!(!super::is_text(b"a\0b"));
    }
}
