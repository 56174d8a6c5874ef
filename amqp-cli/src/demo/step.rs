//! A step of the demo: octets, their meaning, frames, and whether the result is the expected one.

use std::fmt::Display;
use std::io::{self, Write};

use crate::hex::Spaced;
use crate::output::wrapped;

/// The number of octets in a line, which leaves room to explain them.
const OCTETS: usize = 8;
/// The width of that many octets.
const WIDTH: usize = 3 * OCTETS - 1;
/// The column of explanations: after the margin, the sender and the octets.
const EXPLAINED: usize = 3 + 8 + WIDTH + 2;

/// A step of the demo.
pub(crate) struct Step {
    title: &'static str,
    lines: Vec<String>,
    failures: Vec<String>,
}

impl Step {
    pub(crate) const fn new(title: &'static str) -> Self {
        Self { title, lines: Vec::new(), failures: Vec::new() }
    }

    /// Shows octets, their sender and their meaning.
    pub(crate) fn octets(&mut self, whose: &str, octets: &[u8], meaning: &str) {
        let meaning = wrapped(meaning, EXPLAINED);
        let mut meanings = meaning.lines();
        let mut rows = octets.chunks(OCTETS);
        let mut whose = whose;
        loop {
            let (row, meaning) = (rows.next(), meanings.next());
            if row.is_none() && meaning.is_none() {
                return;
            }
            let row = Spaced(row.unwrap_or_default()).to_string();
            let line = format!("{whose:8}{row:WIDTH$}  {}", meaning.unwrap_or_default().trim());
            self.lines.push(line.trim_end().to_owned());
            whose = "";
        }
    }

    /// Shows a frame in words, and its sender.
    pub(crate) fn line(&mut self, whose: &str, frame: &str) {
        let mut whose = whose;
        for line in wrapped(frame, 3 + 8).lines() {
            self.lines.push(format!("{whose:8}{}", line.trim()));
            whose = "";
        }
    }

    /// Shows a line of Rust.
    pub(crate) fn source(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// Adds a sentence about what was shown.
    pub(crate) fn says(&mut self, text: &impl Display) {
        self.lines.extend(wrapped(&text.to_string(), 3).lines().map(|line| line.trim().to_owned()));
    }

    /// Checks a condition. Describe what is expected.
    pub(crate) fn check(&mut self, is_so: bool, what: &str) {
        if !is_so {
            self.failures.push(what.to_owned());
        }
    }

    /// Returns the value of a result, or records its error as a failure.
    pub(crate) fn must<T>(&mut self, result: Result<T, impl Display>) -> Option<T> {
        result.map_err(|error| self.failures.push(error.to_string())).ok()
    }

    /// Whether nothing failed.
    pub(crate) const fn is_good(&self) -> bool {
        self.failures.is_empty()
    }

    /// Writes the step under its number.
    pub(crate) fn write(&self, number: u32, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{number}. {}", self.title)?;
        for line in &self.lines {
            writeln!(out, "   {line}")?;
        }
        for failure in &self.failures {
            writeln!(out, "   FAILED: {}", wrapped(failure, 11))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_and_frames_in_80_columns() {
        let mut step = Step::new("A title");
        step.octets("client", &[0xab; 10], &["meaning"; 12].join(" "));
        step.line("server", &format!("open {}", ["word"; 15].join(" ")));
        step.check(true, "all is well");
        assert!(step.is_good());
        step.check(false, "it fails");
        assert!(!step.is_good());
        assert_eq!(step.must(Err::<(), _>("no luck")), None);
        let mut out = Vec::new();
        step.write(7, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[1], "7. A title");
        assert_eq!(
            lines[2],
            "   client  ab ab ab ab ab ab ab ab  meaning meaning meaning meaning meaning",
        );
        assert!(lines[3].starts_with("           ab ab                    meaning"), "{out}");
        assert!(lines[4].starts_with("                                    meaning"), "{out}");
        assert_eq!(lines[5], format!("   server  open {}", ["word"; 13].join(" ")));
        assert_eq!(lines[6], "           word word");
        assert_eq!(lines[7..], ["   FAILED: it fails", "   FAILED: no luck"]);
        assert!(lines.iter().all(|line| line.len() <= 80));
    }
}
