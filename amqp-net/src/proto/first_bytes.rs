//! The first bytes that a peer sent, kept for error messages.

use std::fmt::{self, Write};
use std::ops::Deref;

use bytes::Bytes;

/// The first bytes that a peer sent, at most [`MAX`](Self::MAX) of them.
///
/// They print as the first line of a quoted text if they are text, else as up to sixteen octets in
/// hex.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct FirstBytes(Bytes);

impl FirstBytes {
    /// The number of bytes that are kept.
    pub const MAX: usize = 64;

    /// Copies the first bytes of `input`.
    pub fn new(input: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(input.get(..Self::MAX).unwrap_or(input)))
    }
}

impl Deref for FirstBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// The number of octets printed in hex, enough to recognise a protocol.
const IN_HEX: usize = 16;

/// Whether this looks like text to a person.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character may be truncated.
        Err(error) if error.error_len().is_none() => bytes
            .get(..error.valid_up_to())
            .and_then(|whole| str::from_utf8(whole).ok())
            .unwrap_or(""),
        Err(_) => return false,
    };
    // A few arbitrary octets may happen to be a character beyond ASCII.
    let is_ascii = bytes.first().is_some_and(u8::is_ascii);
    is_ascii && text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace())
}

impl fmt::Display for FirstBytes {
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

impl fmt::Debug for FirstBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FirstBytes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::FirstBytes;

    #[test]
    fn printed_as_text_or_in_hex() {
        let printed = |octets: &[u8]| FirstBytes::new(octets).to_string();
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
    fn at_most_64_bytes_are_kept() {
        assert_eq!(FirstBytes::new(&[7; 1000]).len(), FirstBytes::MAX);
    }

    #[test]
    fn text_that_ends_inside_a_character_is_text() {
        assert!(super::is_text(b"gr\xc3"));
        assert!(!super::is_text(b"\xc3"));
        assert!(!super::is_text(b""));
        assert!(!super::is_text(b"gr\xffn"));
        assert!(!super::is_text(b"a\0b"));
    }
}
