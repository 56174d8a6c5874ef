//! The visitors that are being taken leave of.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::task::{AbortHandle, JoinSet};

/// The visitors that are being taken leave of, each in a task. They may take their time, but not
/// the room of those who come after them: when there are too many, the oldest is cut off.
#[derive(Debug)]
pub(crate) struct Farewells {
    most: usize,
    tasks: JoinSet<u64>,
    /// By number, so that the oldest is the first.
    under_way: BTreeMap<u64, (SocketAddr, AbortHandle)>,
    next: u64,
}

impl Farewells {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, tasks: JoinSet::new(), under_way: BTreeMap::new(), next: 0 }
    }

    /// Whether there is room for another one: those that were cut off hold their connections until
    /// their tasks have ended. [`one_over`](Self::one_over) waits for that.
    pub(crate) fn have_room(&self) -> bool {
        self.tasks.len() <= self.most
    }

    /// Begins to take leave of a visitor. Tells who was cut off for it, if anybody was.
    pub(crate) fn begin(
        &mut self,
        peer: SocketAddr,
        farewell: impl Future<Output = ()> + Send + 'static,
    ) -> Option<SocketAddr> {
        let cut_off = if self.under_way.len() < self.most { None } else { self.cut_off_oldest() };
        let number = self.next;
        self.next += 1;
        let task = self.tasks.spawn(async move {
            farewell.await;
            number
        });
        self.under_way.insert(number, (peer, task));
        cut_off
    }

    fn cut_off_oldest(&mut self) -> Option<SocketAddr> {
        let (_, (peer, task)) = self.under_way.pop_first()?;
        task.abort();
        Some(peer)
    }

    /// Waits until one is over; none if there is none. To drop the future loses nothing.
    pub(crate) async fn one_over(&mut self) -> Option<()> {
        match self.tasks.join_next().await? {
            Ok(number) => {
                self.under_way.remove(&number);
            }
            // One that was cut off is not there any more; one that panicked must not count.
            Err(error) => self.under_way.retain(|_, (_, task)| task.id() != error.id()),
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

    fn visitor(port: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, port).into()
    }

    #[test]
    fn the_oldest_is_cut_off() {
        let test = async {
            let mut farewells = Farewells::new(2);
            let held = Arc::new(());
            let connection = Arc::downgrade(&held);
            let first = async move {
                pending::<()>().await;
                drop(held);
            };
            assert_eq!(farewells.begin(visitor(1), first), None);
            assert_eq!(farewells.begin(visitor(2), pending()), None);
            assert!(farewells.have_room());
            assert_eq!(farewells.begin(visitor(3), async {}), Some(visitor(1)));
            assert!(!farewells.have_room());
            // The one that was cut off, and the one that is over by itself.
            assert_eq!(farewells.one_over().await, Some(()));
            assert_eq!(farewells.one_over().await, Some(()));
            assert!(farewells.have_room());
            assert!(connection.upgrade().is_none());
            // There is room again, so the second one stays.
            assert_eq!(farewells.begin(visitor(4), async {}), None);
            assert_eq!(farewells.one_over().await, Some(()));
            assert_eq!(farewells.tasks.len(), 1);
        };
        assert!(runtime::run(test).is_ok());
    }

    #[test]
    fn nobody_is_there() {
        let over = runtime::run(async { Farewells::new(2).one_over().await });
        assert_eq!(over.ok(), Some(None));
    }
}
