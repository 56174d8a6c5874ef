//! Our engine as a client of real brokers: messages arrive as they were sent, and outcomes have their effect.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

#[allow(dead_code, reason = "an example is a whole program")]
#[path = "../../amqp-net/examples/std_net.rs"]
mod std_net;

use std::time::Instant;

use amqp_net::proto::{
    Anonymous, ConnectionEvent, Delivery, LinkId, OutgoingDelivery, Plain, SendError,
    SessionSettings,
};
use amqp_tests::peers::Peer;
use amqp_types::messaging::{
    Accepted, Body, DeliveryState, Message, MessageRef, Properties, Released, Source, Target,
};
use amqp_types::transport::{Attach, Fields, Handle, Role, SenderSettleMode};
use amqp_types::{Map, Symbol, Value};
use std_net::Endpoint;

fn connect(peer: &Peer) -> Endpoint {
    let guest = Plain::new("guest", "guest").unwrap();
    Endpoint::connect(peer.address(), Box::new(guest), "amqp-tests").unwrap()
}

fn text(text: &str) -> Message {
    Message { body: Body::value(text), ..Message::default() }
}

/// Receives a message.
fn receive(client: &mut Endpoint) -> Delivery {
    loop {
        match client.next().unwrap() {
            ConnectionEvent::Received(delivery) => return delivery,
            ConnectionEvent::Updated { .. } | ConnectionEvent::SenderReady(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn body(delivery: &Delivery) -> String {
    MessageRef::from_shared(&delivery.payload).unwrap().decode::<&str>().unwrap().into()
}

/// Declares a queue of RabbitMQ 4, over a pair of links of one session.
fn declare(client: &mut Endpoint, queue: &str) {
    let now = Instant::now();
    let paired = [(Symbol::from_static("paired"), Value::Boolean(true))];
    let attach = |role| {
        let mut attach = Attach::new("management", Handle(0), role);
        attach.snd_settle_mode = SenderSettleMode::Settled;
        let address = || Some("/management".into());
        attach.source = Some(Source { address: address(), ..Source::default() }.into());
        attach.target = Some(Target { address: address(), ..Target::default() }.into());
        attach.properties = Some(Fields(Map::from_iter(paired.clone())));
        attach
    };
    let session = client.connection.begin(now, SessionSettings::default()).unwrap();
    while !matches!(client.next().unwrap(), ConnectionEvent::SessionBegun(..)) {}
    let sender = client.connection.attach(now, session, attach(Role::Sender)).unwrap();
    let receiver = client.connection.attach(now, session, attach(Role::Receiver)).unwrap();
    for _ in [sender, receiver] {
        let event = client.next().unwrap();
        assert!(matches!(event, ConnectionEvent::LinkAttached(..)), "{event:?}");
    }
    assert!(client.connection.grant(now, receiver, 8));
    let request = Message {
        properties: Some(Properties {
            message_id: Some("1".into()),
            to: Some(format!("/queues/{queue}").into()),
            subject: Some("PUT".into()),
            reply_to: Some("$me".into()),
            ..Properties::default()
        }),
        body: Body::value(&Value::Map(Map::new())),
        ..Message::default()
    };
    let request = OutgoingDelivery::new(request.to_bytes().unwrap()).settled();
    client.send_with(sender, &request).unwrap();
    let answer = Message::from_shared(&receive(client).payload).unwrap();
    assert_eq!(answer.properties.unwrap().subject.as_deref(), Some("201"));
}

/// Sends messages of several sizes to a node, and gets them back.
fn messages_come_back(client: &mut Endpoint, address: &str) {
    let sender = client.attach(address, Role::Sender).unwrap();
    let sizes = [0, 1, 1000, 200_000, 3_000_000];
    for size in sizes {
        let sent = client.send(sender, &text(&"x".repeat(size))).unwrap();
        assert_eq!(client.outcome(sent).unwrap(), "Accepted(Accepted)");
    }
    let receiver = client.attach(address, Role::Receiver).unwrap();
    assert!(client.connection.grant(Instant::now(), receiver, 10));
    for size in sizes {
        let delivery = receive(client);
        assert_eq!(body(&delivery), "x".repeat(size), "{size}");
        client.connection.settle(Instant::now(), delivery.id, Accepted {}).unwrap();
    }
    // A message that is released comes again.
    client.send(sender, &text("again")).unwrap();
    let first = receive(client);
    client.connection.settle(Instant::now(), first.id, Released {}).unwrap();
    let second = receive(client);
    assert_eq!(body(&second), "again");
    assert_ne!(first.id, second.id);
    client.connection.settle(Instant::now(), second.id, Accepted {}).unwrap();
    many_pass(client, sender, receiver);
}

/// Sends many messages without waiting for each outcome.
fn many_pass(client: &mut Endpoint, sender: LinkId, receiver: LinkId) {
    const MANY: usize = 2000;
    let payload = text("one of many").to_bytes().unwrap();
    let (mut sent, mut accepted, mut arrived) = (0, 0, 0);
    assert!(client.connection.grant(Instant::now(), receiver, 200));
    while accepted < MANY || arrived < MANY {
        let now = Instant::now();
        let delivery = OutgoingDelivery::new(payload.clone());
        if sent < MANY {
            match client.connection.send(now, sender, &delivery) {
                Ok(_) => {
                    sent += 1;
                    continue;
                }
                Err(SendError::WouldBlock) => {}
                Err(error) => panic!("{error}"),
            }
        }
        match client.next().unwrap() {
            ConnectionEvent::Updated { deliveries, state, is_settled: true } => {
                assert_eq!(state, Some(DeliveryState::Accepted(Accepted {})));
                accepted += deliveries.len();
            }
            ConnectionEvent::Received(delivery) => {
                arrived += 1;
                client.connection.settle(now, delivery.id, Accepted {}).unwrap();
                if arrived % 100 == 0 {
                    client.connection.grant(now, receiver, 200);
                }
            }
            ConnectionEvent::SenderReady(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn rabbitmq_4() {
    let Some(broker) = Peer::rabbitmq_4() else { return };
    let mut client = connect(&broker);
    declare(&mut client, "orders");
    messages_come_back(&mut client, "/queues/orders");
    client.close().unwrap();
    // A queue that is not there refuses the link, and in this version ends the session.
    let mut client = connect(&broker);
    let error = client.attach("/queues/missing", Role::Receiver).unwrap_err().to_string();
    assert!(error.contains("amqp:not-found"), "{error}");
    client.close().unwrap();
}

#[test]
fn rabbitmq_3() {
    let Some(broker) = Peer::rabbitmq_3_with_amqp_1_0() else { return };
    let mut client = connect(&broker);
    messages_come_back(&mut client, "/queue/orders");
    client.close().unwrap();
}

#[test]
fn a_wrong_password_is_refused() {
    let Some(broker) = Peer::rabbitmq_4() else { return };
    let wrong = Plain::new("guest", "wrong").unwrap();
    let error = Endpoint::connect(broker.address(), Box::new(wrong), "amqp-tests").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server does not accept the credentials; check the user and the password"
    );
    let anonymous = Box::new(Anonymous::default());
    Endpoint::connect(broker.address(), anonymous, "amqp-tests").unwrap().close().unwrap();
}
