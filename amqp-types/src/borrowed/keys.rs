//! Telling the keys of a map apart without keeping them all.

use alloc::vec::Vec;

use crate::codec::Decode;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;

/// How many keys are compared each with each, as in [`Map`](crate::primitive::Map).
pub(super) const FEW: usize = 16;

/// Looks at the keys of a map, one after another as they are read, as the octets that they are.
///
/// Nearly always all of them are short strings, or short symbols, and those are the same key only if
/// their octets are the same. Ascending ones are distinct, and so are a few whose signs are. Any other
/// keys are read once more; many that do not ascend need an index, which is an allocation.
pub(super) trait Keys<'a> {
    /// Takes the next key: what begins with it.
    fn add(&mut self, key: &'a [u8]);

    /// Whether all keys are seen to be distinct.
    fn are_distinct(&self) -> bool;
}

/// The format code of all keys, if they are short and of one type; otherwise [`MIXED`].
type Code = u16;

/// No format code.
const MIXED: Code = 0x100;

/// The code of the first of all keys.
fn code(entries: &[u8]) -> Code {
    const STRING: u8 = Format::String8.code();
    const SYMBOL: u8 = Format::Symbol8.code();
    match entries {
        [code @ (STRING | SYMBOL), ..] => Code::from(*code),
        _ => MIXED,
    }
}

/// Not more than [`FEW`] keys.
pub(super) struct Few {
    code: Code,
    len: usize,
    signs: [u64; FEW],
    /// A bit of each sign: nearly always a key's is one that no key before it has.
    bits: u64,
    /// Whether a key has the sign of one before it.
    alike: bool,
}

impl Few {
    #[inline]
    pub(super) fn new(entries: &[u8]) -> Self {
        Self { code: code(entries), len: 0, signs: [0; FEW], bits: 0, alike: false }
    }
}

impl<'a> Keys<'a> for Few {
    #[expect(
        clippy::inline_always,
        reason = "without it, all that is known of the keys is in memory"
    )]
    #[inline(always)]
    fn add(&mut self, key: &'a [u8]) {
        match key {
            [code, size, data @ ..] if Code::from(*code) == self.code => {
                let sign = sign(data, usize::from(*size));
                // The upper bits of the product are made of all of the sign.
                let bit = 1 << (sign.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58);
                if self.bits & bit != 0 {
                    self.alike |= is_among(sign, self.len, &self.signs);
                }
                self.bits |= bit;
                match self.signs.get_mut(self.len) {
                    Some(place) => *place = sign,
                    None => self.alike = true,
                }
            }
            _ => self.code = MIXED,
        }
        self.len += 1;
    }

    #[inline]
    fn are_distinct(&self) -> bool {
        self.code != MIXED && !self.alike
    }
}

/// Any number of keys. An empty one is taken for one that was there already, even if it is the first.
pub(super) struct Many<'a> {
    code: Code,
    ascending: bool,
    /// The [`start`] of the last key, and what begins with that key.
    last: (u64, &'a [u8]),
}

impl<'a> Many<'a> {
    #[inline]
    pub(super) fn new(entries: &'a [u8]) -> Self {
        Self { code: code(entries), ascending: true, last: (0, &[]) }
    }
}

impl<'a> Keys<'a> for Many<'a> {
    #[expect(
        clippy::inline_always,
        reason = "without it, all that is known of the keys is in memory"
    )]
    #[inline(always)]
    fn add(&mut self, key: &'a [u8]) {
        match key {
            [code, size, data @ ..] if Code::from(*code) == self.code => {
                let start = start(data, usize::from(*size));
                let (last, before) = self.last;
                self.ascending = self.ascending && (last < start || follows(key, before));
                self.last = (start, key);
            }
            _ => self.code = MIXED,
        }
    }

    #[inline]
    fn are_distinct(&self) -> bool {
        self.code != MIXED && self.ascending
    }
}

/// Whether a sign is one of the first, so many.
#[cold]
#[inline(never)]
fn is_among(sign: u64, len: usize, signs: &[u64; FEW]) -> bool {
    signs.iter().take(len).any(|before| *before == sign)
}

