//! Writing the sections of a message (section 3.2).

mod buffer;

use alloc::vec::Vec;

use bytes::Bytes;

pub use self::buffer::{MessageBuffer, MessagePart};
use super::section::Place;
use super::{
    AmqpSequence, AmqpValue, ApplicationProperties, Body, BodyKind, Data, DataBody,
    DeliveryAnnotations, EncodeMessage, EncodedMessage, Footer, Header, MessageAnnotations,
    Properties,
};
use crate::descriptor::{Described, Descriptor};
use crate::encode::Encode;
use crate::error::EncodeError;
use crate::format::Format;
use crate::primitive::encode_list;
use crate::writer::{self, Buffer, Writer};

/// Writes the sections of one message: see [`EncodeMessage`].
///
/// There is one method for each section. They are called in the standard's order (section 3.2), each
/// at most once except for those of a body of several sections; otherwise encoding fails with
/// [`EncodeError::SectionOrder`]. If no section of a body is written, a null value is added.
///
/// A method takes any type that has the descriptor of its section, so that a section can be a type of
/// your own or a borrowed form. Any other type does not compile.
///
/// A writer never fails half-way: an error is returned at the end, by the function that encodes the
/// message.
#[derive(Debug)]
pub struct MessageWriter<'w> {
    writer: Writer<'w>,
    /// The section that was written last.
    last: Option<Place>,
    /// The encoded header of a message that does not write one, or nothing.
    default_header: &'w [u8],
    /// Content that is not copied. It is `None` if all content is copied.
    links: Option<&'w mut Vec<Link>>,
}

/// Content that is not copied to the buffer.
#[derive(Debug)]
struct Link {
    /// The number of octets in the buffer that precede it.
    at: usize,
    content: Bytes,
}

/// The length from which on content is linked. Copying less takes no longer than handing over one
/// more buffer to the operating system.
const LINKED_FROM: usize = 4096;

