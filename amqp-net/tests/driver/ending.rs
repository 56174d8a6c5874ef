//! How connections, sessions and links end, over the tokio driver on both sides.

use std::time::Duration;

use crate::common::fault::{Fault, Faulty};
use crate::common::{pair, poll_times, settings, settle, soon};
use amqp_net::proto::{ConnectionEnd, LinkEnd, SessionEnd};
use amqp_net::{
    Advice, Arrived, AttachError, Connection, Credit, EndReason, Ended, PeerRequest, Scope,
    SendError, ServerSettings,
};
use amqp_types::transport::{AmqpError, Error, Fields, LinkError};
use amqp_types::{Map, Symbol, Value};
use tokio::io::duplex;

fn connection_end(ended: &Ended) -> &ConnectionEnd {
    let EndReason::Connection(end) = ended.reason() else { panic!("{ended:?}") };
    end
}

#[tokio::test]
async fn a_connection_is_closed_by_either_side() {
    let pair = pair().await;
    let closed = pair.server.connection().clone();
    pair.client.close().await.unwrap();
    assert_eq!(connection_end(&closed.closed().await), &ConnectionEnd::ClosedByPeer(None));

    let mut pair = crate::common::pair().await;
    let connection = pair.server.connection().clone();
    connection.close().await.unwrap();
    let ended = pair.client.closed().await;
    assert_eq!(connection_end(&ended), &ConnectionEnd::ClosedByPeer(None));
    assert_eq!(ended.advice(), Advice::Connect);
    assert!(pair.server.next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_last_handle_closes_the_connection_in_the_background() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let connection = pair.server.connection().clone();
    drop(pair.client);
    // A link keeps the connection.
    let (sent, delivery) = tokio::join!(sender.submit("m"), receiver.recv());
    drop(sender);
    settle().await;
    // So does a receipt.
    delivery.unwrap().unwrap().accept().unwrap();
    sent.unwrap().await.unwrap();
    let ended = soon(connection.closed()).await;
    assert_eq!(connection_end(&ended), &ConnectionEnd::ClosedByPeer(None));
}

#[tokio::test]
async fn a_stream_that_ends_ends_everything() {
    let (near, far) = duplex(1 << 16);
    let (far, fault) = Faulty::new(far);
    let accepting = async {
        ServerSettings::new(settings("server")).accept_over(far).await.unwrap().accept().unwrap()
    };
    let connecting = Connection::builder().connect_over(near);
    let (client, server) = tokio::join!(connecting, accepting);
    let mut pair = crate::common::Pair { client: client.unwrap(), server };
    let (sender, receiver) = pair.client_sends(Credit::Auto(1)).await;
    let receipt = sender.submit("sent").await.unwrap();
    let waiting = tokio::spawn({
        let sender = sender.clone();
        async move { sender.send("not sent").await }
    });
    let session = pair.client.session().await.unwrap();
    settle().await;
    fault.set(Fault::Reset);

    let lost = |ended: &Ended| matches!(connection_end(ended), ConnectionEnd::Lost(_));
    let Err(SendError::Ended { why, arrived: Arrived::Perhaps }) = soon(receipt).await else {
        panic!()
    };
    assert!(lost(&why));
    assert_eq!((why.scope(), why.advice()), (Scope::Connection, Advice::Connect));
    let Err(SendError::Ended { why, arrived: Arrived::No }) = soon(waiting).await.unwrap() else {
        panic!()
    };
    assert!(lost(&why));
    assert!(lost(&session.ended().await));
    assert!(lost(&pair.client.closed().await));
    // The delivery has arrived, but can no longer be settled.
    assert!(lost(&receiver.recv().await.unwrap_err()));
    assert!(receiver.recv().await.unwrap().is_none());
    // Whatever begins later fails at once, with the same reason.
    let Err(SendError::Ended { why, arrived: Arrived::No }) = sender.send("m").await else {
        panic!()
    };
    assert!(lost(&why));
    let error = pair.client.sender("queue").await.unwrap_err();
    assert!(lost(error.ended().unwrap()), "{error}");
    assert!(pair.client.session().await.is_err());
    assert!(lost(&pair.server.next().await.unwrap_err()));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_accepts_nothing_is_given_up() {
    let (near, far) = duplex(1 << 16);
    let (near, fault) = Faulty::new(near);
    let accepting = async {
        ServerSettings::new(settings("server")).accept_over(far).await.unwrap().accept().unwrap()
    };
    let impatient = settings("client").idle_time_out(Some(Duration::from_secs(8)));
    let connecting = Connection::builder().settings(impatient).connect_over(near);
    let (client, server) = tokio::join!(connecting, accepting);
    let mut pair = crate::common::Pair { client: client.unwrap(), server };
    let (sender, _receiver) = pair.client_sends(Credit::default()).await;
    fault.set(Fault::Stalled);
    // The peer still sends heartbeats, so that it is not silent.
    let receipt = sender.submit("m").await.unwrap();
    let began = tokio::time::Instant::now();
    let Err(SendError::Ended { why, arrived: Arrived::Perhaps }) = receipt.await else { panic!() };
    let waited = began.elapsed();
    assert!((8..20).contains(&waited.as_secs()), "{waited:?}");
    assert!(matches!(connection_end(&why), ConnectionEnd::Lost(_)), "{why}");
}

#[tokio::test]
async fn a_link_is_detached_and_attached_again() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").name("kept");
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    let again = sender.detach().await.unwrap();
    let ended = receiver.detached().await;
    let EndReason::Link(LinkEnd::DetachedByPeer { closed: false, error: None }) = ended.reason()
    else {
        panic!("{ended:?}")
    };
    drop(receiver);
    let (sender, receiver) = pair.client_sends_with(again, Credit::default()).await;
    assert_eq!(receiver.remote_attach().name, "kept");
    sender.send_settled("m").await.unwrap();
    assert!(receiver.recv().await.unwrap().is_some());

    // From the side of the server, too.
    let again = receiver.detach().await.unwrap();
    drop(sender);
    let attaching = tokio::spawn(again.attach());
    settle().await;
    assert!(attaching.await.unwrap().is_err(), "the client takes no links");
}

#[tokio::test]
async fn a_link_is_stolen_from_an_older_connection_if_the_server_lets_it() {
    for steals in [true, false] {
        let mut server = ServerSettings::new(settings("server"));
        if steals {
            server = server.steal_links();
        }
        let connect = async || {
            let (near, far) = duplex(1 << 16);
            let connecting = Connection::builder().settings(settings("client")).connect_over(near);
            let accepting = async { server.accept_over(far).await.unwrap().accept().unwrap() };
            let (client, server) = tokio::join!(connecting, accepting);
            crate::common::Pair { client: client.unwrap(), server }
        };
        let (mut first, mut second) = (connect().await, connect().await);
        let builder = first.client.sender("queue").name("one");
        let (old, old_receiver) = first.client_sends_with(builder, Credit::default()).await;
        let builder = second.client.sender("queue").name("one");
        let (new, receiver) = second.client_sends_with(builder, Credit::default()).await;
        settle().await;
        if steals {
            let ended = soon(old.detached()).await;
            assert_eq!(ended.remote().unwrap().condition, LinkError::Stolen.into());
            assert_eq!(ended.advice(), Advice::GiveUp);
            let told = old_receiver.recv().await.unwrap_err();
            assert_eq!(told.reason(), &EndReason::Link(LinkEnd::Stolen));
            assert!(old_receiver.recv().await.unwrap().is_none(), "it is told once");
        } else {
            old.send_settled("m").await.unwrap();
            assert!(old_receiver.recv().await.unwrap().is_some());
        }
        new.send_settled("m").await.unwrap();
        assert!(receiver.recv().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn properties_of_a_link_go_both_ways() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let properties = |value: bool| {
        let entry = (Symbol::from_static("rabbitmq:active"), Value::Boolean(value));
        Fields(Map::from_iter([entry]))
    };
    sender.set_properties(properties(true)).unwrap();
    assert_eq!(receiver.properties_changed().await.unwrap(), properties(true));
    receiver.set_properties(properties(false)).unwrap();
    assert_eq!(sender.properties_changed().await.unwrap(), properties(false));
    sender.close().await.unwrap();
    assert!(receiver.properties_changed().await.is_err());
    assert!(receiver.set_properties(properties(true)).is_err());
}

#[tokio::test]
async fn a_link_is_refused_with_a_reason() {
    let mut pair = pair().await;
    let refusing = async {
        let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else { panic!() };
        assert_eq!(link.target().unwrap().address.as_deref(), Some("missing"));
        link.refuse(Error::new(AmqpError::NotFound, "no such queue"));
        // One that is dropped is refused too.
        drop(pair.server.next().await.unwrap());
    };
    let attaching =
        async { (pair.client.sender("missing").await, pair.client.receiver("b").await) };
    let ((sender, receiver), ()) = tokio::join!(attaching, refusing);
    let error = sender.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot attach a link: the peer refused the link: amqp:not-found: no such queue"
    );
    assert_eq!((error.scope(), error.advice()), (Scope::Link, Advice::GiveUp));
    let error = receiver.unwrap_err();
    assert_eq!(error.ended().unwrap().remote().unwrap().condition, AmqpError::NotAllowed.into());
}

#[tokio::test]
async fn a_link_that_ends_ends_its_receipts_and_messages_and_none_of_other_links() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let builder = session.sender("first");
    let (first, first_receiver) = pair.client_sends_with(builder, Credit::Auto(1)).await;
    let builder = session.sender("second");
    let (second, second_receiver) = pair.client_sends_with(builder, Credit::default()).await;
    let receipt = first.submit("m").await.unwrap();
    let waiting = tokio::spawn({
        let first = first.clone();
        async move { first.send("m").await }
    });
    let mut open = second.submit("open").await.unwrap();
    settle().await;
    let delivery = first_receiver.recv().await.unwrap().unwrap();
    first_receiver.close().await.unwrap();
    let is_link_end = |error: &SendError, expected| match error {
        SendError::Ended { why, arrived } => {
            assert!(matches!(why.reason(), EndReason::Link(LinkEnd::DetachedByPeer { .. })));
            assert_eq!(*arrived, expected);
        }
        other => panic!("{other:?}"),
    };
    is_link_end(&soon(receipt).await.unwrap_err(), Arrived::Perhaps);
    is_link_end(&soon(waiting).await.unwrap().unwrap_err(), Arrived::No);
    assert!(delivery.accept().is_err());
    assert!(poll_times(1, &mut open).await.is_none());
    let (sent, ()) = tokio::join!(second.send("m"), async {
        for _ in 0..2 {
            second_receiver.recv().await.unwrap().unwrap().accept().unwrap();
        }
    });
    sent.unwrap();
    open.await.unwrap();
}

#[tokio::test]
async fn a_session_that_ends_ends_its_links() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let builder = session.sender("queue");
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    session.clone().end().await.unwrap();
    let Err(SendError::Ended { why, .. }) = sender.send("m").await else { panic!() };
    assert!(matches!(why.reason(), EndReason::Session(SessionEnd::Ended)));
    assert!(receiver.recv().await.is_err());
    let error = session.sender("queue").await.unwrap_err();
    let AttachError::Ended(why) = error else { panic!("{error}") };
    assert!(matches!(why.reason(), EndReason::Session(SessionEnd::Ended)), "{why}");
}

