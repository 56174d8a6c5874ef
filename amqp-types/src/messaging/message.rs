//! A message: all its sections in order (section 3.2).

use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};

use super::{
    ApplicationProperties, Body, DeliveryAnnotations, EncodedMessage, Footer, Header,
    MessageAnnotations, Properties,
};
use crate::encode::Encode;
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
/// let read = Message::from_shared(&message.to_bytes()?)?;
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
    /// [`EncodeError`] says what in it cannot be written.
    pub fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        let mut octets = Vec::with_capacity(256);
        self.encode_to(&mut octets)?;
        Ok(octets.into())
    }

    /// Appends the octets of all sections to a `Vec<u8>` or a `BytesMut`.
    ///
    /// # Errors
    ///
    /// As [`to_bytes`](Self::to_bytes); the buffer is then as it was.
    pub fn encode_to(&self, octets: &mut impl Buffer) -> Result<(), EncodeError> {
        Writer::append(octets, |writer| self.encode(writer)).map(drop)
    }

    /// The octets of all sections in three parts: what stands before the content of the body, that
    /// content, and what stands behind it. The content is shared and not copied, which pays where it
    /// is large and the parts are sent in one vectored write. The others go into the buffer and are
    /// split off it; what is in there already, such as the beginning of a frame, goes first.
    ///
    /// ```
    /// use amqp_types::Bytes;
    /// use amqp_types::messaging::{Body, Message};
    ///
    /// let content = Bytes::from(vec![7; 100_000]);
    /// let message = Message { body: Body::Data(content.clone()), ..Message::default() };
    /// let parts = message.to_parts(&mut Default::default())?;
    /// assert_eq!(parts[1].as_ptr(), content.as_ptr());
    /// assert_eq!(parts.concat(), message.to_bytes()?);
    /// # Ok::<(), amqp_types::EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`encode_to`](Self::encode_to).
    pub fn to_parts(&self, buffer: &mut BytesMut) -> Result<[Bytes; 3], EncodeError> {
        let start = buffer.len();
        Writer::append(buffer, |writer| {
            self.encode_before_body(writer);
            self.body.encode_before_content(writer);
        })?;
        let content_at = buffer.len();
        if let Err(error) = Writer::append(buffer, |writer| self.encode_behind_body(writer)) {
            buffer.truncate(start);
            return Err(error);
        }
        let before = buffer.split_to(content_at).freeze();
        Ok([before, self.body.content(), buffer.split().freeze()])
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        self.encode_before_body(writer);
        self.body.encode(writer);
        self.encode_behind_body(writer);
    }

    fn encode_before_body(&self, writer: &mut Writer<'_>) {
        section(self.header.as_ref(), writer);
        section(self.delivery_annotations.as_ref(), writer);
        section(self.message_annotations.as_ref(), writer);
        section(self.properties.as_ref(), writer);
        section(self.application_properties.as_ref(), writer);
    }

    fn encode_behind_body(&self, writer: &mut Writer<'_>) {
        section(self.footer.as_ref(), writer);
    }

    /// Decodes all sections but the body from octets, which are copied once.
    ///
    /// # Errors
    ///
    /// If the sections are not those of a message, or one of them does not decode.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::from_shared(&Bytes::copy_from_slice(octets))
    }

    /// Decodes all sections but the body. What the message owns shares the octets.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_shared(octets: &Bytes) -> Result<Self, DecodeError> {
        EncodedMessage::new(octets.clone())?.to_message()
    }
}

fn section<T: Encode>(section: Option<&T>, writer: &mut Writer<'_>) {
    if let Some(section) = section {
        section.encode(writer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Symbol;

    #[test]
    fn three_parts_are_the_whole() {
        let mut footer = Footer::default();
        footer.insert(Symbol::from_static("x-opt-sum").into(), 7u32.into());
        let mut buffer = BytesMut::new();
        for body in [
            Body::default(),
            Body::Data(Bytes::new()),
            Body::Data(vec![7; 255].into()),
            Body::Data(vec![7; 256].into()),
            Body::value("a"),
            Body::sequence(&["a", "b"]),
        ] {
            let header = Some(Header { durable: true, ..Header::default() });
            let message =
                Message { header, body, footer: Some(footer.clone()), ..Message::default() };
            buffer.extend_from_slice(b"frame");
            let parts = message.to_parts(&mut buffer).unwrap();
            assert_eq!(parts.concat(), [b"frame", &message.to_bytes().unwrap()[..]].concat());
            assert!(buffer.is_empty());
        }
    }
}
