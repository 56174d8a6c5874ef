//! Failures on purpose.

use std::time::Duration;

use amqp_net::broker::{Broker, Failure};
use amqp_net::{Arrived, Connection, Receipts, Scope, SendError};
use amqp_types::messaging::{Modified, Outcome, Released};
use amqp_types::transport::{AmqpError, ConnectionError, Error, LinkError};
use tokio::time::Instant;

use crate::common::{connect, refusal, rejection, send, soon, start};

#[tokio::test]
async fn a_connection_is_refused_once_or_as_often_as_it_is_said() {
    let broker = Broker::start().await.unwrap();
    broker.fail(Failure::refuse_connection(ConnectionError::ConnectionForced).times(2));
    for refused in [true, true, false] {
        let connected = soon(Connection::connect(broker.url())).await;
        assert_eq!(connected.is_err(), refused);
        if let Err(error) = connected {
            assert!(error.to_string().contains("a failure on purpose"), "{error}");
        }
    }
    broker.fail(Failure::refuse_connection(AmqpError::ResourceLocked).always());
    for _ in 0..5 {
        assert!(soon(Connection::connect(broker.url())).await.is_err());
    }
    broker.heal();
    soon(Connection::connect(broker.url())).await.unwrap();
}

#[tokio::test]
async fn a_link_is_refused_at_its_address_on_either_side() {
    let (broker, client) = start().await;
    let why = Error::new(AmqpError::UnauthorizedAccess, "not you");
    broker.fail(Failure::refuse_link(why.clone()).at("orders").times(2));
    soon(client.sender("other").attach()).await.unwrap();
    assert_eq!(refusal(soon(client.sender("orders").attach()).await), why);
    assert_eq!(refusal(soon(client.receiver("orders").attach()).await), why);
    soon(client.sender("orders").attach()).await.unwrap();
}

#[tokio::test]
async fn a_message_gets_the_outcome_that_is_wanted_and_is_not_taken() {
    let (broker, client) = start().await;
    let orders = soon(client.sender("orders").attach()).await.unwrap();
    let other = soon(client.sender("other").attach()).await.unwrap();
    broker.fail(Failure::refuse_message(AmqpError::InternalError).at("orders"));
    broker.fail(Failure::settle_message(Released {}).at("orders"));
    broker.fail(Failure::settle_message(Modified::default()).at("orders").after(1));
    soon(other.send("m")).await.unwrap();
    let error = rejection(soon(orders.send("a")).await);
    assert_eq!(error, Error::new(AmqpError::InternalError, "a failure on purpose"));
    let released = soon(orders.send("b")).await.unwrap_err();
    assert!(matches!(released, SendError::NotAccepted(Outcome::Released(_))));
    soon(orders.send("c")).await.unwrap();
    let modified = soon(orders.send("d")).await.unwrap_err();
    assert!(matches!(modified, SendError::NotAccepted(Outcome::Modified(_))));
    soon(orders.send("e")).await.unwrap();
    assert_eq!(broker.queue("orders").unwrap().ready, 2);
}

#[tokio::test]
async fn a_link_ends_instead_of_taking_a_message() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    broker.fail(Failure::detach_on_message(LinkError::DetachForced).at("orders").after(1));
    let mut receipts = Receipts::new();
    soon(sender.submit_all(["a", "b", "c"], &mut receipts)).await.unwrap();
    let error = soon(receipts.accepted()).await.unwrap_err();
    assert_eq!(error.index, 1);
    let SendError::Ended { why, arrived: Arrived::Perhaps } = error.error else { panic!() };
    assert_eq!(why.scope(), Scope::Link);
    assert_eq!(why.remote().unwrap().condition, LinkError::DetachForced.into());
    assert_eq!(broker.queue("orders").unwrap().ready, 1);
    send(&client, "orders", &["d"]).await;
}

