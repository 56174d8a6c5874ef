//! `NAME=VALUE` on the command line, where the value has a type, and `NAME:=TEXT`, where it has not.

use std::fmt;

use amqp_types::Value;

/// A name and a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// Why a text is not an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AssignmentError {
    NoSign,
    NoName,
    /// The name, and a number that is too large.
    TooLarge(String, String),
}

impl std::str::FromStr for Assignment {
    type Err = AssignmentError;

    fn from_str(text: &str) -> Result<Self, AssignmentError> {
        let (name, value) = text.split_once('=').ok_or(AssignmentError::NoSign)?;
        let (name, is_text) = match name.strip_suffix(':') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.is_empty() {
            return Err(AssignmentError::NoName);
        }
        let value = if is_text { None } else { number_or_boolean(name, value)? }
            .unwrap_or_else(|| Value::from(value));
        Ok(Self { name: name.to_owned(), value })
    }
}

/// Returns the value that a text stands for, or `None` if it is only text.
///
/// Numbers are written as in JSON, so that codes such as `007` and `+49` stay text.
fn number_or_boolean(name: &str, text: &str) -> Result<Option<Value>, AssignmentError> {
    if let "true" | "false" = text {
        return Ok(Some(Value::Boolean(text == "true")));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let has_digits = whole > 0 && (whole == 1 || !digits.starts_with('0'));
    if !has_digits {
        return Ok(None);
    }
    if whole == digits.len() {
        let number = text.parse().map(Value::Long).or_else(|_| text.parse().map(Value::Ulong));
        return number
            .map(Some)
            .map_err(|_| AssignmentError::TooLarge(name.to_owned(), text.to_owned()));
    }
    // The grammar of the standard library is that of JSON after the first digits, except for a point at the end.
    let is_decimal = !digits.get(whole..).is_some_and(|rest| {
        rest.strip_prefix('.').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let decimal = text.parse().ok().filter(|number: &f64| is_decimal && number.is_finite());
    Ok(decimal.map(Value::Double))
}

impl std::error::Error for AssignmentError {}

impl fmt::Display for AssignmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSign => f.write_str("there is no =, as in colour=green or price:=10"),
            Self::NoName => f.write_str("there is no name before the =, as in colour=green"),
            Self::TooLarge(name, number) => {
                write!(f, "the number does not fit into 64 bits; {name}:={number} sends it as text")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        text.parse::<Assignment>().unwrap().value
    }

    #[test]
    fn values_have_types() {
        for (text, expected) in [
            ("k=green", Value::from("green")),
            ("k=", Value::from("")),
            ("k=a=b", Value::from("a=b")),
            ("k=7", Value::Long(7)),
            ("k=-7", Value::Long(-7)),
            ("k=0", Value::Long(0)),
            ("k=9223372036854775807", Value::Long(i64::MAX)),
            ("k=18446744073709551615", Value::Ulong(u64::MAX)),
            ("k=1.5", Value::Double(1.5)),
            ("k=-0.25e2", Value::Double(-25.0)),
            ("k=1e3", Value::Double(1000.0)),
            ("k=true", Value::Boolean(true)),
            ("k=false", Value::Boolean(false)),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
        for text in [
            "007", "+5", "-", ".5", "5.", "1.e3", "1e", "1e999", "nan", "inf", "-inf", "True",
            "0x10",
        ] {
            assert_eq!(value(&format!("k={text}")), Value::from(text), "{text}");
        }
    }

    #[test]
    fn text_on_request() {
        for text in ["7", "true", "a:=b", ""] {
            let parsed: Assignment = format!("k:={text}").parse().unwrap();
            assert_eq!((&*parsed.name, parsed.value), ("k", Value::from(text)));
        }
    }

    #[test]
    fn mistakes() {
        for (text, says) in [
            ("green", "there is no ="),
            ("=green", "no name"),
            (":=green", "no name"),
            ("id=18446744073709551616", "id:=18446744073709551616"),
        ] {
            let error = text.parse::<Assignment>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
