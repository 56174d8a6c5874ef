//! Receivers: credit, drains, several consumers, over the tokio driver on both sides.

use std::pin::Pin;
use std::time::Duration;

use crate::common::script::Script;
use crate::common::{pair, pair_with, settings, settle};
use amqp_net::{Connection, Credit, EndReason, Receipts, Scope};
use amqp_types::transport::{
    DeliveryNumber, DeliveryTag, Fields, Open, Performative, Role, Transfer,
};
use amqp_types::{Bytes, Map, Symbol, Value};
use futures_core::Stream;
use tokio::io::duplex;
use tokio::task::JoinSet;
use tokio::time::timeout;

#[tokio::test]
async fn credit_follows_what_is_taken() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    settle().await;
    let sent = async || {
        let mut sent = 0;
        while sender.try_submit("m").is_ok() {
            sent += 1;
            settle().await;
        }
        sent
    };
    assert_eq!((sender.credit(), receiver.available()), (10, None));
    assert_eq!(sent().await, 10);
    assert_eq!(sender.credit(), 0);
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(receiver.recv().await.unwrap().unwrap());
    }
    settle().await;
    assert_eq!(sent().await, 0, "less than half of the window is free");
    taken.push(receiver.recv().await.unwrap().unwrap());
    settle().await;
    assert_eq!(sent().await, 5);
}

#[tokio::test]
async fn a_receiver_that_does_not_settle_gets_no_more_than_the_limit() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let sending = tokio::spawn(async move {
        let mut receipts = Receipts::new();
        for _ in 0..5000 {
            receipts.push(sender.submit("m").await.unwrap());
        }
        receipts
    });
    let mut held = Vec::new();
    while let Ok(delivery) = timeout(Duration::from_millis(200), receiver.recv()).await {
        held.push(delivery.unwrap().unwrap());
    }
    assert_eq!(held.len(), 2048);
    for delivery in held {
        delivery.accept().unwrap();
    }
    for _ in 0..5000 - 2048 {
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
    }
    sending.await.unwrap().accepted().await.unwrap();
}

#[tokio::test]
async fn a_drain_ends_when_the_sender_has_given_up_its_credit() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Manual).await;
    receiver.grant(10).unwrap();
    settle().await;
    sender.send_settled("one").await.unwrap();
    receiver.drain().await.unwrap();
    assert_eq!(sender.try_submit("two").unwrap_err(), amqp_net::TrySubmitError::Full);
    assert!(receiver.try_recv().unwrap().is_some());
    assert!(receiver.try_recv().unwrap().is_none());
    // Credit 0 is drained at once, too.
    receiver.drain().await.unwrap();
}

#[tokio::test]
async fn a_message_that_waits_for_credit_is_sent_before_a_drain_ends() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Manual).await;
    let waiting = tokio::spawn(async move { sender.send("one").await });
    settle().await;
    receiver.grant(1).unwrap();
    receiver.drain().await.unwrap();
    receiver.try_recv().unwrap().unwrap().accept().unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_drain_ends_when_credit_is_given_meanwhile() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Manual).await;
    receiver.grant(5).unwrap();
    let granting = async { receiver.grant(1).unwrap() };
    let draining = timeout(Duration::from_secs(5), receiver.drain());
    let (drained, ()) = tokio::join!(draining, granting);
    drained.unwrap().unwrap();
    settle().await;
    sender.send_settled("one").await.unwrap();
    assert!(receiver.recv().await.unwrap().is_some());
}

#[tokio::test]
async fn a_paused_receiver_gets_nothing_until_it_resumes() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(5)).await;
    settle().await;
    sender.send_settled("before").await.unwrap();
    settle().await;
    receiver.pause().unwrap();
    settle().await;
    assert!(sender.try_submit("m").is_err());
    assert!(receiver.recv().await.unwrap().is_some());
    settle().await;
    assert!(sender.try_submit("m").is_err());
    receiver.resume().unwrap();
    settle().await;
    for _ in 0..5 {
        drop(sender.try_submit("m").unwrap());
    }
    for _ in 0..5 {
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
    }
}

