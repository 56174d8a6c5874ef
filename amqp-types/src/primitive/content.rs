//! What `binary`, `string` and `symbol` have in common: a size, then that many octets.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::{Rest, Writer};

/// One of the three types, with its two encodings: a size of one octet, and of four.
pub(crate) struct Content {
    pub(super) primitive: Primitive,
    pub(super) narrow: Format,
    pub(super) wide: Format,
}

impl Content {
    pub(crate) const fn accepts(&self) -> &'static Accepts {
        match self.primitive {
            Primitive::Binary => &const { Accepts::primitive(Primitive::Binary) },
            Primitive::String => &const { Accepts::primitive(Primitive::String) },
            _ => &const { Accepts::primitive(Primitive::Symbol) },
        }
    }

    /// Takes the octets after a constructor of this type.
    #[inline]
    pub(crate) fn read<'a>(
        &self,
        constructor: Constructor<'a>,
        reader: &mut Reader<'a>,
    ) -> Result<&'a [u8], Failed> {
        let format = constructor.format();
        if (format == self.narrow || format == self.wide) && !constructor.is_described() {
            reader.variable(format)
        } else {
            Err(reader.unexpected(&constructor, self.accepts()))
        }
    }

    /// Takes the octets of a value that begins with the narrow constructor and is all there, as
    /// nearly all do and are. Anything else is for who looks closer.
    #[inline]
    pub(crate) fn read_narrow<'a>(&self, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
        let (octets, rest) = self.narrow(reader.rest())?;
        reader.go_to(rest);
        Some(octets)
    }

    /// The same of octets, with what is behind the value.
    #[inline]
    pub(crate) fn narrow<'a>(&self, octets: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let (size, data) = self.narrow_size(octets)?;
        data.split_at_checked(size)
    }

    /// The size behind the narrow constructor, if octets begin with that, and what is behind the
    /// size.
    #[inline]
    pub(crate) fn narrow_size<'a>(&self, octets: &'a [u8]) -> Option<(usize, &'a [u8])> {
        match octets {
            [code, size, data @ ..] if *code == self.narrow.code() => {
                Some((usize::from(*size), data))
            }
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn write(&self, octets: &[u8], writer: &mut Writer<'_>) {
        writer.variable(self.narrow, self.wide, octets);
    }

    #[inline]
    pub(crate) fn put(&self, octets: &[u8], rest: &mut Rest<'_>) -> bool {
        rest.variable(self.narrow, self.wide, octets)
    }

    /// Writes size and octets, if the size fits the format.
    #[inline]
    pub(crate) fn write_data(
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

/// Writing, for a type that can show its octets. What has no size of its own, such as `str`, is
/// written as such, and is an item of an array by reference.
macro_rules! content {
    ([$($lifetime:lifetime)?], $type:ty, $content:expr, |$self:ident| $octets:expr) => {
        content!([$($lifetime)?], $type, $type, $content, |$self| $octets);
    };
    ([$($lifetime:lifetime)?], $type:ty, $item:ty, $content:expr, |$self:ident| $octets:expr) => {
        impl$(<$lifetime>)? Encode for $type {
            #[inline]
            fn encode(&self, writer: &mut Writer<'_>) {
                let $self = self;
                $content.write($octets, writer);
            }

            #[inline]
            fn put(&self, rest: &mut Rest<'_>) -> bool {
                let $self = self;
                $content.put($octets, rest)
            }
        }

        impl$(<$lifetime>)? ArrayItem for $item {
            const FORMATS: &'static [Format] = &[$content.narrow, $content.wide];

            #[inline]
            fn encode_data(&self, format: Format, writer: &mut Writer<'_>) -> bool {
                let $self = self;
                $content.write_data($octets, format, writer)
            }
        }
    };
}

pub(super) use content;
