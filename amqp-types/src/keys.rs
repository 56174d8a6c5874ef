//! Duplicate keys of maps (section 1.6.23).

use alloc::collections::BTreeSet;

use crate::format::{Category, Format};

/// The largest number of keys that are sorted by binary insertion. `sort` also inserts this many keys, but
/// compares each key with all keys that it passes.
const FEW: usize = 20;

/// The largest number of keys that are all compared with each other, because most differ in length.
const VERY_FEW: usize = 12;

/// Returns whether octets begin with a value that contains others: a described value, list, map or array.
pub(crate) fn holds_values(octets: &[u8]) -> bool {
    octets.first().is_some_and(|code| {
        Format::from_code(*code).is_none_or(|format| {
            matches!(format.category(), Category::Compound(_) | Category::Array(_))
        })
    })
}

/// Returns the work of comparing a key once: its octets, twice if it contains other values, because the
/// values of both keys are then decoded.
#[inline]
pub(crate) fn work(key: &[u8], octets: usize) -> usize {
    if holds_values(key) { octets * 2 } else { octets }
}

/// Returns the index of the first entry whose key equals that of an earlier entry.
pub(crate) fn first_duplicate<E, K: Ord>(entries: &[E], key: impl Fn(&E) -> &K) -> Option<usize> {
    if entries.is_sorted_by(|a, b| key(a) < key(b)) {
        return None;
    }
    if entries.len() <= VERY_FEW {
        return entries.iter().enumerate().position(|(index, entry)| {
            entries.iter().take(index).any(|before| key(before) == key(entry))
        });
    }
    if entries.len() <= FEW {
        let mut sorted = [key(entries.first()?); FEW];
        return entries.iter().enumerate().position(|(index, entry)| {
            let before = sorted.get(..index).unwrap_or_default();
            let Err(at) = before.binary_search(&key(entry)) else { return true };
            if let Some(moved) = sorted.get_mut(at..=index) {
                moved.rotate_right(1);
                moved.iter_mut().take(1).for_each(|place| *place = key(entry));
            }
            false
        });
    }
    // Sorting a slice may panic if the keys have no total order, which a user's type may get wrong.
    let mut before = BTreeSet::new();
    entries.iter().position(|entry| !before.insert(key(entry)))
}

/// Returns how many octets are compared at most to find a duplicate among this many keys, which take
/// this many octets together.
pub(crate) const fn comparisons(keys: usize, octets: usize) -> usize {
    let times = match keys {
        0 | 1 => 0,
        // Each pair, and each key with the next one before that.
        2..=VERY_FEW => 1 + keys / 2,
        _ => 2 + keys.ilog2() as usize,
    };
    octets.saturating_mul(times)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn the_first_duplicate_is_found_among_any_number_of_keys() {
        for len in [2usize, 16, 17, 20, 21, 1000] {
            let mut keys: Vec<usize> = (0..len).rev().collect();
            assert_eq!(first_duplicate(&keys, |key| key), None);
            keys[0] = 0;
            assert_eq!(first_duplicate(&keys, |key| key), Some(len - 1));
            keys[1] = 0;
            assert_eq!(first_duplicate(&keys, |key| key), Some(1));
        }
    }
}
