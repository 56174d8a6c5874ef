//! The feature `time`: timestamps to and from [`time::OffsetDateTime`].
//!
//! The conversion into a [`Timestamp`] rounds to milliseconds, towards the past, and drops the offset: the result is
//! the same instant in UTC, without what is below a millisecond. The conversion from a `Timestamp` fails before
//! the year -9999 and after the year 9999 (±999,999 with the feature `large-dates` of `time`).
//!
//! An `OffsetDateTime` implements the codec traits as an AMQP `timestamp`, so it can be a field of
//! a derived type.
//!
//! ```
//! use amqp_types::{Composite, Decode, Encode, Timestamp};
//! use time::{Duration, OffsetDateTime};
//!
//! #[derive(Composite, Debug, PartialEq)]
//! #[amqp(name = "com.example:order:list")]
//! struct Order {
//!     placed: OffsetDateTime,
//! }
//!
//! let placed = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(1_311_704_463_521);
//! let order = Order { placed };
//! assert_eq!(Order::from_bytes(&order.to_bytes()?)?, order);
//!
//! assert_eq!(Timestamp::from(placed), Timestamp(1_311_704_463_521));
//! assert_eq!(Timestamp::from(OffsetDateTime::UNIX_EPOCH - Duration::NANOSECOND), Timestamp(-1));
//! assert_eq!(OffsetDateTime::try_from(Timestamp(1_311_704_463_521))?, placed);
//! assert!(OffsetDateTime::try_from(Timestamp(i64::MAX)).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use ::time::{OffsetDateTime, PrimitiveDateTime};

use super::TimestampOutOfRange;
use super::foreign::foreign;
use crate::Timestamp;

/// Rounds to milliseconds, towards the past, and drops the offset.
impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        // `unix_timestamp` rounds down, so the milliseconds to add are never negative.
        Self(instant.unix_timestamp() * 1000 + i64::from(instant.millisecond()))
    }
}

/// Returns an instant with the offset UTC.
impl TryFrom<Timestamp> for OffsetDateTime {
    type Error = TimestampOutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampOutOfRange> {
        let nanos = i128::from(timestamp.0) * 1_000_000;
        Self::from_unix_timestamp_nanos(nanos).map_err(|_| {
            let [earliest, latest] = [PrimitiveDateTime::MIN, PrimitiveDateTime::MAX]
                .map(|bound| bound.assume_utc().into());
            TimestampOutOfRange::new(timestamp, earliest, latest)
        })
    }
}

foreign!(OffsetDateTime, as Timestamp, |own| {
    Self::try_from(own).map_err(|_| "the timestamp is outside the range of the type of this field")
});

#[cfg(test)]
mod tests {
    use ::time::{Duration, UtcOffset};

    use super::*;
    use crate::convert::instant::testing::{Instant, behaves};

    impl Instant for OffsetDateTime {
        const BOUNDS: (Self, Self) =
            (PrimitiveDateTime::MIN.assume_utc(), PrimitiveDateTime::MAX.assume_utc());

        fn later(timestamp: i64, nanos: i32) -> Self {
            Self::UNIX_EPOCH
                + Duration::milliseconds(timestamp)
                + Duration::nanoseconds(nanos.into())
        }
    }

    #[test]
    fn timestamps_are_converted() {
        behaves::<OffsetDateTime>();
    }

    #[test]
    fn an_offset_does_not_change_the_instant() {
        let utc = OffsetDateTime::later(-1, 1);
        for offset in [UtcOffset::from_hms(25, 59, 59), UtcOffset::from_hms(-25, -59, -59)] {
            let there = utc.to_offset(offset.unwrap());
            assert_eq!(Timestamp::from(there), Timestamp(-1));
        }
        // The local date may lie beyond what UTC can have, the instant not.
        let earliest = PrimitiveDateTime::MIN.assume_offset(UtcOffset::from_hms(25, 0, 0).unwrap());
        let own = Timestamp::from(earliest);
        assert!(own < PrimitiveDateTime::MIN.assume_utc().into());
        assert!(OffsetDateTime::try_from(own).is_err());
    }
}
