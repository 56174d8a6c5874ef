//! The view of an encoded message, whose sections are decoded when they are requested.

use bytes::Bytes;

use super::outline::Outline;
use super::section::Place;
use super::{
    ApplicationPropertiesRef, Body, BodyRef, DecodeMessage, DeliveryAnnotationsRef, EncodedMessage,
    FooterRef, Header, Message, MessageAnnotationsRef, PropertiesRef,
};
use crate::decode::Decode;
use crate::decoder::{Decoder, part_of};
use crate::error::DecodeError;

/// A view of an encoded message: its sections have been found, and each is decoded when it is
/// requested (section 3.2).
///
/// If a section cannot be decoded, only the method that returns this section fails. A body whose end cannot
/// be found does not prevent the other sections from being decoded. Decoding allocates nothing, except for
/// [some maps](crate::MapRef). Errors count octets from the start of the message; those of sections other
/// than the body name the section.
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
/// assert_eq!(message.properties()?.unwrap().subject, Some("greeting"));
/// assert_eq!(message.body().to_value::<&str>()?, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MessageRef<'a> {
    input: Input<'a>,
    outline: Outline,
}

/// The octets of a message. Decoded content that is backed by [`Bytes`] shares them if they are in
/// one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    octets: &'a [u8],
    shared: Option<&'a Bytes>,
}

impl<'a> Input<'a> {
    #[inline]
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { octets, shared: None }
    }

    #[inline]
    pub(super) fn shared(octets: &'a Bytes) -> Self {
        Self { octets, shared: Some(octets) }
    }

    /// Creates a decoder of a part of the octets, whose errors count from the start of all of them.
    #[inline]
    pub(super) fn decoder(&self, part: &'a [u8]) -> Decoder<'a> {
        let decoder = match self.shared {
            Some(octets) => Decoder::shared(octets),
            None => Decoder::new(self.octets),
        };
        decoder.at_part(part)
    }

    /// Returns a part of the octets as [`Bytes`], which is copied unless the octets are shared.
    pub(super) fn to_bytes(self, part: &'a [u8]) -> Bytes {
        let shared = self.shared.and_then(|shared| part_of(shared, part));
        shared.unwrap_or_else(|| Bytes::copy_from_slice(part))
    }
}

impl<'a> MessageRef<'a> {
    /// Finds the sections of a message. Their content is not decoded.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if something is not a section, or if a section appears twice or out
    /// of order. A footer before the body is accepted.
    #[inline]
    pub fn from_bytes(octets: &'a [u8]) -> Result<Self, DecodeError> {
        Self::of(octets, None)
    }

    /// Finds the sections of a message, as [`from_bytes`](Self::from_bytes) does. Decoded content that
    /// is backed by [`Bytes`] shares the octets.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] as [`from_bytes`](Self::from_bytes) does.
    #[inline]
    pub fn from_shared(octets: &'a Bytes) -> Result<Self, DecodeError> {
        Self::of(octets, Some(octets))
    }

    fn of(octets: &'a [u8], shared: Option<&'a Bytes>) -> Result<Self, DecodeError> {
        // The outline is too long to be moved more than once.
        let mut message = Self { input: Input { octets, shared }, outline: Outline::EMPTY };
        Decoder::new(octets).read(|reader| message.outline.read(reader))?;
        Ok(message)
    }

    /// Creates a view of a message whose sections have been found.
    #[inline]
    pub(super) fn with_outline(octets: &'a Bytes, outline: Outline) -> Self {
        Self { input: Input::shared(octets), outline }
    }

    /// Returns where the sections are.
    #[inline]
    pub(super) const fn outline(&self) -> Outline {
        self.outline
    }