#[tokio::test]
async fn several_tasks_receive_in_turn() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(100)).await;
    let receiver = std::sync::Arc::new(receiver);
    let mut tasks = Vec::new();
    for _ in 0..10 {
        let receiver = std::sync::Arc::clone(&receiver);
        tasks.push(tokio::spawn(async move {
            let delivery = receiver.recv().await.unwrap().unwrap();
            delivery.decode::<&str>().unwrap().to_owned()
        }));
        settle().await;
    }
    for number in 0..10 {
        sender.send_settled(&*number.to_string()).await.unwrap();
        settle().await;
    }
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), number.to_string());
    }
}

#[tokio::test]
async fn a_receive_that_is_dropped_in_a_race_loses_nothing() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(7)).await;
    let sending = tokio::spawn(async move {
        for number in 0..10_000 {
            sender.send_settled(&*number.to_string()).await.unwrap();
            if number % 7 == 0 {
                tokio::task::yield_now().await;
            }
        }
        sender
    });
    let mut next = 0;
    while next < 10_000 {
        tokio::select! {
            biased;
            () = tokio::task::yield_now() => {}
            delivery = receiver.recv() => {
                let delivery = delivery.unwrap().unwrap();
                assert_eq!(delivery.decode::<&str>().unwrap(), next.to_string());
                next += 1;
            }
        }
    }
    sending.await.unwrap();
}

#[tokio::test]
async fn a_receive_that_is_dropped_after_it_was_woken_wakes_the_next() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let receiver = std::sync::Arc::new(receiver);
    let mut first = Box::pin(receiver.recv());
    std::future::poll_fn(|cx| {
        assert!(first.as_mut().poll(cx).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    let second = tokio::spawn({
        let receiver = std::sync::Arc::clone(&receiver);
        async move { receiver.recv().await.unwrap().unwrap().is_settled() }
    });
    settle().await;
    sender.send_settled("m").await.unwrap();
    settle().await;
    drop(first);
    assert!(timeout(Duration::from_secs(5), second).await.unwrap().unwrap());
}

#[tokio::test]
async fn the_end_of_a_link_is_reported_once_and_then_there_is_nothing() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    sender.send_settled("last").await.unwrap();
    sender.close().await.unwrap();
    assert!(receiver.recv().await.unwrap().is_some());
    let ended = receiver.recv().await.unwrap_err();
    assert_eq!(ended.scope(), Scope::Link);
    assert!(matches!(ended.reason(), EndReason::Link(_)));
    assert!(receiver.recv().await.unwrap().is_none());
    assert!(receiver.recv().await.unwrap().is_none());
    assert_eq!(receiver.detached().await, ended);
}

#[tokio::test]
async fn a_receiver_is_a_stream() {
    let mut pair = pair().await;
    let (sender, mut receiver) = pair.server_sends(Credit::Auto(10)).await;
    let mut next = async || std::future::poll_fn(|cx| Pin::new(&mut receiver).poll_next(cx)).await;
    for number in 0..100 {
        let text = number.to_string();
        let (sent, delivery) = tokio::join!(sender.send_settled(&*text), next());
        sent.unwrap();
        assert_eq!(delivery.unwrap().unwrap().decode::<&str>().unwrap(), text);
    }
    let (closed, end) = tokio::join!(sender.close(), next());
    closed.unwrap();
    assert!(end.unwrap().is_err());
    assert!(next().await.is_none());
    assert!(next().await.is_none());
}

#[tokio::test]
async fn what_was_not_taken_is_released_when_the_receiver_is_dropped() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let taken = sender.submit("taken").await.unwrap();
    let queued = sender.submit("queued").await.unwrap();
    settle().await;
    let delivery = receiver.recv().await.unwrap().unwrap();
    drop(receiver);
    assert!(queued.await.unwrap_err().to_string().contains("released"));
    // The link lives until the delivery that was taken is settled.
    settle().await;
    delivery.accept().unwrap();
    taken.await.unwrap();
    let ended = timeout(Duration::from_secs(5), sender.detached()).await.unwrap();
    assert_eq!(ended.scope(), Scope::Link);
}

#[tokio::test]
async fn a_delivery_is_settled_from_another_thread() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let receipt = sender.submit("m").await.unwrap();
    let delivery = receiver.recv().await.unwrap().unwrap();
    let (octets, token) = delivery.split();
    assert!(!octets.is_empty());
    std::thread::spawn(move || token.accept().unwrap()).join().unwrap();
    receipt.await.unwrap();
}

