//! The connections that are being closed.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::task::{AbortHandle, JoinSet};

/// The connections that are being closed, each in its own task. When there are too many, the oldest is
/// dropped, so that idle clients do not block others.
#[derive(Debug)]
pub(crate) struct ClosingConnections {
    max: usize,
    tasks: JoinSet<u64>,
    /// By number, the oldest first.
    pending: BTreeMap<u64, (SocketAddr, AbortHandle)>,
    next: u64,
}

impl ClosingConnections {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, tasks: JoinSet::new(), pending: BTreeMap::new(), next: 0 }
    }

    /// Whether another connection can be closed. A dropped one is open until its task has ended, which
    /// [`next_closed`](Self::next_closed) waits for.
    pub(crate) fn has_room(&self) -> bool {
        self.tasks.len() <= self.max
    }

    /// Begins to close a connection. If there are too many, returns the peer of the dropped one.
    pub(crate) fn begin(
        &mut self,
        peer: SocketAddr,
        closed: impl Future<Output = ()> + Send + 'static,
    ) -> Option<SocketAddr> {
        let dropped = if self.pending.len() < self.max { None } else { self.drop_oldest() };
        let number = self.next;
        self.next += 1;
        let task = self.tasks.spawn(async move {
            closed.await;
            number
        });
        self.pending.insert(number, (peer, task));
        dropped
    }

    fn drop_oldest(&mut self) -> Option<SocketAddr> {
        let (_, (peer, task)) = self.pending.pop_first()?;
        task.abort();
        Some(peer)
    }

    /// Waits until a connection is closed. Returns `None` if there is none. Dropping the future loses
    /// nothing.
    pub(crate) async fn next_closed(&mut self) -> Option<()> {
        match self.tasks.join_next().await? {
            Ok(number) => {
                self.pending.remove(&number);
            }
            // A dropped one has been removed already; one that panicked must not count any longer.
            Err(error) => self.pending.retain(|_, (_, task)| task.id() != error.id()),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    use super::*;
    use crate::runtime;

    fn peer(port: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, port).into()
    }

    #[test]
    fn the_oldest_is_dropped() {
        let test = async {
            let mut closing = ClosingConnections::new(2);
            let held = Arc::new(());
            let connection = Arc::downgrade(&held);
            let first = async move {
                pending::<()>().await;
                drop(held);
            };
            assert_eq!(closing.begin(peer(1), first), None);
            assert_eq!(closing.begin(peer(2), pending()), None);
            assert!(closing.has_room());
            assert_eq!(closing.begin(peer(3), async {}), Some(peer(1)));
            assert!(!closing.has_room());
            // The dropped one, and the one that has ended by itself.
            assert_eq!(closing.next_closed().await, Some(()));
            assert_eq!(closing.next_closed().await, Some(()));
            assert!(closing.has_room());
            assert!(connection.upgrade().is_none());
            // There is room again, so the second one is not dropped.
            assert_eq!(closing.begin(peer(4), async {}), None);
            assert_eq!(closing.next_closed().await, Some(()));
            assert_eq!(closing.tasks.len(), 1);
        };
        assert!(runtime::run(test).is_ok());
    }

    #[test]
    fn no_connection() {
        let over = runtime::run(async { ClosingConnections::new(2).next_closed().await });
        assert_eq!(over.ok(), Some(None));
    }
}
