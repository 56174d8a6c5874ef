//! The columns after an offset: the octets, and usually the same octets as text.
//!
//! The text may consist of hexadecimal digits, so digits alone do not say where the octets end. A gap or a
//! delimiter between the columns does, or else the next offset, or that the text repeats the octets. If these
//! leave a choice, or disagree, that is an error.

use super::row::Row;
use super::text_column::{has_length_of, is_text_of};
use crate::decode::pasted::{BadText, digit, digits};

/// The maximum number of octets in a line of `xxd`.
const MAX_IN_LINE: usize = 256;

/// A part of a row between white space.
struct Word<'a> {
    /// The index in the rest of the row.
    at: usize,
    text: &'a [u8],
    /// The number of characters of white space before it.
    gap: usize,
}

/// The octets of a row, and the column of text after them.
pub(super) struct Columns<'a> {
    pub(super) octets: Vec<u8>,
    pub(super) text: &'a [u8],
}

/// What the other rows of a dump say about a row.
#[derive(Clone, Copy)]
pub(super) struct Hints {
    /// The number of its octets, by the next offset.
    pub(super) due: Option<usize>,
    /// Whether the rows before it have text.
    pub(super) has_text: Option<bool>,
}

/// Returns the columns of a row.
pub(super) fn of<'a>(row: &Row<'a>, hints: Hints) -> Result<Columns<'a>, BadText> {
    let words = words(row.rest);
    let columns = match gap(&words, row.has_colon) {
        Some(end) => after_gap(row, &words, end, hints.due)?,
        None => without_gap(row, &words, hints)?,
    };
    let len = columns.octets.len();
    match hints.due {
        Some(due) if due != len => {
            let message = format!("this line has {len} octets, but {due} by the next offset");
            Err(row.error(message))
        }
        _ => Ok(columns),
    }
}

/// Returns the index of the first word of the text, which follows a wide gap or begins with a delimiter.
fn gap(words: &[Word<'_>], has_colon: bool) -> Option<usize> {
    // Without a colon, two spaces may be in the middle of the octets.
    let wide = if has_colon { 2 } else { 3 };
    let begins_text = |word: &Word<'_>| word.gap >= wide || matches!(word.text, [b'|' | b'>', ..]);
    Some(words.iter().skip(1).position(begins_text)? + 1)
}

/// Splits a row at the gap before its text.
fn after_gap<'a>(
    row: &Row<'a>,
    words: &[Word<'a>],
    end: usize,
    due: Option<usize>,
) -> Result<Columns<'a>, BadText> {
    let columns = split(row, words, end)?;
    let Columns { octets, text } = &columns;
    if is_text_of(text, octets) {
        return Ok(columns);
    }
    let at = row.rest_at + row.rest.len() - text.len();
    if is_text_of(text, &reversed(row, words, end)?) {
        let message = "this is the text of the octets in reverse order, as xxd -e writes them";
        return Err(BadText::dump(at, message).advised("xxd FILE | amqp decode -"));
    }
    // Octets may have been edited, but a gap between octets must not hide those after it.
    let is_hex = split(row, words, words.len()).is_ok();
    if has_length_of(text, octets) && (due.is_some() || !is_hex) {
        return Ok(columns);
    }
    let message = format!("this is not the text of the {} octets before it", octets.len());
    Err(BadText::dump(at, message))
}

/// Splits a row of which white space has been lost, or that has no text.
fn without_gap<'a>(
    row: &Row<'a>,
    words: &[Word<'a>],
    hints: Hints,
) -> Result<Columns<'a>, BadText> {
    let is_due = |columns: &Columns<'_>| hints.due.is_none_or(|due| due == columns.octets.len());
    let all = split(row, words, words.len());
    let mut with_text: Vec<_> = (1..words.len().min(MAX_IN_LINE))
        .map_while(|end| split(row, words, end).ok())
        .filter(|columns| is_due(columns) && is_text_of(columns.text, &columns.octets))
        .collect();
    // The text of spaces is lost with the white space.
    let may_lack_text = |columns: &Columns<'_>| {
        hints.has_text != Some(true) || columns.octets.trim_ascii().is_empty()
    };
    let may_be_octets = all.as_ref().is_ok_and(|all| is_due(all) && may_lack_text(all));
    match with_text.pop() {
        None if may_be_octets || hints.due.is_some() || all.is_err() => all,
        Some(_) if may_be_octets && hints.has_text == Some(false) => all,
        Some(columns) if !may_be_octets && with_text.is_empty() => Ok(columns),
        _ => {
            let message = "the end of this line may be octets or their text; leave two spaces before the text";
            Err(row.error(message))
        }
    }
}

/// Splits a row before a word: the words before it are octets.
fn split<'a>(row: &Row<'a>, words: &[Word<'a>], end: usize) -> Result<Columns<'a>, BadText> {
    let mut octets = Vec::with_capacity(row.rest.len() / 3);
    for word in words.iter().take(end) {
        octets.extend(word.octets(row)?);
    }
    let text = words.get(end).and_then(|word| row.rest.get(word.at..)).unwrap_or_default();
    Ok(Columns { octets, text })
}

/// Returns the octets with each group in reverse order.
fn reversed(row: &Row<'_>, words: &[Word<'_>], end: usize) -> Result<Vec<u8>, BadText> {
    let mut octets = Vec::new();
    for word in words.iter().take(end) {
        octets.extend(word.octets(row)?.into_iter().rev());
    }
    Ok(octets)
}

fn words(rest: &[u8]) -> Vec<Word<'_>> {
    let (mut words, mut at, mut gap) = (Vec::new(), 0, 0);
    for text in rest.split(u8::is_ascii_whitespace) {
        gap += 1;
        if !text.is_empty() {
            words.push(Word { at, text, gap });
            gap = 0;
        }
        at += text.len() + 1;
    }
    words
}

impl Word<'_> {
    /// Returns the octets of a group of digits.
    fn octets(&self, row: &Row<'_>) -> Result<Vec<u8>, BadText> {
        let at = row.rest_at + self.at;
        if let Some(index) = self.text.iter().position(|character| digit(*character).is_none()) {
            return Err(BadText::not_a_digit(self.text, index).shifted(at));
        }
        if !self.text.len().is_multiple_of(2) {
            return Err(BadText::dump(at, "odd number of hex digits"));
        }
        if self.text.len() > 2 && !row.has_colon {
            let message = "groups of more than two digits, whose order is that of the machine";
            return Err(BadText::dump(at, message).advised("hexdump -C FILE | amqp decode -"));
        }
        digits::parse(self.text).map_err(|error| error.shifted(at))
    }
}
