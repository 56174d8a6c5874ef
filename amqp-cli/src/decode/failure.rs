//! Errors of an input, and their report for people.

use std::fmt;
use std::io::{self, Write};

use amqp_types::Bytes;

use super::excerpt;
use super::input::Input;
use super::problem::Problem;
use super::thing::Thing;
use crate::hex::BadHex;

/// Why an input could not be decoded.
pub(crate) enum Failure {
    /// The text is not hexadecimal.
    BadHex(BadHex),
    /// The octets cannot be decoded as the given or guessed kind.
    Undecodable {
        octets: Bytes,
        /// The part that was decoded before the error.
        part: Option<Box<Thing>>,
        problem: Problem,
    },
}

impl From<BadHex> for Failure {
    fn from(error: BadHex) -> Self {
        Self::BadHex(error)
    }
}

impl Failure {
    /// Returns a short, stable name for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::BadHex(_) => "bad-hex",
            Self::Undecodable { problem, .. } => problem.kind,
        }
    }

    /// Returns the octet of the error in the input, or the character if the text is not hexadecimal.
    pub(crate) const fn at(&self) -> usize {
        match self {
            Self::BadHex(error) => error.at,
            Self::Undecodable { problem, .. } => problem.at,
        }
    }

    /// Returns the part that was decoded before the error.
    pub(crate) fn part(&self) -> Option<&Thing> {
        match self {
            Self::BadHex(_) => None,
            Self::Undecodable { part, .. } => part.as_deref(),
        }
    }

    /// Returns the message, and below it the part of the input around the error.
    pub(crate) fn report(&self, input: &Input) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        if let Some(line) = input.line {
            write!(out, "line {line}: ")?;
        }
        writeln!(out, "error[{}]: {self}", self.kind())?;
        match self {
            Self::BadHex(error) => excerpt::of_text(&input.text, error.at, &mut out)?,
            Self::Undecodable { octets, problem, .. } => {
                excerpt::of_octets(octets, problem.at, &mut out)?;
            }
        }
        Ok(out)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadHex(error) => error.fmt(f),
            Self::Undecodable { problem, .. } => f.write_str(&problem.message),
        }
    }
}
