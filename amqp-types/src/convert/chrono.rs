//! The feature `chrono`: timestamps to and from [`chrono::DateTime<Utc>`](::chrono::DateTime).
//!
//! The conversion into a [`Timestamp`] rounds to milliseconds, towards the past: what is below a millisecond is
//! lost. An instant within
//! a leap second becomes the instant one second later, as with chrono's `timestamp_millis`. The
//! conversion from a `Timestamp` fails before the year -262143 and after the year 262142.
//!
//! A `DateTime<Utc>` implements the codec traits as an AMQP `timestamp`, so it can be a field of a
//! derived type.
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Timestamp};
//! use chrono::{DateTime, TimeDelta, Utc};
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:order:list")]
//! struct Order {
//!     placed: DateTime<Utc>,
//! }
//!
//! let placed = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1_311_704_463_521);
//! let order = Order { placed };
//! assert_eq!(Order::from_bytes(&order.to_bytes()?)?, order);
//!
//! assert_eq!(Timestamp::from(placed), Timestamp(1_311_704_463_521));
//! assert_eq!(Timestamp::from(DateTime::UNIX_EPOCH - TimeDelta::nanoseconds(1)), Timestamp(-1));
//! assert_eq!(DateTime::<Utc>::try_from(Timestamp(1_311_704_463_521))?, placed);
//! assert!(DateTime::<Utc>::try_from(Timestamp(i64::MAX)).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use ::chrono::{DateTime, Utc};

use super::TimestampOutOfRange;
use super::foreign::foreign;
use crate::Timestamp;

/// Rounds to milliseconds, towards the past.
impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_millis())
    }
}

impl TryFrom<Timestamp> for DateTime<Utc> {
    type Error = TimestampOutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampOutOfRange> {
        Self::from_timestamp_millis(timestamp.0).ok_or_else(|| {
            let [earliest, latest] = [Self::MIN_UTC, Self::MAX_UTC].map(Timestamp::from);
            TimestampOutOfRange::new(timestamp, earliest, latest)
        })
    }
}

foreign!(DateTime<Utc>, as Timestamp, |own| {
    Self::try_from(own).map_err(|_| "the timestamp is outside the range of the type of this field")
});

#[cfg(test)]
mod tests {
    use ::chrono::{NaiveDate, TimeDelta};

    use super::*;
    use crate::convert::instant::testing::{Instant, behaves};

    impl Instant for DateTime<Utc> {
        const BOUNDS: (Self, Self) = (Self::MIN_UTC, Self::MAX_UTC);

        fn later(timestamp: i64, nanos: i32) -> Self {
            Self::UNIX_EPOCH
                + TimeDelta::milliseconds(timestamp)
                + TimeDelta::nanoseconds(nanos.into())
        }
    }

    #[test]
    fn timestamps_are_converted() {
        behaves::<DateTime<Utc>>();
    }

    #[test]
    fn a_leap_second_is_the_second_after() {
        let day = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        let leap = day.and_hms_milli_opt(23, 59, 59, 1500).unwrap().and_utc();
        let after = day.succ_opt().unwrap().and_hms_milli_opt(0, 0, 0, 500).unwrap().and_utc();
        assert_eq!(Timestamp::from(leap), Timestamp::from(after));
    }
}
