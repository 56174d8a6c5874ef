//! The range error of the conversions from timestamps, and the tests that all of them share.

use core::fmt;

use crate::Timestamp;

/// The error of converting a timestamp that is outside the range of the target type.
///
/// An AMQP timestamp is a signed 64-bit number of milliseconds, which covers 292 million years
/// before and after 1970. The types of other crates cover less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampOutOfRange {
    /// The timestamp is earlier than the target type supports.
    TooEarly {
        /// The earliest timestamp that the target type supports.
        earliest: Timestamp,
    },
    /// The timestamp is later than the target type supports.
    TooLate {
        /// The latest timestamp that the target type supports.
        latest: Timestamp,
    },
}

impl TimestampOutOfRange {
    /// Creates the error for a timestamp that is not between `earliest` and `latest`.
    pub(super) fn new(timestamp: Timestamp, earliest: Timestamp, latest: Timestamp) -> Self {
        if timestamp < earliest { Self::TooEarly { earliest } } else { Self::TooLate { latest } }
    }
}

impl fmt::Display for TimestampOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (order, bound, timestamp) = match self {
            Self::TooEarly { earliest } => ("earlier", "earliest", earliest),
            Self::TooLate { latest } => ("later", "latest", latest),
        };
        write!(
            f,
            "the timestamp is {order} than the target type supports; \
             the {bound} is {timestamp}"
        )
    }
}

impl core::error::Error for TimestampOutOfRange {}

/// Tests for any of the three types of other crates: milliseconds survive the round trip, smaller units are rounded
/// towards the past, and a timestamp out of range is refused by conversion and by decoding.
#[cfg(test)]
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) mod testing {
    use core::fmt::Debug;

    use super::*;
    use crate::testing::encodes_to;
    use crate::{ArrayItem, DecodeErrorKind, DecodeOwned, Encode, Owned, Value};

    pub(crate) trait Instant:
        Copy
        + Debug
        + PartialEq
        + Into<Timestamp>
        + Into<Value>
        + TryFrom<Timestamp, Error = TimestampOutOfRange>
        + ArrayItem
        + DecodeOwned
        + for<'a> Owned<Ref<'a> = Self>
    {
        /// The earliest and the latest value of the type.
        const BOUNDS: (Self, Self);
        /// Returns the instant `nanos` nanoseconds after `timestamp`.
        fn later(timestamp: i64, nanos: i32) -> Self;
    }

    pub(crate) fn behaves<T: Instant>() {
        let ours = |theirs: T| -> Timestamp { theirs.into() };
        let (earliest, latest) = (ours(T::BOUNDS.0), ours(T::BOUNDS.1));
        for millis in [
            -1_000_000_000_001,
            -1001,
            -1000,
            -999,
            -1,
            0,
            1,
            999,
            1000,
            1_311_704_463_521,
            earliest.0,
            earliest.0 + 1,
            latest.0 - 1,
            latest.0,
        ] {
            let own = Timestamp(millis);
            let theirs = T::try_from(own).unwrap();
            assert_eq!(ours(theirs), own);
            assert_eq!(Into::<Value>::into(theirs), Value::Timestamp(own));
            assert_eq!(theirs.to_bytes(), own.to_bytes());
            assert_eq!(T::from_bytes(&theirs.to_bytes().unwrap()), Ok(theirs));
        }
        assert_eq!(T::BOUNDS.0, T::try_from(earliest).unwrap());

        // An instant up to 999,999 ns after a millisecond is rounded to that millisecond, on both
        // sides of the epoch.
        for (millis, nanos) in [-1001, -1000, -1, 0, 1, 1000].into_iter().flat_map(|millis| {
            [0, 1, 500_000, 999_999].into_iter().map(move |nanos| (millis, nanos))
        }) {
            assert_eq!(ours(T::later(millis, nanos)), Timestamp(millis), "{millis} ms {nanos} ns");
        }
        assert_eq!(ours(T::later(0, -1)), Timestamp(-1));
        assert_eq!(ours(T::later(-1, -1)), Timestamp(-2));

        let too_early = TimestampOutOfRange::TooEarly { earliest };
        let too_late = TimestampOutOfRange::TooLate { latest };
        for (millis, error) in [
            (i64::MIN, too_early),
            (earliest.0 - 1, too_early),
            (latest.0 + 1, too_late),
            (i64::MAX, too_late),
        ] {
            assert_eq!(T::try_from(Timestamp(millis)), Err(error), "{millis}");
            let octets = Timestamp(millis).to_bytes().unwrap();
            let refused = T::from_bytes(&octets).unwrap_err();
            assert!(matches!(refused.kind(), DecodeErrorKind::Invalid(_)), "{refused}");
            assert_eq!(refused.at(), 1);
        }

        let (before, after) = (T::later(-1, 0), T::later(1, 0));
        encodes_to(before, "83 ffffffffffffffff");
        encodes_to(
            crate::Array(vec![before, after]),
            "e0 12 02 83 ffffffffffffffff 0000000000000001",
        );
        encodes_to(None::<T>, "40");
    }
}
