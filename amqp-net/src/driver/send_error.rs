//! Why a message was not sent, or not accepted.

use std::fmt;

use amqp_types::EncodeError;
use amqp_types::messaging::Outcome;

use super::ended::{Advice, Ended, Scope};
use crate::proto;

/// Why a message was not sent, or not accepted. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The receiver has decided otherwise: the message was rejected, released or modified. RabbitMQ releases a
    /// message that it cannot route to a queue.
    NotAccepted(Outcome),
    /// The receiver has settled the message without an outcome, and the source of the link has no default outcome.
    NoOutcome,
    /// The message cannot be encoded. Nothing was sent.
    Encode(EncodeError),
    /// The message is larger than the receiver accepts. Nothing was sent.
    TooLarge {
        /// The size of the message, in octets.
        size: u64,
        /// The largest size that the receiver accepts.
        limit: u64,
    },
    /// The link was attached so that every message is settled as it is sent: use
    /// [`Sender::send_settled`](super::Sender::send_settled). Nothing was sent.
    MustBeSettled,
    /// The link was attached so that no message is settled as it is sent. Nothing was sent.
    MustBeUnsettled,
    /// The link ended.
    Ended {
        /// Why.
        why: Ended,
        /// Whether the peer may have the message.
        arrived: Arrived,
    },
}

/// Whether the peer may have a message whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrived {
    /// The peer has not received the message.
    No,
    /// The peer may have received the message. Sending it again may deliver it twice.
    Perhaps,
}

/// Why a message was not sent at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrySubmitError {
    /// No message can be sent now: the receiver has given no credit, the window of the session is closed, too many
    /// deliveries are not settled, or others wait. Nothing was sent.
    Full,
    /// The message cannot be sent at all.
    Failed(SendError),
}

impl SendError {
    /// Returns what has failed and must be created again.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Ended { why, .. } => why.scope(),
            _ => Scope::Delivery,
        }
    }

    /// Returns what to do.
    pub fn advice(&self) -> Advice {
        match self {
            Self::NotAccepted(Outcome::Released(_) | Outcome::Modified(_)) => Advice::RetryLater,
            Self::Ended { why, .. } => why.advice(),
            _ => Advice::GiveUp,
        }
    }
}

impl From<proto::SendError> for SendError {
    fn from(error: proto::SendError) -> Self {
        match error {
            proto::SendError::TooLarge { size, limit } => Self::TooLarge { size, limit },
            proto::SendError::MustBeSettled => Self::MustBeSettled,
            proto::SendError::MustBeUnsettled => Self::MustBeUnsettled,
            // A link that the engine does not know any more, or knows only as being detached by this side.
            proto::SendError::NotAttached | proto::SendError::WouldBlock => {
                Self::Ended { why: Ended::link_gone(), arrived: Arrived::No }
            }
        }
    }
}

impl From<proto::SendError> for TrySubmitError {
    fn from(error: proto::SendError) -> Self {
        match error {
            proto::SendError::WouldBlock => Self::Full,
            other => Self::Failed(other.into()),
        }
    }
}

impl From<SendError> for TrySubmitError {
    fn from(error: SendError) -> Self {
        Self::Failed(error)
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl std::error::Error for SendError {}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted(outcome) => write_outcome(outcome, f),
            Self::NoOutcome => f.write_str(
                "the receiver settled the message without saying whether it accepted it; check there before you send \
                 it again",
            ),
            Self::Encode(error) => write!(f, "the message cannot be encoded: {error}"),
            Self::TooLarge { size, limit } => {
                proto::SendError::TooLarge { size: *size, limit: *limit }.fmt(f)?;
                f.write_str("; split it, or raise the limit there")
            }
            Self::MustBeSettled => f.write_str(
                "the link was attached for messages that are settled as they are sent; use send_settled, or \
                 attach it with another settle mode",
            ),
            Self::MustBeUnsettled => f.write_str(
                "the link was attached for messages that are not settled as they are sent; use send or \
                 submit, or attach it with another settle mode",
            ),
            Self::Ended { why, arrived: Arrived::No } => {
                write!(f, "the message was not sent: {why}")
            }
            Self::Ended { why, arrived: Arrived::Perhaps } => write!(
                f,
                "the message was sent, and may have arrived or not: {why}; sending it again may deliver it twice"
            ),
        }
    }
}

fn write_outcome(outcome: &Outcome, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match outcome {
        Outcome::Rejected(rejected) => match &rejected.error {
            Some(error) => write!(f, "the receiver rejected the message: {error}"),
            None => f.write_str("the receiver rejected the message, without a reason"),
        },
        Outcome::Released(_) => f.write_str(
            "the receiver released the message unprocessed: perhaps nothing is bound to its address, or a \
             limit is reached",
        ),
        Outcome::Modified(modified) => {
            f.write_str("the receiver did not process the message, and gave it back modified")?;
            if modified.undeliverable_here == Some(true) {
                f.write_str(": it cannot be delivered here")?;
            }
            Ok(())
        }
        other => write!(f, "the receiver did not accept the message: its outcome is {other:?}"),
    }
}

impl std::error::Error for TrySubmitError {}

impl fmt::Display for TrySubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("no message can be sent now; try again later"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}
