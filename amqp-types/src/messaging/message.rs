//! A message: all its sections in order (section 3.2).

use alloc::vec::Vec;

use bytes::Bytes;

use super::{
    ApplicationProperties, Body, DeliveryAnnotations, EncodedMessage, Footer, Header,
    MessageAnnotations, Properties,
};
use crate::codec::Encode;
use crate::error::{DecodeError, EncodeError};
use crate::writer::{Buffer, Writer};

/// A message, to be made or to be looked into (section 3.2).
///
/// ```
/// use amqp_types::messaging::{Body, Message, Properties};
///
/// let message = Message {
///     properties: Some(Properties { subject: Some("greeting".into()), ..Properties::default() }),
///     body: Body::value("hello"),
///     ..Message::default()
/// };
/// let read = Message::from_bytes(message.to_bytes()?)?;
/// assert_eq!(read.body.to_value::<&str>()?, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// To pass a message on as it came, keep the [`EncodedMessage`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// How it is to be transferred.
    pub header: Option<Header>,
    /// Notes for the next node.
    pub delivery_annotations: Option<DeliveryAnnotations>,
    /// Notes for all the nodes on the way.
    pub message_annotations: Option<MessageAnnotations>,
    /// The standard's properties.
    pub properties: Option<Properties>,
    /// The application's properties.
    pub application_properties: Option<ApplicationProperties>,
    /// What it carries; by default null.
    pub body: Body,
    /// What can only be known at its end.
    pub footer: Option<Footer>,
}

impl Message {
    /// The octets of all sections.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if something in it is longer than 2^32-1 octets.
    pub fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        let mut octets = Vec::with_capacity(256);
        self.encode_to(&mut octets)?;
        Ok(octets.into())
    }

    /// Appends the octets of all sections to a vector.
    ///
    /// # Errors
    ///
    /// As [`to_bytes`](Self::to_bytes); the vector is then as it was.
    pub fn encode_to(&self, octets: &mut impl Buffer) -> Result<(), EncodeError> {
        Writer::append(octets, |writer| self.encode(writer)).map(drop)
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        fn section<T: Encode>(section: Option<&T>, writer: &mut Writer<'_>) {
            if let Some(section) = section {
                section.encode(writer);
            }
        }
        section(self.header.as_ref(), writer);
        section(self.delivery_annotations.as_ref(), writer);
        section(self.message_annotations.as_ref(), writer);
        section(self.properties.as_ref(), writer);
        section(self.application_properties.as_ref(), writer);
        self.body.encode(writer);
        section(self.footer.as_ref(), writer);
    }

    /// Decodes all sections but the body. What the message owns shares the octets.
    ///
    /// # Errors
    ///
    /// If the sections are not those of a message, or one of them does not decode.
    pub fn from_bytes(octets: impl Into<Bytes>) -> Result<Self, DecodeError> {
        EncodedMessage::new(octets.into())?.to_message()
    }
}
