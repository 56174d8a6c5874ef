//! A message as the octets it is, looked into only where one asks.

use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;

use super::section::Place;
use super::{
    ApplicationProperties, Body, BodyKind, DeliveryAnnotations, Footer, Header, Message,
    MessageAnnotations, MessageRef, Properties,
};
use crate::decode::Decode;
use crate::decoder::Decoder;
use crate::encode::Encode;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError, Failed};
use crate::reader::Reader;

/// A message as it came, with its sections told apart but not decoded (section 3.2).
///
/// The bare message (properties, application-properties and body) goes on octet for octet, as a
/// node that passes it on must see to. A section that does not decode costs nobody the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedMessage {
    octets: Bytes,
    sections: Sections,
}

/// Where the sections of a message are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sections {
    /// Where each section ends; it begins where the one before it does. An absent one is empty.
    ends: [usize; Place::COUNT],
    pub(super) body: Option<BodyKind>,
}

impl Sections {
    pub(super) fn range(&self, place: Place) -> Range<usize> {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or_default();
        let start = place.index().checked_sub(1).map_or(0, end);
        start..end(place.index())
    }

    pub(super) fn body_range(&self) -> Range<usize> {
        self.range(Place::Body(BodyKind::Data))
    }

    /// Decodes a section of the octets that a reader is to read.
    pub(super) fn decode<'a, T: Decode<'a>>(
        &self,
        place: Place,
        octets: &'a [u8],
        decoder: Decoder<'a>,
    ) -> Result<Option<T>, DecodeError> {
        let range = self.range(place);
        if range.is_empty() {
            return Ok(None);
        }
        let section = octets.get(range).unwrap_or_default();
        match decoder.at_part(section).decode() {
            Ok(section) => Ok(Some(section)),
            Err(error) => Err(error.in_field(place.field())),
        }
    }
}

impl EncodedMessage {
    /// Tells the sections apart.
    ///
    /// # Errors
    ///
    /// If something is no section, or sections are there twice or not in their order. What is in
    /// them is not looked at. A body in which not even the sizes are right has all the rest of the
    /// octets, and is an error of what asks for it.
    pub fn new(octets: Bytes) -> Result<Self, DecodeError> {
        let sections = Decoder::new(&octets).read(sections)?;
        Ok(Self { octets, sections })
    }

    /// All the octets.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// The octets that no node may change: properties, application-properties and body.
    #[must_use]
    pub fn bare(&self) -> Bytes {
        let start = self.sections.range(Place::Properties).start;
        self.octets.slice(start..self.sections.body_range().end)
    }

    /// The header, if there is one.
    ///
    /// # Errors
    ///
    /// If it does not decode.
    pub fn header(&self) -> Result<Option<Header>, DecodeError> {
        self.decode(Place::Header)
    }

    /// The delivery-annotations, if there are any.
    ///
    /// # Errors
    ///
    /// If they do not decode.
    pub fn delivery_annotations(&self) -> Result<Option<DeliveryAnnotations>, DecodeError> {
        self.decode(Place::DeliveryAnnotations)
    }

    /// The message-annotations, if there are any.
    ///
    /// # Errors
    ///
    /// If they do not decode.
    pub fn message_annotations(&self) -> Result<Option<MessageAnnotations>, DecodeError> {
        self.decode(Place::MessageAnnotations)
    }

    /// The properties, if there are any.
    ///
    /// # Errors
    ///
    /// If they do not decode.
    pub fn properties(&self) -> Result<Option<Properties>, DecodeError> {
        self.decode(Place::Properties)
    }

    /// The application-properties, if there are any.
    ///
    /// # Errors
    ///
    /// If they do not decode.
    pub fn application_properties(&self) -> Result<Option<ApplicationProperties>, DecodeError> {
        self.decode(Place::ApplicationProperties)
    }

    /// The body. It is not decoded yet, and shares the octets. If the message came without one, it
    /// is the default [`Body`]; the octets of the message stay as they came.
    #[must_use]
    pub fn body(&self) -> Body {
        match self.sections.body {
            Some(kind) => Body::encoded(kind, self.octets.slice(self.sections.body_range())),
            None => Body::default(),
        }
    }

    /// The footer, if there is one.
    ///
    /// # Errors
    ///
    /// If it does not decode.
    pub fn footer(&self) -> Result<Option<Footer>, DecodeError> {
        self.decode(Place::Footer)
    }

    /// All sections but the body decoded.
    ///
    /// # Errors
    ///
    /// If one of them does not decode.
    pub fn to_message(&self) -> Result<Message, DecodeError> {
        Ok(Message {
            header: self.header()?,
            delivery_annotations: self.delivery_annotations()?,
            message_annotations: self.message_annotations()?,
            properties: self.properties()?,
            application_properties: self.application_properties()?,
            body: self.body(),
            footer: self.footer()?,
        })
    }

