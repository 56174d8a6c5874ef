//! A message that borrows from its octets.

use bytes::Bytes;

use super::encoded::{Sections, sections};
use super::section::Place;
use super::{
    AmqpSequenceRef, AmqpValue, ApplicationProperties, ApplicationPropertiesRef, Body, BodyKind,
    DataRef, DeliveryAnnotations, DeliveryAnnotationsRef, Footer, FooterRef, Header, Message,
    MessageAnnotations, MessageAnnotationsRef, Properties, PropertiesRef,
};
use crate::budget::Budget;
use crate::decode::Decode;
use crate::decoder::Decoder;
use crate::descriptor::Described;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::value::ValueRef;
use crate::view::{ListRef, Owned};

/// A [`Message`](struct@Message) that borrows: all its sections (section 3.2). Like all borrowed forms
/// it is decoded without an allocation, but for [maps of many keys in no order](crate::cost).
///
/// ```
/// use amqp_types::messaging::{Body, Message, MessageRef, Properties};
///
/// let octets = Message {
///     properties: Some(Properties { subject: Some("greeting".into()), ..Properties::default() }),
///     body: Body::value("hello"),
///     ..Message::default()
/// }
/// .to_bytes()?;
/// let message = MessageRef::from_bytes(&octets)?;
/// assert_eq!(message.properties.unwrap().subject, Some("greeting"));
/// assert_eq!(message.body.to_value::<&str>()?, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MessageRef<'a> {
    /// How it is to be transferred.
    pub header: Option<Header>,
    /// Notes for the next node.
    pub delivery_annotations: Option<DeliveryAnnotationsRef<'a>>,
    /// Notes for all the nodes on the way.
    pub message_annotations: Option<MessageAnnotationsRef<'a>>,
    /// The standard's properties.
    pub properties: Option<PropertiesRef<'a>>,
    /// The application's properties.
    pub application_properties: Option<ApplicationPropertiesRef<'a>>,
    /// What it carries.
    pub body: BodyRef<'a>,
    /// What can only be known at its end.
    pub footer: Option<FooterRef<'a>>,
}

/// The body of a [`MessageRef`]: its sections as they are encoded, until one asks what is in them.
///
/// As a [`Body`], it is one null value where the message came without a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyRef<'a> {
    kind: BodyKind,
    octets: &'a [u8],
}

impl Default for BodyRef<'_> {
    fn default() -> Self {
        Self { kind: BodyKind::Value, octets: Body::NULL }
    }
}

impl<'a> MessageRef<'a> {
    /// Decodes all sections but the body.
    ///
    /// # Errors
    ///
    /// If the sections are not those of a message, or one of them does not decode.
    pub fn from_bytes(octets: &'a [u8]) -> Result<Self, DecodeError> {
        if let Some(message) = Self::glance(octets) {
            return Ok(message);
        }
        let sections = Decoder::new(octets).read(sections)?;
        Self::of(octets, &sections)
    }

    /// Decodes each section where it is found, if all begin as nearly every one does, each is good, and
    /// none is there twice or out of its place.
    ///
    /// `None` says nothing of the octets: what is wrong with them, and in which order, is for who looks
    /// closer.
    fn glance(octets: &'a [u8]) -> Option<Self> {
        let mut rest = octets;
        let message = Self {
            header: next(&mut rest)?,
            delivery_annotations: next(&mut rest)?,
            message_annotations: next(&mut rest)?,
            properties: next(&mut rest)?,
            application_properties: next(&mut rest)?,
            body: match Place::glance(rest) {
                Some((Place::Body(kind), behind)) => {
                    BodyRef { kind, octets: take_until(behind, &mut rest)? }
                }
                _ => BodyRef::default(),
            },
            footer: next(&mut rest)?,
        };
        rest.is_empty().then_some(message)
    }

    pub(super) fn of(octets: &'a [u8], sections: &Sections) -> Result<Self, DecodeError> {
        let reader = || Decoder::new(octets);
        let body = sections.body.zip(octets.get(sections.body_range()));
        Ok(Self {
            header: sections.decode(Place::Header, octets, reader())?,
            delivery_annotations: sections.decode(Place::DeliveryAnnotations, octets, reader())?,
            message_annotations: sections.decode(Place::MessageAnnotations, octets, reader())?,
            properties: sections.decode(Place::Properties, octets, reader())?,
            application_properties: sections.decode(
                Place::ApplicationProperties,
                octets,
                reader(),
            )?,
            body: body.map_or_else(BodyRef::default, |(kind, octets)| BodyRef { kind, octets }),
            footer: sections.decode(Place::Footer, octets, reader())?,
        })
    }

    /// The same message with content of its own: all of it is copied.
    #[must_use]
    pub fn to_message(&self) -> Message {
        Message {
            header: self.header,
            delivery_annotations: self.delivery_annotations.map(DeliveryAnnotations::from_ref),
            message_annotations: self.message_annotations.map(MessageAnnotations::from_ref),
            properties: self.properties.map(Properties::from_ref),
            application_properties: self
                .application_properties
                .map(ApplicationProperties::from_ref),
            body: self.body.to_body(),
            footer: self.footer.map(Footer::from_ref),
        }
    }
}

