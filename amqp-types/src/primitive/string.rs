//! `string` (section 1.6.20): `0xa1` and a size of one octet, or `0xb1` and a size of four; then
//! UTF-8 without a byte order mark. Sizes count octets, not characters.
//!
//! In Rust it is `&str`, which borrows; [`ByteString`], which can share the input's allocation; or
//! [`String`].

use alloc::string::String;

use bytes::Bytes;
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

const STRING: Content =
    Content { primitive: Primitive::String, narrow: Format::Str8, wide: Format::Str32 };

content!([], str, &str, STRING, |text| text.as_bytes());
content!([], ByteString, STRING, |text| text.as_bytes());
content!([], String, STRING, |text| text.as_bytes());

impl<'de: 'b, 'b> Decode<'de> for &'b str {
    const ACCEPTS: &'static Accepts = STRING.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let octets = STRING.take(constructor, reader)?;
        text::utf8(octets).ok_or_else(|| not_utf8(octets, reader))
    }

    #[expect(clippy::inline_always, reason = "a call returns the value through memory")]
    #[inline(always)]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        Self::decode_common(reader)
    }
}

impl<'de: 'b, 'b> Common<'de> for &'b str {
    #[expect(clippy::inline_always, reason = "a call returns text and input through memory")]
    #[inline(always)]
    fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
        let (size, data) = STRING.narrow_size(input)?;
        text::split_utf8(data, size)
    }
}

impl<'de> Decode<'de> for ByteString {
    const ACCEPTS: &'static Accepts = STRING.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let octets = STRING.take(constructor, reader)?;
        owned(octets, reader)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        match STRING.split_narrow(reader.remaining()) {
            Some((octets, remaining)) => {
                reader.advance_to(remaining, 1);
                owned(octets, reader)
            }
            None => reader.decode_slow(),
        }
    }
}

impl<'de> Decode<'de> for String {
    const ACCEPTS: &'static Accepts = STRING.accepts();

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        let text = <&str>::decode_value(constructor, reader)?;
        reader.charge_octets(text.len())?;
        Ok(text.into())
    }
}

#[inline]
fn owned<'de>(octets: &'de [u8], reader: &mut Reader<'_, 'de>) -> Result<ByteString, Failed> {
    match text::shared_ascii(reader.to_owned(octets)?) {
        Ok(text) => Ok(text),
        Err(owned) => not_ascii(owned).ok_or_else(|| not_utf8(octets, reader)),
    }
}

#[inline(never)]
fn not_ascii(owned: Bytes) -> Option<ByteString> {
    ByteString::try_from(owned).ok()
}

/// Records an error at the first octet that is not UTF-8.
#[cold]
#[inline]
fn not_utf8(octets: &[u8], reader: &mut Reader<'_, '_>) -> Failed {
    let valid = str::from_utf8(octets).map_or_else(|fault| fault.valid_up_to(), str::len);
    reader.error_in(octets.get(valid..).unwrap_or(octets), DecodeErrorKind::NotUtf8)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};

    #[test]
    fn sizes_count_octets() {
        encodes_to(String::from("é€"), "a1 05 c3a9 e282ac");
        encodes_to(ByteString::from("é€"), "a1 05 c3a9 e282ac");
        encodes_to(String::new(), "a1 00");
        decodes_from(String::from("a"), "b1 00000001 61");
        for (len, start) in [(255, "a1 ff"), (256, "b1 00000100"), (65_536, "b1 00010000")] {
            encodes_to("a".repeat(len), &format!("{start}{}", "61".repeat(len)));
        }
    }

    #[test]
    fn in_an_array_sizes_count_octets_too() {
        encodes_to(Array(vec![String::from("é"), "ab".into()]), "e0 08 02 a1 02 c3a9 02 6162");
    }

    #[test]
    fn invalid_utf8_is_refused_at_its_first_octet() {
        refuses::<String>("a1 03 61 c3 28", "the string is not UTF-8 (octet 3)");
        refuses::<ByteString>("a1 01 ff", "the string is not UTF-8 (octet 2)");
        refuses::<String>("a3 01 61", "expected string, found symbol (octet 0)");
    }

    #[test]
    fn borrowed_and_shared_strings_are_where_the_input_is() {
        let octets = Bytes::from(vec![0xa1, 2, 0x61, 0x62]);
        assert_eq!(<&str>::from_bytes(&octets).unwrap().as_ptr(), octets[2..].as_ptr());
        assert_eq!(ByteString::from_shared(&octets).unwrap().as_ptr(), octets[2..].as_ptr());
    }
}