    /// All sections but the body decoded, and borrowed.
    ///
    /// # Errors
    ///
    /// As [`to_message`](Self::to_message).
    pub fn to_borrowed(&self) -> Result<MessageRef<'_>, DecodeError> {
        MessageRef::of(&self.octets, &self.sections)
    }

    /// The same message with another header, or none; all else goes on octet for octet.
    ///
    /// # Errors
    ///
    /// As [`Message::to_bytes`].
    pub fn with_header(&self, header: Option<&Header>) -> Result<Self, EncodeError> {
        self.with(Place::Header, header)
    }

    /// The same message with other delivery-annotations, or none.
    ///
    /// # Errors
    ///
    /// As [`Message::to_bytes`].
    pub fn with_delivery_annotations(
        &self,
        annotations: Option<&DeliveryAnnotations>,
    ) -> Result<Self, EncodeError> {
        self.with(Place::DeliveryAnnotations, annotations)
    }

    /// The same message with other message-annotations, or none.
    ///
    /// # Errors
    ///
    /// As [`Message::to_bytes`].
    pub fn with_message_annotations(
        &self,
        annotations: Option<&MessageAnnotations>,
    ) -> Result<Self, EncodeError> {
        self.with(Place::MessageAnnotations, annotations)
    }

    fn with<T: Encode>(&self, place: Place, section: Option<&T>) -> Result<Self, EncodeError> {
        let old = self.sections.range(place);
        let mut octets = Vec::with_capacity(self.octets.len() + 64);
        octets.extend_from_slice(self.octets.get(..old.start).unwrap_or_default());
        if let Some(section) = section {
            section.encode_to(&mut octets)?;
        }
        let end = octets.len();
        octets.extend_from_slice(self.octets.get(old.end..).unwrap_or_default());
        let mut sections = self.sections;
        for moved in sections.ends.iter_mut().skip(place.index()) {
            *moved = *moved - old.end + end;
        }
        Ok(Self { octets: octets.into(), sections })
    }

    fn decode<'a, T: Decode<'a>>(&'a self, place: Place) -> Result<Option<T>, DecodeError> {
        self.sections.decode(place, &self.octets, Decoder::shared(&self.octets))
    }
}

/// Tells the sections apart, without looking into them.
pub(super) fn sections(reader: &mut Reader<'_, '_>) -> Result<Sections, Failed> {
    let mut ends = [0; Place::COUNT];
    let mut last: Option<Place> = None;
    let mut body = None;
    let len = reader.remaining().len();
    while !reader.is_empty() {
        let place = section(last, reader)?;
        if let Some(end) = ends.get_mut(place.index()) {
            *end = len - reader.remaining().len();
        }
        if let Place::Body(kind) = place {
            body = Some(kind);
        }
        last = Some(place);
    }
    let mut before = 0;
    for end in &mut ends {
        before = before.max(*end);
        *end = before;
    }
    Ok(Sections { ends, body })
}

/// Passes over the next section, which is behind `last`, and says where it belongs.
#[inline]
fn section(last: Option<Place>, reader: &mut Reader<'_, '_>) -> Result<Place, Failed> {
    if let Some((place, rest)) = Place::glance(reader.remaining())
        && last.is_none_or(|last| last.index() < place.index())
    {
        reader.set_remaining(rest);
        return Ok(place);
    }
    other_section(last, reader)
}

#[inline(never)]
fn other_section(last: Option<Place>, reader: &mut Reader<'_, '_>) -> Result<Place, Failed> {
    let section = reader.remaining();
    let Some(place) = Place::ahead(reader)? else {
        let why = "a message is made of sections, and this is none";
        return Err(reader.error_in(section, DecodeErrorKind::Invalid(why)));
    };
    if let Some(last) = last
        && let Some(why) = misplaced(last, place)
    {
        reader.error_in(section, DecodeErrorKind::Invalid(why));
        return Err(reader.with_field(place.field(), section));
    }
    match (reader.skip(), place) {
        (Ok(()), _) => {}
        // Where the body ends cannot be known: it has all the rest, and is an error to whoever asks
        // for it.
        (Err(_), Place::Body(_)) => reader.set_remaining(section.split_at(section.len()).1),
        (Err(_), _) => return Err(reader.with_field(place.field(), section)),
    }
    Ok(place)
}

/// Why a section cannot follow another, if it cannot.
fn misplaced(last: Place, place: Place) -> Option<&'static str> {
    match (last, place) {
        (Place::Body(kind), Place::Body(next)) if kind != next => {
            Some("a body is made of sections of one kind")
        }
        (Place::Body(BodyKind::Value), Place::Body(_)) => Some("a body has one amqp-value section"),
        (Place::Body(_), Place::Body(_)) => None,
        _ if last == place => Some("the section is there twice"),
        _ if last.index() > place.index() => Some("the section is not in its place"),
        _ => None,
    }
}
