//! String literals of Rust, C and Python: `b"AMQP\x00\x01"`.

use super::{BadText, bad_text, digit};

/// Whether the text is a literal. Quotes around digits alone are not, because `"00 53"` is more likely
/// hexadecimal.
pub(crate) fn begins(text: &[u8]) -> bool {
    match text.trim_ascii() {
        [b'b' | b'B', b'"' | b'\'', ..] => true,
        [b'"' | b'\'', ..] => text.contains(&b'\\'),
        _ => false,
    }
}

/// Parses one or more literals with white space between them.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<u8>, BadText> {
    let (mut octets, mut at) = (Vec::with_capacity(text.len() / 4), 0);
    // The quote that ends the literal.
    let mut quote = None;
    while let Some(first) = text.get(at).copied() {
        let rest = text.get(at..).unwrap_or_default();
        at += match (quote, rest) {
            (Some(end), _) if first == end => {
                quote = None;
                1
            }
            (Some(_), [b'\\', ..]) => {
                let (octet, len) = escape(text, at)?;
                octets.extend(octet);
                len
            }
            (Some(_), _) => {
                octets.push(first);
                1
            }
            (None, [b'b' | b'B', b'"' | b'\'', ..]) => {
                quote = rest.get(1).copied();
                2
            }
            (None, [b'"' | b'\'', ..]) => {
                quote = Some(first);
                1
            }
            (None, _) if first.is_ascii_whitespace() || matches!(first, b';' | b',' | b'\\') => 1,
            (None, _) => {
                let character = bad_text::character(text, at);
                return Err(BadText::hex(at, format!("{character:?} is outside of the literal")));
            }
        };
    }
    match quote {
        None => Ok(octets),
        Some(_) => Err(BadText::hex(text.len(), "the literal has no end")),
    }
}

/// Returns the octet of an escape sequence, and the length of the sequence. A backslash at the end of a
/// line has no octet.
fn escape(text: &[u8], at: usize) -> Result<(Option<u8>, usize), BadText> {
    let rest = text.get(at..).unwrap_or_default();
    let octet = match rest {
        [_, b'x', high, low, ..] => {
            let value = |at: usize, character: u8| {
                digit(character).ok_or_else(|| BadText::not_a_digit(text, at))
            };
            return Ok((Some(value(at + 2, *high)? << 4 | value(at + 3, *low)?), 4));
        }
        [_, b'\n', ..] => return Ok((None, 2)),
        // In C and Python `\012` is one octet, in Rust it is three.
        [_, b'0', b'0'..=b'7', ..] => {
            let message = "an octal escape sequence; write \\x and two digits";
            return Err(BadText::hex(at, message));
        }
        [_, b'0', ..] => 0,
        [_, b'a', ..] => 0x07,
        [_, b'b', ..] => 0x08,
        [_, b't', ..] => b'\t',
        [_, b'n', ..] => b'\n',
        [_, b'v', ..] => 0x0b,
        [_, b'f', ..] => 0x0c,
        [_, b'r', ..] => b'\r',
        [_, same @ (b'\\' | b'"' | b'\''), ..] => *same,
        _ => return Err(BadText::hex(at, "an unknown escape sequence; write \\x and two digits")),
    };
    Ok((Some(octet), 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_three_languages() {
        let header = b"AMQP\x00\x01\x00\x00";
        for text in [
            r#"b"AMQP\x00\x01\x00\x00""#,
            r"b'AMQP\x00\x01\x00\x00'",
            r#""AMQP\x00\x01\x00\0""#,
            r#""AMQP" "\x00\x01"  "\x00\x00";"#,
            "\"AMQP\\x00\"\n\"\\x01\\x00\\x00\"\n",
            "b\"AMQP\\x00\\\n\\x01\\0\\0\"",
        ] {
            assert!(begins(text.as_bytes()), "{text}");
            assert_eq!(parse(text.as_bytes()).as_deref(), Ok(&header[..]), "{text}");
        }
        let escapes = br#"b'\a\b\t\n\v\f\r\\\'\"\xfF'"#;
        let octets = [7, 8, 9, 10, 11, 12, 13, b'\\', b'\'', b'"', 0xff];
        assert_eq!(parse(escapes).as_deref(), Ok(&octets[..]));
        assert!(!begins(b"\"00 53\"") && !begins(b"b0 53") && !begins(b""));
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, at, says) in [
            (r"b'AMQP", 6, "no end"),
            (r"b'\x0g'", 5, "'g' is not a hexadecimal digit"),
            (r"b'\u0041'", 2, "unknown escape"),
            (r"b'\012'", 2, "octal"),
            (r"b'\", 2, "unknown escape"),
            (r"b'a' + b'b'", 5, "'+' is outside of the literal"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.to_string().contains(says), "{text}: {error}");
        }
    }
}
