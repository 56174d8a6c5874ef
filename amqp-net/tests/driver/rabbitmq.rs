//! The management of RabbitMQ, against a server that answers as RabbitMQ does.

use crate::common::{pair, soon};
use amqp_net::rabbitmq::{Binding, ExchangeSettings, Management, ManagementError, QueueSettings};
use amqp_net::{Credit, PeerRequest};
use amqp_types::messaging::{Body, Message, Properties};
use amqp_types::{Map, Value};
use tokio::sync::mpsc;

/// A management whose requests are all answered in the same way.
struct Managed {
    management: Management,
    /// The method, the path and the body of each request.
    requests: mpsc::UnboundedReceiver<(String, String, Value)>,
}

impl Managed {
    async fn new(status: Option<&'static str>, answer: Value) -> Self {
        let mut pair = pair().await;
        let (seen, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let Some(PeerRequest::Sender(link)) = pair.server.next().await.unwrap() else {
                panic!()
            };
            let source = link.source().unwrap().clone();
            let responses = link.accept(source).unwrap();
            let Some(PeerRequest::Receiver(link)) = pair.server.next().await.unwrap() else {
                panic!()
            };
            let target = link.target().unwrap().clone();
            let received = link.accept(target, Credit::default()).unwrap();
            while let Ok(Some(delivery)) = received.recv().await {
                let request = delivery.decode::<Message>().unwrap();
                let asked = request.properties.unwrap();
                let [method, path] = [asked.subject, asked.to].map(|it| it.unwrap().to_string());
                seen.send((method, path, request.body.to_value().unwrap())).unwrap();
                let properties = Properties {
                    correlation_id: asked.message_id,
                    subject: status.map(Into::into),
                    ..Properties::default()
                };
                let body = Body::value(&answer);
                let properties = Some(properties);
                let response = Message { properties, body, ..Message::default() };
                responses.send_settled(&response).await.unwrap();
            }
        });
        Self { management: soon(Management::open(&pair.client)).await.unwrap(), requests }
    }

    /// Returns the method, the path and the body of the next request.
    async fn next(&mut self) -> (String, String, Value) {
        soon(self.requests.recv()).await.unwrap()
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn request(method: &str, path: &str, body: Value) -> (String, String, Value) {
    (method.to_owned(), path.to_owned(), body)
}

#[tokio::test]
async fn requests_have_the_form_of_http() {
    let mut managed = Managed::new(Some("204"), Value::Null).await;
    let management = managed.management.clone();
    let exchange = ExchangeSettings::topic("a/b").auto_delete(true).argument("n", 1u32);
    soon(management.declare_exchange(&exchange)).await.unwrap();
    let arguments = map([("n", 1u32.into())]);
    let body = map([
        ("type", "topic".into()),
        ("durable", true.into()),
        ("auto_delete", true.into()),
        ("internal", false.into()),
        ("arguments", arguments),
    ]);
    assert_eq!(managed.next().await, request("PUT", "/exchanges/a%2Fb", body));
    soon(management.delete_exchange("a/b")).await.unwrap();
    assert_eq!(managed.next().await, request("DELETE", "/exchanges/a%2Fb", Value::Null));

    let binding = Binding::to_queue("a/b", "q").key("k.#");
    soon(management.bind(&binding)).await.unwrap();
    let body = map([
        ("source", "a/b".into()),
        ("destination_queue", "q".into()),
        ("binding_key", "k.#".into()),
        ("arguments", map([])),
    ]);
    assert_eq!(managed.next().await, request("POST", "/bindings", body));
    soon(management.unbind(&binding)).await.unwrap();
    let path = "/bindings/src=a%2Fb;dstq=q;key=k.%23;args=";
    assert_eq!(managed.next().await, request("DELETE", path, Value::Null));
    soon(management.bind(&Binding::to_exchange("x", "y"))).await.unwrap();
    let body = map([
        ("source", "x".into()),
        ("destination_exchange", "y".into()),
        ("binding_key", "".into()),
        ("arguments", map([])),
    ]);
    assert_eq!(managed.next().await, request("POST", "/bindings", body));
}

#[tokio::test]
async fn queues_are_declared_and_emptied() {
    let answer = map([
        ("name", "q".into()),
        ("vhost", "/".into()),
        ("type", "quorum".into()),
        ("durable", true.into()),
        ("exclusive", false.into()),
        ("auto_delete", false.into()),
        ("arguments", map([("x-max-length", 3i64.into())])),
        ("message_count", 7u64.into()),
        ("consumer_count", 2u32.into()),
    ]);
    let mut managed = Managed::new(Some("201"), answer).await;
    let management = managed.management.clone();
    let settings = QueueSettings::quorum("q").argument("x-max-length", 3);
    let declared = soon(management.declare_queue(&settings)).await.unwrap();
    assert_eq!((&*declared.name, &*declared.queue_type), ("q", "quorum"));
    assert_eq!((declared.message_count, declared.consumer_count), (7, 2));
    assert_eq!(declared.arguments, Map::from_iter([("x-max-length".into(), 3i64.into())]));
    assert!(declared.leader.is_none() && declared.replicas.is_empty());
    let arguments = map([("x-queue-type", "quorum".into()), ("x-max-length", 3.into())]);
    let body = map([
        ("durable", true.into()),
        ("exclusive", false.into()),
        ("auto_delete", false.into()),
        ("arguments", arguments),
    ]);
    assert_eq!(managed.next().await, request("PUT", "/queues/q", body));
    assert_eq!(soon(management.queue_info("q")).await.unwrap(), declared);
    assert_eq!(managed.next().await, request("GET", "/queues/q", Value::Null));
    // The number of messages is in the same field.
    assert_eq!(soon(management.purge_queue("q")).await.unwrap(), 7);
    assert_eq!(managed.next().await, request("DELETE", "/queues/q/messages", Value::Null));
    assert_eq!(soon(management.delete_queue("q")).await.unwrap(), 7);
    assert_eq!(managed.next().await, request("DELETE", "/queues/q", Value::Null));
}

#[tokio::test]
async fn a_binding_with_arguments_is_searched() {
    let bound = |count: i64, location: &str| {
        let arguments = map([("count", count.into())]);
        map([("source", "x".into()), ("arguments", arguments), ("location", location.into())])
    };
    let bindings = Value::List(vec![bound(1, "/bindings/one"), bound(2, "/bindings/two")]);
    let mut managed = Managed::new(Some("200"), bindings).await;
    let management = managed.management.clone();
    let binding = Binding::to_queue("x", "q").argument("count", 2u64);
    soon(management.unbind(&binding)).await.unwrap();
    let path = "/bindings?src=x&dstq=q&key=";
    assert_eq!(managed.next().await, request("GET", path, Value::Null));
    assert_eq!(managed.next().await, request("DELETE", "/bindings/two", Value::Null));
    soon(management.unbind(&binding.argument("more", true))).await.unwrap();
    assert_eq!(managed.next().await, request("GET", path, Value::Null));
    assert!(managed.requests.try_recv().is_err());
}

#[tokio::test]
async fn a_refusal_has_the_status_and_the_reason() {
    let managed = Managed::new(Some("409"), "inequivalent arg 'durable'".into()).await;
    let error = soon(managed.management.declare_queue(&QueueSettings::new("q"))).await.unwrap_err();
    assert_eq!(error.status(), Some(409));
    assert_eq!(
        error.to_string(),
        "RabbitMQ refused the request with status 409: inequivalent arg 'durable'"
    );
    let managed = Managed::new(Some("503"), Value::Null).await;
    let error = soon(managed.management.delete_exchange("x")).await.unwrap_err();
    assert_eq!(error.to_string(), "RabbitMQ refused the request with status 503");
}

#[tokio::test]
async fn a_response_of_another_form_is_an_error() {
    let managed = Managed::new(None, Value::Null).await;
    let error = soon(managed.management.delete_exchange("x")).await.unwrap_err();
    assert_eq!(error, ManagementError::NoStatus);
    let managed = Managed::new(Some("fine"), Value::Null).await;
    let error = soon(managed.management.delete_exchange("x")).await.unwrap_err();
    assert_eq!(error, ManagementError::NoStatus);
    let managed = Managed::new(Some("200"), Value::Null).await;
    let error = soon(managed.management.delete_queue("x")).await.unwrap_err();
    assert!(matches!(error, ManagementError::Response(_)), "{error}");
    assert_eq!(error.status(), None);
}
