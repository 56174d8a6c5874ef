//! What becomes of a connect, a begin, an attach, a drain, a close and their like when their futures are dropped.

use std::time::Duration;

use crate::common::script::{Script, begin, credit};
use crate::common::{assert_all_empty, pair, poll_times, settings, settle, soon};
use amqp_net::proto::LinkEnd;
use amqp_net::{Connection, Credit, EndReason, PeerRequest, ServerSettings};
use amqp_types::Bytes;
use amqp_types::messaging::{Source, Target};
use amqp_types::transport::{End, Flow, Performative, SequenceNo};
use tokio::time::timeout;

#[tokio::test]
async fn an_attach_that_is_dropped_at_any_await_leaves_no_link_session_or_name() {
    for polls in 0..8 {
        for accepts in [true, false] {
            let mut pair = pair().await;
            let connection = pair.server.connection().clone();
            let serving = tokio::spawn(async move {
                let mut links = Vec::new();
                while let Ok(Some(request)) = pair.server.next().await {
                    let PeerRequest::Receiver(link) = request else { panic!() };
                    if accepts {
                        links.extend(link.accept(Target::new("queue"), Credit::Manual).ok());
                    }
                }
            });
            let builder = pair.client.sender("queue").name("one");
            drop(poll_times(polls, builder.clone().attach()).await);
            assert_all_empty(&pair.client, &connection).await;
            let again = timeout(Duration::from_secs(5), builder.attach()).await.unwrap();
            assert_eq!(again.is_ok(), accepts, "{polls}");
            drop(again);
            assert_all_empty(&pair.client, &connection).await;
            connection.close().await.unwrap();
            serving.await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_came_for_an_attach_that_is_dropped_is_not_held() {
    let mut pair = pair().await;
    let mut attaching = Box::pin(pair.client.receiver("queue").attach());
    assert!(poll_times(1, &mut attaching).await.is_none());
    let Some(PeerRequest::Sender(link)) = pair.server.next().await.unwrap() else { panic!() };
    let sender = link.accept(Source::new("queue")).unwrap();
    let receipt = sender.submit("too late").await.unwrap();
    settle().await;
    assert!(pair.client.stats().connection.octets_held > 0);
    drop(attaching);
    assert_eq!(pair.client.stats().connection.octets_held, 0);
    receipt.await.unwrap_err();
    drop(sender);
    assert_all_empty(&pair.client, pair.server.connection()).await;
}

#[tokio::test]
async fn a_session_whose_begin_is_dropped_is_ended() {
    let (client, mut script) = Script::server().await;
    assert!(poll_times(1, client.session()).await.is_none());
    assert!(matches!(script.next().await, Performative::Begin(_)));
    assert!(matches!(script.next().await, Performative::End(_)));
    assert_eq!(client.stats().connection.sessions, 1, "the answers are still to come");
    script.send(&begin(Some(0)), b"").await;
    script.send(&End::default(), b"").await;
    settle().await;
    assert_eq!(client.stats().connection.sessions, 0);
    drop(client.close());
    assert!(matches!(script.next().await, Performative::Close(_)));
}

#[tokio::test]
async fn a_drain_that_is_dropped_goes_on_and_the_next_one_joins_it() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Manual)).await;
    receiver.grant(5).unwrap();
    assert!(matches!(script.next().await, Performative::Flow(_)));
    assert!(poll_times(1, receiver.drain()).await.is_none());
    let Performative::Flow(asked) = script.next().await else { panic!() };
    assert_eq!((asked.link_credit, asked.drain), (Some(5), true));
    let mut draining = Box::pin(receiver.drain());
    assert!(poll_times(3, &mut draining).await.is_none());
    let answer = Flow { delivery_count: Some(SequenceNo(5)), drain: true, ..credit(0) };
    script.send(&answer, b"").await;
    timeout(Duration::from_secs(5), draining).await.unwrap().unwrap();
}

/// Returns the kind of the next frame that ends something.
async fn next_end(script: &mut Script) -> &'static str {
    script
        .until(|frame| match frame {
            Performative::Detach(detach) if detach.closed => Some("close of a link"),
            Performative::Detach(_) => Some("detach"),
            Performative::End(_) => Some("end"),
            Performative::Close(_) => Some("close"),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_close_a_detach_and_an_end_happen_though_their_futures_are_dropped_at_once() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue")).await;
    drop(receiver.close());
    assert_eq!(next_end(&mut script).await, "close of a link");
    let (client, mut script) = {
        drop(client);
        Script::server().await
    };
    let receiver = script.receiver(client.receiver("queue")).await;
    drop(receiver.detach());
    assert_eq!(next_end(&mut script).await, "detach");
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    drop(sender.clone().close());
    assert_eq!(next_end(&mut script).await, "close of a link");
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    drop(sender.clone().detach());
    assert_eq!(next_end(&mut script).await, "detach");
    let (client, mut script) = Script::server().await;
    let (session, ()) = tokio::join!(client.session(), async {
        assert!(matches!(script.next().await, Performative::Begin(_)));
        script.send(&begin(Some(0)), b"").await;
    });
    let session = session.unwrap();
    drop(session.clone().end());
    assert_eq!(next_end(&mut script).await, "end");
    drop(client.clone().close());
    assert_eq!(next_end(&mut script).await, "close");
    drop((session, client));
}

#[tokio::test]
async fn a_connect_that_is_dropped_at_any_await_leaves_no_task() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for polls in 0..12 {
        let (near, far) = tokio::io::duplex(1 << 16);
        let server = async move {
            let incoming = ServerSettings::new(settings("server")).accept_over(far).await.ok()?;
            let served = incoming.accept().ok()?;
            Some(served.connection().closed().await)
        };
        let connecting = async {
            drop(poll_times(polls, Connection::builder().connect_over(near)).await);
        };
        let both = async { tokio::join!(server, connecting) };
        timeout(Duration::from_secs(5), Box::pin(both)).await.unwrap();
        for _ in 0..20 {
            settle().await;
        }
        assert_eq!(tasks(), 0, "{polls}");
    }
}

#[tokio::test]
async fn the_reason_of_an_end_is_not_lost_with_a_future_that_is_dropped() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::default()).await;
    let mut receiving = Box::pin(receiver.recv());
    assert!(poll_times(1, &mut receiving).await.is_none());
    sender.close().await.unwrap();
    receiver.detached().await;
    drop(receiving);
    assert!(receiver.recv().await.is_err());
    assert!(receiver.recv().await.unwrap().is_none());
}

#[tokio::test]
async fn a_close_whose_future_is_dropped_at_once_waits_for_the_message() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    settle().await;
    let large = Bytes::from(vec![7; 4 << 20]);
    sender.send_settled(&large).await.unwrap();
    drop(sender.close());
    drop(pair.client.close());
    let delivery = receiver.recv().await.unwrap().unwrap();
    assert_eq!(delivery.decode::<Bytes>().unwrap(), large);
}

#[tokio::test]
async fn a_detach_whose_future_is_dropped_at_once_does_not_close_the_link() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    drop(sender.detach());
    let ended = soon(receiver.detached()).await;
    let detached = LinkEnd::DetachedByPeer { closed: false, error: None };
    assert_eq!(ended.reason(), &EndReason::Link(detached));
}
