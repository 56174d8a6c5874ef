//! `delivery-tag`: a delivery's name within a link (section 2.8.7).

use bytes::Bytes;

use crate::Restricted;
use crate::borrowed::Owned;
use crate::codec::Decode;
use crate::constructor::Constructor;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;
use crate::transparent::transparent;

/// A delivery's name within a link, up to 32 octets that the sender chooses (section 2.8.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(decode_with = at_most_32_octets)]
pub struct DeliveryTag(pub Bytes);

transparent!(DeliveryTag(Bytes));

fn at_most_32_octets<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<Bytes, Failed> {
    short_octets(constructor, reader, "a delivery-tag takes at most 32 octets")
}

/// Reads octets that must not be more than 32, as the rule says.
pub(crate) fn short_octets<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
    rule: &'static str,
) -> Result<Bytes, Failed> {
    let octets = borrowed_short_octets(constructor, reader, rule)?;
    reader.to_owned(octets)
}

/// A [`DeliveryTag`] that borrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(decode_with = borrowed_at_most_32_octets)]
pub struct DeliveryTagRef<'a>(pub &'a [u8]);

impl Owned for DeliveryTag {
    type Borrowed<'a> = DeliveryTagRef<'a>;

    fn from_borrowed(borrowed: DeliveryTagRef<'_>) -> Self {
        Self(Owned::from_borrowed(borrowed.0))
    }
}

fn borrowed_at_most_32_octets<'a: 'b, 'b>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
) -> Result<&'b [u8], Failed> {
    borrowed_short_octets(constructor, reader, "a delivery-tag takes at most 32 octets")
}

/// As [`short_octets`], where the octets live on.
pub(crate) fn borrowed_short_octets<'a>(
    constructor: Constructor<'a>,
    reader: &mut Reader<'a>,
    rule: &'static str,
) -> Result<&'a [u8], Failed> {
    let octets = <&[u8]>::decode_data(constructor, reader)?;
    if octets.len() > 32 {
        return Err(reader.error_in(octets, DecodeErrorKind::Invalid(rule)));
    }
    Ok(octets)
}
