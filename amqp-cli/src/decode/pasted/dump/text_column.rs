//! The column of a dump that has the octets as text.

/// The number of octets after which Wireshark adds a space.
const HALF: usize = 8;

/// Whether a column is the text of these octets. White space is compared loosely, because programs through
/// which a dump was pasted may have changed it.
pub(super) fn is_text_of(column: &[u8], octets: &[u8]) -> bool {
    // A character has at most two octets, and there are at most two delimiters or spaces.
    let Ok(column) = str::from_utf8(column) else { return false };
    if column.len() > 2 * octets.len() + 2 {
        return false;
    }
    let column = column.replace('·', ".");
    let plain: String = octets.iter().map(|octet| shown(*octet)).collect();
    let with_space = plain.split_at_checked(HALF).map(|(start, end)| format!("{start} {end}"));
    let is_column = |text: &str| text.split_whitespace().eq(column.split_whitespace());
    is_column(&plain)
        || with_space.is_some_and(|text| is_column(&text))
        || is_column(&format!("|{plain}|"))
        || is_column(&format!(">{plain}<"))
}

/// Whether a column has as many characters as the text of these octets, so that it is their text before
/// they were edited.
pub(super) fn has_length_of(column: &[u8], octets: &[u8]) -> bool {
    let column = String::from_utf8_lossy(column);
    let len = |text: &str| text.chars().count();
    let spaces = usize::from(octets.len() > HALF);
    // Spaces at both ends cannot be told from the gap before the column, and are often lost at the end.
    let shortest = octets.trim_ascii().len();
    delimited(&column).is_some_and(|text| len(text) == octets.len())
        || (shortest..=octets.len() + spaces).contains(&len(&column))
}

/// Returns the text between the delimiters of `hexdump -C` and `od`.
fn delimited(column: &str) -> Option<&str> {
    let in_bars = column.strip_prefix('|').and_then(|text| text.strip_suffix('|'));
    in_bars.or_else(|| column.strip_prefix('>')?.strip_suffix('<'))
}

fn shown(octet: u8) -> char {
    match octet {
        b' '..=b'~' => char::from(octet),
        _ => '.',
    }
}
