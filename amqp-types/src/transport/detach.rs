//! `detach`: a link leaves its session (section 2.7.7).

use crate::Composite;
use crate::definitions::{Error, Handle};

/// Detaches a link, for now or for good (section 2.7.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Composite)]
#[amqp(name = "amqp:detach:list", code = 0x16, borrowed = DetachRef)]
pub struct Detach {
    /// The link.
    pub handle: Handle,
    /// Whether for good.
    #[amqp(default)]
    pub closed: bool,
    /// What went wrong, if anything.
    pub error: Option<Error>,
}
