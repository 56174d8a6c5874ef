//! Deliveries: messages on their way over a link (section 2.6.12).

use amqp_types::transport::{DeliveryTag, MessageFormat};
use bytes::Bytes;

use super::LinkId;
use crate::proto::parts::Parts;
use crate::proto::payload::Payload;

/// A delivery of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId {
    pub(super) link: LinkId,
    /// The delivery-id, extended to 64 bits.
    pub(super) number: u64,
}

impl DeliveryId {
    /// Returns the delivery of a link that has this number.
    #[cfg(feature = "tokio")]
    pub(crate) const fn new(link: LinkId, number: u64) -> Self {
        Self { link, number }
    }

    /// Returns the number of the delivery within the session.
    #[cfg(feature = "tokio")]
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the link of the delivery.
    pub const fn link(&self) -> LinkId {
        self.link
    }
}

/// A message to send.
#[derive(Clone, Debug, Default)]
pub struct OutgoingDelivery<P = Parts> {
    /// The octets of the message.
    pub payload: P,
    /// The encoding of the message; 0 is that of the standard.
    pub message_format: MessageFormat,
    /// The name of the delivery, unique among the unsettled ones of the link. If it is `None`, one is made.
    pub tag: Option<DeliveryTag>,
    /// Whether the delivery is settled as it is sent: nobody says whether it arrived.
    pub settled: bool,
}

impl OutgoingDelivery {
    /// Creates a delivery that the receiver settles, with the octets of a message.
    pub fn new(payload: impl Into<Parts>) -> Self {
        Self { payload: payload.into(), ..Self::default() }
    }
}

impl<P: Payload> OutgoingDelivery<P> {
    /// Returns a delivery that can be kept.
    #[cfg(feature = "tokio")]
    pub(crate) fn to_owned(&self) -> OutgoingDelivery {
        let Self { message_format, tag, settled, .. } = *self;
        OutgoingDelivery { payload: self.payload.to_parts(), message_format, tag, settled }
    }

    /// Settles the delivery as it is sent.
    #[must_use]
    pub const fn settled(mut self) -> Self {
        self.settled = true;
        self
    }
}

/// A message that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// By which the delivery is settled.
    pub id: DeliveryId,
    /// The name of the delivery within the link.
    pub tag: DeliveryTag,
    /// The encoding of the message; 0 is that of the standard.
    pub message_format: MessageFormat,
    /// Whether the sender has settled the delivery: it needs no outcome.
    pub settled: bool,
    /// The octets of the message.
    pub payload: Bytes,
}
