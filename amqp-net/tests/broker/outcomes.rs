//! What the outcomes of deliveries do.

use amqp_net::{Credit, Receipts};
use amqp_types::messaging::{Accepted, Modified, Outcome, Rejected, Released, Source};
use amqp_types::transport::{AmqpError, Attach, Error, Fields, ReceiverSettleMode};
use amqp_types::{Symbol, Value};

use crate::common::{connect, manual, next, next_text, send, soon, start, take_all};

#[tokio::test]
async fn released_and_modified_messages_go_back_in_front_and_in_order() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b", "c", "d"]).await;
    let receiver = manual(&client, "orders").await;
    receiver.grant(3).unwrap();
    let (a, b, c) = (next(&receiver).await, next(&receiver).await, next(&receiver).await);
    c.release().unwrap();
    a.modify(Modified::default()).unwrap();
    b.release().unwrap();
    soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!(take_all(&receiver).await, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn only_a_failed_delivery_is_counted() {
    let (_broker, client) = start().await;
    send(&client, "orders", &["a"]).await;
    let receiver = soon(client.receiver("orders").credit(Credit::Auto(1)).attach()).await.unwrap();
    let failed = || Modified { delivery_failed: Some(true), ..Modified::default() };
    let mut counts = Vec::new();
    for turn in 0..5 {
        let delivery = next_text(&receiver, "a").await;
        let message: amqp_types::messaging::MessageRef<'_> = delivery.decode().unwrap();
        let header = message.header().unwrap().unwrap();
        assert_eq!(header.first_acquirer, turn == 0);
        counts.push(header.delivery_count);
        match turn {
            0 => delivery.release().unwrap(),
            1 => delivery.modify(Modified::default()).unwrap(),
            _ => delivery.modify(failed()).unwrap(),
        }
    }
    assert_eq!(counts, [0, 0, 0, 1, 2]);
}

#[tokio::test]
async fn what_is_unsettled_when_its_link_ends_gets_the_default_outcome() {
    let failed = Modified { delivery_failed: Some(true), ..Modified::default() };
    let outcomes: [(Option<Outcome>, _, _); 5] = [
        (None, Some(0), 0),
        (Some(Released {}.into()), Some(0), 0),
        (Some(failed.into()), Some(1), 0),
        (Some(Rejected::default().into()), None, 1),
        (Some(Accepted {}.into()), None, 0),
    ];
    for (default_outcome, count, dead) in outcomes {
        let (broker, client) = start().await;
        send(&client, "orders", &["a"]).await;
        let other = connect(&broker).await;
        let receiver = manual(&other, Source { default_outcome, ..Source::new("orders") }).await;
        receiver.grant(1).unwrap();
        let _unsettled = next(&receiver).await;
        // Without a detach, and without outcomes.
        other.abort();
        let orders = soon(broker.until("orders", |it| it.consumers == 0)).await;
        assert_eq!((orders.ready, orders.unsettled), (usize::from(count.is_some()), 0));
        assert_eq!(broker.queue("orders/dead-letters").map_or(0, |it| it.ready), dead);
        let headers = broker.messages("orders");
        let headers = headers.iter().map(|it| it.view().header().unwrap().unwrap_or_default());
        let counts: Vec<_> = headers.map(|header| header.delivery_count).collect();
        assert_eq!(counts, Vec::from_iter(count));
    }
}

#[tokio::test]
async fn annotations_of_modified_messages_are_merged() {
    let (_broker, client) = start().await;
    send(&client, "orders", &["a"]).await;
    let receiver = soon(client.receiver("orders").credit(Credit::Auto(1)).attach()).await.unwrap();
    let annotate = |pairs: &[(&'static str, &'static str)]| {
        let entry = |(key, value): &(&'static str, &'static str)| {
            (Symbol::from_static(key), Value::from(*value))
        };
        let annotations = Fields(pairs.iter().map(entry).collect());
        Modified { message_annotations: Some(annotations), ..Modified::default() }
    };
    next(&receiver).await.modify(annotate(&[("x-opt-a", "1"), ("x-opt-b", "1")])).unwrap();
    next(&receiver).await.modify(annotate(&[("x-opt-b", "2"), ("x-opt-c", "2")])).unwrap();
    let delivery = next_text(&receiver, "a").await;
    let message: amqp_types::messaging::Message = delivery.decode().unwrap();
    let annotations = message.message_annotations.unwrap();
    let values: Vec<_> = annotations.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(values, ["1", "2", "2"].map(Value::from));
}

#[tokio::test]
async fn a_message_that_is_undeliverable_here_goes_to_other_links_only() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let receiver = soon(client.receiver("orders").credit(Credit::Auto(1)).attach()).await.unwrap();
    let here = Modified { undeliverable_here: Some(true), ..Modified::default() };
    next_text(&receiver, "a").await.modify(here.clone()).unwrap();
    next_text(&receiver, "b").await.accept().unwrap();
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!(orders.ready, 1);
    // One that waits is told, whichever of them it is.
    let other = manual(&client, "orders").await;
    other.grant(10).unwrap();
    next_text(&other, "a").await.modify(here).unwrap();
    let third = manual(&client, "orders").await;
    third.grant(10).unwrap();
    next_text(&third, "a").await.accept().unwrap();
    // Others are not held up.
    send(&client, "orders", &["c"]).await;
    soon(broker.until("orders", |it| it.unsettled == 1)).await;
}

