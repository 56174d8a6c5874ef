//! What was found in the input instead of what was expected.

use core::fmt::{self, Write as _};

use crate::constructor::Constructor;
use crate::descriptor::WireDescriptor;
use crate::format::{Format, Primitive};

/// The type of a value that was not expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A primitive type.
    Primitive(Primitive),
    /// A value described by this number.
    Numbered(u64),
    /// A value described by this symbol.
    Named(FoundName),
    /// A value whose descriptor is neither a ulong nor a symbol, which is reserved (section 1.5).
    Described,
}

/// The number of octets of a symbol that an error keeps. Only one descriptor of the standard is longer.
const KEPT: usize = 38;

/// A symbol from the input, in an error: its first 38 octets, because an error does not allocate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FoundName {
    /// The octets after those of the symbol are zero.
    octets: [u8; KEPT],
    /// The length of the symbol, or `KEPT + 1` if it is longer than that.
    len: u8,
}

impl FoundName {
    #[expect(clippy::cast_possible_truncation, reason = "at most `KEPT + 1`")]
    fn new(name: &[u8]) -> Self {
        let mut octets = [0; KEPT];
        octets.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        Self { octets, len: name.len().min(KEPT + 1) as u8 }
    }

    /// Returns the octets that were kept, which have not been checked to be ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or(&self.octets)
    }

    /// Returns whether this is the whole symbol. If it is not, the symbol is longer.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.len as usize <= KEPT
    }
}

/// Writes the symbol in quotes, and dots for what was not kept.
impl fmt::Display for FoundName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.is_whole() { "" } else { "..." };
        write!(f, "{}{more}", Octets(self.as_bytes()))
    }
}

impl fmt::Debug for FoundName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FoundName({self})")
    }
}

impl Found {
    /// Returns the type of the value after a constructor.
    #[cold]
    pub(crate) fn in_constructor(constructor: &Constructor<'_>) -> Self {
        match constructor.descriptor() {
            None => Self::Primitive(constructor.format().primitive()),
            Some(WireDescriptor::Code(code)) => Self::Numbered(code),
            Some(WireDescriptor::Name(name)) => Self::Named(FoundName::new(name)),
            Some(WireDescriptor::Reserved) => Self::Described,
        }
    }
}

impl From<Format> for Found {
    fn from(format: Format) -> Self {
        Self::Primitive(format.primitive())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primitive(primitive) => f.write_str(primitive.name()),
            Self::Numbered(code) => write!(f, "a value described by {code:#x}"),
            Self::Named(name) => write!(f, "a value described by {name}"),
            Self::Described => f.write_str("a value with a reserved descriptor"),
        }
    }
}

/// Octets as text in quotes. Printable ASCII is written as it is, except for quotes and backslashes, which
/// are written in hex like all other octets.
pub(super) struct Octets<'a>(pub(super) &'a [u8]);

impl fmt::Display for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for octet in self.0 {
            match octet {
                b' '..=b'~' if !b"\"\\".contains(octet) => f.write_char(char::from(*octet))?,
                _ => write!(f, "\\x{octet:02x}")?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::error::{DecodeError, DecodeErrorKind};
    use crate::testing::refuses;

    #[test]
    fn octets_are_printed_unambiguously() {
        assert_eq!(Octets(b"AMQP ~").to_string(), r#""AMQP ~""#);
        assert_eq!(Octets(b"a\"\\\0\x7f\xff\n").to_string(), r#""a\x22\x5c\x00\x7f\xff\x0a""#);
        assert_eq!(Octets(b"").to_string(), r#""""#);
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn errors_stay_small() {
        let sizes = (size_of::<DecodeErrorKind>(), size_of::<DecodeError>());
        assert_eq!(sizes, (48, 104));
    }

    #[test]
    fn a_name_is_kept_up_to_its_maximum() {
        for (len, dots) in [(0, ""), (1, ""), (38, ""), (39, "..."), (300, "...")] {
            let name = "n".repeat(len);
            let found = FoundName::new(name.as_bytes());
            let kept = name.get(..38).unwrap_or(&name);
            assert_eq!(found.to_string(), format!("\"{kept}\"{dots}"));
            assert_eq!((found.as_bytes(), found.is_whole()), (kept.as_bytes(), len <= 38));
        }
    }

    #[test]
    fn the_descriptor_that_was_found_is_named() {
        for (descriptor, found) in
            [("a3 03 612e62", "\"a.b\""), ("a3 02 22 ff", "\"\\x22\\xff\""), ("53 07", "0x7")]
        {
            let sentence = format!("expected uint, found a value described by {found} (octet 0)");
            refuses::<u32>(&format!("00 {descriptor} 43"), &sentence);
        }
        refuses::<u32>(
            "00 a1 01 61 43",
            "expected uint, found a value with a reserved descriptor (octet 0)",
        );
    }
}
