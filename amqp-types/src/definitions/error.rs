//! `error` (section 2.8.14) and its conditions.

mod amqp;
mod condition;
mod connection;
mod link;
mod session;
mod transaction;

use core::fmt;

use bytestring::ByteString;

use super::Info;
use crate::Composite;

pub use amqp::AmqpError;
pub use condition::{ErrorCondition, ErrorConditionRef};
pub use connection::ConnectionError;
pub use link::LinkError;
pub use session::SessionError;
pub use transaction::TransactionError;

/// An error that one peer reports to the other (section 2.8.14).
#[derive(Clone, Debug, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:error:list", code = 0x1d, borrowed = ErrorRef)]
pub struct Error {
    /// The kind of error, for programs.
    pub condition: ErrorCondition,
    /// A description of the error, for people.
    pub description: Option<ByteString>,
    /// Details, such as the new address of a node that has moved.
    pub info: Option<Info>,
}

impl Error {
    /// Creates an error with a description.
    #[must_use]
    pub fn new(condition: impl Into<ErrorCondition>, description: impl Into<ByteString>) -> Self {
        Self { condition: condition.into(), description: Some(description.into()), info: None }
    }
}

/// Writes the condition and the description, for example `amqp:not-found: no such queue`.
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
