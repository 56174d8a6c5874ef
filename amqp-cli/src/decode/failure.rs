//! Why a text is no value.

use std::fmt;
use std::io::{self, Write};

use amqp_types::{Bytes, DecodeError};

use super::excerpt;
use super::input::Input;
use crate::hex::BadHex;

/// What went wrong, and where.
pub(crate) enum Failure {
    /// The text is not hexadecimal.
    BadHex(BadHex),
    /// The octets are no value.
    Undecodable {
        /// What the text says.
        octets: Bytes,
        /// What is wrong with them.
        error: DecodeError,
    },
}

impl From<BadHex> for Failure {
    fn from(error: BadHex) -> Self {
        Self::BadHex(error)
    }
}

impl Failure {
    /// A short name that stays the same, for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::BadHex(_) => "bad-hex",
            Self::Undecodable { error, .. } => error.kind().name(),
        }
    }

    /// At which octet of the value, or at which character if the text is not hexadecimal.
    pub(crate) const fn at(&self) -> usize {
        match self {
            Self::BadHex(error) => error.at,
            Self::Undecodable { error, .. } => error.at(),
        }
    }

    /// Writes the error for a person: the sentence, and below it the place.
    pub(crate) fn write(&self, input: &Input, out: &mut impl Write) -> io::Result<()> {
        if let Some(line) = input.line {
            write!(out, "line {line}: ")?;
        }
        writeln!(out, "error[{}]: {self}", self.kind())?;
        match self {
            Self::BadHex(error) => excerpt::of_text(&input.text, error.at, out),
            Self::Undecodable { octets, error } => excerpt::of_octets(octets, error.at(), out),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadHex(error) => error.fmt(f),
            Self::Undecodable { error, .. } => error.fmt(f),
        }
    }
}
