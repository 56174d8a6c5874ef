//! `error-condition`: the kind of an error (archetype of section 2.8.14).

use core::fmt;

use super::{AmqpError, ConnectionError, LinkError, SessionError, TransactionError};
use crate::accepts::Accepts;
use crate::constructor::Constructor;
use crate::decode::Decode;
use crate::derived::Choices;
use crate::encode::Encode;
use crate::error::Failed;
use crate::format::Format;
use crate::reader::Reader;
use crate::view::Owned;
use crate::writer::Writer;
use crate::{Symbol, SymbolRef};

/// The kind of an error: a condition that the standard defines, or any other symbol (archetype
/// `error-condition`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCondition {
    /// A condition that is not tied to one kind of endpoint.
    Amqp(AmqpError),
    /// A condition of a connection.
    Connection(ConnectionError),
    /// A condition of a session.
    Session(SessionError),
    /// A condition of a link.
    Link(LinkError),
    /// A condition of a transaction.
    Transaction(TransactionError),
    /// A condition that the standard does not define.
    Other(Symbol),
}

impl ErrorCondition {
    /// Returns the symbol of the condition, such as `amqp:not-found`.
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
        writer.variable(Format::Sym8, Format::Sym32, self.as_str().as_bytes());
    }
}

/// The variants share the constructor of symbols, so the text of the symbol selects the variant.
impl<'a> Decode<'a> for ErrorCondition {
    const ACCEPTS: &'static Accepts = Symbol::ACCEPTS;

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        Symbol::decode_value(constructor, reader).map(Self::from)
    }
}

/// An [`ErrorCondition`] that borrows from the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorConditionRef<'a> {
    /// A condition that is not tied to one kind of endpoint.
    Amqp(AmqpError),
    /// A condition of a connection.
    Connection(ConnectionError),
    /// A condition of a session.
    Session(SessionError),
    /// A condition of a link.
    Link(LinkError),
    /// A condition of a transaction.
    Transaction(TransactionError),
    /// A condition that the standard does not define.
    Other(SymbolRef<'a>),
}

impl<'a> ErrorConditionRef<'a> {
    /// Returns the symbol of the condition, such as `amqp:not-found`.
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

    fn decode_value(
        constructor: Constructor<'a>,
        reader: &mut Reader<'_, 'a>,
    ) -> Result<Self, Failed> {
        SymbolRef::decode_value(constructor, reader).map(Self::from)
    }
}

/// Converts the symbol of a standard condition into that condition, and any other into `Other`.
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
        writer.variable(Format::Sym8, Format::Sym32, self.as_str().as_bytes());
    }
}

impl Owned for ErrorCondition {
    type Ref<'a> = ErrorConditionRef<'a>;

    fn from_ref(borrowed: ErrorConditionRef<'_>) -> Self {
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

/// Writes the symbol of the condition.
impl fmt::Display for ErrorCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Converts the symbol of a standard condition into that condition, and any other into `Other`.
impl From<Symbol> for ErrorCondition {
    fn from(condition: Symbol) -> Self {
        match ErrorConditionRef::from(SymbolRef::from(&condition)) {
            ErrorConditionRef::Other(_) => Self::Other(condition),
            standard => Self::from_ref(standard),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_of_the_standard_becomes_its_condition() {
        let condition = ErrorCondition::from(Symbol::from_static("amqp:not-found"));
        assert_eq!(condition, AmqpError::NotFound.into());
        let other = Symbol::from_static("com.example:odd");
        assert_eq!(ErrorCondition::from(other.clone()), ErrorCondition::Other(other));
    }
}
