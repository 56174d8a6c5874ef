//! The messages that wait for consumers, in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Notify;

use super::limits::MESSAGE_OVERHEAD;
use super::message::Message;

/// The messages that wait for the same consumers, and these consumers.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// In the order of their places.
    ready: VecDeque<Message>,
    /// The number of messages that consumers have and that are not settled.
    unsettled: usize,
    /// The octets of both.
    octets: u64,
    next_place: u64,
    /// The earliest time at which a message can expire.
    next_expiry: Option<Instant>,
    /// Whether there may be a message that some consumer must not have.
    has_refused: bool,
    consumers: VecDeque<Registered>,
}

/// A consumer, and whether it waits for messages.
#[derive(Debug)]
struct Registered {
    id: u64,
    is_browser: bool,
    is_waiting: bool,
    notify: Arc<Notify>,
}

impl Store {
    pub(super) fn ready(&self) -> impl Iterator<Item = &Message> {
        self.ready.iter()
    }

    pub(super) fn ready_len(&self) -> usize {
        self.ready.len()
    }

    pub(super) const fn unsettled(&self) -> usize {
        self.unsettled
    }

    /// Returns the number of messages, settled or not.
    pub(super) fn len(&self) -> usize {
        self.ready.len() + self.unsettled
    }

    pub(super) const fn octets(&self) -> u64 {
        self.octets
    }

    /// Returns the number of octets that its messages take in memory.
    pub(super) fn cost(&self) -> u64 {
        self.octets + self.len() as u64 * MESSAGE_OVERHEAD
    }

    pub(super) const fn next_expiry(&self) -> Option<Instant> {
        self.next_expiry
    }

    pub(super) fn consumers(&self) -> usize {
        self.consumers.len()
    }

    pub(super) fn has_consumer(&self, id: u64) -> bool {
        self.consumers.iter().any(|consumer| consumer.id == id)
    }

    /// Adds a message at the end.
    pub(super) fn push(&mut self, mut message: Message) {
        message.place = self.next_place;
        self.next_place += 1;
        self.octets += message.size();
        self.next_expiry = self.next_expiry.into_iter().chain(message.expires).min();
        self.ready.push_back(message);
    }

    /// Removes the oldest message that waits. Returns its cost.
    pub(super) fn pop(&mut self) -> Option<u64> {
        let message = self.ready.pop_front()?;
        self.octets -= message.size();
        Some(message.cost())
    }

    /// Removes the messages that have expired. Returns their cost.
    pub(super) fn expire(&mut self, now: Instant) -> u64 {
        if self.next_expiry.is_none_or(|next| next > now) {
            return 0;
        }
        let before = self.cost();
        let Self { ready, octets, .. } = self;
        ready.retain(|message| {
            let is_kept = !message.is_expired(now);
            if !is_kept {
                *octets -= message.size();
            }
            is_kept
        });
        self.next_expiry = self.ready.iter().filter_map(|message| message.expires).min();
        before - self.cost()
    }

    /// Removes all messages that wait. Returns their cost.
    pub(super) fn clear(&mut self) -> u64 {
        std::iter::from_fn(|| self.pop()).sum()
    }

    /// Takes up to `most` messages for a consumer. Other consumers that wait get their share. If there is none, the
    /// consumer waits, and is woken when there may be some.
    pub(super) fn take(&mut self, consumer: u64, most: usize, taken: &mut Vec<Message>) {
        let others =
            self.consumers.iter().filter(|it| it.is_waiting && !it.is_browser && it.id != consumer);
        let share = self.ready.len().div_ceil(others.count() + 1).min(most);
        let before = taken.len();
        let mut index = 0;
        while taken.len() - before < share
            && let Some(message) = self.ready.get(index)
        {
            if message.is_refused_by(consumer) {
                index += 1;
            } else {
                taken.extend(self.ready.remove(index));
            }
        }
        self.has_refused &= !self.ready.is_empty();
        let count = taken.len() - before;
        self.unsettled += count;
        self.set_waiting(consumer, count == 0);
    }

