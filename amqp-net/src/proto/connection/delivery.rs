//! Deliveries: messages on their way over a link (section 2.6.12).

use std::fmt;

use amqp_types::transport::{DeliveryTag, MessageFormat};
use bytes::Bytes;

use super::LinkId;

/// A delivery of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId {
    pub(super) link: LinkId,
    /// The delivery-id, extended to 64 bits.
    pub(super) number: u64,
}

impl DeliveryId {
    /// Returns the link of the delivery.
    pub const fn link(&self) -> LinkId {
        self.link
    }
}

/// A message to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingDelivery {
    /// The octets of the message.
    pub payload: Bytes,
    /// The encoding of the message; 0 is that of the standard.
    pub message_format: MessageFormat,
    /// The name of the delivery, unique among the unsettled ones of the link. If it is `None`, one is made.
    pub tag: Option<DeliveryTag>,
    /// Whether the delivery is settled as it is sent: nobody says whether it arrived.
    pub settled: bool,
}

impl OutgoingDelivery {
    /// Creates a delivery that the receiver settles, with the octets of a message.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { payload: payload.into(), ..Self::default() }
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

/// Why a message was not sent. Nothing of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The link is not an attached sender.
    NotAttached,
    /// The receiver has given no credit, the window of the session is closed, or too much is waiting to be sent.
    /// An event says when to try again.
    WouldBlock,
    /// The message is larger than the receiver accepts.
    TooLarge {
        /// The size of the message, in octets.
        size: u64,
        /// The largest size that the receiver accepts.
        limit: u64,
    },
    /// The link was attached so that all deliveries are settled as they are sent.
    MustBeSettled,
    /// The link was attached so that no delivery is settled as it is sent.
    MustBeUnsettled,
}

impl std::error::Error for SendError {}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAttached => f.write_str("the link is not an attached sender"),
            Self::WouldBlock => f.write_str("the receiver takes no message now; try again later"),
            Self::TooLarge { size, limit } => write!(
                f,
                "the message has {size} octets, more than the {limit} that the receiver accepts"
            ),
            Self::MustBeSettled => f.write_str(
                "the link was attached with the settle mode settled, and the delivery is not settled",
            ),
            Self::MustBeUnsettled => f.write_str(
                "the link was attached with the settle mode unsettled, and the delivery is settled",
            ),
        }
    }
}

/// There is no such delivery to settle: it has been settled, or its link has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUnsettled;

impl std::error::Error for NotUnsettled {}

impl fmt::Display for NotUnsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the delivery has been settled, or its link has ended")
    }
}
