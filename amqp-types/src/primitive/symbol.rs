//! `symbol` (section 1.6.21): `0xa3` and a size of one octet, or `0xb3` and a size of four; then
//! ASCII.

use core::borrow::Borrow;
use core::fmt;
use core::str::FromStr;

use bytestring::ByteString;

use super::content::{Content, content};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::text;
use crate::writer::Writer;

const SYMBOL: Content =
    Content { primitive: Primitive::Symbol, narrow: Format::Sym8, wide: Format::Sym32 };

/// A symbolic value from a constrained domain, in ASCII, such as a mechanism or a capability.
///
/// It owns its content or shares that of the input; [`SymbolRef`] borrows.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(ByteString);

/// A [`Symbol`] that borrows its content.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolRef<'a>(&'a str);

/// The error of making a symbol of a text that is not ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAscii;

impl fmt::Display for NotAscii {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a symbol can hold ASCII only")
    }
}

impl core::error::Error for NotAscii {}

impl Symbol {
    /// Creates a symbol from a literal. In a constant, a text that is not ASCII does not compile.
    ///
    /// # Panics
    ///
    /// Panics if the text is not ASCII.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(text.is_ascii(), "a symbol can hold ASCII only");
        Self(ByteString::from_static(text))
    }

    /// Creates a symbol.
    ///
    /// # Errors
    ///
    /// Returns [`NotAscii`] if the text is not ASCII.
    pub fn new(text: impl Into<ByteString>) -> Result<Self, NotAscii> {
        let text = text.into();
        if text.is_ascii() { Ok(Self(text)) } else { Err(NotAscii) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> SymbolRef<'a> {
    /// Creates a symbol from a literal. In a constant, a text that is not ASCII does not compile.
    ///
    /// # Panics
    ///
    /// Panics if the text is not ASCII.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(text.is_ascii(), "a symbol can hold ASCII only");
        Self(text)
    }

    /// Creates a symbol, also in a constant.
    ///
    /// # Errors
    ///
    /// Returns [`NotAscii`] if the text is not ASCII.
    pub const fn new(text: &'a str) -> Result<Self, NotAscii> {
        if text.is_ascii() { Ok(Self(text)) } else { Err(NotAscii) }
    }

    /// Returns the text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Copies the content into a symbol that owns it.
    #[must_use]
    pub fn to_symbol(self) -> Symbol {
        Symbol(self.0.into())
    }
}

macro_rules! text_of {
    ([$($lifetime:lifetime)?], $type:ty) => {
        content!([$($lifetime)?], $type, SYMBOL, |symbol| symbol.as_str().as_bytes());

        impl$(<$lifetime>)? fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl$(<$lifetime>)? fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "Symbol({:?})", self.as_str())
            }
        }

        impl$(<$lifetime>)? PartialEq<str> for $type {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl$(<$lifetime>)? PartialEq<&str> for $type {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl$(<$lifetime>)? AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        // Symbols are compared and hashed like their text.
        impl$(<$lifetime>)? Borrow<str> for $type {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }
    };
}

text_of!([], Symbol);
text_of!(['b], SymbolRef<'b>);

impl TryFrom<&str> for Symbol {
    type Error = NotAscii;

    fn try_from(text: &str) -> Result<Self, NotAscii> {
        Self::new(text)
    }
}

impl FromStr for Symbol {
    type Err = NotAscii;

    fn from_str(text: &str) -> Result<Self, NotAscii> {
        Self::new(text)
    }
}

impl<'a> From<&'a Symbol> for SymbolRef<'a> {
    fn from(symbol: &'a Symbol) -> Self {
        Self(symbol.as_str())
    }
}

impl<'de: 'b, 'b> Decode<'de> for SymbolRef<'b> {
    const ACCEPTS: &'static Accepts = SYMBOL.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let octets = SYMBOL.take(constructor, reader)?;
        text::ascii(octets).map(Self).ok_or_else(|| not_ascii(octets, reader))
    }

    #[expect(clippy::inline_always, reason = "a call returns the value through memory")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        Self::decode_common(reader)
    }
}

impl<'de: 'b, 'b> Common<'de> for SymbolRef<'b> {
    #[inline]
    fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
        let (size, data) = SYMBOL.narrow_size(input)?;
        let (text, remaining) = text::split_ascii(data, size)?;
        Some((Self(text), remaining))
    }
}

impl<'de> Decode<'de> for Symbol {
    const ACCEPTS: &'static Accepts = SYMBOL.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let octets = SYMBOL.take(constructor, reader)?;
        owned(octets, reader)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        match SYMBOL.split_narrow(reader.remaining()) {
            Some((octets, remaining)) => {
                reader.advance_to(remaining, 1);
                owned(octets, reader)
            }
            None => reader.decode_slow(),
        }
    }
}

#[inline]
fn owned<'de>(octets: &'de [u8], reader: &mut Reader<'_, 'de>) -> Result<Symbol, Failed> {
    match text::shared_ascii(reader.to_owned(octets)?) {
        Ok(text) => Ok(Symbol(text)),
        Err(_) => Err(not_ascii(octets, reader)),
    }
}

/// Records an error at the first octet that is not ASCII.
#[cold]
#[inline]
fn not_ascii(octets: &[u8], reader: &mut Reader<'_, '_>) -> Failed {
    let valid = octets.iter().position(|octet| !octet.is_ascii()).unwrap_or_default();
    reader.error_in(octets.get(valid..).unwrap_or(octets), DecodeErrorKind::NotAscii)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_size_decides_the_encoding() {
        encodes_to(Symbol::from_static("PLAIN"), "a3 05 504c41494e");
        decodes_from(Symbol::from_static("a"), "b3 00000001 61");
        for (len, start) in [(0, "a3 00"), (255, "a3 ff"), (256, "b3 00000100")] {
            encodes_to(
                Symbol::new("a".repeat(len)).unwrap(),
                &format!("{start}{}", "61".repeat(len)),
            );
        }
        encodes_to(Array(vec![Symbol::from_static("a")]), "e0 04 01 a3 01 61");
    }

    #[test]
    fn ascii_only() {
        assert_eq!(Symbol::new("é"), Err(NotAscii));
        assert_eq!(SymbolRef::new("é"), Err(NotAscii));
        refuses::<Symbol>("a3 03 61 c3 a9", "the symbol is not ASCII (octet 3)");
        let octets = [0xa3, 2, b'a', 0x80];
        assert_eq!(SymbolRef::from_bytes(&octets).unwrap_err().at(), 3);
        refuses::<Symbol>("a1 01 61", "expected symbol, found string (octet 0)");
    }
}
