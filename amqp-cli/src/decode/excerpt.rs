//! The part of the input around an error, with the position marked, in 80 columns.

use std::io::{self, Write};

use crate::hex;

/// The number of octets that are shown. With spaces and the dots at both ends they fit in 80 columns.
const OCTETS: usize = 16;
/// The number of characters that are shown of a text that is not hexadecimal.
const CHARACTERS: usize = 64;

/// Writes the octets around a position, and marks it. If octets are missing, the position is after the
/// last octet.
pub(crate) fn of_octets(octets: &[u8], at: usize, out: &mut impl Write) -> io::Result<()> {
    if octets.is_empty() {
        return writeln!(out, "  (no octets)");
    }
    let (start, shown) = around(octets, at, OCTETS);
    let text = hex::Spaced(shown).to_string();
    let cut = start + shown.len() < octets.len();
    write_marked(start > 0, &text, cut, 3 * at.saturating_sub(start), "^^", out)
}

/// Writes the characters around a position, and marks it. The characters before it are ASCII.
pub(crate) fn of_text(text: &[u8], at: usize, out: &mut impl Write) -> io::Result<()> {
    let (start, shown) = around(text, at, CHARACTERS);
    let cut = start + shown.len() < text.len();
    // Replace characters that move the cursor, so that the mark is below its character.
    let shown: String = String::from_utf8_lossy(shown)
        .chars()
        .map(|character| match character {
            '\t' => ' ',
            ' '..='~' => character,
            _ => '?',
        })
        .collect();
    write_marked(start > 0, &shown, cut, at.saturating_sub(start), "^", out)
}

/// Returns up to `count` items around a position, and the index of the first of them.
fn around(items: &[u8], at: usize, count: usize) -> (usize, &[u8]) {
    let last_start = items.len().saturating_sub(count);
    let start = at.saturating_sub(count / 2).min(last_start);
    let end = items.len().min(start + count);
    (start, items.get(start..end).unwrap_or_default())
}

fn write_marked(
    begun: bool,
    text: &str,
    cut: bool,
    column: usize,
    mark: &str,
    out: &mut impl Write,
) -> io::Result<()> {
    let (before, after) = (if begun { "... " } else { "" }, if cut { " ..." } else { "" });
    writeln!(out, "  {before}{text}{after}")?;
    writeln!(out, "  {:column$}{mark}", "", column = before.len() + column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(octets: &[u8], at: usize) -> String {
        let mut out = Vec::new();
        of_octets(octets, at, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn text(text: &[u8], at: usize) -> String {
        let mut out = Vec::new();
        of_text(text, at, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_mark_is_below_the_octet_or_after_the_last_one() {
        assert_eq!(octets(&[0x56, 0x02], 1), "  56 02\n     ^^\n");
        assert_eq!(octets(&[0x70], 1), "  70\n     ^^\n");
        assert_eq!(octets(&[], 0), "  (no octets)\n");
    }

    #[test]
    fn long_inputs_show_a_window() {
        let long: Vec<u8> = (0..100).collect();
        let seen = octets(&long, 50);
        let (above, below) = seen.split_once('\n').unwrap();
        assert!(above.starts_with("  ... 2a 2b") && above.ends_with("39 ..."), "{seen}");
        assert_eq!(above.find("32"), below.find("^^"), "{seen}");
        assert!(above.len() <= 80);
        assert!(octets(&long, 3).starts_with("  00 01"));
        assert!(octets(&long, 99).contains("62 63\n"));
        assert!(octets(&long, 100).contains("62 63\n"));
    }

    #[test]
    fn characters_that_would_move_the_mark_are_replaced() {
        assert_eq!(text(b"00\tzz", 3), "  00 zz\n     ^\n");
        assert_eq!(text("00\u{1b}\u{e9}".as_bytes(), 2), "  00??\n    ^\n");
        let seen = text(&[b'0', b'x'].repeat(200), 201);
        let (above, below) = seen.split_once('\n').unwrap();
        assert_eq!(above.len(), 74);
        assert_eq!(below.find('^'), Some(38), "{seen}");
    }
}
