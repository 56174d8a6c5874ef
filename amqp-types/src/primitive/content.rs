//! What `binary`, `string` and `symbol` have in common: a size, then that many octets.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

/// One of the three types, with its two encodings: a size of one octet, or of four.
pub(super) struct Content {
    pub(super) primitive: Primitive,
    pub(super) narrow: Format,
    pub(super) wide: Format,
}

impl Content {
    pub(super) const fn accepts(&self) -> &'static Accepts {
        match self.primitive {
            Primitive::Binary => &const { Accepts::primitive(Primitive::Binary) },
            Primitive::String => &const { Accepts::primitive(Primitive::String) },
            _ => &const { Accepts::primitive(Primitive::Symbol) },
        }
    }

    /// Takes the octets after a constructor of this type.
    #[inline]
    pub(super) fn take<'de>(
        &self,
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<&'de [u8], Failed> {
        let format = constructor.format();
        if (format == self.narrow || format == self.wide) && !constructor.is_described() {
            reader.variable(format)
        } else {
            Err(reader.unexpected(&constructor, self.accepts()))
        }
    }

    /// Returns the octets of a value that begins the input in the narrow encoding, as nearly all do,
    /// and the octets after it.
    #[inline]
    pub(super) fn split_narrow<'de>(&self, input: &'de [u8]) -> Option<(&'de [u8], &'de [u8])> {
        let (size, data) = self.narrow_size(input)?;
        data.split_at_checked(size)
    }

    /// Returns the size of a value that begins the input in the narrow encoding, and the octets after
    /// the size.
    #[inline]
    pub(super) fn narrow_size<'de>(&self, input: &'de [u8]) -> Option<(usize, &'de [u8])> {
        match input {
            [code, size, data @ ..] if *code == self.narrow.code() => {
                Some((usize::from(*size), data))
            }
            _ => None,
        }
    }

    #[inline]
    pub(super) fn encode(&self, octets: &[u8], writer: &mut Writer<'_>) {
        writer.variable(self.narrow, self.wide, octets);
    }

    /// Writes size and octets, if the size fits the format.
    #[inline]
    pub(super) fn encode_value(
        &self,
        octets: &[u8],
        format: Format,
        writer: &mut Writer<'_>,
    ) -> bool {
        if format == self.wide {
            let size = writer.size(octets.len());
            writer.octets(size.to_be_bytes());
        } else {
            let Ok(size) = u8::try_from(octets.len()) else {
                return false;
            };
            writer.octet(size);
        }
        writer.slice(octets);
        true
    }
}

/// Implements `Encode` and `ArrayItem` for a type that can return its octets. An unsized type, such as
/// `str`, is an item of an array by reference.
macro_rules! content {
    ([$($lifetime:lifetime)?], $type:ty, $content:expr, |$self:ident| $octets:expr) => {
        content!([$($lifetime)?], $type, $type, $content, |$self| $octets);
    };
    ([$($lifetime:lifetime)?], $type:ty, $item:ty, $content:expr, |$self:ident| $octets:expr) => {
        impl$(<$lifetime>)? Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                let $self = self;
                $content.encode($octets, writer);
            }
        }

        impl$(<$lifetime>)? ArrayItem for $item {
            const FORMATS: &'static [Format] = &[$content.narrow, $content.wide];

            #[inline]
            fn encode_value(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                let $self = self;
                $content.encode_value($octets, format, writer)
            }
        }
    };
}

pub(super) use content;
