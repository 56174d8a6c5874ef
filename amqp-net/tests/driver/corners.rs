//! Corners of the tokio driver that have lost messages or futures before.

use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use crate::common::endless::Endless;
use crate::common::fault::{Fault, Faulty};
use crate::common::script::{Script, begin, credit};
use crate::common::{pair, poll_times, settings, settle, soon};
use amqp_net::proto::{ConnectionEnd, FrameWriter, LinkEnd};
use amqp_net::{
    Advice, ConnectError, Connection, Credit, EndReason, PeerRequest, Receipt, Scope, SendError,
    ServerSettings,
};
use amqp_types::Bytes;
use amqp_types::messaging::{Accepted, Source, Target};
use amqp_types::transport::{
    AmqpError, Attach, DeliveryNumber, DeliveryTag, Detach, Error, Handle, Performative,
    ReceiverSettleMode, Role, SenderSettleMode, Transfer,
};
use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::timeout;

#[tokio::test]
async fn a_link_that_has_ended_is_known_after_another_has_taken_its_handle() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let (first, receiver) =
        pair.client_sends_with(session.sender("first"), Credit::default()).await;
    let (receipt, delivery) = tokio::join!(first.submit("m"), receiver.recv());
    delivery.unwrap().unwrap().accept().unwrap();
    settle().await;
    receiver.close().await.unwrap();
    settle().await;
    let (_second, _receiver) =
        pair.client_sends_with(session.sender("second"), Credit::default()).await;
    assert_eq!(receipt.unwrap().outcome().await, Ok(Accepted {}.into()));
    assert_eq!(soon(first.detached()).await.scope(), Scope::Link);
}

#[tokio::test]
async fn a_refused_attach_ends_although_another_link_has_taken_the_handle() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let mut refused = Box::pin(session.sender("missing").attach());
    assert!(poll_times(1, &mut refused).await.is_none());
    drop(pair.server.next().await.unwrap());
    settle().await;
    let mut other = Box::pin(session.sender("other").attach());
    assert!(poll_times(1, &mut other).await.is_none());
    assert!(soon(refused).await.is_err());
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

#[tokio::test]
async fn a_message_goes_on_when_the_one_before_it_is_dropped() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").max_unsettled(1);
    let (sender, _receiver) = pair.client_sends_with(builder, Credit::Auto(100)).await;
    let _unsettled = sender.submit("unsettled").await.unwrap();
    let mut waiting = Box::pin(sender.submit("waits for an outcome"));
    assert!(poll_times(1, &mut waiting).await.is_none());
    let mut settled = Box::pin(sender.send_settled("needs none"));
    assert!(poll_times(1, &mut settled).await.is_none());
    drop(waiting);
    soon(settled).await.unwrap();
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

/// A waker that owns a receipt, as that of a task does in a simple executor.
struct Owner(Mutex<Option<Receipt>>);

impl Wake for Owner {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap().take());
    }
}

#[test]
fn a_waker_can_own_what_takes_the_lock_when_it_is_dropped() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut pair = pair().await;
            let (sender, _receiver) = pair.client_sends(Credit::default()).await;
            let receipt = sender.submit("m").await.unwrap();
            let waker = Waker::from(Arc::new(Owner(Mutex::new(Some(receipt)))));
            let mut detached = Box::pin(sender.detached());
            assert!(detached.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            drop(waker);
            drop(detached);
        });
        done.send(()).unwrap();
    });
    is_done.recv_timeout(Duration::from_secs(20)).unwrap();
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
async fn a_delivery_of_a_link_that_is_being_closed_says_that_the_link_is_gone() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::default()).await;
    let _receipt = sender.submit("m").await.unwrap();
    let delivery = receiver.recv().await.unwrap().unwrap();
    let mut closing = Box::pin(receiver.close());
    assert!(poll_times(1, &mut closing).await.is_none());
    assert_eq!(delivery.accept().unwrap_err().scope(), Scope::Link);
}