#[tokio::test]
async fn two_links_of_one_name_are_refused_on_this_side() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").name("one");
    let (_sender, _receiver) = pair.client_sends_with(builder.clone(), Credit::default()).await;
    let error = builder.await.unwrap_err();
    assert!(error.to_string().contains("a link of this name and role is attached"), "{error}");
}

#[tokio::test]
async fn a_shutdown_waits_for_outcomes() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let receipt = sender.submit("m").await.unwrap();
    let shutdown = tokio::spawn(pair.client.clone().shutdown(Duration::from_secs(20)));
    settle().await;
    assert!(!shutdown.is_finished());
    receiver.recv().await.unwrap().unwrap().accept().unwrap();
    soon(shutdown).await.unwrap().unwrap();
    receipt.await.unwrap();
}

#[tokio::test]
async fn a_shutdown_ends_at_its_limit_and_says_what_is_left() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let _receipt = sender.submit("m").await.unwrap();
    let _delivery = receiver.recv().await.unwrap().unwrap();
    let unfinished = pair.client.shutdown(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(unfinished.unsettled, 1);
    assert!(unfinished.to_string().starts_with("a message was not settled"));
}

#[test]
fn a_runtime_that_is_shut_down_ends_everything() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (sender, client, _rest) = first.block_on(async {
        let mut pair = pair().await;
        let (sender, receiver) = pair.client_sends(Credit::default()).await;
        (sender, pair.client, (receiver, pair.server))
    });
    drop(first);
    runtime().block_on(async {
        assert!(matches!(soon(sender.send("m")).await, Err(SendError::Ended { .. })));
        assert!(matches!(connection_end(&client.closed().await), ConnectionEnd::Lost(_)));
    });
}

