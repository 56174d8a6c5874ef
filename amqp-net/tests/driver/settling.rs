//! Deliveries that are settled: by many tasks, in two steps, and at an odd time or in an odd way.

use std::sync::{Arc, Mutex};

use crate::common::script::{Script, credit};
use crate::common::{pair, poll_times, settle, soon};
use amqp_net::proto::ConnectionEnd;
use amqp_net::{
    Connection, Credit, Delivery, EndReason, Ended, Receipts, Receiver, Scope, SendError,
};
use amqp_types::messaging::{Accepted, DeliveryState, Modified, Outcome, Received, Rejected};
use amqp_types::transaction::TransactionalState;
use amqp_types::transport::{
    Close, DeliveryNumber, DeliveryTag, Detach, Disposition, End, Performative, ReceiverSettleMode,
    Role, Transfer,
};
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_delivery_is_accepted_while_another_task_waits_for_the_next_one() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    let receiver = Arc::new(receiver);
    let receipt = soon(sender.submit("first")).await.unwrap();
    let delivery = soon(receiver.recv()).await.unwrap().unwrap();
    let waiting = tokio::spawn({
        let receiver = Arc::clone(&receiver);
        async move { receiver.recv().await.unwrap().unwrap().decode::<&str>().unwrap().to_owned() }
    });
    settle().await;
    assert!(!waiting.is_finished());
    // This is no future: it returns at once.
    delivery.accept().unwrap();
    soon(receipt).await.unwrap();
    assert!(!waiting.is_finished(), "it still waits");
    soon(sender.send_settled("second")).await.unwrap();
    assert_eq!(soon(waiting).await.unwrap(), "second");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_tasks_accept_each_delivery_once_in_any_order() {
    const MESSAGES: u32 = 800;
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(MESSAGES)).await;
    let mut receipts = Receipts::new();
    let numbers: Vec<String> = (0..MESSAGES).map(|number| number.to_string()).collect();
    soon(sender.submit_all(numbers.iter().map(String::as_str), &mut receipts)).await.unwrap();
    let mut deliveries = Vec::new();
    for _ in 0..MESSAGES {
        deliveries.push(soon(receiver.recv()).await.unwrap().unwrap());
    }
    let mut seed = 9_u64;
    let mut shuffled = Vec::new();
    while !deliveries.is_empty() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let index = usize::try_from(seed >> 33).unwrap() % deliveries.len();
        shuffled.push(deliveries.swap_remove(index));
    }
    let shuffled = Arc::new(Mutex::new(shuffled));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let shuffled = Arc::clone(&shuffled);
            tokio::spawn(async move {
                loop {
                    let next = shuffled.lock().unwrap().pop();
                    let Some(delivery) = next else { break };
                    delivery.accept().unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        soon(task).await.unwrap();
    }
    soon(receipts.accepted()).await.unwrap();
    let client = pair.client.stats().connection;
    let server = pair.server.connection().stats().connection;
    assert_eq!((client.unsettled_received, server.unsettled_sent), (0, 0));
}

/// A client that has received a delivery in the mode second.
async fn received_second(script: &mut Script, client: &Connection) -> (Receiver, Delivery) {
    let builder = client.receiver("queue").receiver_settle_mode(ReceiverSettleMode::Second);
    let receiver = script.receiver(builder).await;
    assert!(matches!(soon(script.next()).await, Performative::Flow(_)));
    let transfer = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([0])),
        ..Transfer::default()
    };
    script.send(&transfer, b"\0\x53\x77\xa1\x01m").await;
    let delivery = soon(receiver.recv()).await.unwrap().unwrap();
    (receiver, delivery)
}

