//! The credit of a receiver.

use std::sync::Arc;

use amqp_net::{Credit, Receipts, Receiver, Sender};
use amqp_types::Value;

use crate::broker::{Broker, assert_quiet, receive, soon};

/// Sends this many numbers.
async fn send(sender: &Sender, numbers: std::ops::Range<u32>) {
    let numbers: Vec<_> = numbers.map(Value::Uint).collect();
    let mut receipts = Receipts::new();
    soon(sender.submit_all(&numbers, &mut receipts)).await.unwrap();
    soon(receipts.accepted()).await.unwrap();
}

/// Receives these numbers, in this order.
async fn expect(receiver: &Receiver, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let delivery = receive(receiver).await;
        assert_eq!(delivery.decode::<Value>().unwrap(), Value::Uint(number));
        delivery.accept().unwrap();
    }
}

pub(crate) async fn automatic(broker: Arc<Broker>) {
    const MANY: u32 = 1000;
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "automatic", Credit::Auto(50)).await;
    tokio::join!(send(&sender, 0..MANY), expect(&receiver, 0..MANY));
    assert_quiet(&receiver).await;
    connection.close().await.unwrap();
}

pub(crate) async fn by_hand(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "by-hand", Credit::Manual).await;
    send(&sender, 0..10).await;
    assert_quiet(&receiver).await;
    receiver.grant(3).unwrap();
    expect(&receiver, 0..3).await;
    assert_quiet(&receiver).await;
    receiver.grant(1).unwrap();
    expect(&receiver, 3..4).await;
    assert_quiet(&receiver).await;
    receiver.grant(100).unwrap();
    expect(&receiver, 4..10).await;
    connection.close().await.unwrap();
}

pub(crate) async fn drained(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "drained", Credit::Manual).await;
    send(&sender, 0..3).await;
    receiver.grant(10).unwrap();
    if let Some(words) = broker.kind.breaks_at_drain {
        let ended = soon(receiver.drain()).await.unwrap_err();
        assert!(ended.to_string().contains(words), "{ended}");
        return;
    }
    soon(receiver.drain()).await.unwrap();
    // All that there was has come, without waiting.
    for number in 0..3 {
        let delivery = receiver.try_recv().unwrap().unwrap();
        assert_eq!(delivery.decode::<Value>().unwrap(), Value::Uint(number));
        delivery.accept().unwrap();
    }
    // The rest of the credit is gone.
    send(&sender, 3..4).await;
    assert_quiet(&receiver).await;
    // An empty queue is drained too, and a drain without credit needs no answer.
    receiver.grant(1).unwrap();
    expect(&receiver, 3..4).await;
    receiver.grant(5).unwrap();
    soon(receiver.drain()).await.unwrap();
    soon(receiver.drain()).await.unwrap();
    assert!(receiver.try_recv().unwrap().is_none());
    connection.close().await.unwrap();
}

pub(crate) async fn paused(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "paused", Credit::Auto(10)).await;
    send(&sender, 0..1).await;
    expect(&receiver, 0..1).await;
    receiver.pause().unwrap();
    // The broker needs a moment to take the credit back.
    assert_quiet(&receiver).await;
    send(&sender, 1..20).await;
    assert_quiet(&receiver).await;
    receiver.resume().unwrap();
    expect(&receiver, 1..20).await;
    connection.close().await.unwrap();
}
