//! The body of a message (sections 3.2.6 to 3.2.8), encoded until one asks what is in it.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{AmqpSequence, AmqpValue, BodyKind, Data};
use crate::Value;
use crate::decode::Decode;
use crate::decoder::Decoder;
use crate::descriptor::Described;
use crate::encode::Encode;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::format::Format;
use crate::primitive::encode_list;
use crate::writer::Writer;

/// What a message carries: octets, sequences of values, or one value (section 3.2).
///
/// A message always has a body. The default one is an `amqp-value` section that holds null, which is
/// how a message that carries nothing is written, and also what a message is read as that came
/// without any body section: the standard asks for one, but there are peers that leave it out.
///
/// Bodies are equal if their octets are: the same value in another encoding is not the same body.
///
/// A body that came from a peer stays the octets it is until it is asked for: one that does not
/// decode is an error of that question, not of the message.
#[derive(Clone, Debug)]
pub enum Body {
    /// Octets, as one `data` section.
    Data(Bytes),
    /// Sections as they are encoded.
    Encoded(EncodedBody),
}

/// The sections of a body, as they are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBody {
    kind: BodyKind,
    /// Why there are none is told when the message is written, or when one asks what is in here.
    octets: Result<Bytes, EncodeError>,
}

impl Body {
    /// The `amqp-value` section that holds null.
    pub(super) const NULL: &'static [u8] = b"\x00\x53\x77\x40";

    /// A body that is one value, of any type that can be written (section 3.2.8).
    ///
    /// It is written now. If it cannot be, to encode the message is the [`EncodeError`].
    pub fn value<T: Encode + ?Sized>(value: &T) -> Self {
        Self::sections(BodyKind::Value, |writer| {
            writer.descriptor(&<AmqpValue>::DESCRIPTOR);
            value.encode(writer);
        })
    }

    /// A body that is a sequence of values (section 3.2.7), which are written now as
    /// [`value`](Self::value) does.
    pub fn sequence<T: Encode>(values: &[T]) -> Self {
        Self::sections(BodyKind::Sequence, |writer| {
            writer.descriptor(&AmqpSequence::DESCRIPTOR);
            encode_list(values.iter(), writer);
        })
    }

    fn sections(kind: BodyKind, write: impl Fn(&mut Writer<'_>)) -> Self {
        let mut octets = Vec::new();
        let written = Writer::append(&mut octets, write);
        Self::Encoded(EncodedBody { kind, octets: written.map(|_| Bytes::from(octets)) })
    }

    pub(super) const fn encoded(kind: BodyKind, octets: Bytes) -> Self {
        Self::Encoded(EncodedBody { kind, octets: Ok(octets) })
    }

    /// Which sections it is made of.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        match self {
            Self::Data(_) => BodyKind::Data,
            Self::Encoded(encoded) => encoded.kind,
        }
    }

    /// Whether it is one value, and that is null: the message carries nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.to_value::<()>().is_ok()
    }

    /// The octets of all `data` sections, one after another. Those of one section are not copied.
    ///
    /// # Errors
    ///
    /// If the body is made of other sections, or does not decode.
    pub fn to_data(&self) -> Result<Bytes, DecodeError> {
        if let Self::Data(octets) = self {
            return Ok(octets.clone());
        }
        let octets = self.encoded_as(BodyKind::Data, "the body is not made of data sections")?;
        let mut parts: Vec<Bytes> = all(octets, |Data(part)| part)?;
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            last => Ok(parts.iter().chain(&last).flatten().copied().collect()),
        }
    }

    /// The one value, as any type that reads it.
    ///
    /// # Errors
    ///
    /// If the body is made of other sections, or does not decode as that type. Octets count from the
    /// start of the body.
    pub fn to_value<'a, T: Decode<'a>>(&'a self) -> Result<T, DecodeError> {
        let octets = self.encoded_as(BodyKind::Value, "the body is not an amqp-value section")?;
        AmqpValue::from_shared(octets).map(|AmqpValue(value)| value)
    }

    /// The values of all `amqp-sequence` sections, in order.
    ///
    /// # Errors
    ///
    /// If the body is made of other sections, or does not decode.
    pub fn to_sequence(&self) -> Result<Vec<Value>, DecodeError> {
        let why = "the body is not made of amqp-sequence sections";
        let octets = self.encoded_as(BodyKind::Sequence, why)?;
        let parts: Vec<Vec<Value>> = all(octets, |AmqpSequence(part)| part.0)?;
        Ok(parts.into_iter().flatten().collect())
    }

    fn encoded_as(&self, kind: BodyKind, why: &'static str) -> Result<&Bytes, DecodeError> {
        match self {
            Self::Encoded(EncodedBody { kind: own, octets }) if *own == kind => {
                octets.as_ref().map_err(|error| DecodeError::unwritten(*error))
            }
            _ => Err(DecodeError::new(DecodeErrorKind::Invalid(why), 0)),
        }
    }

    /// Writes the sections.
    pub(super) fn encode(&self, writer: &mut Writer<'_>) {
        self.encode_before_content(writer);
        match self {
            Self::Data(octets) | Self::Encoded(EncodedBody { octets: Ok(octets), .. }) => {
                writer.slice(octets);
            }
            Self::Encoded(_) => {}
        }
    }

    /// Writes what stands before the content: of one `data` section its beginning, of sections that
    /// are encoded nothing.
    pub(super) fn encode_before_content(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Data(octets) => {
                writer.descriptor(&Data::DESCRIPTOR);
                writer.variable_size(Format::Vbin8, Format::Vbin32, octets.len());
            }
            Self::Encoded(EncodedBody { octets, .. }) => {
                if let Err(error) = octets {
                    writer.fail(*error);
                }
            }
        }
    }

    /// The content of one `data` section, or sections as they are encoded.
    pub(super) fn content(&self) -> Bytes {
        match self {
            Self::Data(octets) | Self::Encoded(EncodedBody { octets: Ok(octets), .. }) => {
                octets.clone()
            }
            Self::Encoded(_) => Bytes::new(),
        }
    }
}

