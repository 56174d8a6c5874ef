//! A temperature: a `short` that counts tenths of a degree.

use std::fmt;

use amqp_types::{
    Accepts, ArrayItem, Constructor, Decode, DecodeErrorKind, Encode, Failed, Format,
    Primitive, Reader, Writer,
};

/// A temperature in tenths of a degree Celsius, not below absolute zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Celsius(i16);

/// The temperature is below absolute zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BelowAbsoluteZero;

const RULE: &str = "a temperature is below absolute zero";

impl Celsius {
    const ABSOLUTE_ZERO: i16 = -2731;

    /// Creates a temperature from tenths of a degree.
    pub const fn from_tenths(tenths: i16) -> Result<Self, BelowAbsoluteZero> {
        if tenths < Self::ABSOLUTE_ZERO {
            Err(BelowAbsoluteZero)
        } else {
            Ok(Self(tenths))
        }
    }
}

impl fmt::Display for BelowAbsoluteZero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RULE)
    }
}

impl std::error::Error for BelowAbsoluteZero {}

impl Encode for Celsius {
    fn encode(&self, writer: &mut Writer<'_>) {
        writer.format(Format::Short);
        writer.octets(self.0.to_be_bytes());
    }
}

impl<'de> Decode<'de> for Celsius {
    const ACCEPTS: &'static Accepts = &Accepts::primitive(Primitive::Short);

    fn decode_value(
        constructor: Constructor<'de>,
        reader: &mut Reader<'_, 'de>,
    ) -> Result<Self, Failed> {
        if !Self::ACCEPTS.contains(&constructor) {
            return Err(reader.unexpected(&constructor, Self::ACCEPTS));
        }
        let data = reader.remaining();
        let tenths = i16::from_be_bytes(reader.octets()?);
        Self::from_tenths(tenths)
            .map_err(|BelowAbsoluteZero| reader.error_in(data, DecodeErrorKind::Invalid(RULE)))
    }
}

impl ArrayItem for Celsius {
    const FORMATS: &'static [Format] = &[Format::Short];

    fn encode_value(&self, _: Format, writer: &mut Writer<'_>) -> bool {
        writer.octets(self.0.to_be_bytes());
        true
    }
}
