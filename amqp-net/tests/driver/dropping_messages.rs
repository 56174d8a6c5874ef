//! Messages whose futures are dropped: before they are sent, in the middle, and before their outcome comes.

use std::task::{Context, Waker};

use crate::common::{pair, poll_times, settings, settle, soon};
use amqp_net::Credit;
use amqp_types::Bytes;

#[tokio::test]
async fn a_message_whose_first_frame_has_been_sent_is_completed() {
    let small = settings("small").max_frame_size(512);
    let mut pair = crate::common::pair_with(small.clone(), small).await;
    let (sender, receiver) = pair.client_sends(Credit::Auto(10)).await;
    settle().await;
    let large = Bytes::from(vec![7; 4 << 20]);
    assert!(poll_times(1, sender.send_settled(&large)).await.is_some(), "nobody says more of it");
    // Even if nothing is left of the sender.
    drop(sender);
    drop(pair.client);
    let delivery = receiver.recv().await.unwrap().unwrap();
    assert_eq!(delivery.decode::<Bytes>().unwrap(), large);
}

#[tokio::test]
async fn a_thousand_messages_that_wait_are_dropped_in_any_order_and_the_rest_keep_theirs() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    let mut waiting = Vec::new();
    for number in 0..1000 {
        let sender = sender.clone();
        let mut sending = Box::pin(async move { sender.send_settled(&*number.to_string()).await });
        assert!(poll_times(1, &mut sending).await.is_none());
        waiting.push((number, sending));
    }
    let mut seed = 11_u64;
    while waiting.len() > 100 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let _ = waiting.swap_remove(usize::try_from(seed >> 33).unwrap() % waiting.len());
    }
    let mut kept: Vec<_> = waiting.iter().map(|(number, _)| *number).collect();
    kept.sort_unstable();
    receiver.grant(1000).unwrap();
    settle().await;
    for number in kept {
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<&str>().unwrap(), number.to_string());
    }
    assert!(receiver.try_recv().unwrap().is_none());
    for (_, sending) in waiting {
        sending.await.unwrap();
    }
}

#[tokio::test]
async fn a_send_that_is_dropped_after_its_first_frame_is_completed_and_its_place_is_freed() {
    let small = settings("small").max_frame_size(512);
    let mut pair = crate::common::pair_with(small.clone(), small).await;
    let builder = pair.client.sender("queue").max_unsettled(1);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::Auto(10)).await;
    settle().await;
    let large = Bytes::from(vec![7; 4 << 20]);
    let mut sending = Box::pin(sender.send(&large));
    assert!(sending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(sending);
    assert!(pair.client.stats().connection.octets_sent < 1 << 20, "most of it is still to come");
    assert!(sender.try_submit("full").is_err());
    let delivery = receiver.recv().await.unwrap().unwrap();
    assert_eq!(delivery.decode::<Bytes>().unwrap(), large);
    assert!(sender.try_submit("full").is_err());
    delivery.accept().unwrap();
    settle().await;
    drop(sender.try_submit("next").unwrap());
}

#[tokio::test]
async fn the_outcome_of_a_send_that_is_dropped_is_ignored() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    settle().await;
    assert!(poll_times(1, sender.send("m")).await.is_none());
    let stats = pair.client.stats();
    assert_eq!((stats.receipts, stats.connection.unsettled_sent), (0, 1));
    receiver.recv().await.unwrap().unwrap().accept().unwrap();
    settle().await;
    assert_eq!(pair.client.stats().connection.unsettled_sent, 0);
}

#[tokio::test]
async fn a_message_goes_on_when_the_one_before_it_is_dropped() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").max_unsettled(1);
    let (sender, _receiver) = pair.client_sends_with(builder, Credit::Auto(100)).await;
    let _unsettled = sender.submit("unsettled").await.unwrap();
    let mut waiting = Box::pin(sender.submit("waits for an outcome"));
    assert!(poll_times(1, &mut waiting).await.is_none());
    let mut settled = Box::pin(sender.send_settled("needs none"));
    assert!(poll_times(1, &mut settled).await.is_none());
    drop(waiting);
    soon(settled).await.unwrap();
}
