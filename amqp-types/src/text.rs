//! Conversion of octets to text. Nearly all texts are ASCII, which is checked many octets at a time.
//!
//! The `unsafe` code here saves a second check, octet by octet, of octets that are known to be ASCII and
//! are therefore UTF-8.

#![expect(unsafe_code, reason = "octets that have just been found to be ASCII become a `str`")]

use bytes::Bytes;
use bytestring::ByteString;

/// The maximum length of a text that is checked by [`is_short_ascii`], whose time does not depend on
/// the length.
const SHORT: usize = 32;

/// The bit that is clear in ASCII, in each octet of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Returns the octets as a text, if they are ASCII.
#[inline]
pub(crate) fn ascii(octets: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    is_ascii(octets).then(|| unsafe { str::from_utf8_unchecked(octets) })
}

/// Returns the octets as a text, if they are UTF-8.
#[inline]
pub(crate) fn utf8(octets: &[u8]) -> Option<&str> {
    ascii(octets).or_else(|| not_ascii(octets))
}

/// Returns the first `len` octets as a text, and the octets after them. Returns `None` if there are fewer
/// octets or those are not ASCII.
#[expect(clippy::inline_always, reason = "a call takes longer than checking a short text")]
#[inline(always)]
pub(crate) fn split_ascii(octets: &[u8], len: usize) -> Option<(&str, &[u8])> {
    let (text, rest) = octets.split_at_checked(len)?;
    let is_ascii = match octets.first_chunk() {
        Some(octets) if len <= SHORT => is_short_ascii(octets, len),
        _ => is_ascii(text),
    };
    // SAFETY: ASCII is UTF-8.
    is_ascii.then(|| (unsafe { str::from_utf8_unchecked(text) }, rest))
}

/// Returns the first `len` octets as a text, and the octets after them. Returns `None` if there are fewer
/// octets or those are not UTF-8.
#[inline]
pub(crate) fn split_utf8(octets: &[u8], len: usize) -> Option<(&str, &[u8])> {
    split_ascii(octets, len).or_else(|| {
        let (text, rest) = octets.split_at_checked(len)?;
        Some((not_ascii(text)?, rest))
    })
}

/// Returns shared octets as a text that shares them, if they are ASCII.
///
/// # Errors
///
/// Returns the octets if they are not ASCII.
#[inline]
pub(crate) fn shared_ascii(octets: Bytes) -> Result<ByteString, Bytes> {
    if !is_ascii(&octets) {
        return Err(octets);
    }
    // SAFETY: ASCII is UTF-8, and what `Bytes` holds does not change.
    Ok(unsafe { ByteString::from_bytes_unchecked(octets) })
}

/// Returns whether octets are ASCII. They are checked word by word; the last word overlaps the one before
/// it.
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

/// Returns the first `N` and the last `N` octets, which may overlap.
#[inline]
fn ends<const N: usize>(octets: &[u8]) -> Option<[[u8; N]; 2]> {
    Some([*octets.first_chunk()?, *octets.last_chunk()?])
}

/// Returns whether octets are ASCII, for more than 16 octets.
#[inline]
fn is_long_ascii(octets: &[u8]) -> bool {
    let word = |octets| u128::from_ne_bytes(octets);
    let (words, _) = octets.as_chunks();
    let last = octets.last_chunk().map_or(u128::MAX, |last| word(*last));
    let all = words.iter().fold(last, |all, octets| all | word(*octets));
    all & (u128::from(HIGH) << 64 | u128::from(HIGH)) == 0
}

/// Returns whether the first `len` octets are ASCII, without a branch on `len`.
#[inline]
fn is_short_ascii(octets: &[u8; SHORT], len: usize) -> bool {
    /// A mask for the octets that matter, then one for those that do not.
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

/// Returns octets that are not ASCII as a text, if they are UTF-8.
#[inline(never)]
fn not_ascii(octets: &[u8]) -> Option<&str> {
    str::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Compares each function with `std`, for a text with `after` octets after it.
    fn agrees(text: &[u8], after: usize) {
        let all = [text, &vec![0xff; after]].concat();
        let rest = &all[text.len()..];
        let utf8_text = str::from_utf8(text).ok();
        let ascii_text = utf8_text.filter(|text| text.is_ascii());
        assert_eq!(ascii(text), ascii_text, "{text:?}");
        assert_eq!(utf8(text), utf8_text, "{text:?}");
        let split = split_ascii(&all, text.len());
        assert_eq!(split, ascii_text.map(|text| (text, rest)), "{text:?} + {after}");
        let split = split_utf8(&all, text.len());
        assert_eq!(split, utf8_text.map(|text| (text, rest)), "{text:?} + {after}");
        let shared = Bytes::copy_from_slice(text);
        assert_eq!(shared_ascii(shared.clone()), ascii_text.map(Into::into).ok_or(shared));
    }

    #[test]
    fn texts_of_any_length_are_valid() {
        let letters: Vec<u8> = (0..70).map(|index| b'0' + index).collect();
        for len in 0..=letters.len() {
            for after in [0, 1, 15, 16, 31, 32, 40] {
                agrees(&letters[..len], after);
            }
        }
    }

    #[test]
    fn a_character_that_is_not_ascii_is_found_anywhere() {
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
    fn missing_octets_are_not_text() {
        for there in 0..40 {
            let octets = vec![b'a'; there];
            assert_eq!(split_ascii(&octets, there + 1), None);
            assert_eq!(split_utf8(&octets, there + 1), None);
            assert_eq!(split_utf8(&octets, usize::MAX), None);
        }
    }
}
