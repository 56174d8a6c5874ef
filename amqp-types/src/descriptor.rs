//! Descriptors: the values that identify the type of a described value (section 1.2).

use core::fmt;

use crate::format::Format;

/// The descriptor of a known type: a symbol, a number, or both (section 1.5).
///
/// Either one identifies the type on the wire. The number is written if there is one, because it is
/// shorter; both are read, in any of their encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Descriptor {
    name: Option<&'static str>,
    code: Option<u64>,
}

impl Descriptor {
    /// Creates a descriptor with both forms. The upper 32 bits of the number are the domain (an IANA
    /// enterprise number, or 0 for AMQP itself), the lower 32 bits are the id.
    #[must_use]
    pub const fn new(name: &'static str, code: u64) -> Self {
        Self { name: Some(name), code: Some(code) }
    }

    /// Creates a descriptor that is a symbol only.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name: Some(name), code: None }
    }

    /// Creates a descriptor that is a number only.
    #[must_use]
    pub const fn numbered(code: u64) -> Self {
        Self { name: None, code: Some(code) }
    }

    /// Returns the symbol.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// Returns the number.
    #[must_use]
    pub const fn code(&self) -> Option<u64> {
        self.code
    }

    /// Returns whether some octets would match both: they have the same symbol or the same number.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (self.code, other.code)
            && a == b
        {
            return true;
        }
        if let (Some(a), Some(b)) = (self.name, other.name) {
            return same_octets(a.as_bytes(), b.as_bytes());
        }
        false
    }

    /// Returns the octets after the descriptor, if `octets` begin with it as this crate encodes it: `0x00`
    /// and the number in its shortest form.
    #[inline]
    pub(crate) fn written_before<'a>(&self, octets: &'a [u8]) -> Option<&'a [u8]> {
        const SMALL: u8 = Format::SmallUlong.code();
        const FULL: u8 = Format::Ulong.code();
        let code = self.code?;
        match (u8::try_from(code), octets) {
            (Ok(own), [0, SMALL, read, rest @ ..]) => (own == *read).then_some(rest),
            (Err(_), [0, FULL, data @ ..]) => {
                let (read, rest) = data.split_first_chunk()?;
                (*read == code.to_be_bytes()).then_some(rest)
            }
            _ => None,
        }
    }

    /// Returns the size and the count of a list, and the octets after them, if `octets` begin with the
    /// descriptor as this crate encodes it and a list whose size takes one octet.
    #[inline]
    pub(crate) fn list8_before<'a>(&self, octets: &'a [u8]) -> Option<(u8, u8, &'a [u8])> {
        const SMALL: u8 = Format::SmallUlong.code();
        const FULL: u8 = Format::Ulong.code();
        const LIST: u8 = Format::List8.code();
        let code = self.code?;
        if let Ok(code) = u8::try_from(code) {
            let (&[z, format, read, list, size, count], rest) = octets.split_first_chunk()?;
            ([z, format, read, list] == [0, SMALL, code, LIST]).then_some((size, count, rest))
        } else {
            let [a, b, c, d, e, f, g, h] = code.to_be_bytes();
            let (&[z, format, i, j, k, l, m, n, o, p, list, size, count], rest) =
                octets.split_first_chunk()?;
            // Comparing two overlapping words takes one branch.
            let begins = [z, format, i, j, k, l, m, n] == [0, FULL, a, b, c, d, e, f];
            let ends = [n, o, p, list] == [f, g, h, LIST];
            (begins & ends).then_some((size, count, rest))
        }
    }

    /// Returns whether its number or its symbol is an extension, not reserved for the standard.
    #[must_use]
    pub(crate) const fn is_extension(&self) -> bool {
        let code = match self.code {
            Some(code) => code >> 32 != 0,
            None => false,
        };
        let name = match self.name {
            Some(name) => !is_standard(name.as_bytes()),
            None => false,
        };
        code || name
    }

    /// Returns whether a descriptor read from the wire is this one.
    #[inline]
    pub fn matches(&self, read: WireDescriptor<'_>) -> bool {
        match read {
            WireDescriptor::Code(code) => self.code == Some(code),
            WireDescriptor::Name(name) => self.name.is_some_and(|own| own.as_bytes() == name),
            WireDescriptor::Reserved => false,
        }
    }
}

