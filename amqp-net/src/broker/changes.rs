//! Those that wait for something to change.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::time::timeout_at;

/// Tells those that wait that something has changed. It costs next to nothing while nobody waits.
#[derive(Debug, Default)]
pub(super) struct Changes {
    waiting: AtomicUsize,
    notify: Notify,
}

/// Counts one that waits.
struct Waiting<'c>(&'c AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Changes {
    pub(super) fn tell(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.notify.notify_waiters();
        }
    }

    /// Waits until `look` returns something, which is asked after each change, and also at the time that `next` returns.
    pub(super) async fn until<T>(
        &self,
        mut look: impl FnMut() -> Option<T>,
        next: impl Fn() -> Option<Instant>,
    ) -> T {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        loop {
            let mut changed = std::pin::pin!(self.notify.notified());
            changed.as_mut().enable();
            if let Some(found) = look() {
                return found;
            }
            match next() {
                None => changed.await,
                Some(at) => drop(timeout_at(at.into(), changed).await),
            }
        }
    }
}
