//! Where the texts come from: the arguments, or the lines of the standard input.

use std::io::{self, BufRead, BufReader, StdinLock};

/// The texts, one after another.
pub(crate) enum Inputs {
    /// What the arguments are together; nothing once it has been handed out.
    Arguments(Option<Vec<u8>>),
    /// Lines, and how many there have been.
    Lines(Box<BufReader<StdinLock<'static>>>, u64),
}

/// One value as text. It need not be UTF-8: then it is no hexadecimal either.
pub(crate) struct Input {
    pub(crate) text: Vec<u8>,
    /// The line's number, from 1, if it is one of the standard input's.
    pub(crate) line: Option<u64>,
}

impl Inputs {
    /// The arguments, or if there are none, the standard input.
    pub(crate) fn new(arguments: &[String]) -> Self {
        if arguments.is_empty() {
            Self::Lines(Box::new(BufReader::with_capacity(64 * 1024, io::stdin().lock())), 0)
        } else {
            Self::Arguments(Some(arguments.join(" ").into_bytes()))
        }
    }

    /// The next text, without the end of its line. An empty line is a text as any other.
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

    /// Whether the next text may be long in coming.
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
