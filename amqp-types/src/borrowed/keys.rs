//! Telling the keys of a map apart without keeping them all.

use alloc::vec::Vec;

use crate::codec::Decode;
use crate::error::{DecodeErrorKind, Failed};
use crate::reader::Reader;

/// How many keys are kept: up to here each can be compared with each, as in
/// [`Map`](crate::primitive::Map).
const FEW: usize = 16;

/// The keys of a map, one after another as they are read.
///
/// Ascending keys are distinct, and a few are compared with each other. Only many keys in no order
/// need an index, which is an allocation.
pub(super) struct Keys<K> {
    few: [Option<K>; FEW],
    last: Option<K>,
    len: usize,
    ascending: bool,
    /// The first key that is among the few before it.
    again: Option<usize>,
}

impl<K: Copy + Ord> Keys<K> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self { few: [const { None }; FEW], last: None, len: 0, ascending: true, again: None }
    }

    /// Takes the next key.
    #[inline]
    pub(super) fn add(&mut self, key: K) {
        self.ascending = self.ascending && self.last.is_none_or(|last| last < key);
        if let Some(place) = self.few.get_mut(self.len) {
            *place = Some(key);
            if !self.ascending && self.again.is_none() {
                self.find_again(key);
            }
        }
        self.last = Some(key);
        self.len += 1;
    }

    fn find_again(&mut self, key: K) {
        if self.few.iter().take(self.len).flatten().any(|own| *own == key) {
            self.again = Some(self.len);
        }
    }

    /// Sees whether all keys were distinct. `entries` are the octets that they were read from.
    ///
    /// # Errors
    ///
    /// [`DecodeErrorKind::DuplicateKey`], at the first key that was there before;
    /// [`DecodeErrorKind::TooManyOctets`] if the budget does not pay for an index.
    #[inline]
    pub(super) fn check<'a>(self, entries: &'a [u8], reader: &mut Reader<'a>) -> Result<(), Failed>
    where
        K: Decode<'a>,
    {
        match self.again {
            _ if self.ascending => Ok(()),
            None if self.len <= FEW => Ok(()),
            Some(again) => Err(duplicate(again, entries, reader)),
            None => Self::check_many(self.len, entries, reader),
        }
    }

    #[cold]
    fn check_many<'a>(len: usize, entries: &'a [u8], reader: &mut Reader<'a>) -> Result<(), Failed>
    where
        K: Decode<'a>,
    {
        reader.charge_octets(len.saturating_mul(size_of::<(K, usize)>()))?;
        let mut again = Reader::checked(entries);
        let mut sorted = Vec::with_capacity(len);
        for index in 0..len {
            sorted.push((K::decode(&mut again)?, index));
            again.skip()?;
        }
        sorted.sort_unstable();
        let pairs = sorted.iter().zip(sorted.iter().skip(1));
        match pairs.filter(|((a, _), (b, _))| a == b).map(|(_, (_, index))| *index).min() {
            Some(index) => Err(duplicate(index, entries, reader)),
            None => Ok(()),
        }
    }
}

/// Where the key is that was there already: nobody has kept the places of all keys.
#[cold]
fn duplicate<'a>(index: usize, entries: &'a [u8], reader: &mut Reader<'a>) -> Failed {
    let mut again = Reader::checked(entries);
    let keys_and_values = index * 2;
    let key = (0..keys_and_values).try_for_each(|_| again.skip()).map(|()| again.rest());
    reader.error_in(key.unwrap_or(entries), DecodeErrorKind::DuplicateKey)
}
