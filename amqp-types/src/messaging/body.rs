//! The body of a message (sections 3.2.6 to 3.2.8), which stays encoded until its content is requested.

mod view;

use alloc::vec::Vec;

use bytes::Bytes;

pub use self::view::BodyRef;
use super::view::Input;
use super::{AmqpSequence, AmqpValue, BodyKind, MessageWriter};
use crate::Value;
use crate::decode::Decode;
use crate::descriptor::Described;
use crate::encode::Encode;
use crate::error::{DecodeError, EncodeError};
use crate::primitive::encode_list;
use crate::writer::Writer;

/// The body of a message: octets, sequences of values, or one value (section 3.2).
///
/// A message always has a body. The default is an `amqp-value` section that contains null. A message
/// without content is encoded with it, and a message without a body section is decoded with it, because
/// some peers omit the body.
///
/// Bodies are equal if their octets are equal: the same value in another encoding is a different body.
///
/// A body from a peer is decoded when its content is requested. If it cannot be decoded, the rest of the
/// message still can be. One `data` section becomes [`Data`](Self::Data) unless its encoding would not be kept;
/// [`to_data`](Self::to_data) returns octets in any encoding.
#[derive(Clone, Debug)]
pub enum Body {
    /// Octets, as one `data` section.
    Data(Bytes),
    /// Encoded sections.
    Encoded(EncodedBody),
}

/// The encoded sections of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBody {
    kind: BodyKind,
    /// The sections, or why they could not be encoded: that is the error of encoding the message or
    /// decoding the body.
    octets: Result<Bytes, EncodeError>,
}

impl Body {
    /// The `amqp-value` section that contains null.
    pub(super) const NULL: &'static [u8] = b"\x00\x53\x77\x40";

    /// Creates a body that is one value (section 3.2.8).
    ///
    /// The value is encoded now. If that fails, encoding the message fails with the same
    /// [`EncodeError`].
    pub fn value<T: Encode + ?Sized>(value: &T) -> Self {
        Self::sections(BodyKind::Value, |writer| {
            writer.descriptor(&<AmqpValue>::DESCRIPTOR);
            value.encode(writer);
        })
    }

    /// Creates a body that is a sequence of values (section 3.2.7), which are encoded now as
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

    /// Returns the kind of the sections that the body consists of.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        match self {
            Self::Data(_) => BodyKind::Data,
            Self::Encoded(encoded) => encoded.kind,
        }
    }

    /// Returns whether the body is one value, which is null: the message carries nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.to_value::<()>().is_ok()
    }

    /// Returns the octets of all `data` sections, one after another. Those of a single section are
    /// not copied.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded.
    pub fn to_data(&self) -> Result<Bytes, DecodeError> {
        match self {
            Self::Data(octets) => Ok(octets.clone()),
            Self::Encoded(encoded) => encoded.view()?.to_data(),
        }
    }

    /// Decodes the value of the `amqp-value` section as any type.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded as this
    /// type. It counts octets from the start of the body.
    pub fn to_value<'a, T: Decode<'a>>(&'a self) -> Result<T, DecodeError> {
        self.view()?.to_value()
    }

    /// Returns the values of all `amqp-sequence` sections, in order.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the body consists of other sections, or cannot be decoded.
    pub fn to_sequence(&self) -> Result<Vec<Value>, DecodeError> {
        self.view()?.to_sequence()
    }

    /// Returns the view of the encoded sections. Octets that are not encoded yet have no sections.
    fn view(&self) -> Result<BodyRef<'_>, DecodeError> {
        match self {
            Self::Data(octets) => Ok(BodyRef::new(BodyKind::Data, &[], Input::shared(octets))),
            Self::Encoded(encoded) => encoded.view(),
        }
    }

    /// Writes the sections.
    #[inline]
    pub(super) fn write(&self, writer: &mut MessageWriter<'_>) {
        match self {
            Self::Data(octets) => writer.data(octets),
            Self::Encoded(EncodedBody { kind, octets: Ok(octets) }) => {
                writer.encoded_body(*kind, octets);
            }
            Self::Encoded(EncodedBody { octets: Err(error), .. }) => writer.fail(*error),
        }
    }
}

impl EncodedBody {
    fn view(&self) -> Result<BodyRef<'_>, DecodeError> {
        match &self.octets {
            Ok(octets) => Ok(BodyRef::new(self.kind, octets, Input::shared(octets))),
            Err(error) => Err(DecodeError::unwritten(*error)),
        }
    }
}

/// One value, which is null.
impl Default for Body {
    fn default() -> Self {
        Self::encoded(BodyKind::Value, Bytes::from_static(Self::NULL))
    }
}

/// One value, which is a string.
impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::value(text)
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Data(own), Self::Data(other)) => own == other,
            (Self::Encoded(own), Self::Encoded(other)) => own == other,
            (Self::Data(data), Self::Encoded(encoded))
            | (Self::Encoded(encoded), Self::Data(data)) => {
                let section = super::Data(data.clone()).to_bytes();
                encoded.kind == BodyKind::Data && encoded.octets == section
            }
        }
    }
}

impl Eq for Body {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::MandatoryMultiple;
    use crate::messaging::{EncodedMessage, Footer, Message};

    #[test]
    fn a_message_without_content_has_a_body() {
        let octets = Message::default().to_bytes().unwrap();
        assert_eq!(octets[..], *b"\x00\x53\x77\x40");
        assert_eq!(Body::default(), Body::value(&()));
        assert_eq!(Body::default().kind(), BodyKind::Value);
        assert_eq!(Message::from_bytes(&octets), Ok(Message::default()));
    }

    #[test]
    fn a_message_that_came_without_a_body_section_is_encoded_with_one() {
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
    fn an_encode_error_is_returned_by_every_method() {
        let none = MandatoryMultiple::<u8>::from_bytes(b"\xe0\x02\x00\x50").unwrap();
        let why = "a mandatory field with multiple values has no value (octet 0)";
        assert_eq!(Value::from_encode(&none).unwrap_err().to_string(), why);
        let body = Body::value(&none);
        assert_eq!(body.to_value::<Value>().unwrap_err().to_string(), why);
        let message = Message { body, ..Message::default() };
        assert_eq!(message.to_bytes(), Err(EncodeError::NoValue));
        let mut buffer = b"frame".to_vec();
        assert_eq!(message.encode_to(&mut buffer), Err(EncodeError::NoValue));
        assert_eq!(buffer, b"frame");
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
