//! Messages, credit and outcomes, over the tokio driver on both sides.

use std::collections::VecDeque;

use crate::common::script::{Script, credit};
use crate::common::{accept_all, pair, poll_times, settle};
use amqp_net::{Credit, Receipts, SendError, TrySubmitError};
use amqp_types::Bytes;
use amqp_types::messaging::{Accepted, Message, MessageRef, Modified, Outcome, Released};
use amqp_types::transport::{AmqpError, Attach, Error, ReceiverSettleMode, SenderSettleMode};

/// A message of our own.
#[derive(Debug, PartialEq, Message)]
struct Order<'a> {
    #[amqp(property = subject)]
    id: &'a str,
    #[amqp(body)]
    item: &'a str,
}

#[tokio::test]
async fn a_message_of_ones_own_type_is_sent_and_accepted() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let order = Order { id: "7", item: "tea" };
    let receiving = async {
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<Order<'_>>().unwrap(), order);
        // A message without a header is durable.
        let message = MessageRef::from_shared(delivery.octets()).unwrap();
        assert!(message.header().unwrap().unwrap().durable);
        delivery.accept().unwrap();
    };
    let (sent, ()) = tokio::join!(sender.send(&order), receiving);
    sent.unwrap();
}

#[tokio::test]
async fn every_outcome_but_accepted_is_an_error() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let error = Error::new(AmqpError::InvalidField, "no such item");
    let modified = Modified { undeliverable_here: Some(true), ..Modified::default() };
    let deciding = async {
        let next = async || receiver.recv().await.unwrap().unwrap();
        next().await.release().unwrap();
        next().await.reject(Some(error.clone())).unwrap();
        next().await.modify(modified.clone()).unwrap();
        next().await.settle(Accepted {}).unwrap();
        drop(next().await);
    };
    let sending = async {
        let mut results = Vec::new();
        for _ in 0..5 {
            results.push(sender.send("m").await);
        }
        results
    };
    let (results, ()) = tokio::join!(sending, deciding);
    assert_eq!(
        results,
        [
            Err(SendError::NotAccepted(Released {}.into())),
            Err(SendError::NotAccepted(Outcome::Rejected(error.into()))),
            Err(SendError::NotAccepted(modified.into())),
            Ok(()),
            Err(SendError::NotAccepted(Released {}.into())),
        ]
    );
    let [_, Err(rejected), ..] = &results[..] else { panic!() };
    assert_eq!(
        rejected.to_string(),
        "the receiver rejected the message: amqp:invalid-field: no such item"
    );
}

#[tokio::test]
async fn a_delivery_that_is_dropped_by_a_panic_counts_as_a_failure() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let receipt = sender.submit("poison").await.unwrap();
    let delivery = receiver.recv().await.unwrap().unwrap();
    let panicked = tokio::spawn(async move {
        let _delivery = delivery;
        std::panic::resume_unwind(Box::new("as the user's code may do"));
    });
    panicked.await.unwrap_err();
    let failed = Modified { delivery_failed: Some(true), ..Modified::default() };
    assert_eq!(receipt.outcome().await, Ok(failed.into()));
}

#[tokio::test]
async fn messages_wait_for_credit_and_are_sent_in_order() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    assert_eq!(sender.try_submit("x").unwrap_err(), TrySubmitError::Full);
    let sending = {
        let sender = sender.clone();
        tokio::spawn(async move {
            for number in 0..100 {
                sender.send_settled(&*number.to_string()).await.unwrap();
            }
        })
    };
    settle().await;
    assert!(receiver.try_recv().unwrap().is_none());
    for number in 0..100 {
        receiver.grant(1).unwrap();
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert!(delivery.is_settled());
        assert_eq!(delivery.decode::<&str>().unwrap(), number.to_string());
        delivery.accept().unwrap();
    }
    sending.await.unwrap();
}

#[tokio::test]
async fn tasks_that_share_a_sender_are_served_in_turn() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Manual).await;
    for number in 0..50 {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(&*number.to_string()).await });
        settle().await;
    }
    receiver.grant(50).unwrap();
    for number in 0..50 {
        let delivery = receiver.recv().await.unwrap().unwrap();
        assert_eq!(delivery.decode::<&str>().unwrap(), number.to_string());
        delivery.accept().unwrap();
    }
}

