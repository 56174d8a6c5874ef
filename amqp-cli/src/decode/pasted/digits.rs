//! Octets of two hexadecimal digits each.

use super::{BadText, digit};

/// Parses octets of two hexadecimal digits each.
///
/// Between octets there may be white space, commas, colons, `0x` and `\x`, and a backslash at the end of a
/// line. The two digits of an octet must not be separated, because a single digit is more likely a mistake,
/// except after a prefix, as in `0x0`.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<u8>, BadText> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    // `0x` is only allowed at the start of a group of digits.
    let mut is_grouped = false;
    loop {
        let prefix = match text.get(at..).unwrap_or_default() {
            [] => return Ok(octets),
            [character, ..] if is_separator(*character) => {
                (at, is_grouped) = (at + 1, false);
                continue;
            }
            [b'\\', b'\r' | b'\n', ..] => {
                at += 1;
                continue;
            }
            [b'0', b'x' | b'X', ..] if !is_grouped => 2,
            [b'\\', b'x', ..] => 2,
            _ => 0,
        };
        at += prefix;
        let at_digit = |at: usize| text.get(at).copied().filter(|digit| !is_separator(*digit));
        let value = |digit_at: usize, character: u8| {
            digit(character).ok_or_else(|| BadText::not_a_digit(text, digit_at))
        };
        let (octet, len) = match (at_digit(at), at_digit(at + 1)) {
            (Some(high), Some(low)) => (value(at, high)? << 4 | value(at + 1, low)?, 2),
            (Some(low), None) if prefix > 0 => (value(at, low)?, 1),
            (Some(low), None) => {
                value(at, low)?;
                return Err(BadText::hex(at, "odd number of hex digits"));
            }
            (None, _) => return Err(BadText::hex(at - prefix, "no digit follows")),
        };
        octets.push(octet);
        at += len;
        is_grouped = true;
    }
}

const fn is_separator(character: u8) -> bool {
    character.is_ascii_whitespace() || matches!(character, b',' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_in_many_forms() {
        for text in [
            "0053ff",
            "00 53 FF",
            "0x00 0x53 0xff",
            "0x0053ff",
            "00:53:fF",
            "00, 53,\tff\r",
            "00\n53\r\nff\n",
            r"\x00\x53\xff",
            r"\x00, \x53, \xFF",
            "\\x00 \\\n\\x53 \\\r\n\\xff",
            "0x0, 0x53,0xff,",
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(vec![0x00, 0x53, 0xff]), "{text:?}");
        }
        for text in ["", " \r", "\n"] {
            assert_eq!(parse(text.as_bytes()), Ok(Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let cases: [(&[u8], usize, &str); 12] = [
            (b"00 g0", 3, "'g' is not a hexadecimal digit"),
            (b"0g", 1, "'g' is not a hexadecimal digit"),
            (b"005", 2, "odd number of hex digits"),
            (b"0 0", 0, "odd number of hex digits"),
            (b"000x53", 3, "'x' is not a hexadecimal digit"),
            (b"0x0x", 3, "'x' is not a hexadecimal digit"),
            (b"00 0x", 3, "no digit follows"),
            (br"\x0\x1", 3, r"'\\' is not a hexadecimal digit"),
            (br"00\", 2, r"'\\' is not a hexadecimal digit"),
            ("00 \u{e9}".as_bytes(), 3, "'\u{e9}' is not a hexadecimal digit"),
            (b"00\xff", 2, "'\u{fffd}' is not a hexadecimal digit"),
            (b"00\x1b[m", 2, "'\\u{1b}' is not a hexadecimal digit"),
        ];
        for (text, at, message) in cases {
            let error = parse(text).unwrap_err();
            assert_eq!((error.at, error.to_string().as_str()), (at, message));
        }
    }
}