#[tokio::test]
async fn the_answer_of_the_peer_can_be_read() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    assert_eq!(receiver.source().unwrap().address.as_deref(), Some("queue"));
    assert_eq!(receiver.remote_attach().role, Role::Sender);
    assert_eq!(sender.remote_attach().role, Role::Receiver);
}

#[tokio::test]
async fn four_messages_of_ten_mebibytes_are_held_until_they_are_taken() {
    let mut pair = pair().await;
    let body = Bytes::from(vec![7; 10 << 20]);
    let (mut sending, mut receivers) = (JoinSet::new(), Vec::new());
    for _ in 0..4 {
        let (sender, receiver) = pair.server_sends(Credit::default()).await;
        let body = body.clone();
        sending.spawn(async move { sender.send(&body).await });
        receivers.push(receiver);
    }
    // All of them have come before the first is taken.
    while pair.client.stats().queued < 4 {
        settle().await;
    }
    let held = pair.client.stats().connection.octets_held;
    assert!((40 << 20..=64 << 20).contains(&held), "{held}");
    for receiver in &receivers {
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<Bytes>().unwrap(), body);
        delivery.accept().unwrap();
    }
    while let Some(sent) = sending.join_next().await {
        sent.unwrap().unwrap();
    }
    assert_eq!(pair.client.stats().connection.octets_held, 0);
}

#[tokio::test]
async fn a_receiver_that_takes_nothing_holds_no_more_than_the_receive_buffer() {
    let client = settings("client").receive_buffer(1 << 20);
    let mut pair = pair_with(client, settings("server")).await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(1000)).await;
    let sending = tokio::spawn(async move {
        let mut receipts = Receipts::new();
        for _ in 0..200 {
            receipts.push(sender.submit(&Bytes::from(vec![7; 20_000])).await.unwrap());
        }
        receipts.accepted().await
    });
    for _ in 0..20 {
        settle().await;
        assert!(pair.client.stats().connection.octets_held <= 1 << 20);
    }
    let stats = pair.client.stats();
    assert!(stats.queued >= 20, "{stats:?}");
    assert_eq!(stats.connection.windows_waiting, 1);
    for _ in 0..200 {
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
    }
    sending.await.unwrap().unwrap();
}

#[tokio::test]
async fn room_that_comes_while_a_write_is_stuck_is_told_after_it() {
    let client = settings("client").max_frame_size(512).receive_buffer(0).idle_time_out(None);
    let (near, far) = duplex(4096);
    let mut script = Script::new(far);
    let connecting = Connection::builder().settings(client).without_sasl().connect_over(near);
    let answering = async {
        script.exchange_headers().await;
        assert!(matches!(script.next().await, Performative::Open(_)));
        script.send(&Open::new("script"), b"").await;
    };
    let (client, ()) = tokio::join!(connecting, answering);
    let client = client.unwrap();
    let builder = client.receiver("queue").credit(Credit::Auto(1000));
    let receiver = script.receiver(builder).await;
    let window = async |script: &mut Script| {
        let window = script.until(|frame| match frame {
            Performative::Flow(flow) => Some(flow.incoming_window).filter(|window| *window > 0),
            _ => None,
        });
        timeout(Duration::from_secs(10), window).await.expect("a window")
    };
    // Until there is no room for another window.
    let mut number = 0;
    while client.stats().connection.windows_waiting == 0 {
        for _ in 0..window(&mut script).await {
            let transfer = Transfer {
                delivery_id: Some(DeliveryNumber(number)),
                delivery_tag: Some(DeliveryTag::from(number.to_be_bytes())),
                settled: Some(true),
                ..Transfer::default()
            };
            script
                .send(&transfer, &[b"\x00\x53\x75\xb0\x00\x00\x01\x90", &[7; 400][..]].concat())
                .await;
            number += 1;
        }
        settle().await;
    }
    // More than the pipe holds.
    let properties = [(Symbol::from_static("long"), Value::from("long".repeat(5000)))];
    receiver.set_properties(Fields(Map::from_iter(properties))).unwrap();
    settle().await;
    for _ in 0..number {
        drop(receiver.recv().await.unwrap().unwrap());
    }
    settle().await;
    assert!(window(&mut script).await > 0);
}
