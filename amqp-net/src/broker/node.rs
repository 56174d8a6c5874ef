//! A queue or a topic.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use amqp_types::messaging::EncodedMessage;
use amqp_types::transport::{AmqpError, Error};
use bytestring::ByteString;
use tokio::sync::watch;

use super::address::NodeKind;
use super::changes::Changes;
use super::info::QueueInfo;
use super::limits::{Limits, MESSAGE_OVERHEAD, Usage, exceeded};
use super::message::Message;
use super::settlement::{ConsumerKey, Settlement};
use super::store::Store;
use crate::clock;

/// A queue or a topic, which links have as their source or target.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) address: ByteString,
    pub(super) kind: NodeKind,
    /// Whether it stays although nobody uses it.
    pub(super) is_declared: bool,
    limits: Limits,
    usage: Arc<Usage>,
    changes: Arc<Changes>,
    state: Mutex<State>,
    /// Whether it has been deleted.
    deleted: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    /// The one store of a queue, or that of each consumer of a topic.
    stores: BTreeMap<u64, Store>,
    producers: usize,
    is_deleted: bool,
}

/// The key of the store of a queue.
const SHARED: u64 = 0;

impl Node {
    pub(super) fn new(
        address: ByteString,
        kind: NodeKind,
        is_declared: bool,
        limits: Limits,
        usage: Arc<Usage>,
        changes: Arc<Changes>,
    ) -> Self {
        let stores = match kind {
            NodeKind::Queue => BTreeMap::from([(SHARED, Store::default())]),
            NodeKind::Topic => BTreeMap::new(),
        };
        let state = Mutex::new(State { stores, ..State::default() });
        let deleted = watch::Sender::new(false);
        Self { address, kind, is_declared, limits, usage, changes, state, deleted }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    const fn key(&self, consumer: u64) -> u64 {
        match self.kind {
            NodeKind::Queue => SHARED,
            NodeKind::Topic => consumer,
        }
    }

    /// Adds messages at the end, in order. The result of each is added to `results`.
    pub(super) fn publish(
        &self,
        messages: impl Iterator<Item = Message>,
        results: &mut Vec<Result<(), Error>>,
    ) {
        let now = clock::now();
        let mut state = self.lock();
        results.extend(messages.map(|message| self.push(&mut state, message, now)));
        state.stores.values_mut().for_each(Store::wake);
        drop(state);
        self.changes.tell();
    }

    fn push(&self, state: &mut State, message: Message, now: Instant) -> Result<(), Error> {
        if state.is_deleted {
            return Err(self.gone());
        }
        // A message goes to all consumers of a topic or to none.
        for store in state.stores.values_mut() {
            self.check_room(store, &message, now)?;
        }
        let mut stores = state.stores.values_mut();
        let last = stores.next_back();
        for store in stores {
            self.usage.add(message.cost());
            store.push(message.clone());
        }
        if let Some(last) = last {
            self.usage.add(message.cost());
            last.push(message);
        }
        Ok(())
    }

    fn check_room(&self, store: &mut Store, message: &Message, now: Instant) -> Result<(), Error> {
        let Limits { max_queue_messages, max_queue_octets, max_octets, .. } = self.limits;
        let check = |store: &Store| {
            if store.len() >= max_queue_messages {
                Some(("max_queue_messages", max_queue_messages as u64))
            } else if store.octets() + message.size() > max_queue_octets {
                Some(("max_queue_octets", max_queue_octets))
            } else if self.usage.get() + message.cost() > max_octets {
                Some(("max_octets", max_octets))
            } else {
                None
            }
        };
        if check(store).is_some() {
            self.usage.sub(store.expire(now));
        }
        match check(store) {
            Some((name, limit)) => {
                Err(exceeded(&format!("`{}` is full", self.address), name, limit))
            }
            None => Ok(()),
        }
    }

    /// Returns how many octets more there can be for a consumer.
    pub(super) fn room(&self, consumer: u64) -> u64 {
        let Limits { max_queue_octets, max_octets, .. } = self.limits;
        let state = self.lock();
        let octets = state.stores.get(&self.key(consumer)).map_or(0, Store::octets);
        drop(state);
        max_queue_octets.saturating_sub(octets).min(max_octets.saturating_sub(self.usage.get()))
    }

    /// Adds dead letters. If there is no room, the oldest are removed. Returns how many were lost.
    fn bury(&self, messages: Vec<Message>) -> usize {
        let now = clock::now();
        let mut state = self.lock();
        let mut lost = 0;
        for message in messages {
            for store in state.stores.values_mut() {
                while self.check_room(store, &message, now).is_err()
                    && let Some(cost) = store.pop()
                {
                    self.usage.sub(cost);
                    lost += 1;
                }
            }
            lost += usize::from(self.push(&mut state, message, now).is_err());
        }
        state.stores.values_mut().for_each(Store::wake);
        lost
    }

    /// Attaches a consumer.
    ///
    /// # Errors
    ///
    /// Fails if the node has been deleted.
    pub(super) fn add_consumer(&self, consumer: &ConsumerKey) -> Result<(), Error> {
        let mut state = self.lock();
        if state.is_deleted {
            return Err(self.gone());
        }
        let store = state.stores.entry(self.key(consumer.id)).or_default();
        let notify = Arc::clone(&consumer.notify);
        store.add_consumer(consumer.id, consumer.is_browser, notify);
        drop(state);
        self.changes.tell();
        Ok(())
    }

    /// Detaches a consumer, after it has given back what it had.
    pub(super) fn remove_consumer(&self, consumer: u64) {
        let mut state = self.lock();
        if self.kind == NodeKind::Topic {
            if let Some(mut store) = state.stores.remove(&consumer) {
                self.usage.sub(store.clear());
            }
        } else if let Some(store) = state.stores.get_mut(&SHARED) {
            store.remove_consumer(consumer);
        }
        drop(state);
        self.changes.tell();
    }

    /// Takes up to `most` messages for a consumer, or copies those after `from` if it is a browser.
    pub(super) fn take(
        &self,
        consumer: &ConsumerKey,
        from: u64,
        most: usize,
        taken: &mut Vec<Message>,
    ) {
        let mut state = self.lock();
        let Some(store) = state.stores.get_mut(&self.key(consumer.id)) else { return };
        self.usage.sub(store.expire(clock::now()));
        if consumer.is_browser {
            store.browse(consumer.id, from, most, taken);
        } else {
            store.take(consumer.id, most, taken);
        }
        drop(state);
        self.changes.tell();
    }

    /// Takes what became of messages that a consumer had. Returns how many dead letters were lost, if there is a node for
    /// them. It is locked together with this one, so that nobody sees a message in neither. Nobody is told of the change:
    /// the caller does that once it holds no lock.
    pub(super) fn settle(
        &self,
        consumer: u64,
        settlement: Settlement,
        dead_letters: Option<&Self>,
    ) -> usize {
        let Settlement { gone, octets, mut returned, mut refused, dead } = settlement;
        // Both can be long.
        returned.sort_unstable_by_key(|(message, _)| message.place);
        refused.sort_unstable();
        let mut state = self.lock();
        // The messages of a node that was deleted are not counted any more.
        if let Some(store) = state.stores.get_mut(&self.key(consumer)) {
            store.settle(gone, octets);
            self.usage.sub(octets + gone as u64 * MESSAGE_OVERHEAD);
            for (message, before) in &mut returned {
                store.resize(*before, message.size());
                self.usage.add(message.size());
                self.usage.sub(*before);
                if refused.binary_search(&message.place).is_ok() {
                    message.refuse(consumer, |id| store.has_consumer(id));
                }
            }
            store.give_back(returned.into_iter().map(|(message, _)| message).collect());
            store.wake();
        }
        // The locks are taken in this order alone, because dead letters that are rejected go nowhere.
        dead_letters.map_or(0, |node| node.bury(dead))
    }

    /// Wakes another consumer, because one that was woken can take nothing.
    pub(super) fn pass_on(&self, consumer: u64) {
        if let Some(store) = self.lock().stores.get_mut(&self.key(consumer)) {
            store.wake();
        }
    }

    /// Attaches a producer.
    ///
    /// # Errors
    ///
    /// Fails if the node has been deleted.
    pub(super) fn add_producer(&self) -> Result<(), Error> {
        let mut state = self.lock();
        if state.is_deleted {
            return Err(self.gone());
        }
        state.producers += 1;
        drop(state);
        self.changes.tell();
        Ok(())
    }

    pub(super) fn remove_producer(&self) {
        let mut state = self.lock();
        state.producers = state.producers.saturating_sub(1);
        drop(state);
        self.changes.tell();
    }

    /// Removes all messages that wait. Returns how many there were.
    pub(super) fn purge(&self) -> usize {
        let mut state = self.lock();
        let mut count = 0;
        for store in state.stores.values_mut() {
            count += store.ready_len();
            self.usage.sub(store.clear());
        }
        drop(state);
        self.changes.tell();
        count
    }

    /// Deletes the node, with its messages. Its links end.
    pub(super) fn delete(&self) {
        let mut state = self.lock();
        state.is_deleted = true;
        for store in std::mem::take(&mut state.stores).into_values() {
            self.usage.sub(store.cost());
        }
        drop(state);
        self.deleted.send_replace(true);
        self.changes.tell();
    }

    /// Deletes the node if nobody uses it. Returns whether it has been deleted.
    pub(super) fn delete_unused(&self) -> bool {
        let mut state = self.lock();
        let is_used = |store: &Store| store.len() > 0 || store.consumers() > 0;
        if self.is_declared || state.producers > 0 || state.stores.values().any(is_used) {
            return false;
        }
        state.is_deleted = true;
        true
    }

    #[cfg(test)]
    pub(super) fn cost(&self) -> u64 {
        self.lock().stores.values().map(Store::cost).sum()
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.lock().is_deleted
    }

    /// Returns what tells when the node is deleted.
    pub(super) fn watch(&self) -> watch::Receiver<bool> {
        self.deleted.subscribe()
    }

    /// Returns the error of a link whose node has been deleted.
    pub(super) fn gone(&self) -> Error {
        Error::new(AmqpError::ResourceDeleted, format!("`{}` has been deleted", self.address))
    }

    pub(super) fn info(&self) -> QueueInfo {
        let mut state = self.lock();
        let mut info = QueueInfo {
            producers: state.producers,
            ..QueueInfo::new(self.address.clone(), self.kind)
        };
        let now = clock::now();
        for store in state.stores.values_mut() {
            self.usage.sub(store.expire(now));
            info.ready += store.ready_len();
            info.unsettled += store.unsettled();
            info.octets += store.octets();
            info.consumers += store.consumers();
        }
        info
    }

    /// Returns the earliest time at which a message that waits can expire.
    pub(super) fn next_expiry(&self) -> Option<Instant> {
        self.lock().stores.values().filter_map(Store::next_expiry).min()
    }

    pub(super) fn messages(&self) -> Vec<EncodedMessage> {
        let now = clock::now();
        let state = self.lock();
        let ready = state.stores.values().flat_map(Store::ready);
        ready.filter(|it| !it.is_expired(now)).map(|message| message.to_encoded(now)).collect()
    }
}

/// Octets that are held no more.
impl Drop for Node {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        for store in state.stores.values() {
            self.usage.sub(store.cost());
        }
    }
}
