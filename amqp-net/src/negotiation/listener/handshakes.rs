//! The pending handshakes of a listener.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

use crate::clock::now;
use crate::negotiation::drive;
use crate::negotiation::incoming::Incoming;
use crate::negotiation::negotiated::Negotiated;
use crate::proto::{Negotiation, NegotiationSettings, Side};

/// Handshakes that began this recently are young: they have not taken too long.
const YOUNG: Duration = Duration::from_millis(250);

/// The pending handshakes, each in its own task.
#[derive(Debug)]
pub(super) struct Handshakes {
    settings: NegotiationSettings,
    max: usize,
    tasks: JoinSet<(u64, Incoming)>,
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

impl Handshakes {
    pub(super) fn new(settings: NegotiationSettings) -> Self {
        Self { settings, max: 4096, tasks: JoinSet::new(), pending: BTreeMap::new(), next: 0 }
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

    /// Begins a handshake. If there are too many, returns the evicted one.
    pub(super) fn begin(&mut self, stream: TcpStream, peer: SocketAddr) -> Option<Incoming> {
        let evicted = if self.len() < self.max { None } else { self.evict_oldest() };
        let number = self.next;
        self.next += 1;
        let began = now();
        let negotiation = Negotiation::new(Side::Server, &self.settings, began);
        let negotiated = drive::run(stream, negotiation);
        let task = self.tasks.spawn(async move {
            let incoming = match negotiated.await {
                Ok(agreed) => Incoming::Agreed { peer, negotiated: Negotiated::new(agreed) },
                Err(error) => Incoming::Failed { peer, error },
            };
            (number, incoming)
        });
        self.pending.insert(number, Handshake { peer, began, task });
        evicted
    }

    /// Drops the oldest handshake and its connection.
    pub(super) fn evict_oldest(&mut self) -> Option<Incoming> {
        let (_, Handshake { peer, task, .. }) = self.pending.pop_first()?;
        task.abort();
        Some(Incoming::Evicted { peer })
    }

    /// Drops the oldest handshake and its connection, unless it has just begun.
    pub(super) fn evict_oldest_unless_young(&mut self) -> Option<Incoming> {
        let (_, oldest) = self.pending.first_key_value()?;
        if now().saturating_duration_since(oldest.began) < YOUNG {
            return None;
        }
        self.evict_oldest()
    }

    /// Returns the outcome of the next handshake that is over, or `None` if none is pending.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Incoming>> {
        loop {
            match ready!(self.tasks.poll_join_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok((number, incoming))) => {
                    // The outcome of an evicted handshake has been returned already.
                    if self.pending.remove(&number).is_some() {
                        return Poll::Ready(Some(incoming));
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

    use amqp_types::transport::ProtocolHeader;
    use tokio::net::TcpListener;
    use tokio::time::sleep;

    use super::*;

    /// Handshakes with silent clients.
    async fn silent(count: usize, max: usize) -> (Handshakes, Vec<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut handshakes = Handshakes::new(NegotiationSettings::new(ProtocolHeader::AMQP));
        handshakes.set_max(max);
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
            let (stream, peer) = listener.accept().await.unwrap();
            handshakes.begin(stream, peer);
        }
        (handshakes, clients)
    }

    #[tokio::test]
    async fn an_evicted_handshake_counts_until_its_task_has_ended() {
        let (mut handshakes, _clients) = silent(2, 2).await;
        assert!(handshakes.has_room());
        let (more, _more_clients) = silent(3, 2).await;
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
        let (mut handshakes, _clients) = silent(1, 2).await;
        assert!(handshakes.evict_oldest_unless_young().is_none());
        sleep(YOUNG).await;
        assert!(matches!(handshakes.evict_oldest_unless_young(), Some(Incoming::Evicted { .. })));
        assert!(handshakes.is_empty());
        assert!(handshakes.evict_oldest_unless_young().is_none());
    }
}
