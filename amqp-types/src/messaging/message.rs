//! A message: all its sections in order (section 3.2).

use bytes::Bytes;

use super::{
    ApplicationProperties, Body, DecodeMessage, DeliveryAnnotations, EncodeMessage, Footer, Header,
    MessageAnnotations, MessageRef, MessageWriter, Properties,
};
use crate::encode::Encode;
use crate::error::{DecodeError, EncodeError};
use crate::writer::Buffer;

/// A message with all its sections (section 3.2).
///
/// ```
/// use amqp_types::messaging::{Message, Properties};
///
/// let message = Message {
///     properties: Some(Properties { subject: Some("greeting".into()), ..Properties::default() }),
///     body: "hello".into(),
///     ..Message::default()
/// };
/// let decoded = Message::from_shared(&message.to_bytes()?)?;
/// assert_eq!(decoded.body.to_value::<&str>()?, "hello");
///
/// // Messages that have only a body.
/// assert_eq!(Message::value("hello").body, decoded.body);
/// assert_eq!(Message::data("hello").body.to_data()?, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`MessageRef`] is the borrowed form. To pass a message on unchanged, use
/// [`EncodedMessage`](super::EncodedMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The delivery details.
    pub header: Option<Header>,
    /// Annotations for the next node.
    pub delivery_annotations: Option<DeliveryAnnotations>,
    /// Annotations for all nodes that the message passes.
    pub message_annotations: Option<MessageAnnotations>,
    /// The standard properties.
    pub properties: Option<Properties>,
    /// The properties of the application.
    pub application_properties: Option<ApplicationProperties>,
    /// The body; by default a null value.
    pub body: Body,
    /// Details that are known only at the end of the message, such as a hash.
    pub footer: Option<Footer>,
}

impl Message {
    /// Creates a message whose body is one value, and that has no other section. If the value cannot be
    /// encoded, encoding the message fails: see [`Body::value`].
    pub fn value<T: Encode + ?Sized>(value: &T) -> Self {
        Self::with_body(Body::value(value))
    }

    /// Creates a message whose body is octets, and that has no other section.
    pub fn data(octets: impl Into<Bytes>) -> Self {
        Self::with_body(Body::Data(octets.into()))
    }

    /// Creates a message that has only a body.
    pub(super) const fn with_body(body: Body) -> Self {
        Self {
            header: None,
            delivery_annotations: None,
            message_annotations: None,
            properties: None,
            application_properties: None,
            body,
            footer: None,
        }
    }

    /// Returns the encoded message.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded.
    pub fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        self.to_message_bytes()
    }

    /// Appends the encoded message to a `Vec<u8>` or a `BytesMut`.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded; the buffer is then unchanged.
    #[inline]
    pub fn encode_to<B: Buffer>(&self, buffer: &mut B) -> Result<(), EncodeError> {
        MessageWriter::append(buffer, self)
    }

    /// Decodes all sections except the body, which is decoded when its content is requested. The
    /// octets are copied once.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the octets are not a message, or if a section cannot be decoded.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, DecodeError> {
        MessageRef::from_bytes(octets)?.decode()
    }

    /// Decodes all sections except the body, which is decoded when its content is requested. Content
    /// that is backed by [`Bytes`] shares the octets.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the octets are not a message, or if a section cannot be decoded.
    pub fn from_shared(octets: &Bytes) -> Result<Self, DecodeError> {
        MessageRef::from_shared(octets)?.decode()
    }
}

impl EncodeMessage for Message {
    #[inline]
    fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
        if let Some(header) = &self.header {
            writer.header(header);
        }
        if let Some(annotations) = &self.delivery_annotations {
            writer.delivery_annotations(annotations);
        }
        if let Some(annotations) = &self.message_annotations {
            writer.message_annotations(annotations);
        }
        if let Some(properties) = &self.properties {
            writer.properties(properties);
        }
        if let Some(properties) = &self.application_properties {
            writer.application_properties(properties);
        }
        writer.body(&self.body);
        if let Some(footer) = &self.footer {
            writer.footer(footer);
        }
        Ok(())
    }
}

impl<'de> DecodeMessage<'de> for Message {
    fn decode_message(message: MessageRef<'de>) -> Result<Self, DecodeError> {
        // Octets that are not shared are copied once, and not for each section.
        if message.is_shared() { message.to_message() } else { message.to_encoded().to_message() }
    }
}
