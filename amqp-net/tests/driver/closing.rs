//! The ways in which a program closes what it has opened.

use std::time::Duration;

use crate::common::script::Script;
use crate::common::{pair, settle, soon};
use amqp_net::proto::LinkEnd;
use amqp_net::{Arrived, Credit, EndReason, Scope, SendError};
use amqp_types::Bytes;
use amqp_types::transport::{AmqpError, Close, Detach, End, Error, Performative};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

#[tokio::test]
async fn when_all_handles_are_dropped_everything_is_closed_in_order_and_the_task_ends() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    drop((client, sender));
    let Performative::Detach(detach) = script.next().await else { panic!() };
    assert!(detach.closed && detach.error.is_none());
    script.send(&Detach { closed: true, ..Detach::default() }, b"").await;
    assert!(matches!(script.next().await, Performative::End(End { error: None })));
    script.send(&End::default(), b"").await;
    assert!(matches!(script.next().await, Performative::Close(Close { error: None })));
    script.send(&Close::default(), b"").await;
    // The stream ends too.
    let mut rest = Vec::new();
    timeout(Duration::from_secs(5), script.stream.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert_eq!(rest, b"");
    drop(script);
    settle().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test]
async fn deliveries_can_be_settled_while_a_shutdown_waits_and_not_after_it() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let (theirs, incoming) = pair.server_sends(Credit::default()).await;
    let receipt = sender.submit("m").await.unwrap();
    let first = theirs.submit("first").await.unwrap();
    let second = theirs.submit("second").await.unwrap();
    let settled = incoming.recv().await.unwrap().unwrap();
    let held = incoming.recv().await.unwrap().unwrap();
    let shutdown = tokio::spawn(pair.client.clone().shutdown(Duration::from_secs(20)));
    settle().await;
    assert!(!shutdown.is_finished());
    settled.accept().unwrap();
    first.await.unwrap();
    receiver.recv().await.unwrap().unwrap().accept().unwrap();
    timeout(Duration::from_secs(5), shutdown).await.unwrap().unwrap().unwrap();
    receipt.await.unwrap();
    assert_eq!(held.accept().unwrap_err().scope(), Scope::Connection);
    // Its sender knows that it has no outcome.
    let error = second.await.unwrap_err();
    assert!(matches!(error, SendError::Ended { arrived: Arrived::Perhaps, .. }), "{error}");
}

#[tokio::test]
async fn messages_that_wait_when_their_link_is_closed_here_fail_and_nothing_is_sent() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let sender = sender.clone();
        waiting.push(tokio::spawn(async move {
            let message = String::from("still the caller's");
            let result = sender.send(&*message).await;
            (message, result)
        }));
        settle().await;
    }
    sender.clone().close().await.unwrap();
    for waiting in waiting {
        let (message, result) = waiting.await.unwrap();
        let Err(SendError::Ended { why, arrived: Arrived::No }) = result else { panic!() };
        assert!(matches!(why.reason(), EndReason::Link(LinkEnd::Detached { closed: true })));
        assert_eq!(why.to_string(), "this side detached the link");
        assert_eq!(message, "still the caller's");
    }
    assert!(receiver.recv().await.is_err());
    assert_eq!(pair.client.stats().connection.deliveries_sent, 0);
}

#[tokio::test]
async fn a_settled_message_is_completed_before_a_shutdown_an_end_and_a_close() {
    for way in 0..3 {
        let mut pair = pair().await;
        let session = pair.client.session().await.unwrap();
        let (sender, receiver) =
            pair.client_sends_with(session.sender("queue"), Credit::default()).await;
        settle().await;
        let large = Bytes::from(vec![7; 4 << 20]);
        sender.send_settled(&large).await.unwrap();
        let client = pair.client.clone();
        let ending = async {
            match way {
                0 => client.shutdown(Duration::from_secs(20)).await.unwrap(),
                1 => session.end().await.unwrap(),
                _ => client.close().await.unwrap(),
            }
        };
        let ((), delivery) = tokio::join!(ending, receiver.recv());
        assert_eq!(delivery.unwrap().unwrap().decode::<Bytes>().unwrap(), large);
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_links_that_have_ended() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let _receipt = sender.submit("m").await.unwrap();
    let shutdown = tokio::spawn(pair.client.clone().shutdown(Duration::from_secs(3600)));
    settle().await;
    receiver.close().await.unwrap();
    soon(shutdown).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_peer_is_told_why_something_ends() {
    let reason = Error::new(AmqpError::ResourceDeleted, "the queue was deleted");
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let builder = session.sender("queue");
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    receiver.close_with(reason.clone()).await.unwrap();
    assert_eq!(sender.detached().await.remote(), Some(&reason));
    drop(sender);
    session.end_with(reason.clone()).await.unwrap();
    let server = pair.server.connection().clone();
    server.close_with(reason.clone()).await.unwrap();
    assert_eq!(pair.client.closed().await.remote(), Some(&reason));
}
