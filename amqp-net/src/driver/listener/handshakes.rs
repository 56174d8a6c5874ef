//! The connections that are in their handshake.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

use super::arrival::Arrival;
use super::settings::ListenerSettings;
use crate::driver::negotiated::Negotiated;
use crate::driver::{drive, now};
use crate::proto::ServerNegotiation;

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

    /// Begins a handshake. If there are too many, tells which one gave way.
    pub(super) fn begin(&mut self, stream: TcpStream, peer: SocketAddr) -> Option<Arrival> {
        let gave_way =
            if self.len() < self.settings.max_handshakes { None } else { self.drop_oldest() };
        let number = self.next;
        self.next += 1;
        let negotiation = drive::run(stream, ServerNegotiation::new(&self.settings.server, now()));
        let task = self.tasks.spawn(async move {
            let arrival = match negotiation.await {
                Ok(agreed) => Arrival::Agreed { peer, negotiated: Negotiated::new(agreed) },
                Err(failure) => Arrival::Failed { peer, failure },
            };
            (number, arrival)
        });
        self.under_way.insert(number, Handshake { peer, task });
        gave_way
    }

    /// Drops the oldest handshake that is not over, and its connection with it.
    pub(super) fn drop_oldest(&mut self) -> Option<Arrival> {
        let (_, Handshake { peer, task }) = self.under_way.pop_first()?;
        task.abort();
        Some(Arrival::GaveWay { peer })
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
