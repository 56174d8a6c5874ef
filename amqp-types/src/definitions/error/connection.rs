//! `connection-error`: the conditions of a connection (section 2.8.16).

use crate::Restricted;

/// An error condition of a connection (section 2.8.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum ConnectionError {
    /// An operator closed the connection.
    #[amqp(value = "amqp:connection:forced")]
    ConnectionForced,
    /// The peer sent a malformed frame.
    #[amqp(value = "amqp:connection:framing-error")]
    FramingError,
    /// The container is available elsewhere; the `info` of the error holds its address.
    #[amqp(value = "amqp:connection:redirect")]
    Redirect,
}
