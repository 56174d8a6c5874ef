//! Why a call had no effect.

use std::fmt;

use crate::proto::frame::FrameWriteError;

/// Why a session cannot be begun. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeginError {
    /// The connection is not open.
    NotOpen,
    /// No more sessions can exist at once.
    TooManySessions {
        /// The number of sessions that can, by the smaller channel-max of both sides.
        limit: u32,
    },
    /// The begin cannot be sent.
    Write(FrameWriteError),
}

impl std::error::Error for BeginError {}

impl fmt::Display for BeginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpen => f.write_str("a session needs an open connection"),
            Self::TooManySessions { limit } => {
                write!(
                    f,
                    "no more than {limit} sessions can exist at once, by the channel-max of both sides; end one, or \
                     share one"
                )
            }
            Self::Write(error) => write!(f, "a begin cannot be sent: {error}"),
        }
    }
}

/// Why a link cannot be attached. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// There is no such session, or no such request of the peer: it has ended, or is being ended.
    NotFound,
    /// A link of this name, with this side at the same end, is attached on this connection, or is being detached.
    NameInUse,
    /// The peer accepts no more links in this session. Before it has answered the begin, it accepts one.
    TooManyLinks {
        /// The number of links that it accepts.
        limit: u32,
    },
    /// The attach cannot be sent.
    Write(FrameWriteError),
}

impl std::error::Error for AttachError {}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the session or the request of the peer has ended"),
            Self::NameInUse => f.write_str(
                "a link of this name and role is attached on this connection, or is being detached; choose \
                 another name",
            ),
            Self::TooManyLinks { limit } => write!(
                f,
                "no more than {limit} links can be attached in this session now; detach one, wait until \
                 the peer has answered the begin, or use another session"
            ),
            Self::Write(error) => write!(f, "an attach cannot be sent: {error}"),
        }
    }
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