#[tokio::test]
async fn a_client_can_be_refused() {
    let refuse = |redirects: bool| async move {
        let (near, far) = duplex(1 << 16);
        let refusing = async {
            let incoming = ServerSettings::new(settings("server")).accept_over(far).await.unwrap();
            assert_eq!(incoming.open().container_id, "client");
            if redirects {
                incoming.redirect("other.example", 5673);
            } else {
                drop(incoming);
            }
        };
        let connecting = Connection::builder().settings(settings("client")).connect_over(near);
        tokio::join!(connecting, refusing).0.unwrap_err()
    };
    let error = refuse(false).await;
    assert_eq!(
        error.to_string(),
        "the peer refused to open the connection: amqp:not-allowed: the server does not take the \
         connection"
    );
    let error = refuse(true).await;
    let amqp_net::ConnectError::Ended(ended) = error else { panic!("{error}") };
    let info = ended.remote().unwrap().info.as_ref().unwrap();
    assert_eq!(info.get("port"), Some(&5673_u16.into()));
}

#[tokio::test(start_paused = true)]
async fn after_a_write_error_the_connection_is_named() {
    let (near, far) = duplex(1 << 16);
    let (near, fault) = Faulty::new(near);
    let accepting = async {
        ServerSettings::new(settings("server")).accept_over(far).await.unwrap().accept().unwrap()
    };
    let connecting = Connection::builder().connect_over(near);
    let (client, server) = tokio::join!(connecting, accepting);
    let mut pair = crate::common::Pair { client: client.unwrap(), server };
    let (sender, _receiver) = pair.client_sends(Credit::default()).await;
    settle().await;
    fault.set(Fault::Broken);
    let receipt = sender.submit("m").await.unwrap();
    settle().await;
    let error = sender.send("n").await.unwrap_err();
    assert_eq!(error.scope(), Scope::Connection, "{error}");
    assert_eq!(pair.client.sender("other").await.unwrap_err().scope(), Scope::Connection);
    let SendError::Ended { why, .. } = receipt.await.unwrap_err() else { panic!() };
    assert!(matches!(why.reason(), EndReason::Connection(ConnectionEnd::Lost(_))), "{why}");
}
