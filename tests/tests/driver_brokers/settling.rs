//! Outcomes have their effect, in both directions.

use std::sync::Arc;

use amqp_net::{AttachError, Credit, Delivery, Scope, SendError};
use amqp_types::messaging::{
    Accepted, Message, MessageRef, Modified, Outcome, Properties, Source, Target,
};
use amqp_types::transport::{AmqpError, Error, ReceiverSettleMode, SenderSettleMode};

use crate::broker::{Broker, assert_empty, assert_quiet, receive, soon};
use crate::kind::{self, Rejected, Second, Unroutable};

fn text(delivery: &Delivery) -> String {
    delivery.decode::<&str>().unwrap().to_owned()
}

/// Returns the number of failed deliveries, as the header says.
fn delivery_count(delivery: &Delivery) -> u32 {
    let message = MessageRef::from_shared(delivery.octets()).unwrap();
    message.header().unwrap().unwrap_or_default().delivery_count
}

pub(crate) async fn settled_as_it_is_sent(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "settled-sent", Credit::default()).await;
    // On a link that allows both, and on one for settled messages alone.
    soon(sender.send_settled("first")).await.unwrap();
    let delivery = receive(&receiver).await;
    assert_eq!(text(&delivery), "first");
    assert!(!delivery.is_settled(), "the receiver did not ask for this");
    delivery.accept().unwrap();
    let address = broker.address("settled-sent");
    let settled = connection.sender(&*address).sender_settle_mode(SenderSettleMode::Settled);
    let settled = settled.await.unwrap();
    soon(settled.send_settled("second")).await.unwrap();
    let error = settled.send("third").await.unwrap_err();
    assert_eq!(error, SendError::MustBeSettled);
    let delivery = receive(&receiver).await;
    assert_eq!(text(&delivery), "second");
    delivery.accept().unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn settled_as_it_is_received(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let address = broker.queue(&connection, "settled-received").await;
    let sender = connection.sender(&*address).await.unwrap();
    let builder = connection.receiver(&*address).sender_settle_mode(SenderSettleMode::Settled);
    let receiver = builder.await.unwrap();
    soon(sender.send("once")).await.unwrap();
    let delivery = receive(&receiver).await;
    assert!(delivery.is_settled());
    assert_eq!(text(&delivery), "once");
    // It is gone, although it gets no outcome.
    drop(delivery);
    receiver.close().await.unwrap();
    assert_empty(&connection, &address).await;
    connection.close().await.unwrap();
}

pub(crate) async fn accepted(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "accepted", Credit::default()).await;
    let receipt = soon(sender.submit("m")).await.unwrap();
    assert_eq!(soon(receipt.outcome()).await.unwrap(), Outcome::Accepted(Accepted {}));
    let delivery = receive(&receiver).await;
    assert!(!delivery.is_settled());
    assert_eq!(text(&delivery), "m");
    delivery.accept().unwrap();
    receiver.close().await.unwrap();
    assert_empty(&connection, &broker.address("accepted")).await;
    connection.close().await.unwrap();
}

pub(crate) async fn released(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "released", Credit::default()).await;
    soon(sender.send("m")).await.unwrap();
    // One that is dropped is released, too.
    receive(&receiver).await.release().unwrap();
    drop(receive(&receiver).await);
    let delivery = receive(&receiver).await;
    assert_eq!(text(&delivery), "m");
    assert_eq!(delivery_count(&delivery), 0, "a release is no failure");
    // So are those that nobody has taken when the link is closed.
    soon(sender.send("not taken")).await.unwrap();
    delivery.accept().unwrap();
    receiver.close().await.unwrap();
    let receiver = connection.receiver(broker.address("released")).await.unwrap();
    let delivery = receive(&receiver).await;
    assert_eq!(text(&delivery), "not taken");
    delivery.accept().unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn rejected(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "rejected", Credit::default()).await;
    soon(sender.send("invalid")).await.unwrap();
    let reason = || Error::new(AmqpError::InvalidField, "no such item");
    let rejections = match broker.kind.rejected {
        Rejected::DeadLettered(rejections) => rejections,
        Rejected::Dropped => 1,
    };
    for _ in 0..rejections {
        receive(&receiver).await.reject(Some(reason())).unwrap();
    }
    assert_quiet(&receiver).await;
    receiver.close().await.unwrap();
    assert_empty(&connection, &broker.address("rejected")).await;
    let dead = broker.address(broker.kind.dead_letters);
    match broker.kind.rejected {
        Rejected::DeadLettered(_) => {
            let receiver = connection.receiver(&*dead).await.unwrap();
            let delivery = receive(&receiver).await;
            assert_eq!(text(&delivery), "invalid");
            delivery.accept().unwrap();
        }
        Rejected::Dropped => assert_empty(&connection, &dead).await,
    }
    connection.close().await.unwrap();
}

