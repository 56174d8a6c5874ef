//! What the three crates for dates and times have in common.

use core::fmt;

use crate::Timestamp;

/// A timestamp is before or after all that a type for dates can hold.
///
/// AMQP has milliseconds of 64 bits, 292 million years before and after 1970. Not every type for
/// dates goes as far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampOutOfRange {
    /// It is before the earliest one that the type can hold.
    TooEarly {
        /// The earliest one.
        earliest: Timestamp,
    },
    /// It is after the latest one that the type can hold.
    TooLate {
        /// The latest one.
        latest: Timestamp,
    },
}

impl TimestampOutOfRange {
    /// Which end a timestamp is beyond that does not fit in between.
    pub(super) fn new(timestamp: Timestamp, earliest: Timestamp, latest: Timestamp) -> Self {
        if timestamp < earliest { Self::TooEarly { earliest } } else { Self::TooLate { latest } }
    }
}

impl fmt::Display for TimestampOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, bound, Timestamp(millis)) = match self {
            Self::TooEarly { earliest } => ("before", "earliest", earliest),
            Self::TooLate { latest } => ("after", "latest", latest),
        };
        write!(
            f,
            "the timestamp is {side} the {bound} that the type can hold, {millis} ms from 1970"
        )
    }
}

impl core::error::Error for TimestampOutOfRange {}

/// What holds of each of the three: milliseconds go there and back, finer parts are cut off towards
/// the past, and what is out of range is refused in either form.
#[cfg(test)]
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
        + for<'a> Owned<Borrowed<'a> = Self>
    {
        /// The earliest and the latest one.
        const BOUNDS: (Self, Self);
        /// `nanos` after `timestamp`.
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

        // 1 ns and 999,999 ns after a millisecond belong to it, on both sides of the epoch.
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
