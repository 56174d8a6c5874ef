//! The settings of a queue to declare.

use amqp_types::{ByteString, Composite, Value};

use super::Arguments;

/// A queue to declare: its name, its type and its arguments.
///
/// By default it is durable, not exclusive, and not deleted automatically.
///
/// ```
/// use amqp_net::rabbitmq::QueueSettings;
///
/// let orders = QueueSettings::quorum("orders").argument("x-delivery-limit", 5);
/// let log = QueueSettings::stream("log").argument("x-max-age", "7D");
/// let answers = QueueSettings::classic("answers").exclusive(true).auto_delete(true);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a queue is declared by `Management::declare_queue`"]
pub struct QueueSettings {
    pub(super) name: ByteString,
    pub(super) body: QueueBody,
}

/// The body of the request.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
pub(super) struct QueueBody {
    durable: bool,
    exclusive: bool,
    #[amqp(rename = "auto_delete")]
    auto_delete: bool,
    arguments: Arguments,
}

impl QueueSettings {
    /// Creates the settings of a queue of the default type of the virtual host.
    pub fn new(name: impl Into<ByteString>) -> Self {
        let arguments = Arguments::new();
        let body = QueueBody { durable: true, exclusive: false, auto_delete: false, arguments };
        Self { name: name.into(), body }
    }

    /// Creates the settings of a quorum queue, which is replicated.
    pub fn quorum(name: impl Into<ByteString>) -> Self {
        Self::new(name).argument("x-queue-type", "quorum")
    }

    /// Creates the settings of a classic queue, which is on one node.
    pub fn classic(name: impl Into<ByteString>) -> Self {
        Self::new(name).argument("x-queue-type", "classic")
    }

    /// Creates the settings of a stream, which keeps its messages after they have been received.
    pub fn stream(name: impl Into<ByteString>) -> Self {
        Self::new(name).argument("x-queue-type", "stream")
    }

    /// Sets whether the queue survives a restart of the broker. Quorum queues and streams must be durable.
    pub const fn durable(mut self, is_durable: bool) -> Self {
        self.body.durable = is_durable;
        self
    }

    /// Sets whether only this connection can use the queue, which is deleted when the connection ends.
    pub const fn exclusive(mut self, is_exclusive: bool) -> Self {
        self.body.exclusive = is_exclusive;
        self
    }

    /// Sets whether the queue is deleted when its last receiver is detached.
    pub const fn auto_delete(mut self, is_deleted: bool) -> Self {
        self.body.auto_delete = is_deleted;
        self
    }

    /// Sets an optional argument, such as `x-max-length` or `x-dead-letter-exchange`. RabbitMQ ignores arguments that
    /// it does not know.
    pub fn argument(mut self, name: impl Into<ByteString>, value: impl Into<Value>) -> Self {
        self.body.arguments.insert(name.into(), value.into());
        self
    }
}
