//! Finding duplicate keys of a map while they are decoded, without an allocation.

use crate::format::Format;
use crate::reader::Reader;

/// A check that the keys of a map are distinct, for keys that are all short texts of one type, as nearly
/// all are. Such keys are equal only if their octets are.
///
/// A key is reduced to a fingerprint of eight octets, and the fingerprints are kept in a hash table with
/// open addressing. Different keys may have equal fingerprints; in this case, and if keys are not short
/// texts, the keys are decoded again and compared.
pub(crate) struct ShortKeys<const SLOTS: usize> {
    /// The format code of all keys.
    code: u8,
    /// The fingerprints, or 0 in a free slot.
    slots: [u64; SLOTS],
    distinct: bool,
}

impl<const SLOTS: usize> ShortKeys<SLOTS> {
    /// The largest number of keys: half of the slots stay free, so that a search ends soon.
    pub(crate) const MOST: usize = SLOTS / 2;

    /// Creates a table for the keys of entries, at most [`MOST`](Self::MOST) of them.
    #[inline]
    pub(crate) fn new(count: usize, entries: &[u8]) -> Self {
        const STRING: u8 = Format::Str8.code();
        const SYMBOL: u8 = Format::Sym8.code();
        let code = match entries {
            [code @ (STRING | SYMBOL), ..] => *code,
            _ => 0,
        };
        Self { code, slots: [0; SLOTS], distinct: code != 0 && count <= Self::MOST }
    }

    /// Adds the key that octets begin with.
    #[inline]
    pub(crate) fn add(&mut self, key: &[u8]) {
        match key {
            [code, size, data @ ..] if *code == self.code && self.distinct => {
                let fingerprint = fingerprint(data, usize::from(*size));
                self.distinct = self.insert(fingerprint);
            }
            _ => self.distinct = false,
        }
    }

    /// Inserts a fingerprint. Returns whether it is known to be new.
    #[inline]
    fn insert(&mut self, fingerprint: u64) -> bool {
        let mut index = Self::slot(fingerprint);
        loop {
            #[cfg(test)]
            crate::work::add(1);
            match self.slots.get_mut(index) {
                Some(slot) if *slot == 0 => {
                    *slot = fingerprint;
                    return fingerprint != 0;
                }
                Some(slot) if *slot != fingerprint => index = (index + 1) % SLOTS,
                _ => return false,
            }
        }
    }

    /// Returns the index of the slot at which the search for a fingerprint starts.
    #[inline]
    const fn slot(fingerprint: u64) -> usize {
        // The upper bits of the product depend on all bits of the fingerprint.
        let hash = fingerprint.wrapping_mul(SPREAD) >> (u64::BITS - SLOTS.ilog2());
        #[expect(clippy::cast_possible_truncation, reason = "it is less than `SLOTS`")]
        let index = hash as usize;
        index
    }

    /// Returns the index of the slot at which the search for a text starts, for tests that choose texts
    /// by it.
    #[cfg(test)]
    pub(crate) fn slot_of(text: &[u8]) -> usize {
        Self::slot(fingerprint(text, text.len()))
    }

    /// Returns whether the keys of entries that have been validated are known to be distinct.
    #[inline(never)]
    pub(crate) fn are_all_distinct(count: usize, entries: &[u8]) -> bool {
        let mut keys = Self::new(count, entries);
        let mut reader = Reader::trusted(entries);
        for _ in 0..count {
            keys.add(reader.remaining());
            if !keys.are_distinct() || reader.skip().is_err() || reader.skip().is_err() {
                return false;
            }
        }
        keys.are_distinct()
    }

    /// Returns whether all keys are known to be distinct.
    #[inline]
    pub(crate) const fn are_distinct(&self) -> bool {
        self.distinct
    }
}

/// An odd multiplier that spreads bits: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns a number that is equal for equal texts, and rarely for others: a combination of the start, the
/// end and the length of the text that `data` begins with.
#[inline]
fn fingerprint(data: &[u8], size: usize) -> u64 {
    let text = data.get(..size).unwrap_or(data);
    let ends = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_be_bytes(*first).rotate_left(8) ^ u64::from_be_bytes(*last)
        }
        _ => match data.first_chunk() {
            // The octets after a shorter text are cleared.
            Some(octets) => u64::from_be_bytes(*octets) & !(u64::MAX >> (size * 8)),
            None => {
                let mut octets = [0; 8];
                octets.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
                u64::from_be_bytes(octets)
            }
        },
    };
    ends ^ (size as u64 + 1).wrapping_mul(SPREAD)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::*;

    fn are_distinct(keys: &[&str]) -> bool {
        let mut entries: Vec<u8> = Vec::new();
        let mut starts = Vec::new();
        for key in keys {
            starts.push(entries.len());
            entries.extend([0xa1, u8::try_from(key.len()).unwrap()]);
            entries.extend(key.as_bytes());
        }
        let mut table = ShortKeys::<32>::new(keys.len(), &entries);
        for start in starts {
            table.add(&entries[start..]);
        }
        table.are_distinct()
    }

    #[test]
    fn keys_of_every_length_are_distinguished() {
        for len in 0..40 {
            let keys: Vec<_> = (0..16).map(|key| format!("{:a<len$}{key:x}", "")).collect();
            let mut keys: Vec<_> = keys.iter().map(|key| &**key).collect();
            assert!(are_distinct(&keys));
            keys[15] = keys[0];
            assert!(!are_distinct(&keys));
        }
        assert!(are_distinct(&["a", "aa", "aaa"]));
        assert!(!are_distinct(&["", ""]));
    }

    #[test]
    fn too_many_keys_and_other_keys_are_not_decided() {
        let keys: Vec<_> = (0..17).map(|key| format!("{key}")).collect();
        assert!(!are_distinct(&keys.iter().map(|key| &**key).collect::<Vec<_>>()));
        let mut table = ShortKeys::<32>::new(1, &[0x43]);
        table.add(&[0x43]);
        assert!(!table.are_distinct());
    }
}
