//! The settings of an exchange to declare.

use amqp_types::{ByteString, Composite, Value};

use super::Arguments;

/// An exchange to declare: its name, its type and its arguments.
///
/// By default it is durable, not internal, and not deleted automatically.
///
/// ```
/// use amqp_net::rabbitmq::ExchangeSettings;
///
/// let events = ExchangeSettings::topic("events").argument("alternate-exchange", "unrouted");
/// let shards = ExchangeSettings::new("shards", "x-consistent-hash");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an exchange is declared by `Management::declare_exchange`"]
pub struct ExchangeSettings {
    pub(super) name: ByteString,
    pub(super) body: ExchangeBody,
}

/// The body of the request.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
pub(super) struct ExchangeBody {
    #[amqp(rename = "type")]
    exchange_type: ByteString,
    durable: bool,
    #[amqp(rename = "auto_delete")]
    auto_delete: bool,
    internal: bool,
    arguments: Arguments,
}

impl ExchangeSettings {
    /// Creates the settings of an exchange of any type, such as that of a plugin.
    pub fn new(name: impl Into<ByteString>, exchange_type: impl Into<ByteString>) -> Self {
        let body = ExchangeBody {
            exchange_type: exchange_type.into(),
            durable: true,
            auto_delete: false,
            internal: false,
            arguments: Arguments::new(),
        };
        Self { name: name.into(), body }
    }

    /// Creates the settings of an exchange whose routing keys are compared as a whole.
    pub fn direct(name: impl Into<ByteString>) -> Self {
        Self::new(name, "direct")
    }

    /// Creates the settings of an exchange that ignores routing keys.
    pub fn fanout(name: impl Into<ByteString>) -> Self {
        Self::new(name, "fanout")
    }

    /// Creates the settings of an exchange whose binding keys are patterns of words separated by dots: `*` stands for
    /// one word, `#` for any number.
    pub fn topic(name: impl Into<ByteString>) -> Self {
        Self::new(name, "topic")
    }

    /// Creates the settings of an exchange that compares application properties with the arguments of bindings.
    pub fn headers(name: impl Into<ByteString>) -> Self {
        Self::new(name, "headers")
    }

    /// Sets whether the exchange survives a restart of the broker.
    pub const fn durable(mut self, is_durable: bool) -> Self {
        self.body.durable = is_durable;
        self
    }

    /// Sets whether the exchange is deleted when its last binding is.
    pub const fn auto_delete(mut self, is_deleted: bool) -> Self {
        self.body.auto_delete = is_deleted;
        self
    }

    /// Sets whether the exchange takes messages only from other exchanges, and not from clients.
    pub const fn internal(mut self, is_internal: bool) -> Self {
        self.body.internal = is_internal;
        self
    }

    /// Sets an optional argument, such as `alternate-exchange`. RabbitMQ ignores arguments that it does not know.
    pub fn argument(mut self, name: impl Into<ByteString>, value: impl Into<Value>) -> Self {
        self.body.arguments.insert(name.into(), value.into());
        self
    }
}
