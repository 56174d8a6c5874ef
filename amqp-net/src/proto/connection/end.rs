//! Why a connection, a session or a link ended.

use std::fmt;
use std::time::Duration;

use amqp_types::transport::{AmqpError, Error, ErrorCondition};

use crate::proto::fault::Fault;
use crate::proto::stream_end::StreamEnd;

/// Why a connection ended, or was not opened. It prints as a sentence that says what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionEnd {
    /// This side closed the connection, and the peer agreed.
    Closed,
    /// The peer closed the connection before it was open, for this reason if it gave one.
    Refused(Option<Error>),
    /// The peer closed the connection, for this reason if it gave one.
    ClosedByPeer(Option<Error>),
    /// The peer violated the standard or exceeded a limit, and this side closed the connection.
    Violation {
        /// The condition that the peer was told.
        condition: ErrorCondition,
        /// What the peer did.
        description: String,
    },
    /// The peer sent nothing for this time.
    IdleTimedOut(Duration),
    /// The peer did not send its open within this time.
    OpenTimedOut(Duration),
    /// The peer did not answer the close within this time.
    CloseTimedOut(Duration),
    /// The stream ended without a close.
    Lost(StreamEnd),
}

impl ConnectionEnd {
    /// Returns the error that the peer sent, if it sent one.
    pub const fn remote(&self) -> Option<&Error> {
        match self {
            Self::Refused(error) | Self::ClosedByPeer(error) => error.as_ref(),
            _ => None,
        }
    }

    /// Returns which side can fix the failure, or `None` if this is none.
    pub const fn fault(&self) -> Option<Fault> {
        Some(match self {
            Self::Closed => return None,
            Self::Lost(_) => Fault::Wire,
            Self::IdleTimedOut(_) | Self::OpenTimedOut(_) | Self::CloseTimedOut(_) => Fault::Time,
            _ => Fault::Peer,
        })
    }
}

/// Returns what is printed of the time to open, of which earlier steps may have used some: up to a hundredth of a second.
fn rounded(time: Duration) -> Duration {
    let hundredths = (time.as_millis() + 5) / 10;
    match u64::try_from(hundredths) {
        Ok(hundredths) if hundredths > 0 => Duration::from_millis(10 * hundredths),
        _ => time,
    }
}

/// Writes what the peer did. What exceeds a limit of this side may well obey the standard.
fn write_violation(
    f: &mut fmt::Formatter<'_>,
    condition: &ErrorCondition,
    description: &str,
) -> fmt::Result {
    let what = match condition {
        ErrorCondition::Amqp(AmqpError::ResourceLimitExceeded) => "exceeded a limit of this side",
        _ => "violated the standard",
    };
    write!(f, "the peer {what} ({}): {description}", condition.as_str())
}

impl std::error::Error for ConnectionEnd {}

impl fmt::Display for ConnectionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("this side closed the connection"),
            Self::Refused(Some(error)) => {
                write!(f, "the peer refused to open the connection: {error}")
            }
            Self::Refused(None) => {
                f.write_str("the peer refused to open the connection, without a reason")
            }
            Self::ClosedByPeer(Some(error)) => write!(f, "the peer closed the connection: {error}"),
            Self::ClosedByPeer(None) => f.write_str("the peer closed the connection"),
            Self::Violation { condition, description } => {
                write_violation(f, condition, description)
            }
            Self::IdleTimedOut(after) => write!(
                f,
                "the peer sent nothing for {after:?}; it may be down, or the network to it"
            ),
            Self::OpenTimedOut(after) => write!(
                f,
                "the peer did not open the connection within {:?}; it may be busy, or not speak \
                 AMQP 1.0",
                rounded(*after)
            ),
            Self::CloseTimedOut(after) => {
                write!(f, "the peer did not answer the close within {after:?}")
            }
            Self::Lost(end) => {
                write!(f, "the connection was lost: {} without a close", end.describe("the peer"))
            }
        }
    }
}

