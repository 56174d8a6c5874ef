//! `null`: no value (section 1.6.1). It is one octet, `0x40`, and in Rust `()` or a `None`.

use crate::accepts::Accepts;
use crate::codec::{ArrayItem, Decode, Encode};
use crate::constructor::Constructor;
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::{Rest, Writer};

impl Encode for () {
    const MAX_LEN: Option<usize> = Some(1);

    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.format(Format::Null);
    }

    #[inline]
    fn put(&self, rest: &mut Rest<'_>) -> bool {
        rest.octets([Format::Null.code()])
    }

    #[inline]
    fn is_null(&self) -> bool {
        true
    }
}

impl ArrayItem for () {
    const FORMATS: &'static [Format] = &[Format::Null];

    #[inline]
    fn encode_data(&self, _: Format, _: &mut Writer<'_>) -> bool {
        true
    }
}

impl<'a> Decode<'a> for () {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Null);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if Self::ACCEPTS.admits(&constructor) {
            Ok(())
        } else {
            Err(reader.unexpected(&constructor, Self::ACCEPTS))
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(())
    }
}

impl<T: Encode> Encode for Option<T> {
    const MAX_LEN: Option<usize> = T::MAX_LEN;

    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.format(Format::Null),
        }
    }

    #[inline]
    fn encode_small(&self, writer: &mut Writer<'_>) {
        match self {
            Some(value) => value.encode_small(writer),
            None => writer.format(Format::Null),
        }
    }

    #[inline]
    fn put(&self, rest: &mut Rest<'_>) -> bool {
        match self {
            Some(value) => value.put(rest),
            None => ().put(rest),
        }
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.as_ref().is_none_or(Encode::is_null)
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Option<T> {
    const ACCEPTS: &'static Accepts = &T::ACCEPTS.or(Primitive::Null);

    #[inline]
    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        if constructor.format() == Format::Null && !constructor.is_described() {
            Ok(None)
        } else {
            T::decode_data(constructor, reader).map(Some)
        }
    }

    #[inline]
    fn glance(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        glance(octets, T::glance)
    }

    #[inline]
    fn glance_small(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        glance(octets, T::glance_small)
    }

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, Failed> {
        const NULL: u8 = Format::Null.code();
        if let [NULL, ..] = reader.rest() {
            reader.octet()?;
            Ok(None)
        } else {
            T::decode(reader).map(Some)
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Null, or what is seen at a glance otherwise.
#[inline]
fn glance<'a, T>(
    octets: &'a [u8],
    glance: impl FnOnce(&'a [u8]) -> Option<(T, &'a [u8])>,
) -> Option<(Option<T>, &'a [u8])> {
    const NULL: u8 = Format::Null.code();
    if let [NULL, rest @ ..] = octets {
        return Some((None, rest));
    }
    glance(octets).map(|(value, rest)| (Some(value), rest))
}

#[cfg(test)]
mod tests {
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn null_is_one_octet() {
        encodes_to((), "40");
        encodes_to(None::<u32>, "40");
        refuses::<()>("41", "expected null, found boolean (octet 0)");
    }

    #[test]
    fn some_is_what_it_holds() {
        encodes_to(Some(1u32), "52 01");
        refuses::<Option<u32>>("50 01", "expected uint, found ubyte (octet 0)");
    }
}
