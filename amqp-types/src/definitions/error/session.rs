//! `session-error`: the conditions of a session (section 2.8.17).

use crate::Restricted;

/// An error condition of a session (section 2.8.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Restricted)]
#[amqp(source = symbol, borrowed = Self)]
pub enum SessionError {
    /// The peer sent more transfers than the incoming window allows.
    #[amqp(value = "amqp:session:window-violation")]
    WindowViolation,
    /// The peer sent a frame for a link that was detached with an error.
    #[amqp(value = "amqp:session:errant-link")]
    ErrantLink,
    /// The peer sent an `attach` with a handle that is in use.
    #[amqp(value = "amqp:session:handle-in-use")]
    HandleInUse,
    /// The peer sent a frame other than `attach` with a handle that is not in use.
    #[amqp(value = "amqp:session:unattached-handle")]
    UnattachedHandle,
}
