//! Arrays of a source file: what `xxd -i` prints, and `[0x00, 0x53]`.

use super::{BadText, digits};

/// Whether the text is an array.
pub(crate) fn begins(text: &[u8]) -> bool {
    text.contains(&b'{') || text.contains(&b'[')
}

/// Parses an array. Only numbers with `0x` are octets, because `[10, 20]` is more likely decimal; what is
/// outside of the braces is never taken for octets.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<u8>, BadText> {
    // The declaration of C has brackets before its braces.
    let (open, close) = if text.contains(&b'{') { (b'{', b'}') } else { (b'[', b']') };
    let start = text.iter().position(|character| *character == open).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default().trim_ascii();
    if !matches!(before, [] | [.., b'=' | b'&' | b'!']) {
        let message = "text before the array that is not a declaration";
        return Err(BadText::hex(0, message));
    }
    let start = start + 1;
    let rest = text.get(start..).unwrap_or_default();
    let Some(len) = rest.iter().position(|character| *character == close) else {
        let message = format!("the array has no end: '{}' is missing", char::from(close));
        return Err(BadText::hex(text.len(), message));
    };
    let (items, after) = rest.split_at(len);
    let octets = parse_items(items).map_err(|error| error.shifted(start))?;
    let after_at = start + len + 1;
    check_length(after.get(1..).unwrap_or_default(), after_at, octets.len())?;
    Ok(octets)
}

fn parse_items(items: &[u8]) -> Result<Vec<u8>, BadText> {
    let mut at = 0;
    for item in items.split(|character| *character == b',') {
        let trimmed = item.trim_ascii();
        if !trimmed.is_empty() && !trimmed.starts_with(b"0x") && !trimmed.starts_with(b"0X") {
            let spaces = item.len() - item.trim_ascii_start().len();
            let message = "a number without 0x, which may be decimal";
            return Err(BadText::hex(at + spaces, message));
        }
        at += item.len() + 1;
    }
    digits::parse(items)
}

/// Checks what follows an array: nothing, or its length as `xxd -i` declares it.
fn check_length(after: &[u8], at: usize, octets: usize) -> Result<(), BadText> {
    let spaces = after.iter().take_while(|c| c.is_ascii_whitespace() || **c == b';').count();
    let rest = after.get(spaces..).unwrap_or_default();
    let at = at + spaces;
    if rest.is_empty() {
        return Ok(());
    }
    match length(rest) {
        Some(length) if length == octets => Ok(()),
        Some(length) => {
            let message = format!("the array has {octets} octets, but its length is {length}");
            Err(BadText::hex(at, message))
        }
        None => Err(BadText::hex(at, "text after the array")),
    }
}

/// Returns the length in a line like `unsigned int NAME_len = 8;`.
pub(crate) fn length(line: &[u8]) -> Option<usize> {
    let line = str::from_utf8(line).ok()?.trim();
    let (name, length) = line.strip_prefix("unsigned int ")?.split_once('=')?;
    let name = name.trim_end();
    let is_length = name.ends_with("_len") || name.ends_with("_LEN");
    length.trim().strip_suffix(';').filter(|_| is_length)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays() {
        for text in [
            "unsigned char _41_4d[] = {\n  0x00, 0x53,\n  0xff\n};\nunsigned int _41_4d_len = 3;\n",
            "unsigned char A[] = {0X00, 0X53, 0XFF};\nunsigned int A_LEN = 3;",
            "{0x00, 0x53, 0xff,}",
            "[0x0, 0x53, 0xff]",
            "vec![0x00,0x53,0xff];",
        ] {
            assert!(begins(text.as_bytes()));
            assert_eq!(parse(text.as_bytes()), Ok(vec![0x00, 0x53, 0xff]), "{text}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, at, says) in [
            ("[0x00, 53]", 7, "without 0x"),
            ("[0x00, 0xfg]", 10, "'g' is not"),
            ("[0x00", 5, "']' is missing"),
            ("unsigned char a[] = {0x00", 25, "'}' is missing"),
            ("00 [0x00]", 0, "not a declaration"),
            ("[0x00] 00", 7, "text after"),
            ("{0x00};\nunsigned int a_len = 2;", 8, "has 1 octets, but its length is 2"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.to_string().contains(says), "{text}: {error}");
        }
    }
}
