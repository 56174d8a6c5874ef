//! `boolean` (section 1.6.2): `0x41` is true, `0x42` is false; `0x56` is followed by an octet, 0 or 1.

use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::{Common, Decode};
use crate::encode::{ArrayItem, Encode};
use crate::error::{DecodeErrorKind, Failed};
use crate::format::{Format, Primitive};
use crate::reader::Reader;
use crate::writer::Writer;

impl Encode for bool {
    #[inline]
    fn encode(&self, writer: &mut Writer<'_>) {
        // The code of true is one less than that of false, so that no branch is needed.
        writer.octet(Format::False.code() - u8::from(*self));
    }
}

impl ArrayItem for bool {
    // Not `0x41` or `0x42`, even if all items are equal: those items take no octets, and several
    // peers refuse arrays of them. A test below names the peers.
    const FORMATS: &'static [Format] = &[Format::Boolean];

    #[inline]
    fn encode_value(&self, _: Format, writer: &mut Writer<'_>) -> bool {
        writer.octet(u8::from(*self));
        true
    }
}

impl<'de> Decode<'de> for bool {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Boolean);

    #[inline]
    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        match constructor.format() {
            _ if constructor.is_described() => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
            Format::True => Ok(true),
            Format::False => Ok(false),
            Format::Boolean => {
                let start = reader.remaining();
                match reader.octet()? {
                    0 => Ok(false),
                    1 => Ok(true),
                    other => Err(reader.error_in(start, DecodeErrorKind::InvalidBoolean(other))),
                }
            }
            _ => Err(reader.unexpected(&constructor, Self::ACCEPTS)),
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_, 'de>) -> Result<Self, Failed> {
        Self::decode_common(reader)
    }
}

impl<'de> Common<'de> for bool {
    #[inline]
    fn split_common(input: &'de [u8]) -> Option<(Self, &'de [u8])> {
        const TRUE: u8 = Format::True.code();
        const FALSE: u8 = Format::False.code();
        match input {
            [code @ (TRUE | FALSE), remaining @ ..] => Some((*code == TRUE, remaining)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use crate::format::Primitive;
    use crate::primitive::Array;
    use crate::testing::{decodes_from, encodes_to, refuses};
    use crate::value::{ArrayValue, Value};

    #[test]
    fn all_encodings() {
        encodes_to(true, "41");
        encodes_to(false, "42");
        decodes_from(true, "56 01");
        decodes_from(false, "56 00");
        refuses::<bool>("56 02", "a boolean's octet must be 0 or 1, not 0x02 (octet 1)");
        refuses::<bool>("40", "expected boolean, found null (octet 0)");
    }

    // All peers that were tried read `0x56`. Five items of `0x41` or `0x42` are refused by go-amqp
    // 1.7.0, proton-j 0.34.1 (`DecoderImpl`), Qpid Broker-J 10.1.0, RabbitMQ 3.10.8 and 4.0.5,
    // amqp10 3.6.0 (npm) and, in an array8, serde_amqp 0.18.0. RabbitMQ 4.3.6 leaves such an array
    // undecoded.
    #[test]
    fn equal_items_of_an_array_take_an_octet_each() {
        encodes_to(Array(vec![true; 5]), "e0 07 05 56 01 01 01 01 01");
        encodes_to(Array(vec![false; 5]), "e0 07 05 56 00 00 00 00 00");
        encodes_to(Array(vec![true]), "e0 03 01 56 01");
        encodes_to(
            Array(vec![true; 254]),
            &format!("f0 00000103 000000fe 56 {}", "01".repeat(254)),
        );
        let value = ArrayValue::new(Primitive::Boolean, vec![Value::Boolean(true); 5]).unwrap();
        encodes_to(value, "e0 07 05 56 01 01 01 01 01");
        decodes_from(Array(vec![true; 5]), "e0 02 05 41");
        decodes_from(Array(vec![true; 5]), "f0 00000005 00000005 41");
        decodes_from(Array(vec![false; 5]), "e0 02 05 42");
    }

    #[test]
    fn in_an_array_each_takes_an_octet() {
        encodes_to(Array(vec![true, false]), "e0 04 02 56 01 00");
        refuses::<Array<bool>>(
            "e0 04 02 56 01 07",
            "a boolean's octet must be 0 or 1, not 0x07 (octet 5)",
        );
    }
}
