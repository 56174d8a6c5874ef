//! Octets as text that people paste: digits, literals, arrays of a source file, dumps with offsets.
//!
//! Each notation has a file, and the text alone decides which of them it is.

mod array;
mod bad_text;
mod digits;
mod dump;
mod extent;
mod literal;
#[cfg(test)]
mod tests;

pub(crate) use self::bad_text::BadText;
pub(crate) use self::extent::Extent;

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

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
