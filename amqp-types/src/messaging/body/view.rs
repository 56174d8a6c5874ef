//! The view of an encoded body, whose sections are decoded when they are requested.

use alloc::vec::Vec;
use core::marker::PhantomData;

use bytes::Bytes;

use super::Body;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::error::{DecodeError, DecodeErrorKind, Failed};
use crate::format::Format;
use crate::messaging::view::Input;
use crate::messaging::{AmqpSequence, AmqpSequenceRef, AmqpValue, BodyKind, Data, DataRef};
use crate::primitive::List;
use crate::reader::Reader;
use crate::value::{Value, ValueRef};
use crate::view::ListRef;

/// The body of a [`MessageRef`](crate::messaging::MessageRef): its sections are decoded when their
/// content is asked for.
///
/// The body of a message that came without one is a null value. Errors count octets from the start
/// of the message.
#[derive(Clone, Copy, Debug)]
pub struct BodyRef<'a> {
    kind: BodyKind,
    octets: &'a [u8],
    /// The octets of the message, or those of the body alone.
    input: Input<'a>,
}

impl<'a> BodyRef<'a> {
    #[inline]
    pub(in crate::messaging) const fn new(
        kind: BodyKind,
        octets: &'a [u8],
        input: Input<'a>,
    ) -> Self {
        Self { kind, octets, input }
    }

    /// Returns the kind of the sections that the body consists of.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        self.kind
    }

    /// Returns whether the body is one value, which is null: the message carries nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.to_value::<()>().is_ok()
    }

    /// Returns the sections as they are encoded.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Returns the octets of each `data` section, in order (section 3.2.6).
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections. The iterator yields one in
    /// place of a section that cannot be decoded, and ends.
    pub fn data(&self) -> Result<impl Iterator<Item = Result<&'a [u8], DecodeError>>, DecodeError> {
        let sections = self.sections::<DataRef<'a>>(BodyKind::Data)?;
        Ok(sections.map(|section| section.map(|DataRef(octets)| octets)))
    }

    /// Returns the octets of all `data` sections, one after another. Those of a single section are
    /// not copied if the octets of the message are shared.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded.
    pub fn to_data(&self) -> Result<Bytes, DecodeError> {
        self.expect(BodyKind::Data)?;
        self.input.decoder(self.octets).read(|reader| {
            let Data(first) = Data::decode(reader)?;
            if reader.is_empty() {
                return Ok(first);
            }
            let mut octets = Vec::from(first);
            while !reader.is_empty() {
                let DataRef(more) = DataRef::decode(reader)?;
                octets.extend_from_slice(more);
            }
            Ok(octets.into())
        })
    }

    /// Returns the values of each `amqp-sequence` section, in order (section 3.2.7).
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections. The iterator yields one in
    /// place of a section that cannot be decoded, and ends.
    pub fn sequences(
        &self,
    ) -> Result<impl Iterator<Item = Result<ListRef<'a, ValueRef<'a>>, DecodeError>>, DecodeError>
    {
        let sections = self.sections::<AmqpSequenceRef<'a>>(BodyKind::Sequence)?;
        Ok(sections.map(|section| section.map(|AmqpSequenceRef(values)| values)))
    }

    /// Returns the values of all `amqp-sequence` sections, in order.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded.
    pub fn to_sequence(&self) -> Result<Vec<Value>, DecodeError> {
        self.expect(BodyKind::Sequence)?;
        // One budget for all sections: each could hold many items that take no octets.
        self.input.decoder(self.octets).read(|reader| {
            let AmqpSequence(List(mut values)) = AmqpSequence::decode(reader)?;
            while !reader.is_empty() {
                let AmqpSequence(List(more)) = AmqpSequence::decode(reader)?;
                values.extend(more);
            }
            Ok(values)
        })
    }

    /// Decodes the value of the `amqp-value` section as any type (section 3.2.8).
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded as this
    /// type.
    #[inline]
    pub fn to_value<T: Decode<'a>>(&self) -> Result<T, DecodeError> {
        self.expect(BodyKind::Value)?;
        self.input.decoder(self.octets).decode().map(|AmqpValue(value)| value)
    }

    /// Decodes the value of the `amqp-value` section with a function.
    #[inline]
    pub(crate) fn read_value<T>(
        &self,
        read: impl FnOnce(Constructor<'a>, &mut Reader<'_, 'a>) -> Result<T, Failed>,
    ) -> Result<T, DecodeError> {
        self.expect(BodyKind::Value)?;
        self.input.decoder(self.octets).read(|reader| {
            let constructor = reader.constructor()?;
            let value = reader.described(constructor, AmqpValue::<()>::ACCEPTS, read)?;
            reader.end()?;
            Ok(value)
        })
    }

    /// Returns an owned form of the body. It shares the octets of the message if they are shared.
    #[must_use]
    pub fn to_body(&self) -> Body {
        match data_section(self.octets) {
            Some(octets) => Body::Data(self.input.to_bytes(octets)),
            None => Body::encoded(self.kind, self.input.to_bytes(self.octets)),
        }
    }

    /// Returns the position of a part of the body in the message, for errors.
    pub(in crate::messaging) fn position(&self, part: &[u8]) -> usize {
        self.input.decoder(self.octets).position(part.as_ptr().addr())
    }

    fn expect(&self, kind: BodyKind) -> Result<(), DecodeError> {
        if self.kind == kind {
            return Ok(());
        }
        let why = match kind {
            BodyKind::Data => "the body does not consist of data sections",
            BodyKind::Sequence => "the body does not consist of amqp-sequence sections",
            BodyKind::Value => "the body is not an amqp-value section",
        };
        Err(DecodeError::new(DecodeErrorKind::Invalid(why), 0))
    }

    /// Returns an iterator over the sections, which must be of this kind.
    fn sections<T: Decode<'a>>(&self, kind: BodyKind) -> Result<Sections<'a, T>, DecodeError> {
        self.expect(kind)?;
        Ok(Sections { remaining: self.octets, input: self.input, section: PhantomData })
    }
}

