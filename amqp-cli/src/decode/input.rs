//! The inputs: the arguments, a file, or the standard input.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::pasted::Extent;
use super::source::{STDIN, Source};

/// One input.
pub(crate) struct Input {
    pub(crate) content: Content,
    /// The number of its first line, from 1. `None` for arguments and for octets.
    pub(crate) line: Option<u64>,
    /// Whether it is a single line because each line is an input.
    pub(crate) is_line: bool,
}

impl Input {
    const fn without_lines(content: Content) -> Self {
        Self { content, line: None, is_line: false }
    }
}

pub(crate) enum Content {
    /// A text. It may be invalid UTF-8, which is then reported as bad hexadecimal.
    Text(Vec<u8>),
    Octets(Vec<u8>),
}

/// An iterator over the inputs.
pub(crate) enum Inputs {
    /// All arguments, joined. `None` after they have been returned.
    Arguments(Option<Vec<u8>>),
    Text(Lines),
    /// A file of octets. `None` after they have been returned.
    Octets(Option<Source>),
}

impl Inputs {
    /// Reads the arguments, of which a single `-` is the standard input.
    pub(crate) fn of_arguments(arguments: &[String], is_raw: bool) -> io::Result<Self> {
        match arguments {
            [] if is_raw => Self::of_file(Path::new(STDIN), is_raw),
            [] => Ok(Self::Text(Lines::new(Source::stdin(), false))),
            [only] if only == STDIN => Self::of_file(Path::new(STDIN), is_raw),
            _ => Ok(Self::Arguments(Some(arguments.join(" ").into_bytes()))),
        }
    }

    /// Reads a file, or the standard input if its name is `-`, as one input.
    pub(crate) fn of_file(path: &Path, is_raw: bool) -> io::Result<Self> {
        let file = Source::open(path)?;
        Ok(if is_raw { Self::Octets(Some(file)) } else { Self::Text(Lines::new(file, true)) })
    }

    /// Returns the next input.
    pub(crate) fn next(&mut self) -> io::Result<Option<Input>> {
        match self {
            Self::Arguments(text) => {
                Ok(text.take().map(|text| Input::without_lines(Content::Text(text))))
            }
            Self::Text(lines) => lines.next_input(),
            Self::Octets(file) => {
                let Some(mut file) = file.take() else { return Ok(None) };
                let mut octets = Vec::new();
                file.read_to_end(&mut octets)?;
                Ok(Some(Input::without_lines(Content::Octets(octets))))
            }
        }
    }

    /// Whether reading the next input may block.
    pub(crate) fn may_wait(&self) -> bool {
        match self {
            Self::Arguments(_) | Self::Octets(_) => false,
            Self::Text(lines) => !lines.reader.buffer().contains(&b'\n'),
        }
    }
}

/// A text, of which a line, a dump or an array is one input.
pub(crate) struct Lines {
    reader: BufReader<Source>,
    /// Whether all lines are one input, except that each dump is one.
    is_joined: bool,
    /// The number of lines that have been read.
    count: u64,
    /// A line that has been read, but belongs to the next input.
    peeked: Option<Vec<u8>>,
    /// Whether an input has been returned.
    had_input: bool,
    /// Whether the end has been read. A terminal could be read on after it.
    is_at_end: bool,
}

impl Lines {
    fn new(reader: Source, is_joined: bool) -> Self {
        let reader = BufReader::with_capacity(64 * 1024, reader);
        Self { reader, is_joined, count: 0, peeked: None, had_input: false, is_at_end: false }
    }

    /// Returns the next input. A text without any line is one input, which is empty. So is each empty line,
    /// unless all lines are joined.
    fn next_input(&mut self) -> io::Result<Option<Input>> {
        let mut text = loop {
            match self.next_line()? {
                Some(line) if self.is_joined && line.trim_ascii().is_empty() => {}
                Some(line) => break line,
                None if self.had_input => return Ok(None),
                None => break Vec::new(),
            }
        };
        self.had_input = true;
        let line = Some(self.count.max(1));
        let mut extent = Extent::of(&text, self.is_joined);
        while extent.wants_more()
            && let Some(next) = self.next_line()?
        {
            if !extent.takes(&next) {
                // The empty line that ends a dump is not an input.
                let is_end = extent.is_dump() && next.trim_ascii().is_empty();
                self.peeked = (!is_end).then_some(next);
                break;
            }
            text.push(b'\n');
            text.extend(next);
        }
        let is_line = !self.is_joined && !extent.is_dump() && !text.contains(&b'\n');
        Ok(Some(Input { content: Content::Text(text), line, is_line }))
    }

    /// Returns the next line without its ending.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.peeked.take() {
            return Ok(Some(line));
        }
        if self.is_at_end {
            return Ok(None);
        }
        let mut line = Vec::new();
        if self.reader.read_until(b'\n', &mut line)? == 0 {
            self.is_at_end = true;
            return Ok(None);
        }
        line.pop_if(|last| *last == b'\n');
        line.pop_if(|last| *last == b'\r');
        self.count += 1;
        Ok(Some(line))
    }
}