pub(crate) async fn modified(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (sender, receiver) = broker.links(&connection, "modified", Credit::default()).await;
    soon(sender.send("m")).await.unwrap();
    let failed = Modified { delivery_failed: Some(true), ..Modified::default() };
    if let kind::Modified::Unknown(words) = broker.kind.modified {
        receive(&receiver).await.modify(failed).unwrap();
        let ended = soon(receiver.recv()).await.unwrap_err();
        assert_eq!(ended.scope(), Scope::Session);
        assert!(ended.to_string().contains(words), "{ended}");
        return;
    }
    for count in 0..3 {
        let delivery = receive(&receiver).await;
        assert_eq!(text(&delivery), "m");
        assert_eq!(delivery_count(&delivery), count);
        delivery.modify(failed.clone()).unwrap();
    }
    let delivery = receive(&receiver).await;
    assert_eq!(delivery_count(&delivery), 3);
    // Without this, the attempt does not count.
    delivery.modify(Modified::default()).unwrap();
    let delivery = receive(&receiver).await;
    assert_eq!(delivery_count(&delivery), 3);
    delivery.accept().unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn an_anonymous_target(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (_, receiver) = broker.links(&connection, "anonymous", Credit::default()).await;
    let sender = connection.sender(Target::default()).await;
    if let Some(words) = broker.kind.refuses_anonymous_target {
        let error = sender.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    } else {
        let sent = to(&broker.address("anonymous"));
        soon(sender.unwrap().send(&sent)).await.unwrap();
        let delivery = receive(&receiver).await;
        let arrived: Message = delivery.decode().unwrap();
        delivery.accept().unwrap();
        assert_eq!(arrived.properties, sent.properties);
    }
    connection.close().await.unwrap();
}

/// Returns a message that says where it goes.
fn to(address: &str) -> Message {
    Message {
        properties: Some(Properties { to: Some(address.into()), ..Properties::default() }),
        ..Message::default()
    }
}

pub(crate) async fn unroutable(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let (target, address) = broker.kind.unroutable;
    let target = target.map_or_else(Target::default, Target::new);
    let sender = connection.sender(target).await.unwrap();
    let sent = soon(sender.send(&to(address))).await;
    match (&broker.kind.unroutable_outcome, sent) {
        (Unroutable::Accepted, Ok(()))
        | (Unroutable::Released, Err(SendError::NotAccepted(Outcome::Released(_)))) => {}
        (
            Unroutable::Rejected(words),
            Err(error @ SendError::NotAccepted(Outcome::Rejected(_))),
        )
        | (Unroutable::Ended(words), Err(error @ SendError::Ended { .. })) => {
            assert!(error.to_string().contains(words), "{error}");
        }
        (_, sent) => panic!("{sent:?}"),
    }
    connection.close().await.unwrap();
}

pub(crate) async fn second(broker: Arc<Broker>) {
    let connection = broker.connect().await;
    let address = broker.queue(&connection, "second").await;
    let sender = connection.sender(&*address).await.unwrap();
    let builder = connection.receiver(Source::new(&*address));
    let attached = builder.receiver_settle_mode(ReceiverSettleMode::Second).await;
    match broker.kind.second {
        Second::Agrees => {
            let receiver = attached.unwrap();
            soon(sender.send("once")).await.unwrap();
            let delivery = receive(&receiver).await;
            assert_eq!(text(&delivery), "once");
            soon(delivery.settle_second(Accepted {})).await.unwrap();
            receiver.close().await.unwrap();
            assert_empty(&connection, &address).await;
        }
        Second::AnswersFirst => {
            let other = AttachError::OtherReceiverMode {
                wanted: ReceiverSettleMode::Second,
                granted: ReceiverSettleMode::First,
            };
            assert_eq!(attached.unwrap_err(), other);
        }
        Second::Refuses(words) => {
            let error = attached.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }
    connection.close().await.unwrap();
}
