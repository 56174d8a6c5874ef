//! Times on the command line.

use std::time::Duration;

/// The longest time that can be given: a year.
const MOST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Parses a number of seconds, such as `30` or `0.5`.
pub(crate) fn parse(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().map_err(|_| "not a number of seconds, such as 30 or 0.5")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if time.is_zero() => Err("must be greater than 0"),
        Ok(time) if time <= MOST => Ok(time),
        _ => Err("must be greater than 0 and at most 31622400, a year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_and_invalid_times() {
        assert_eq!(parse("5"), Ok(Duration::from_secs(5)));
        assert_eq!(parse("0.25"), Ok(Duration::from_millis(250)));
        for text in ["", "0", "-1", "nan", "inf", "1e300", "31622401", "5s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