impl<'a> BodyRef<'a> {
    /// Which sections it is made of.
    #[must_use]
    pub const fn kind(&self) -> BodyKind {
        self.kind
    }

    /// Whether it is one value, and that is null: the message carries nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.to_value::<()>().is_ok()
    }

    /// The sections as they are encoded.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The octets of each `data` section, in order (section 3.2.6).
    ///
    /// # Errors
    ///
    /// If the body is made of other sections; in place of a section, what is wrong with it.
    pub fn data(&self) -> Result<impl Iterator<Item = Result<&'a [u8], DecodeError>>, DecodeError> {
        self.parts(BodyKind::Data, "the body is not made of data sections", |DataRef(part)| part)
    }

    /// The values of each `amqp-sequence` section, in order (section 3.2.7).
    ///
    /// # Errors
    ///
    /// If the body is made of other sections; in place of a section, what is wrong with it.
    pub fn sequences(
        &self,
    ) -> Result<impl Iterator<Item = Result<ListRef<'a, ValueRef<'a>>, DecodeError>>, DecodeError>
    {
        let why = "the body is not made of amqp-sequence sections";
        self.parts(BodyKind::Sequence, why, |AmqpSequenceRef(part)| part)
    }

    /// The one value, as any type that reads it (section 3.2.8).
    ///
    /// # Errors
    ///
    /// If the body is made of other sections, or does not decode as that type. Octets count from the
    /// start of the body.
    pub fn to_value<T: Decode<'a>>(&self) -> Result<T, DecodeError> {
        let octets = self.as_kind(BodyKind::Value, "the body is not an amqp-value section")?;
        AmqpValue::from_bytes(octets).map(|AmqpValue(value)| value)
    }

    /// The same body with octets of its own.
    fn to_body(self) -> Body {
        Body::encoded(self.kind, Bytes::copy_from_slice(self.octets))
    }

    fn as_kind(&self, kind: BodyKind, why: &'static str) -> Result<&'a [u8], DecodeError> {
        if self.kind == kind {
            Ok(self.octets)
        } else {
            Err(DecodeError::new(DecodeErrorKind::Invalid(why), 0))
        }
    }

    /// Sections that stand one after another; nothing is behind one that does not decode.
    fn parts<T: Decode<'a>, U>(
        &self,
        kind: BodyKind,
        why: &'static str,
        take: fn(T) -> U,
    ) -> Result<impl Iterator<Item = Result<U, DecodeError>>, DecodeError> {
        let octets = self.as_kind(kind, why)?;
        // A reader is too large to be kept from one part to the next.
        let (mut rest, mut budget) = (octets, Budget::for_input(octets.len()));
        Ok(core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let decoder = Decoder::new(octets).at_part(rest).with_budget(budget);
            Some(match decoder.decode_prefix() {
                Ok((part, len)) => {
                    rest = rest.get(len..).unwrap_or_default();
                    budget = Budget::for_input(rest.len());
                    Ok(take(part))
                }
                Err(error) => {
                    rest = &[];
                    Err(error)
                }
            })
        }))
    }
}

/// The section that octets begin with, if it is this one; the octets are then those behind it. There is
/// no answer if it is not good, or is not seen at a glance to be all there.
#[expect(clippy::option_option, reason = "a section that is not there is an answer")]
#[inline]
fn next<'a, T: Decode<'a> + Described>(octets: &mut &'a [u8]) -> Option<Option<T>> {
    if T::DESCRIPTOR.written_before(octets).is_none() {
        return Some(None);
    }
    let (section, len) = Decoder::new(octets).decode_prefix().ok()?;
    *octets = octets.get(len..)?;
    Some(Some(section))
}

/// The octets before these; those that are left are these.
#[inline]
fn take_until<'a>(behind: &'a [u8], octets: &mut &'a [u8]) -> Option<&'a [u8]> {
    let taken = octets.get(..octets.len().checked_sub(behind.len())?)?;
    *octets = behind;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::testing::hex;

    #[test]
    fn the_body_is_read_by_its_kind() {
        let octets = hex("00 53 75 a0 02 01 02 00 53 75 a0 01 03");
        let body = MessageRef::from_bytes(&octets).unwrap().body;
        assert_eq!(body.kind(), BodyKind::Data);
        let parts: Vec<_> = body.data().unwrap().map(Result::unwrap).collect();
        assert_eq!(parts, [&[1, 2][..], &[3]]);
        assert!(body.sequences().is_err());
        assert!(body.to_value::<ValueRef<'_>>().is_err());

        let octets = hex("00 53 76 c0 03 01 52 07 00 53 76 c0 02 01 a1");
        let body = MessageRef::from_bytes(&octets).unwrap().body;
        let parts: Vec<_> = body.sequences().unwrap().collect();
        assert_eq!(parts[0].unwrap().iter().collect::<Vec<_>>(), [ValueRef::Uint(7)]);
        assert_eq!(parts[1].unwrap_err().at(), 15);
        assert_eq!(parts.len(), 2);
    }
}