impl MessageWriter<'_> {
    /// Appends an encoded message to a `Vec<u8>` or a `BytesMut`. All content is copied.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded; the buffer is then unchanged.
    #[inline]
    pub fn append<B: Buffer, M: EncodeMessage + ?Sized>(
        buffer: &mut B,
        message: &M,
    ) -> Result<(), EncodeError> {
        let written = Writer::append(buffer, |writer| {
            MessageWriter::write(writer, &[], None, message);
        });
        written.map(drop)
    }

    /// Returns an encoded message.
    #[inline]
    pub(super) fn to_bytes<M: EncodeMessage + ?Sized>(message: &M) -> Result<Bytes, EncodeError> {
        writer::to_bytes(|writer| {
            MessageWriter::write(writer, &[], None, message);
        })
    }

    /// Writes a message.
    #[inline]
    fn write<M: EncodeMessage + ?Sized>(
        writer: &mut Writer<'_>,
        default_header: &[u8],
        links: Option<&mut Vec<Link>>,
        message: &M,
    ) {
        let (copy, len) = writer.lend();
        let mut sections = MessageWriter { writer: copy, last: None, default_header, links };
        if let Err(error) = message.encode_message(&mut sections) {
            sections.fail(error);
        }
        if !matches!(sections.last, Some(Place::Body(_) | Place::Footer)) {
            sections.value(&());
        }
        *len = sections.writer.len();
    }

    /// Writes the header.
    #[inline]
    pub fn header<T: Encode + Described + ?Sized>(&mut self, header: &T) {
        self.section::<T, Header>(Place::Header, header);
    }

    /// Writes the delivery-annotations.
    #[inline]
    pub fn delivery_annotations<T: Encode + Described + ?Sized>(&mut self, annotations: &T) {
        self.section::<T, DeliveryAnnotations>(Place::DeliveryAnnotations, annotations);
    }

    /// Writes the message-annotations.
    #[inline]
    pub fn message_annotations<T: Encode + Described + ?Sized>(&mut self, annotations: &T) {
        self.section::<T, MessageAnnotations>(Place::MessageAnnotations, annotations);
    }

    /// Writes the properties.
    #[inline]
    pub fn properties<T: Encode + Described + ?Sized>(&mut self, properties: &T) {
        self.section::<T, Properties>(Place::Properties, properties);
    }

    /// Writes the application-properties.
    #[inline]
    pub fn application_properties<T: Encode + Described + ?Sized>(&mut self, properties: &T) {
        self.section::<T, ApplicationProperties>(Place::ApplicationProperties, properties);
    }

    /// Writes octets as a `data` section. A body can have several of them.
    ///
    /// [`Bytes`] of 4 KiB and more are linked, not copied, if the message is encoded to a
    /// [`MessageBuffer`].
    #[inline]
    pub fn data<T: DataBody + ?Sized>(&mut self, octets: &T) {
        self.begin(Place::Body(BodyKind::Data));
        self.writer.descriptor(&Data::DESCRIPTOR);
        match octets.as_shared() {
            Some(shared) => {
                self.writer.variable_size(Format::Vbin8, Format::Vbin32, shared.len());
                self.content(shared);
            }
            None => self.writer.variable(Format::Vbin8, Format::Vbin32, octets.as_octets()),
        }
    }

    /// Writes values as an `amqp-sequence` section. A body can have several of them.
    #[inline]
    pub fn sequence<T: Encode>(&mut self, values: &[T]) {
        self.begin(Place::Body(BodyKind::Sequence));
        self.writer.descriptor(&AmqpSequence::DESCRIPTOR);
        encode_list(values.iter(), &mut self.writer);
    }

    /// Writes a value as the `amqp-value` section.
    #[inline]
    pub fn value<T: Encode + ?Sized>(&mut self, value: &T) {
        self.begin(Place::Body(BodyKind::Value));
        self.writer.whole(|writer| {
            writer.descriptor(&<AmqpValue>::DESCRIPTOR);
            value.encode(writer);
        });
    }

    /// Writes a body.
    #[inline]
    pub fn body(&mut self, body: &Body) {
        body.write(self);
    }

    /// Writes the footer.
    #[inline]
    pub fn footer<T: Encode + Described + ?Sized>(&mut self, footer: &T) {
        self.section::<T, Footer>(Place::Footer, footer);
    }

    /// Writes all sections of an encoded message as they are, without a default header. Encoding fails with
    /// [`EncodeError::SectionOrder`] if another section is written too.
    #[inline]
    pub fn encoded(&mut self, message: &EncodedMessage) {
        if self.last.is_some() {
            return self.fail(EncodeError::SectionOrder);
        }
        self.last = Some(Place::Footer);
        self.content(message.octets());
    }

    /// Writes the sections of an encoded message that a node passes on as they are: all but the header and the
    /// delivery-annotations (section 3.2), which are written before, if at all. Encoding fails with
    /// [`EncodeError::SectionOrder`] if another section is written too.
    ///
    /// ```
    /// use amqp_types::EncodeError;
    /// use amqp_types::messaging::{EncodeMessage, EncodedMessage, Header, MessageWriter};
    ///
    /// /// A message that is delivered again.
    /// struct Again(EncodedMessage);
    ///
    /// impl EncodeMessage for Again {
    ///     fn encode_message(&self, writer: &mut MessageWriter<'_>) -> Result<(), EncodeError> {
    ///         writer.header(&Header { delivery_count: 1, ..Header::default() });
    ///         writer.relayed(&self.0);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let message = EncodedMessage::new("tea".to_message_bytes()?)?;
    /// let again = EncodedMessage::new(Again(message.clone()).to_message_bytes()?)?;
    /// assert_eq!(again.header()?.unwrap().delivery_count, 1);
    /// assert_eq!(again.bare(), message.bare());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn relayed(&mut self, message: &EncodedMessage) {
        match self.last {
            None | Some(Place::Header | Place::DeliveryAnnotations) => {}
            Some(_) => return self.fail(EncodeError::SectionOrder),
        }
        self.last = Some(Place::Footer);
        self.content(&message.relayed());
    }

    /// Writes the encoded sections of a body.
    #[inline]
    pub(super) fn encoded_body(&mut self, kind: BodyKind, sections: &Bytes) {
        self.begin(Place::Body(kind));
        self.content(sections);
    }

    /// Writes a section. `S` is the standard's type of it.
    #[inline]
    fn section<T: Encode + Described + ?Sized, S: Described>(&mut self, place: Place, section: &T) {
        const {
            assert!(T::DESCRIPTOR.overlaps(&S::DESCRIPTOR), "the type is not that of the section");
        }
        self.begin(place);
        self.writer.whole(|writer| section.encode(writer));
    }

    /// Writes a section whose fields or entries a function writes. It is omitted if it ends up as an
    /// empty list or map, which takes `empty` octets.
    #[inline]
    pub(crate) fn section_unless_empty(
        &mut self,
        place: Place,
        descriptor: &Descriptor,
        empty: usize,
        write: impl FnOnce(&mut Writer<'_>),
    ) {
        self.begin(place);
        self.writer.whole(|writer| {
            let start = writer.len();
            writer.descriptor(descriptor);
            let content = writer.len();
            write(writer);
            if writer.len() <= content + empty {
                writer.truncate(start);
            }
        });
    }

    /// Begins a section. The default header is written before the first one, and a body before the footer.
    #[inline]
    fn begin(&mut self, place: Place) {
        let in_order = match self.last {
            None => {
                if !matches!(place, Place::Header | Place::Footer) {
                    self.writer.slice(self.default_header);
                }
                place != Place::Footer
            }
            Some(Place::Body(BodyKind::Value)) => place == Place::Footer,
            Some(Place::Body(kind)) => place == Place::Body(kind) || place == Place::Footer,
            Some(last) => last.index() < place.index() && place != Place::Footer,
        };
        if !in_order {
            self.begin_slow(place);
        }
        self.last = Some(place);
    }

    #[cold]
    #[inline(never)]
    fn begin_slow(&mut self, place: Place) {
        match self.last {
            Some(last) if last.index() >= place.index() => self.fail(EncodeError::SectionOrder),
            _ if place == Place::Footer => self.value(&()),
            _ => {}
        }
    }

    /// Writes content: it is linked if it is large.
    #[inline]
    fn content(&mut self, content: &Bytes) {
        match &mut self.links {
            Some(links) if content.len() >= LINKED_FROM => {
                links.push(Link { at: self.writer.len(), content: content.clone() });
            }
            _ => self.writer.slice(content),
        }
    }

    /// Records that the message cannot be encoded.
    #[cold]
    pub(super) fn fail(&mut self, error: EncodeError) {
        self.writer.fail(error);
    }
}

#[cfg(test)]
mod tests;
