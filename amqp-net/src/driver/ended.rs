//! Why a link, a session or a connection ended.

use std::fmt;
use std::sync::Arc;

use amqp_types::transport::{AmqpError, ConnectionError, Error, ErrorCondition, LinkError};

use crate::proto::{ConnectionEnd, Fault, LinkEnd, SessionEnd};

/// Why a link, a session or a connection ended, or a delivery cannot be settled. All operations that it ended share
/// one. It prints as a sentence that says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    reason: Arc<EndReason>,
}

/// What ended, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// The delivery has been settled before: by this side, or by its sender.
    Delivery,
    /// The link ended.
    Link(LinkEnd),
    /// The session ended, and its links with it.
    Session(SessionEnd),
    /// The connection ended, and its sessions and links with it.
    Connection(ConnectionEnd),
}

/// What has failed and must be created again before the program can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Only one delivery.
    Delivery,
    /// The link.
    Link,
    /// The session, with its links.
    Session,
    /// The connection, with its sessions and links.
    Connection,
}

/// What to do after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Try again.
    Retry,
    /// Try again after a pause.
    RetryLater,
    /// Attach a link again.
    Attach,
    /// Begin a session again.
    Begin,
    /// Connect again.
    Connect,
    /// Do not try again: it would fail in the same way, or was ended on purpose.
    GiveUp,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Retry => "try again",
            Self::RetryLater => "try again later",
            Self::Attach => "attach the link again",
            Self::Begin => "begin a session again",
            Self::Connect => "connect again",
            Self::GiveUp => "do not try again",
        })
    }
}

impl Ended {
    pub(super) fn new(reason: EndReason) -> Self {
        Self { reason: Arc::new(reason) }
    }

    /// Returns the reason of an operation on a link that is not known any more.
    pub(super) fn link_gone() -> Self {
        LinkEnd::Detached { closed: true }.into()
    }

    /// Returns what ended, and why.
    pub fn reason(&self) -> &EndReason {
        &self.reason
    }

    /// Returns what has failed and must be created again.
    pub fn scope(&self) -> Scope {
        match self.reason() {
            EndReason::Delivery => Scope::Delivery,
            EndReason::Link(_) => Scope::Link,
            EndReason::Session(_) => Scope::Session,
            EndReason::Connection(_) => Scope::Connection,
        }
    }

    /// Returns the error that the peer sent, if it sent one.
    pub fn remote(&self) -> Option<&Error> {
        match self.reason() {
            EndReason::Delivery => None,
            EndReason::Link(end) => end.remote(),
            EndReason::Session(end) => end.remote(),
            EndReason::Connection(end) => end.remote(),
        }
    }

    /// Returns the cause of the failure, or `None` if there was none: this side ended it, or the delivery had been settled
    /// before.
    pub fn fault(&self) -> Option<Fault> {
        match self.reason() {
            EndReason::Delivery => None,
            EndReason::Link(end) => end.fault(),
            EndReason::Session(end) => end.fault(),
            EndReason::Connection(end) => end.fault(),
        }
    }

    /// Succeeds if nothing failed.
    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.fault().is_none() { Ok(()) } else { Err(self) }
    }

    /// Returns whether a connection ended by a close without an error.
    pub(super) fn is_orderly(&self) -> bool {
        matches!(
            self.reason(),
            EndReason::Connection(ConnectionEnd::Closed | ConnectionEnd::ClosedByPeer(None))
        )
    }

    /// Returns what to do.
    pub fn advice(&self) -> Advice {
        let is_ours = self.fault().is_none();
        let is_lasting = self.remote().is_some_and(|error| is_lasting(&error.condition));
        match self.reason() {
            _ if is_ours || is_lasting => Advice::GiveUp,
            EndReason::Delivery | EndReason::Link(LinkEnd::Stolen) => Advice::GiveUp,
            EndReason::Link(_) => Advice::Attach,
            EndReason::Session(_) => Advice::Begin,
            EndReason::Connection(_) => Advice::Connect,
        }
    }
}

/// Returns whether the same request would fail in the same way.
fn is_lasting(condition: &ErrorCondition) -> bool {
    matches!(
        condition,
        ErrorCondition::Amqp(
            AmqpError::NotFound
                | AmqpError::UnauthorizedAccess
                | AmqpError::NotImplemented
                | AmqpError::NotAllowed
                | AmqpError::InvalidField
                | AmqpError::ResourceDeleted
                | AmqpError::PreconditionFailed
        ) | ErrorCondition::Connection(ConnectionError::Redirect)
            | ErrorCondition::Link(LinkError::Redirect | LinkError::Stolen)
    )
}

impl std::error::Error for Ended {}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            EndReason::Delivery => f.write_str("the delivery has been settled before"),
            EndReason::Link(end) => end.fmt(f),
            EndReason::Session(end) => end.fmt(f),
            EndReason::Connection(end) => end.fmt(f),
        }
    }
}

impl From<LinkEnd> for Ended {
    fn from(end: LinkEnd) -> Self {
        Self::new(EndReason::Link(end))
    }
}

impl From<SessionEnd> for Ended {
    fn from(end: SessionEnd) -> Self {
        Self::new(EndReason::Session(end))
    }
}

impl From<ConnectionEnd> for Ended {
    fn from(end: ConnectionEnd) -> Self {
        Self::new(EndReason::Connection(end))
    }
}
