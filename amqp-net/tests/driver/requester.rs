//! Requests and responses, over the tokio driver on both sides.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::common::{Pair, assert_all_empty, pair, poll_times, settle, soon};
use amqp_net::proto::LinkEnd;
use amqp_net::{
    Advice, Arrived, AttachError, Credit, Delivery, EndReason, Ended, PeerRequest, Receiver,
    RequestError, Requester, RequesterBuilder, Scope, SendError, Sender, Served,
};
use amqp_types::messaging::{
    Body, EncodedMessage, Header, Message, MessageId, Outcome, Properties, Source, Target,
};
use amqp_types::transport::{Attach, SenderSettleMode};
use amqp_types::{Symbol, Value};
use tokio::time::timeout;

/// A node that gets requests.
struct Service {
    requests: Receiver,
    responses: Sender,
}

impl Service {
    /// Returns the next request.
    async fn next(&self) -> (Delivery, Message) {
        let delivery = soon(self.requests.recv()).await.unwrap().unwrap();
        let message = delivery.decode().unwrap();
        (delivery, message)
    }

    /// Accepts the next request, and returns its message-id and its text.
    async fn accept(&self) -> (MessageId, String) {
        let (delivery, message) = self.next().await;
        delivery.accept().unwrap();
        let text = message.body.to_value::<&str>().unwrap().to_owned();
        (message.properties.unwrap().message_id.unwrap(), text)
    }

    /// Responds, and waits until the response has been accepted.
    async fn respond(&self, correlation_id: impl Into<MessageId>, text: &str) {
        soon(self.responses.send(&response(Some(correlation_id.into()), text))).await.unwrap();
    }
}

fn response(correlation_id: Option<MessageId>, text: &str) -> Message {
    let properties = Properties { correlation_id, ..Properties::default() };
    Message { properties: Some(properties), body: Body::value(text), ..Message::default() }
}

fn text(response: &EncodedMessage) -> &str {
    response.view().decode().unwrap()
}

/// Attaches a requester to a service that accepts this many requests.
async fn attach(
    pair: &mut Pair,
    builder: RequesterBuilder,
    credit: Credit,
) -> (Requester, Service, [Attach; 2]) {
    let serving = async {
        let Some(PeerRequest::Sender(link)) = pair.server.next().await.unwrap() else { panic!() };
        let receiver = link.attach().clone();
        let mut source = link.source().unwrap().clone();
        if source.dynamic {
            source.address = Some("replies-1".into());
        }
        let responses = link.accept(source).unwrap();
        let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else { panic!() };
        let sender = link.attach().clone();
        let target = link.target().unwrap().clone();
        let requests = link.accept(target, credit).unwrap();
        (Service { requests, responses }, [sender, receiver])
    };
    let (requester, (service, attaches)) = tokio::join!(soon(builder.attach()), serving);
    (requester.unwrap(), service, attaches)
}

async fn requester(pair: &mut Pair) -> (Requester, Service) {
    let builder = pair.client.requester("service");
    let (requester, service, _) = attach(pair, builder, Credit::default()).await;
    (requester, service)
}

fn node(attach: &Attach) -> (Source, Target) {
    let (Some(source), Some(target)) = (attach.source.clone(), attach.target.clone()) else {
        panic!("{attach:?}")
    };
    match (source, target) {
        (
            amqp_types::messaging::SourceArchetype::Source(source),
            amqp_types::messaging::TargetArchetype::Target(target),
        ) => (source, target),
        other => panic!("{other:?}"),
    }
}

fn ended(error: RequestError) -> (Ended, Arrived) {
    let RequestError::Send(SendError::Ended { why, arrived }) = error else { panic!("{error}") };
    (why, arrived)
}

