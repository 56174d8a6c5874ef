//! The credit that a receiver gives by itself, and drains.

use std::sync::Arc;
use std::time::Duration;

use crate::common::script::{Script, credit};
use crate::common::{pair, poll_times, settle};
use amqp_net::{Connection, Credit, TrySubmitError};
use amqp_types::transport::{
    DeliveryNumber, DeliveryTag, Flow, Performative, SequenceNo, Transfer, TransferNumber,
};
use tokio::time::timeout;

/// Sends deliveries with these numbers.
async fn deliver(script: &mut Script, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let transfer = Transfer {
            delivery_id: Some(DeliveryNumber(number)),
            delivery_tag: Some(DeliveryTag::from(number.to_be_bytes())),
            settled: Some(true),
            ..Transfer::default()
        };
        script.send(&transfer, b"\0\x53\x77\x40").await;
    }
    settle().await;
}

/// Returns the credit of each flow that has been sent, before another frame that is sent now.
async fn flows(script: &mut Script, client: &Connection) -> Vec<u32> {
    settle().await;
    assert!(poll_times(1, client.session()).await.is_none());
    let mut flows = Vec::new();
    loop {
        match script.next().await {
            Performative::Flow(flow) => flows.extend(flow.link_credit),
            Performative::Begin(_) => return flows,
            Performative::End(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn credit_is_topped_up_by_one_flow_when_half_of_it_has_been_taken() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Auto(10))).await;
    assert_eq!(flows(&mut script, &client).await, [10]);
    deliver(&mut script, 0..10).await;
    for _ in 0..4 {
        drop(receiver.recv().await.unwrap());
    }
    assert_eq!(flows(&mut script, &client).await, []);
    drop(receiver.recv().await.unwrap());
    assert_eq!(flows(&mut script, &client).await, [5]);
    for _ in 0..5 {
        drop(receiver.recv().await.unwrap());
    }
    assert_eq!(flows(&mut script, &client).await, [10], "five more");
}

#[tokio::test(start_paused = true)]
async fn nothing_tops_up_the_credit_of_a_paused_receiver() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Auto(10))).await;
    assert_eq!(flows(&mut script, &client).await, [10]);
    deliver(&mut script, 0..5).await;
    receiver.pause().unwrap();
    assert_eq!(flows(&mut script, &client).await, [0]);
    // Neither what was on the way, nor what is taken, nor a flow of the sender, nor time.
    deliver(&mut script, 5..10).await;
    for _ in 0..10 {
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
    }
    let flow = Flow {
        next_outgoing_id: TransferNumber(10),
        delivery_count: Some(SequenceNo(10)),
        ..credit(0)
    };
    script.send(&flow, b"").await;
    tokio::time::advance(Duration::from_secs(25)).await;
    assert_eq!(flows(&mut script, &client).await, []);
    receiver.resume().unwrap();
    assert_eq!(flows(&mut script, &client).await, [10]);
}

#[tokio::test]
async fn two_drains_at_once_are_answered_together() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Manual)).await;
    receiver.grant(5).unwrap();
    assert_eq!(flows(&mut script, &client).await, [5]);
    let receiver = Arc::new(receiver);
    let mut drains = Vec::new();
    for _ in 0..2 {
        let receiver = Arc::clone(&receiver);
        drains.push(tokio::spawn(async move { receiver.drain().await }));
        settle().await;
    }
    assert_eq!(flows(&mut script, &client).await, [5, 5], "each asks for the same");
    assert!(drains.iter().all(|drain| !drain.is_finished()));
    let answer = Flow { delivery_count: Some(SequenceNo(5)), drain: true, ..credit(0) };
    script.send(&answer, b"").await;
    settle().await;
    for drain in drains {
        assert!(drain.is_finished());
        drain.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_drain_takes_all_messages_that_wait_and_then_ends() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Manual).await;
    let mut sending = Vec::new();
    for _ in 0..3 {
        let sender = sender.clone();
        sending.push(tokio::spawn(async move { sender.send_settled("m").await }));
    }
    settle().await;
    receiver.grant(10).unwrap();
    receiver.drain().await.unwrap();
    for _ in 0..3 {
        assert!(receiver.try_recv().unwrap().is_some());
    }
    assert!(receiver.try_recv().unwrap().is_none());
    assert_eq!(sender.try_submit("m").unwrap_err(), TrySubmitError::Full);
    for sending in sending {
        sending.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn settled_deliveries_that_nobody_accepts_go_on_for_ever() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let sending = tokio::spawn(async move {
        for _ in 0..10_000 {
            sender.send_settled("m").await.unwrap();
        }
        sender
    });
    for _ in 0..10_000 {
        let delivery = timeout(Duration::from_secs(20), receiver.recv()).await.unwrap();
        assert!(delivery.unwrap().unwrap().is_settled());
    }
    drop(sending.await.unwrap());
}

#[tokio::test]
async fn a_user_who_takes_nothing_holds_no_more_than_the_credit() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let sending = tokio::spawn(async move {
        for _ in 0..1000 {
            sender.send_settled("m").await.unwrap();
        }
        sender
    });
    for _ in 0..1000 {
        settle().await;
        let stats = pair.client.stats();
        assert!((1..=10).contains(&stats.queued), "{stats:?}");
        assert!(receiver.try_recv().unwrap().is_some());
    }
    drop(sending.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settling_in_other_threads_never_lets_more_come_than_the_credit() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let receiver = Arc::new(receiver);
    let consumers: Vec<_> = (0..4)
        .map(|_| {
            let (receiver, client) = (Arc::clone(&receiver), pair.client.clone());
            tokio::spawn(async move {
                let mut taken = 0;
                while let Ok(Some(delivery)) = receiver.recv().await {
                    assert!(client.stats().queued <= 10);
                    taken += 1;
                    std::thread::yield_now();
                    delivery.accept().unwrap();
                }
                taken
            })
        })
        .collect();
    let mut receipts = amqp_net::Receipts::new();
    for _ in 0..5000 {
        receipts.push(sender.submit("m").await.unwrap());
    }
    timeout(Duration::from_secs(60), receipts.accepted()).await.unwrap().unwrap();
    sender.close().await.unwrap();
    let mut taken = 0;
    for consumer in consumers {
        taken += consumer.await.unwrap();
    }
    assert_eq!(taken, 5000);
}

#[tokio::test]
async fn a_delivery_that_has_begun_counts_when_its_receiver_drains() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Manual)).await;
    receiver.grant(1).unwrap();
    let Performative::Flow(flow) = script.next().await else { panic!() };
    assert_eq!(flow.link_credit, Some(1));
    let first = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([1; 8])),
        more: true,
        ..Transfer::default()
    };
    script.send(&first, b"\0\x53\x75").await;
    settle().await;
    assert!(poll_times(1, receiver.drain()).await.is_none());
    let Performative::Flow(flow) = script.next().await else { panic!() };
    assert_eq!((flow.link_credit, flow.drain), (Some(0), true));
}

#[tokio::test]
async fn automatic_credit_goes_on_after_it_was_set_by_hand() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    settle().await;
    receiver.grant(0).unwrap();
    settle().await;
    assert!(sender.try_submit("m").is_err());
    receiver.resume().unwrap();
    settle().await;
    drop(sender.try_submit("m").unwrap());
}
