//! Dynamic nodes: temporary queues and topics.

use amqp_net::broker::NodeKind;
use amqp_net::{Connection, Receiver};
use amqp_types::messaging::{Message, MessageIdRef, Source, Target};
use amqp_types::transport::AmqpError;
use amqp_types::{Multiple, Symbol};

use crate::common::{connect, next, next_text, refusal, rejection, send, soon, start};

#[derive(Debug, Message)]
struct Question<'a> {
    #[amqp(property = message_id)]
    id: MessageIdRef<'a>,
    #[amqp(property = reply_to)]
    reply_to: &'a str,
    #[amqp(body)]
    text: &'a str,
}

#[derive(Debug, Message)]
struct Answer<'a> {
    #[amqp(property = to)]
    to: Option<&'a str>,
    #[amqp(property = correlation_id)]
    question: MessageIdRef<'a>,
    #[amqp(body)]
    text: &'a str,
}

/// Answers questions in upper case, each with a link of its own.
async fn answer(client: Connection, questions: Receiver) {
    while let Ok(Some(delivery)) = questions.recv().await {
        let question: Question = delivery.decode().unwrap();
        let sender = client.sender(question.reply_to.to_owned()).await.unwrap();
        let text = question.text.to_uppercase();
        sender.send(&Answer { to: None, question: question.id, text: &text }).await.unwrap();
        delivery.accept().unwrap();
    }
}

#[tokio::test]
async fn requests_are_answered_through_a_dynamic_source() {
    let (broker, client) = start().await;
    let server = connect(&broker).await;
    let questions = soon(server.receiver("questions").attach()).await.unwrap();
    tokio::spawn(answer(server.clone(), questions));
    let requester = soon(client.requester("questions").attach()).await.unwrap();
    for text in ["tea", "coffee"] {
        let response = soon(requester.request(text)).await.unwrap();
        assert_eq!(response.view().decode::<Answer>().unwrap().text, text.to_uppercase());
    }
    assert_eq!(broker.queues().len(), 2);
    drop(requester);
    soon(async {
        while broker.queues().len() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

fn dynamic_target(capability: Option<&'static str>) -> Target {
    let capabilities = capability.map(Symbol::from_static).into_iter().collect();
    Target { dynamic: true, capabilities, ..Target::default() }
}

/// As a JMS client does: a temporary queue is a dynamic target, from which another link then receives.
#[tokio::test]
async fn a_dynamic_target_is_a_queue_until_its_link_ends() {
    let (broker, client) = start().await;
    let other = connect(&broker).await;
    let owner =
        soon(client.sender(dynamic_target(Some("temporary-queue"))).attach()).await.unwrap();
    let target = owner.target().unwrap();
    let address = target.address.clone().unwrap();
    assert!(target.dynamic && target.dynamic_node_properties.is_some());
    assert_eq!(target.capabilities, Multiple::one(Symbol::from_static("temporary-queue")));
    let receiver = soon(client.receiver(address.clone()).attach()).await.unwrap();
    send(&other, &address, &["reply"]).await;
    next_text(&receiver, "reply").await.accept().unwrap();
    soon(owner.close()).await.unwrap();
    let ended = soon(receiver.detached()).await;
    assert_eq!(ended.remote().unwrap().condition, AmqpError::ResourceDeleted.into());
    assert!(broker.queue(&address).is_none());
    // Nobody makes it by its address.
    let error = refusal(soon(other.sender(address.clone()).attach()).await);
    assert_eq!(error.condition, AmqpError::NotFound.into());
}

#[tokio::test]
async fn dynamic_nodes_end_with_the_connection_and_so_do_the_links_of_others() {
    for aborts in [false, true] {
        let (broker, client) = start().await;
        let other = connect(&broker).await;
        let source = Source { dynamic: true, ..Source::default() };
        let replies = soon(client.receiver(source).attach()).await.unwrap();
        let address = replies.source().unwrap().address.clone().unwrap();
        let sender = soon(other.sender(address.clone()).attach()).await.unwrap();
        soon(sender.send("a")).await.unwrap();
        next_text(&replies, "a").await.accept().unwrap();
        if aborts {
            client.abort();
        } else {
            soon(client.close()).await.unwrap();
        }
        let ended = soon(sender.detached()).await;
        assert_eq!(ended.remote().unwrap().condition, AmqpError::ResourceDeleted.into());
        assert!(broker.queue(&address).is_none());
        drop(replies);
        // Answers that come too late are rejected, if each message says where it goes.
        let relay = soon(other.sender(Target::default()).attach()).await.unwrap();
        let late = Answer { to: Some(&address), question: MessageIdRef::Ulong(1), text: "late" };
        let error = rejection(soon(relay.send(&late)).await);
        assert_eq!(error.condition, AmqpError::NotFound.into());
    }
}

#[tokio::test]
async fn a_temporary_topic_copies() {
    let (broker, client) = start().await;
    let owner =
        soon(client.sender(dynamic_target(Some("temporary-topic"))).attach()).await.unwrap();
    let address = owner.target().unwrap().address.clone().unwrap();
    assert_eq!(broker.queue(&address).unwrap().kind, NodeKind::Topic);
    let a = soon(client.receiver(address.clone()).attach()).await.unwrap();
    let b = soon(client.receiver(address.clone()).attach()).await.unwrap();
    soon(owner.send("m")).await.unwrap();
    for receiver in [&a, &b] {
        assert_eq!(next(receiver).await.decode::<&str>().unwrap(), "m");
    }
}

#[tokio::test]
async fn a_dynamic_node_takes_no_address_that_is_in_use() {
    let (broker, client) = start().await;
    let declared = |number| format!("dynamic/{number}");
    for number in 1..20 {
        broker.declare_queue(&declared(number)).unwrap();
        send(&client, &declared(number), &["m"]).await;
    }
    for _ in 0..3 {
        let owner = soon(client.sender(dynamic_target(None)).attach()).await.unwrap();
        let address = owner.target().unwrap().address.clone().unwrap();
        assert!((1..20).all(|number| address != declared(number)), "{address}");
        soon(owner.close()).await.unwrap();
    }
    assert!((1..20).all(|number| broker.queue(&declared(number)).unwrap().ready == 1));
}

#[tokio::test]
async fn the_end_of_a_dynamic_node_leaves_alone_what_has_its_address_now() {
    let (broker, client) = start().await;
    let owner = soon(client.sender(dynamic_target(None)).attach()).await.unwrap();
    let address = owner.target().unwrap().address.clone().unwrap();
    assert!(broker.delete(&address));
    broker.declare_queue(&address).unwrap();
    let ended = soon(owner.detached()).await;
    assert_eq!(ended.remote().unwrap().condition, AmqpError::ResourceDeleted.into());
    soon(client.close()).await.unwrap();
    soon(broker.until_connected(0)).await;
    assert!(broker.queue(&address).is_some());
}
