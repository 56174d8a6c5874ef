//! Drains, each of which is answered.

use std::time::Duration;

use tokio::time::Instant;

use crate::common::{manual, next_text, send, soon, start, take_all};

#[tokio::test]
async fn a_drain_brings_what_there_is_and_no_more() {
    let (_broker, client) = start().await;
    let receiver = manual(&client, "orders").await;
    for texts in [&["a", "b", "c"][..], &[], &["d"]] {
        send(&client, "orders", texts).await;
        assert_eq!(take_all(&receiver).await, texts);
    }
}

#[tokio::test]
async fn a_drain_brings_no_more_than_there_is_credit_for() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let receiver = manual(&client, "orders").await;
    receiver.grant(1).unwrap();
    soon(receiver.drain()).await.unwrap();
    next_text(&receiver, "a").await.accept().unwrap();
    assert!(receiver.try_recv().unwrap().is_none());
    assert_eq!(broker.queue("orders").unwrap().ready, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_right_after_the_attach_brings_what_is_in_the_queue() {
    let (_broker, client) = start().await;
    let mut texts = Vec::new();
    for number in 0..200 {
        let text = number.to_string();
        send(&client, "orders", &[&text]).await;
        let receiver = manual(&client, "orders").await;
        receiver.grant(1).unwrap();
        soon(receiver.drain()).await.unwrap();
        let delivery = receiver.try_recv().unwrap().expect("there is a message");
        texts.push(delivery.decode::<&str>().unwrap().to_owned());
        delivery.accept().unwrap();
        soon(receiver.close()).await.unwrap();
    }
    assert!(texts.iter().zip(0..).all(|(text, number)| *text == number.to_string()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_right_after_a_message_was_accepted_brings_it() {
    let (_broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let receiver = manual(&client, "orders").await;
    for number in 0..500 {
        soon(sender.send(&*number.to_string())).await.unwrap();
        receiver.grant(1).unwrap();
        soon(receiver.drain()).await.unwrap();
        let delivery = receiver.try_recv().unwrap();
        delivery.unwrap_or_else(|| panic!("message {number} is missing")).accept().unwrap();
    }
}

#[tokio::test]
async fn a_drain_without_credit_is_answered() {
    let (_broker, client) = start().await;
    let receiver = manual(&client, "orders").await;
    receiver.grant(0).unwrap();
    let before = Instant::now();
    soon(receiver.drain()).await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(10), "not by the time limit");
    assert!(take_all(&receiver).await.is_empty());
}

#[tokio::test]
async fn a_drain_of_many_messages_that_need_several_windows_brings_all() {
    let (_broker, client) = start().await;
    let text = "x".repeat(100_000);
    for _ in 0..20 {
        send(&client, "orders", &[&text]).await;
    }
    let receiver = manual(&client, "orders").await;
    assert_eq!(take_all(&receiver).await.len(), 20);
}
