//! What is wrong with octets.

use std::fmt::Display;

use amqp_types::DecodeError;

use super::known::Type;

/// Why octets are not what they are taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A short name that stays the same, for programs.
    pub(crate) kind: &'static str,
    /// At which octet of the whole input, counted from 0.
    pub(crate) at: usize,
    /// A sentence for people.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(kind: &'static str, at: usize, sentence: impl Display) -> Self {
        Self { kind, at, message: format!("{sentence} (octet {at})") }
    }

    /// An error in octets that are to be of a type: it says so, unless it names a field.
    pub(crate) fn in_type(error: DecodeError, known: &Type) -> Self {
        let problem = Self::from(error);
        if error.fields().next().is_some() {
            return problem;
        }
        Self { message: format!("{}: {}", known.path(), problem.message), ..problem }
    }

    /// Nothing at all is here where something is due.
    pub(crate) fn nothing() -> Self {
        Self::new("unexpected-end", 0, "there are no octets")
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self { kind: error.kind().name(), at: error.at(), message: error.to_string() }
    }
}
