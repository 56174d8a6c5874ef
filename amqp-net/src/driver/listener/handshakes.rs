//! The connections that are in their handshake.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

use super::arrival::Arrival;
use super::settings::ListenerSettings;
use crate::driver::negotiated::Negotiated;
use crate::driver::{drive, now};
use crate::proto::ServerNegotiation;

/// A handshake that is younger has not taken too long.
const YOUNG: Duration = Duration::from_millis(250);

/// The connections that are in their handshake, each a task.
#[derive(Debug)]
pub(super) struct Handshakes {
    settings: ListenerSettings,
    tasks: JoinSet<(u64, Arrival)>,
    /// By number, so that the oldest is the first.
    under_way: BTreeMap<u64, Handshake>,
    next: u64,
}

#[derive(Debug)]
struct Handshake {
    peer: SocketAddr,
    began: Instant,
    task: AbortHandle,
}

impl Handshakes {
    pub(super) fn new(settings: ListenerSettings) -> Self {
        Self { settings, tasks: JoinSet::new(), under_way: BTreeMap::new(), next: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.under_way.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether another one can begin: those that gave way hold their connections until their tasks
    /// have ended. [`poll_next`](Self::poll_next) tells when they have.
    pub(super) fn have_room(&self) -> bool {
        self.tasks.len() <= self.settings.max_handshakes
    }

    /// Begins a handshake. If there are too many, tells which one gave way.
    pub(super) fn begin(&mut self, stream: TcpStream, peer: SocketAddr) -> Option<Arrival> {
        let gave_way =
            if self.len() < self.settings.max_handshakes { None } else { self.drop_oldest() };
        let number = self.next;
        self.next += 1;
        let began = now();
        let negotiation = drive::run(stream, ServerNegotiation::new(&self.settings.server, began));
        let task = self.tasks.spawn(async move {
            let arrival = match negotiation.await {
                Ok(agreed) => Arrival::Agreed { peer, negotiated: Negotiated::new(agreed) },
                Err(failure) => Arrival::Failed { peer, failure },
            };
            (number, arrival)
        });
        self.under_way.insert(number, Handshake { peer, began, task });
        gave_way
    }

    /// Drops the oldest handshake that is not over, and its connection with it.
    pub(super) fn drop_oldest(&mut self) -> Option<Arrival> {
        let (_, Handshake { peer, task, .. }) = self.under_way.pop_first()?;
        task.abort();
        Some(Arrival::GaveWay { peer })
    }

    /// The same, unless even the oldest has just begun: then it is not what takes up the room.
    pub(super) fn drop_oldest_unless_young(&mut self) -> Option<Arrival> {
        let (_, oldest) = self.under_way.first_key_value()?;
        if now().saturating_duration_since(oldest.began) < YOUNG {
            return None;
        }
        self.drop_oldest()
    }

    /// What came of the next handshake that is over; none if there is no handshake.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        loop {
            match ready!(self.tasks.poll_join_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok((number, arrival))) => {
                    // One that was told to have given way has no second end.
                    if self.under_way.remove(&number).is_some() {
                        return Poll::Ready(Some(arrival));
                    }
                }
                // One that gave way, and was told of then.
                Some(Err(error)) if error.is_cancelled() => {}
                // A task that panicked must not count for ever.
                Some(Err(error)) => {
                    self.under_way.retain(|_, handshake| handshake.task.id() != error.id());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "this is a test, in its helpers too")]

    use std::future::poll_fn;

    use tokio::net::TcpListener;
    use tokio::time::sleep;

    use super::*;

    /// Handshakes with clients that say nothing.
    async fn silent(count: usize, most: usize) -> (Handshakes, Vec<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut handshakes = Handshakes::new(ListenerSettings::default().max_handshakes(most));
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
            let (stream, peer) = listener.accept().await.unwrap();
            handshakes.begin(stream, peer);
        }
        (handshakes, clients)
    }

    #[tokio::test]
    async fn one_that_gave_way_takes_room_until_it_is_gone() {
        let (mut handshakes, _clients) = silent(2, 2).await;
        assert!(handshakes.have_room());
        let (more, _more_clients) = silent(3, 2).await;
        assert_eq!((more.len(), more.have_room()), (2, false));
        handshakes.drop_oldest().unwrap();
        assert_eq!((handshakes.len(), handshakes.tasks.len()), (1, 2));
        poll_fn(|cx| {
            assert!(handshakes.poll_next(cx).is_pending());
            if handshakes.tasks.len() == 1 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    #[tokio::test]
    async fn young_ones_are_spared() {
        let (mut handshakes, _clients) = silent(1, 2).await;
        assert!(handshakes.drop_oldest_unless_young().is_none());
        sleep(YOUNG).await;
        assert!(matches!(handshakes.drop_oldest_unless_young(), Some(Arrival::GaveWay { .. })));
        assert!(handshakes.is_empty());
        assert!(handshakes.drop_oldest_unless_young().is_none());
    }
}
