//! Servers that ask for sessions, over the tokio driver on both sides.

use crate::common::{Pair, assert_all_empty, settings, settle};
use amqp_net::{Connection, Credit, IncomingSession, PeerRequest, Scope, Served, ServerSettings};
use amqp_types::messaging::Target;
use amqp_types::transport::{AmqpError, Error};

/// Connects a client to a server that asks for sessions.
async fn pair() -> (Connection, Served) {
    let server = ServerSettings::new(settings("server")).ask_for_sessions();
    let Pair { client, server } =
        crate::common::pair_over(crate::common::PIPE, settings("client"), server).await;
    (client, server)
}

async fn next_session(served: &mut Served) -> IncomingSession {
    match served.next().await.unwrap() {
        Some(PeerRequest::Session(session)) => session,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_asks_for_sessions_accepts_each_and_then_its_links() {
    let (client, mut served) = pair().await;
    let attaching = tokio::spawn(client.sender("queue").attach());
    let session = next_session(&mut served).await;
    assert_eq!(session.begin().remote_channel, None);
    let session = session.accept();
    let Some(PeerRequest::Receiver(link)) = served.next().await.unwrap() else { panic!() };
    let receiver = link.accept(Target::new("queue"), Credit::Auto(1)).unwrap();
    let sender = attaching.await.unwrap().unwrap();
    let (sent, accepted) = tokio::join!(sender.send("hello"), async {
        receiver.recv().await.unwrap().unwrap().accept()
    });
    assert_eq!((sent.unwrap(), accepted.unwrap()), ((), ()));
    sender.close().await.unwrap();
    assert_eq!(session.ended().await.remote(), None, "the client ends it after its last link");
    drop((receiver, session));
    assert_all_empty(&client, served.connection()).await;
}

#[tokio::test]
async fn an_accepted_session_goes_on_when_its_handle_is_dropped() {
    let (client, mut served) = pair().await;
    let attaching = tokio::spawn(client.sender("queue").attach());
    drop(next_session(&mut served).await.accept());
    let Some(PeerRequest::Receiver(link)) = served.next().await.unwrap() else { panic!() };
    let _receiver = link.accept(Target::new("queue"), Credit::Auto(1)).unwrap();
    attaching.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refused_session_ends_with_the_reason_and_its_links_are_not_asked_for() {
    for is_dropped in [false, true] {
        let (client, mut served) = pair().await;
        let attaching = tokio::spawn(client.sender("queue").attach());
        let session = next_session(&mut served).await;
        // The attach is there, too.
        settle().await;
        if is_dropped {
            drop(session);
        } else {
            session.refuse(Error::new(AmqpError::ResourceLimitExceeded, "one session is enough"));
        }
        let error = attaching.await.unwrap().unwrap_err();
        let expected = if is_dropped { "not-allowed" } else { "one session is enough" };
        assert!(error.to_string().contains(expected), "{error}");
        let ended = error.ended().unwrap();
        assert_eq!(ended.scope(), Scope::Session);
        assert_all_empty(&client, served.connection()).await;
        client.close().await.unwrap();
        assert!(served.next().await.unwrap().is_none(), "there is no request for the link");
    }
}

#[tokio::test]
async fn sessions_that_nobody_decides_on_are_refused_when_the_server_stops() {
    let (client, served) = pair().await;
    let attaching = tokio::spawn(client.sender("queue").attach());
    settle().await;
    drop(served);
    attaching.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_session_that_ends_before_it_is_decided_on_leaves_nothing() {
    let (client, mut served) = pair().await;
    let attaching = tokio::spawn(client.sender("queue").attach());
    let late = next_session(&mut served).await;
    attaching.abort();
    settle().await;
    assert_eq!(late.accept().ended().await.remote(), None);
    // This one ends before it is asked for.
    let attaching = client.sender("queue").attach();
    assert!(crate::common::poll_times(20, attaching).await.is_none());
    assert_all_empty(&client, served.connection()).await;
    client.close().await.unwrap();
    assert!(served.next().await.unwrap().is_none());
}
