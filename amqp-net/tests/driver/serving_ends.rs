//! How links, sessions and connections of clients end for a server.

use std::sync::Arc;

use crate::common::script::{Script, begin, credit};
use crate::common::{poll_times, settle};
use amqp_net::{Credit, Ended, PeerRequest, Receiver, Scope, SendError, Sender, Served};
use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{
    AmqpError, Attach, Close, Detach, End, Error, Flow, Handle, Performative, Role, SequenceNo,
};
use tokio::task::JoinHandle;

/// A server with a sender, on handle 0, and a receiver, on handle 1, whose client is a script.
async fn serve() -> (Served, Script, Sender, Receiver) {
    let (mut served, mut script) = Script::client().await;
    script.send(&begin(None), b"").await;
    let attach = |handle, role| {
        let mut attach = Attach::new(format!("link-{handle}"), Handle(handle), role);
        attach.source = Some(Source::new("queue").into());
        attach.target = Some(Target::new("queue").into());
        attach.initial_delivery_count = Some(SequenceNo(0));
        attach
    };
    script.send(&attach(0, Role::Receiver), b"").await;
    let Some(PeerRequest::Sender(link)) = served.next().await.unwrap() else { panic!() };
    let sender = link.accept("queue").unwrap();
    script.send(&attach(1, Role::Sender), b"").await;
    let Some(PeerRequest::Receiver(link)) = served.next().await.unwrap() else { panic!() };
    let receiver = link.accept(Target::new("queue"), Credit::Manual).unwrap();
    let is_attach = |frame| matches!(frame, Performative::Attach(_)).then_some(());
    script.until(is_attach).await;
    script.until(is_attach).await;
    (served, script, sender, receiver)
}

fn gone() -> Error {
    Error::new(AmqpError::ResourceDeleted, "gone")
}

/// How a client ends something.
const SCOPES: [Option<Scope>; 4] =
    [Some(Scope::Link), Some(Scope::Session), Some(Scope::Connection), None];

/// Ends this, or the stream.
async fn end(scope: Option<Scope>, mut script: Script) -> Option<Script> {
    match scope {
        Some(Scope::Link) => {
            for handle in 0..2 {
                let detach = Detach { handle: Handle(handle), closed: true, error: Some(gone()) };
                script.send(&detach, b"").await;
            }
        }
        Some(Scope::Session) => script.send(&End { error: Some(gone()) }, b"").await,
        Some(_) => script.send(&Close { error: Some(gone()) }, b"").await,
        None => return None,
    }
    Some(script)
}

#[tokio::test]
async fn each_operation_of_a_server_that_waits_ends_with_what_it_waits_for() {
    for scope in SCOPES {
        let (mut served, mut script, sender, receiver) = serve().await;
        receiver.grant(5).unwrap();
        script.send(&Flow { handle: Some(Handle(0)), ..credit(1) }, b"").await;
        settle().await;
        let receipt = sender.submit("sent").await.unwrap();
        let receiver = Arc::new(receiver);
        let result = |error: SendError| match error {
            SendError::Ended { why, .. } => why,
            other => panic!("{other}"),
        };
        let waiting: Vec<(&str, JoinHandle<Ended>)> = vec![
            ("receipt", tokio::spawn(async move { result(receipt.await.unwrap_err()) })),
            ("send", {
                let sender = sender.clone();
                tokio::spawn(async move { result(sender.send("waits").await.unwrap_err()) })
            }),
            ("detached", {
                let sender = sender.clone();
                tokio::spawn(async move { sender.detached().await })
            }),
            ("receive", {
                let receiver = Arc::clone(&receiver);
                tokio::spawn(async move { receiver.recv().await.unwrap_err() })
            }),
            ("drain", {
                let receiver = Arc::clone(&receiver);
                tokio::spawn(async move { receiver.drain().await.unwrap_err() })
            }),
        ];
        let connection = served.connection().clone();
        let next = tokio::spawn(async move { served.next().await });
        settle().await;
        assert!(waiting.iter().all(|(_, waiting)| !waiting.is_finished()));
        let script = end(scope, script).await;
        settle().await;
        let expected = scope.unwrap_or(Scope::Connection);
        for (name, waiting) in waiting {
            assert!(waiting.is_finished(), "{name} still waits after the end of {scope:?}");
            let ended = waiting.await.unwrap();
            assert_eq!(ended.scope(), expected, "{name}: {ended}");
            assert_eq!(ended.remote().cloned(), scope.map(|_| gone()), "{name}: {ended}");
        }
        if expected == Scope::Connection {
            assert_eq!(next.await.unwrap().unwrap_err().scope(), expected);
        } else {
            assert!(!next.is_finished(), "the client may attach other links");
            next.abort();
        }
        drop((sender, receiver));
        settle().await;
        let stats = connection.stats();
        let held = [stats.waiting, stats.receipts, stats.queued, stats.connection.links];
        assert_eq!(held, [0; 4], "{scope:?}: {stats:?}");
        drop(script);
    }
}

#[tokio::test]
async fn a_link_that_was_not_decided_ends_with_its_session() {
    for scope in SCOPES {
        let (mut served, mut script) = Script::client().await;
        script.send(&begin(None), b"").await;
        for handle in 0..2 {
            let mut attach = Attach::new(format!("{handle}"), Handle(handle), Role::Receiver);
            attach.source = Some(Source::new("queue").into());
            script.send(&attach, b"").await;
        }
        // One has been taken, the other waits.
        let Some(PeerRequest::Sender(link)) = served.next().await.unwrap() else { panic!() };
        settle().await;
        let script = end(scope, script).await;
        settle().await;
        assert!(link.accept("queue").is_err());
        match scope {
            Some(Scope::Link | Scope::Session) => {
                assert!(poll_times(3, served.next()).await.is_none());
            }
            _ => assert!(served.next().await.is_err()),
        }
        assert_eq!(served.connection().stats().connection.links, 0, "{scope:?}");
        drop(script);
    }
}

#[tokio::test]
async fn a_session_does_not_end_with_a_link_of_the_peer() {
    let (mut served, mut script) = Script::client().await;
    let connection = served.connection().clone();
    let (session, ()) = tokio::join!(connection.session(), async {
        assert!(matches!(script.next().await, Performative::Begin(_)));
        script.send(&begin(Some(0)), b"").await;
    });
    let session = session.unwrap();
    let mut attach = Attach::new("theirs", Handle(0), Role::Receiver);
    attach.source = Some(Source::new("queue").into());
    attach.target = Some(Target::default().into());
    script.send(&attach, b"").await;
    let Some(PeerRequest::Sender(link)) = served.next().await.unwrap() else { panic!() };
    drop(link.accept("queue").unwrap());
    assert!(matches!(script.next().await, Performative::Attach(_)));
    assert!(matches!(script.next().await, Performative::Detach(_)));
    script.send(&Detach { closed: true, ..Detach::default() }, b"").await;
    assert!(poll_times(50, session.ended()).await.is_none());
}