#[tokio::test]
async fn settling_second_ends_when_the_sender_has_settled_and_not_before() {
    let (client, mut script) = Script::server().await;
    let (_receiver, delivery) = received_second(&mut script, &client).await;
    let mut settling = Box::pin(delivery.settle_second(Accepted {}));
    assert!(poll_times(1, &mut settling).await.is_none());
    let Performative::Disposition(said) = soon(script.next()).await else { panic!() };
    assert_eq!((said.settled, said.state), (false, Some(DeliveryState::from(Accepted {}))));
    assert!(poll_times(50, &mut settling).await.is_none(), "the sender has not settled");
    let settled = Disposition {
        role: Role::Sender,
        first: DeliveryNumber(0),
        last: None,
        settled: true,
        state: None,
        batchable: false,
    };
    script.send(&settled, b"").await;
    soon(settling).await.unwrap();
}

#[tokio::test]
async fn settling_second_fails_if_the_connection_is_lost_before_the_sender_has_settled() {
    let (client, mut script) = Script::server().await;
    let (_receiver, delivery) = received_second(&mut script, &client).await;
    let mut settling = Box::pin(delivery.settle_second(Accepted {}));
    assert!(poll_times(1, &mut settling).await.is_none());
    assert!(matches!(soon(script.next()).await, Performative::Disposition(_)));
    script.stream.shutdown().await.unwrap();
    let ended = soon(settling).await.unwrap_err();
    let EndReason::Connection(ConnectionEnd::Lost(_)) = ended.reason() else { panic!("{ended:?}") };
}

#[tokio::test]
async fn the_state_that_a_message_comes_with_can_be_read() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue")).await;
    assert!(matches!(soon(script.next()).await, Performative::Flow(_)));
    let state = DeliveryState::from(Received { section_number: 0, section_offset: 9 });
    let transfer = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([0])),
        state: Some(state.clone()),
        ..Transfer::default()
    };
    script.send(&transfer, b"\0\x53\x77\xa1\x01m").await;
    let delivery = soon(receiver.recv()).await.unwrap().unwrap();
    let remote = soon(delivery.remote_state_changed()).await.unwrap();
    assert_eq!((remote.state, remote.is_settled), (Some(state), false));
    delivery.accept().unwrap();
}

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
fn settle_in_all_ways(deliveries: Vec<Delivery>) -> Vec<Result<(), Ended>> {
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

#[tokio::test]
async fn the_progress_of_a_receipt_can_be_read_and_its_outcome_is_still_to_come() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&credit(10), b"").await;
    let mut receipt = Box::pin(sender.submit("one").await.unwrap());
    let other = sender.submit("two").await.unwrap();
    let say = |state: DeliveryState, settled| Disposition {
        role: Role::Receiver,
        first: DeliveryNumber(0),
        last: None,
        settled,
        state: Some(state),
        batchable: false,
    };
    assert_eq!(receipt.progress(), None);
    for section_offset in [100, 200] {
        let progress = Received { section_number: 1, section_offset };
        script.send(&say(progress.into(), false), b"").await;
        settle().await;
        assert_eq!(poll_times(1, &mut receipt).await, None, "it waits for the outcome");
        assert_eq!((receipt.progress(), other.progress()), (Some(progress), None));
    }
    script.send(&say(Accepted {}.into(), true), b"").await;
    soon(&mut receipt).await.unwrap();
    assert_eq!(receipt.progress(), None, "the outcome has been returned");
}

#[tokio::test]
async fn a_delivery_of_a_link_that_is_being_closed_says_that_the_link_is_gone() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::default()).await;
    let _receipt = sender.submit("m").await.unwrap();
    let delivery = receiver.recv().await.unwrap().unwrap();
    let mut closing = Box::pin(receiver.close());
    assert!(poll_times(1, &mut closing).await.is_none());
    assert_eq!(delivery.accept().unwrap_err().scope(), Scope::Link);
}

#[tokio::test]
async fn what_a_sender_says_of_deliveries_that_are_gone_is_not_kept() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").receiver_settle_mode(ReceiverSettleMode::Second);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    for _ in 0..100 {
        let receipt = sender.submit("m").await.unwrap();
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
        receipt.await.unwrap();
    }
    settle().await;
    let stats = pair.server.connection().stats();
    assert_eq!((stats.connection.unsettled_received, stats.states), (0, 0));
}