/// Returns the content of a body that is one `data` section, if it is encoded as this crate encodes it.
fn data_section(octets: &[u8]) -> Option<&[u8]> {
    const NARROW: u8 = Format::Vbin8.code();
    const WIDE: u8 = Format::Vbin32.code();
    match octets.strip_prefix(b"\x00\x53\x75")? {
        [NARROW, size, content @ ..] if usize::from(*size) == content.len() => Some(content),
        [WIDE, a, b, c, d, content @ ..] => {
            let size = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?;
            (size == content.len() && size > usize::from(u8::MAX)).then_some(content)
        }
        _ => None,
    }
}

/// One value, which is null.
impl Default for BodyRef<'_> {
    fn default() -> Self {
        Self::new(BodyKind::Value, Body::NULL, Input::new(Body::NULL))
    }
}

/// Bodies are equal if their octets are.
impl PartialEq for BodyRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.octets) == (other.kind, other.octets)
    }
}

impl Eq for BodyRef<'_> {}

/// The sections of a body, each decoded when it is requested. There are none after one that cannot be
/// decoded.
struct Sections<'a, T> {
    remaining: &'a [u8],
    input: Input<'a>,
    section: PhantomData<fn() -> T>,
}

impl<'a, T: Decode<'a>> Iterator for Sections<'a, T> {
    type Item = Result<T, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.remaining.is_empty() {
            return None;
        }
        let section = self.input.decoder(self.remaining).decode_prefix();
        let len = section.as_ref().map_or(usize::MAX, |(_, len)| *len);
        self.remaining = self.remaining.get(len..).unwrap_or_default();
        Some(section.map(|(section, _)| section))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::{Message, MessageRef};
    use crate::testing::hex;

    #[test]
    fn the_body_is_decoded_by_its_kind() {
        let octets = hex("00 53 75 a0 02 01 02 00 53 75 a0 01 03");
        let body = MessageRef::from_bytes(&octets).unwrap().body();
        assert_eq!(body.kind(), BodyKind::Data);
        let sections: Vec<_> = body.data().unwrap().map(Result::unwrap).collect();
        assert_eq!(sections, [&[1, 2][..], &[3]]);
        assert_eq!(body.to_data().unwrap()[..], [1, 2, 3]);
        assert!(body.sequences().is_err());
        assert!(body.to_value::<ValueRef<'_>>().is_err());

        let octets = hex("00 53 76 c0 03 01 52 07 00 53 76 c0 02 01 a1");
        let body = MessageRef::from_bytes(&octets).unwrap().body();
        let sections: Vec<_> = body.sequences().unwrap().collect();
        assert_eq!(sections[0].unwrap().iter().collect::<Vec<_>>(), [ValueRef::Uint(7)]);
        assert_eq!(sections[1].unwrap_err().at(), 15);
        assert_eq!(sections.len(), 2);
    }

    #[test]
    fn one_data_section_of_a_shared_message_is_not_copied() {
        let octets = Bytes::from(hex("00 53 70 45 00 53 75 a0 02 01 02"));
        let data = MessageRef::from_shared(&octets).unwrap().body().to_data().unwrap();
        assert_eq!(data.as_ptr(), octets[9..].as_ptr());
        let data = MessageRef::from_bytes(&octets).unwrap().body().to_data().unwrap();
        assert_ne!(data.as_ptr(), octets[9..].as_ptr());
        assert_eq!(data[..], [1, 2]);
    }

    #[test]
    fn one_data_section_becomes_octets_if_it_would_be_encoded_as_it_is() {
        let body = |octets: &[u8]| MessageRef::from_bytes(octets).unwrap().body().to_body();
        for len in [0, 1, 255, 256, 70_000] {
            let octets = Body::Data(vec![7; len].into());
            let encoded =
                Message { body: octets.clone(), ..Message::default() }.to_bytes().unwrap();
            assert!(matches!(body(&encoded), Body::Data(data) if data[..] == vec![7; len]));
            let two = [&encoded[..], &encoded].concat();
            assert!(matches!(body(&two), Body::Encoded(_)));
        }
        for octets in ["005375 b0 00000001 07", "00 80 0000000000000075 a0 01 07"] {
            let octets = hex(octets);
            let body = body(&octets);
            assert!(matches!(&body, Body::Encoded(_)));
            assert_eq!(body.to_data().unwrap()[..], [7]);
            assert_eq!(Message { body, ..Message::default() }.to_bytes().unwrap(), octets);
        }
    }

    #[test]
    fn errors_count_octets_from_the_start_of_the_message() {
        let octets = hex("00 53 70 45 00 53 77 a1 01 61");
        let body = MessageRef::from_bytes(&octets).unwrap().body();
        assert_eq!(body.to_value::<u32>().unwrap_err().at(), 7);
    }
}
