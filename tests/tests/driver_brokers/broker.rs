//! A broker that runs.

use std::sync::Mutex;
use std::time::Duration;

use amqp_net::broker::BrokerBuilder;
use amqp_net::proto::{Anonymous, ConnectionSettings, Plain};
use amqp_net::{Connection, Credit, Delivery, Endpoint, Receiver, Sender};
use amqp_tests::own_broker::OwnBroker;
use amqp_tests::peers::Peer;
use tokio::time::timeout;

use crate::kind::{Kind, Login, Management};
use crate::management;

/// How long a message may take that must come.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// How long a message is awaited that must not come.
const QUIET: Duration = Duration::from_millis(500);

/// A broker that runs.
#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) kind: &'static Kind,
    server: Mutex<Server>,
    endpoint: Endpoint,
}

/// Who runs it.
#[derive(Debug)]
pub(crate) enum Server {
    /// A process.
    Peer(Box<Peer>),
    /// A thread.
    Own(Box<OwnBroker>),
}

impl Server {
    pub(crate) fn peer(peer: Peer) -> Self {
        Self::Peer(Box::new(peer))
    }

    pub(crate) fn own(builder: BrokerBuilder) -> Self {
        Self::Own(Box::new(OwnBroker::start(builder)))
    }
}

impl Broker {
    pub(crate) fn new(server: Server, kind: &'static Kind) -> Self {
        let url = match &server {
            Server::Peer(peer) => peer.url(),
            Server::Own(broker) => format!("amqp://{}", broker.address()),
        };
        Self { kind, server: Mutex::new(server), endpoint: url.parse().unwrap() }
    }

    /// Kills the broker.
    pub(crate) fn kill(&self) {
        match &mut *self.server.lock().unwrap() {
            Server::Peer(peer) => peer.kill(),
            Server::Own(broker) => broker.kill(),
        }
    }

    /// Lets the broker stand still, or go on.
    pub(crate) fn freeze(&self, stands_still: bool) {
        match &mut *self.server.lock().unwrap() {
            Server::Peer(peer) => peer.freeze(stands_still),
            Server::Own(broker) => broker.freeze(stands_still),
        }
    }

    /// Asks the broker to end.
    pub(crate) fn ask_to_end(&self) {
        match &mut *self.server.lock().unwrap() {
            Server::Peer(peer) => peer.ask_to_end(),
            Server::Own(broker) => broker.ask_to_end(),
        }
    }

    /// Calls a function with the broker in memory, if it is that one.
    fn with_own(&self, call: impl FnOnce(&amqp_net::broker::Broker)) {
        if let Server::Own(broker) = &*self.server.lock().unwrap() {
            call(broker.handle());
        }
    }

    /// Runs the command line of RabbitMQ, if it is that one.
    fn rabbitmqctl(&self, arguments: &[&str]) {
        if let Server::Peer(peer) = &*self.server.lock().unwrap() {
            peer.rabbitmqctl(arguments);
        }
    }

    pub(crate) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) async fn connect(&self) -> Connection {
        self.connect_with(ConnectionSettings::new("client")).await
    }

    pub(crate) async fn connect_with(&self, settings: ConnectionSettings) -> Connection {
        let builder = Connection::builder().settings(settings);
        let builder = match self.kind.login {
            Login::Plain => builder.sasl(Plain::new("guest", "guest").unwrap()),
            Login::Anonymous => builder.sasl(Anonymous::default()),
        };
        builder.connect(&self.endpoint).await.unwrap()
    }

    pub(crate) fn address(&self, queue: &str) -> String {
        (self.kind.address)(queue)
    }

    /// Creates a queue, and returns its address.
    pub(crate) async fn queue(&self, connection: &Connection, queue: &str) -> String {
        if self.kind.management == Management::Handle {
            self.with_own(|broker| broker.declare_queue(queue).unwrap());
        } else if self.kind.management == Management::RabbitMq {
            let management = management::RabbitMq::open(connection).await;
            management.declare("dead", &[]).await;
            let arguments = [
                // Only queues of this type count failed deliveries.
                ("x-queue-type", "quorum"),
                ("x-dead-letter-exchange", ""),
                ("x-dead-letter-routing-key", "dead"),
            ];
            management.declare(queue, &arguments).await;
        }
        self.address(queue)
    }

    /// Creates a queue, and attaches a sender and a receiver to it.
    pub(crate) async fn links(
        &self,
        connection: &Connection,
        queue: &str,
        credit: Credit,
    ) -> (Sender, Receiver) {
        let address = self.queue(connection, queue).await;
        let sender = connection.sender(&*address).await.unwrap();
        let receiver = connection.receiver(&*address).credit(credit).await.unwrap();
        (sender, receiver)
    }
}

impl Broker {
    /// Deletes a queue, over a connection of its own.
    pub(crate) async fn delete(&self, queue: &str) {
        let connection = self.connect().await;
        match self.kind.management {
            Management::RabbitMq => {
                management::RabbitMq::open(&connection).await.delete(queue).await;
            }
            Management::Artemis => management::delete_in_artemis(&connection, queue).await,
            Management::BrokerJ => management::delete_in_broker_j(&connection, queue).await,
            Management::Messages => {
                let sender = connection.sender("delete").await.unwrap();
                sender.send(queue).await.unwrap();
            }
            Management::CommandLine => self.rabbitmqctl(&["delete_queue", queue]),
            Management::Handle => self.with_own(|broker| assert!(broker.delete(queue))),
        }
        connection.close().await.unwrap();
    }
}

/// Waits for what must come soon.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(SOON, future).await.expect("it does not come")
}

/// Returns the next delivery, which must come soon.
pub(crate) async fn receive(receiver: &Receiver) -> Delivery {
    soon(receiver.recv()).await.unwrap().unwrap()
}

/// Checks that no delivery comes.
pub(crate) async fn assert_quiet(receiver: &Receiver) {
    if let Ok(received) = timeout(QUIET, receiver.recv()).await {
        panic!("{:?}", received.map(|delivery| delivery.map(|it| it.octets().clone())));
    }
}

/// Checks that a queue is empty, by a receiver of its own.
pub(crate) async fn assert_empty(connection: &Connection, address: &str) {
    let receiver = connection.receiver(address).credit(Credit::Auto(1)).await.unwrap();
    assert_quiet(&receiver).await;
    receiver.close().await.unwrap();
}
