//! `close`: a connection ends (section 2.7.9).

use crate::Composite;
use crate::definitions::Error;

/// Ends a connection; nothing may follow it (section 2.7.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:close:list", code = 0x18, borrowed = CloseRef)]
pub struct Close {
    /// What went wrong, if anything.
    pub error: Option<Error>,
}
