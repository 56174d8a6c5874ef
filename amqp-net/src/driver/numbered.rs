//! Values by numbers that go up, such as the deliveries of one link among those of a session.

use std::collections::VecDeque;

/// Values by numbers that go up, with gaps of any length. Most are removed soon, in order.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    /// By number. A value in the middle that has been removed leaves its number behind. The first one is never removed.
    values: VecDeque<(u64, Option<T>)>,
    /// The number of values that have not been removed.
    live: usize,
}

impl<T> Numbered<T> {
    /// The most numbers that are left behind, beyond four for each value.
    const SLACK: usize = 1024;

    pub(super) const fn new() -> Self {
        Self { values: VecDeque::new(), live: 0 }
    }

    /// Adds a value. Its number must be higher than all before it.
    pub(super) fn insert(&mut self, number: u64, value: T) {
        self.values.push_back((number, Some(value)));
        self.live += 1;
    }

    pub(super) const fn len(&self) -> usize {
        self.live
    }

    /// Returns where a number is.
    fn index(&self, number: u64) -> Option<usize> {
        let (first, _) = self.values.front()?;
        // Without gaps it is here.
        let guess = usize::try_from(number.checked_sub(*first)?).unwrap_or(usize::MAX);
        match self.values.get(guess) {
            Some((at, _)) if *at == number => Some(guess),
            _ => self.values.binary_search_by_key(&number, |(number, _)| *number).ok(),
        }
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let index = self.index(number)?;
        self.values.get_mut(index)?.1.as_mut()
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let index = self.index(number)?;
        let removed = self.values.get_mut(index)?.1.take()?;
        self.live -= 1;
        while let Some((_, None)) = self.values.front() {
            self.values.pop_front();
        }
        if self.values.len() > 4 * self.live + Self::SLACK {
            self.values.retain(|(_, value)| value.is_some());
        }
        Some(removed)
    }

    /// Returns all values, in order.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut().filter_map(|(_, value)| value.as_mut())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn values_are_found_as_in_a_tree() {
        let mut numbered = Numbered::new();
        let mut model = BTreeMap::new();
        let (mut next, mut seed) = (1 << 32, 1_u64);
        for step in 0..50_000_u64 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = seed >> 33;
            if random % 2 == 0 {
                next += 1 + if random % 50 == 0 { random % 5000 } else { random / 64 % 2 };
                numbered.insert(next, step);
                model.insert(next, step);
            } else {
                // Most of them from the front.
                let index = if random % 5 == 1 { random / 5 % 500 } else { random / 5 % 2 };
                let key = model.keys().nth(usize::try_from(index).unwrap()).copied();
                let number = key.unwrap_or(next - random % 100);
                assert_eq!(numbered.get_mut(number), model.get_mut(&number));
                assert_eq!(numbered.remove(number), model.remove(&number));
            }
            assert_eq!(numbered.len(), model.len());
            if step % 500 == 0 {
                assert!(numbered.values_mut().eq(model.values_mut()));
                assert!(!matches!(numbered.values.front(), Some((_, None))));
            }
        }
    }

    #[test]
    fn one_value_that_stays_while_a_million_pass_does_not_keep_their_numbers() {
        let mut numbered = Numbered::new();
        numbered.insert(0, 0);
        for number in 1..=1_000_000 {
            numbered.insert(number, number);
            assert_eq!(numbered.remove(number), Some(number));
            assert!(numbered.values.len() <= Numbered::<u64>::SLACK + 8);
        }
        assert_eq!((numbered.len(), numbered.get_mut(0)), (1, Some(&mut 0)));
    }
}
