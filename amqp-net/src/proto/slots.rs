//! Values that are found by a small number, which is used again after the value has been removed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The place of a value, and which of the values that had this place it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) index: u16,
    generation: u32,
}

/// Values by the lowest numbers that are free.
#[derive(Debug)]
pub(super) struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: BinaryHeap<Reverse<u16>>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slots<T> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: BinaryHeap::new() }
    }

    /// Inserts a value at the lowest free number, unless that is above `max`.
    pub(super) fn insert(&mut self, max: u16, value: T) -> Option<Key> {
        self.insert_with(max, |_| value)
    }

    /// Inserts a value that is made of its key.
    pub(super) fn insert_with(&mut self, max: u16, value: impl FnOnce(Key) -> T) -> Option<Key> {
        let index = match self.free.peek() {
            Some(Reverse(index)) => *index,
            None => u16::try_from(self.slots.len()).ok()?,
        };
        if index > max {
            return None;
        }
        if self.free.pop().is_none() {
            self.slots.push(Slot { generation: 0, value: None });
        }
        let slot = self.slots.get_mut(usize::from(index))?;
        let key = Key { index, generation: slot.generation };
        slot.value = Some(value(key));
        Some(key)
    }

    /// Removes a value. Its key then finds nothing, even after the number is used again.
    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slot(key)?;
        slot.generation = slot.generation.wrapping_add(1);
        let value = slot.value.take();
        self.free.push(Reverse(key.index));
        value
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.slot(key)?.value.as_mut()
    }

    /// Returns all values.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.value.as_ref())
    }

    /// Returns the keys of all values.
    pub(super) fn keys(&self) -> Vec<Key> {
        let indices = 0..=u16::MAX;
        indices.take(self.slots.len()).filter_map(|index| self.key(index)).collect()
    }

    /// Returns the key of the value that has a number now.
    pub(super) fn key(&self, index: u16) -> Option<Key> {
        let slot = self.slots.get(usize::from(index))?;
        slot.value.as_ref().map(|_| Key { index, generation: slot.generation })
    }

    fn slot(&mut self, key: Key) -> Option<&mut Slot<T>> {
        let slot = self.slots.get_mut(usize::from(key.index))?;
        (slot.generation == key.generation && slot.value.is_some()).then_some(slot)
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
            assert_eq!(key.index, former.index, "the lowest first");
            assert_eq!(slots.get_mut(key), Some(&mut 10));
            assert_eq!(slots.get_mut(*former), None, "the key of a former value");
            assert_eq!(slots.key(key.index), Some(key));
        }
        assert_eq!(slots.key(4), None);
    }

    #[test]
    fn a_limit_below_what_is_in_use_inserts_nothing() {
        let mut slots = Slots::new();
        let first = slots.insert(9, 'a').unwrap();
        slots.insert(9, 'b').unwrap();
        assert_eq!(slots.insert(1, 'c'), None);
        slots.remove(first);
        assert_eq!(slots.insert(0, 'c').map(|key| key.index), Some(0));
    }
}
