//! Futures that wait for the same thing.

use std::collections::VecDeque;
use std::task::{Context, Waker};

/// Futures that wait for the same thing, in the order in which they began to wait.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    next: u64,
    /// By their places, which go up. The waker is `None` after it has been woken.
    waiting: VecDeque<(u64, Option<Waker>)>,
}

/// The place of a future among those that wait.
pub(super) type Place = u64;

impl Waiters {
    /// Lets a future wait, at the place that it has or at the end. Returns the waker that it had, which is to be dropped.
    pub(super) fn wait(
        &mut self,
        place: &mut Option<Place>,
        cx: &mut Context<'_>,
    ) -> Option<Waker> {
        let place = *place.get_or_insert_with(|| {
            self.next += 1;
            self.waiting.push_back((self.next, None));
            self.next
        });
        let index = self.index(place)?;
        let (_, waker) = self.waiting.get_mut(index)?;
        match waker {
            Some(waker) if waker.will_wake(cx.waker()) => None,
            _ => waker.replace(cx.waker().clone()),
        }
    }

    /// Removes a future. If it has been woken, its turn passes on. Returns the waker that it had, which is to be
    /// dropped.
    pub(super) fn leave(&mut self, place: Place, wakers: &mut Vec<Waker>) -> Option<Waker> {
        let (_, waker) = self.index(place).and_then(|index| self.waiting.remove(index))?;
        if waker.is_none() {
            self.wake_next(wakers);
        }
        waker
    }

    /// Wakes the first future that has not been woken.
    pub(super) fn wake_next(&mut self, wakers: &mut Vec<Waker>) {
        wakers.extend(self.waiting.iter_mut().find_map(|(_, waker)| waker.take()));
    }

    /// Wakes all futures.
    pub(super) fn wake_all(&mut self, wakers: &mut Vec<Waker>) {
        wakers.extend(self.waiting.iter_mut().filter_map(|(_, waker)| waker.take()));
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn index(&self, place: Place) -> Option<usize> {
        self.waiting.binary_search_by_key(&place, |(place, _)| *place).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A future that waits.
    struct Waiting {
        place: Option<Place>,
        count: Arc<Count>,
    }

    impl Waiting {
        fn wait(waiters: &mut Waiters) -> Self {
            let mut waiting = Self { place: None, count: Arc::default() };
            waiting.wait_on(waiters);
            waiting
        }

        fn wait_on(&mut self, waiters: &mut Waiters) {
            let waker = Waker::from(Arc::clone(&self.count));
            waiters.wait(&mut self.place, &mut Context::from_waker(&waker));
        }

        fn woken(&self) -> usize {
            self.count.0.load(Ordering::Relaxed)
        }
    }

    fn wake(wakers: &mut Vec<Waker>) {
        wakers.drain(..).for_each(Waker::wake);
    }

    #[test]
    fn they_are_woken_in_turn_and_keep_their_places() {
        let mut waiters = Waiters::default();
        let mut wakers = Vec::new();
        let mut waiting: Vec<_> = (0..3).map(|_| Waiting::wait(&mut waiters)).collect();
        waiters.wake_next(&mut wakers);
        wake(&mut wakers);
        // The first found nothing, and waits again.
        waiting[0].wait_on(&mut waiters);
        waiters.wake_next(&mut wakers);
        wake(&mut wakers);
        assert_eq!([2, 0, 0], [0, 1, 2].map(|index: usize| waiting[index].woken()));
        waiters.wake_all(&mut wakers);
        wake(&mut wakers);
        assert_eq!([2, 1, 1], [0, 1, 2].map(|index: usize| waiting[index].woken()));
    }

    #[test]
    fn the_turn_of_one_that_leaves_passes_on() {
        let mut waiters = Waiters::default();
        let mut wakers = Vec::new();
        let waiting: Vec<_> = (0..4).map(|_| Waiting::wait(&mut waiters)).collect();
        // One that has not been woken has no turn.
        waiters.leave(waiting[1].place.unwrap(), &mut wakers);
        assert!(wakers.is_empty());
        waiters.wake_next(&mut wakers);
        waiters.leave(waiting[0].place.unwrap(), &mut wakers);
        wake(&mut wakers);
        assert_eq!([1, 0, 1, 0], [0, 1, 2, 3].map(|index: usize| waiting[index].woken()));
        for left in [2, 3, 0] {
            waiters.leave(waiting[left].place.unwrap(), &mut wakers);
        }
        assert!(waiters.is_empty());
    }
}
