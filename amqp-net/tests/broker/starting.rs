//! Starting, stopping, users, and what the broker says of itself.

use std::sync::{Arc, Mutex};

use amqp_net::broker::{Broker, NodeKind};
use amqp_net::proto::{ConnectionSettings, Plain};
use amqp_net::{ConnectError, Connection};
use amqp_types::transport::ConnectionError;
use tokio::net::TcpStream;

use crate::common::{connect_with, send, soon};

#[tokio::test]
async fn stopping_closes_connections_and_frees_the_port() {
    let broker = Broker::start().await.unwrap();
    let address = broker.local_addr().unwrap();
    assert_eq!(broker.url(), format!("amqp://{address}"));
    let client = soon(Connection::connect(broker.url())).await.unwrap();
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    soon(broker.stop()).await;
    let ended = soon(receiver.detached()).await;
    assert_eq!(ended.remote().unwrap().condition, ConnectionError::ConnectionForced.into());
    assert!(TcpStream::connect(address).await.is_err());
    Broker::builder().listen(address.to_string()).start().await.unwrap();
}

#[tokio::test]
async fn a_broker_that_is_dropped_stops_in_the_background() {
    let broker = Broker::start().await.unwrap();
    let client = soon(Connection::connect(broker.url())).await.unwrap();
    let over_stream = connect_with(&broker, ConnectionSettings::new("other")).await;
    drop(broker);
    for client in [client, over_stream] {
        let ended = soon(client.closed()).await;
        assert_eq!(ended.remote().unwrap().condition, ConnectionError::ConnectionForced.into());
    }
    // None of its tasks is left.
    soon(async {
        while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn without_users_everybody_is_accepted() {
    let broker = Broker::start().await.unwrap();
    let address = broker.local_addr().unwrap();
    soon(Connection::connect(broker.url())).await.unwrap();
    soon(Connection::connect(&format!("amqp://ada:anything@{address}"))).await.unwrap();
    let bare = Connection::builder().without_sasl();
    soon(bare.connect(&broker.url().parse().unwrap())).await.unwrap();
}

#[tokio::test]
async fn users_need_their_passwords() {
    let broker =
        Broker::builder().user("ada@home", "p/w:1").user("bob", "secret").start().await.unwrap();
    let address = broker.local_addr().unwrap();
    let ada = soon(Connection::connect(broker.url())).await.unwrap();
    let bob = format!("amqp://bob:secret@{address}");
    let _bob = soon(Connection::connect(&bob)).await.unwrap();
    let users: Vec<_> = broker.connections().into_iter().map(|it| it.user.unwrap()).collect();
    assert_eq!(users, ["ada@home", "bob"]);
    for url in ["amqp://bob:p%2Fw%3A1@", "amqp://eve:secret@", "amqp://"] {
        let refused = soon(Connection::connect(&format!("{url}{address}"))).await;
        assert!(matches!(refused, Err(ConnectError::Sasl(_))), "{refused:?}");
    }
    let over_stream = Connection::builder().sasl(Plain::new("bob", "secret").unwrap());
    soon(over_stream.connect_over(broker.stream())).await.unwrap();
    let bare = Connection::builder().without_sasl().connect_over(broker.stream());
    assert!(soon(bare).await.is_err());
    drop(ada);
}

#[tokio::test]
async fn what_is_declared_is_there_and_nothing_else_if_that_is_wanted() {
    let broker = Broker::builder()
        .queue("orders")
        .topic("news")
        .auto_create(false)
        .container_id("test-broker")
        .start_in_memory()
        .unwrap();
    let client = connect_with(&broker, ConnectionSettings::new("client")).await;
    assert_eq!(&*client.remote_open().container_id, "test-broker");
    send(&client, "orders", &["m"]).await;
    send(&client, "news", &["m"]).await;
    assert!(soon(client.sender("other").attach()).await.is_err());
    let kinds: Vec<_> = broker.queues().into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [NodeKind::Topic, NodeKind::Queue]);
    broker.declare_queue("other").unwrap();
    send(&client, "other", &["m"]).await;
    assert!(broker.declare_topic("other").is_err());
    let wrong = Broker::builder().queue("a\nb").start_in_memory();
    assert_eq!(wrong.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn events_tell_what_happens() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let broker = Broker::builder()
        .auto_create(false)
        .queue("orders")
        .on_event(move |event| seen.lock().unwrap().push(event.to_string()))
        .start_in_memory()
        .unwrap();
    let client = connect_with(&broker, ConnectionSettings::new("client")).await;
    let sender = soon(client.sender("orders").name("one").attach()).await.unwrap();
    soon(sender.close()).await.unwrap();
    assert!(soon(client.receiver("other").name("two").attach()).await.is_err());
    let receiver = soon(client.receiver("orders").name("three").attach()).await.unwrap();
    broker.delete("orders");
    soon(receiver.detached()).await;
    soon(client.close()).await.unwrap();
    soon(broker.stop()).await;
    let lines = lines.lock().unwrap().clone();
    assert_eq!(
        lines,
        [
            "connection 1: container \"client\": opened",
            "connection 1: producer to \"orders\" (link \"one\"): attached",
            "connection 1: producer to \"orders\" (link \"one\"): detached",
            "connection 1: consumer of \"other\" (link \"two\"): refused: amqp:not-found: there is no queue or topic \
             `other`",
            "connection 1: consumer of \"orders\" (link \"three\"): attached",
            "connection 1: consumer of \"orders\" (link \"three\"): detached: amqp:resource-deleted: `orders` has \
             been deleted",
            "connection 1: closed",
        ]
    );
}

#[tokio::test]
async fn events_tell_of_clients_that_are_not_accepted() {
    let (lines, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let broker = Broker::builder()
        .user("ada", "secret")
        .max_pending(1)
        .on_event(move |event| drop(lines.send(event.to_string())))
        .start()
        .await
        .unwrap();
    let address = broker.local_addr().unwrap();
    let mut next = async || soon(seen.recv()).await.unwrap();
    let refused = soon(Connection::connect(&format!("amqp://ada:wrong@{address}"))).await;
    assert!(refused.is_err());
    let line = next().await;
    assert!(line.starts_with("127.0.0.1:") && line.contains("credentials"), "{line}");
    assert!(!line.contains("wrong"), "{line}");
    // The first of two silent clients makes room for the second, and a third ends by itself.
    let first = TcpStream::connect(address).await.unwrap();
    let second = TcpStream::connect(address).await.unwrap();
    let line = next().await;
    assert!(line.starts_with(&first.local_addr().unwrap().to_string()), "{line}");
    assert!(line.contains("too many pending"), "{line}");
    let peer = second.local_addr().unwrap();
    drop(second);
    let line = next().await;
    assert!(line.starts_with(&peer.to_string()) && line.contains("the client"), "{line}");
}

#[tokio::test]
async fn frames_can_be_seen() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let broker = Broker::builder()
        .trace_clients(move |peer, direction, line| {
            seen.lock().unwrap().push((peer, format!("{direction} {line}")));
        })
        .start()
        .await
        .unwrap();
    let client = soon(Connection::connect(broker.url())).await.unwrap();
    let other = soon(Connection::connect(broker.url())).await.unwrap();
    let mut addresses: Vec<_> = broker.connections().iter().map(|it| it.remote_addr).collect();
    soon(client.close()).await.unwrap();
    soon(other.close()).await.unwrap();
    soon(broker.stop()).await;
    let lines = lines.lock().unwrap();
    let is_open = |line: &str| line.starts_with("received") && line.contains("open");
    let mut seen: Vec<_> =
        lines.iter().filter(|(_, line)| is_open(line)).map(|(peer, _)| *peer).collect();
    addresses.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, addresses);
    assert!(seen.iter().all(Option::is_some));
}
