//! Values by numbers that mostly go up, most of which are removed soon.

use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;

/// Values by numbers that mostly go up, such as the deliveries of a session that are not settled.
///
/// Most values are in a ring, where they are found by their distance from the first. One that is still there when many
/// after it have been removed moves to a tree, so that the ring does not grow with the numbers.
#[derive(Debug)]
pub(super) struct Ring<T> {
    /// The number of the first place of the ring.
    base: u64,
    places: VecDeque<Option<T>>,
    /// The number of values in the ring.
    live: usize,
    stragglers: BTreeMap<u64, T>,
}

impl<T> Ring<T> {
    /// The number of places that the ring may have beyond four for each value.
    const SLACK: usize = 1024;

    pub(super) const fn new() -> Self {
        Self { base: 0, places: VecDeque::new(), live: 0, stragglers: BTreeMap::new() }
    }

    /// Inserts a value at a number that has none.
    pub(super) fn insert(&mut self, number: u64, value: T) {
        if number < self.base {
            self.stragglers.insert(number, value);
            return;
        }
        if self.live == 0 {
            self.places.clear();
            self.base = number;
        }
        if self.is_sparse(number) {
            self.make_room(number);
        }
        self.live += 1;
        let end = self.base + self.places.len() as u64;
        if number == end {
            self.places.push_back(Some(value));
            return;
        }
        match self.index(number).and_then(|index| self.places.get_mut(index)) {
            Some(place) => *place = Some(value),
            None => {
                self.places.extend((end..number).map(|_| None));
                self.places.push_back(Some(value));
            }
        }
    }

    /// Returns whether there are too many free places before this number.
    const fn is_sparse(&self, number: u64) -> bool {
        number - self.base > (4 * self.live + Self::SLACK) as u64
    }

    /// Moves the first values to the tree while there are too many free places before this number.
    #[cold]
    fn make_room(&mut self, number: u64) {
        while self.live > 0 && self.is_sparse(number) {
            if let Some(straggler) = self.places.pop_front().flatten() {
                self.stragglers.insert(self.base, straggler);
                self.live -= 1;
            }
            self.base += 1;
            self.remove_free_places();
        }
        if self.live == 0 {
            self.places.clear();
            self.base = number;
        }
    }

    /// Moves the first values to the tree while most places are free, so that to look at a range of places takes no longer
    /// than there are values.
    fn shrink(&mut self) {
        let end = self.base + self.places.len() as u64;
        if self.is_sparse(end) {
            self.make_room(end);
        }
    }

    /// Removes free places from the front.
    fn remove_free_places(&mut self) {
        while let Some(None) = self.places.front() {
            self.places.pop_front();
            self.base += 1;
        }
    }

    /// Returns the number of values.
    pub(super) fn len(&self) -> usize {
        self.live + self.stragglers.len()
    }

