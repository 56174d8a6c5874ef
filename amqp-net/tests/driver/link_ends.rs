//! Links that end, and what becomes of their messages, over the tokio driver with a scripted peer.

use std::pin::Pin;

use crate::common::script::{Script, answer_to, begin, credit};
use crate::common::{settle, soon};
use amqp_net::proto::LinkEnd;
use amqp_net::{
    Advice, Arrived, Connection, EndReason, Ended, Receiver, ReceiverBuilder, SendError,
};
use amqp_types::messaging::{
    DeliveryState, EncodeMessage, Rejected, Released, Source, Target, TerminusDurability,
};
use amqp_types::transport::{
    AmqpError, Attach, Close, DeliveryNumber, DeliveryTag, Detach, End, Error, Handle,
    Performative, Role, Transfer,
};
use amqp_types::{ByteString, Bytes};

fn detach(closed: bool, error: Option<Error>) -> Detach {
    Detach { handle: Handle(0), closed, error }
}

fn deleted() -> Error {
    Error::new(AmqpError::ResourceDeleted, "the queue was deleted")
}

/// Returns the next frame that is not a flow.
async fn next(script: &mut Script) -> Performative {
    loop {
        match soon(script.next()).await {
            Performative::Flow(_) => {}
            other => return other,
        }
    }
}

async fn expect_detach(script: &mut Script) -> Detach {
    match next(script).await {
        Performative::Detach(detach) => detach,
        other => panic!("{other:?}"),
    }
}

/// Attaches a receiver, and sends it these payloads.
async fn receiver_of(
    script: &mut Script,
    builder: ReceiverBuilder,
    payloads: &[&[u8]],
) -> Receiver {
    let receiver = script.receiver(builder).await;
    for (id, payload) in (0..).zip(payloads) {
        let transfer = Transfer {
            delivery_id: Some(DeliveryNumber(id)),
            delivery_tag: Some(DeliveryTag::from(id.to_be_bytes())),
            ..Transfer::default()
        };
        // The window is open when the flow has come.
        if id == 0 {
            assert!(matches!(soon(script.next()).await, Performative::Flow(_)));
        }
        script.send(&transfer, payload).await;
    }
    receiver
}

fn message(text: &str) -> Vec<u8> {
    text.to_message_bytes().unwrap().to_vec()
}

#[tokio::test]
async fn a_detach_that_does_not_close_suspends_the_link_and_ends_its_operations() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&credit(1), b"").await;
    let receipt = soon(sender.submit("m")).await.unwrap();
    assert!(matches!(next(&mut script).await, Performative::Transfer(_)));
    let waiting = tokio::spawn({
        let sender = sender.clone();
        async move { sender.send("waits for credit").await }
    });
    settle().await;
    script.send(&detach(false, None), b"").await;
    assert_eq!(expect_detach(&mut script).await, detach(false, None));
    let suspended = EndReason::Link(LinkEnd::DetachedByPeer { closed: false, error: None });
    for (sent, expected) in [
        (soon(receipt).await, Arrived::Perhaps),
        (soon(waiting).await.unwrap(), Arrived::No),
        (soon(sender.send("later")).await, Arrived::No),
    ] {
        let Err(SendError::Ended { why, arrived }) = sent else { panic!("{sent:?}") };
        assert_eq!((why.reason(), arrived), (&suspended, expected));
        assert_eq!(why.advice(), Advice::Attach);
    }
}

#[tokio::test]
async fn a_close_that_is_answered_by_a_detach_or_crosses_one_is_ok() {
    for crosses in [false, true] {
        let (client, mut script) = Script::server().await;
        let sender = script.sender(&client, |_| {}).await;
        let closing = tokio::spawn(sender.close());
        if !crosses {
            assert_eq!(expect_detach(&mut script).await, detach(true, None));
        }
        script.send(&detach(false, None), b"").await;
        soon(closing).await.unwrap().unwrap();
        if crosses {
            assert_eq!(expect_detach(&mut script).await, detach(true, None));
        }
        // Nothing is attached again: the session ends, as that of the link.
        assert!(matches!(next(&mut script).await, Performative::End(_)));
        script.send(&End::default(), b"").await;
        let closing = client.close();
        assert!(matches!(next(&mut script).await, Performative::Close(_)));
        script.send(&Close::default(), b"").await;
        soon(closing).await.unwrap();
    }
}

/// What closes a link, once it is told to.
type ToClose = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<(), Ended>> + Send>>>;

