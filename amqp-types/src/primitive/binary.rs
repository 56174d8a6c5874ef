//! `binary` (section 1.6.19): `0xa0` and a size of one octet, or `0xb0` and a size of four; then
//! the octets.
//!
//! In Rust it is `&[u8]`, which borrows, or [`Bytes`]. `Vec<u8>` is not an AMQP type, because it could
//! also be an array of ubyte.

use bytes::Bytes;

use super::content::{Content, content};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::encode::{ArrayItem, Encode};
use crate::error::Failed;
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

const BINARY: Content =
    Content { primitive: Primitive::Binary, narrow: Format::Vbin8, wide: Format::Vbin32 };

content!([], [u8], &[u8], BINARY, |octets| octets);
content!([], Bytes, BINARY, |octets| octets);

impl<'de: 'b, 'b> Decode<'de> for &'b [u8] {
    const ACCEPTS: &'static Accepts = BINARY.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        BINARY.take(constructor, reader)
    }

    #[expect(clippy::inline_always, reason = "a call returns the value through memory")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        Self::decode_common(reader)
    }
}

impl<'de: 'b, 'b> Common<'de> for &'b [u8] {
    #[inline]
    fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
        BINARY.split_narrow(input)
    }
}

impl<'de> Decode<'de> for Bytes {
    const ACCEPTS: &'static Accepts = BINARY.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let octets = BINARY.take(constructor, reader)?;
        reader.to_owned(octets)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        let octets = <&[u8]>::decode(reader)?;
        reader.to_owned(octets)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn the_size_decides_the_encoding() {
        encodes_to(Bytes::new(), "a0 00");
        encodes_to(Bytes::from_static(&[0, 255]), "a0 02 00ff");
        for (len, start) in [(255, "a0 ff"), (256, "b0 00000100"), (65_536, "b0 00010000")] {
            encodes_to(Bytes::from(vec![7; len]), &format!("{start}{}", "07".repeat(len)));
        }
        decodes_from(Bytes::from_static(&[1]), "b0 00000001 01");
        refuses::<Bytes>("a0 02 00", "the size or count exceeds the octets that remain (octet 1)");
        refuses::<Bytes>("a1 01 61", "expected binary, found string (octet 0)");
    }

    #[test]
    fn in_an_array_one_long_item_widens_all() {
        encodes_to(Array(vec![Bytes::from_static(b"a"), Bytes::new()]), "e0 05 02 a0 01 61 00");
        let octets = format!("f0 0000010e 00000002 b0 00000001 61 00000100 {}", "07".repeat(256));
        encodes_to(Array(vec![Bytes::from_static(b"a"), Bytes::from(vec![7; 256])]), &octets);
    }

    #[test]
    fn shared_octets_are_not_copied() {
        let octets = Bytes::from(vec![0xa0, 2, 1, 2]);
        let binary = Bytes::from_shared(&octets).unwrap();
        assert_eq!(binary.as_ptr(), octets[2..].as_ptr());
    }
}
