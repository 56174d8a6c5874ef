//! What a message costs in the tokio driver: allocations, locks, wakes and writes.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use amqp_net::proto::ConnectionSettings;
use amqp_net::{
    Connection, Credit, PeerRequest, Receipts, Receiver, Sender, Served, ServerSettings, Stats,
};
use amqp_types::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

/// The number of messages that are counted, after as many that are not.
const MESSAGES: u64 = 1000;

/// A stream that counts its writes.
struct Counting {
    stream: DuplexStream,
    writes: Arc<AtomicU64>,
}

impl AsyncRead for Counting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A client that sends to a server.
struct Pair {
    client: Connection,
    server: Served,
    sender: Sender,
    receiver: Receiver,
    writes: Arc<AtomicU64>,
}

impl Pair {
    async fn new() -> Self {
        // The pipe takes everything that is written at once.
        let (near, far) = duplex(1 << 20);
        let writes = Arc::new(AtomicU64::new(0));
        let near = Counting { stream: near, writes: Arc::clone(&writes) };
        let server = ServerSettings::new(ConnectionSettings::new("server"));
        let (client, server) = tokio::join!(
            async { Connection::builder().connect_over(near).await.unwrap() },
            async { server.accept_over(far).await.unwrap().accept().unwrap() },
        );
        let mut server = server;
        let (sender, receiver) =
            tokio::join!(async { client.sender("queue").await.unwrap() }, async {
                let Some(PeerRequest::Receiver(link)) = server.next().await.unwrap() else {
                    panic!()
                };
                let target = link.target().cloned().unwrap();
                link.accept(target, Credit::Auto(1000)).unwrap()
            },);
        Self { client, server, sender, receiver, writes }
    }

    fn counters(&self) -> [u64; 5] {
        let Stats { locks, wakes, .. } = self.client.stats();
        let server = self.server.connection().stats();
        [locks, wakes, server.locks, server.wakes, self.writes.load(Ordering::Relaxed)]
    }
}

/// What some work took for a thousand messages.
#[derive(Debug)]
struct Costs {
    allocations: u64,
    client_locks: u64,
    client_wakes: u64,
    server_locks: u64,
    server_wakes: u64,
    client_writes: u64,
}

/// Does some work twice on one thread, and returns what it took the second time.
fn costs(work: &impl AsyncFn(&Pair)) -> Costs {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let pair = Rc::new(runtime.block_on(Pair::new()));
    runtime.block_on(work(&pair));
    let before = pair.counters();
    let counted = Cell::new(before);
    let allocated = allocation_counter::measure(|| {
        runtime.block_on(work(&pair));
        counted.set(pair.counters());
    });
    let counted = counted.get().into_iter().zip(before).map(|(after, before)| after - before);
    let counted: Vec<_> = counted.collect();
    let [client_locks, client_wakes, server_locks, server_wakes, client_writes] = *counted else {
        panic!("five counters")
    };
    let costs = Costs {
        allocations: allocated.count_total,
        client_locks,
        client_wakes,
        server_locks,
        server_wakes,
        client_writes,
    };
    println!("{costs:?}");
    costs
}

fn body() -> Bytes {
    Bytes::from_static(&[7; 100])
}

#[test]
fn settled_messages_one_by_one() {
    let costs = costs(&async |pair: &Pair| {
        let body = body();
        let sending = async {
            for _ in 0..MESSAGES {
                pair.sender.send_settled(&body).await.unwrap();
            }
        };
        let receiving = async {
            for _ in 0..MESSAGES {
                drop(pair.receiver.recv().await.unwrap());
            }
        };
        tokio::join!(sending, receiving);
    });
    // The payload of each received message; nothing for a sent one.
    assert!(costs.allocations <= MESSAGES + MESSAGES / 20, "{costs:?}");
    assert!(costs.client_locks <= 2 * MESSAGES, "{costs:?}");
    assert!(costs.server_locks <= 2 * MESSAGES, "{costs:?}");
    assert!(costs.client_writes <= 4 * MESSAGES / 1000, "{costs:?}");
    assert!(costs.client_wakes + costs.server_wakes <= 40, "{costs:?}");
}

#[test]
fn unsettled_messages_one_by_one() {
    let costs = costs(&async |pair: &Pair| {
        let body = body();
        let sending = async {
            let mut receipts = Receipts::new();
            for _ in 0..MESSAGES {
                receipts.push(pair.sender.submit(&body).await.unwrap());
            }
            receipts.accepted().await.unwrap();
        };
        let receiving = async {
            for _ in 0..MESSAGES {
                pair.receiver.recv().await.unwrap().unwrap().accept().unwrap();
            }
        };
        tokio::join!(sending, receiving);
    });
    assert!(costs.allocations <= MESSAGES + MESSAGES / 10, "{costs:?}");
    assert!(costs.client_locks <= 2 * MESSAGES + 50, "{costs:?}");
    assert!(costs.server_locks <= 2 * MESSAGES + 50, "{costs:?}");
    assert!(costs.client_writes <= 4 * MESSAGES / 1000, "{costs:?}");
    assert!(costs.client_wakes + costs.server_wakes <= 60, "{costs:?}");
}

#[test]
fn unsettled_messages_in_batches() {
    let costs = costs(&async |pair: &Pair| {
        let body = body();
        let messages = vec![&body; 1000];
        let sending = async {
            let mut receipts = Receipts::new();
            pair.sender.submit_all(messages.iter().copied(), &mut receipts).await.unwrap();
            receipts.accepted().await.unwrap();
        };
        let receiving = async {
            let (mut left, mut deliveries) = (MESSAGES, Vec::new());
            while left > 0 {
                left -= u64::try_from(pair.receiver.recv_many(&mut deliveries, 256).await.unwrap())
                    .unwrap();
                deliveries.drain(..).for_each(|delivery| delivery.accept().unwrap());
            }
        };
        tokio::join!(sending, receiving);
    });
    assert!(costs.client_locks <= MESSAGES / 10, "{costs:?}");
    // Each delivery is settled under a lock of its own.
    assert!(costs.server_locks <= MESSAGES + MESSAGES / 10, "{costs:?}");
    assert!(costs.client_writes <= 4 * MESSAGES / 1000, "{costs:?}");
}