    /// Decodes the message as a `T`, such as a type that derives [`Message`](derive@super::Message).
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the message is not one of this type.
    #[inline]
    pub fn decode<T: DecodeMessage<'a>>(self) -> Result<T, DecodeError> {
        T::decode_message(self)
    }

    /// Returns all octets of the message.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.input.octets
    }

    /// Decodes the header. It is `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn header(&self) -> Result<Option<Header>, DecodeError> {
        self.section(Place::Header)
    }

    /// Decodes the delivery-annotations. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn delivery_annotations(&self) -> Result<Option<DeliveryAnnotationsRef<'a>>, DecodeError> {
        self.section(Place::DeliveryAnnotations)
    }

    /// Decodes the message-annotations. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn message_annotations(&self) -> Result<Option<MessageAnnotationsRef<'a>>, DecodeError> {
        self.section(Place::MessageAnnotations)
    }

    /// Decodes the properties. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn properties(&self) -> Result<Option<PropertiesRef<'a>>, DecodeError> {
        self.section(Place::Properties)
    }

    /// Decodes the application-properties. They are `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn application_properties(
        &self,
    ) -> Result<Option<ApplicationPropertiesRef<'a>>, DecodeError> {
        self.section(Place::ApplicationProperties)
    }

    /// Returns whether the message has a body, as section 3.2 demands.
    ///
    /// ```
    /// use amqp_types::messaging::{Message, MessageRef};
    ///
    /// assert!(!MessageRef::from_bytes(b"")?.has_body());
    /// // This crate writes one.
    /// let octets = Message::default().to_bytes().unwrap();
    /// assert!(MessageRef::from_bytes(&octets)?.has_body());
    /// # Ok::<(), amqp_types::DecodeError>(())
    /// ```
    #[must_use]
    pub fn has_body(&self) -> bool {
        self.outline.body().is_some()
    }

    /// Returns the body, which is decoded when its content is requested. The body of a message that
    /// came without one is a null value.
    #[inline]
    #[must_use]
    pub fn body(&self) -> BodyRef<'a> {
        match self.outline.body() {
            Some((kind, range)) => {
                BodyRef::new(kind, self.input.octets.get(range).unwrap_or_default(), self.input)
            }
            None => BodyRef::default(),
        }
    }

    /// Decodes the footer. It is `None` if the message has none.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the section cannot be decoded.
    pub fn footer(&self) -> Result<Option<FooterRef<'a>>, DecodeError> {
        self.section(Place::Footer)
    }

    /// Decodes all sections except the body, which is decoded when its content is requested.
    pub(super) fn to_message(self) -> Result<Message, DecodeError> {
        let body = self.outline.body().map_or_else(Body::default, |_| self.body().to_body());
        let mut message = Message::with_body(body);
        self.read_section(Place::Header, &mut message.header)?;
        self.read_section(Place::DeliveryAnnotations, &mut message.delivery_annotations)?;
        self.read_section(Place::MessageAnnotations, &mut message.message_annotations)?;
        self.read_section(Place::Properties, &mut message.properties)?;
        self.read_section(Place::ApplicationProperties, &mut message.application_properties)?;
        self.read_section(Place::Footer, &mut message.footer)?;
        Ok(message)
    }

    /// Decodes a section into its place, if the message has it. Sections are large, and most messages lack most of
    /// them, so that an absent one is not returned but only looked for.
    #[inline]
    fn read_section<T: Decode<'a>>(
        &self,
        place: Place,
        section: &mut Option<T>,
    ) -> Result<(), DecodeError> {
        match self.section_octets(place) {
            [] => Ok(()),
            octets => match self.decoder(octets).decode() {
                Ok(decoded) => {
                    *section = Some(decoded);
                    Ok(())
                }
                Err(error) => Err(error.in_field(place.field())),
            },
        }
    }

    /// Returns whether decoded content that is backed by [`Bytes`] shares the octets.
    pub(super) const fn is_shared(&self) -> bool {
        self.input.shared.is_some()
    }

    /// Returns an owned form of the message. Its octets are copied unless they are shared.
    #[must_use]
    pub fn to_encoded(&self) -> EncodedMessage {
        let octets = self.input.to_bytes(self.input.octets);
        EncodedMessage::with_outline(octets, self.outline)
    }

    /// Decodes a section. It is `None` if the message has none.
    #[inline]
    pub(super) fn section<T: Decode<'a>>(&self, place: Place) -> Result<Option<T>, DecodeError> {
        let mut section = None;
        self.read_section(place, &mut section)?;
        Ok(section)
    }

    /// Returns the octets of a section. They are empty if the message has none.
    #[inline]
    pub(crate) fn section_octets(&self, place: Place) -> &'a [u8] {
        self.input.octets.get(self.outline.range(place)).unwrap_or_default()
    }

    /// Creates a decoder of a part of the message.
    #[inline]
    pub(crate) fn decoder(&self, part: &'a [u8]) -> Decoder<'a> {
        self.input.decoder(part)
    }
}

/// Messages are equal if their octets are.
impl PartialEq for MessageRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for MessageRef<'_> {}
