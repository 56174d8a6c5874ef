//! Where the values in octets begin and end, by the categories of formats alone (section 1.2.1).

use std::ops::Range;

/// The octets of one field, counted from the start of the composite.
pub type Span = Range<usize>;

/// Returns the positions of a composite's fields in well-formed octets.
///
/// # Panics
///
/// Panics if the octets are not a described list.
pub fn field_spans(octets: &[u8]) -> Vec<Span> {
    assert_eq!(octet(octets, 0), 0, "a composite is described");
    let list = value_end(octets, 1);
    let (mut at, count) = match octet(octets, list) {
        0x45 => (list + 1, 0),
        0xc0 => (list + 3, usize::from(octet(octets, list + 2))),
        0xd0 => (list + 9, wide(octets, list + 5)),
        other => panic!("a composite is a list, not {other:#x}"),
    };
    let mut spans = Vec::new();
    for _ in 0..count {
        let end = value_end(octets, at);
        spans.push(at..end);
        at = end;
    }
    assert_eq!(at, octets.len(), "the fields are all there is");
    spans
}

/// Returns where the size of a value is, after its descriptors. It is empty if the format has none.
///
/// # Panics
///
/// Panics if the octets are not well formed.
pub fn size_span(octets: &[u8], value: usize) -> Span {
    let code = octet(octets, value);
    if code == 0 {
        return size_span(octets, value_end(octets, value + 1));
    }
    let width = match code >> 4 {
        0xa | 0xc | 0xe => 1,
        0xb | 0xd | 0xf => 4,
        _ => 0,
    };
    value + 1..value + 1 + width
}

/// Returns the position after the value that begins at an octet.
fn value_end(octets: &[u8], at: usize) -> usize {
    let code = octet(octets, at);
    if code == 0 {
        return value_end(octets, value_end(octets, at + 1));
    }
    let data = at + 1;
    data + match code >> 4 {
        0x4 => 0,
        0x5 => 1,
        0x6 => 2,
        0x7 => 4,
        0x8 => 8,
        0x9 => 16,
        0xa | 0xc | 0xe => 1 + usize::from(octet(octets, data)),
        0xb | 0xd | 0xf => 4 + wide(octets, data),
        _ => panic!("{code:#x} at {at} is no format code"),
    }
}

fn octet(octets: &[u8], at: usize) -> u8 {
    *octets.get(at).unwrap_or_else(|| panic!("no octet {at}"))
}

fn wide(octets: &[u8], at: usize) -> usize {
    let size = octets.get(at..at + 4).and_then(|size| size.try_into().ok()).map(u32::from_be_bytes);
    size.and_then(|size| size.try_into().ok()).unwrap_or_else(|| panic!("no size at {at}"))
}
