//! The feature `jiff`: timestamps to and from [`jiff::Timestamp`].
//!
//! The conversion into a [`Timestamp`] rounds to milliseconds, towards the past: what is below a millisecond is
//! lost. The conversion
//! from a `Timestamp` fails before the year -9999 and after the year 9999. jiff reserves about a
//! day at either end of this range for time zones.
//!
//! A `jiff::Timestamp` implements the codec traits as an AMQP `timestamp`, so it can be a field of
//! a derived type.
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Timestamp};
//! use jiff::SignedDuration;
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:order:list")]
//! struct Order {
//!     placed: jiff::Timestamp,
//! }
//!
//! let epoch = jiff::Timestamp::UNIX_EPOCH;
//! let placed = epoch + SignedDuration::from_millis(1_311_704_463_521);
//! let order = Order { placed };
//! assert_eq!(Order::from_bytes(&order.to_bytes()?)?, order);
//!
//! assert_eq!(Timestamp::from(placed), Timestamp(1_311_704_463_521));
//! assert_eq!(Timestamp::from(epoch - SignedDuration::from_nanos(1)), Timestamp(-1));
//! assert_eq!(jiff::Timestamp::try_from(Timestamp(1_311_704_463_521))?, placed);
//! assert!(jiff::Timestamp::try_from(Timestamp(i64::MAX)).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::TimestampOutOfRange;
use super::foreign::foreign;
use crate::Timestamp;

/// Rounds to milliseconds, towards the past.
impl From<::jiff::Timestamp> for Timestamp {
    fn from(instant: ::jiff::Timestamp) -> Self {
        // Before 1970 jiff rounds the seconds up, and both parts are negative.
        let millis = instant.subsec_nanosecond().div_euclid(1_000_000);
        Self(instant.as_second() * 1000 + i64::from(millis))
    }
}

impl TryFrom<Timestamp> for ::jiff::Timestamp {
    type Error = TimestampOutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampOutOfRange> {
        // `from_millisecond` refuses the last 999 milliseconds of the range.
        let nanos = i128::from(timestamp.0) * 1_000_000;
        Self::from_nanosecond(nanos)
            .map_err(|_| TimestampOutOfRange::new(timestamp, Self::MIN.into(), Self::MAX.into()))
    }
}

foreign!(::jiff::Timestamp, as Timestamp, |own| {
    Self::try_from(own).map_err(|_| "the timestamp is outside the range of the type of this field")
});

#[cfg(test)]
mod tests {
    use crate::convert::instant::testing::{Instant, behaves};

    impl Instant for ::jiff::Timestamp {
        const BOUNDS: (Self, Self) = (Self::MIN, Self::MAX);

        fn later(timestamp: i64, nanos: i32) -> Self {
            Self::from_nanosecond(i128::from(timestamp) * 1_000_000 + i128::from(nanos)).unwrap()
        }
    }

    #[test]
    fn timestamps_are_converted() {
        behaves::<::jiff::Timestamp>();
    }
}