/// One value, which is null.
impl Default for Body {
    fn default() -> Self {
        Self::encoded(BodyKind::Value, Bytes::from_static(Self::NULL))
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        let octets = |body: &Self| {
            let mut octets = Vec::new();
            Writer::append(&mut octets, |writer| body.encode(writer)).map(|_| octets)
        };
        match (self, other) {
            (Self::Data(own), Self::Data(its)) => own == its,
            (Self::Encoded(own), Self::Encoded(its)) => own == its,
            _ => octets(self) == octets(other),
        }
    }
}

impl Eq for Body {}

/// Decodes sections that stand one after another.
fn all<'a, T: Decode<'a>, U>(octets: &'a Bytes, take: fn(T) -> U) -> Result<Vec<U>, DecodeError> {
    Decoder::shared(octets).read(|reader| {
        let mut parts = Vec::new();
        while !reader.is_empty() {
            parts.push(take(T::decode(reader)?));
        }
        Ok(parts)
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use bytes::BytesMut;

    use super::*;
    use crate::MandatoryMultiple;
    use crate::messaging::{EncodedMessage, Footer, Message};

    #[test]
    fn a_message_that_carries_nothing_has_a_body_all_the_same() {
        let octets = Message::default().to_bytes().unwrap();
        assert_eq!(octets[..], *b"\x00\x53\x77\x40");
        assert_eq!(Body::default(), Body::value(&()));
        assert_eq!(Body::default().kind(), BodyKind::Value);
        assert_eq!(Message::from_bytes(&octets), Ok(Message::default()));
    }

    #[test]
    fn a_message_that_came_without_a_body_section_is_written_with_one() {
        let bodiless = Bytes::from_static(b"\x00\x53\x70\x45\x00\x53\x78\xc1\x01\x00");
        let encoded = EncodedMessage::new(bodiless.clone()).unwrap();
        assert_eq!(encoded.octets(), &bodiless);
        let read = encoded.to_message().unwrap();
        assert!(read.body.is_null() && read.footer == Some(Footer::default()));
        let written = read.to_bytes().unwrap();
        assert_eq!(written[..], *b"\x00\x53\x70\x45\x00\x53\x77\x40\x00\x53\x78\xc1\x01\x00");
        assert_eq!(Message::from_shared(&written), Ok(read));
    }

    #[test]
    fn what_cannot_be_written_says_so_wherever_it_is_asked_for() {
        let none = MandatoryMultiple::<u8>::from_bytes(b"\xe0\x02\x00\x50").unwrap();
        let why = "a mandatory field that takes several values has none (octet 0)";
        assert_eq!(Value::from_encode(&none).unwrap_err().to_string(), why);
        let body = Body::value(&none);
        assert_eq!(body.to_value::<Value>().unwrap_err().to_string(), why);
        let message = Message { body, ..Message::default() };
        assert_eq!(message.to_bytes(), Err(EncodeError::NoValue));
        let mut buffer = BytesMut::from(&b"frame"[..]);
        assert_eq!(message.to_parts(&mut buffer), Err(EncodeError::NoValue));
        assert_eq!(buffer, b"frame"[..]);
    }

    #[test]
    fn null_is_null_in_every_encoding_and_nothing_else_is() {
        let named = b"\x00\xa3\x11amqp:amqp-value:*\x40";
        assert!(EncodedMessage::new(Bytes::from_static(named)).unwrap().body().is_null());
        assert!(!Body::value(&0u8).is_null());
        assert!(!Body::Data(Bytes::new()).is_null());
        assert!(!Body::sequence(&[()]).is_null());
    }
}
