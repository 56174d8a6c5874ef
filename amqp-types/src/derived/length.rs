//! The most octets that a value can take, as a constant.

use crate::descriptor::Descriptor;

/// The most octets of any of some types.
#[must_use]
pub const fn widest(mut lens: &[Option<usize>]) -> Option<usize> {
    let mut widest = 0;
    while let [first, rest @ ..] = lens {
        match *first {
            Some(len) if len > widest => widest = len,
            Some(_) => {}
            None => return None,
        }
        lens = rest;
    }
    Some(widest)
}

/// The octets of a symbol or string whose content has at most so many.
#[must_use]
pub const fn text_len(content: usize) -> usize {
    if content > 0xff { 5 + content } else { 2 + content }
}

/// The octets of a descriptor, with the `0x00` before it.
#[must_use]
pub const fn descriptor_len(descriptor: &Descriptor) -> usize {
    match (descriptor.code(), descriptor.name()) {
        (Some(0), _) => 2,
        (Some(1..=0xff), _) | (None, None) => 3,
        (Some(_), _) => 10,
        (None, Some(name)) => 1 + text_len(name.len()),
    }
}

/// The most octets of a described value.
#[must_use]
pub const fn described_len(descriptor: &Descriptor, inner: Option<usize>) -> Option<usize> {
    match inner {
        Some(inner) => Some(descriptor_len(descriptor) + inner),
        None => None,
    }
}

/// The most octets of a list or map of these items, keys included.
#[must_use]
pub const fn compound_len(mut items: &[Option<usize>]) -> Option<usize> {
    let narrow = items.len() <= 0xff;
    let mut body = 0;
    while let [first, rest @ ..] = items {
        let Some(len) = *first else { return None };
        body += len;
        items = rest;
    }
    // The format code, and a size and count of an octet each or of four. The size counts the count.
    Some(body + if narrow && body < 0xff { 3 } else { 9 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::Writer;

    #[test]
    fn bounds_of_lengths() {
        assert_eq!(widest(&[Some(1), Some(5), Some(2)]), Some(5));
        assert_eq!(widest(&[Some(1), None]), None);
        assert_eq!(compound_len(&[]), Some(3));
        assert_eq!(compound_len(&[Some(254)]), Some(257));
        assert_eq!(compound_len(&[Some(255)]), Some(264));
        assert_eq!(compound_len(&[Some(1), None]), None);
        assert_eq!(compound_len(&[Some(0); 256]), Some(9));
        let cases = [(Descriptor::numbered(0), 2), (Descriptor::new("a:b", 255), 3)];
        let more = [(Descriptor::numbered(256), 10), (Descriptor::named("a:b"), 6)];
        for (descriptor, len) in cases.into_iter().chain(more) {
            let mut octets = [0; 16];
            let mut writer = Writer::fixed(&mut octets);
            writer.descriptor(&descriptor);
            assert_eq!(writer.len(), len, "{descriptor}");
            assert_eq!(descriptor_len(&descriptor), len, "{descriptor}");
        }
    }
}
