//! Writes octets in each notation.

use std::fmt::Write;

/// Returns the octets in all notations, with `width` octets in a line, and groups of some of them.
pub(super) fn all(octets: &[u8], width: usize, group: usize) -> Vec<String> {
    let mut texts = dumps(octets, width, group);
    texts.extend(others(octets, width));
    texts
}

/// Returns the octets in all notations with offsets.
pub(super) fn dumps(octets: &[u8], width: usize, group: usize) -> Vec<String> {
    let xxd = |group: usize| {
        by_line(octets, width, |offset, line| {
            let hex = hex(line, group, "");
            let full = hex_len(width, group);
            format!("{offset:08x}: {hex:full$}  {}\n", text(line))
        })
    };
    let wireshark = |digits: usize| {
        by_line(octets, width, |offset, line| {
            let full = 3 * width - 1;
            format!("{offset:0digits$x}  {:full$}   {}\n", hex(line, 1, ""), text(line))
        })
    };
    let hexdump = by_line(octets, 16, |offset, line| {
        format!("{offset:08x}  {:48}  |{}|\n", hex(line, 1, " "), text(line))
    });
    // "Follow TCP stream" also has a space in the middle of the text.
    let follow = by_line(octets, 16, |offset, line| {
        let text = text(line);
        let (start, end) = text.split_at(text.len().min(8));
        format!("{offset:08x}  {:48}   {start} {end}\n", hex(line, 1, " "))
    });
    let tcpdump = by_line(octets, 16, |offset, line| {
        format!("\t0x{offset:04x}:  {:39}  {}\n", hex(line, 2, ""), text(line))
    });
    let without_text =
        by_line(octets, width, |offset, line| format!("{offset:04x}  {}\n", hex(line, 1, "")));
    let last = octets.len();
    vec![
        xxd(1),
        xxd(2),
        xxd(group),
        wireshark(4),
        wireshark(8),
        format!("{hexdump}{last:08x}\n"),
        follow,
        tcpdump,
        without_text,
    ]
}

/// Returns the octets in the notations without offsets.
fn others(octets: &[u8], width: usize) -> Vec<String> {
    let each = |before: &str, after: &str| {
        octets.iter().fold(String::new(), |mut text, octet| {
            write!(text, "{before}{octet:02x}{after}").unwrap();
            text
        })
    };
    let literal: String = octets.iter().map(|octet| octet.escape_ascii().to_string()).collect();
    vec![
        each("", ""),
        each("", " "),
        each("", ":"),
        each("0x", ", "),
        each("\\x", ""),
        each("", "\n"),
        format!("b\"{literal}\""),
        format!(
            "unsigned char a_41[] = {{\n  {}\n}};\nunsigned int a_41_len = {};\n",
            each("0x", ", "),
            octets.len()
        ),
        by_line(octets, width, |_, line| format!("{}\n", hex(line, line.len(), ""))),
    ]
}

fn by_line(octets: &[u8], width: usize, line: impl Fn(usize, &[u8]) -> String) -> String {
    octets.chunks(width).enumerate().map(|(index, chunk)| line(index * width, chunk)).collect()
}

/// Returns the digits in groups, with more space after eight octets.
fn hex(octets: &[u8], group: usize, middle: &str) -> String {
    octets.iter().enumerate().fold(String::new(), |mut text, (index, octet)| {
        if index > 0 && index % group == 0 {
            text.push(' ');
        }
        if index == 8 {
            text.push_str(middle);
        }
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

fn hex_len(octets: usize, group: usize) -> usize {
    2 * octets + (octets - 1) / group
}

fn text(octets: &[u8]) -> String {
    octets
        .iter()
        .map(|octet| match octet {
            b' '..=b'~' => char::from(*octet),
            _ => '.',
        })
        .collect()
}
