//! Writing to the standard streams, which may be closed, full or gone.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Whether nobody reads what we write any more, as when it is piped into `head`. That is no
/// failure of ours.
pub(crate) fn reader_is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Says on the standard error why there is no result, and gives the exit code for that.
pub(crate) fn failure(error: &dyn Display) -> ExitCode {
    complain(error);
    ExitCode::FAILURE
}

/// Says on the standard error what is wrong. If it is closed there is nobody to tell.
pub(crate) fn complain(error: &dyn Display) {
    let _ = writeln!(io::stderr(), "error: {error}");
}

/// Writes lines about what is wrong to the standard error. If it is closed there is nobody to tell.
pub(crate) fn complain_at_length(lines: &[u8]) {
    let _ = io::stderr().write_all(lines);
}

/// A text broken into lines for 80 columns; each but the first is indented by so much, as the
/// first one already is.
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
