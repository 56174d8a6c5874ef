//! The driver as a client of fe2o3-amqp, whose acceptor is wrapped in a small program with queues in memory.
//!
//! What its acceptor does not have:
//!
//! | what | why |
//! | --- | --- |
//! | refusing a link before it is attached | the acceptor answers each attach by itself; the program ends the link later |
//! | draining | credit is given up in the moment the flow comes, before messages that are there can be sent |
//! | a receiver that settles second | the server never settles the message |
//! | refusing an open, redirects | the acceptor has nothing for this |
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

#[path = "driver_clients/messages.rs"]
mod messages;
#[path = "driver_clients/text.rs"]
mod text;

use std::time::Duration;

use amqp_net::proto::{ConnectionSettings, Plain};
use amqp_net::{Advice, Connection, Credit, Delivery, Receipts, Receiver, Scope, SendError};
use amqp_tests::peers::Peer;
use amqp_types::messaging::{Message, Modified};
use amqp_types::transport::{AmqpError, Error, SenderSettleMode};
use messages::{messages, named, subject};
use tokio::time::timeout;

/// Waits for what must come soon.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.unwrap()
}

async fn receive(receiver: &Receiver) -> (Message, Delivery) {
    let delivery = soon(receiver.recv()).await.unwrap().unwrap();
    (delivery.decode().unwrap(), delivery)
}

async fn connect_with(peer: &Peer, settings: ConnectionSettings) -> Connection {
    let guest = Plain::new("guest", "guest").unwrap();
    let builder = Connection::builder().settings(settings).sasl(guest);
    soon(builder.connect(&peer.url().parse().unwrap())).await.unwrap()
}

