//! Numbers with a meaning (sections 2.8.4 to 2.8.6 and 2.8.8 to 2.8.11).

use core::time::Duration;

use crate::Restricted;

/// What stands for a link on a session, in one direction (section 2.8.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Handle(pub u32);

impl Handle {
    /// The highest there can be.
    pub const MAX: Self = Self(u32::MAX);
}

/// A duration in seconds (section 2.8.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Seconds(pub u32);

/// A duration in milliseconds (section 2.8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct Milliseconds(pub u32);

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

/// How a message is encoded (section 2.8.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
#[amqp(borrowed = Self)]
pub struct MessageFormat(pub u32);

macro_rules! serial_numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// It is a serial number of 32 bits, as of RFC 1982: it goes on from 2^32-1 at 0, so that
        /// which of two comes first depends on how far they are apart. There is no `<`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
        #[amqp(borrowed = Self)]
        pub struct $name(pub u32);

        impl $name {
            /// The number so many steps on.
            #[must_use]
            pub const fn plus(self, steps: u32) -> Self {
                Self(self.0.wrapping_add(steps))
            }

            /// How many steps it takes from `earlier` to this number; negative if this one is the
            /// earlier one.
            #[must_use]
            pub const fn since(self, earlier: Self) -> i32 {
                self.0.wrapping_sub(earlier.0).cast_signed()
            }
        }
    )*};
}

serial_numbers! {
    /// A number in a sequence (section 2.8.10).
    SequenceNo
    /// A delivery's number within a session and direction (section 2.8.8).
    DeliveryNumber
    /// A transfer frame's number within a session and direction (section 2.8.9).
    TransferNumber
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_go_round() {
        let last = SequenceNo(u32::MAX);
        assert_eq!(last.plus(2), SequenceNo(1));
        assert_eq!(SequenceNo(1).since(last), 2);
        assert_eq!(last.since(SequenceNo(1)), -2);
    }
}
