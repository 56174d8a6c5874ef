//! Deliveries that are settled at an odd time, or in an odd way.
#![cfg(feature = "tokio")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

mod common;

use amqp_net::{Connection, Credit, Delivery, Receiver, Scope, SendError};
use amqp_types::messaging::{Accepted, DeliveryState, Modified, Outcome, Rejected};
use amqp_types::transaction::TransactionalState;
use amqp_types::transport::{
    Close, DeliveryNumber, DeliveryTag, Detach, Disposition, End, Performative, Role, Transfer,
};
use common::script::{Script, credit};

/// A receiver that has taken this many deliveries of a script.
async fn received(count: u32, settled: bool) -> (Connection, Script, Receiver, Vec<Delivery>) {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Manual)).await;
    receiver.grant(count).unwrap();
    script.until(|frame| matches!(frame, Performative::Flow(_)).then_some(())).await;
    let mut deliveries = Vec::new();
    for number in 0..count {
        let transfer = Transfer {
            delivery_id: Some(DeliveryNumber(number)),
            delivery_tag: Some(DeliveryTag::from(number.to_be_bytes())),
            settled: Some(settled),
            ..Transfer::default()
        };
        script.send(&transfer, b"\0\x53\x77\x40").await;
        deliveries.push(receiver.recv().await.unwrap().unwrap());
    }
    (client, script, receiver, deliveries)
}

/// Settles deliveries in all ways, and drops the rest.
fn settle_in_all_ways(deliveries: Vec<Delivery>) -> Vec<Result<(), amqp_net::Ended>> {
    let mut deliveries = deliveries.into_iter();
    let mut next = || deliveries.next().unwrap();
    let results = vec![
        next().accept(),
        next().release(),
        next().reject(None),
        next().modify(Modified::default()),
        next().settle(Accepted {}),
    ];
    drop(deliveries);
    results
}

/// The number of deliveries that [`settle_in_all_ways`] settles or drops.
const WAYS: u32 = 7;

#[tokio::test]
async fn deliveries_whose_link_has_ended_send_nothing_however_they_are_settled_or_dropped() {
    let (client, mut script, receiver, deliveries) = received(WAYS, false).await;
    script.send(&Detach { closed: true, ..Detach::default() }, b"").await;
    assert!(matches!(script.next().await, Performative::Detach(_)));
    for result in settle_in_all_ways(deliveries) {
        assert_eq!(result.unwrap_err().scope(), Scope::Link);
    }
    drop(receiver);
    // The session ends with its last link.
    assert!(matches!(script.next().await, Performative::End(_)));
    script.send(&End::default(), b"").await;
    drop(client.close());
    assert!(matches!(script.next().await, Performative::Close(_)));
}

#[tokio::test]
async fn deliveries_of_a_connection_that_was_lost_send_nothing_on_the_next_one() {
    let (old, mut script, _receiver, deliveries) = received(WAYS, false).await;
    script.send(&Close::default(), b"").await;
    old.closed().await;
    let (client, mut script, _receiver, _deliveries) = received(1, false).await;
    for result in settle_in_all_ways(deliveries) {
        assert_eq!(result.unwrap_err().scope(), Scope::Connection);
    }
    drop(client.close());
    assert!(matches!(script.next().await, Performative::Close(_)));
}

#[tokio::test]
async fn deliveries_that_came_settled_are_settled_in_any_way_and_send_nothing() {
    let (client, mut script, receiver, deliveries) = received(WAYS + 1, true).await;
    assert_eq!(client.stats().connection.unsettled_received, 0);
    let mut deliveries = deliveries;
    let last = deliveries.pop().unwrap();
    assert!(last.is_settled());
    last.settle_second(Accepted {}).await.unwrap();
    for result in settle_in_all_ways(deliveries) {
        result.unwrap();
    }
    // Each has used up credit.
    assert!(receiver.try_recv().unwrap().is_none());
    receiver.grant(1).unwrap();
    let Performative::Flow(flow) = script.next().await else { panic!() };
    assert_eq!(flow.delivery_count.map(|count| count.0), Some(WAYS + 1));
    drop(client.close());
    assert!(matches!(script.next().await, Performative::Close(_)));
}

#[tokio::test]
async fn an_outcome_within_a_transaction_is_the_outcome() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&credit(10), b"").await;
    let outcomes = [Outcome::from(Accepted {}), Rejected { error: None }.into()];
    for (number, outcome) in (0..).zip(outcomes) {
        let receipt = sender.submit("m").await.unwrap();
        let state = TransactionalState { txn_id: [7].into(), outcome: Some(outcome.clone()) };
        let disposition = Disposition {
            role: Role::Receiver,
            first: DeliveryNumber(number),
            last: None,
            settled: true,
            state: Some(DeliveryState::from(state)),
            batchable: false,
        };
        script.send(&disposition, b"").await;
        match (outcome, receipt.await) {
            (Outcome::Accepted(_), Ok(())) => {}
            (expected, Err(SendError::NotAccepted(outcome))) => assert_eq!(outcome, expected),
            other => panic!("{other:?}"),
        }
    }
}