/// Attaches a link with a durable terminus at the peer, as its sender or its receiver. Returns what closes it, and its
/// name.
async fn durable(script: &mut Script, client: &Connection, role: Role) -> (ToClose, ByteString) {
    let answering = async {
        let answer = script.requested().await;
        script.send(&answer, b"").await;
        answer.name
    };
    let durable = TerminusDurability::Configuration;
    match role {
        Role::Sender => {
            let target = Target { durable, ..Target::from("queue") };
            let (sender, name) = tokio::join!(client.sender(target).attach(), answering);
            let sender = sender.unwrap();
            (Box::new(|| Box::pin(sender.close())), name)
        }
        Role::Receiver => {
            let source = Source { durable, ..Source::from("queue") };
            let (receiver, name) = tokio::join!(client.receiver(source).attach(), answering);
            let receiver = receiver.unwrap();
            (Box::new(|| Box::pin(receiver.close())), name)
        }
    }
}

#[tokio::test]
async fn a_durable_terminus_that_the_peer_only_suspends_is_attached_again_to_be_closed() {
    for role in [Role::Sender, Role::Receiver] {
        for detached_first in [false, true] {
            let (client, mut script) = Script::server().await;
            let (close, name) = durable(&mut script, &client, role).await;
            let closing = if detached_first {
                script.send(&detach(false, None), b"").await;
                assert_eq!(expect_detach(&mut script).await, detach(false, None));
                tokio::spawn(close())
            } else {
                let closing = tokio::spawn(close());
                assert_eq!(expect_detach(&mut script).await, detach(true, None));
                script.send(&detach(false, None), b"").await;
                closing
            };
            let Performative::Attach(again) = next(&mut script).await else { panic!() };
            assert_eq!((&again.name, again.role), (&name, role));
            assert_eq!(again.unsettled, None, "it is not resumed");
            script.send(&answer_to(again), b"").await;
            // No credit is given before it.
            let closed = soon(script.next()).await;
            assert_eq!(closed, Performative::Detach(detach(true, None)));
            assert!(!closing.is_finished(), "the answer is awaited");
            // It is not tried a third time.
            script.send(&detach(false, None), b"").await;
            soon(closing).await.unwrap().unwrap();
            assert!(matches!(next(&mut script).await, Performative::End(_)));
        }
    }
}

