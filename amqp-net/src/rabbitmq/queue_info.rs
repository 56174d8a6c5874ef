//! The state of a queue.

use amqp_types::{ByteString, Composite, Map, Multiple, Value};

/// The state of a queue, as RabbitMQ reports it.
#[derive(Clone, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
#[non_exhaustive]
pub struct QueueInfo {
    /// The name of the queue.
    pub name: ByteString,
    /// The type, such as `quorum`, `classic` or `stream`.
    #[amqp(rename = "type")]
    pub queue_type: ByteString,
    /// Whether the queue survives a restart of the broker.
    pub durable: bool,
    /// Whether only one connection can use the queue.
    pub exclusive: bool,
    /// Whether the queue is deleted when its last receiver is detached.
    #[amqp(rename = "auto_delete")]
    pub auto_delete: bool,
    /// The optional arguments.
    pub arguments: Map<ByteString, Value>,
    /// The number of messages that are ready to be delivered.
    #[amqp(rename = "message_count")]
    pub message_count: u64,
    /// The number of receivers.
    #[amqp(rename = "consumer_count")]
    pub consumer_count: u32,
    /// The node on which the leader of the queue is, if it has one at present.
    pub leader: Option<ByteString>,
    /// The nodes on which the queue is.
    pub replicas: Multiple<ByteString>,
}

/// The answer to the removal of messages.
#[derive(Clone, Copy, Debug, PartialEq, Composite)]
#[amqp(source = map, keys = string)]
pub(super) struct Removed {
    #[amqp(rename = "message_count")]
    pub(super) message_count: u64,
}
