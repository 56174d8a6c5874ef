//! The broker in memory over TLS.

use amqp_net::Connection;
use amqp_net::broker::Broker;

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