async fn connect(peer: &Peer) -> Connection {
    connect_with(peer, ConnectionSettings::new("client")).await
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let Some(peer) = Peer::fe2o3() else { return };
    let wrong = Connection::builder().sasl(Plain::new("guest", "wrong").unwrap());
    let error = soon(wrong.connect(&peer.url().parse().unwrap())).await.unwrap_err().to_string();
    assert!(error.contains("does not accept the credentials"), "{error}");
    let connection = connect(&peer).await;
    assert_eq!(&*connection.remote_open().container_id, "fe2o3-server");
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn messages_come_back_as_they_were_sent() {
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    let receiver = soon(connection.receiver("q").attach()).await.unwrap();
    for message in messages() {
        soon(sender.send(&message)).await.unwrap();
        let (arrived, delivery) = receive(&receiver).await;
        assert_eq!(text::message(&arrived), text::message(&message));
        delivery.accept().unwrap();
    }
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn messages_of_several_sizes_come_back() {
    let Some(peer) = Peer::fe2o3() else { return };
    for max_frame_size in [512, 4096, 1 << 20] {
        let settings = ConnectionSettings::new("client").max_frame_size(max_frame_size);
        let connection = connect_with(&peer, settings).await;
        let sender = soon(connection.sender("sizes").attach()).await.unwrap();
        let receiver = soon(connection.receiver("sizes").attach()).await.unwrap();
        for size in [0, 1, 100 << 10, 10 << 20] {
            soon(sender.send(&text::pattern(size))).await.unwrap();
            let (arrived, delivery) = receive(&receiver).await;
            let octets = arrived.body.to_data().unwrap();
            assert!(octets == text::pattern(size), "{max_frame_size} {size}: {}", octets.len());
            delivery.accept().unwrap();
        }
        soon(connection.close()).await.unwrap();
    }
}

#[tokio::test]
async fn outcomes_of_sent_messages_arrive() {
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let sender = soon(connection.sender("outcomes").attach()).await.unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        let receipt = soon(sender.submit("m")).await.unwrap();
        outcomes.push(text::outcome(&soon(receipt.outcome()).await.unwrap()));
    }
    let expected = [
        "accepted",
        "rejected amqp:invalid-field no such item",
        "released",
        "modified failed=true undeliverable=true {x-opt-why: string tired}",
    ];
    assert_eq!(outcomes, expected);
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn outcomes_of_received_messages_have_their_effect() {
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    let receiver = soon(connection.receiver("q").attach()).await.unwrap();
    for number in ["1", "2"] {
        soon(sender.send(&named(number, amqp_types::messaging::Body::value(number))))
            .await
            .unwrap();
    }
    let (message, delivery) = receive(&receiver).await;
    assert_eq!(subject(&message), "1");
    delivery.release().unwrap();
    let (message, delivery) = receive(&receiver).await;
    assert_eq!(subject(&message), "1", "it was released");
    delivery.modify(Modified { delivery_failed: Some(true), ..Modified::default() }).unwrap();
    let (message, delivery) = receive(&receiver).await;
    assert_eq!(subject(&message), "1", "it was modified");
    delivery.reject(Some(Error::new(AmqpError::InvalidField, "no such item"))).unwrap();
    let (message, delivery) = receive(&receiver).await;
    assert_eq!(subject(&message), "2", "the first one was rejected");
    delivery.accept().unwrap();
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn settled_messages_arrive() {
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let settled = connection.sender("q").sender_settle_mode(SenderSettleMode::Settled);
    let sender = soon(settled.attach()).await.unwrap();
    soon(sender.send_settled("m")).await.unwrap();
    assert_eq!(soon(sender.send("m")).await.unwrap_err(), SendError::MustBeSettled);
    let receiver = soon(connection.receiver("q").attach()).await.unwrap();
    let (_, delivery) = receive(&receiver).await;
    assert_eq!(delivery.decode::<&str>().unwrap(), "m");
    delivery.accept().unwrap();
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn credit_is_given_automatically_and_by_hand() {
    const MANY: u32 = 1000;
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    let numbers: Vec<_> = (0..MANY).map(amqp_types::Value::Uint).collect();
    let sending = async {
        let mut receipts = Receipts::new();
        soon(sender.submit_all(&numbers, &mut receipts)).await.unwrap();
        soon(receipts.accepted()).await.unwrap();
    };
    let receiving = async {
        let receiver = connection.receiver("q").credit(Credit::Auto(50));
        let receiver = soon(receiver.attach()).await.unwrap();
        for number in 0..MANY - 3 {
            let (message, delivery) = receive(&receiver).await;
            assert_eq!(message.body.to_value::<u32>().unwrap(), number);
            delivery.accept().unwrap();
        }
        // What has come in addition is released, and sent again.
        soon(receiver.close()).await.unwrap();
    };
    tokio::join!(sending, receiving);
    let receiver = connection.receiver("q").credit(Credit::Manual);
    let receiver = soon(receiver.attach()).await.unwrap();
    for _ in 0..3 {
        receiver.grant(1).unwrap();
        let (_, delivery) = receive(&receiver).await;
        delivery.accept().unwrap();
    }
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn a_link_that_ends_with_an_error_tells_it() {
    let Some(peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    // The end may come together with the answer to the attach.
    let sender = match soon(connection.sender("missing").attach()).await {
        Ok(sender) => soon(sender.detached()).await,
        Err(error) => error.ended().unwrap().clone(),
    };
    let receiver = match soon(connection.receiver("missing").attach()).await {
        Ok(receiver) => soon(receiver.detached()).await,
        Err(error) => error.ended().unwrap().clone(),
    };
    for ended in [sender, receiver] {
        assert_eq!((ended.scope(), ended.advice()), (Scope::Link, Advice::GiveUp));
        let remote = ended.remote().unwrap();
        assert_eq!(remote.condition, AmqpError::NotFound.into());
        assert_eq!(remote.description.as_deref(), Some("there is no node missing"));
    }
    // Other links go on.
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    soon(sender.send("m")).await.unwrap();
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn a_silent_connection_stays_open() {
    let Some(peer) = Peer::fe2o3() else { return };
    let settings = ConnectionSettings::new("client").idle_time_out(Some(Duration::from_secs(2)));
    let connection = connect_with(&peer, settings).await;
    let ended = timeout(Duration::from_secs(6), connection.closed()).await;
    assert!(ended.is_err(), "{ended:?}");
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    soon(sender.send("m")).await.unwrap();
    soon(connection.close()).await.unwrap();
}

#[tokio::test]
async fn a_killed_server_ends_what_waits() {
    let Some(mut peer) = Peer::fe2o3() else { return };
    let connection = connect(&peer).await;
    let sender = soon(connection.sender("q").attach()).await.unwrap();
    let receiver = soon(connection.receiver("other").attach()).await.unwrap();
    soon(sender.send("m")).await.unwrap();
    peer.kill();
    let ended = soon(receiver.recv()).await.unwrap_err();
    assert_eq!((ended.scope(), ended.advice()), (Scope::Connection, Advice::Connect));
    let SendError::Ended { why, .. } = soon(sender.send("m")).await.unwrap_err() else { panic!() };
    assert_eq!(why.scope(), Scope::Connection);
}
