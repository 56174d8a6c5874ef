//! Futures that wait: whose turn it is, and who is woken.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use crate::common::script::{Script, credit};
use crate::common::{accept_all, pair, poll_times, settle};
use amqp_net::{Credit, Receipt, Sender, TrySubmitError};
use amqp_types::transport::{Flow, Performative, TransferNumber};

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Count {
    fn woken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

fn poll(future: &mut Waiting, count: &Arc<Count>) -> Poll<()> {
    let waker = Waker::from(Arc::clone(count));
    future.as_mut().poll(&mut Context::from_waker(&waker))
}

fn waits(future: impl Future + Send + 'static) -> Waiting {
    Box::pin(async move { drop(future.await) })
}

/// Sends these messages, each of which waits.
async fn send_all(sender: &Sender, texts: &[&'static str]) -> Vec<Waiting> {
    let mut sending = Vec::new();
    for text in texts.iter().copied() {
        let sender = sender.clone();
        let mut future = waits(async move { sender.send_settled(text).await.unwrap() });
        assert!(poll_times(1, &mut future).await.is_none());
        sending.push(future);
    }
    sending
}

#[tokio::test]
async fn the_last_waker_of_a_future_is_woken_and_no_earlier_one() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Auto(1)).await;
    let (_other, incoming) = pair.server_sends(Credit::default()).await;
    let incoming = Arc::new(incoming);
    settle().await;
    let receipt = sender.submit("m").await.unwrap();
    let delivery = receiver.recv().await.unwrap().unwrap();
    let session = pair.client.session().await.unwrap();
    let client = || pair.client.clone();
    let outgoing = || sender.clone();
    let incoming = || Arc::clone(&incoming);
    let shut_down = pair.client.clone();
    let mut futures: Vec<(&str, Waiting)> = vec![
        ("receipt", waits(receipt)),
        (
            "send",
            waits({
                let it = outgoing();
                async move { it.send("n").await }
            }),
        ),
        (
            "detached",
            waits({
                let it = outgoing();
                async move { it.detached().await }
            }),
        ),
        (
            "properties",
            waits({
                let it = outgoing();
                async move { it.properties_changed().await }
            }),
        ),
        (
            "recv",
            waits({
                let it = incoming();
                async move { it.recv().await }
            }),
        ),
        (
            "drain",
            waits({
                let it = incoming();
                async move { it.drain().await }
            }),
        ),
        ("attach", waits(session.sender("other").attach())),
        ("ended", waits(async move { session.ended().await })),
        (
            "begin",
            waits({
                let it = client();
                async move { it.session().await }
            }),
        ),
        (
            "closed",
            waits({
                let it = client();
                async move { it.closed().await }
            }),
        ),
        ("shutdown", waits(shut_down.shutdown(Duration::from_secs(60)))),
        ("state", waits(async move { delivery.remote_state_changed().await })),
    ];
    let counts: Vec<_> =
        futures.iter().map(|_| (Arc::new(Count::default()), Arc::new(Count::default()))).collect();
    for ((name, future), (first, last)) in futures.iter_mut().zip(&counts) {
        assert!(poll(future, first).is_pending(), "{name}");
        assert!(poll(future, last).is_pending(), "{name}");
    }
    drop(pair.server.connection().clone().close());
    settle().await;
    for ((name, future), (first, last)) in futures.iter_mut().zip(&counts) {
        assert_eq!(first.woken(), 0, "{name}: the task that has given it away");
        assert!(last.woken() > 0, "{name}");
        assert!(poll(future, last).is_ready(), "{name}");
    }
}

#[tokio::test]
async fn a_receipt_can_be_awaited_in_another_task_than_the_one_that_polled_it_first() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let mut receipt = Box::pin(sender.submit("m").await.unwrap());
    assert!(poll_times(1, &mut receipt).await.is_none());
    let waiting = tokio::spawn(receipt);
    settle().await;
    receiver.recv().await.unwrap().unwrap().accept().unwrap();
    settle().await;
    assert!(waiting.is_finished());
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn credit_wakes_as_many_as_can_go_on_and_no_others() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    let counts: Vec<_> = (0..10).map(|_| Arc::new(Count::default())).collect();
    let mut sending = Vec::new();
    for count in &counts {
        let sender = sender.clone();
        let mut future = waits(async move { sender.send_settled("m").await });
        assert!(poll(&mut future, count).is_pending());
        sending.push(future);
    }
    receiver.grant(3).unwrap();
    settle().await;
    let woken: Vec<_> = counts.iter().map(|count| count.woken()).collect();
    assert_eq!(woken, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn new_messages_do_not_overtake_those_that_wait() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    let waiting = send_all(&sender, &["one", "two"]).await;
    receiver.grant(1).unwrap();
    settle().await;
    // The first has been sent, though nobody has polled it since, and the second still waits.
    assert_eq!(sender.try_submit("overtakes").unwrap_err(), TrySubmitError::Full);
    let late = send_all(&sender, &["three"]).await;
    receiver.grant(2).unwrap();
    settle().await;
    for future in waiting.into_iter().chain(late) {
        future.await;
    }
    sender.close().await.unwrap();
    assert_eq!(accept_all(receiver).await, ["one", "two", "three"]);
}

#[tokio::test]
async fn a_message_that_is_dropped_while_it_waits_takes_neither_credit_nor_window() {
    // Credit.
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    let mut waiting = send_all(&sender, &["dropped", "kept", "late"]).await;
    drop(waiting.remove(0));
    receiver.grant(1).unwrap();
    settle().await;
    waiting.remove(0).await;
    assert!(poll_times(1, &mut waiting[0]).await.is_none());
    receiver.grant(1).unwrap();
    waiting.remove(0).await;
    sender.close().await.unwrap();
    assert_eq!(accept_all(receiver).await, ["kept", "late"]);

    // The window.
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&Flow { incoming_window: 0, ..credit(10) }, b"").await;
    settle().await;
    let mut waiting = send_all(&sender, &["dropped", "kept", "late"]).await;
    drop(waiting.remove(0));
    for received in 0..2 {
        let next_incoming_id = Some(TransferNumber(received));
        script.send(&Flow { next_incoming_id, incoming_window: 1, ..credit(10) }, b"").await;
        waiting.remove(0).await;
        assert!(matches!(script.next().await, Performative::Transfer(_)));
    }
}

#[tokio::test]
async fn beyond_the_unsettled_limit_messages_wait_in_order_and_hold_up_no_other_link() {
    let mut pair = pair().await;
    let session = pair.client.session().await.unwrap();
    let builder = session.sender("queue").max_unsettled(2);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    let builder = session.sender("other");
    let (other, other_receiver) = pair.client_sends_with(builder, Credit::default()).await;
    settle().await;
    let first = sender.submit("0").await.unwrap();
    let second = sender.submit("1").await.unwrap();
    assert_eq!(sender.try_submit("full").unwrap_err(), TrySubmitError::Full);
    let mut waiting = Vec::new();
    for text in ["2", "3", "4"] {
        let sender = sender.clone();
        waiting.push(tokio::spawn(async move { sender.send(text).await }));
        settle().await;
    }
    // The other link of the session is not full.
    let (sent, delivery) = tokio::join!(other.send("m"), async {
        other_receiver.recv().await.unwrap().unwrap().accept()
    });
    sent.unwrap();
    delivery.unwrap();
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    for number in 0..5 {
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<&str>().unwrap(), number.to_string());
        delivery.accept().unwrap();
        settle().await;
    }
    first.await.unwrap();
    second.await.unwrap();
    for waiting in waiting {
        waiting.await.unwrap().unwrap();
    }
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