#[tokio::test]
async fn ten_thousand_messages_in_one_call() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let accepted = tokio::spawn(accept_all(receiver));
    let texts: Vec<_> = (0..10_000).map(|number| number.to_string()).collect();
    let mut receipts = Receipts::new();
    sender.submit_all(texts.iter().map(|text| &**text), &mut receipts).await.unwrap();
    assert_eq!(receipts.len(), 10_000);
    receipts.accepted().await.unwrap();
    assert!(receipts.is_empty());
    sender.close().await.unwrap();
    assert_eq!(accepted.await.unwrap(), texts);
}

#[tokio::test]
async fn a_window_of_messages_is_on_the_way() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let mut receipts = Receipts::new();
    sender.submit_all(["m"; 8], &mut receipts).await.unwrap();
    receipts.accepted_down_to(8).await.unwrap();
    let mut deliveries = VecDeque::new();
    while deliveries.len() < 8 {
        deliveries.push_back(receiver.recv().await.unwrap().unwrap());
    }
    for _ in 0..2 {
        assert!(poll_times(9, receipts.accepted_down_to(6)).await.is_none());
        deliveries.pop_front().unwrap().accept().unwrap();
    }
    receipts.accepted_down_to(6).await.unwrap();
    assert_eq!(receipts.len(), 6);
    // All that have been accepted are removed, up to one that has not.
    let late = deliveries.remove(2).unwrap();
    for delivery in deliveries {
        delivery.accept().unwrap();
    }
    receipts.accepted_down_to(5).await.unwrap();
    assert_eq!(receipts.len(), 4);
    late.accept().unwrap();
    receipts.accepted().await.unwrap();
}

#[tokio::test]
async fn the_first_message_that_is_not_accepted_is_named() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::default()).await;
    let deciding = tokio::spawn(async move {
        for number in 0..10 {
            let delivery = receiver.recv().await.unwrap().unwrap();
            let decided = if number % 4 == 2 { delivery.release() } else { delivery.accept() };
            decided.unwrap();
        }
        receiver
    });
    let mut receipts = Receipts::new();
    sender.submit_all(["m"; 10], &mut receipts).await.unwrap();
    for index in [2, 6] {
        let error = receipts.accepted().await.unwrap_err();
        assert_eq!(error.index, index);
        assert_eq!(error.error, SendError::NotAccepted(Released {}.into()));
    }
    receipts.accepted().await.unwrap();
    deciding.await.unwrap();
}

