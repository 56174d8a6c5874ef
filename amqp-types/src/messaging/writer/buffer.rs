//! Encoded messages that link large content instead of copying it.

use alloc::vec::Vec;
use core::iter;

use bytes::Bytes;

use super::{Link, MessageWriter};
use crate::encode::Encode;
use crate::error::EncodeError;
use crate::messaging::{EncodeMessage, Header};
use crate::writer::Writer;

/// An encoded message as parts for a vectored write: octets, and large content that is not copied.
///
/// [`Bytes`] of 4 KiB and more are linked: they become a separate part, which shares the content. The
/// buffer can be reused for other messages, and does not allocate once it is large enough.
///
/// ```
/// use amqp_types::Bytes;
/// use amqp_types::messaging::{MessageBuffer, MessagePart};
///
/// let content = Bytes::from(vec![7; 100_000]);
/// let mut buffer = MessageBuffer::new();
/// buffer.encode(&content)?;
/// let parts: Vec<_> = buffer.parts().collect();
/// let [MessagePart::Octets(section), MessagePart::Linked(linked)] = parts[..] else { panic!() };
/// assert_eq!(section, [0x00, 0x53, 0x75, 0xb0, 0x00, 0x01, 0x86, 0xa0]);
/// assert_eq!(linked.as_ptr(), content.as_ptr());
/// # Ok::<(), amqp_types::EncodeError>(())
/// ```
#[derive(Debug, Default)]
pub struct MessageBuffer {
    octets: Vec<u8>,
    links: Vec<Link>,
    /// The encoded header of messages that do not write one, or nothing.
    default_header: Vec<u8>,
}

/// A part of an encoded message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessagePart<'b> {
    /// Octets in the buffer.
    Octets(&'b [u8]),
    /// Content that is shared with the message.
    Linked(&'b Bytes),
}

impl MessageBuffer {
    /// Creates an empty buffer.
    #[must_use]
    pub const fn new() -> Self {
        Self { octets: Vec::new(), links: Vec::new(), default_header: Vec::new() }
    }

    /// Sets the header of messages that do not write one. An
    /// [`EncodedMessage`](crate::messaging::EncodedMessage) is not changed.
    pub fn set_default_header(&mut self, header: &Header) {
        self.default_header.clear();
        // A header can always be encoded.
        let _ = header.encode_to(&mut self.default_header);
    }

    /// Encodes a message, which replaces the last one.
    ///
    /// # Errors
    ///
    /// Returns an [`EncodeError`] if the message cannot be encoded; the buffer is then empty.
    pub fn encode<M: EncodeMessage + ?Sized>(&mut self, message: &M) -> Result<(), EncodeError> {
        self.clear();
        let Self { octets, links, default_header } = self;
        let written = Writer::append(octets, |writer| {
            // The message is written once more if the buffer has to grow.
            links.clear();
            MessageWriter::write(writer, default_header, Some(links), message);
        });
        if written.is_err() {
            self.clear();
        }
        written.map(drop)
    }

    /// Removes the message. The buffer keeps its memory.
    pub fn clear(&mut self) {
        self.octets.clear();
        self.links.clear();
    }

    /// Returns the number of octets of the message.
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.len() + self.links.iter().map(|link| link.content.len()).sum::<usize>()
    }

    /// Returns whether there is no message.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.octets.is_empty() && self.links.is_empty()
    }

    /// Returns the parts of the message, in order. None of them is empty.
    pub fn parts(&self) -> impl Iterator<Item = MessagePart<'_>> {
        let (mut start, mut links) = (0, self.links.iter().peekable());
        iter::from_fn(move || {
            let end = links.peek().map_or(self.octets.len(), |link| link.at);
            match self.octets.get(start..end) {
                Some(octets @ [_, ..]) => {
                    start = end;
                    Some(MessagePart::Octets(octets))
                }
                _ => links.next().map(|link| MessagePart::Linked(&link.content)),
            }
        })
    }
}

impl AsRef<[u8]> for MessagePart<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Octets(octets) => octets,
            Self::Linked(content) => content,
        }
    }
}
