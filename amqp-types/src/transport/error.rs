//! `error`: what went wrong, as one peer tells the other (sections 2.8.14 to 2.8.18).

use core::fmt;

use bytestring::ByteString;

use super::Info;
use crate::accepts::Accepts;
use crate::borrowed::Owned;
use crate::codec::{Decode, Encode};
use crate::constructor::Constructor;
use crate::derived::Choices;
use crate::error::Failed;
use crate::primitive::SYMBOL;
use crate::reader::Reader;
use crate::transaction::TransactionError;
use crate::writer::Writer;
use crate::{Composite, Restricted, Symbol, SymbolRef};

/// What went wrong (section 2.8.14).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:error:list", code = 0x1d, borrowed = ErrorRef)]
pub struct Error {
    /// What kind of error it is.
    pub condition: ErrorCondition,
    /// The same for people.
    pub description: Option<ByteString>,
    /// More about it.
    pub info: Option<Info>,
}

impl Error {
    /// An error with a sentence for people.
    #[must_use]
    pub fn new(condition: impl Into<ErrorCondition>, description: impl Into<ByteString>) -> Self {
        Self { condition: condition.into(), description: Some(description.into()), info: None }
    }
}

/// `amqp:not-found: no such queue`
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.condition)?;
        match &self.description {
            Some(description) => write!(f, ": {description}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Error {}

/// A kind of error: one of those that the standard has, or any other (archetype
/// `error-condition`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCondition {
    /// Of anything.
    Amqp(AmqpError),
    /// Of a connection.
    Connection(ConnectionError),
    /// Of a session.
    Session(SessionError),
    /// Of a link.
    Link(LinkError),
    /// Of a transaction.
    Transaction(TransactionError),
    /// One that the standard does not have.
    Other(Symbol),
}

impl ErrorCondition {
    /// The symbol.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Amqp(condition) => condition.as_str(),
            Self::Connection(condition) => condition.as_str(),
            Self::Session(condition) => condition.as_str(),
            Self::Link(condition) => condition.as_str(),
            Self::Transaction(condition) => condition.as_str(),
            Self::Other(condition) => condition.as_str(),
        }
    }
}

impl Encode for ErrorCondition {
    fn encode(&self, writer: &mut Writer<'_>) {
        SYMBOL.write(self.as_str().as_bytes(), writer);
    }
}

/// Five types share one constructor here, so that the symbol itself must tell which of them it is.
impl<'a> Decode<'a> for ErrorCondition {
    const ACCEPTS: &'static Accepts = Symbol::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        Symbol::decode_data(constructor, reader).map(Self::from)
    }
}

/// An [`ErrorCondition`] that borrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorConditionRef<'a> {
    /// Of anything.
    Amqp(AmqpError),
    /// Of a connection.
    Connection(ConnectionError),
    /// Of a session.
    Session(SessionError),
    /// Of a link.
    Link(LinkError),
    /// Of a transaction.
    Transaction(TransactionError),
    /// One that the standard does not have.
    Other(SymbolRef<'a>),
}

impl<'a> ErrorConditionRef<'a> {
    /// The symbol.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        match self {
            Self::Amqp(condition) => condition.as_str(),
            Self::Connection(condition) => condition.as_str(),
            Self::Session(condition) => condition.as_str(),
            Self::Link(condition) => condition.as_str(),
            Self::Transaction(condition) => condition.as_str(),
            Self::Other(condition) => condition.as_str(),
        }
    }
}

impl<'a: 'b, 'b> Decode<'a> for ErrorConditionRef<'b> {
    const ACCEPTS: &'static Accepts = Symbol::ACCEPTS;

    fn decode_data(constructor: Constructor<'a>, reader: &mut Reader<'a>) -> Result<Self, Failed> {
        SymbolRef::decode_data(constructor, reader).map(Self::from)
    }
}

/// The standard's condition, if the symbol stands for one.
impl<'a> From<SymbolRef<'a>> for ErrorConditionRef<'a> {
    fn from(condition: SymbolRef<'a>) -> Self {
        let text = condition.as_str();
        AmqpError::of(text)
            .map(Self::Amqp)
            .or_else(|| ConnectionError::of(text).map(Self::Connection))
            .or_else(|| SessionError::of(text).map(Self::Session))
            .or_else(|| LinkError::of(text).map(Self::Link))
            .or_else(|| TransactionError::of(text).map(Self::Transaction))
            .unwrap_or(Self::Other(condition))
    }
}

impl Encode for ErrorConditionRef<'_> {
    fn encode(&self, writer: &mut Writer<'_>) {
        SYMBOL.write(self.as_str().as_bytes(), writer);
    }
}

impl Owned for ErrorCondition {
    type Borrowed<'a> = ErrorConditionRef<'a>;