#[tokio::test]
async fn a_request_tells_the_address_of_the_dynamic_node() {
    let mut pair = pair().await;
    let builder = pair.client.requester("service");
    let (requester, service, [sender, receiver]) =
        attach(&mut pair, builder, Credit::default()).await;
    assert_eq!(requester.reply_to(), "replies-1");
    let (source, _) = node(&receiver);
    assert!(source.dynamic && source.address.is_none());
    assert!(source.capabilities.contains("temporary-queue"));
    assert_eq!(node(&sender).1, Target::new("service"));
    assert_ne!(sender.name, receiver.name);

    let properties = Properties {
        subject: Some("price".into()),
        message_id: Some(7.into()),
        ..Properties::default()
    };
    let body = Body::value("tea");
    let request = Message { properties: Some(properties), body, ..Message::default() };
    let serving = async {
        let (delivery, arrived) = service.next().await;
        delivery.accept().unwrap();
        let properties = arrived.properties.clone().unwrap();
        assert_eq!(properties.reply_to.as_deref(), Some("replies-1"));
        assert_eq!(properties.subject.as_deref(), Some("price"));
        assert_ne!(properties.message_id, Some(7.into()));
        assert_eq!((arrived.header, arrived.body), (None, Body::value("tea")));
        service.respond(properties.message_id.unwrap(), "3").await;
    };
    let (response, ()) = tokio::join!(soon(requester.request(&request)), serving);
    assert_eq!(text(&response.unwrap()), "3");

    // A header is sent as it is.
    let header = Header { durable: true, ..Header::default() };
    let request = Message { header: Some(header), ..request };
    let serving = async {
        let (delivery, arrived) = service.next().await;
        // The response may be there before the request is accepted.
        service.respond(arrived.properties.unwrap().message_id.unwrap(), "4").await;
        settle().await;
        delivery.accept().unwrap();
        arrived.header
    };
    let (response, header_of_request) = tokio::join!(soon(requester.request(&request)), serving);
    assert_eq!((text(&response.unwrap()), header_of_request), ("4", Some(header)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn responses_may_come_in_any_order() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let tasks = (0..100).map(|number: u32| {
        let requester = requester.clone();
        tokio::spawn(async move {
            let response = requester.request(&*number.to_string()).await.unwrap();
            assert_eq!(text(&response), format!("response to {number}"));
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut requests = Vec::new();
    while requests.len() < tasks.len() {
        requests.push(service.accept().await);
    }
    for (id, text) in requests.into_iter().rev() {
        service.respond(id, &format!("response to {text}")).await;
    }
    for task in tasks {
        soon(task).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_that_is_dropped_takes_no_other_response() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let [first, second, third] = ["a", "b", "c"].map(|text| {
        let requester = requester.clone();
        tokio::spawn(async move { requester.request(text).await })
    });
    let mut requests = Vec::new();
    while requests.len() < 3 {
        requests.push(service.accept().await);
    }
    second.abort();
    assert!(soon(second).await.unwrap_err().is_cancelled());
    for (id, text) in requests {
        // That of the second is accepted, too.
        service.respond(id, &text).await;
    }
    assert_eq!(text(&soon(first).await.unwrap().unwrap()), "a");
    assert_eq!(text(&soon(third).await.unwrap().unwrap()), "c");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_are_answered_while_others_are_dropped() {
    const REQUESTS: u32 = 3000;
    let mut pair = pair().await;
    let builder = pair.client.requester("service");
    let (requester, service, _) = attach(&mut pair, builder, Credit::Auto(20)).await;
    let tasks = (0..REQUESTS).map(|number| {
        let requester = requester.clone();
        tokio::spawn(async move {
            let request = number.to_string();
            if number % 3 == 0 {
                let limit = Duration::from_micros(u64::from(number % 100) * 50);
                let _ = timeout(limit, requester.request(&*request)).await;
            } else {
                assert_eq!(text(&requester.request(&*request).await.unwrap()), request);
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let serving = tokio::spawn(async move {
        let mut served = 0;
        let mut held = Vec::new();
        while let Ok(delivery) = timeout(Duration::from_millis(200), service.requests.recv()).await
        {
            let delivery = delivery.unwrap().unwrap();
            let request: Message = delivery.decode().unwrap();
            delivery.accept().unwrap();
            let id = request.properties.unwrap().message_id;
            held.push(response(id, request.body.to_value().unwrap()));
            // A few responses are sent in the reverse order.
            if held.len() == 5 {
                while let Some(response) = held.pop() {
                    drop(service.responses.submit(&response).await.unwrap());
                }
            }
            served += 1;
        }
        for response in held {
            soon(service.responses.send(&response)).await.unwrap();
        }
        served
    });
    for task in tasks {
        soon(task).await.unwrap();
    }
    // Some were dropped before they could be sent.
    let served = soon(serving).await.unwrap();
    assert!((REQUESTS / 3 * 2..=REQUESTS).contains(&served), "{served}");
    let stats = pair.client.stats();
    assert_eq!((stats.waiting, stats.receipts, stats.queued), (0, 0, 0), "{stats:?}");
}

/// Responds to the requests of all requesters with their texts.
async fn echo(mut server: Served) {
    let mut responses = None;
    while let Ok(Some(request)) = server.next().await {
        match request {
            PeerRequest::Sender(link) => responses = link.accept("replies").ok(),
            PeerRequest::Receiver(link) => {
                let target = link.target().unwrap().clone();
                let Ok(requests) = link.accept(target, Credit::Auto(2)) else { continue };
                let service = Service { requests, responses: responses.take().unwrap() };
                tokio::spawn(async move {
                    while let Ok(Some(delivery)) = service.requests.recv().await {
                        let request: Message = delivery.decode().unwrap();
                        let id = request.properties.unwrap().message_id;
                        let response = response(id, request.body.to_value().unwrap());
                        // The requester may have gone.
                        let _ = delivery.accept();
                        let _ = service.responses.submit(&response).await;
                    }
                });
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn each_future_is_polled_a_few_times_and_dropped() {
    let Pair { client, server } = pair().await;
    let connection = server.connection().clone();
    tokio::spawn(echo(server));
    for polls in 0..40 {
        let attached = poll_times(polls, client.requester("service").attach()).await;
        let requester = match attached {
            Some(requester) => requester.unwrap(),
            None => soon(client.requester("service").attach()).await.unwrap(),
        };
        if let Some(response) = poll_times(polls, requester.request("a")).await {
            assert_eq!(text(&response.unwrap()), "a");
        }
        let [first, second] = ["b", "c"].map(|text| requester.request(text));
        let (first, second) = tokio::join!(poll_times(polls, first), soon(second));
        assert!(first.is_none_or(|response| text(&response.unwrap()) == "b"));
        assert_eq!(text(&second.unwrap()), "c");
        poll_times(polls, requester.close()).await;
    }
    assert_all_empty(&client, &connection).await;
}

#[tokio::test]
async fn a_request_that_is_not_polled_holds_up_no_other() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let mut first = pin!(requester.request("first"));
    poll_fn(|cx| {
        assert!(first.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    let second = requester.request("second");
    let serving = async {
        let first = service.accept().await.0;
        let second = service.accept().await.0;
        service.respond(first, "one").await;
        service.respond(second, "two").await;
    };
    let (second, ()) = tokio::join!(soon(second), serving);
    assert_eq!(text(&second.unwrap()), "two");
    assert_eq!(text(&soon(first).await.unwrap()), "one");
}

#[tokio::test]
async fn a_request_that_is_dropped_before_there_is_credit_is_not_sent() {
    let mut pair = pair().await;
    let builder = pair.client.requester("service");
    let (requester, service, _) = attach(&mut pair, builder, Credit::Manual).await;
    assert!(timeout(Duration::from_millis(20), requester.request("dropped")).await.is_err());
    service.requests.grant(10).unwrap();
    let serving = async {
        let (id, text) = service.accept().await;
        assert_eq!(text, "sent");
        service.respond(id, "done").await;
    };
    let (response, ()) = tokio::join!(soon(requester.request("sent")), serving);
    assert_eq!(text(&response.unwrap()), "done");
    assert!(service.requests.try_recv().unwrap().is_none());
}

#[tokio::test]
async fn responses_that_match_no_request_are_accepted_and_ignored() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let serving = async {
        let id = service.accept().await.0;
        service.respond(1, "a number").await;
        service.respond("1", "another requester's").await;
        let MessageId::String(text) = id.clone() else { panic!("{id:?}") };
        service.respond(format!("{text}0"), "not sent yet").await;
        soon(service.responses.send(&response(None, "no correlation-id"))).await.unwrap();
        soon(service.responses.send("no properties")).await.unwrap();
        // Properties whose only field is not of the right type.
        let broken = EncodedMessage::new(b"\x00\x53\x73\xc0\x02\x01\x41"[..].to_vec().into());
        soon(service.responses.send(&broken.unwrap())).await.unwrap();
        service.respond(id.clone(), "right").await;
        service.respond(id, "again").await;
    };
    let (answer, ()) = tokio::join!(soon(requester.request("r")), serving);
    assert_eq!(text(&answer.unwrap()), "right");
    let serving = async { service.respond(service.accept().await.0, "next").await };
    let (answer, ()) = tokio::join!(soon(requester.request("r")), serving);
    assert_eq!(text(&answer.unwrap()), "next");
}

#[tokio::test]
async fn a_request_that_is_not_accepted_fails() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let serving = async { service.next().await.0.reject(None).unwrap() };
    let (error, ()) = tokio::join!(soon(requester.request("r")), serving);
    let RequestError::Send(SendError::NotAccepted(Outcome::Rejected(_))) = error.unwrap_err()
    else {
        panic!()
    };
    let serving = async { service.next().await.0.release().unwrap() };
    let (error, ()) = tokio::join!(soon(requester.request("r")), serving);
    let error = error.unwrap_err();
    assert_eq!((error.scope(), error.advice()), (Scope::Delivery, Advice::RetryLater));
}

#[tokio::test]
async fn the_end_of_the_responses_ends_all_requests() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let tasks = [1, 2, 3].map(|_| {
        let requester = requester.clone();
        tokio::spawn(async move { requester.request("r").await })
    });
    for _ in &tasks {
        service.accept().await;
    }
    let Service { requests, responses } = service;
    soon(responses.close()).await.unwrap();
    for task in tasks {
        let (why, arrived) = ended(soon(task).await.unwrap().unwrap_err());
        assert!(matches!(why.reason(), EndReason::Link(LinkEnd::DetachedByPeer { .. })), "{why}");
        assert_eq!(arrived, Arrived::Perhaps);
    }
    // A request without a way back is not sent.
    let (_, arrived) = ended(soon(requester.request("r")).await.unwrap_err());
    assert_eq!(arrived, Arrived::No);
    settle().await;
    assert!(requests.try_recv().unwrap().is_none());
}

#[tokio::test]
async fn the_end_of_the_requests_ends_all_requests() {
    for is_settled in [false, true] {
        let mut pair = pair().await;
        let builder = pair.client.requester("service");
        let builder = if is_settled { builder.paired() } else { builder };
        let (requester, service, _) = attach(&mut pair, builder, Credit::Auto(2)).await;
        let task = |text: &'static str| {
            let requester = requester.clone();
            tokio::spawn(async move { requester.request(text).await })
        };
        let sent = task("sent");
        service.accept().await;
        // No credit is left.
        soon(service.requests.drain()).await.unwrap();
        let waiting = task("waiting");
        settle().await;
        soon(service.requests.close()).await.unwrap();
        for (task, expected) in [(sent, Arrived::Perhaps), (waiting, Arrived::No)] {
            let (why, arrived) = ended(soon(task).await.unwrap().unwrap_err());
            assert!(matches!(why.reason(), EndReason::Link(LinkEnd::DetachedByPeer { .. })));
            assert_eq!(arrived, expected, "{is_settled}");
        }
        let (_, arrived) = ended(soon(requester.request("r")).await.unwrap_err());
        assert_eq!(arrived, Arrived::No);
    }
}

#[tokio::test]
async fn the_end_of_the_connection_ends_all_requests() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let task = {
        let requester = requester.clone();
        tokio::spawn(async move { requester.request("r").await })
    };
    service.accept().await;
    pair.server.connection().clone().close().await.unwrap();
    let (why, arrived) = ended(soon(task).await.unwrap().unwrap_err());
    assert_eq!((why.scope(), arrived), (Scope::Connection, Arrived::Perhaps));
    let error = soon(requester.request("r")).await.unwrap_err();
    assert_eq!((error.scope(), error.advice()), (Scope::Connection, Advice::Connect));
}

#[tokio::test]
async fn a_requester_is_closed_by_its_owner() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let task = {
        let requester = requester.clone();
        tokio::spawn(async move { requester.request("r").await })
    };
    service.accept().await;
    soon(requester.close()).await.unwrap();
    let (why, _) = ended(soon(task).await.unwrap().unwrap_err());
    assert_eq!(why.fault(), None, "{why}");
    for end in [service.requests.detached().await, service.responses.detached().await] {
        assert!(matches!(end.reason(), EndReason::Link(LinkEnd::DetachedByPeer { .. })), "{end}");
    }
}

#[tokio::test]
async fn the_last_clone_closes_the_links() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let clone = requester.clone();
    drop(requester);
    let serving = async { service.respond(service.accept().await.0, "still there").await };
    let (answer, ()) = tokio::join!(soon(clone.request("r")), serving);
    assert_eq!(text(&answer.unwrap()), "still there");
    drop(clone);
    soon(service.requests.detached()).await;
    soon(service.responses.detached()).await;
}

#[tokio::test]
async fn a_pair_of_links() {
    let mut pair = pair().await;
    let builder = pair.client.requester("/management").paired();
    let (requester, service, [sender, receiver]) = attach(&mut pair, builder, Credit::Manual).await;
    assert_eq!(sender.name, receiver.name);
    for attach in [&sender, &receiver] {
        assert_eq!(node(attach), (Source::new("/management"), Target::new("/management")));
        assert_eq!(attach.snd_settle_mode, SenderSettleMode::Settled);
        let properties = attach.properties.as_ref().unwrap();
        let paired = properties.get(&Symbol::from_static("paired"));
        assert_eq!(paired, Some(&Value::Boolean(true)));
    }
    service.requests.grant(1).unwrap();
    let serving = async {
        let (delivery, request) = service.next().await;
        assert!(delivery.is_settled());
        let properties = request.properties.unwrap();
        assert_eq!(properties.reply_to.as_deref(), Some("$me"));
        let message = response(properties.message_id, "done");
        service.responses.send_settled(&message).await.unwrap();
    };
    let (answer, ()) = tokio::join!(soon(requester.request("r")), serving);
    assert_eq!(text(&answer.unwrap()), "done");
}

#[tokio::test]
async fn responses_from_the_node_of_the_requests() {
    let mut pair = pair().await;
    let builder = pair.client.session().await.unwrap().requester("$cbs").reply_to("me");
    let (requester, service, [sender, receiver]) =
        attach(&mut pair, builder, Credit::default()).await;
    assert_eq!(requester.reply_to(), "me");
    assert_eq!(node(&sender).1, Target::new("$cbs"));
    assert_eq!(node(&receiver), (Source::new("$cbs"), Target::new("me")));
    assert_eq!(sender.properties, None);
    let serving = async {
        let (delivery, request) = service.next().await;
        delivery.accept().unwrap();
        let properties = request.properties.unwrap();
        assert_eq!(properties.reply_to.as_deref(), Some("me"));
        service.respond(properties.message_id.unwrap(), "202").await;
    };
    let (answer, ()) = tokio::join!(soon(requester.request("token")), serving);
    assert_eq!(text(&answer.unwrap()), "202");
}

#[tokio::test]
async fn responses_from_another_node() {
    let mut pair = pair().await;
    let builder = pair.client.requester("service").paired().source("replies");
    let (requester, _service, [sender, receiver]) =
        attach(&mut pair, builder, Credit::default()).await;
    assert_eq!(requester.reply_to(), "replies");
    assert_eq!((sender.properties, receiver.properties.clone()), (None, None));
    assert_eq!(node(&receiver), (Source::new("replies"), Target::default()));
}

#[tokio::test]
async fn a_dynamic_node_without_an_address_is_an_error() {
    let mut pair = pair().await;
    let builder = pair.client.requester("service");
    let serving = async {
        let Some(PeerRequest::Sender(link)) = pair.server.next().await.unwrap() else { panic!() };
        let sender = link.accept(Source::default()).unwrap();
        soon(sender.detached()).await;
    };
    let (error, ()) = tokio::join!(soon(builder.attach()), serving);
    let error = error.unwrap_err();
    assert_eq!(error, AttachError::NoReplyAddress);
    assert_eq!(
        error.to_string(),
        "cannot attach a link: the peer has not told the address of the node for responses; set one with \
         reply_to or source"
    );
}

#[tokio::test]
async fn a_refused_link_is_an_error() {
    let mut pair = pair().await;
    let builder = pair.client.requester("service");
    let refusing = async {
        drop(pair.server.next().await.unwrap());
    };
    let (error, ()) = tokio::join!(soon(builder.attach()), refusing);
    assert_eq!(error.unwrap_err().scope(), Scope::Link);
}

#[tokio::test]
async fn a_request_that_is_no_message_of_the_standard_is_not_sent() {
    let mut pair = pair().await;
    let (requester, service) = requester(&mut pair).await;
    let broken = EncodedMessage::new(b"\x00\x53\x73\xc0\x02\x01\x41"[..].to_vec().into()).unwrap();
    let error = soon(requester.request(&broken)).await.unwrap_err();
    assert!(matches!(error, RequestError::Format(_)), "{error}");
    assert_eq!(error.advice(), Advice::GiveUp);
    settle().await;
    assert!(service.requests.try_recv().unwrap().is_none());
}
