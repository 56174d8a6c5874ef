//! Duplicate keys of maps (section 1.6.23).

use alloc::vec::Vec;

/// The largest number of keys of which each is compared with all before it. Sorting more keys than this
/// is faster.
pub(crate) const FEW: usize = 16;

/// Returns the index of the first entry whose key equals that of an earlier entry.
pub(crate) fn first_duplicate<E, K: Ord>(entries: &[E], key: impl Fn(&E) -> &K) -> Option<usize> {
    if entries.is_sorted_by(|a, b| key(a) < key(b)) {
        return None;
    }
    if entries.len() <= FEW {
        return entries.iter().enumerate().position(|(index, entry)| {
            entries.iter().take(index).any(|earlier| key(earlier) == key(entry))
        });
    }
    let mut sorted: Vec<(&K, usize)> = entries.iter().map(key).zip(0..).collect();
    sorted.sort_unstable();
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.filter(|((a, _), (b, _))| a == b).map(|(_, (_, index))| *index).min()
}

/// Returns how many octets are compared at most to find a duplicate among this many keys, which take
/// this many octets together.
pub(crate) const fn comparisons(keys: usize, octets: usize) -> usize {
    let times = match keys {
        0 | 1 => 0,
        2..=FEW => 1 + keys / 2,
        _ => 2 + keys.ilog2() as usize,
    };
    octets.saturating_mul(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_duplicate_is_found_among_any_number_of_keys() {
        for len in [2usize, 16, 17, 1000] {
            let mut keys: Vec<usize> = (0..len).rev().collect();
            assert_eq!(first_duplicate(&keys, |key| key), None);
            keys[0] = 0;
            assert_eq!(first_duplicate(&keys, |key| key), Some(len - 1));
            keys[1] = 0;
            assert_eq!(first_duplicate(&keys, |key| key), Some(1));
        }
    }
}
