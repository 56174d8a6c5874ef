//! `error` (section 2.8.14) and its conditions.

mod amqp;
mod condition;
mod connection;
mod link;
mod session;
mod transaction;

use core::fmt::{self, Write};

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

/// Writes the condition and the description, for example `amqp:not-found: no such queue`. Control characters are escaped,
/// because the text comes from the peer and is printed to logs and terminals.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.condition.as_str(), f)?;
        match &self.description {
            Some(description) => {
                f.write_str(": ")?;
                write_escaped(description, f)
            }
            None => Ok(()),
        }
    }
}

/// Writes text, with escapes for control characters alone, so that quotes stay readable.
fn write_escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    text.chars().try_for_each(|c| {
        if c.is_control() { write!(f, "{}", c.escape_debug()) } else { f.write_char(c) }
    })
}

impl core::error::Error for Error {}
