//! A file, or the standard input, whose errors say which.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use crate::output;

/// The name of the standard input on the command line.
pub(crate) const STDIN: &str = "-";

/// A file or the standard input.
pub(crate) struct Source {
    name: String,
    reader: Box<dyn Read>,
}

impl Source {
    /// Opens a file, or the standard input if its name is `-`.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if path == Path::new(STDIN) {
            return Ok(Self::stdin());
        }
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self { name, reader: Box::new(file) }),
            Err(error) => Err(io::Error::new(error.kind(), format!("cannot open {name}: {error}"))),
        }
    }

    /// Opens the standard input, and tells a person at a terminal that it is read.
    pub(crate) fn stdin() -> Self {
        let input = io::stdin();
        if input.is_terminal() {
            let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
            output::note(&format_args!("reading from the terminal; end the input with {end}"));
        }
        Self { name: "the standard input".to_owned(), reader: Box::new(input.lock()) }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self { name, reader } = self;
        reader
            .read(buffer)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot read {name}: {error}")))
    }
}
