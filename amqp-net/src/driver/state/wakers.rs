//! The wakers that leave the state when its lock is released.

use std::task::Waker;

/// Wakers that have been taken out of the state. They are woken, or only dropped, when this is dropped.
#[derive(Default)]
pub(in super::super) struct Wakers {
    /// The most frequent case, in which the state keeps its memory.
    one: Option<Waker>,
    several: Vec<Waker>,
    /// Those that are only dropped.
    discarded: Vec<Waker>,
}

impl Wakers {
    /// Takes the wakers to wake and those to drop, if there are any.
    pub(super) fn take(woken: &mut Vec<Waker>, discarded: &mut Vec<Waker>) -> Option<Self> {
        if woken.is_empty() && discarded.is_empty() {
            return None;
        }
        let mut wakers = Self::default();
        std::mem::swap(&mut wakers.discarded, discarded);
        if woken.len() == 1 {
            wakers.one = woken.pop();
        } else {
            wakers.several = std::mem::take(woken);
        }
        Some(wakers)
    }
}

impl Drop for Wakers {
    fn drop(&mut self) {
        if let Some(one) = self.one.take() {
            one.wake();
        }
        self.several.drain(..).for_each(Waker::wake);
    }
}
