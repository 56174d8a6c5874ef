//! Why a text is not what it is taken for.

use std::fmt;
use std::io::{self, Write};

use amqp_types::Bytes;

use super::excerpt;
use super::input::Input;
use super::problem::Problem;
use super::thing::Thing;
use crate::hex::BadHex;

/// What went wrong, and where.
pub(crate) enum Failure {
    /// The text is not hexadecimal.
    BadHex(BadHex),
    /// The octets are not what they are taken for.
    Undecodable {
        /// What the text says.
        octets: Bytes,
        /// What could be decoded before the error.
        part: Option<Box<Thing>>,
        /// What is wrong with them.
        problem: Problem,
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
            Self::Undecodable { problem, .. } => problem.kind,
        }
    }

    /// At which octet of the input, or at which character if the text is not hexadecimal.
    pub(crate) const fn at(&self) -> usize {
        match self {
            Self::BadHex(error) => error.at,
            Self::Undecodable { problem, .. } => problem.at,
        }
    }

    /// What could be decoded before the error.
    pub(crate) fn part(&self) -> Option<&Thing> {
        match self {
            Self::BadHex(_) => None,
            Self::Undecodable { part, .. } => part.as_deref(),
        }
    }

    /// The error for a person: the sentence, and below it the place.
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
