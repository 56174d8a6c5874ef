//! Errors of an input, and their report for people.

use std::fmt;
use std::io::{self, Write};

use amqp_types::Bytes;

use super::excerpt;
use super::pasted::BadText;
use super::problem::Problem;
use super::thing::Thing;

/// Why an input could not be decoded.
pub(crate) enum Failure {
    /// The text is not octets.
    BadText(BadText, Place),
    /// There are no octets.
    Empty,
    /// The octets are a packet of a network, which carries none for AMQP.
    NoPayload,
    /// The octets cannot be decoded as the given or guessed kind.
    Undecodable {
        octets: Bytes,
        /// The part that was decoded before the error.
        part: Option<Box<Thing>>,
        problem: Problem,
    },
}

/// The place of an error in a text.
pub(crate) struct Place {
    /// The number of the line, from 1, unless there is only one.
    line: Option<u64>,
    /// The index of the error in the line.
    at: usize,
    /// The line.
    text: Vec<u8>,
}

impl Place {
    /// Returns the place of an index in a text, whose first line has this number.
    pub(crate) fn of(text: &[u8], at: usize, first_line: Option<u64>) -> Self {
        let (before, after) = text.split_at(at.min(text.len()));
        let mut lines = before.rsplit(|character| *character == b'\n');
        let start = lines.next().unwrap_or_default();
        let end = after.split(|character| *character == b'\n').next().unwrap_or_default();
        let has_lines = first_line.is_some() || text.contains(&b'\n');
        let lines_before = u64::try_from(lines.count()).unwrap_or(u64::MAX);
        Self {
            line: has_lines.then(|| first_line.unwrap_or(1).saturating_add(lines_before)),
            at: start.len(),
            text: [start, end].concat(),
        }
    }
}

/// Prints the line and the column, both from 1.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        let before = String::from_utf8_lossy(self.text.get(..self.at).unwrap_or_default());
        write!(f, "column {}", before.chars().count() + 1)
    }
}

impl Failure {
    /// Returns a short, stable name for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::BadText(error, _) => error.kind,
            Self::Empty => "unexpected-end",
            Self::NoPayload => "no-payload",
            Self::Undecodable { problem, .. } => problem.kind,
        }
    }

    /// Returns the octet of the error in the input, or the character if the text is not octets.
    pub(crate) const fn at(&self) -> usize {
        match self {
            Self::BadText(error, _) => error.at,
            Self::Empty | Self::NoPayload => 0,
            Self::Undecodable { problem, .. } => problem.at,
        }
    }

    /// Returns the part that was decoded before the error.
    pub(crate) fn part(&self) -> Option<&Thing> {
        match self {
            Self::Undecodable { part, .. } => part.as_deref(),
            _ => None,
        }
    }

    /// Returns the message, and below it the part of the input around the error. `line` is the number of the
    /// first line of the input, which may have only this line.
    pub(crate) fn report(&self, line: Option<u64>, is_line: bool) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        // The place of an error in the text has its line already.
        match line {
            Some(line) if !matches!(self, Self::BadText(..)) => write!(out, "line {line}: ")?,
            _ => {}
        }
        writeln!(out, "error[{}]: {self}", self.kind())?;
        match self {
            Self::BadText(error, place) => {
                excerpt::of_text(&place.text, place.at, &mut out)?;
                writeln!(out, "  to do: {}", error.advice)?;
            }
            Self::Empty => writeln!(
                out,
                "  to do: amqp decode 00 53 10 45, or amqp decode --file FILE, or xxd -p FILE | amqp decode -",
            )?,
            Self::NoPayload => writeln!(out, "  to do: amqp decode --pcap FILE")?,
            Self::Undecodable { octets, problem, .. } => {
                excerpt::of_octets(octets, problem.at, &mut out)?;
                if is_line && matches!(problem.kind, "unexpected-end" | "size-overrun") {
                    writeln!(out, "  to do: if all lines are one input: amqp decode -")?;
                }
            }
        }
        Ok(out)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadText(error, place) => write!(f, "{error} ({place})"),
            Self::Empty => f.write_str("there are no octets"),
            Self::NoPayload => f.write_str("this packet of TCP carries nothing"),
            Self::Undecodable { problem, .. } => f.write_str(&problem.message),
        }
    }
}
