//! What the handles and the task of a connection share.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::state::{State, Wakers};
use super::waiters::{Place, Waiters};

/// The engine of a connection and the futures that wait for it, behind a lock.
pub(super) struct Core {
    state: Mutex<State>,
}

/// Without the state: every handle has a core, and the state has the messages of all of them.
impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl Core {
    pub(super) const fn new(state: State) -> Self {
        Self { state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is consistent between any two statements that can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something under the lock. Futures are woken after it has been released, because a waker can run any
    /// code.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // What follows is done when these are dropped, so that the result is not moved: the lock first, then the wakers.
        let mut wakers = None;
        let mut locked = Locked { state: self.lock(), wakers: &mut wakers };
        act(&mut locked.state)
    }

    /// Waits until `look` returns something. Its second argument is whether the future has waited.
    ///
    /// Dropping the future passes its turn on.
    pub(super) async fn wait<T>(
        &self,
        queue: impl Fn(&mut State) -> Option<&mut Waiters>,
        mut look: impl FnMut(&mut State, bool) -> Option<T>,
    ) -> T {
        let mut waiting = Waiting { core: self, queue, place: None };
        poll_fn(|cx| {
            self.with(|state| {
                if let Some(found) = look(state, waiting.place.is_some()) {
                    waiting.leave(state);
                    return Poll::Ready(found);
                }
                let queue = (waiting.queue)(state);
                let former = queue.and_then(|queue| queue.wait(&mut waiting.place, cx));
                state.discard(former);
                Poll::Pending
            })
        })
        .await
    }
}

/// The state while it is locked, and the place for what is to be woken after that.
struct Locked<'c> {
    state: MutexGuard<'c, State>,
    wakers: &'c mut Option<Wakers>,
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        self.state.dispatch();
        *self.wakers = self.state.take_wakers();
    }
}

/// A future that waits. Leaves its place when it is dropped.
struct Waiting<'c, Q: Fn(&mut State) -> Option<&mut Waiters>> {
    core: &'c Core,
    queue: Q,
    place: Option<Place>,
}

impl<Q: Fn(&mut State) -> Option<&mut Waiters>> Waiting<'_, Q> {
    /// Leaves its place, if it has one.
    fn leave(&mut self, state: &mut State) {
        let Some(place) = self.place.take() else { return };
        let mut wakers = Vec::new();
        let queue = (self.queue)(state);
        let left = queue.and_then(|queue| queue.leave(place, &mut wakers));
        state.wake(wakers);
        state.discard(left);
    }
}

impl<Q: Fn(&mut State) -> Option<&mut Waiters>> Drop for Waiting<'_, Q> {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.core.with(|state| self.leave(state));
        }
    }
}
