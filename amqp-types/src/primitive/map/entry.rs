//! The place of one key in a map, as `entry` of std's maps returns it.

use alloc::vec::Vec;
use core::mem;

/// The place of a key in a [`Map`](crate::Map), from [`Map::entry`](crate::Map::entry).
///
/// ```
/// use amqp_types::Map;
///
/// let mut counts: Map<&str, u32> = Map::new();
/// for word in ["a", "b", "a"] {
///     *counts.entry(word).or_default() += 1;
/// }
/// assert_eq!(counts, Map::from([("a", 2), ("b", 1)]));
/// ```
#[derive(Debug)]
pub enum Entry<'m, K, V> {
    /// The key is in the map.
    Occupied(OccupiedEntry<'m, K, V>),
    /// The key is not in the map.
    Vacant(VacantEntry<'m, K, V>),
}

/// A key that is in a map, and its value.
#[derive(Debug)]
pub struct OccupiedEntry<'m, K, V> {
    entries: &'m mut Vec<(K, V)>,
    index: usize,
}

/// A key that is not in a map.
#[derive(Debug)]
pub struct VacantEntry<'m, K, V> {
    entries: &'m mut Vec<(K, V)>,
    key: K,
}

impl<'m, K, V> Entry<'m, K, V> {
    pub(super) fn new(entries: &'m mut Vec<(K, V)>, key: K) -> Self
    where
        K: Eq,
    {
        match entries.iter().position(|(own, _)| *own == key) {
            Some(index) => Self::Occupied(OccupiedEntry { entries, index }),
            None => Self::Vacant(VacantEntry { entries, key }),
        }
    }

    /// Returns the key.
    pub fn key(&self) -> &K {
        match self {
            Self::Occupied(entry) => entry.key(),
            Self::Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value, if the key is in the map.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "as in `std`, it can be all that is wanted"
    )]
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// Returns the value, after inserting this one if the key is not in the map.
    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    /// Returns the value, after inserting that of a function if the key is not in the map.
    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'m mut V {
        match self {
            Self::Occupied(entry) => entry.into_mut(),
            Self::Vacant(entry) => entry.insert(value()),
        }
    }

    /// Returns the value, after inserting the default if the key is not in the map.
    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

#[expect(clippy::indexing_slicing, reason = "the vector is borrowed since the index was found")]
impl<'m, K, V> OccupiedEntry<'m, K, V> {
    /// Returns the key.
    pub fn key(&self) -> &K {
        &self.entries[self.index].0
    }

    /// Returns the value.
    pub fn get(&self) -> &V {
        &self.entries[self.index].1
    }

    /// Returns the value, to change it.
    pub fn get_mut(&mut self) -> &mut V {
        &mut self.entries[self.index].1
    }

    /// Returns the value, for as long as the map is borrowed.
    pub fn into_mut(self) -> &'m mut V {
        &mut self.entries[self.index].1
    }

    /// Sets the value, and returns the one that it replaces.
    pub fn insert(&mut self, value: V) -> V {
        mem::replace(self.get_mut(), value)
    }

    /// Removes the key, and returns its value. The entries after it keep their order.
    pub fn remove(self) -> V {
        self.entries.remove(self.index).1
    }
}

impl<'m, K, V> VacantEntry<'m, K, V> {
    /// Returns the key.
    pub const fn key(&self) -> &K {
        &self.key
    }

    /// Returns the key, without inserting it.
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts the key with a value, after the last entry.
    pub fn insert(self, value: V) -> &'m mut V {
        let Self { entries, key } = self;
        let index = entries.len();
        entries.push((key, value));
        OccupiedEntry { entries, index }.into_mut()
    }
}
