//! Octets as text that people paste: digits, literals, arrays of a source file, dumps with offsets.
//!
//! Each notation has a file, and the text alone decides which of them it is.

mod array;
mod bad_text;
mod digits;
pub(crate) mod dump;
mod literal;
#[cfg(test)]
mod tests;

pub(crate) use self::bad_text::BadText;

/// Parses a text, which is one input.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<u8>, BadText> {
    if dump::begins(text) {
        dump::parse(text)
    } else if literal::begins(text) {
        literal::parse(text)
    } else if array::begins(text) {
        array::parse(text)
    } else {
        digits::parse(text)
    }
}

/// Whether a text may be continued in the next line.
pub(crate) fn may_continue(text: &[u8]) -> bool {
    is_open(text) || text.contains(&b'}')
}

/// Whether a text is continued in this line, after all that it may be continued.
pub(crate) fn continues(text: &[u8], line: &[u8]) -> bool {
    // The last line of `xxd -i` has the length of the array before it.
    is_open(text) || array::length(line).is_some()
}

/// Whether a text opens an array without closing it, or ends with a comma or a backslash.
fn is_open(text: &[u8]) -> bool {
    let opens = text.contains(&b'{') && !text.contains(&b'}');
    opens || matches!(text.trim_ascii_end(), [.., b',' | b'\\'])
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
