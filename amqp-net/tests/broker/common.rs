//! What the tests share.

use std::time::Duration;

use amqp_net::broker::Broker;
use amqp_net::proto::ConnectionSettings;
use amqp_net::{AttachError, Connection, Credit, Delivery, Receiver, SendError};
use amqp_types::messaging::{Outcome, Source};
use amqp_types::transport::Error;
use tokio::time::timeout;

/// Waits for something that comes, but not for ever if it does not.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), Box::pin(future)).await.unwrap()
}

/// Connects a client over a stream in memory.
pub(crate) async fn connect(broker: &Broker) -> Connection {
    connect_with(broker, ConnectionSettings::new("client")).await
}

pub(crate) async fn connect_with(broker: &Broker, settings: ConnectionSettings) -> Connection {
    let connecting = Connection::builder().settings(settings).connect_over(broker.stream());
    soon(connecting).await.unwrap()
}

/// Starts a broker without a port, and connects a client.
pub(crate) async fn start() -> (Broker, Connection) {
    let broker = Broker::in_memory();
    let client = connect(&broker).await;
    (broker, client)
}

/// Sends texts to a queue.
pub(crate) async fn send(client: &Connection, address: &str, texts: &[&str]) {
    let sender = soon(client.sender(address.to_owned()).attach()).await.unwrap();
    for text in texts {
        soon(sender.send(*text)).await.unwrap();
    }
    soon(sender.close()).await.unwrap();
}

/// Attaches a receiver that gets only what it asks for.
pub(crate) async fn manual(client: &Connection, source: impl Into<Source>) -> Receiver {
    soon(client.receiver(source).credit(Credit::Manual).attach()).await.unwrap()
}

/// Waits for the next delivery.
pub(crate) async fn next(receiver: &Receiver) -> Delivery {
    soon(receiver.recv()).await.unwrap().unwrap()
}

/// Waits for the next delivery, which has this text.
pub(crate) async fn next_text(receiver: &Receiver, expected: &str) -> Delivery {
    let delivery = next(receiver).await;
    assert_eq!(text(&delivery), expected);
    delivery
}

pub(crate) fn text(delivery: &Delivery) -> String {
    delivery.decode::<&str>().unwrap().to_owned()
}

/// Takes all messages that there are, in order, and accepts them.
pub(crate) async fn take_all(receiver: &Receiver) -> Vec<String> {
    receiver.grant(100).unwrap();
    soon(receiver.drain()).await.unwrap();
    let mut texts = Vec::new();
    while let Some(delivery) = receiver.try_recv().unwrap() {
        texts.push(text(&delivery));
        delivery.accept().unwrap();
    }
    texts
}

/// Returns the error with which the broker refused a link.
pub(crate) fn refusal<T: std::fmt::Debug>(attached: Result<T, AttachError>) -> Error {
    attached.unwrap_err().ended().unwrap().remote().unwrap().clone()
}

/// Returns the error with which the broker rejected a message.
pub(crate) fn rejection(sent: Result<(), SendError>) -> Error {
    match sent.unwrap_err() {
        SendError::NotAccepted(Outcome::Rejected(rejected)) => *rejected.error.unwrap(),
        other => panic!("{other:?}"),
    }
}
