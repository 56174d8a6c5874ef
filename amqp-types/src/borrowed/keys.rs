//! Telling the keys of a map apart without keeping them all.

use alloc::vec::Vec;

use crate::codec::Decode;
use crate::error::{DecodeErrorKind, Failed};
use crate::format::Format;
use crate::reader::Reader;

/// How many keys are kept: up to here each can be compared with each, as in
/// [`Map`](crate::primitive::Map).
const FEW: usize = 16;

/// The keys of a map, one after another as they are read, as the octets that they are.
///
/// Nearly always all of them are short strings, or short symbols, and those are the same key only if
/// their octets are the same. Ascending ones are distinct, and a few are compared with each other.
/// Keys of any other kind are read once more; many that do not ascend need an index, which is an
/// allocation.
pub(super) struct Keys<'a> {
    few: [&'a [u8]; FEW],
    last: &'a [u8],
    len: usize,
    /// The format code of all keys.
    code: u8,
    /// Whether all keys are short, and of one type.
    plain: bool,
    ascending: bool,
    /// The first key that is among the few before it.
    again: Option<usize>,
}

impl<'a> Keys<'a> {
    #[inline]
    pub(super) const fn new(entries: &'a [u8]) -> Self {
        const STRING: u8 = Format::String8.code();
        const SYMBOL: u8 = Format::Symbol8.code();
        let (code, plain) = match entries {
            [code @ (STRING | SYMBOL), ..] => (*code, true),
            _ => (0, false),
        };
        Self { few: [&[]; FEW], last: &[], len: 0, code, plain, ascending: true, again: None }
    }

    /// Takes the next key, all its octets.
    #[inline]
    pub(super) fn add(&mut self, key: &'a [u8]) {
        match key {
            [code, _, text @ ..] if self.plain && *code == self.code => self.add_plain(text),
            _ => self.plain = false,
        }
        self.len += 1;
    }

    #[inline]
    fn add_plain(&mut self, text: &'a [u8]) {
        self.ascending = self.ascending && (self.len == 0 || self.last < text);
        self.last = text;
        if let Some((before, [place, ..])) = self.few.split_at_mut_checked(self.len) {
            *place = text;
            if !self.ascending && self.again.is_none() && before.iter().any(|own| same(own, text)) {
                self.again = Some(self.len);
            }
        }
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
        match self.again {
            _ if self.plain && self.ascending => Ok(()),
            None if self.plain && self.len <= FEW => Ok(()),
            Some(again) if self.plain && self.len <= FEW => Err(duplicate(again, entries, reader)),
            _ => check_any::<K>(self.len, entries, reader),
        }
    }
}

/// Whether two texts are the same. Those of one length mostly differ at once.
#[inline]
fn same(own: &[u8], text: &[u8]) -> bool {
    own.len() == text.len() && own.first() == text.first() && own == text
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
