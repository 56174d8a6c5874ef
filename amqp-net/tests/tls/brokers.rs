//! The broker in memory over TLS.

use amqp_net::broker::{Broker, Failure};
use amqp_net::{Connection, Scope};

use super::authority::Authority;
use super::soon;

#[tokio::test]
async fn a_broker_with_tls_takes_clients_with_tls_alone() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost"]).server();
    let broker = Broker::builder().user("ada", "secret").tls(tls).start().await.unwrap();
    assert!(broker.url().starts_with("amqps://ada:secret@localhost:"), "{}", broker.url());
    let endpoint = broker.url().parse().unwrap();
    let client = Connection::builder().tls(authority.client()).require_encryption();
    let client = soon(client.connect(&endpoint)).await.unwrap();
    soon(async { client.sender("orders").await.unwrap().send("tea").await }).await.unwrap();
    assert_eq!(broker.queue("orders").unwrap().ready, 1);
    let plain = broker.url().replace("amqps://", "amqp://");
    assert!(soon(Connection::connect(&plain)).await.is_err());
}

#[tokio::test]
async fn frames_are_counted_within_tls() {
    let authority = Authority::new();
    let tls = authority.sign(&["localhost"]).server();
    let broker = Broker::builder().tls(tls).start().await.unwrap();
    let endpoint = broker.url().parse().unwrap();
    // An open, a begin, an attach and a transfer.
    broker.fail(Failure::disconnect_after_frames(4));
    let client = Connection::builder().tls(authority.client());
    let client = soon(client.connect(&endpoint)).await.unwrap();
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    // The answer to the last frame may still come.
    let mut failed = None;
    for _ in 0..2 {
        failed = failed.or(soon(sender.send("tea")).await.err());
    }
    assert_eq!(failed.unwrap().scope(), Scope::Connection);
    // It happens once.
    let client = Connection::builder().tls(authority.client());
    let client = soon(client.connect(&endpoint)).await.unwrap();
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    for _ in 0..3 {
        soon(sender.send("tea")).await.unwrap();
    }
}
