//! Limits, each of which is named when it is reached.

use amqp_net::broker::Broker;
use amqp_net::proto::ConnectionSettings;
use amqp_net::{Connection, SendError};
use amqp_types::messaging::Modified;
use amqp_types::transport::{AmqpError, Error, Fields};
use amqp_types::{Bytes, Symbol, Value};

use crate::common::{connect, manual, next, refusal, rejection, send, soon, take_all};

fn assert_limit(error: &Error, name: &str) {
    assert_eq!(error.condition, AmqpError::ResourceLimitExceeded.into());
    assert!(error.description.as_deref().unwrap().contains(name), "{error}");
}

#[tokio::test]
async fn a_full_queue_refuses_messages_until_there_is_room_and_counts_unsettled_ones() {
    let broker = Broker::builder().max_queue_messages(2).start_in_memory().unwrap();
    let client = connect(&broker).await;
    send(&client, "orders", &["a", "b"]).await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let receiver = manual(&client, "orders").await;
    receiver.grant(1).unwrap();
    let held = next(&receiver).await;
    let error = rejection(soon(sender.send("c")).await);
    assert_limit(&error, "max_queue_messages");
    assert_eq!(
        error.description.as_deref(),
        Some("`orders` is full: the limit max_queue_messages of the broker is 2")
    );
    held.accept().unwrap();
    soon(broker.until("orders", |it| it.unsettled == 0)).await;
    soon(sender.send("d")).await.unwrap();
    assert_eq!(take_all(&receiver).await, ["b", "d"]);
    // A message that came settled cannot be rejected.
    send(&client, "orders", &["e", "f"]).await;
    soon(sender.send_settled("g")).await.unwrap();
    assert_limit(soon(sender.detached()).await.remote().unwrap(), "max_queue_messages");
}

#[tokio::test]
async fn octets_are_limited_in_a_queue_and_in_all_together() {
    let broker =
        Broker::builder().max_queue_octets(1000).max_octets(2000).start_in_memory().unwrap();
    let client = connect(&broker).await;
    let body = Bytes::from(vec![7; 700]);
    let a = soon(client.sender("a").attach()).await.unwrap();
    let b = soon(client.sender("b").attach()).await.unwrap();
    let c = soon(client.sender("c").attach()).await.unwrap();
    soon(a.send(&body)).await.unwrap();
    assert_limit(&rejection(soon(a.send(&body)).await), "max_queue_octets");
    soon(b.send(&body)).await.unwrap();
    assert_limit(&rejection(soon(c.send(&body)).await), "max_octets");
    assert_eq!(broker.purge("a"), 1);
    soon(c.send(&body)).await.unwrap();
    assert!(broker.delete("b"));
    soon(a.send(&body)).await.unwrap();
}

#[tokio::test]
async fn messages_without_content_are_limited_too() {
    let broker = Broker::builder().max_octets(10_000).start_in_memory().unwrap();
    let client = connect(&broker).await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let fill = async || {
        let mut sent = 0;
        loop {
            match soon(sender.send("")).await {
                Ok(()) => sent += 1,
                refused => {
                    assert_limit(&rejection(refused), "max_octets");
                    return sent;
                }
            }
        }
    };
    // Each counts for 256 octets, and those that it has.
    let most = fill().await;
    assert!((30..=10_000 / 256).contains(&most), "{most}");
    // Whatever becomes of them, there is as much room as before.
    assert_eq!(broker.purge("orders"), most);
    assert_eq!(fill().await, most);
    assert!(broker.delete("orders"));
    let sender = soon(client.sender("other").attach()).await.unwrap();
    for _ in 0..most {
        soon(sender.send("")).await.unwrap();
    }
    let receiver = manual(&client, "other").await;
    assert_eq!(take_all(&receiver).await.len(), most);
    soon(broker.until("other", |it| it.unsettled == 0)).await;
    for _ in 0..most {
        soon(sender.send("")).await.unwrap();
    }
    assert_limit(&rejection(soon(sender.send("")).await), "max_octets");
}

#[tokio::test]
async fn a_message_that_is_too_large_is_not_sent() {
    let broker = Broker::builder().max_message_size(1000).start_in_memory().unwrap();
    let client = connect(&broker).await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let error = soon(sender.send(&Bytes::from(vec![7; 1000]))).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { limit: 1000, .. }), "{error}");
    soon(sender.send(&Bytes::from(vec![7; 900]))).await.unwrap();
}

