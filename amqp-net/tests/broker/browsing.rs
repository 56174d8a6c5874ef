//! Browsing: links that leave messages where they are.

use amqp_types::messaging::{DistributionMode, Source};

use crate::common::{manual, next, next_text, send, soon, start, take_all};

fn copies(address: &'static str) -> Source {
    Source { distribution_mode: Some(DistributionMode::Copy), ..Source::new(address) }
}

#[tokio::test]
async fn a_browser_sees_all_messages_once_and_takes_none() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b", "c"]).await;
    let browser = manual(&client, copies("orders")).await;
    assert_eq!(browser.source().unwrap().distribution_mode, Some(DistributionMode::Copy));
    assert_eq!(take_all(&browser).await, ["a", "b", "c"]);
    assert!(take_all(&browser).await.is_empty());
    send(&client, "orders", &["d"]).await;
    assert_eq!(take_all(&browser).await, ["d"]);
    assert_eq!(broker.queue("orders").unwrap().ready, 4);
    let receiver = manual(&client, "orders").await;
    assert_eq!(receiver.source().unwrap().distribution_mode, Some(DistributionMode::Move));
    assert_eq!(take_all(&receiver).await, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn whatever_a_browser_does_with_its_copies_changes_nothing() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b", "c"]).await;
    let browser = soon(client.receiver(copies("orders")).attach()).await.unwrap();
    next(&browser).await.reject(None).unwrap();
    next(&browser).await.release().unwrap();
    let kept = next(&browser).await;
    drop((kept, browser));
    let orders = soon(broker.until("orders", |it| it.consumers == 0)).await;
    assert_eq!((orders.ready, orders.unsettled), (3, 0));
    assert_eq!(broker.queues().len(), 1, "there are no dead letters");
}

#[tokio::test]
async fn browsers_that_wait_keep_no_message_from_consumers() {
    let (_broker, client) = start().await;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(soon(client.receiver(copies("orders")).attach()).await.unwrap());
    }
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    for text in ["a", "b"] {
        send(&client, "orders", &[text]).await;
        next_text(&receiver, text).await.accept().unwrap();
    }
}