#[tokio::test]
async fn a_connection_is_lost_instead_of_taking_a_message() {
    for over_tcp in [false, true] {
        let broker = Broker::start().await.unwrap();
        let client = if over_tcp {
            soon(Connection::connect(broker.url())).await.unwrap()
        } else {
            connect(&broker).await
        };
        let sender = soon(client.sender("orders").attach()).await.unwrap();
        broker.fail(Failure::disconnect_on_message().at("orders"));
        let error = soon(sender.send("a")).await.unwrap_err();
        let SendError::Ended { why, arrived: Arrived::Perhaps } = error else { panic!() };
        assert_eq!(why.scope(), Scope::Connection);
        assert_eq!(why.remote(), None, "there was no close");
        soon(broker.until_connected(0)).await;
        assert_eq!(broker.queue("orders").unwrap().ready, 0);
    }
}

#[tokio::test]
async fn a_connection_is_lost_after_a_number_of_frames() {
    let broker = Broker::start().await.unwrap();
    for frames in 1..8 {
        broker.fail(Failure::disconnect_after_frames(frames));
        let failed = soon(async {
            let client = match Connection::connect(broker.url()).await {
                Ok(client) => client,
                Err(error) => return format!("connect: {error}"),
            };
            let sender = match client.sender("orders").await {
                Ok(sender) => sender,
                Err(error) => return format!("attach: {error}"),
            };
            loop {
                if let Err(error) = sender.send("m").await {
                    return format!("send: {error}");
                }
            }
        });
        let failed = failed.await;
        // An open, a begin, an attach, transfers. The answer to the last frame may have come.
        let steps = match frames {
            1 => ["connect", "attach"],
            2 => ["attach", "attach"],
            3 => ["attach", "send"],
            _ => ["send", "send"],
        };
        assert!(steps.iter().any(|step| failed.starts_with(step)), "{frames}: {failed}");
        soon(broker.until_connected(0)).await;
    }
    // Others are as they were.
    let client = soon(Connection::connect(broker.url())).await.unwrap();
    send(&client, "orders", &["m"]).await;
}

#[tokio::test(start_paused = true)]
async fn answers_are_late() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    let late = Duration::from_secs(7);
    let took = async |what: &mut dyn FnMut() -> std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        let before = Instant::now();
        what().await;
        before.elapsed()
    };
    broker.fail(Failure::delay_message(late));
    let first = sender.clone();
    let mut send = || -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
        let sender = first.clone();
        Box::pin(async move { sender.send("m").await.unwrap() })
    };
    assert!(took(&mut send).await >= late);
    assert!(took(&mut send).await < late, "it is late once");
    assert_eq!(broker.queue("orders").unwrap().ready, 2);
    broker.fail(Failure::delay_link(late).at("slow"));
    let of = client.clone();
    let mut attach = || -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
        let client = of.clone();
        Box::pin(async move { drop(client.sender("slow").await.unwrap()) })
    };
    assert!(took(&mut attach).await >= late);
    broker.fail(Failure::delay_connection(late));
    let before = Instant::now();
    connect(&broker).await;
    assert!(before.elapsed() >= late);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_overtaken_by_others() {
    let (broker, client) = start().await;
    let sender = soon(client.sender("orders").attach()).await.unwrap();
    broker.fail(Failure::delay_message(Duration::MAX));
    let never = soon(sender.submit("a")).await.unwrap();
    soon(sender.send("b")).await.unwrap();
    assert_eq!(broker.queue("orders").unwrap().ready, 2);
    // Nothing waits for it.
    soon(broker.stop()).await;
    assert!(soon(never).await.is_err());
}

#[tokio::test]
async fn a_client_that_goes_while_its_link_is_delayed_is_gone() {
    let (broker, client) = start().await;
    broker.fail(Failure::delay_link(Duration::from_secs(3600)));
    let attaching = client.sender("orders").attach();
    assert!(tokio::time::timeout(Duration::from_millis(100), attaching).await.is_err());
    client.abort();
    soon(broker.until_connected(0)).await;
}

#[tokio::test]
async fn a_client_that_waits_for_its_open_is_not_connected() {
    let broker = Broker::in_memory();
    broker.fail(Failure::delay_connection(Duration::from_secs(3600)));
    let connecting = Connection::builder().connect_over(broker.stream());
    assert!(tokio::time::timeout(Duration::from_millis(100), connecting).await.is_err());
    assert!(broker.connections().is_empty());
    soon(broker.stop()).await;
}
