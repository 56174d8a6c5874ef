//! Writes to the standard streams, which may be closed or full.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Whether the output has been closed by its reader, for example by `head`. This is not a failure of
/// the program.
pub(crate) fn reader_is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Prints an error and returns the exit code for it.
pub(crate) fn failure(error: &dyn Display) -> ExitCode {
    complain(error);
    ExitCode::FAILURE
}

/// Prints an error on the standard error, unless that is closed.
pub(crate) fn complain(error: &dyn Display) {
    let _ = writeln!(io::stderr(), "error: {error}");
}

/// Prints a line that is no error on the standard error, unless that is closed.
pub(crate) fn note(line: &dyn Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints the lines of an error on the standard error, unless that is closed.
pub(crate) fn complain_at_length(lines: &[u8]) {
    let _ = io::stderr().write_all(lines);
}

/// Wraps a text for 80 columns. The first line is indented already; the others are indented by
/// `indent`.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut column = indent;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > indent && column + 1 + width > COLUMNS {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

const COLUMNS: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_before_column_80() {
        assert_eq!(wrapped("", 4), "");
        assert_eq!(wrapped("a b", 4), "a b");
        let long = ["word"; 40].join(" ");
        let lines = wrapped(&long, 4);
        assert!(lines.lines().all(|line| line.chars().count() <= 80));
        assert_eq!(lines.lines().count(), 3);
        assert!(lines.lines().skip(1).all(|line| line.starts_with("    word")));
        assert_eq!(wrapped(&"x".repeat(100), 4).len(), 100);
    }
}
