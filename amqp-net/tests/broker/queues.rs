//! Queues: order, sharing, and what goes back when a link ends.

use amqp_net::Credit;
use amqp_types::messaging::Source;
use amqp_types::transport::SenderSettleMode;
use tokio::sync::mpsc;

use crate::common::{connect, manual, next, next_text, send, soon, start, take_all, text};

#[tokio::test]
async fn messages_wait_for_a_consumer_and_come_in_order() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b", "c"]).await;
    assert_eq!(broker.queue("orders").unwrap().ready, 3);
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    for expected in ["a", "b", "c"] {
        next_text(&receiver, expected).await.accept().unwrap();
    }
    let orders = soon(broker.until("orders", |it| it.unsettled == 0 && it.ready == 0)).await;
    assert_eq!((orders.octets, orders.consumers, orders.producers), (0, 1, 0));
}

#[tokio::test]
async fn a_consumer_that_waits_gets_what_is_sent_later() {
    let (_broker, client) = start().await;
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    for text in ["a", "b"] {
        send(&client, "orders", &[text]).await;
        next_text(&receiver, text).await.accept().unwrap();
    }
}

#[tokio::test]
async fn consumers_of_a_queue_share_its_messages_and_each_gets_its_own_in_order() {
    let (broker, client) = start().await;
    let (seen, mut all) = mpsc::unbounded_channel();
    for index in 0..3 {
        let receiver = client.receiver("orders").credit(Credit::Auto(10));
        let receiver = soon(receiver.attach()).await.unwrap();
        let seen = seen.clone();
        tokio::spawn(async move {
            while let Ok(Some(delivery)) = receiver.recv().await {
                seen.send((index, text(&delivery))).unwrap();
                delivery.accept().unwrap();
            }
        });
    }
    let texts: Vec<_> = (0..300).map(|number| format!("{number:03}")).collect();
    let refs: Vec<_> = texts.iter().map(|text| &**text).collect();
    send(&client, "orders", &refs).await;
    let mut by_consumer = vec![Vec::new(); 3];
    for _ in 0..300 {
        let (index, text): (usize, _) = soon(all.recv()).await.unwrap();
        by_consumer[index].push(text);
    }
    for received in &by_consumer {
        assert!(received.is_sorted() && received.len() > 30, "{}", received.len());
    }
    let mut all = by_consumer.concat();
    all.sort();
    assert_eq!(all, texts);
    soon(broker.until("orders", |it| it.unsettled == 0)).await;
}

#[tokio::test]
async fn a_message_is_sent_only_when_there_is_credit() {
    let (broker, client) = start().await;
    let receiver = manual(&client, "orders").await;
    send(&client, "orders", &["a", "b", "c"]).await;
    assert_eq!(broker.queue("orders").unwrap().ready, 3);
    receiver.grant(2).unwrap();
    next_text(&receiver, "a").await.accept().unwrap();
    next_text(&receiver, "b").await.accept().unwrap();
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!(orders.ready, 1);
    receiver.grant(1).unwrap();
    next_text(&receiver, "c").await.accept().unwrap();
}

#[tokio::test]
async fn credit_that_one_consumer_does_not_have_is_no_obstacle_for_another() {
    let (_broker, client) = start().await;
    let idle = manual(&client, "orders").await;
    // It waits for messages, and then gives its credit up.
    idle.grant(5).unwrap();
    soon(idle.drain()).await.unwrap();
    let other = manual(&client, "orders").await;
    other.grant(5).unwrap();
    for text in ["a", "b", "c"] {
        send(&client, "orders", &[text]).await;
        next_text(&other, text).await.accept().unwrap();
    }
}

/// How a consumer ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Detach,
    Close,
    Session,
    Connection,
    Abort,
}

