//! `seconds` and `milliseconds`: durations (sections 2.8.5 and 2.8.6).

use core::time::Duration;

use crate::Restricted;
use crate::transparent::number;

/// A duration in seconds (section 2.8.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Seconds(pub u32);

/// A duration in milliseconds (section 2.8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Milliseconds(pub u32);

number!(Seconds);
number!(Milliseconds);

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        Self::from_secs(seconds.0.into())
    }
}

impl From<Milliseconds> for Duration {
    fn from(milliseconds: Milliseconds) -> Self {
        Self::from_millis(milliseconds.0.into())
    }
}