    fn index(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.base)?).ok()
    }

    pub(super) fn get(&self, number: u64) -> Option<&T> {
        match self.index(number) {
            Some(index) => self.places.get(index)?.as_ref(),
            None => self.stragglers.get(&number),
        }
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        match self.index(number) {
            Some(index) => self.places.get_mut(index)?.as_mut(),
            None => self.stragglers.get_mut(&number),
        }
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let removed = match self.index(number) {
            // Most are removed in order.
            Some(0) => {
                let first = self.places.pop_front()?;
                self.base += 1;
                first
            }
            Some(index) => self.places.get_mut(index)?.take(),
            None => return self.stragglers.remove(&number),
        };
        if removed.is_some() {
            self.live -= 1;
            self.remove_free_places();
            self.shrink();
        }
        removed
    }

    /// Returns the values in a range of numbers, in order.
    pub(super) fn range_mut(
        &mut self,
        range: RangeInclusive<u64>,
    ) -> impl Iterator<Item = (u64, &mut T)> {
        let (first, last) = range.into_inner();
        let base = self.base;
        let len = self.places.len();
        let place = |number: u64| usize::try_from(number.saturating_sub(base)).unwrap_or(len);
        // Past the last, which may be before the first.
        let end = place(last.saturating_add(1)).min(len);
        let start = place(first).min(end);
        let stragglers = (first <= last).then(|| self.stragglers.range_mut(first..=last));
        let stragglers = stragglers.into_iter().flatten().map(|(number, value)| (*number, value));
        let ring = (base + start as u64..).zip(self.places.range_mut(start..end));
        stragglers.chain(ring.filter_map(|(number, value)| Some((number, value.as_mut()?))))
    }

    /// Removes the values for which `keep` returns false.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(u64, &mut T) -> bool) {
        self.stragglers.retain(|number, value| keep(*number, value));
        for (number, place) in (self.base..).zip(&mut self.places) {
            if let Some(value) = place
                && !keep(number, value)
            {
                *place = None;
                self.live -= 1;
            }
        }
        self.remove_free_places();
        self.shrink();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ring: &mut Ring<u64>, model: &BTreeMap<u64, u64>) {
        assert_eq!(ring.len(), model.len());
        assert_eq!(ring.live, ring.places.iter().flatten().count());
        assert!(!matches!(ring.places.front(), Some(None)), "the first place is not free");
        let all: Vec<_> =
            ring.range_mut(0..=u64::MAX).map(|(number, value)| (number, *value)).collect();
        assert_eq!(all, model.iter().map(|(number, value)| (*number, *value)).collect::<Vec<_>>());
    }

    #[test]
    fn a_ring_does_what_a_tree_does() {
        for start in [0, (1 << 31) - 100, (1 << 32) - 100, (1 << 33) - 100] {
            let mut ring = Ring::new();
            let mut model = BTreeMap::new();
            let (mut next, mut seed) = (start, start + 1_u64);
            for step in 0..20_000_u64 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let random = seed >> 33;
                match random % 16 {
                    0..=6 => {
                        next += if random % 97 == 0 { random % 5000 } else { random / 16 % 2 };
                        // A delivery of many transfers is complete after later ones.
                        let late = next - random / 32 % 300 % (next - start + 1);
                        let number = if random % 31 == 0 { late } else { next };
                        if model.contains_key(&number) {
                            continue;
                        }
                        ring.insert(number, step);
                        model.insert(number, step);
                        next = next.max(number + 1);
                    }
                    7..=12 => {
                        // Most of them from the front.
                        let index = if random % 5 == 0 { random / 5 % 50 } else { random / 5 % 3 };
                        let key = model.keys().nth(usize::try_from(index).unwrap()).copied();
                        let number = key.unwrap_or(random);
                        assert_eq!(ring.get(number), model.get(&number));
                        assert_eq!(ring.get_mut(number), model.get_mut(&number));
                        assert_eq!(ring.remove(number), model.remove(&number));
                    }
                    13 => {
                        let first = next.saturating_sub(random % 3000);
                        let range = first..=first + random / 7 % 300;
                        let found: Vec<_> =
                            ring.range_mut(range.clone()).map(|(n, v)| (n, *v)).collect();
                        let expected: Vec<_> = model.range(range).map(|(n, v)| (*n, *v)).collect();
                        assert_eq!(found, expected);
                    }
                    14 if random % 20 == 0 => {
                        ring.retain(|number, _| number % 7 != 3);
                        model.retain(|number, _| number % 7 != 3);
                    }
                    _ => {}
                }
                if step % 500 == 0 {
                    check(&mut ring, &model);
                }
            }
            check(&mut ring, &model);
        }
    }

    #[test]
    fn one_value_that_stays_while_ten_million_pass_does_not_keep_their_places() {
        let mut ring = Ring::new();
        ring.insert(0, 0);
        let began = std::time::Instant::now();
        for number in 1..=10_000_000 {
            ring.insert(number, number);
            assert_eq!(ring.remove(number), Some(number));
            assert!(ring.places.capacity() <= 2 * Ring::<u64>::SLACK);
        }
        println!("10 million values passed in {:?}", began.elapsed());
        assert_eq!((ring.len(), ring.get(0)), (1, Some(&0)));
        // A gap of any length costs nothing.
        ring.insert(u64::MAX - 1, 1);
        assert_eq!((ring.places.len(), ring.get(u64::MAX - 1)), (1, Some(&1)));
    }

    #[test]
    fn values_that_stay_at_both_ends_do_not_keep_the_places_between_them() {
        let by_one = |ring: &mut Ring<u64>| {
            for number in 1..99_999 {
                ring.remove(number);
            }
        };
        let at_once = |ring: &mut Ring<u64>| ring.retain(|number, _| number % 99_999 == 0);
        for remove in [&by_one as &dyn Fn(&mut Ring<u64>), &at_once] {
            let mut ring = Ring::new();
            (0..100_000).for_each(|number| ring.insert(number, number));
            remove(&mut ring);
            assert!(ring.places.len() <= 2 * Ring::<u64>::SLACK, "{}", ring.places.len());
            check(&mut ring, &BTreeMap::from([(0, 0), (99_999, 99_999)]));
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_empty() {
        let mut ring = Ring::new();
        ring.insert(5, 'a');
        for (first, last) in [(6, 4), (5, 4), (9, 9), (0, 4), (u64::MAX, 0)] {
            assert_eq!(ring.range_mut(first..=last).count(), 0);
        }
        assert_eq!(ring.range_mut(5..=5).count(), 1);
    }
}
