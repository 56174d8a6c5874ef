//! The feature `std`: timestamps to and from [`SystemTime`], and [`Timestamp::now`].
//!
//! The conversion into a [`Timestamp`] rounds to milliseconds, towards the past: what is below a millisecond is
//! lost. The conversion from a `Timestamp` fails if the platform cannot represent it.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use amqp_types::Timestamp;
//!
//! let placed = SystemTime::UNIX_EPOCH + Duration::from_millis(1_311_704_463_521);
//! assert_eq!(Timestamp::from(placed), Timestamp(1_311_704_463_521));
//! assert_eq!(SystemTime::try_from(Timestamp(1_311_704_463_521))?, placed);
//! assert!(Timestamp::now() > Timestamp::from(placed));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::time::{Duration, SystemTime};

use super::TimestampOutOfRange;
use crate::Timestamp;

impl Timestamp {
    /// Returns the current time. Requires the feature `std`.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }
}

/// Rounds to milliseconds, towards the past.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let millis = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                let millis = before.duration().as_nanos().div_ceil(1_000_000);
                i64::try_from(millis).map_or(i64::MIN, |millis| -millis)
            }
        };
        Self(millis)
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = TimestampOutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampOutOfRange> {
        system_time(timestamp.0).ok_or_else(|| {
            let [earliest, latest] =
                [i64::MIN, i64::MAX].map(|end| bound(end, |millis| system_time(millis).is_some()));
            TimestampOutOfRange::new(timestamp, earliest, latest)
        })
    }
}

fn system_time(millis: i64) -> Option<SystemTime> {
    let from_epoch = Duration::from_millis(millis.unsigned_abs());
    if millis < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(from_epoch)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(from_epoch)
    }
}

/// Returns the last timestamp that fits, from the epoch to `end`. The range of a `SystemTime` depends on the
/// platform, and is searched for only after a conversion has failed.
fn bound(end: i64, fits: impl Fn(i64) -> bool) -> Timestamp {
    let (mut last, mut beyond) = (0_i64, end);
    while last.abs_diff(beyond) > 1 {
        let middle = last.midpoint(beyond);
        if fits(middle) { last = middle } else { beyond = middle }
    }
    Timestamp(if fits(beyond) { beyond } else { last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_survive_and_smaller_units_are_rounded_towards_the_past() {
        for millis in [-1_000_000_000_001, -1001, -1000, -1, 0, 1, 1000, 1_311_704_463_521] {
            let time = SystemTime::try_from(Timestamp(millis)).unwrap();
            assert_eq!(Timestamp::from(time), Timestamp(millis));
            for nanos in [1, 500_000, 999_999] {
                assert_eq!(Timestamp::from(time + Duration::from_nanos(nanos)), Timestamp(millis));
            }
        }
    }

    #[test]
    fn the_bounds_of_a_platform_are_found() {
        for (earliest, latest) in [(-11_644_473_600_000, 910_670_515_199_999), (0, i64::MAX)] {
            let fits = |millis| (earliest..=latest).contains(&millis);
            assert_eq!(bound(i64::MIN, fits), Timestamp(earliest));
            assert_eq!(bound(i64::MAX, fits), Timestamp(latest));
        }
        assert_eq!(bound(i64::MIN, |_| true), Timestamp(i64::MIN));
    }
}