#[tokio::test]
async fn links_are_refused_when_nobody_serves_them() {
    let pair = pair().await;
    let connection = pair.server.connection().clone();
    let mut asked = Box::pin(pair.client.sender("queue").attach());
    assert!(poll_times(1, &mut asked).await.is_none());
    settle().await;
    drop(pair.server);
    assert!(soon(asked).await.is_err());
    assert!(soon(pair.client.sender("queue").attach()).await.is_err());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_does_not_fit_refuses_the_link() {
    let mut pair =
        crate::common::pair_with(settings("client").max_frame_size(512), settings("server")).await;
    let accepting = async {
        let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else { panic!() };
        assert!(link.accept(Target::new("x".repeat(600)), Credit::default()).is_err());
    };
    let attaching = pair.client.sender("queue").attach();
    let (attached, ()) = tokio::join!(soon(attaching), accepting);
    assert!(attached.is_err());
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

#[tokio::test]
async fn a_delivery_that_has_begun_counts_when_its_receiver_drains() {
    let (client, mut script) = Script::server().await;
    let receiver = script.receiver(client.receiver("queue").credit(Credit::Manual)).await;
    receiver.grant(1).unwrap();
    let Performative::Flow(flow) = script.next().await else { panic!() };
    assert_eq!(flow.link_credit, Some(1));
    let first = Transfer {
        delivery_id: Some(DeliveryNumber(0)),
        delivery_tag: Some(DeliveryTag::from([1; 8])),
        more: true,
        ..Transfer::default()
    };
    script.send(&first, b"\0\x53\x75").await;
    settle().await;
    assert!(poll_times(1, receiver.drain()).await.is_none());
    let Performative::Flow(flow) = script.next().await else { panic!() };
    assert_eq!((flow.link_credit, flow.drain), (Some(0), true));
}

#[tokio::test]
async fn a_receiver_that_wants_settled_messages_gets_no_others() {
    let (client, mut script) = Script::server().await;
    let settled = |attach: &mut Attach| attach.snd_settle_mode = SenderSettleMode::Settled;
    let sender = script.sender(&client, settled).await;
    script.send(&credit(10), b"").await;
    assert_eq!(sender.send("m").await, Err(SendError::MustBeSettled));
    sender.send_settled("m").await.unwrap();
}

#[tokio::test]
async fn automatic_credit_goes_on_after_it_was_set_by_hand() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
    settle().await;
    receiver.grant(0).unwrap();
    settle().await;
    assert!(sender.try_submit("m").is_err());
    receiver.resume().unwrap();
    settle().await;
    drop(sender.try_submit("m").unwrap());
}

#[tokio::test]
async fn what_a_sender_says_of_deliveries_that_are_gone_is_not_kept() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").receiver_settle_mode(ReceiverSettleMode::Second);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    for _ in 0..100 {
        let receipt = sender.submit("m").await.unwrap();
        receiver.recv().await.unwrap().unwrap().accept().unwrap();
        receipt.await.unwrap();
    }
    settle().await;
    let stats = pair.server.connection().stats();
    assert_eq!((stats.connection.unsettled_received, stats.states), (0, 0));
}

#[tokio::test]
async fn a_peer_that_does_not_read_gets_no_more_answers_than_the_limit() {
    let (served, mut script) = Script::client().await;
    script.send(&begin(None), b"").await;
    let connection = served.connection().clone();
    drop(served);
    let mut frames = FrameWriter::new(512);
    let mut attach = Attach::new("refused", Handle(0), Role::Receiver);
    attach.source = Some(Source::new("queue").into());
    for _ in 0..1000 {
        frames.amqp(0, &attach, b"").unwrap();
        frames.amqp(0, &Detach { closed: true, ..Detach::default() }, b"").unwrap();
    }
    let octets = frames.split();
    // At some time the other side does not read any more either.
    let mut sent = 0;
    while timeout(Duration::from_millis(500), script.stream.write_all(&octets)).await.is_ok() {
        sent += octets.len();
        assert!(sent < 64 << 20, "everything is read");
    }
    assert!(connection.stats().connection.octets_received < 32 << 20);
}

#[test]
fn a_stream_that_is_always_ready_holds_up_no_other_task() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (endless, _) = Endless::new();
            let connecting = Connection::builder().without_sasl().connect_over(endless);
            let _connection = connecting.await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            done.send(()).unwrap();
        });
    });
    is_done.recv_timeout(Duration::from_secs(20)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_does_not_hide_what_the_peer_speaks() {
    let (near, mut far) = duplex(1 << 16);
    far.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let settings = ServerSettings::new(settings("server")).time_to_open(Duration::from_secs(1));
    let error = settings.accept_over(near).await.unwrap_err();
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error}");
    assert!(error.to_string().contains("HTTP"), "{error}");
}

#[tokio::test]
async fn tcp_is_never_taken_for_encrypted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqp://user:secret@{}", listener.local_addr().unwrap());
    let builder = Connection::builder().encrypted(true).require_encryption();
    let error = builder.connect(&url.parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NotEncrypted), "{error}");
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

#[tokio::test(start_paused = true)]
async fn a_longer_time_limit_than_the_default_holds() {
    let (near, mut far) = duplex(1 << 16);
    far.write_all(b"AMQP\0\x01\0\0").await.unwrap();
    let began = tokio::time::Instant::now();
    let builder = Connection::builder().without_sasl().time_to_connect(Duration::from_secs(300));
    let error = builder.connect_over(near).await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 300, "{error}");
    assert_eq!(error.advice(), Advice::RetryLater, "{error}");
}
