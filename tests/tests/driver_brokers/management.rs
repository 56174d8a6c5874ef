//! Declaring and deleting queues, by requests to the management nodes of brokers.

use amqp_net::{Connection, Receiver, Sender};
use amqp_types::messaging::{
    ApplicationProperties, Body, Message, Properties, SimpleValue, Source, Target,
};
use amqp_types::transport::{Attach, Fields, SenderSettleMode};
use amqp_types::{ByteString, Map, Symbol, Value};

/// A pair of links to the management node of RabbitMQ 4.
#[derive(Debug)]
pub(crate) struct RabbitMq {
    sender: Sender,
    receiver: Receiver,
}

impl RabbitMq {
    pub(crate) async fn open(connection: &Connection) -> Self {
        const NODE: &str = "/management";
        // Both links of a pair have the same name, and a session of their own.
        let pair = |attach: &mut Attach| {
            attach.name = "management".into();
            let paired = (Symbol::from_static("paired"), Value::Boolean(true));
            attach.properties = Some(Fields(Map::from_iter([paired])));
        };
        let session = connection.session().await.unwrap();
        let sender = session
            .sender(NODE)
            .attach_with(|attach| {
                pair(attach);
                attach.source = Some(Source::new(NODE).into());
            })
            .sender_settle_mode(SenderSettleMode::Settled);
        let receiver = session
            .receiver(NODE)
            .attach_with(|attach| {
                pair(attach);
                attach.target = Some(Target::new(NODE).into());
            })
            .sender_settle_mode(SenderSettleMode::Settled);
        let (sender, receiver) = tokio::join!(sender.attach(), receiver.attach());
        Self { sender: sender.unwrap(), receiver: receiver.unwrap() }
    }

    /// Sends a request, and returns the status of the answer.
    async fn request(&self, method: &str, path: &str, body: Value) -> u16 {
        let request = Message {
            properties: Some(Properties {
                message_id: Some("1".into()),
                to: Some(path.into()),
                subject: Some(method.into()),
                reply_to: Some("$me".into()),
                ..Properties::default()
            }),
            body: Body::value(&body),
            ..Message::default()
        };
        self.sender.send_settled(&request).await.unwrap();
        let answer = self.receiver.recv().await.unwrap().unwrap();
        let answer: Message = answer.decode().unwrap();
        answer.properties.unwrap().subject.unwrap().parse().unwrap()
    }

    /// Declares a queue with these arguments.
    pub(crate) async fn declare(&self, queue: &str, arguments: &[(&'static str, &str)]) {
        let arguments: Map<_, _> = arguments
            .iter()
            .map(|(name, value)| (Value::from(*name), Value::String(ByteString::from(*value))))
            .collect();
        let body = Map::from_iter([
            (Value::from("durable"), Value::Boolean(true)),
            (Value::from("arguments"), Value::Map(arguments)),
        ]);
        let path = format!("/queues/{queue}");
        let status = self.request("PUT", &path, Value::Map(body)).await;
        assert!([200, 201].contains(&status), "{queue}: {status}");
    }

    pub(crate) async fn delete(&self, queue: &str) {
        let status = self.request("DELETE", &format!("/queues/{queue}"), Value::Null).await;
        assert_eq!(status, 200, "{queue}");
    }
}

/// Sends a request to a management node, and returns the answer.
async fn request(connection: &Connection, node: &str, mut request: Message) -> Message {
    // The node of the answers is the broker's choice.
    let source = Source { dynamic: true, ..Source::default() };
    let answers = connection.receiver(source).await.unwrap();
    let reply_to = answers.source().unwrap().address.clone();
    request.properties.get_or_insert_default().reply_to = reply_to;
    connection.sender(node).await.unwrap().send(&request).await.unwrap();
    let answer = answers.recv().await.unwrap().unwrap();
    let message = answer.decode().unwrap();
    answer.accept().unwrap();
    message
}

fn application_properties<const N: usize>(
    properties: [(&'static str, SimpleValue); N],
) -> ApplicationProperties {
    let properties = properties.into_iter().map(|(name, value)| (ByteString::from(name), value));
    ApplicationProperties(properties.collect())
}

pub(crate) async fn delete_in_artemis(connection: &Connection, queue: &str) {
    let message = Message {
        application_properties: Some(application_properties([
            ("_AMQ_ResourceName", "broker".into()),
            ("_AMQ_OperationName", "destroyQueue".into()),
        ])),
        // The arguments in JSON: the queue, and whether its consumers are closed.
        body: Body::value(&format!(r#"["{queue}", true]"#)),
        ..Message::default()
    };
    let answer = request(connection, "activemq.management", message).await;
    let succeeded = answer.application_properties.unwrap();
    assert_eq!(succeeded.get("_AMQ_OperationSucceeded"), Some(&true.into()), "{:?}", answer.body);
}

pub(crate) async fn delete_in_broker_j(connection: &Connection, queue: &str) {
    let message = Message {
        application_properties: Some(application_properties([
            ("operation", "DELETE".into()),
            ("type", "org.apache.qpid.Queue".into()),
            ("index", "object-path".into()),
            ("key", queue.to_owned().into()),
        ])),
        ..Message::default()
    };
    let answer = request(connection, "$management", message).await;
    let status = answer.application_properties.unwrap();
    assert_eq!(status.get("statusCode"), Some(&204_i32.into()), "{status:?}");
}
