//! The 39 encodings of the 24 primitive types (sections 1.2 and 1.6), as one table.

/// The layout of the data after a format code (section 1.2).
///
/// The number is the width in octets: of the data itself, or of the size before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// The data is this many octets.
    Fixed(u8),
    /// A size of this many octets, then that many octets of data.
    Variable(u8),
    /// A size and a count of this many octets each, then the items.
    Compound(u8),
    /// A size and a count of this many octets each, then one constructor and the items' data.
    Array(u8),
}

macro_rules! primitives {
    ($($(#[$doc:meta])* $variant:ident $name:literal)*) => {
        /// One of the 24 primitive types of the standard (section 1.6).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Primitive { $($(#[$doc])* $variant,)* }

        impl Primitive {
            /// All 24 types, in the standard's order.
            pub const ALL: [Self; 24] = [$(Self::$variant,)*];

            /// Returns the standard's name of the type.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

primitives! {
    /// No value (1.6.1).
    Null "null"
    /// True or false (1.6.2).
    Boolean "boolean"
    /// Unsigned, 8 bits (1.6.3).
    Ubyte "ubyte"
    /// Unsigned, 16 bits (1.6.4).
    Ushort "ushort"
    /// Unsigned, 32 bits (1.6.5).
    Uint "uint"
    /// Unsigned, 64 bits (1.6.6).
    Ulong "ulong"
    /// Signed, 8 bits (1.6.7).
    Byte "byte"
    /// Signed, 16 bits (1.6.8).
    Short "short"
    /// Signed, 32 bits (1.6.9).
    Int "int"
    /// Signed, 64 bits (1.6.10).
    Long "long"
    /// IEEE 754 binary32 (1.6.11).
    Float "float"
    /// IEEE 754 binary64 (1.6.12).
    Double "double"
    /// IEEE 754 decimal32 (1.6.13).
    Decimal32 "decimal32"
    /// IEEE 754 decimal64 (1.6.14).
    Decimal64 "decimal64"
    /// IEEE 754 decimal128 (1.6.15).
    Decimal128 "decimal128"
    /// One Unicode scalar value (1.6.16).
    Char "char"
    /// Milliseconds since the Unix epoch (1.6.17).
    Timestamp "timestamp"
    /// A UUID as of RFC 4122 (1.6.18).
    Uuid "uuid"
    /// A sequence of octets (1.6.19).
    Binary "binary"
    /// A sequence of Unicode characters in UTF-8 (1.6.20).
    String "string"
    /// A symbolic value from a constrained domain, in ASCII (1.6.21).
    Symbol "symbol"
    /// A sequence of values of any types (1.6.22).
    List "list"
    /// Distinct keys, each with a value (1.6.23).
    Map "map"
    /// A sequence of values of one type (1.6.24).
    Array "array"
}

impl Primitive {
    /// Returns the least and the greatest number of an integer type.
    pub(crate) const fn integer_range(self) -> Option<(i128, i128)> {
        let (bits, is_signed) = match self {
            Self::Ubyte => (8, false),
            Self::Ushort => (16, false),
            Self::Uint => (32, false),
            Self::Ulong => (64, false),
            Self::Byte => (8, true),
            Self::Short => (16, true),
            Self::Int => (32, true),
            Self::Long => (64, true),
            _ => return None,
        };
        let least = if is_signed { -(1 << (bits - 1)) } else { 0 };
        Some((least, least + (1 << bits) - 1))
    }
}

macro_rules! formats {
    ($($variant:ident = $code:literal $primitive:ident $category:ident($width:literal) $name:literal)*) => {
        /// A format code, which determines a primitive type and one of its encodings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Format {
            $(#[doc = concat!("`", $name, "`, code ", stringify!($code), ".")] $variant = $code,)*
        }

        // The functions that decoding calls use tables, because a match would become a jump table
        // wherever it is inlined.
        impl Format {
            /// All 39 formats, by ascending code.
            pub const ALL: [Self; 39] = [$(Self::$variant,)*];

            /// Returns the format with this code, or `None` if the standard does not assign the code.
            #[inline]
            #[must_use]
            #[expect(clippy::indexing_slicing, reason = "every octet has an entry")]
            pub const fn from_code(code: u8) -> Option<Self> {
                static FORMATS: [Option<Format>; 256] = {
                    let mut formats = [None; 256];
                    $(formats[$code] = Some(Format::$variant);)*
                    formats
                };
                FORMATS[code as usize]
            }

            /// Returns the primitive type that this is an encoding of.
            #[inline]
            #[must_use]
            #[expect(clippy::indexing_slicing, reason = "every octet has an entry")]
            pub const fn primitive(self) -> Primitive {
                static PRIMITIVES: [Primitive; 256] = {
                    let mut primitives = [Primitive::Null; 256];
                    $(primitives[$code] = Primitive::$primitive;)*
                    primitives
                };
                PRIMITIVES[self.code() as usize]
            }

            /// Returns the layout of the data, which the upper half of the code determines (section
            /// 1.2.1).
            #[inline]
            #[must_use]
            #[expect(clippy::indexing_slicing, reason = "every half of an octet has an entry")]
            pub const fn category(self) -> Category {
                static CATEGORIES: [Category; 16] = {
                    let mut categories = [Category::Fixed(0); 16];
                    $(categories[$code >> 4] = Category::$category($width);)*
                    categories
                };
                CATEGORIES[self.code() as usize >> 4]
            }

            /// Returns the name of the encoding, or the name of the type if the encoding has none.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

formats! {
    Null         = 0x40 Null       Fixed(0)    "null"
    True         = 0x41 Boolean    Fixed(0)    "true"
    False        = 0x42 Boolean    Fixed(0)    "false"
    Uint0        = 0x43 Uint       Fixed(0)    "uint0"
    Ulong0       = 0x44 Ulong      Fixed(0)    "ulong0"
    List0        = 0x45 List       Fixed(0)    "list0"
    Ubyte        = 0x50 Ubyte      Fixed(1)    "ubyte"
    Byte         = 0x51 Byte       Fixed(1)    "byte"
    SmallUint    = 0x52 Uint       Fixed(1)    "smalluint"
    SmallUlong   = 0x53 Ulong      Fixed(1)    "smallulong"
    SmallInt     = 0x54 Int        Fixed(1)    "smallint"
    SmallLong    = 0x55 Long       Fixed(1)    "smalllong"
    Boolean      = 0x56 Boolean    Fixed(1)    "boolean"
    Ushort       = 0x60 Ushort     Fixed(2)    "ushort"
    Short        = 0x61 Short      Fixed(2)    "short"
    Uint         = 0x70 Uint       Fixed(4)    "uint"
    Int          = 0x71 Int        Fixed(4)    "int"
    Float        = 0x72 Float      Fixed(4)    "float"
    Char         = 0x73 Char       Fixed(4)    "char"
    Decimal32    = 0x74 Decimal32  Fixed(4)    "decimal32"
    Ulong        = 0x80 Ulong      Fixed(8)    "ulong"
    Long         = 0x81 Long       Fixed(8)    "long"
    Double       = 0x82 Double     Fixed(8)    "double"
    Timestamp    = 0x83 Timestamp  Fixed(8)    "timestamp"
    Decimal64    = 0x84 Decimal64  Fixed(8)    "decimal64"
    Decimal128   = 0x94 Decimal128 Fixed(16)   "decimal128"
    Uuid         = 0x98 Uuid       Fixed(16)   "uuid"
    Vbin8        = 0xa0 Binary     Variable(1) "vbin8"
    Str8         = 0xa1 String     Variable(1) "str8-utf8"
    Sym8         = 0xa3 Symbol     Variable(1) "sym8"
    Vbin32       = 0xb0 Binary     Variable(4) "vbin32"
    Str32        = 0xb1 String     Variable(4) "str32-utf8"
    Sym32        = 0xb3 Symbol     Variable(4) "sym32"
    List8        = 0xc0 List       Compound(1) "list8"
    Map8         = 0xc1 Map        Compound(1) "map8"
    List32       = 0xd0 List       Compound(4) "list32"
    Map32        = 0xd1 Map        Compound(4) "map32"
    Array8       = 0xe0 Array      Array(1)    "array8"
    Array32      = 0xf0 Array      Array(4)    "array32"
}

impl Format {
    /// Returns the code on the wire.
    #[inline]
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns whether the encoding has no data after the format code, like null, `true`, `uint0` and
    /// `list0`.
    #[inline]
    #[must_use]
    pub const fn is_zero_width(self) -> bool {
        matches!(self.category(), Category::Fixed(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ascending_and_round_trip() {
        for pair in Format::ALL.windows(2) {
            assert!(pair[0].code() < pair[1].code());
        }
        for code in 0..=u8::MAX {
            let known = Format::ALL.iter().find(|format| format.code() == code);
            assert_eq!(Format::from_code(code), known.copied());
        }
    }

    #[test]
    fn the_high_nibble_gives_the_category() {
        for format in Format::ALL {
            let category = match format.code() >> 4 {
                4 => Category::Fixed(0),
                5 => Category::Fixed(1),
                6 => Category::Fixed(2),
                7 => Category::Fixed(4),
                8 => Category::Fixed(8),
                9 => Category::Fixed(16),
                0xa => Category::Variable(1),
                0xb => Category::Variable(4),
                0xc => Category::Compound(1),
                0xd => Category::Compound(4),
                0xe => Category::Array(1),
                _ => Category::Array(4),
            };
            assert_eq!(format.category(), category, "{}", format.name());
        }
    }

    #[test]
    fn every_primitive_has_an_encoding() {
        for primitive in Primitive::ALL {
            assert!(Format::ALL.iter().any(|format| format.primitive() == primitive));
        }
    }
}
