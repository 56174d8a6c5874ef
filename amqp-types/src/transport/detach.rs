//! `detach`: detaches a link from its session (section 2.7.7).

use crate::Composite;
use crate::definitions::{Error, Handle};

/// Detaches a link from its session, and may close it (section 2.7.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:detach:list", code = 0x16, borrowed = DetachRef)]
pub struct Detach {
    /// The link to detach.
    pub handle: Handle,
    /// Whether the link is closed. A link that is not closed can be resumed.
    #[amqp(default)]
    pub closed: bool,
    /// The reason, if the link is detached because of an error.
    pub error: Option<Error>,
}