#[tokio::test]
async fn unsettled_deliveries_go_back_in_front_and_in_order_however_their_link_ends() {
    for end in [End::Detach, End::Close, End::Session, End::Connection, End::Abort] {
        let (broker, client) = start().await;
        send(&client, "orders", &["a", "b", "c", "d"]).await;
        let other = connect(&broker).await;
        let session = soon(other.session()).await.unwrap();
        let receiver =
            soon(session.receiver("orders").credit(Credit::Manual).attach()).await.unwrap();
        receiver.grant(3).unwrap();
        let (a, b, c) = (next(&receiver).await, next(&receiver).await, next(&receiver).await);
        assert_eq!([&a, &b, &c].map(text), ["a", "b", "c"]);
        b.accept().unwrap();
        soon(broker.until("orders", |it| it.unsettled == 2)).await;
        match end {
            End::Detach => drop(soon(receiver.detach()).await.unwrap()),
            End::Close => soon(receiver.close()).await.unwrap(),
            End::Session => soon(session.end()).await.unwrap(),
            End::Connection => soon(other.close()).await.unwrap(),
            End::Abort => other.abort(),
        }
        let orders = soon(broker.until("orders", |it| it.consumers == 0)).await;
        assert_eq!((orders.ready, orders.unsettled), (3, 0), "{end:?}");
        let receiver = manual(&client, "orders").await;
        assert_eq!(take_all(&receiver).await, ["a", "c", "d"], "{end:?}");
    }
}

#[tokio::test]
async fn deliveries_that_are_sent_settled_are_gone() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let builder = client.receiver("orders").sender_settle_mode(SenderSettleMode::Settled);
    let receiver = soon(builder.credit(Credit::Manual).attach()).await.unwrap();
    receiver.grant(1).unwrap();
    assert!(next_text(&receiver, "a").await.is_settled());
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!(orders.ready, 1);
    soon(receiver.close()).await.unwrap();
    let receiver = manual(&client, "orders").await;
    assert_eq!(take_all(&receiver).await, ["b"]);
}

#[tokio::test]
async fn messages_that_come_settled_are_taken() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    soon(sender.send_settled("a")).await.unwrap();
    soon(broker.until("orders", |it| it.ready == 1)).await;
    let builder = client.sender("orders").sender_settle_mode(SenderSettleMode::Settled);
    let sender = soon(builder.attach()).await.unwrap();
    soon(sender.send_settled("b")).await.unwrap();
    soon(broker.until("orders", |it| it.ready == 2)).await;
}

#[tokio::test]
async fn a_queue_is_made_for_either_side_and_stays() {
    let (broker, client) = start().await;
    let receiver = soon(client.receiver(Source::queue("topic/no")).attach()).await.unwrap();
    assert_eq!(receiver.source().unwrap().address.as_deref(), Some("topic/no"));
    send(&client, "orders", &[]).await;
    soon(receiver.close()).await.unwrap();
    let addresses = broker.queues().into_iter().map(|it| it.address).collect::<Vec<_>>();
    assert_eq!(addresses, ["orders", "topic/no"]);
}

#[tokio::test]
async fn a_consumer_may_leave_any_number_of_deliveries_unsettled() {
    const COUNT: usize = 5000;
    let (broker, client) = start().await;
    let receiver = manual(&client, "orders").await;
    receiver.grant(10_000).unwrap();
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let mut receipts = amqp_net::Receipts::new();
    let texts = vec!["m"; COUNT];
    soon(sender.submit_all(texts, &mut receipts)).await.unwrap();
    soon(receipts.accepted()).await.unwrap();
    let mut held = Vec::new();
    while held.len() < COUNT {
        soon(receiver.recv_many(&mut held, COUNT)).await.unwrap();
    }
    assert_eq!(broker.queue("orders").unwrap().unsettled, COUNT);
    // In no order.
    for index in 0..COUNT {
        held.swap(index, index * 7919 % COUNT);
    }
    for delivery in held {
        delivery.accept().unwrap();
    }
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!((orders.ready, orders.octets), (0, 0));
}
