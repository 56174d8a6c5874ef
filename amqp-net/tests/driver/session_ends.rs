//! Sessions that end, and what becomes of all that happens in them, over the tokio driver with a scripted peer.

use std::sync::Arc;

use crate::common::script::{Script, answer_to, begin, credit};
use crate::common::{settle, soon};
use amqp_net::proto::{ConnectionEnd, FrameWriter, SessionEnd};
use amqp_net::{Arrived, Connection, Credit, EndReason, Ended, SendError, Session};
use amqp_types::transport::{AmqpError, Detach, End, Error, Handle, Performative};
use tokio::io::AsyncWriteExt;

/// Begins a session, which the peer answers on its channel 0.
async fn session(client: &Connection, script: &mut Script, channel: u16) -> Session {
    let answering = async {
        while !matches!(script.next().await, Performative::Begin(_)) {}
        script.send(&begin(Some(channel)), b"").await;
    };
    let (session, ()) = tokio::join!(soon(client.session()), answering);
    session.unwrap()
}

/// Answers the next attach.
async fn answer(script: &mut Script) {
    loop {
        match script.next().await {
            Performative::Attach(attach) => {
                break script.send(&answer_to(attach), b"").await;
            }
            Performative::Flow(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn forbidden() -> Error {
    Error::new(AmqpError::UnauthorizedAccess, "not yours any more")
}

fn is_reason(ended: &Ended) -> bool {
    *ended.reason() == EndReason::Session(SessionEnd::EndedByPeer(Some(forbidden())))
}

#[tokio::test]
async fn every_operation_in_a_session_ends_with_its_reason_and_the_connection_goes_on() {
    let (client, mut script) = Script::server().await;
    let session = session(&client, &mut script, 0).await;
    let (sender, ()) = tokio::join!(session.sender("a").attach(), answer(&mut script));
    let sender = sender.unwrap();
    script.send(&credit(1), b"").await;
    let receipt = soon(sender.submit("m")).await.unwrap();
    let receiving = session.receiver("b").credit(Credit::Manual).attach();
    let answering = async {
        assert!(matches!(script.next().await, Performative::Transfer(_)));
        answer(&mut script).await;
    };
    let (receiver, ()) = tokio::join!(receiving, answering);
    let receiver = receiver.unwrap();
    receiver.grant(5).unwrap();
    let (closing, ()) = tokio::join!(session.sender("c").attach(), answer(&mut script));
    let closing = tokio::spawn(closing.unwrap().close());
    let sending = tokio::spawn({
        let sender = sender.clone();
        async move { sender.send("waits for credit").await }
    });
    let receiver = Arc::new(receiver);
    let receiving = tokio::spawn({
        let receiver = Arc::clone(&receiver);
        async move { receiver.recv().await.map(|_| ()) }
    });
    let draining = tokio::spawn({
        let receiver = Arc::clone(&receiver);
        async move { receiver.drain().await }
    });
    let attaching = tokio::spawn(session.sender("d").attach());
    let ended = tokio::spawn({
        let session = session.clone();
        async move { session.ended().await }
    });
    settle().await;
    script.send(&End { error: Some(forbidden()) }, b"").await;
    let Err(SendError::Ended { why, arrived: Arrived::Perhaps }) = soon(receipt).await else {
        panic!()
    };
    assert!(is_reason(&why));
    let sent = soon(sending).await.unwrap();
    let Err(SendError::Ended { why, arrived: Arrived::No }) = sent else { panic!("{sent:?}") };
    assert!(is_reason(&why));
    assert!(is_reason(&soon(receiving).await.unwrap().unwrap_err()));
    assert!(is_reason(&soon(draining).await.unwrap().unwrap_err()));
    assert!(is_reason(soon(attaching).await.unwrap().unwrap_err().ended().unwrap()));
    assert!(is_reason(&soon(closing).await.unwrap().unwrap_err()));
    assert!(is_reason(&soon(ended).await.unwrap()));
    assert!(is_reason(&sender.detached().await));
    while !matches!(soon(script.next()).await, Performative::End(_)) {}
    // The connection goes on.
    let other = self::session(&client, &mut script, 1).await;
    assert_eq!(client.stats().connection.sessions, 1);
    drop(other);
}

#[tokio::test]
async fn an_end_that_waits_ends_with_the_reason_of_the_connection() {
    let (client, mut script) = Script::server().await;
    let session = session(&client, &mut script, 0).await;
    let ending = tokio::spawn(session.end());
    assert!(matches!(soon(script.next()).await, Performative::End(End { error: None })));
    script.stream.shutdown().await.unwrap();
    let ended = soon(ending).await.unwrap().unwrap_err();
    let EndReason::Connection(ConnectionEnd::Lost(_)) = ended.reason() else { panic!("{ended:?}") };
}

#[tokio::test]
async fn a_session_that_is_dropped_is_ended_after_what_was_sent_in_it() {
    let (client, mut script) = Script::server().await;
    let session = session(&client, &mut script, 0).await;
    let (sender, ()) = tokio::join!(session.sender("a").attach(), answer(&mut script));
    let sender = sender.unwrap();
    script.send(&credit(2), b"").await;
    soon(sender.send_settled("one")).await.unwrap();
    soon(sender.send_settled("two")).await.unwrap();
    drop(session);
    drop(sender);
    let sent = [
        soon(script.next()).await,
        soon(script.next()).await,
        soon(script.next()).await,
        soon(script.next()).await,
    ];
    let [
        Performative::Transfer(_),
        Performative::Transfer(_),
        Performative::Detach(Detach { handle: Handle(0), closed: true, error: None }),
        Performative::End(End { error: None }),
    ] = &sent
    else {
        panic!("{sent:?}")
    };
    script.send(&End::default(), b"").await;
    settle().await;
    assert_eq!(client.stats().connection.sessions, 0);
}

#[tokio::test]
async fn a_frame_on_a_channel_without_a_session_ends_the_operations_of_all_sessions() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    let sending = tokio::spawn({
        let sender = sender.clone();
        async move { sender.send("waits for credit").await }
    });
    let beginning = tokio::spawn({
        let client = client.clone();
        async move { client.session().await.map(|_| ()) }
    });
    settle().await;
    let mut frames = FrameWriter::new(512);
    frames.amqp(9, &End::default(), b"").unwrap();
    script.stream.write_all(&frames.split()).await.unwrap();
    let sent = soon(sending).await.unwrap();
    let Err(SendError::Ended { why, .. }) = sent else { panic!("{sent:?}") };
    let violated = |ended: &Ended| {
        matches!(ended.reason(), EndReason::Connection(ConnectionEnd::Violation { .. }))
    };
    assert!(violated(&why), "{why}");
    let begun = soon(beginning).await.unwrap();
    let Err(amqp_net::BeginError::Ended(why)) = begun else { panic!("{begun:?}") };
    assert!(violated(&why), "{why}");
    assert!(violated(&soon(client.closed()).await));
    let attach = client.sender("later").await.unwrap_err();
    assert!(violated(attach.ended().unwrap()), "{attach}");
}
