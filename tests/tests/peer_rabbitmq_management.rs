//! Our client of RabbitMQ's management, and requests over its queues, with a real broker.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed test is a panic")]

use std::time::Duration;

use amqp_net::rabbitmq::{
    Binding, ExchangeSettings, Management, ManagementError, QueueSettings, exchange, queue,
};
use amqp_net::{Connection, Credit, SendError, Sender};
use amqp_tests::peers::Peer;
use amqp_types::messaging::{
    ApplicationProperties, Body, Message, Outcome, Properties, SimpleValue,
};
use amqp_types::{Map, Multiple, Symbol, Value};
use tokio::time::timeout;

async fn connect(peer: &Peer) -> Connection {
    let url = peer.url().replace("amqp://", "amqp://guest:guest@");
    soon(Connection::connect(&url)).await.unwrap()
}

/// Waits, but not for ever.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future).await.unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ManagementError>) -> (u16, String) {
    let Err(ManagementError::Refused { status, reason }) = result else { panic!("{result:?}") };
    (status, reason)
}

/// Returns whether the broker could route a message to a queue.
async fn is_routed(sender: &Sender, message: &Message) -> bool {
    match soon(sender.send(message)).await {
        Ok(()) => true,
        Err(SendError::NotAccepted(Outcome::Released(_))) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn queues(management: &Management) {
    let orders = QueueSettings::quorum("orders").argument("x-delivery-limit", 5);
    let declared = soon(management.declare_queue(&orders)).await.unwrap();
    assert_eq!((&*declared.name, &*declared.queue_type), ("orders", "quorum"));
    assert!(declared.durable && !declared.exclusive && !declared.auto_delete);
    assert_eq!((declared.message_count, declared.consumer_count), (0, 0));
    assert_eq!(
        declared.leader.as_ref().map(|leader| Multiple::one(leader.clone())),
        Some(declared.replicas)
    );
    let limit = declared.arguments.get("x-delivery-limit");
    assert!(matches!(limit, Some(Value::Int(5) | Value::Long(5))), "{limit:?}");
    // Once more is no error, with other settings it is.
    soon(management.declare_queue(&orders)).await.unwrap();
    let (status, reason) =
        refused(soon(management.declare_queue(&QueueSettings::classic("orders"))).await);
    assert_eq!(status, 409);
    assert!(reason.contains("x-queue-type"), "{reason}");
    let (status, reason) =
        refused(soon(management.declare_queue(&QueueSettings::new("amq.q"))).await);
    assert_eq!(status, 403);
    assert!(reason.contains("reserved prefix 'amq.'"), "{reason}");
    let transient = QueueSettings::quorum("transient").durable(false);
    let (status, reason) = refused(soon(management.declare_queue(&transient)).await);
    assert_eq!((status, reason.contains("durable")), (400, true), "{reason}");

    let own = QueueSettings::classic("own").exclusive(true).auto_delete(true).durable(false);
    let declared = soon(management.declare_queue(&own)).await.unwrap();
    assert_eq!(&*declared.queue_type, "classic");
    assert!(declared.exclusive && declared.auto_delete && !declared.durable);
    let log = QueueSettings::stream("log").argument("x-max-age", "7D");
    assert_eq!(&*soon(management.declare_queue(&log)).await.unwrap().queue_type, "stream");
    let (status, reason) = refused(soon(management.purge_queue("log")).await);
    assert_eq!((status, reason.contains("not supported")), (400, true), "{reason}");

    let error = soon(management.queue_info("missing")).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    assert_eq!(
        error.to_string(),
        "RabbitMQ refused the request with status 404: queue 'missing' in vhost '/' not found"
    );
    let (status, reason) = refused(soon(management.purge_queue("missing")).await);
    // RabbitMQ 4.0 has 400, and 4.3 has 404.
    assert!(matches!(status, 400 | 404) && reason.contains("no queue 'missing'"), "{reason}");
    assert_eq!(soon(management.delete_queue("missing")).await.unwrap(), 0);
    for name in ["own", "log"] {
        assert_eq!(soon(management.delete_queue(name)).await.unwrap(), 0);
        refused(soon(management.queue_info(name)).await);
    }
}

async fn any_name(connection: &Connection, management: &Management) {
    for name in ["a/b", "a b+c", "100%", "a%2Fb", "ü兔", "?#[]@!$&'()*,;=:\"<>\\^`{|}", "..."] {
        let declared = soon(management.declare_queue(&QueueSettings::new(name))).await.unwrap();
        assert_eq!(&*declared.name, name);
        let sender = soon(connection.sender(queue(name)).attach()).await.unwrap();
        soon(sender.send(name)).await.unwrap();
        let receiver = soon(connection.receiver(queue(name)).attach()).await.unwrap();
        let delivery = soon(receiver.recv()).await.unwrap().unwrap();
        assert_eq!(delivery.decode::<&str>().unwrap(), name);
        delivery.accept().unwrap();

        soon(management.declare_exchange(&ExchangeSettings::direct(name))).await.unwrap();
        let binding = Binding::to_queue(name, name).key(name);
        soon(management.bind(&binding)).await.unwrap();
        let sender = soon(connection.sender(exchange(name).key(name)).attach()).await.unwrap();
        assert!(is_routed(&sender, &Message::default()).await, "{name}");
        soon(receiver.recv()).await.unwrap().unwrap().accept().unwrap();
        soon(management.unbind(&binding)).await.unwrap();
        assert!(!is_routed(&sender, &Message::default()).await, "{name}");

        soon(receiver.close()).await.unwrap();
        assert_eq!(soon(management.delete_queue(name)).await.unwrap(), 0);
        soon(management.delete_exchange(name)).await.unwrap();
    }
}

async fn exchanges_and_bindings(connection: &Connection, management: &Management) {
    let events = ExchangeSettings::topic("events").argument("alternate-exchange", "others");
    soon(management.declare_exchange(&events)).await.unwrap();
    soon(management.declare_exchange(&events)).await.unwrap();
    let (status, reason) =
        refused(soon(management.declare_exchange(&ExchangeSettings::fanout("events"))).await);
    assert_eq!((status, reason.contains("inequivalent arg 'type'")), (409, true), "{reason}");
    let unknown = ExchangeSettings::new("x", "no-such-type");
    assert_eq!(refused(soon(management.declare_exchange(&unknown)).await).0, 400);
    assert_eq!(refused(soon(management.delete_exchange("amq.topic")).await).0, 403);
    soon(management.delete_exchange("missing")).await.unwrap();
    let (status, reason) =
        refused(soon(management.bind(&Binding::to_queue("missing", "orders"))).await);
    assert_eq!((status, reason.contains("no exchange 'missing'")), (400, true), "{reason}");

    let sender =
        soon(connection.sender(exchange("events").key("order.new")).attach()).await.unwrap();
    let message = Message { body: Body::value("tea"), ..Message::default() };
    assert!(!is_routed(&sender, &message).await);
    let binding = Binding::to_queue("events", "orders").key("order.*");
    soon(management.bind(&binding)).await.unwrap();
    soon(management.bind(&binding)).await.unwrap();
    assert!(is_routed(&sender, &message).await);
    // Another key and another destination are other bindings.
    soon(management.unbind(&Binding::to_queue("events", "orders").key("order.new"))).await.unwrap();
    soon(management.unbind(&Binding::to_exchange("events", "amq.topic").key("order.*")))
        .await
        .unwrap();
    assert!(is_routed(&sender, &message).await);
    soon(management.unbind(&binding)).await.unwrap();
    soon(management.unbind(&binding)).await.unwrap();
    assert!(!is_routed(&sender, &message).await);

    // An exchange is bound to another one, which is internal.
    let inner = ExchangeSettings::fanout("inner").internal(true).durable(false).auto_delete(true);
    soon(management.declare_exchange(&inner)).await.unwrap();
    soon(management.bind(&Binding::to_queue("inner", "orders"))).await.unwrap();
    let outer = Binding::to_exchange("events", "inner").key("#");
    soon(management.bind(&outer)).await.unwrap();
    assert!(is_routed(&sender, &message).await);
    soon(management.unbind(&outer)).await.unwrap();
    assert!(!is_routed(&sender, &message).await);

    assert_eq!(soon(management.queue_info("orders")).await.unwrap().message_count, 3);
    assert_eq!(soon(management.purge_queue("orders")).await.unwrap(), 3);
    soon(management.delete_exchange("inner")).await.unwrap();
    soon(management.delete_exchange("events")).await.unwrap();
    let error = soon(connection.sender(exchange("events")).attach()).await.unwrap_err();
    assert!(error.to_string().contains("amqp:not-found"), "{error}");
}

async fn bindings_with_arguments(connection: &Connection, management: &Management) {
    soon(management.declare_exchange(&ExchangeSettings::headers("by-header"))).await.unwrap();
    let binding = |kind: &str, count: u64| {
        let binding = Binding::to_queue("by-header", "orders").argument("x-match", "all");
        binding.argument("kind", Symbol::new(kind).unwrap()).argument("count", count)
    };
    soon(management.bind(&binding("a", 1))).await.unwrap();
    soon(management.bind(&binding("b", 2))).await.unwrap();
    let sender = soon(connection.sender(exchange("by-header")).attach()).await.unwrap();
    let message = |kind: &str, count: i64| {
        let properties: [(_, SimpleValue); 2] =
            [("kind".into(), kind.into()), ("count".into(), count.into())];
        Message {
            application_properties: Some(ApplicationProperties(Map::from_iter(properties))),
            ..Message::default()
        }
    };
    assert!(is_routed(&sender, &message("a", 1)).await);
    assert!(is_routed(&sender, &message("b", 2)).await);
    // No binding has these arguments.
    soon(management.unbind(&binding("a", 2))).await.unwrap();
    assert!(is_routed(&sender, &message("a", 1)).await);
    soon(management.unbind(&binding("a", 1))).await.unwrap();
    assert!(!is_routed(&sender, &message("a", 1)).await);
    assert!(is_routed(&sender, &message("b", 2)).await);
    assert_eq!(soon(management.delete_queue("orders")).await.unwrap(), 4);
    soon(management.delete_exchange("by-header")).await.unwrap();
}

async fn many_at_once(management: &Management) {
    let tasks = (0..40).map(|number| {
        let management = management.clone();
        tokio::spawn(async move {
            let name = format!("many-{number}");
            let declared = management.declare_queue(&QueueSettings::classic(&*name)).await.unwrap();
            assert_eq!(*declared.name, name);
            management.delete_queue(&name).await.unwrap()
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(soon(task).await.unwrap(), 0);
    }
}

/// A service that answers over queues.
async fn requests_over_queues(connection: &Connection, management: &Management) {
    for name in ["requests", "replies"] {
        soon(management.declare_queue(&QueueSettings::classic(name))).await.unwrap();
    }
    let requests = soon(connection.receiver(queue("requests")).attach()).await.unwrap();
    let replies = soon(connection.sender(amqp_types::messaging::Target::default()).attach());
    let replies = replies.await.unwrap();
    let serving = tokio::spawn(async move {
        while let Ok(Some(delivery)) = requests.recv().await {
            let request = delivery.decode::<Message>().unwrap();
            let asked = request.properties.unwrap();
            let properties = Properties {
                to: asked.reply_to,
                correlation_id: asked.message_id,
                ..Properties::default()
            };
            let body = Body::value(&format!("{}!", request.body.to_value::<&str>().unwrap()));
            let reply = Message { properties: Some(properties), body, ..Message::default() };
            replies.send(&reply).await.unwrap();
            delivery.accept().unwrap();
        }
    });
    let requester = connection.requester(queue("requests")).source(queue("replies"));
    let requester = soon(requester.attach()).await.unwrap();
    assert_eq!(requester.reply_to(), "/queues/replies");
    for word in ["one", "two"] {
        let reply = soon(requester.request(word)).await.unwrap();
        assert_eq!(reply.view().decode::<&str>().unwrap(), format!("{word}!"));
    }
    // A message in the queue that is no response is removed from it.
    let stray = soon(connection.sender(queue("replies")).attach()).await.unwrap();
    soon(stray.send("stray")).await.unwrap();
    soon(requester.request("three")).await.unwrap();
    soon(requester.close()).await.unwrap();
    assert_eq!(soon(management.delete_queue("replies")).await.unwrap(), 0);
    // The end of the queue ends the service.
    soon(management.delete_queue("requests")).await.unwrap();
    soon(serving).await.unwrap();
}

#[tokio::test]
async fn rabbitmq_4() {
    manage(Peer::rabbitmq_4()).await;
}

#[tokio::test]
async fn rabbitmq_4_3() {
    manage(Peer::rabbitmq_4_3()).await;
}

async fn manage(broker: Option<Peer>) {
    let Some(broker) = broker else { return };
    let connection = connect(&broker).await;
    let management = soon(Management::open(&connection)).await.unwrap();
    queues(&management).await;
    exchanges_and_bindings(&connection, &management).await;
    bindings_with_arguments(&connection, &management).await;
    any_name(&connection, &management).await;
    many_at_once(&management).await;
    requests_over_queues(&connection, &management).await;
    soon(management.close()).await.unwrap();

    // An error that ends the session of the management leaves the connection alone.
    let management = soon(Management::open(&connection)).await.unwrap();
    let error = soon(management.queue_info("..")).await.unwrap_err();
    assert!(matches!(error, ManagementError::Request(_)), "{error}");
    let management = soon(Management::open(&connection)).await.unwrap();
    soon(management.declare_queue(&QueueSettings::classic("last"))).await.unwrap();
    let receiver = connection.receiver(queue("last")).credit(Credit::Auto(1)).attach();
    drop(soon(receiver).await.unwrap());
    soon(connection.close()).await.unwrap();
}