    fn from_borrowed(borrowed: ErrorConditionRef<'_>) -> Self {
        match borrowed {
            ErrorConditionRef::Amqp(condition) => Self::Amqp(condition),
            ErrorConditionRef::Connection(condition) => Self::Connection(condition),
            ErrorConditionRef::Session(condition) => Self::Session(condition),
            ErrorConditionRef::Link(condition) => Self::Link(condition),
            ErrorConditionRef::Transaction(condition) => Self::Transaction(condition),
            ErrorConditionRef::Other(condition) => Self::Other(condition.to_symbol()),
        }
    }
}

/// The symbol.
impl fmt::Display for ErrorCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The standard's condition, if the symbol stands for one.
impl From<Symbol> for ErrorCondition {
    fn from(condition: Symbol) -> Self {
        match ErrorConditionRef::from(SymbolRef::from(&condition)) {
            ErrorConditionRef::Other(_) => Self::Other(condition),
            of_the_standard => Self::from_borrowed(of_the_standard),
        }
    }
}

macro_rules! conditions {
    ($($type:ident => $variant:ident)*) => {$(
        impl From<$type> for ErrorCondition {
            fn from(condition: $type) -> Self {
                Self::$variant(condition)
            }
        }
    )*};
}

conditions! {
    AmqpError => Amqp
    ConnectionError => Connection
    SessionError => Session
    LinkError => Link
    TransactionError => Transaction
}

/// Errors of anything (section 2.8.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum AmqpError {
    /// An error within the peer, that nothing else says more about.
    #[amqp(value = "amqp:internal-error")]
    InternalError,
    /// What was named does not exist.
    #[amqp(value = "amqp:not-found")]
    NotFound,
    /// It exists, but not for this client.
    #[amqp(value = "amqp:unauthorized-access")]
    UnauthorizedAccess,
    /// Octets that could not be decoded.
    #[amqp(value = "amqp:decode-error")]
    DecodeError,
    /// A limit of the peer was exceeded.
    #[amqp(value = "amqp:resource-limit-exceeded")]
    ResourceLimitExceeded,
    /// Not allowed in this state, or with these values.
    #[amqp(value = "amqp:not-allowed")]
    NotAllowed,
    /// A field has a value that it must not have.
    #[amqp(value = "amqp:invalid-field")]
    InvalidField,
    /// The peer cannot do this.
    #[amqp(value = "amqp:not-implemented")]
    NotImplemented,
    /// Another client has it for itself.
    #[amqp(value = "amqp:resource-locked")]
    ResourceLocked,
    /// What must hold before does not.
    #[amqp(value = "amqp:precondition-failed")]
    PreconditionFailed,
    /// It was deleted while in use.
    #[amqp(value = "amqp:resource-deleted")]
    ResourceDeleted,
    /// A frame that this state does not allow.
    #[amqp(value = "amqp:illegal-state")]
    IllegalState,
    /// The largest frame is too small for what must be sent.
    #[amqp(value = "amqp:frame-size-too-small")]
    FrameSizeTooSmall,
}

/// Errors of a connection (section 2.8.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum ConnectionError {
    /// An operator closed it.
    #[amqp(value = "amqp:connection:forced")]
    ConnectionForced,
    /// A frame that is malformed.
    #[amqp(value = "amqp:connection:framing-error")]
    FramingError,
    /// The container is elsewhere: `info` says where.
    #[amqp(value = "amqp:connection:redirect")]
    Redirect,
}

/// Errors of a session (section 2.8.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum SessionError {
    /// More transfers than the window allows.
    #[amqp(value = "amqp:session:window-violation")]
    WindowViolation,
    /// A frame for a link that was detached with an error.
    #[amqp(value = "amqp:session:errant-link")]
    ErrantLink,
    /// An `attach` with a handle that is in use.
    #[amqp(value = "amqp:session:handle-in-use")]
    HandleInUse,
    /// A frame with a handle that is not in use.
    #[amqp(value = "amqp:session:unattached-handle")]
    UnattachedHandle,
}

/// Errors of a link (section 2.8.18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum LinkError {
    /// An operator detached it.
    #[amqp(value = "amqp:link:detach-forced")]
    DetachForced,
    /// More deliveries than the credit allows.
    #[amqp(value = "amqp:link:transfer-limit-exceeded")]
    TransferLimitExceeded,
    /// A message larger than the link allows.
    #[amqp(value = "amqp:link:message-size-exceeded")]
    MessageSizeExceeded,
    /// The node is elsewhere: `info` says where.
    #[amqp(value = "amqp:link:redirect")]
    Redirect,
    /// The link was attached elsewhere.
    #[amqp(value = "amqp:link:stolen")]
    Stolen,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_that_the_standard_has_is_its_condition() {
        let condition = ErrorCondition::from(Symbol::from_static("amqp:not-found"));
        assert_eq!(condition, AmqpError::NotFound.into());
        let other = Symbol::from_static("com.example:odd");
        assert_eq!(ErrorCondition::from(other.clone()), ErrorCondition::Other(other));
    }
}
