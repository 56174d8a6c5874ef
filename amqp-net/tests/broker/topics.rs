//! Topics: each consumer gets its own copy.

use amqp_net::Credit;
use amqp_net::broker::{Broker, NodeKind};
use amqp_types::messaging::{DistributionMode, Source, Target};
use amqp_types::transport::{AmqpError, Error};

use crate::common::{connect, manual, next_text, refusal, rejection, send, soon, start, take_all};

#[tokio::test]
async fn each_consumer_that_there_is_gets_a_copy() {
    let (broker, client) = start().await;
    // Nobody listens: it is accepted, and gone.
    send(&client, "topic/news", &["early"]).await;
    let a = soon(client.receiver("topic/news").attach()).await.unwrap();
    let b = soon(client.receiver("topic/news").attach()).await.unwrap();
    assert_eq!(a.source().unwrap().distribution_mode, Some(DistributionMode::Copy));
    send(&client, "topic/news", &["one", "two"]).await;
    for receiver in [&a, &b] {
        next_text(receiver, "one").await.accept().unwrap();
        next_text(receiver, "two").await.release().unwrap();
        next_text(receiver, "two").await.accept().unwrap();
    }
    let news = soon(broker.until("topic/news", |it| it.unsettled == 0)).await;
    assert_eq!((news.kind, news.ready, news.octets, news.consumers), (NodeKind::Topic, 0, 0, 2));
    soon(a.close()).await.unwrap();
    soon(b.close()).await.unwrap();
    soon(broker.until("topic/news", |it| it.consumers == 0)).await;
}

#[tokio::test]
async fn a_capability_or_a_declaration_makes_a_topic_of_any_address() {
    let broker = Broker::builder().topic("declared").start_in_memory().unwrap();
    let client = connect(&broker).await;
    for source in [Source::topic("asked"), Source::new("declared")] {
        let address = source.address.clone().unwrap();
        let a = manual(&client, source.clone()).await;
        let b = manual(&client, source.clone()).await;
        assert_eq!(a.source().unwrap().capabilities, source.capabilities);
        send(&client, &address, &["m"]).await;
        assert_eq!(take_all(&a).await, ["m"]);
        assert_eq!(take_all(&b).await, ["m"]);
    }
    let attached = soon(client.sender(Target::queue("asked")).attach()).await;
    let error = refusal(attached);
    assert_eq!(error.condition, AmqpError::PreconditionFailed.into());
    assert_eq!(
        error.description.as_deref(),
        Some("`asked` is a topic, and not a queue, as the link wants")
    );
}

#[tokio::test]
async fn a_slow_consumer_has_the_limit_of_a_queue_and_then_nobody_gets_more() {
    let broker = Broker::builder().max_queue_messages(2).start_in_memory().unwrap();
    let client = connect(&broker).await;
    let slow = manual(&client, "topic/news").await;
    let fast = soon(client.receiver("topic/news").credit(Credit::Auto(10)).attach()).await.unwrap();
    let sender = soon(client.sender("topic/news").attach()).await.unwrap();
    for text in ["a", "b"] {
        soon(sender.send(text)).await.unwrap();
        next_text(&fast, text).await.accept().unwrap();
    }
    let error = rejection(soon(sender.send("c")).await);
    assert_eq!(error.condition, AmqpError::ResourceLimitExceeded.into());
    assert_eq!(take_all(&slow).await, ["a", "b"]);
    soon(broker.until("topic/news", |it| it.unsettled == 0)).await;
    soon(sender.send("d")).await.unwrap();
    next_text(&fast, "d").await.accept().unwrap();
    assert_eq!(take_all(&slow).await, ["d"]);
}

#[tokio::test]
async fn what_a_consumer_rejects_goes_to_the_dead_letters_of_the_topic() {
    let (broker, client) = start().await;
    let receiver = soon(client.receiver("topic/news").attach()).await.unwrap();
    send(&client, "topic/news", &["bad"]).await;
    next_text(&receiver, "bad").await.reject(None).unwrap();
    let dead = soon(broker.until("topic/news/dead-letters", |it| it.ready == 1)).await;
    assert_eq!(dead.kind, NodeKind::Queue);
    let dead = manual(&client, "topic/news/dead-letters").await;
    assert_eq!(take_all(&dead).await, ["bad"]);
}

#[tokio::test]
async fn dead_letters_cannot_be_a_topic_which_would_lose_them() {
    let (broker, client) = start().await;
    let expected = Error::new(
        AmqpError::PreconditionFailed,
        "`orders/dead-letters` is for dead letters, and cannot be a topic",
    );
    assert_eq!(broker.declare_topic("orders/dead-letters"), Err(expected.clone()));
    let receiver = soon(client.receiver(Source::topic("orders/dead-letters")).attach()).await;
    assert_eq!(refusal(receiver), expected);
    let sender = soon(client.sender(Target::topic("orders/dead-letters")).attach()).await;
    assert_eq!(refusal(sender), expected);
    assert!(broker.queues().is_empty());
    assert!(Broker::builder().topic("orders/dead-letters").start_in_memory().is_err());
}
