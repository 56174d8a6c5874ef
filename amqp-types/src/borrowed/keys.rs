//! Telling the keys of a map apart without keeping them all.

use alloc::vec::Vec;

use crate::codec::Decode;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;

/// How many keys are compared each with each, as in [`Map`](crate::primitive::Map).
const FEW: usize = 16;

/// The signs of the first keys.
pub(super) type Signs = [u64; FEW];

/// The keys of a map, one after another as they are read, as the octets that they are.
///
/// Nearly always all of them are short strings, or short symbols, and those are the same key only if
/// their octets are the same. Ascending ones are distinct, and so are a few whose signs are. Any other
/// keys are read once more; many that do not ascend need an index, which is an allocation.
pub(super) struct Keys<'a> {
    len: usize,
    /// The format code of all keys, if they are short and of one type.
    code: Option<u8>,
    ascending: bool,
    /// Whether a key has the sign of one before it.
    alike: bool,
    last: Text<'a>,
}

/// A short key: its [`start`], and all of its octets.
type Text<'a> = (u64, &'a [u8]);

impl<'a> Keys<'a> {
    #[inline]
    pub(super) const fn new(entries: &'a [u8]) -> Self {
        const STRING: u8 = Format::String8.code();
        const SYMBOL: u8 = Format::Symbol8.code();
        let code = match entries {
            [code @ (STRING | SYMBOL), ..] => Some(*code),
            _ => None,
        };
        Self { len: 0, code, ascending: true, alike: false, last: (0, &[]) }
    }

    /// Takes the next key: what begins with it.
    #[expect(
        clippy::inline_always,
        reason = "without it, all that is known of the keys is in memory"
    )]
    #[inline(always)]
    pub(super) fn add(&mut self, key: &'a [u8], signs: &mut Signs) {
        match key {
            [code, size, data @ ..] if Some(*code) == self.code => {
                let size = usize::from(*size);
                let text = data.get(..size).unwrap_or(data);
                let key = (start(data, size), text);
                self.ascending = self.ascending
                    && (self.last.0 < key.0 || self.len == 0 || follows(key, self.last));
                self.last = key;
                if let Some((before, [place, ..])) = signs.split_at_mut_checked(self.len) {
                    *place = sign(key);
                    self.alike = self.alike || !self.ascending && before.contains(place);
                }
            }
            _ => self.code = None,
        }
        self.len += 1;
    }

    /// Sees whether all keys were distinct, `K`s which `entries` begin with.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::DuplicateKey`], at the first key that was there before;
    /// [`DecodeErrorKind::TooManyOctets`] if the budget does not pay for an index.
    #[inline]
    pub(super) fn check<K: Decode<'a> + Copy + Ord>(
        &self,
        entries: &'a [u8],
        reader: &mut Reader<'a>,
    ) -> Result<(), Failed> {
        let distinct = self.ascending || self.len <= FEW && !self.alike;
        if self.code.is_some() && distinct {
            return Ok(());
        }
        check_any::<K>(self.len, entries, reader)
    }
}

/// Whether a key is the greater one of two. That their starts differ is seen elsewhere.
#[inline(never)]
fn follows(key: Text<'_>, last: Text<'_>) -> bool {
    last < key
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
/// and the length.
#[inline]
fn sign((start, text): Text<'_>) -> u64 {
    let end = text.last_chunk().map_or(0, |octets| u64::from_le_bytes(*octets));
    start.rotate_left(8) ^ end ^ text.len() as u64
}

/// Sees whether keys of any kind are distinct.
#[inline(never)]
fn check_any<'a, K: Decode<'a> + Copy + Ord>(
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
