//! A client and a server in one process, over a pipe.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

pub(crate) mod endless;
pub(crate) mod fault;
pub(crate) mod script;

use amqp_net::proto::ConnectionSettings;
use amqp_net::{
    Connection, Credit, PeerRequest, Receiver, Sender, SenderBuilder, Served, ServerSettings, Stats,
};
use amqp_types::messaging::Source;
use amqp_types::transport::SenderSettleMode;
use tokio::io::{DuplexStream, duplex};
use tokio::time::timeout;

/// A connection, on both sides.
pub(crate) struct Pair {
    pub(crate) client: Connection,
    pub(crate) server: Served,
}

/// The number of octets that the pipe between both sides holds.
pub(crate) const PIPE: usize = 64 << 10;

pub(crate) fn settings(id: &str) -> ConnectionSettings {
    ConnectionSettings::new(id.to_owned())
}

/// Connects a client to a server.
pub(crate) async fn pair() -> Pair {
    pair_with(settings("client"), settings("server")).await
}

pub(crate) async fn pair_with(client: ConnectionSettings, server: ConnectionSettings) -> Pair {
    pair_over(PIPE, client, ServerSettings::new(server)).await
}

/// Connects a client to a server over a pipe that holds this many octets.
pub(crate) async fn pair_over(
    octets: usize,
    client: ConnectionSettings,
    server: ServerSettings,
) -> Pair {
    let (near, far) = duplex(octets);
    let accepting = async { server.accept_over(far).await.unwrap().accept().unwrap() };
    let connecting = connect(near, client);
    let (client, server) = tokio::join!(connecting, accepting);
    Pair { client, server }
}

async fn connect(stream: DuplexStream, settings: ConnectionSettings) -> Connection {
    Connection::builder().settings(settings).connect_over(stream).await.unwrap()
}

impl Pair {
    /// Attaches a link on which the client sends.
    pub(crate) async fn client_sends(&mut self, credit: Credit) -> (Sender, Receiver) {
        let builder = self.client.sender("queue");
        self.client_sends_with(builder, credit).await
    }

    pub(crate) async fn client_sends_with(
        &mut self,
        builder: SenderBuilder,
        credit: Credit,
    ) -> (Sender, Receiver) {
        let accepting = async {
            let Some(PeerRequest::Receiver(link)) = self.server.next().await.unwrap() else {
                panic!()
            };
            link.accept_as_asked(credit).unwrap()
        };
        let (sender, receiver) = tokio::join!(builder.attach(), accepting);
        (sender.unwrap(), receiver)
    }

    /// Attaches a link on which the client receives.
    pub(crate) async fn server_sends(&mut self, credit: Credit) -> (Sender, Receiver) {
        let builder = self.client.receiver("queue").sender_settle_mode(SenderSettleMode::Mixed);
        let attaching = builder.credit(credit).attach();
        let accepting = async {
            let Some(PeerRequest::Sender(link)) = self.server.next().await.unwrap() else {
                panic!()
            };
            link.accept(Source::new("queue")).unwrap()
        };
        let (receiver, sender) = tokio::join!(attaching, accepting);
        (sender, receiver.unwrap())
    }
}

/// Accepts everything until the link ends, and returns the texts.
pub(crate) async fn accept_all(receiver: Receiver) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(Some(delivery)) = receiver.recv().await {
        texts.push(delivery.decode::<&str>().unwrap().to_owned());
        delivery.accept().unwrap();
    }
    texts
}

/// Waits for something that comes, but not for ever if it does not.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), Box::pin(future)).await.unwrap()
}

/// Lets all tasks run until nothing is left to do.
pub(crate) async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Polls a future this many times, and drops it if it is not ready then.
pub(crate) async fn poll_times<T>(times: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(ready) => Poll::Ready(Some(ready)),
            Poll::Pending => {
                // Polled again after others had their turn.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

/// Asserts that a connection holds nothing.
fn assert_empty(connection: &Connection, name: &str) {
    let stats = connection.stats();
    let Stats { connection: engine, waiting, receipts, queued, .. } = stats;
    let held = [engine.sessions, engine.links, engine.unsettled_sent, engine.unsettled_received];
    assert_eq!((held, waiting, receipts, queued), ([0; 4], 0, 0, 0), "{name}: {stats:?}");
    assert_eq!((engine.octets_held, engine.windows_waiting), (0, 0), "{name}: {stats:?}");
}

/// Waits until both sides hold nothing.
pub(crate) async fn assert_all_empty(client: &Connection, server: &Connection) {
    let is_empty = |connection: &Connection| connection.stats().connection.sessions == 0;
    for _ in 0..200 {
        settle().await;
        if is_empty(client) && is_empty(server) {
            break;
        }
    }
    assert_empty(client, "client");
    assert_empty(server, "server");
}