/// Whether a short key is the greater one of two. That their starts differ is seen elsewhere.
#[inline(never)]
fn follows(key: &[u8], last: &[u8]) -> bool {
    text(last) < text(key)
}

/// The text of the short key that octets begin with.
#[inline]
fn text(key: &[u8]) -> &[u8] {
    match key {
        [_, size, data @ ..] => data.get(..usize::from(*size)).unwrap_or(data),
        _ => &[],
    }
}

/// The first eight octets of the text that data begins with, as a number; a shorter text has zeros
/// behind it. Of texts that differ in it, the one with the lesser number is the lesser one.
#[inline]
fn start(data: &[u8], size: usize) -> u64 {
    let Some(octets) = data.first_chunk() else {
        return short_start(data.get(..size).unwrap_or(data));
    };
    let start = u64::from_be_bytes(*octets);
    if size < 8 { start & !(u64::MAX >> (size * 8)) } else { start }
}

/// The same of a text with less than eight octets from its start on.
#[cold]
fn short_start(text: &[u8]) -> u64 {
    let mut octets = [0; 8];
    octets.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    u64::from_be_bytes(octets)
}

/// A number that is the same for the same text, and hardly ever for another: from the start, the end
/// and the length of the one that data begins with.
#[inline]
fn sign(data: &[u8], size: usize) -> u64 {
    let text = data.get(..size).unwrap_or(data);
    let ends = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_be_bytes(*first).rotate_left(8) ^ u64::from_be_bytes(*last)
        }
        _ => start(data, size),
    };
    ends ^ size as u64
}

/// Sees whether keys of any kind are distinct, `K`s which `entries` begin with.
///
/// # Errors
///
/// [`DecodeErrorKind::DuplicateKey`], at the first key that was there before;
/// [`DecodeErrorKind::TooManyOctets`] if the budget does not pay for an index.
#[inline(never)]
pub(super) fn check<'a, K: Decode<'a> + Copy + Ord>(
    len: usize,
    entries: &'a [u8],
    reader: &mut Reader<'a>,
) -> Result<(), Failed> {
    let mut few = [const { None }; FEW];
    let again = if is_ascending(keys::<K>(len, entries)) {
        None
    } else if let Some(few) = few.get_mut(..len) {
        few.iter_mut().zip(keys::<K>(len, entries)).for_each(|(place, key)| *place = Some(key));
        let mut all = few.iter().enumerate();
        all.find(|(index, key)| few.iter().take(*index).any(|own| own == *key))
            .map(|(index, _)| index)
    } else {
        reader.charge_octets(len.saturating_mul(size_of::<(K, usize)>()))?;
        let mut sorted: Vec<_> = keys::<K>(len, entries).zip(0..).collect();
        sorted.sort_unstable();
        let pairs = sorted.iter().zip(sorted.iter().skip(1));
        pairs.filter(|((a, _), (b, _))| a == b).map(|(_, (_, index))| *index).min()
    };
    match again {
        Some(index) => Err(duplicate(index, entries, reader)),
        None => Ok(()),
    }
}

fn is_ascending<K: Ord>(mut keys: impl Iterator<Item = K>) -> bool {
    let mut last = keys.next();
    keys.all(|key| {
        let ascends = last.as_ref().is_none_or(|last| *last < key);
        last = Some(key);
        ascends
    })
}

/// The keys of entries that have been read before.
fn keys<'a, K: Decode<'a>>(len: usize, entries: &'a [u8]) -> impl Iterator<Item = K> {
    let mut reader = Reader::checked(entries);
    (0..len).map_while(move |_| {
        let key = K::decode(&mut reader).ok()?;
        reader.skip().ok()?;
        Some(key)
    })
}

/// Where the key is that was there already: nobody has kept the places of all keys.
#[cold]
fn duplicate<'a>(index: usize, entries: &'a [u8], reader: &mut Reader<'a>) -> Failed {
    let mut again = Reader::checked(entries);
    let keys_and_values = index * 2;
    let key = (0..keys_and_values).try_for_each(|_| again.skip()).map(|()| again.rest());
    reader.error_in(key.unwrap_or(entries), DecodeErrorKind::DuplicateKey)
}
