//! The messages that a consumer has and has not settled.

use std::collections::VecDeque;

use super::message::Message;

/// The messages that a consumer has and has not settled, by the numbers of their deliveries.
#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// The numbers go up. One that is settled before those that precede it leaves a gap.
    messages: VecDeque<(u64, Option<Message>)>,
    gaps: usize,
}

/// The number of gaps from which on they are removed if they are more than the messages.
const MANY_GAPS: usize = 64;

impl Unsettled {
    /// Adds a message, whose number is higher than all before.
    pub(super) fn push(&mut self, delivery: u64, message: Message) {
        self.messages.push_back((delivery, Some(message)));
    }

    pub(super) fn remove(&mut self, delivery: u64) -> Option<Message> {
        let index = self.messages.binary_search_by_key(&delivery, |(number, _)| *number).ok()?;
        let removed = self.messages.get_mut(index)?.1.take()?;
        self.gaps += 1;
        while self.messages.front().is_some_and(|(_, message)| message.is_none()) {
            self.messages.pop_front();
            self.gaps -= 1;
        }
        // A message that is never settled must not keep the gaps that follow it.
        if self.gaps >= MANY_GAPS && self.gaps > self.messages.len() / 2 {
            self.messages.retain(|(_, message)| message.is_some());
            self.gaps = 0;
        }
        Some(removed)
    }

    /// Returns all messages, in the order of their deliveries.
    pub(super) fn into_messages(self) -> impl Iterator<Item = Message> {
        self.messages.into_iter().filter_map(|(_, message)| message)
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::{Body, Message as Parts};
    use amqp_types::transport::MessageFormat;

    use super::*;

    #[test]
    fn a_message_that_is_never_settled_keeps_no_gaps() {
        let octets = Parts { body: Body::value("m"), ..Parts::default() }.to_bytes().unwrap();
        let message = Message::new(octets, MessageFormat::default(), crate::clock::now()).unwrap();
        let mut unsettled = Unsettled::default();
        unsettled.push(0, message.clone());
        for delivery in 1..10_000 {
            unsettled.push(delivery, message.clone());
            assert!(unsettled.remove(delivery).is_some() && unsettled.remove(delivery).is_none());
            assert!(unsettled.messages.len() <= 2 * MANY_GAPS, "{}", unsettled.messages.len());
        }
        assert_eq!(unsettled.into_messages().count(), 1);
    }
}
