//! The octets of a message to send.

use amqp_types::messaging::{MessageBuffer, MessagePart};
use bytes::Bytes;

use super::buffers;
use super::parts::Parts;

/// The octets of a message to send: [`Parts`], or a [`MessageBuffer`], of which a message of up to 4 KiB that can be sent at
/// once is not copied before. No other type can implement it.
pub trait Payload: Octets {}

/// The number of octets up to which a message is written at once, without a copy that is kept.
pub(crate) const WRITTEN_AT_ONCE: usize = 4 << 10;

mod sealed {
    use crate::proto::parts::Parts;

    pub trait Octets {
        /// Returns the number of octets.
        fn len(&self) -> usize;

        /// Returns the octets in parts, in order.
        fn slices(&self) -> impl Iterator<Item = &[u8]>;

        /// Returns octets that can be kept.
        fn to_parts(&self) -> Parts;
    }
}

pub(crate) use sealed::Octets;

impl Payload for Parts {}

impl Octets for Parts {
    fn len(&self) -> usize {
        Self::len(self)
    }

    fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.iter().map(|part| &**part)
    }

    fn to_parts(&self) -> Parts {
        self.clone()
    }
}

impl Payload for &MessageBuffer {}

impl Octets for &MessageBuffer {
    fn len(&self) -> usize {
        MessageBuffer::len(self)
    }

    fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.parts().map(|part| match part {
            MessagePart::Octets(octets) => octets,
            MessagePart::Linked(content) => content,
        })
    }

    fn to_parts(&self) -> Parts {
        parts_of(self, buffers::copy)
    }
}

/// Returns the parts of a message, with copies of those that are not linked.
pub(crate) fn parts_of(message: &MessageBuffer, mut copy: impl FnMut(&[u8]) -> Bytes) -> Parts {
    let mut parts = Parts::new();
    for part in message.parts() {
        parts.push(match part {
            MessagePart::Octets(octets) => copy(octets),
            MessagePart::Linked(content) => content.clone(),
        });
    }
    parts
}
