//! `amqp-error`: the conditions that any endpoint may report (section 2.8.15).

use crate::Restricted;

/// An error condition that is not tied to one kind of endpoint (section 2.8.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum AmqpError {
    /// The peer failed internally; the operator may have to intervene.
    #[amqp(value = "amqp:internal-error")]
    InternalError,
    /// The named entity does not exist.
    #[amqp(value = "amqp:not-found")]
    NotFound,
    /// The client has no permission to use the entity.
    #[amqp(value = "amqp:unauthorized-access")]
    UnauthorizedAccess,
    /// The data could not be decoded.
    #[amqp(value = "amqp:decode-error")]
    DecodeError,
    /// A limit of the peer was exceeded.
    #[amqp(value = "amqp:resource-limit-exceeded")]
    ResourceLimitExceeded,
    /// The operation is not allowed in this state, or with these values.
    #[amqp(value = "amqp:not-allowed")]
    NotAllowed,
    /// A field of a frame has an invalid value.
    #[amqp(value = "amqp:invalid-field")]
    InvalidField,
    /// The peer does not implement the operation.
    #[amqp(value = "amqp:not-implemented")]
    NotImplemented,
    /// Another client has exclusive access to the entity.
    #[amqp(value = "amqp:resource-locked")]
    ResourceLocked,
    /// A precondition of the operation does not hold.
    #[amqp(value = "amqp:precondition-failed")]
    PreconditionFailed,
    /// The entity was deleted while it was in use.
    #[amqp(value = "amqp:resource-deleted")]
    ResourceDeleted,
    /// The peer sent a frame that is not allowed in the current state of the session.
    #[amqp(value = "amqp:illegal-state")]
    IllegalState,
    /// The maximum frame size is too small for the frame to be sent.
    #[amqp(value = "amqp:frame-size-too-small")]
    FrameSizeTooSmall,
}
