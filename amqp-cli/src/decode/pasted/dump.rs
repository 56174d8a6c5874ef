//! Dumps with offsets: those of Wireshark, `xxd`, `hexdump -C`, `od -A x -t x1` and `tcpdump -X`.
//!
//! Wireshark indents one direction of a stream, so that the lines of each indentation have their own offsets.
//!
//! A `row` is a line with an offset. Its `columns` are the octets and, usually, the same octets as text. The
//! offsets decide how many octets a row has, so that text like `abcd` is never taken for octets.

mod columns;
mod row;
mod text_column;

use self::columns::{Columns, Hints};
use self::row::{Base, Row};
use super::BadText;

/// The number of octets that lines omitted by `*` may stand for. A line of a few characters could otherwise
/// ask for any number of them.
const MAX_REPEATED: usize = 16 << 20;

/// Whether a text begins with a line of a dump.
pub(super) fn begins(text: &[u8]) -> bool {
    text.split(|character| *character == b'\n')
        .find(|line| !line.trim_ascii().is_empty())
        .is_some_and(row::begins)
}

/// Whether a line belongs to a dump whose first line is indented or not. An empty line does not belong to it,
/// and neither does an offset of 0, unless it is that of the other direction of a stream.
pub(super) fn goes_on(is_indented: bool, line: &[u8]) -> bool {
    let is_other =
        |row: Row<'_>| row.is_indented == is_indented && row.offset(Base::Hexadecimal) == Some(0);
    !line.trim_ascii().is_empty() && !Row::parse(line, 0).is_some_and(is_other)
}

/// Parses one dump.
pub(super) fn parse(text: &[u8]) -> Result<Vec<u8>, BadText> {
    let lines = Line::all(text)?;
    let parsed = parse_lines(&lines, Base::Hexadecimal);
    // The offsets of `xxd -d` are decimal.
    parsed.or_else(|error| parse_lines(&lines, Base::Decimal).map_err(|_| error))
}

enum Line<'a> {
    Row(Row<'a>),
    /// `*`: lines like the one before it have been omitted.
    Repeats {
        at: usize,
    },
}

impl<'a> Line<'a> {
    /// Returns all lines but empty ones.
    fn all(text: &'a [u8]) -> Result<Vec<Self>, BadText> {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split(|character| *character == b'\n') {
            let spaces = line.len() - line.trim_ascii_start().len();
            match line.trim_ascii() {
                b"" => {}
                b"*" => lines.push(Self::Repeats { at: at + spaces }),
                _ => {
                    let row = Row::parse(line, at).ok_or_else(|| {
                        let message =
                            "a line of a dump begins with an offset; an empty line ends a dump";
                        BadText::dump(at + spaces, message)
                    })?;
                    lines.push(Self::Row(row));
                }
            }
            at += line.len() + 1;
        }
        Ok(lines)
    }
}

/// What has been read of the rows of one indentation.
#[derive(Default)]
struct Side {
    /// The offset of the first row, which need not be 0 in a part of a dump.
    start: Option<usize>,
    /// The number of octets.
    len: usize,
    /// Whether the rows have text.
    has_text: Option<bool>,
}

fn parse_lines(lines: &[Line<'_>], base: Base) -> Result<Vec<u8>, BadText> {
    let mut octets: Vec<u8> = Vec::new();
    let mut sides = [Side::default(), Side::default()];
    let (mut last_row, mut repeats) = (0..0, None);
    for (index, line) in lines.iter().enumerate() {
        let row = match line {
            Line::Repeats { at } => {
                repeats = Some(*at);
                continue;
            }
            Line::Row(row) => row,
        };
        let [outer, indented] = &mut sides;
        let side = if row.is_indented { indented } else { outer };
        let offset = row.offset(base).ok_or_else(|| row.error("the offset is too large"))?;
        let due = side.start.get_or_insert(offset).saturating_add(side.len);
        if let Some(at) = repeats.take() {
            let len = offset.saturating_sub(due);
            for _ in 0..repetitions(len, last_row.len(), octets.len(), at)? {
                octets.extend_from_within(last_row.clone());
            }
            side.len += len;
        } else if offset != due {
            let message = format!(
                "the offset is {}, but the octets before it end at {}: a line is missing or has been changed",
                base.written(offset),
                base.written(due),
            );
            return Err(row.error(message));
        }
        let hints = Hints { due: due_of(lines, index, row, base), has_text: side.has_text };
        let Columns { octets: in_row, text } = columns::of(row, hints)?;
        if lines.len() == 1 && text.is_empty() && row.may_be_octets() {
            let message = "these digits may be an offset or octets; write a colon after an offset, and only one \
                           space between octets";
            return Err(row.error(message));
        }
        // The text of spaces may have been removed at the end of the line.
        if !text.is_empty() || !in_row.trim_ascii().is_empty() {
            side.has_text = Some(!text.is_empty());
        }
        last_row = octets.len()..octets.len() + in_row.len();
        side.len += in_row.len();
        octets.extend(in_row);
    }
    match repeats {
        None => Ok(octets),
        Some(at) => Err(BadText::dump(at, "after omitted lines, the last line must be an offset")),
    }
}

/// Returns the number of octets of a row, if the next row of its side says so.
fn due_of(lines: &[Line<'_>], index: usize, row: &Row<'_>, base: Base) -> Option<usize> {
    let next = lines.get(index + 1..)?.iter().find_map(|line| match line {
        Line::Row(next) => (next.is_indented == row.is_indented).then(|| next.offset(base)),
        Line::Repeats { .. } => Some(None),
    })??;
    next.checked_sub(row.offset(base)?)
}

/// Returns how many times a row of some octets is repeated in place of omitted lines.
fn repetitions(len: usize, row: usize, before: usize, at: usize) -> Result<usize, BadText> {
    let count = len.checked_div(row).filter(|count| *count > 0 && count * row == len);
    let Some(count) = count else {
        let message = "no number of lines like the one before fits between the offsets here";
        return Err(BadText::dump(at, message));
    };
    if len.saturating_add(before) > MAX_REPEATED {
        let message = format!(
            "the omitted lines have {len} octets, more than {MAX_REPEATED} with the others"
        );
        return Err(BadText::dump(at, message).advised("hexdump -v -C FILE | amqp decode -"));
    }
    Ok(count)
}
