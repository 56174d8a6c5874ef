//! Texts of octets. Nearly all are ASCII, which is seen by looking at many octets at a time.
//!
//! What the `unsafe` code here spares: looking once more, octet by octet, at what has been seen to be
//! ASCII and so is UTF-8.

#![expect(unsafe_code, reason = "octets that have just been seen to be ASCII become a text")]

use bytes::Bytes;
use bytestring::ByteString;

/// How many octets a text can have that is looked at in one go, whatever its length.
const SHORT: usize = 32;

/// The bit that no octet of ASCII has, in each octet of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The octets as a text, if they are ASCII.
#[inline]
pub(crate) fn ascii(octets: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    is_ascii(octets).then(|| unsafe { str::from_utf8_unchecked(octets) })
}

/// The octets as a text, if they are UTF-8.
#[inline]
pub(crate) fn utf8(octets: &[u8]) -> Option<&str> {
    ascii(octets).or_else(|| not_ascii(octets))
}

/// The first octets, so many, as a text, and what is behind them, if they are there and ASCII.
#[expect(clippy::inline_always, reason = "a call takes longer than looking at a short text")]
#[inline(always)]
pub(crate) fn split_ascii(octets: &[u8], len: usize) -> Option<(&str, &[u8])> {
    let (text, rest) = octets.split_at_checked(len)?;
    let is_ascii = match octets.first_chunk() {
        Some(octets) if len <= SHORT => contains_primitivecii(octets, len),
        _ => is_ascii(text),
    };
    // SAFETY: ASCII is UTF-8.
    is_ascii.then(|| (unsafe { str::from_utf8_unchecked(text) }, rest))
}

/// The first octets, so many, as a text, and what is behind them, if they are there and UTF-8.
#[inline]
pub(crate) fn split_utf8(octets: &[u8], len: usize) -> Option<(&str, &[u8])> {
    split_ascii(octets, len).or_else(|| {
        let (text, rest) = octets.split_at_checked(len)?;
        Some((not_ascii(text)?, rest))
    })
}

/// Shared octets as a text that shares them, if they are ASCII; otherwise they are given back.
#[inline]
pub(crate) fn shared_ascii(octets: Bytes) -> Result<ByteString, Bytes> {
    if !is_ascii(&octets) {
        return Err(octets);
    }
    // SAFETY: ASCII is UTF-8, and what `Bytes` holds does not change.
    Ok(unsafe { ByteString::from_bytes_unchecked(octets) })
}

/// Whether octets are ASCII. They are looked at word by word; the last word reaches back into the one
/// before it.
#[inline]
fn is_ascii(octets: &[u8]) -> bool {
    if octets.len() > 16 {
        return is_long_ascii(octets);
    }
    let all = match (ends(octets), ends(octets)) {
        (Some([first, last]), _) => u64::from_ne_bytes(first) | u64::from_ne_bytes(last),
        (_, Some([first, last])) => u64::from(u32::from_ne_bytes(first) | u32::from_ne_bytes(last)),
        _ => u64::from(octets.iter().fold(0, |all, octet| all | octet)),
    };
    all & HIGH == 0
}

/// The first and the last octets, which may be the same ones in part.
#[inline]
fn ends<const N: usize>(octets: &[u8]) -> Option<[[u8; N]; 2]> {
    Some([*octets.first_chunk()?, *octets.last_chunk()?])
}

/// The same as [`is_ascii`], of more octets than 16.
#[inline]
fn is_long_ascii(octets: &[u8]) -> bool {
    let word = |octets| u128::from_ne_bytes(octets);
    let (words, _) = octets.as_chunks();
    let last = octets.last_chunk().map_or(u128::MAX, |last| word(*last));
    let all = words.iter().fold(last, |all, octets| all | word(*octets));
    all & (u128::from(HIGH) << 64 | u128::from(HIGH)) == 0
}

/// Whether the first octets of these, so many, are ASCII: no branch asks how many they are.
#[inline]
fn contains_primitivecii(octets: &[u8; SHORT], len: usize) -> bool {
    /// As many octets that matter, then as many that do not.
    static MATTERS: [[u8; SHORT]; 2] = [[0x80; SHORT], [0; SHORT]];

    let from = SHORT.saturating_sub(len);
    let Some(matters) = MATTERS.as_flattened().get(from..).and_then(<[u8]>::first_chunk::<SHORT>)
    else {
        return false;
    };
    let (words, _) = octets.as_chunks();
    let (matters, _) = matters.as_chunks();
    let both = words.iter().zip(matters);
    both.fold(0, |all, (word, matters)| {
        all | u64::from_ne_bytes(*word) & u64::from_ne_bytes(*matters)
    }) == 0
}

/// A text that is not ASCII.
#[inline(never)]
fn not_ascii(octets: &[u8]) -> Option<&str> {
    str::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// What each function says of a text, with so many octets behind it.
    fn agrees(text: &[u8], behind: usize) {
        let all = [text, &vec![0xff; behind]].concat();
        let rest = &all[text.len()..];
        let utf8_text = str::from_utf8(text).ok();
        let ascii_text = utf8_text.filter(|text| text.is_ascii());
        assert_eq!(ascii(text), ascii_text, "{text:?}");
        assert_eq!(utf8(text), utf8_text, "{text:?}");
        let split = split_ascii(&all, text.len());
        assert_eq!(split, ascii_text.map(|text| (text, rest)), "{text:?} + {behind}");
        let split = split_utf8(&all, text.len());
        assert_eq!(split, utf8_text.map(|text| (text, rest)), "{text:?} + {behind}");
        let shared = Bytes::copy_from_slice(text);
        assert_eq!(shared_ascii(shared.clone()), ascii_text.map(Into::into).ok_or(shared));
    }

    #[test]
    fn texts_of_any_length_are_what_they_are_octet_by_octet() {
        let letters: Vec<u8> = (0..70).map(|index| b'0' + index).collect();
        for len in 0..=letters.len() {
            for behind in [0, 1, 15, 16, 31, 32, 40] {
                agrees(&letters[..len], behind);
            }
        }
    }

    #[test]
    fn one_octet_or_character_that_is_not_ascii_is_seen_wherever_it_is() {
        for len in 1..=70 {
            for at in 0..len {
                for character in
                    [&b"\x80"[..], b"\xff", "é".as_bytes(), "€".as_bytes(), "𝄞".as_bytes()]
                {
                    let mut text = vec![b'a'; len];
                    // One that does not fit is cut, and that is not UTF-8.
                    text[at..].iter_mut().zip(character).for_each(|(to, from)| *to = *from);
                    agrees(&text, 0);
                    agrees(&text, 40);
                }
            }
        }
    }

    #[test]
    fn what_is_not_there_is_no_text() {
        for there in 0..40 {
            let octets = vec![b'a'; there];
            assert_eq!(split_ascii(&octets, there + 1), None);
            assert_eq!(split_utf8(&octets, there + 1), None);
            assert_eq!(split_utf8(&octets, usize::MAX), None);
        }
    }
}