#[tokio::test]
async fn rejected_messages_go_to_the_dead_letters_which_are_a_queue() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    let why = Error::new(AmqpError::InvalidField, "no such item");
    next(&receiver).await.reject(Some(why)).unwrap();
    next(&receiver).await.reject(None).unwrap();
    soon(broker.until("orders/dead-letters", |it| it.ready == 2)).await;
    assert_eq!(broker.queue("orders").unwrap().octets, 0);
    let dead = soon(client.receiver("orders/dead-letters").attach()).await.unwrap();
    let delivery = next_text(&dead, "a").await;
    let message: amqp_types::messaging::Message = delivery.decode().unwrap();
    assert!(!message.header.unwrap().first_acquirer);
    let annotations = message.message_annotations.unwrap();
    let values: Vec<_> = annotations.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(values, ["amqp:invalid-field", "no such item"].map(Value::from));
    // Those that are rejected there are gone.
    delivery.reject(None).unwrap();
    next_text(&dead, "b").await.accept().unwrap();
    soon(broker.until("orders/dead-letters", |it| it.ready + it.unsettled == 0)).await;
    assert_eq!(broker.queues().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_message_is_never_out_of_sight() {
    const COUNT: usize = 3000;
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let mut receipts = Receipts::new();
    soon(sender.submit_all((0..COUNT).map(|_| "m"), &mut receipts)).await.unwrap();
    soon(receipts.accepted()).await.unwrap();
    let receiver = soon(client.receiver("orders").attach()).await.unwrap();
    let rejecting = tokio::spawn(async move {
        for _ in 0..COUNT {
            next(&receiver).await.reject(None).unwrap();
        }
        receiver
    });
    let held = |address: &str| broker.queue(address).map_or(0, |it| it.ready + it.unsettled);
    loop {
        let orders = held("orders");
        let dead = held("orders/dead-letters");
        assert!(orders + dead >= COUNT, "{orders} and {dead}");
        if orders == 0 {
            break;
        }
    }
    soon(rejecting).await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_settles_second_learns_that_the_broker_has_settled() {
    let (broker, client) = start().await;
    send(&client, "orders", &["a", "b"]).await;
    let builder = client.receiver("orders").receiver_settle_mode(ReceiverSettleMode::Second);
    let receiver = soon(builder.attach()).await.unwrap();
    soon(next(&receiver).await.settle_second(Accepted {})).await.unwrap();
    soon(next(&receiver).await.settle_second(Released {})).await.unwrap();
    next_text(&receiver, "b").await.accept().unwrap();
    soon(broker.until("orders", |it| it.ready + it.unsettled == 0)).await;
    // The other direction.
    let second = |attach: &mut Attach| attach.rcv_settle_mode = ReceiverSettleMode::Second;
    let sender = soon(client.sender("orders").attach_with(second).attach()).await.unwrap();
    assert_eq!(sender.remote_attach().rcv_settle_mode, ReceiverSettleMode::Second);
    soon(sender.send("c")).await.unwrap();
    assert_eq!(
        broker.queue("orders").unwrap().ready + broker.queue("orders").unwrap().unsettled,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_messages_that_go_back_at_once_hold_up_nobody() {
    const COUNT: u32 = 100_000;
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let mut receipts = Receipts::new();
    soon(sender.submit_all((0..COUNT).map(|_| "m"), &mut receipts)).await.unwrap();
    soon(receipts.accepted()).await.unwrap();
    let receiver = manual(&client, "orders").await;
    receiver.grant(COUNT).unwrap();
    let mut held = Vec::new();
    while held.len() < COUNT as usize {
        soon(receiver.recv_many(&mut held, 1000)).await.unwrap();
    }
    for delivery in held {
        let changes = Modified { undeliverable_here: Some(true), ..Modified::default() };
        delivery.modify(changes).unwrap();
    }
    let orders = soon(broker.until("orders", |it| it.unsettled == 0)).await;
    assert_eq!(orders.ready, COUNT as usize);
}