#[tokio::test]
async fn a_close_that_was_answered_is_ok_even_if_a_durable_terminus_cannot_be_attached_again() {
    for failure in 0..3 {
        let (client, mut script) = Script::server().await;
        let (close, _) = durable(&mut script, &client, Role::Receiver).await;
        let closing = tokio::spawn(close());
        assert_eq!(expect_detach(&mut script).await, detach(true, None));
        script.send(&detach(false, None), b"").await;
        let Performative::Attach(again) = next(&mut script).await else { panic!() };
        match failure {
            0 => {
                let refused = Attach { source: None, ..answer_to(again) };
                script.send(&refused, b"").await;
                script.send(&detach(true, Some(deleted())), b"").await;
            }
            1 => script.send(&End { error: Some(deleted()) }, b"").await,
            _ => drop(script),
        }
        soon(closing).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_durable_terminus_that_was_lost_before_the_close_is_not_taken_for_closed() {
    // It was suspended, and cannot be attached again.
    let (client, mut script) = Script::server().await;
    let (close, _) = durable(&mut script, &client, Role::Receiver).await;
    script.send(&detach(false, None), b"").await;
    assert_eq!(expect_detach(&mut script).await, detach(false, None));
    let closing = tokio::spawn(close());
    assert!(matches!(next(&mut script).await, Performative::Attach(_)));
    script.send(&End { error: Some(deleted()) }, b"").await;
    let ended = soon(closing).await.unwrap().unwrap_err();
    let suspended = EndReason::Link(LinkEnd::DetachedByPeer { closed: false, error: None });
    assert_eq!(ended.reason(), &suspended);
    // It was detached with an error, which is told instead of attaching it again.
    let (client, mut script) = Script::server().await;
    let (close, _) = durable(&mut script, &client, Role::Sender).await;
    script.send(&detach(false, Some(deleted())), b"").await;
    assert_eq!(expect_detach(&mut script).await, detach(false, None));
    assert_eq!(soon(close()).await.unwrap_err().remote(), Some(&deleted()));
    assert!(matches!(next(&mut script).await, Performative::End(_)));
}

#[tokio::test]
async fn a_detach_that_is_answered_by_a_close_with_an_error_says_so() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    let detaching = tokio::spawn(sender.detach());
    assert_eq!(expect_detach(&mut script).await, detach(false, None));
    let error = Error::new(AmqpError::NotImplemented, "links are not suspended");
    script.send(&detach(true, Some(error.clone())), b"").await;
    let ended = soon(detaching).await.unwrap().unwrap_err();
    assert_eq!(ended.remote(), Some(&error));
    assert_eq!(ended.advice(), Advice::GiveUp);
}

#[tokio::test]
async fn a_detach_while_nobody_waits_is_answered_at_once_and_told_by_the_next_call() {
    let (client, mut script) = Script::server().await;
    let sender = script.sender(&client, |_| {}).await;
    script.send(&detach(true, Some(deleted())), b"").await;
    assert_eq!(expect_detach(&mut script).await, detach(true, None));
    for _ in 0..2 {
        let sent = soon(sender.send("m")).await;
        let Err(SendError::Ended { why, arrived: Arrived::No }) = sent else { panic!("{sent:?}") };
        assert_eq!(why.remote(), Some(&deleted()));
    }

    let (client, mut script) = Script::server().await;
    let receiver = receiver_of(&mut script, client.receiver("queue"), &[]).await;
    script.send(&detach(true, Some(deleted())), b"").await;
    assert_eq!(expect_detach(&mut script).await, detach(true, None));
    let ended = soon(receiver.recv()).await.unwrap_err();
    assert_eq!(ended.remote(), Some(&deleted()));
    assert!(soon(receiver.recv()).await.unwrap().is_none(), "it is told once");
    assert_eq!(receiver.try_recv().unwrap_err().remote(), Some(&deleted()));
}

#[tokio::test]
async fn a_link_that_is_dropped_is_closed_after_what_was_begun_and_the_answer_is_awaited() {
    let (client, mut script) = Script::server().await;
    let (session, ()) = tokio::join!(client.session(), async {
        assert!(matches!(script.next().await, Performative::Begin(_)));
        script.send(&begin(Some(0)), b"").await;
    });
    let session = session.unwrap();
    let (sender, ()) = tokio::join!(session.sender("queue").attach(), async {
        let Performative::Attach(attach) = script.next().await else { panic!() };
        script.send(&answer_to(attach), b"").await;
    });
    let sender = sender.unwrap();
    script.send(&credit(1), b"").await;
    // More than is written at once.
    let large = Bytes::from(vec![7; 3 << 20]);
    soon(sender.send_settled(&large)).await.unwrap();
    drop(sender);
    loop {
        let Performative::Transfer(transfer) = soon(script.next()).await else { panic!() };
        assert!(!transfer.aborted);
        if !transfer.more {
            break;
        }
    }
    assert_eq!(expect_detach(&mut script).await, detach(true, None));
    settle().await;
    assert_eq!(client.stats().connection.links, 1, "the answer is awaited");
    script.send(&detach(true, None), b"").await;
    settle().await;
    assert_eq!(client.stats().connection.links, 0);
    drop(session);
    assert!(matches!(next(&mut script).await, Performative::End(_)), "and nothing else");
}

#[tokio::test]
async fn a_message_that_cannot_be_decoded_can_be_rejected_and_the_link_lives() {
    let (client, mut script) = Script::server().await;
    // No constructor, and a body that ends too early.
    let payloads: [&[u8]; 3] = [b"\xff\xff", b"\0\x53\x75\xa0\x05ab", &message("good")];
    let receiver = receiver_of(&mut script, client.receiver("queue"), &payloads).await;
    for id in 0..2 {
        let delivery = soon(receiver.recv()).await.unwrap().unwrap();
        let decoded = delivery.decode::<Bytes>();
        assert!(decoded.is_err(), "{id} {decoded:?}");
        assert_eq!(**delivery.octets(), *payloads[id as usize]);
        let reason = Error::new(AmqpError::DecodeError, "no message");
        delivery.reject(Some(reason.clone())).unwrap();
        let Performative::Disposition(said) = next(&mut script).await else { panic!() };
        assert_eq!((said.first, said.last, said.settled), (DeliveryNumber(id), None, true));
        let rejected = Rejected { error: Some(Box::new(reason)) };
        assert_eq!(said.state, Some(DeliveryState::from(rejected)));
    }
    let delivery = soon(receiver.recv()).await.unwrap().unwrap();
    assert_eq!(delivery.decode::<&str>().unwrap(), "good");
}

#[tokio::test]
async fn a_delivery_that_is_dropped_is_released_with_one_frame() {
    let (client, mut script) = Script::server().await;
    let payloads: [&[u8]; 2] = [&message("one"), &message("two")];
    let receiver = receiver_of(&mut script, client.receiver("queue"), &payloads).await;
    drop(soon(receiver.recv()).await.unwrap().unwrap());
    let said = |frame| {
        let Performative::Disposition(said) = frame else { panic!("{frame:?}") };
        (said.first, said.last, said.settled, said.state)
    };
    let state = || Some(DeliveryState::from(Released {}));
    let first = said(next(&mut script).await);
    assert_eq!(first, (DeliveryNumber(0), None, true, state()));
    // The next frame is about the next delivery.
    drop(soon(receiver.recv()).await.unwrap().unwrap());
    let second = said(next(&mut script).await);
    assert_eq!(second, (DeliveryNumber(1), None, true, state()));
    drop(receiver);
    assert_eq!(expect_detach(&mut script).await, detach(true, None));
}
