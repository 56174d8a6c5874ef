//! Dispatchers, which send when there is credit.

use amqp_net::{Credit, Dispatcher, PeerRequest, Receiver, SendError, Settled};
use amqp_types::messaging::{Outcome, Released, Source};
use amqp_types::transport::SenderSettleMode;

use crate::common::{Pair, assert_all_empty, pair, poll_times, settle, soon};

/// Attaches a link on which the server dispatches.
async fn attach(pair: &mut Pair, mode: SenderSettleMode) -> (Dispatcher, Receiver) {
    let builder = pair.client.receiver("queue").sender_settle_mode(mode);
    let attaching = builder.credit(Credit::Manual).attach();
    let accepting = async {
        let Some(PeerRequest::Sender(link)) = pair.server.next().await.unwrap() else { panic!() };
        link.accept_dispatcher(Source::new("queue")).unwrap()
    };
    let (receiver, dispatcher) = tokio::join!(attaching, accepting);
    (dispatcher, receiver.unwrap())
}

#[tokio::test]
async fn credit_is_awaited_and_messages_beyond_it_are_not_sent() {
    let mut pair = pair().await;
    let (mut link, receiver) = attach(&mut pair, SenderSettleMode::Unsettled).await;
    let (mut settled, mut sent) = (Vec::new(), Vec::new());
    assert!(poll_times(3, link.next(true, &mut settled)).await.is_none());
    link.dispatch(["early"], &mut sent).unwrap();
    assert!(sent.is_empty());
    receiver.grant(2).unwrap();
    let demand = soon(link.next(true, &mut settled)).await.unwrap();
    assert_eq!((demand.credit, demand.drain), (2, false));
    link.dispatch(["a", "b", "c"], &mut sent).unwrap();
    assert_eq!(sent.len(), 2);
    assert!(poll_times(3, link.next(true, &mut settled)).await.is_none());
    // Out of order.
    let (a, b) = (
        soon(receiver.recv()).await.unwrap().unwrap(),
        soon(receiver.recv()).await.unwrap().unwrap(),
    );
    b.release().unwrap();
    let demand = soon(link.next(false, &mut settled)).await.unwrap();
    assert_eq!(demand.credit, 0);
    assert!(
        matches!(&*settled, [Settled { delivery, outcome: Some(Outcome::Released(Released {})), .. }] if *delivery == sent[1])
    );
    settled.clear();
    a.accept().unwrap();
    soon(link.next(false, &mut settled)).await.unwrap();
    assert_eq!(settled[0].delivery, sent[0]);
}

#[tokio::test]
async fn a_drain_waits_for_the_dispatcher_each_time() {
    let mut pair = pair().await;
    let (mut link, receiver) = attach(&mut pair, SenderSettleMode::Unsettled).await;
    let (mut settled, mut sent) = (Vec::new(), Vec::new());
    for credit in [2, 0, 3] {
        receiver.grant(credit).unwrap();
        let mut draining = Box::pin(receiver.drain());
        if credit == 0 {
            // The engine knows that nothing can come.
            soon(draining).await.unwrap();
            continue;
        }
        assert!(poll_times(1, &mut draining).await.is_none());
        let demand = soon(link.next(false, &mut settled)).await.unwrap();
        assert_eq!((demand.credit, demand.drain), (credit, true));
        settle().await;
        assert!(poll_times(3, &mut draining).await.is_none(), "it is not answered yet");
        link.dispatch(["m"], &mut sent).unwrap();
        link.drained();
        soon(draining).await.unwrap();
        assert!(receiver.try_recv().unwrap().is_some());
        assert!(receiver.try_recv().unwrap().is_none());
        assert!(
            poll_times(3, link.next(true, &mut settled)).await.is_none() || !settled.is_empty()
        );
        settled.clear();
    }
    // One that is said to be over before it has begun is not answered in advance.
    link.drained();
    receiver.grant(1).unwrap();
    let mut draining = Box::pin(receiver.drain());
    settle().await;
    assert!(poll_times(3, &mut draining).await.is_none());
    link.drained();
    soon(draining).await.unwrap();
}

#[tokio::test]
async fn deliveries_are_settled_as_they_are_sent_if_the_link_is_so() {
    let mut pair = pair().await;
    let (mut link, receiver) = attach(&mut pair, SenderSettleMode::Settled).await;
    assert!(link.is_settled());
    receiver.grant(1).unwrap();
    soon(link.next(true, &mut Vec::new())).await.unwrap();
    link.dispatch(["m"], &mut Vec::new()).unwrap();
    assert!(soon(receiver.recv()).await.unwrap().unwrap().is_settled());
}

#[tokio::test]
async fn outcomes_that_came_before_the_end_are_returned_before_it() {
    let mut pair = pair().await;
    let (mut link, receiver) = attach(&mut pair, SenderSettleMode::Unsettled).await;
    let (mut settled, mut sent) = (Vec::new(), Vec::new());
    receiver.grant(3).unwrap();
    soon(link.next(true, &mut settled)).await.unwrap();
    link.dispatch(["a", "b", "c"], &mut sent).unwrap();
    let mut taken = Vec::new();
    while taken.len() < 3 {
        soon(receiver.recv_many(&mut taken, 3)).await.unwrap();
    }
    taken.remove(0).accept().unwrap();
    let closing = receiver.close();
    drop(taken);
    soon(closing).await.unwrap();
    soon(link.next(true, &mut settled)).await.unwrap();
    assert_eq!(settled.iter().map(|it| it.delivery).collect::<Vec<_>>(), sent[..1]);
    soon(link.next(true, &mut settled)).await.unwrap_err();
    let error = link.dispatch(["d"], &mut sent).unwrap_err();
    assert!(matches!(error, SendError::Ended { .. }));
    drop(link);
    assert_all_empty(&pair.client, pair.server.connection()).await;
}

#[tokio::test]
async fn a_dispatcher_that_is_dropped_closes_its_link() {
    let mut pair = pair().await;
    let (link, receiver) = attach(&mut pair, SenderSettleMode::Unsettled).await;
    drop(link);
    soon(receiver.detached()).await;
    drop(receiver);
    assert_all_empty(&pair.client, pair.server.connection()).await;
}
