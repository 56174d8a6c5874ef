//! `null`: no value (section 1.6.1). It is one octet, `0x40`, and in Rust `()` or a `None`.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

impl Encode for () {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.format(Format::Null);
    }

    #[inline]
    fn is_null(&self) -> bool {
        true
    }
}

impl ArrayItem for () {
    const FORMATS: &'static [Format] = &[Format::Null];

    #[inline]
    fn encode_value(&self, _: Format, _: &mut Writer<'_>) -> bool {
        true
    }
}

impl<'de> Decode<'de> for () {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Null);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if Self::ACCEPTS.contains(&constructor) {
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
    #[expect(clippy::inline_always, reason = "it only calls the type's own function")]
    #[inline(always)]
    fn encode(&self, writer: &mut Writer<'_>) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.format(Format::Null),
        }
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.as_ref().is_none_or(Encode::is_null)
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for Option<T> {
    const ACCEPTS: &'static Accepts = &T::ACCEPTS.or(Primitive::Null);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if constructor.is_null() {
            Ok(None)
        } else {
            T::decode_value(constructor, reader).map(Some)
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        const NULL: u8 = Format::Null.code();
        if let [NULL, remaining @ ..] = reader.remaining() {
            reader.advance_to(remaining, 1);
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
    fn some_is_encoded_as_its_content() {
        encodes_to(Some(1u32), "52 01");
        refuses::<Option<u32>>("50 01", "expected uint, found ubyte (octet 0)");
    }
}
