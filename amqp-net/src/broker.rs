//! A broker in memory, for development and tests.
//!
//! ```
//! use amqp_net::Connection;
//! use amqp_net::amqp_types::transport::AmqpError;
//! use amqp_net::broker::{Broker, Failure};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let broker = Broker::start().await?;
//! let connection = Connection::connect(broker.url()).await?;
//! let sender = connection.sender("orders").await?;
//! let receiver = connection.receiver("orders").await?;
//!
//! sender.send("tea").await?;
//! let delivery = receiver.recv().await?.unwrap();
//! assert_eq!(delivery.decode::<&str>()?, "tea");
//! delivery.accept()?;
//!
//! // How does the program behave when an order is refused?
//! broker.fail(Failure::refuse_message(AmqpError::InternalError).at("orders"));
//! assert!(sender.send("coffee").await.is_err());
//! sender.send("water").await?;
//!
//! broker.until("orders", |orders| orders.unsettled == 1).await;
//! broker.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! It keeps everything in memory, in one process. For more than that, the same client code connects to RabbitMQ or
//! ActiveMQ Artemis by its URL. The page [`guide::broker`](crate::guide::broker) lists what it does and what it does
//! not.

mod address;
mod attach;
mod builder;
mod changes;
mod connection;
mod consumer;
mod event;
mod failure;
mod info;
mod limits;
mod message;
mod node;
mod producer;
mod settlement;
mod shared;
mod store;
mod unsettled;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use amqp_types::messaging::EncodedMessage;
use amqp_types::transport::Error;
use bytestring::ByteString;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};

pub use self::address::NodeKind;
pub use self::builder::BrokerBuilder;
pub use self::event::{Event, LinkInfo};
pub use self::failure::{Failure, Reason};
pub use self::info::{ConnectionInfo, QueueInfo};
use self::shared::Shared;
use crate::ServerSettings;

/// A broker in memory: see the [module](self).
///
/// It runs in tasks of the runtime in which it was started. When it is dropped, it stops in the background, and its
/// messages are gone; [`stop`](Self::stop) waits until it has.
#[derive(Debug)]
pub struct Broker {
    shared: Arc<Shared>,
    settings: ServerSettings,
    url: String,
    local_addr: Option<SocketAddr>,
}

/// The number of octets that a stream in memory holds in each direction.
const STREAM: usize = 256 << 10;

impl Broker {
    /// Starts a broker on a free port on loopback, which accepts everybody and makes queues when they are used.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if there is no port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts a broker without a port: clients connect over [`stream`](Self::stream).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use amqp_net::Connection;
    /// use amqp_net::broker::Broker;
    ///
    /// let broker = Broker::in_memory();
    /// let connection = Connection::builder().connect_over(broker.stream()).await?;
    /// connection.sender("orders").await?.send("tea").await?;
    /// assert_eq!(broker.queue("orders").unwrap().ready, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_memory() -> Self {
        Self::builder().in_memory()
    }

    /// Returns a builder with the defaults.
    pub fn builder() -> BrokerBuilder {
        BrokerBuilder::new()
    }

    /// Returns the URL to which clients connect, with the first user and the password if there are users. Without a port
    /// it is that of a host that does not exist.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address on which the broker listens, unless it has no port.
    pub const fn local_addr(&self) -> Option<SocketAddr> {
        self.local_addr
    }

    /// Connects a stream in memory, over which a client can connect by
    /// [`connect_over`](crate::ConnectionBuilder::connect_over).
    ///
    /// # Panics
    ///
    /// Panics outside of a runtime of tokio.
    pub fn stream(&self) -> DuplexStream {
        let (near, far) = duplex(STREAM);
        self.serve(far);
        near
    }

    /// Serves a client over any stream.
    ///
    /// # Panics
    ///
    /// Panics outside of a runtime of tokio.
    pub fn serve<S>(&self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        connection::accept_over(&self.shared, self.settings.clone(), stream);
    }

    /// Lets something fail on purpose, once or as the failure says. Of several failures that could happen to the same
    /// thing, the one that was added first happens.
    pub fn fail(&self, failure: Failure) {
        self.shared.failures.add(failure);
    }

    /// Lets nothing fail any more.
    pub fn heal(&self) {
        self.shared.failures.clear();
    }

    /// Makes a queue, which stays until it is deleted. Nothing happens if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is invalid or that of a topic, or there are too many queues.
    pub fn declare_queue(&self, address: &str) -> Result<(), Error> {
        self.shared.declare(address, NodeKind::Queue).map(drop)
    }

    /// Makes a topic, which stays until it is deleted. Nothing happens if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is invalid, that of a queue, or for dead letters, or there are too many queues.
    pub fn declare_topic(&self, address: &str) -> Result<(), Error> {
        self.shared.declare(address, NodeKind::Topic).map(drop)
    }

    /// Deletes a queue or a topic with its messages. Its links end with the condition `amqp:resource-deleted`. Returns
    /// whether there was one.
    pub fn delete(&self, address: &str) -> bool {
        self.shared.delete(address)
    }

    /// Removes all messages of a queue that wait for consumers. Returns how many there were.
    pub fn purge(&self, address: &str) -> usize {
        self.shared.find(address).map_or(0, |node| node.purge())
    }

    /// Returns what a queue or a topic holds, if there is one with this address.
    pub fn queue(&self, address: &str) -> Option<QueueInfo> {
        self.shared.find(address).map(|node| node.info())
    }

    /// Returns what all queues and topics hold, in the order of their addresses.
    pub fn queues(&self) -> Vec<QueueInfo> {
        self.shared.nodes().iter().map(|node| node.info()).collect()
    }

    /// Returns the messages of a queue that wait for consumers, in order, as they would be delivered. Empty if there is no
    /// such queue.
    pub fn messages(&self, address: &str) -> Vec<EncodedMessage> {
        self.shared.find(address).map(|node| node.messages()).unwrap_or_default()
    }

    /// Returns the clients that are connected.
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        self.shared.connections()
    }

    /// Waits until a queue is as it should be, and returns what it then holds. While there is no such queue, it is an
    /// empty one.
    pub async fn until(
        &self,
        address: &str,
        mut is_so: impl FnMut(&QueueInfo) -> bool,
    ) -> QueueInfo {
        let look = || {
            let none = || QueueInfo::new(ByteString::from(address), NodeKind::of(address));
            Some(self.queue(address).unwrap_or_else(none)).filter(&mut is_so)
        };
        // Nothing else happens when a message expires.
        let next = || self.shared.find(address).and_then(|node| node.next_expiry());
        self.shared.changes.until(look, next).await
    }

    /// Waits until this many clients are connected.
    pub async fn until_connected(&self, clients: usize) {
        let look = || (self.connections().len() == clients).then_some(());
        self.shared.changes.until(look, || None).await;
    }

    /// Stops the broker: closes all connections with the condition `amqp:connection:forced`, and waits until they have
    /// ended and the port is free.
    pub async fn stop(self) {
        self.shared.stop.send_replace(true);
        self.shared.stop.closed().await;
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shared.stop.send_replace(true);
    }
}
