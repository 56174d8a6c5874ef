//! The messages that a consumer has and has not settled.

use std::collections::VecDeque;

use super::message::Message;

/// The messages that a consumer has and has not settled, by the numbers of their deliveries.
#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// The numbers go up. One that is settled before those that precede it leaves a gap.
    messages: VecDeque<(u64, Option<Message>)>,
}

impl Unsettled {
    /// Adds a message, whose number is higher than all before.
    pub(super) fn push(&mut self, delivery: u64, message: Message) {
        self.messages.push_back((delivery, Some(message)));
    }

    pub(super) fn remove(&mut self, delivery: u64) -> Option<Message> {
        let index = self.messages.binary_search_by_key(&delivery, |(number, _)| *number).ok()?;
        let removed = self.messages.get_mut(index)?.1.take();
        while self.messages.front().is_some_and(|(_, message)| message.is_none()) {
            self.messages.pop_front();
        }
        removed
    }

    /// Returns all messages, in the order of their deliveries.
    pub(super) fn into_messages(self) -> impl Iterator<Item = Message> {
        self.messages.into_iter().filter_map(|(_, message)| message)
    }
}
