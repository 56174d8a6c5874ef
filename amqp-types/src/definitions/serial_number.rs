//! `sequence-no`, `delivery-number` and `transfer-number`: serial numbers (sections 2.8.8 to
//! 2.8.10).

use crate::Restricted;
use crate::transparent::number;

macro_rules! serial_numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// It is a 32-bit serial number as defined by RFC 1982: it wraps from 2^32-1 to 0. It does
        /// not implement `PartialOrd`, because the order of two serial numbers depends on the
        /// distance between them; see [`since`](Self::since).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Restricted)]
        #[amqp(borrowed = Self)]
        pub struct $name(pub u32);

        number!($name);

        impl $name {
            /// Returns the number that follows `steps` later, wrapping at 2^32.
            #[must_use]
            pub const fn plus(self, steps: u32) -> Self {
                Self(self.0.wrapping_add(steps))
            }

            /// Returns the number of steps from `earlier` to `self`, which is negative if `self`
            /// precedes `earlier`.
            #[must_use]
            pub const fn since(self, earlier: Self) -> i32 {
                self.0.wrapping_sub(earlier.0).cast_signed()
            }
        }
    )*};
}

serial_numbers! {
    /// A position in a sequence (section 2.8.10).
    SequenceNo
    /// The number of a delivery within a session, in one direction (section 2.8.8).
    DeliveryNumber
    /// The number of a transfer frame within a session, in one direction (section 2.8.9).
    TransferNumber
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_wrap() {
        let last = SequenceNo(u32::MAX);
        assert_eq!(last.plus(2), SequenceNo(1));
        assert_eq!(SequenceNo(1).since(last), 2);
        assert_eq!(last.since(SequenceNo(1)), -2);
        assert_eq!((SequenceNo::from(7), u32::from(SequenceNo(7))), (SequenceNo(7), 7));
    }
}
