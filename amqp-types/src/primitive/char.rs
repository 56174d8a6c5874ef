//! `char` (section 1.6.16): `0x73` and the four octets of a Unicode scalar value.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

impl Encode for char {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.fixed_width(Format::Char, u32::from(*self).to_be_bytes());
    }
}

impl ArrayItem for char {
    const FORMATS: &'static [Format] = &[Format::Char];

    #[inline]
    fn encode_value(&self, _: Format, writer: &mut Writer<'_>) -> bool {
        writer.octets(u32::from(*self).to_be_bytes());
        true
    }
}

impl<'de> Decode<'de> for char {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Char);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let start = reader.remaining();
        let code = u32::from_be_bytes(reader.octets()?);
        Self::from_u32(code)
            .ok_or_else(|| reader.error_in(start, DecodeErrorKind::InvalidChar(code)))
    }
}

#[cfg(test)]
mod tests {
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn only_scalar_values_are_accepted() {
        encodes_to('A', "73 00000041");
        encodes_to('\u{1f4a9}', "73 0001f4a9");
        encodes_to(Array(vec!['A', 'é']), "e0 0a 02 73 00000041 000000e9");
        refuses::<char>("73 0000d800", "0xd800 is not a Unicode scalar value (octet 1)");
        refuses::<char>("73 00110000", "0x110000 is not a Unicode scalar value (octet 1)");
    }
}
