//! The inputs: the arguments, or the lines of the standard input.

use std::io::{self, BufRead, BufReader, StdinLock};

/// An iterator over the inputs.
pub(crate) enum Inputs {
    /// All arguments, joined. `None` after they have been returned.
    Arguments(Option<Vec<u8>>),
    /// Lines, and the number of lines that have been returned.
    Lines(Box<BufReader<StdinLock<'static>>>, u64),
}

/// The text of one input. It may be invalid UTF-8, which is then reported as bad hexadecimal.
pub(crate) struct Input {
    pub(crate) text: Vec<u8>,
    /// The line number in the standard input, from 1. `None` for arguments.
    pub(crate) line: Option<u64>,
}

impl Inputs {
    /// Reads the arguments, or the standard input if there are none.
    pub(crate) fn new(arguments: &[String]) -> Self {
        if arguments.is_empty() {
            Self::Lines(Box::new(BufReader::with_capacity(64 * 1024, io::stdin().lock())), 0)
        } else {
            Self::Arguments(Some(arguments.join(" ").into_bytes()))
        }
    }

    /// Returns the next input without its line ending. An empty line is an input too.
    pub(crate) fn next(&mut self) -> io::Result<Option<Input>> {
        match self {
            Self::Arguments(text) => Ok(text.take().map(|text| Input { text, line: None })),
            Self::Lines(lines, count) => {
                let mut text = Vec::new();
                if lines.read_until(b'\n', &mut text).map_err(|error| unreadable(&error))? == 0 {
                    return Ok(None);
                }
                text.pop_if(|last| *last == b'\n');
                text.pop_if(|last| *last == b'\r');
                *count += 1;
                Ok(Some(Input { text, line: Some(*count) }))
            }
        }
    }

    /// Whether reading the next input may block.
    pub(crate) fn may_wait(&self) -> bool {
        match self {
            Self::Arguments(_) => false,
            Self::Lines(lines, _) => !lines.buffer().contains(&b'\n'),
        }
    }
}

fn unreadable(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot read the standard input: {error}"))
}
