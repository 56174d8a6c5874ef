//! `end`: ends a session (section 2.7.8).

use crate::Composite;
use crate::definitions::Error;

/// Ends a session (section 2.7.8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:end:list", code = 0x17, borrowed = EndRef)]
pub struct End {
    /// The reason, if the session ends because of an error.
    pub error: Option<Error>,
}
