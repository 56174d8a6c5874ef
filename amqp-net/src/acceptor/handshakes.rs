//! The pending handshakes of a listener.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, JoinSet};

use crate::clock::now;

/// Handshakes that began this recently are young: they have not taken too long.
const YOUNG: Duration = Duration::from_millis(250);

/// The pending handshakes, each in its own task. The outcome of each is a `T`.
#[derive(Debug)]
pub(super) struct Handshakes<T> {
    max: usize,
    tasks: JoinSet<(u64, T)>,
    /// By number, the oldest first.
    pending: BTreeMap<u64, Handshake>,
    next: u64,
}

#[derive(Debug)]
struct Handshake {
    peer: SocketAddr,
    began: Instant,
    task: AbortHandle,
}

impl<T: Send + 'static> Handshakes<T> {
    pub(super) fn new() -> Self {
        Self { max: 4096, tasks: JoinSet::new(), pending: BTreeMap::new(), next: 0 }
    }

    pub(super) const fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether another handshake can begin. The connection of an evicted one is open until its task
    /// has ended, which [`poll_next`](Self::poll_next) waits for.
    pub(super) fn has_room(&self) -> bool {
        self.tasks.len() <= self.max
    }

    /// Begins a handshake. If there are too many, returns the peer of the evicted one.
    pub(super) fn begin(
        &mut self,
        peer: SocketAddr,
        handshake: impl Future<Output = T> + Send + 'static,
    ) -> Option<SocketAddr> {
        let evicted = if self.len() < self.max { None } else { self.evict_oldest() };
        let number = self.next;
        self.next += 1;
        // Otherwise the task would store it twice: as it was passed and where it is used.
        let handshake = Box::pin(handshake);
        let task = self.tasks.spawn(async move { (number, handshake.await) });
        self.pending.insert(number, Handshake { peer, began: now(), task });
        evicted
    }

    /// Drops the oldest handshake and its connection, and returns its peer.
    pub(super) fn evict_oldest(&mut self) -> Option<SocketAddr> {
        let (_, Handshake { peer, task, .. }) = self.pending.pop_first()?;
        task.abort();
        Some(peer)
    }

    /// Drops the oldest handshake and its connection, as [`evict_oldest`](Self::evict_oldest) does, unless it has just begun.
    pub(super) fn evict_oldest_unless_young(&mut self) -> Option<SocketAddr> {
        let (_, oldest) = self.pending.first_key_value()?;
        if now().saturating_duration_since(oldest.began) < YOUNG {
            return None;
        }
        self.evict_oldest()
    }

    /// Returns the outcome of the next handshake that is over, or `None` if none is pending.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        loop {
            match ready!(self.tasks.poll_join_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok((number, outcome))) => {
                    // The outcome of an evicted handshake has been returned already.
                    if self.pending.remove(&number).is_some() {
                        return Poll::Ready(Some(outcome));
                    }
                }
                // An evicted handshake, whose outcome has been returned already.
                Some(Err(error)) if error.is_cancelled() => {}
                // A task that panicked must not count any longer.
                Some(Err(error)) => {
                    self.pending.retain(|_, handshake| handshake.task.id() != error.id());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "this is a test, in its helpers too")]

    use std::future::poll_fn;

    use std::net::Ipv4Addr;

    use tokio::time::sleep;

    use super::*;

    /// Handshakes that do not end.
    fn silent(count: u16, max: usize) -> Handshakes<()> {
        let mut handshakes = Handshakes::new();
        handshakes.set_max(max);
        for port in 0..count {
            handshakes.begin((Ipv4Addr::LOCALHOST, port).into(), std::future::pending());
        }
        handshakes
    }

    #[tokio::test]
    async fn an_evicted_handshake_counts_until_its_task_has_ended() {
        let mut handshakes = silent(2, 2);
        assert!(handshakes.has_room());
        let more = silent(3, 2);
        assert_eq!((more.len(), more.has_room()), (2, false));
        handshakes.evict_oldest().unwrap();
        assert_eq!((handshakes.len(), handshakes.tasks.len()), (1, 2));
        poll_fn(|cx| {
            assert!(handshakes.poll_next(cx).is_pending());
            if handshakes.tasks.len() == 1 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    #[tokio::test]
    async fn young_handshakes_are_not_evicted() {
        let mut handshakes = silent(1, 2);
        assert!(handshakes.evict_oldest_unless_young().is_none());
        sleep(YOUNG).await;
        assert!(handshakes.evict_oldest_unless_young().is_some());
        assert!(handshakes.is_empty());
        assert!(handshakes.evict_oldest_unless_young().is_none());
    }
}
