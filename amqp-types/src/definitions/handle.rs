//! `handle`: the number of an attached link (section 2.8.4).

use crate::Restricted;
use crate::transparent::number;

/// The number that identifies an attached link within a session, in one direction (section 2.8.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Handle(pub u32);

number!(Handle);

impl Handle {
    /// The highest possible handle.
    pub const MAX: Self = Self(u32::MAX);
}