#[tokio::test]
async fn the_receive_buffer_has_room_for_the_largest_messages() {
    let broker = Broker::builder()
        .connection(ConnectionSettings::new("broker").receive_buffer(1 << 20))
        .max_message_size(3 << 20)
        .start_in_memory()
        .unwrap();
    let client = connect(&broker).await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    soon(sender.send(&Bytes::from(vec![7; (3 << 20) - 1000]))).await.unwrap();
}

#[tokio::test]
async fn a_message_that_is_too_large_for_a_consumer_stays_for_others() {
    let broker = Broker::in_memory();
    let client = connect(&broker).await;
    let large = "x".repeat(1000);
    send(&client, "orders", &[&large, "small"]).await;
    let builder = client.receiver("orders").max_message_size(500);
    let receiver = soon(builder.attach()).await.unwrap();
    assert_eq!(next(&receiver).await.decode::<&str>().unwrap(), "small");
    let other = manual(&client, "orders").await;
    other.grant(1).unwrap();
    assert_eq!(next(&other).await.decode::<&str>().unwrap(), large);
}

#[tokio::test]
async fn the_number_of_queues_is_limited_and_those_that_nobody_uses_make_room() {
    let broker = Broker::builder().max_queues(3).queue("declared").start_in_memory().unwrap();
    let client = connect(&broker).await;
    let used = soon(client.receiver("used").attach()).await.unwrap();
    send(&client, "full", &["m"]).await;
    assert_limit(&refusal(soon(client.sender("more").attach()).await), "max_queues");
    let full = manual(&client, "full").await;
    assert_eq!(take_all(&full).await, ["m"]);
    soon(broker.until("full", |it| it.unsettled == 0)).await;
    assert_limit(&refusal(soon(client.sender("more").attach()).await), "max_queues");
    soon(full.close()).await.unwrap();
    soon(broker.until("full", |it| it.consumers == 0)).await;
    let _more = soon(client.sender("more").attach()).await.unwrap();
    let addresses = broker.queues().into_iter().map(|it| it.address).collect::<Vec<_>>();
    assert_eq!(addresses, ["declared", "more", "used"]);
    drop(used);
}

#[tokio::test]
async fn dead_letters_lose_the_oldest_ones_if_they_are_full() {
    let lost = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&lost);
    let broker = Broker::builder()
        .max_queue_messages(2)
        .on_event(move |event| {
            if matches!(event, amqp_net::broker::Event::DeadLettersLost(..)) {
                seen.lock().unwrap().push(event.to_string());
            }
        })
        .start_in_memory()
        .unwrap();
    let client = connect(&broker).await;
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    for text in ["a", "b", "c"] {
        send(&client, "orders", &[text]).await;
        next(&receiver).await.reject(None).unwrap();
        soon(broker.until("orders", |it| it.unsettled + it.ready == 0)).await;
    }
    let dead = manual(&client, "orders/dead-letters").await;
    assert_eq!(take_all(&dead).await, ["b", "c"]);
    let lost = lost.lock().unwrap().clone();
    assert_eq!(lost, ["\"orders/dead-letters\" was full: a message has been lost"]);
}

#[tokio::test]
async fn the_number_of_connections_is_limited() {
    let broker = Broker::builder().max_connections(1).start_in_memory().unwrap();
    let first = connect(&broker).await;
    let second = soon(Connection::builder().connect_over(broker.stream())).await;
    let error = second.unwrap_err().to_string();
    assert!(error.contains("max_connections"), "{error}");
    soon(first.close()).await.unwrap();
    soon(broker.until_connected(0)).await;
    connect(&broker).await;
}

#[tokio::test]
async fn a_message_does_not_grow_without_limit_by_annotations_of_its_consumers() {
    for builder in [
        Broker::builder().max_message_size(20_000),
        Broker::builder().max_queue_octets(20_000),
        Broker::builder().max_octets(20_000),
    ] {
        let broker = builder.start_in_memory().unwrap();
        let client = connect(&broker).await;
        send(&client, "orders", &["a"]).await;
        let receiver = soon(client.receiver("orders").attach()).await.unwrap();
        for number in 0..20 {
            let key = Symbol::new(format!("x-opt-{number}")).unwrap();
            let fields = Fields([(key, Value::from("y".repeat(3000)))].into_iter().collect());
            let annotated = Modified { message_annotations: Some(fields), ..Modified::default() };
            next(&receiver).await.modify(annotated).unwrap();
        }
        let delivery = next(&receiver).await;
        assert_eq!(delivery.decode::<&str>().unwrap(), "a");
        let octets = broker.queue("orders").unwrap().octets;
        assert!((15_000..=20_000).contains(&octets), "{octets}");
    }
}
