//! Errors in an input.

use std::fmt::Display;

use amqp_types::DecodeError;
use amqp_types::known::KnownType;

use super::known;

/// An error in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A short, stable name for programs.
    pub(crate) kind: &'static str,
    /// The octet of the input, counted from 0.
    pub(crate) at: usize,
    /// A message for people.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(kind: &'static str, at: usize, sentence: impl Display) -> Self {
        Self { kind, at, message: format!("{sentence} (octet {at})") }
    }

    /// Returns an error with the name of the type, which an error in a field already has.
    pub(crate) fn in_type(error: DecodeError, known: &KnownType) -> Self {
        let problem = Self::from(error);
        if error.fields().next().is_some() {
            return problem;
        }
        Self { message: format!("{}: {}", known::path(known), problem.message), ..problem }
    }

    /// Returns the error for an empty input.
    pub(crate) fn nothing() -> Self {
        Self::new("unexpected-end", 0, "there are no octets")
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self { kind: error.kind().name(), at: error.at(), message: error.to_string() }
    }
}
