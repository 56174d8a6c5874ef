//! A message in its encoded form, which nodes pass on unchanged.

use alloc::vec::Vec;

use bytes::Bytes;

use super::outline::Outline;
use super::section::Place;
use super::{
    ApplicationProperties, Body, DeliveryAnnotations, Footer, Header, Message, MessageAnnotations,
    MessageRef, Properties,
};
use crate::encode::Encode;
use crate::error::{DecodeError, EncodeError};

/// A message in its encoded form: its sections have been found, and each is decoded when it is requested
/// (section 3.2).
///
/// This is the owned form of a [`MessageRef`]. A node that passes the message on may replace the sections
/// before the properties. The others are kept octet for octet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedMessage {
    octets: Bytes,
    outline: Outline,
}

impl EncodedMessage {
    /// Finds the sections of a message. Their content is not decoded.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if something is not a section, or if a section appears twice or out
    /// of order. A footer before the body is accepted.
    pub fn new(octets: Bytes) -> Result<Self, DecodeError> {
        MessageRef::from_bytes(&octets)
            .map(|view| view.outline())
            .map(|outline| Self { octets, outline })
    }

    /// Creates a message whose sections have been found.
    pub(super) const fn with_outline(octets: Bytes, outline: Outline) -> Self {
        Self { octets, outline }
    }

    /// Returns all octets of the message.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// Returns the view of the message. Decoded content that is backed by [`Bytes`] shares the
    /// octets.
    #[inline]
    #[must_use]
    pub fn view(&self) -> MessageRef<'_> {
        MessageRef::with_outline(&self.octets, self.outline)
    }

    /// Returns the octets that no node may change: properties, application-properties and body. They
    /// are copied if the footer precedes the body.
    #[must_use]
    pub fn bare(&self) -> Bytes {
        let (bare, footer) = self.outline.bare();
        if footer.is_empty() {
            return self.octets.slice(bare);
        }
        let before = self.octets.slice(bare.start..footer.start);
        let after = self.octets.slice(footer.end..bare.end);
        [before, after].concat().into()
    }

    /// Returns the octets of all sections but the header and the delivery-annotations.
    pub(super) fn relayed(&self) -> Bytes {
        self.octets.slice(self.outline.range(Place::MessageAnnotations).start..)
    }

    /// Decodes the header. It is `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn header(&self) -> Result<Option<Header>, DecodeError> {
        self.view().section(Place::Header)
    }

    /// Decodes the delivery-annotations. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn delivery_annotations(&self) -> Result<Option<DeliveryAnnotations>, DecodeError> {
        self.view().section(Place::DeliveryAnnotations)
    }

    /// Decodes the message-annotations. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn message_annotations(&self) -> Result<Option<MessageAnnotations>, DecodeError> {
        self.view().section(Place::MessageAnnotations)
    }

    /// Decodes the properties. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn properties(&self) -> Result<Option<Properties>, DecodeError> {
        self.view().section(Place::Properties)
    }

    /// Decodes the application-properties. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn application_properties(&self) -> Result<Option<ApplicationProperties>, DecodeError> {
        self.view().section(Place::ApplicationProperties)
    }

    /// Returns the body, which shares the octets and is decoded when its content is requested. The
    /// body of a message that came without one is the default [`Body`].
    #[must_use]
    pub fn body(&self) -> Body {
        self.view().body().to_body()
    }

    /// Decodes the footer. It is `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn footer(&self) -> Result<Option<Footer>, DecodeError> {
        self.view().section(Place::Footer)
    }

    /// Decodes all sections except the body, which is decoded when its content is requested.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if a section cannot be decoded.
    pub fn to_message(&self) -> Result<Message, DecodeError> {
        self.view().to_message()
    }

    /// Returns the message with another header, or none. All other sections are unchanged.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the header cannot be encoded.
    pub fn with_header(&self, header: Option<&Header>) -> Result<Self, EncodeError> {
        self.with(Place::Header, header)
    }

    /// Returns the message with other delivery-annotations, or none. All other sections stay as they
    /// are.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the annotations cannot be encoded.
    pub fn with_delivery_annotations(
        &self,
        annotations: Option<&DeliveryAnnotations>,
    ) -> Result<Self, EncodeError> {
        self.with(Place::DeliveryAnnotations, annotations)
    }

    /// Returns the message with other message-annotations, or none. All other sections stay as they
    /// are.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the annotations cannot be encoded.
    pub fn with_message_annotations(
        &self,
        annotations: Option<&MessageAnnotations>,
    ) -> Result<Self, EncodeError> {
        self.with(Place::MessageAnnotations, annotations)
    }

    fn with<T: Encode>(&self, place: Place, section: Option<&T>) -> Result<Self, EncodeError> {
        let old = self.outline.range(place);
        let mut octets = Vec::with_capacity(self.octets.len() + 64);
        octets.extend_from_slice(self.octets.get(..old.start).unwrap_or_default());
        if let Some(section) = section {
            section.encode_to(&mut octets)?;
        }
        let outline = self.outline.with_end(place, octets.len());
        octets.extend_from_slice(self.octets.get(old.end..).unwrap_or_default());
        Ok(Self { octets: octets.into(), outline })
    }
}
