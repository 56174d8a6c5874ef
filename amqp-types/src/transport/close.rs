//! `close`: closes a connection (section 2.7.9).

use crate::Composite;
use crate::definitions::Error;

/// Closes a connection. It is the last frame that its sender sends (section 2.7.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:close:list", code = 0x18, borrowed = CloseRef)]
pub struct Close {
    /// The reason, if the connection is closed because of an error.
    pub error: Option<Error>,
}
