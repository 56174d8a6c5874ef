//! A line of a dump that begins with an offset.

use crate::decode::pasted::{BadText, digit};

/// A line that begins with an offset.
pub(super) struct Row<'a> {
    /// The index of the offset in the text.
    pub(super) at: usize,
    digits: &'a [u8],
    pub(super) is_indented: bool,
    /// Whether a colon follows the offset, as in the output of `xxd`.
    pub(super) has_colon: bool,
    /// What follows the offset and the colon.
    pub(super) rest: &'a [u8],
    /// The index of the rest in the text.
    pub(super) rest_at: usize,
}

/// The base of the offsets.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Hexadecimal,
    Decimal,
}

impl Base {
    /// Returns an offset as it is written in a dump.
    pub(super) fn written(self, offset: usize) -> String {
        match self {
            Self::Hexadecimal => format!("{offset:08x}"),
            Self::Decimal => format!("{offset:08}"),
        }
    }
}

impl<'a> Row<'a> {
    /// Parses a line at an index of the text. Returns `None` if it does not begin with at least four digits
    /// that could be an offset.
    pub(super) fn parse(line: &'a [u8], at: usize) -> Option<Self> {
        let spaces = line.len() - line.trim_ascii_start().len();
        let line = line.trim_ascii();
        let bare = line.strip_prefix(b"0x").unwrap_or(line);
        let count = bare.iter().take_while(|character| digit(**character).is_some()).count();
        let (digits, after) = bare.split_at_checked(count).filter(|_| count >= 4)?;
        let (has_colon, rest) = match after {
            [b':', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let is_separated = rest.first().is_none_or(u8::is_ascii_whitespace);
        is_separated.then(|| Self {
            at: at + spaces,
            digits,
            is_indented: spaces > 0,
            has_colon,
            rest,
            rest_at: at + spaces + line.len() - rest.len(),
        })
    }

    /// Returns the offset, or `None` if it is too large or has another base. Only `xxd` writes decimal ones.
    pub(super) fn offset(&self, base: Base) -> Option<usize> {
        let digits = str::from_utf8(self.digits).ok()?;
        let radix = match base {
            Base::Hexadecimal => 16,
            Base::Decimal if self.has_colon => 10,
            Base::Decimal => return None,
        };
        usize::from_str_radix(digits, radix).ok()
    }

    /// Returns an error at the offset.
    pub(super) fn error(&self, message: impl Into<String>) -> BadText {
        BadText::dump(self.at, message)
    }

    /// Whether the digits may be octets instead, because only two spaces say that they are an offset.
    pub(super) fn may_be_octets(&self) -> bool {
        let is_zero = self.offset(Base::Hexadecimal) == Some(0);
        !self.has_colon && !is_zero && self.digits.len().is_multiple_of(2)
    }

    /// Whether the digits are surely an offset, not octets: they have a colon, or two spaces, or a number
    /// of digits that octets do not have, or are many zeros.
    fn is_marked(&self) -> bool {
        let spaces =
            self.rest.iter().take_while(|character| character.is_ascii_whitespace()).count();
        let tail = self.rest.get(spaces..).unwrap_or_default();
        let is_octet = match tail {
            [high, low, rest @ ..] => {
                digit(*high).is_some()
                    && digit(*low).is_some()
                    && rest.first().is_none_or(u8::is_ascii_whitespace)
            }
            _ => false,
        };
        let is_many_zeros =
            matches!(self.digits.len(), 6..=8) && self.offset(Base::Hexadecimal) == Some(0);
        self.has_colon
            || (is_octet && (spaces >= 2 || self.rest.starts_with(b"\t") || is_many_zeros))
            || (self.digits.len() == 7 && spaces > 0 && !tail.is_empty())
    }
}

/// Whether a line is the first of a dump.
pub(super) fn begins(line: &[u8]) -> bool {
    Row::parse(line, 0).is_some_and(|row| row.is_marked())
}
