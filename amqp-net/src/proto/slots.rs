//! Values that are found by a small number, which is used again after the value has been removed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The place of a value, and which of the values that had this place it was.
// One number, because keys are moved and compared all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

impl Key {
    const fn new(index: u16, generation: u32) -> Self {
        Self((index as u64) << 32 | generation as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "it was a u16")]
    pub(super) const fn index(self) -> u16 {
        (self.0 >> 32) as u16
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    const fn generation(self) -> u32 {
        self.0 as u32
    }
}

/// Values by the lowest numbers that are free, or by those that have been free for longest.
#[derive(Debug)]
pub(super) struct Slots<T> {
    all: Vec<Slot<T>>,
    /// The free numbers, each after when it became free if that matters.
    free: BinaryHeap<Reverse<(u64, u16)>>,
    /// The number of values that are removed before a number is used again, if there are others.
    reuse_delay: usize,
    removed: u64,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slots<T> {
    /// Creates slots in which a value is inserted at the lowest free number.
    pub(super) const fn new() -> Self {
        Self::with_reuse_delay(0)
    }

    /// Creates slots in which the number of a removed value is used again only after `reuse_delay` others have been
    /// removed, unless no other number is free.
    pub(super) const fn with_reuse_delay(reuse_delay: usize) -> Self {
        Self { all: Vec::new(), free: BinaryHeap::new(), reuse_delay, removed: 0 }
    }

    /// Inserts a value at a free number, unless that is above `max`.
    pub(super) fn insert(&mut self, max: u16, value: T) -> Option<Key> {
        self.insert_with(max, |_| value)
    }

    /// Inserts a value that is made of its key.
    pub(super) fn insert_with(&mut self, max: u16, value: impl FnOnce(Key) -> T) -> Option<Key> {
        let new = u16::try_from(self.all.len()).ok().filter(|index| *index <= max);
        let index = match new {
            Some(index) if self.free.len() <= self.reuse_delay => {
                self.all.push(Slot { generation: 0, value: None });
                index
            }
            _ => {
                let Reverse((_, index)) = self.free.peek().filter(|it| it.0.1 <= max)?;
                let index = *index;
                self.free.pop();
                index
            }
        };
        let slot = self.all.get_mut(usize::from(index))?;
        let key = Key::new(index, slot.generation);
        slot.value = Some(value(key));
        Some(key)
    }

    /// Removes a value. Its key then finds nothing, even after the number is used again.
    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slot(key)?;
        slot.generation = slot.generation.wrapping_add(1);
        let value = slot.value.take();
        let since = if self.reuse_delay > 0 { self.removed } else { 0 };
        self.removed += 1;
        self.free.push(Reverse((since, key.index())));
        value
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.slot(key)?.value.as_mut()
    }

    /// Returns a value.
    pub(super) fn get(&self, key: Key) -> Option<&T> {
        let slot = self.all.get(usize::from(key.index()));
        slot.filter(|slot| slot.generation == key.generation())?.value.as_ref()
    }

    /// Returns all values.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.all.iter().filter_map(|slot| slot.value.as_ref())
    }

    /// Returns the keys of all values.
    pub(super) fn keys(&self) -> Vec<Key> {
        let indices = 0..=u16::MAX;
        indices.take(self.all.len()).filter_map(|index| self.key(index)).collect()
    }

    /// Returns the key of the value that has a number now.
    pub(super) fn key(&self, index: u16) -> Option<Key> {
        let slot = self.all.get(usize::from(index))?;
        slot.value.as_ref().map(|_| Key::new(index, slot.generation))
    }

    fn slot(&mut self, key: Key) -> Option<&mut Slot<T>> {
        let slot = self.all.get_mut(usize::from(key.index()))?;
        (slot.generation == key.generation() && slot.value.is_some()).then_some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_number_is_used() {
        let mut slots = Slots::new();
        let keys: Vec<_> = (0..4).map(|value| slots.insert(3, value).unwrap()).collect();
        assert_eq!(slots.insert(3, 9), None, "the limit is reached");
        for index in [3, 1, 2] {
            assert_eq!(slots.remove(keys[index]), Some(index));
            assert_eq!(slots.remove(keys[index]), None);
        }
        for former in &keys[1..] {
            let key = slots.insert(3, 10).unwrap();
            assert_eq!(key.index(), former.index(), "the lowest first");
            assert_eq!(slots.get_mut(key), Some(&mut 10));
            assert_eq!(slots.get_mut(*former), None, "the key of a former value");
            assert_eq!(slots.key(key.index()), Some(key));
        }
        assert_eq!(slots.key(4), None);
    }

    #[test]
    fn a_number_rests_unless_no_other_is_free() {
        let mut slots = Slots::with_reuse_delay(2);
        let mut used = Vec::new();
        for value in 0..7 {
            let key = slots.insert(9, value).unwrap();
            used.push(key.index());
            slots.remove(key);
        }
        assert_eq!(used, [0, 1, 2, 0, 1, 2, 0]);
        let used = [(); 4].map(|()| slots.insert(2, 7).map(Key::index));
        assert_eq!(used, [Some(1), Some(2), Some(0), None]);
    }

    #[test]
    fn a_limit_below_what_is_in_use_inserts_nothing() {
        let mut slots = Slots::new();
        let first = slots.insert(9, 'a').unwrap();
        slots.insert(9, 'b').unwrap();
        assert_eq!(slots.insert(1, 'c'), None);
        slots.remove(first);
        assert_eq!(slots.insert(0, 'c').map(Key::index), Some(0));
    }
}