#[tokio::test]
async fn large_messages_are_split_and_joined() {
    let small = crate::common::settings("small").max_frame_size(512);
    let mut pair = crate::common::pair_with(small.clone(), small).await;
    let (sender, receiver) = pair.client_sends(Credit::Auto(2)).await;
    let sizes = [0, 1, 470, 512, 5000, 1 << 20];
    let sending = async {
        for size in sizes {
            sender.send(&Bytes::from(vec![7; size])).await.unwrap();
        }
    };
    let receiving = async {
        for size in sizes {
            let delivery = receiver.recv().await.unwrap().unwrap();
            assert_eq!(delivery.decode::<Bytes>().unwrap(), vec![7; size]);
            delivery.accept().unwrap();
        }
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn messages_of_four_links_that_send_at_once_are_not_mixed_up() {
    let mut pair = pair().await;
    let mut tasks = Vec::new();
    for number in 0..4_u8 {
        let (sender, receiver) = pair.server_sends(Credit::Auto(10)).await;
        tasks.push(tokio::spawn(async move {
            for _ in 0..10 {
                sender.send(&Bytes::from(vec![number; 1 << 20])).await.unwrap();
            }
        }));
        tasks.push(tokio::spawn(async move {
            for _ in 0..10 {
                let delivery = receiver.recv().await.unwrap().unwrap();
                assert_eq!(delivery.decode::<Bytes>().unwrap(), vec![number; 1 << 20]);
                delivery.accept().unwrap();
            }
            receiver.detached().await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_before_it_is_sent() {
    let mut pair = pair().await;
    let (sender, _receiver) = pair.client_sends(Credit::default()).await;
    let limit = sender.remote_attach().max_message_size.unwrap();
    let message = Bytes::from(vec![0; usize::try_from(limit).unwrap()]);
    let error = sender.send(&message).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { limit: of, .. } if of == limit), "{error}");
    assert!(error.to_string().contains("more than the 16777216 that the receiver accepts"));
}

#[tokio::test]
async fn the_settle_mode_of_a_link_is_kept() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").sender_settle_mode(SenderSettleMode::Settled);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    assert_eq!(sender.send("m").await, Err(SendError::MustBeSettled));
    sender.send_settled("m").await.unwrap();
    assert!(receiver.recv().await.unwrap().unwrap().is_settled());

    let builder = pair.client.sender("queue").sender_settle_mode(SenderSettleMode::Unsettled);
    let (sender, _receiver) = pair.client_sends_with(builder, Credit::default()).await;
    assert_eq!(sender.send_settled("m").await, Err(SendError::MustBeUnsettled));
}

#[tokio::test]
async fn a_receiver_that_settles_second_waits_for_the_sender() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").receiver_settle_mode(ReceiverSettleMode::Second);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    let receiving = async {
        let delivery = receiver.recv().await.unwrap().unwrap();
        delivery.settle_second(Accepted {}).await.unwrap();
    };
    let (sent, ()) = tokio::join!(sender.send("m"), receiving);
    sent.unwrap();
}

#[tokio::test]
async fn a_receipt_that_is_dropped_does_not_hold_up_others() {
    let mut pair = pair().await;
    let builder = pair.client.sender("queue").max_unsettled(1);
    let (sender, receiver) = pair.client_sends_with(builder, Credit::default()).await;
    let accepted = tokio::spawn(accept_all(receiver));
    for number in 0..100 {
        drop(sender.submit(&*number.to_string()).await.unwrap());
    }
    sender.send("last").await.unwrap();
    sender.close().await.unwrap();
    assert_eq!(accepted.await.unwrap().len(), 101);
}

/// Messages that are sent one after another all arrive before a drain ends, even if the first has to wait for credit.
#[tokio::test]
async fn a_drain_is_answered_after_a_sender_that_waited_had_its_turn() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.server_sends(Credit::Manual).await;
    let one_by_one = tokio::spawn({
        let sender = sender.clone();
        async move {
            for message in ["1", "2", "3"] {
                drop(sender.submit(message).await.unwrap());
            }
        }
    });
    settle().await;
    let next = || receiver.try_recv().unwrap().map(|it| it.decode::<&str>().unwrap().to_owned());
    let all = || std::iter::from_fn(next).collect::<Vec<_>>();
    receiver.grant(10).unwrap();
    receiver.drain().await.unwrap();
    assert_eq!(all(), ["1", "2", "3"]);
    one_by_one.await.unwrap();
    let together = tokio::spawn({
        let sender = sender.clone();
        async move {
            let mut receipts = Receipts::new();
            sender.submit_all(["4", "5", "6"], &mut receipts).await.unwrap();
        }
    });
    settle().await;
    receiver.grant(10).unwrap();
    receiver.drain().await.unwrap();
    assert_eq!(all(), ["4", "5", "6"]);
    together.await.unwrap();
    // A sender that is not interested any more delays no drain.
    let mut seven = Box::pin(sender.submit("7"));
    assert!(poll_times(1, &mut seven).await.is_none());
    receiver.grant(10).unwrap();
    let giving_up = async {
        settle().await;
        drop(seven);
    };
    let (drained, ()) = tokio::join!(receiver.drain(), giving_up);
    drained.unwrap();
    assert_eq!(all(), ["7"]);
}

#[tokio::test]
async fn what_a_handle_prints_for_debugging_has_no_content_of_messages() {
    let mut pair = pair().await;
    let (sender, receiver) = pair.client_sends(Credit::Auto(1)).await;
    settle().await;
    let receipt = sender.submit("a secret that has arrived").await.unwrap();
    let mut waiting = Box::pin(sender.submit("a secret that waits"));
    assert!(poll_times(1, &mut waiting).await.is_none());
    settle().await;
    let (client, server) = (pair.client.stats(), pair.server.connection().stats());
    assert_eq!((client.waiting, server.queued), (1, 1));
    for shown in [
        format!("{sender:?}"),
        format!("{receiver:?}"),
        format!("{receipt:?}"),
        format!("{:?}", pair.client),
        format!("{:?}", pair.server),
    ] {
        assert!(shown.contains("Handle") && !shown.contains("secret"), "{shown}");
    }
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