/// Why a session ended. It prints as a sentence that says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEnd {
    /// This side ended the session, and the peer agreed.
    Ended,
    /// The peer ended the session, for this reason if it gave one.
    EndedByPeer(Option<Error>),
    /// The peer violated the standard or exceeded a limit, and this side ended the session.
    Violation {
        /// The condition that the peer was told.
        condition: ErrorCondition,
        /// What the peer did.
        description: String,
    },
    /// The peer did not answer the begin within this time. The session is being ended.
    BeginTimedOut(Duration),
    /// The peer did not answer the end within this time. Its channel stays in use.
    EndTimedOut(Duration),
}

impl SessionEnd {
    /// Returns the error that the peer sent, if it sent one.
    pub const fn remote(&self) -> Option<&Error> {
        match self {
            Self::EndedByPeer(error) => error.as_ref(),
            _ => None,
        }
    }

    /// Returns which side can fix the failure, or `None` if this is none.
    pub const fn fault(&self) -> Option<Fault> {
        match self {
            Self::Ended => None,
            Self::BeginTimedOut(_) | Self::EndTimedOut(_) => Some(Fault::Time),
            _ => Some(Fault::Peer),
        }
    }
}

impl std::error::Error for SessionEnd {}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("this side ended the session"),
            Self::EndedByPeer(Some(error)) => write!(f, "the peer ended the session: {error}"),
            Self::EndedByPeer(None) => f.write_str("the peer ended the session"),
            Self::Violation { condition, description } => {
                write_violation(f, condition, description)
            }
            Self::BeginTimedOut(after) => {
                write!(f, "the peer did not answer the begin within {after:?}")
            }
            Self::EndTimedOut(after) => {
                write!(f, "the peer did not answer the end within {after:?}")
            }
        }
    }
}

/// Why a link ended. It prints as a sentence that says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkEnd {
    /// This side detached the link, and the peer agreed.
    Detached {
        /// Whether the peer says that the link is gone, rather than only suspended.
        closed: bool,
    },
    /// The peer detached the link.
    DetachedByPeer {
        /// Whether the link is gone, rather than only suspended.
        closed: bool,
        /// The reason, if the peer gave one.
        error: Option<Error>,
    },
    /// The peer refused to attach the link, for this reason if it gave one.
    Refused(Option<Error>),
    /// The peer violated the standard or exceeded a limit, and this side detached the link.
    Violation {
        /// The condition that the peer was told.
        condition: ErrorCondition,
        /// What the peer did.
        description: String,
    },
    /// The peer has attached the link again elsewhere.
    Stolen,
    /// The peer did not answer the attach within this time. The link is being detached.
    AttachTimedOut(Duration),
    /// The peer did not answer the detach within this time. Its handle and its name stay in use.
    DetachTimedOut(Duration),
}

impl LinkEnd {
    /// Returns the error that the peer sent, if it sent one.
    pub const fn remote(&self) -> Option<&Error> {
        match self {
            Self::DetachedByPeer { error, .. } | Self::Refused(error) => error.as_ref(),
            _ => None,
        }
    }

    /// Returns which side can fix the failure, or `None` if this is none.
    pub const fn fault(&self) -> Option<Fault> {
        match self {
            Self::Detached { .. } => None,
            Self::AttachTimedOut(_) | Self::DetachTimedOut(_) => Some(Fault::Time),
            _ => Some(Fault::Peer),
        }
    }
}

impl std::error::Error for LinkEnd {}

impl fmt::Display for LinkEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Detached { .. } => f.write_str("this side detached the link"),
            Self::DetachedByPeer { error: Some(error), .. } => {
                write!(f, "the peer detached the link: {error}")
            }
            Self::DetachedByPeer { .. } => f.write_str("the peer detached the link"),
            Self::Refused(Some(error)) => write!(f, "the peer refused the link: {error}"),
            Self::Refused(None) => f.write_str("the peer refused the link, without a reason"),
            Self::Violation { condition, description } => {
                write_violation(f, condition, description)
            }
            Self::Stolen => f.write_str("the peer attached the link again elsewhere"),
            Self::AttachTimedOut(after) => {
                write!(f, "the peer did not answer the attach within {after:?}")
            }
            Self::DetachTimedOut(after) => {
                write!(f, "the peer did not answer the detach within {after:?}")
            }
        }
    }
}