/// Writes the symbol if there is one, otherwise the number.
impl fmt::Display for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.code) {
            (Some(name), _) => f.write_str(name),
            (None, code) => write!(f, "a value described by {:#x}", code.unwrap_or_default()),
        }
    }
}

/// A descriptor as it was read, in any of its encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireDescriptor<'a> {
    /// A ulong.
    Code(u64),
    /// A symbol, which has not been checked to be ASCII.
    Name(&'a [u8]),
    /// A value of another type, which is reserved (section 1.5).
    Reserved,
}

impl<'a> WireDescriptor<'a> {
    /// Reads the octets of one whole, valid value.
    #[inline]
    pub(crate) fn of(value: &'a [u8]) -> Self {
        const SMALL: u8 = Format::SmallUlong.code();
        const ZERO: u8 = Format::Ulong0.code();
        const FULL: u8 = Format::Ulong.code();
        const NAME8: u8 = Format::Sym8.code();
        const NAME32: u8 = Format::Sym32.code();
        match value {
            &[SMALL, code] => Self::Code(u64::from(code)),
            [NAME8, _, name @ ..] | [NAME32, _, _, _, _, name @ ..] => Self::Name(name),
            &[FULL, a, b, c, d, e, f, g, h] => {
                Self::Code(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
            [ZERO] => Self::Code(0),
            _ => Self::Reserved,
        }
    }
}

impl WireDescriptor<'_> {
    /// Returns whether the descriptor is an extension, not reserved for the standard: a number of a domain
    /// other than 0, or a symbol that does not begin with `amqp:`.
    #[must_use]
    pub const fn is_extension(self) -> bool {
        match self {
            Self::Code(code) => code >> 32 != 0,
            Self::Name(name) => !is_standard(name),
            Self::Reserved => false,
        }
    }
}

const fn is_standard(name: &[u8]) -> bool {
    matches!(name, [b'a', b'm', b'q', b'p', b':', ..])
}

/// A type with a descriptor.
///
/// ```
/// use amqp_types::Described;
/// use amqp_types::transport::Open;
///
/// assert_eq!(Open::DESCRIPTOR.code(), Some(0x10));
/// assert_eq!(Open::DESCRIPTOR.name(), Some("amqp:open:list"));
/// ```
pub trait Described {
    /// The descriptor before the values of the type on the wire.
    const DESCRIPTOR: Descriptor;
}

const fn same_octets(a: &[u8], b: &[u8]) -> bool {
    let (mut a, mut b) = (a, b);
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hex;

    #[test]
    fn the_whole_prefix_of_a_short_list_is_compared() {
        for (code, octets) in [
            (0x10, "00 53 10 c0 03 02 40 41"),
            (0xff, "00 53 ff c0 03 02 40 41"),
            (0x100, "00 80 0000000000000100 c0 03 02 40 41"),
            (0x1234_5678_9abc_def0, "00 80 123456789abcdef0 c0 03 02 40 41"),
        ] {
            let (descriptor, octets) = (Descriptor::new("a", code), hex(octets));
            assert_eq!(descriptor.list8_before(&octets), Some((3, 2, &[0x40, 0x41][..])));
            assert_eq!(Descriptor::named("a").list8_before(&octets), None);
            let before = octets.len() - 4;
            for index in 0..before {
                let mut other = octets.clone();
                other[index] ^= 1;
                assert_eq!(descriptor.list8_before(&other), None, "{other:02x?}");
            }
            for len in 0..before + 2 {
                assert_eq!(descriptor.list8_before(&octets[..len]), None);
            }
            assert_eq!(descriptor.list8_before(&octets[..before + 2]), Some((3, 2, &[][..])));
        }
    }
}