    /// Returns copies of up to `most` messages from a place on, for a consumer that leaves them where they are.
    pub(super) fn browse(
        &mut self,
        consumer: u64,
        from: u64,
        most: usize,
        taken: &mut Vec<Message>,
    ) {
        let start = self.ready.partition_point(|message| message.place < from);
        let before = taken.len();
        taken.extend(self.ready.range(start..).take(most).cloned());
        self.set_waiting(consumer, taken.len() == before);
    }

    /// Takes messages back that consumers had, which are in the order of their places.
    pub(super) fn give_back(&mut self, messages: Vec<Message>) {
        let Some(last) = messages.last() else { return };
        self.unsettled -= messages.len();
        // The messages that precede the last of them are moved once, however many come back between them.
        let preceding = self.ready.partition_point(|other| other.place < last.place);
        let mut preceding: Vec<_> = self.ready.drain(..preceding).collect();
        for message in messages.into_iter().rev() {
            while let Some(later) = preceding.pop_if(|other| other.place > message.place) {
                self.ready.push_front(later);
            }
            self.next_expiry = self.next_expiry.into_iter().chain(message.expires).min();
            self.has_refused |= message.is_refused();
            self.ready.push_front(message);
        }
        preceding.into_iter().rev().for_each(|message| self.ready.push_front(message));
    }

    /// Forgets messages that consumers had.
    pub(super) const fn settle(&mut self, count: usize, octets: u64) {
        self.unsettled -= count;
        self.octets -= octets;
    }

    /// Corrects the count of octets after messages have been changed.
    pub(super) const fn resize(&mut self, from: u64, to: u64) {
        self.octets = self.octets + to - from;
    }

    pub(super) fn add_consumer(&mut self, id: u64, is_browser: bool, notify: Arc<Notify>) {
        self.consumers.push_back(Registered { id, is_browser, is_waiting: false, notify });
    }

    /// Removes a consumer. Those that wait get what it was woken for.
    pub(super) fn remove_consumer(&mut self, id: u64) {
        self.consumers.retain(|consumer| consumer.id != id);
        self.wake();
    }

    fn set_waiting(&mut self, id: u64, is_waiting: bool) {
        if let Some(consumer) = self.consumers.iter_mut().find(|consumer| consumer.id == id) {
            consumer.is_waiting = is_waiting;
        }
    }

    /// Wakes consumers that wait: in turn, as many as there are messages, because each takes at least
    /// one, or wakes another; but all of them if there are messages that some must not have.
    pub(super) fn wake(&mut self) {
        let mut left = if self.has_refused { usize::MAX } else { self.ready.len() };
        let mut last = None;
        for (index, consumer) in self.consumers.iter_mut().enumerate() {
            if consumer.is_waiting && (left > 0 || consumer.is_browser) {
                consumer.is_waiting = false;
                consumer.notify.notify_one();
                if !consumer.is_browser {
                    left -= 1;
                    last = Some(index);
                }
            }
        }
        if let Some(last) = last {
            self.consumers.rotate_left(last + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::messaging::{Body, Message as Parts};
    use amqp_types::transport::MessageFormat;

    use super::*;

    #[test]
    fn messages_that_go_back_find_their_places_in_time() {
        const COUNT: usize = 200_000;
        let octets = Parts { body: Body::value("m"), ..Parts::default() }.to_bytes().unwrap();
        let message = Message::new(octets, MessageFormat::default(), crate::clock::now()).unwrap();
        let mut store = Store::default();
        (0..COUNT).for_each(|_| store.push(message.clone()));
        let mut taken = Vec::new();
        store.take(1, COUNT / 2, &mut taken);
        store.take(1, COUNT / 2, &mut taken);
        // Two consumers had every other message each.
        let (even, odd) = taken.into_iter().partition(|message| message.place % 2 == 0);
        store.give_back(even);
        let before = Instant::now();
        store.give_back(odd);
        assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
        assert!(store.ready().map(|message| message.place).eq(0..COUNT as u64));
        assert_eq!(store.unsettled(), 0);
    }
}
