//! Timestamps as dates.

use std::fmt;

const MILLIS_A_DAY: i64 = 86_400_000;
/// The days from 0000-03-01 to 1970-01-01. Years that begin in March end with the leap day, which
/// simplifies the calculation.
const DAYS_TO_EPOCH: i64 = 719_468;
/// The days of 400 years, after which the calendar repeats.
const DAYS_IN_400_YEARS: i64 = 146_097;

/// An instant in UTC by the Gregorian calendar, if its year has four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    year: i64,
    month: i64,
    day: i64,
    /// Milliseconds since midnight.
    time: i64,
}

impl Date {
    /// Returns the date of an instant in milliseconds since the Unix epoch.
    pub(crate) fn from_millis(millis: i64) -> Option<Self> {
        let days = millis.div_euclid(MILLIS_A_DAY) + DAYS_TO_EPOCH;
        let cycle = days.div_euclid(DAYS_IN_400_YEARS);
        let day = days.rem_euclid(DAYS_IN_400_YEARS);
        // There is a leap day every 4 years (1,460 days and one), not every 100 (36,524 days), but
        // every 400.
        let year_of_cycle = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        // From March on, the lengths of five months repeat: 31, 30, 31, 30, 31, together 153 days.
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
        let date = Self {
            year,
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            time: millis.rem_euclid(MILLIS_A_DAY),
        };
        (0..=9999).contains(&year).then_some(date)
    }
}

/// Writes RFC 3339, for example `2011-07-26T18:21:03.521Z`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, time } = self;
        let (seconds, millis) = (time / 1000, time % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Date::from_millis(millis).unwrap().to_string(), text);
        }
        for millis in [i64::MIN, i64::MAX, 253_402_300_800_000, -62_167_219_200_001] {
            assert_eq!(Date::from_millis(millis), None);
        }
    }
}
