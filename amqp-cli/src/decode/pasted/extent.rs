//! Which lines of a text are one input.

use super::{array, dump};

/// Which lines after the first belong to an input.
pub(crate) enum Extent {
    /// All lines.
    All,
    Dump {
        /// Whether the first line is indented.
        is_indented: bool,
    },
    /// A single line, unless it is continued.
    Line(Line),
}

/// What the lines so far say about the next one.
#[derive(Default)]
pub(crate) struct Line {
    /// Whether a brace has been opened and not closed.
    is_inside: bool,
    /// Whether a brace has been closed, so that the length of the array may follow.
    is_closed: bool,
    /// Whether the last line ends with a comma or a backslash.
    is_continued: bool,
}

impl Extent {
    /// Returns the extent of an input by its first line. If lines are joined, only a dump has an end.
    pub(crate) fn of(first: &[u8], is_joined: bool) -> Self {
        if dump::begins(first) {
            Self::Dump { is_indented: first.first().is_some_and(u8::is_ascii_whitespace) }
        } else if is_joined {
            Self::All
        } else {
            let mut line = Line::default();
            line.add(first);
            Self::Line(line)
        }
    }

    pub(crate) fn is_dump(&self) -> bool {
        matches!(self, Self::Dump { .. })
    }

    /// Whether the next line has to be read.
    pub(crate) fn wants_more(&self) -> bool {
        match self {
            Self::All | Self::Dump { .. } => true,
            Self::Line(line) => line.is_open() || line.is_closed,
        }
    }

    /// Whether the next line belongs to the input, as it then does.
    pub(crate) fn takes(&mut self, next: &[u8]) -> bool {
        match self {
            Self::All => true,
            Self::Dump { is_indented } => dump::goes_on(*is_indented, next),
            Self::Line(line) => {
                // The last line of `xxd -i` has the length of the array before it.
                let belongs = line.is_open() || array::length(next).is_some();
                line.add(next);
                belongs
            }
        }
    }
}

impl Line {
    const fn is_open(&self) -> bool {
        self.is_inside || self.is_continued
    }

    fn add(&mut self, line: &[u8]) {
        self.is_closed = line.contains(&b'}');
        self.is_inside = (self.is_inside || line.contains(&b'{')) && !self.is_closed;
        self.is_continued = matches!(line.trim_ascii_end(), [.., b',' | b'\\']);
    }
}
