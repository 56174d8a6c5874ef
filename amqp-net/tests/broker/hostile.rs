//! Clients that do what they should not.

use std::time::Duration;

use amqp_net::Connection;
use amqp_net::broker::Broker;
use amqp_net::proto::ConnectionSettings;
use amqp_types::messaging::Source;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{connect, connect_with, next_text, send, soon};

/// Asserts that the broker is as it should be for others.
async fn assert_fine(broker: &Broker) {
    let client = connect(broker).await;
    send(&client, "fine", &["m"]).await;
    let receiver = soon(client.receiver("fine").attach()).await.unwrap();
    next_text(&receiver, "m").await.accept().unwrap();
    soon(broker.until("fine", |it| it.ready + it.unsettled == 0)).await;
    soon(client.close()).await.unwrap();
}

#[tokio::test]
async fn garbage_does_no_harm() {
    let broker = Broker::start().await.unwrap();
    let mut seed = 7_u64;
    for round in 0..50 {
        let mut octets = match round % 3 {
            0 => b"AMQP\0\x01\0\0".to_vec(),
            1 => b"AMQP\0\x01\0\0\0\0\0\x14\x02\0\0\0\0\x53\x10\xc0\x07\x05\xa1\x01c\x40\x40\x40"
                .to_vec(),
            _ => Vec::new(),
        };
        for _ in 0..500 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            octets.push(seed.to_be_bytes()[0]);
        }
        let mut stream = TcpStream::connect(broker.local_addr().unwrap()).await.unwrap();
        // It may be reset.
        let _ = stream.write_all(&octets).await;
        let _ = stream.shutdown().await;
        let _ = soon(stream.read_to_end(&mut Vec::new())).await;
    }
    assert_fine(&broker).await;
    soon(broker.until_connected(0)).await;
}

#[tokio::test]
async fn connections_that_are_half_open_hold_up_nobody() {
    let broker = Broker::start().await.unwrap();
    let mut held = Vec::new();
    for round in 0..200 {
        let mut stream = TcpStream::connect(broker.local_addr().unwrap()).await.unwrap();
        if round % 2 == 0 {
            stream.write_all(b"AMQP\x03\x01\0\0").await.unwrap();
        }
        held.push(stream);
    }
    assert_fine(&broker).await;
    assert!(broker.connections().is_empty());
    soon(broker.stop()).await;
}

#[tokio::test]
async fn a_flood_of_links_and_dynamic_nodes_is_bounded_and_leaves_nothing() {
    let broker = Broker::builder().max_queues(100).start_in_memory().unwrap();
    let client = connect_with(&broker, ConnectionSettings::new("client")).await;
    let mut links = Vec::new();
    let mut refused = 0;
    for _ in 0..150 {
        let dynamic = Source { dynamic: true, ..Source::default() };
        match soon(client.receiver(dynamic).attach()).await {
            Ok(link) => links.push(link),
            Err(_) => refused += 1,
        }
    }
    assert_eq!((links.len(), refused, broker.queues().len()), (100, 50, 100));
    client.abort();
    soon(broker.until_connected(0)).await;
    assert!(broker.queues().is_empty());
    assert_fine(&broker).await;
}

#[tokio::test]
async fn clients_that_come_and_go_leave_nothing() {
    let broker = Broker::start().await.unwrap();
    for round in 0..30 {
        let client = soon(Connection::connect(broker.url())).await.unwrap();
        let sender = soon(client.sender("orders").attach()).await.unwrap();
        let receiver = soon(client.receiver("orders").attach()).await.unwrap();
        drop(soon(sender.submit("m")).await.unwrap());
        match round % 3 {
            0 => client.abort(),
            1 => drop((client, sender, receiver)),
            _ => soon(client.close()).await.unwrap(),
        }
    }
    soon(broker.until_connected(0)).await;
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!((orders.consumers, orders.producers), (0, 0));
}

#[tokio::test]
async fn a_client_that_reads_nothing_holds_up_nobody_and_ends_with_the_broker() {
    let broker = Broker::start().await.unwrap();
    let mut silent = TcpStream::connect(broker.local_addr().unwrap()).await.unwrap();
    // A header, an open, a begin, and an attach of a receiver with credit.
    silent.write_all(b"AMQP\0\x01\0\0").await.unwrap();
    silent.write_all(b"\0\0\0\x11\x02\0\0\0\0\x53\x10\xc0\x04\x01\xa1\x01c").await.unwrap();
    soon(broker.until_connected(1)).await;
    assert_fine(&broker).await;
    let stopping = tokio::time::timeout(Duration::from_secs(20), broker.stop());
    stopping.await.unwrap();
}
