//! Who a consumer is, and what became of the messages that it had.

use std::sync::Arc;

use tokio::sync::Notify;

use super::message::Message;

/// A consumer of a node.
#[derive(Clone, Debug)]
pub(super) struct ConsumerKey {
    /// Not 0, and unique in the broker.
    pub(super) id: u64,
    /// Whether it leaves messages where they are.
    pub(super) is_browser: bool,
    /// Tells the consumer that there may be messages.
    pub(super) notify: Arc<Notify>,
}

/// What became of messages that a consumer had.
#[derive(Debug, Default)]
pub(super) struct Settlement {
    /// The number of messages that are gone, and their octets.
    pub(super) gone: usize,
    pub(super) octets: u64,
    /// Those that go back, each with its former size.
    pub(super) returned: Vec<(Message, u64)>,
    /// Those among them that must not come to the same consumer again, by their places.
    pub(super) refused: Vec<u64>,
    /// Those among the messages that are gone that go to dead letters.
    pub(super) dead: Vec<Message>,
}

impl Settlement {
    pub(super) const fn is_empty(&self) -> bool {
        self.gone == 0 && self.returned.is_empty()
    }
}
