//! `timestamp` (section 1.6.17): `0x83` and eight octets, milliseconds since the Unix epoch.

use core::fmt;

use super::fixed;

/// An instant: milliseconds since the Unix epoch (1970-01-01T00:00:00 UTC), negative before it.
///
/// It is displayed as RFC 3339 has it, in UTC. A year beyond four digits has a sign.
///
/// ```
/// use amqp_types::Timestamp;
///
/// assert_eq!(Timestamp(1_311_704_463_521).to_string(), "2011-07-26T18:21:03.521Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    const fn from_be_bytes(octets: [u8; 8]) -> Self {
        Self(i64::from_be_bytes(octets))
    }

    const fn to_be_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

const MILLIS_A_DAY: i64 = 86_400_000;
/// The days from 0000-03-01 to 1970-01-01. Years that begin in March end with the leap day, which
/// simplifies the calculation.
const DAYS_TO_EPOCH: i64 = 719_468;
/// The days of 400 years, after which the calendar repeats.
const DAYS_IN_400_YEARS: i64 = 146_097;

/// Returns the year, month and day of a day that is counted from the Unix epoch, in the Gregorian calendar.
const fn date(day: i64) -> (i64, i64, i64) {
    let day = day + DAYS_TO_EPOCH;
    let cycle = day.div_euclid(DAYS_IN_400_YEARS);
    let day = day.rem_euclid(DAYS_IN_400_YEARS);
    // There is a leap day every 4 years (1,460 days and one), not every 100 (36,524 days), but
    // every 400.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    // From March on, the lengths of five months repeat: 31, 30, 31, 30, 31, together 153 days.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    let is_next_year = if month <= 2 { 1 } else { 0 };
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    (cycle * 400 + year + is_next_year, month, day_of_month)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0.div_euclid(MILLIS_A_DAY));
        let millis = self.0.rem_euclid(MILLIS_A_DAY);
        let (minutes, millis) = (millis / 60_000, millis % 60_000);
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            _ => write!(f, "{year:+05}")?,
        }
        let (hour, minute) = (minutes / 60, minutes % 60);
        let (second, millis) = (millis / 1000, millis % 1000);
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl From<i64> for Timestamp {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl From<Timestamp> for i64 {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

fixed!(Timestamp, Timestamp, Timestamp::from_be_bytes, Timestamp::to_be_bytes);

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::primitive::Array;
    use crate::testing::{encodes_to, refuses};

    #[test]
    fn known_dates() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_311_704_463_521, "2011-07-26T18:21:03.521Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (-2_203_977_600_000, "1900-02-28T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "+10000-01-01T00:00:00.000Z"),
            (i64::MIN, "-292275055-05-16T16:47:04.192Z"),
            (i64::MAX, "+292278994-08-17T07:12:55.807Z"),
        ] {
            assert_eq!(Timestamp(millis).to_string(), text);
        }
    }

    #[test]
    fn before_and_after_the_epoch() {
        encodes_to(Timestamp(1_311_704_463_521), "83 0000013167adb8a1");
        encodes_to(Timestamp(-1), "83 ffffffffffffffff");
        encodes_to(Array(vec![Timestamp(1)]), "e0 0a 01 83 0000000000000001");
        refuses::<Timestamp>("81 0000000000000000", "expected timestamp, found long (octet 0)");
    }
}
