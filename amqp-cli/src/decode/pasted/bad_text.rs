//! The error for a text that is not octets.

use std::borrow::Cow;
use std::fmt;

/// A text is not octets in any notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadText {
    /// A short, stable name for programs.
    pub(crate) kind: &'static str,
    /// The index of the error in the text.
    pub(crate) at: usize,
    message: String,
    /// What to do instead, usually a command.
    pub(crate) advice: Cow<'static, str>,
}

/// The command for octets in a file, which needs no notation.
const PLAIN: &str = "xxd -p FILE | amqp decode -";
impl BadText {
    /// Returns the error for a text that is not hexadecimal.
    pub(crate) fn hex(at: usize, message: impl Into<String>) -> Self {
        Self { kind: "bad-hex", at, message: message.into(), advice: PLAIN.into() }
    }

    /// Returns the error for a text that is a dump, but a wrong one.
    pub(crate) fn dump(at: usize, message: impl Into<String>) -> Self {
        Self { kind: "bad-dump", at, message: message.into(), advice: PLAIN.into() }
    }

    /// Returns the error for the character at an index, which is not a hexadecimal digit.
    pub(crate) fn not_a_digit(text: &[u8], at: usize) -> Self {
        let character = character(text, at);
        Self::hex(at, format!("{character:?} is not a hexadecimal digit"))
    }

    /// Returns the error with its index moved.
    pub(crate) fn shifted(self, by: usize) -> Self {
        Self { at: self.at + by, ..self }
    }

    /// Replaces the advice.
    pub(crate) fn advised(self, advice: impl Into<Cow<'static, str>>) -> Self {
        Self { advice: advice.into(), ..self }
    }
}

/// Returns the character at an index. Invalid UTF-8 is U+FFFD.
pub(crate) fn character(text: &[u8], at: usize) -> char {
    // A character has at most four octets.
    let rest = text.get(at..).unwrap_or_default();
    let start = String::from_utf8_lossy(rest.get(..4).unwrap_or(rest));
    start.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadText {}
