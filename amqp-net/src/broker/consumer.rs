//! A link on which a client receives.

use std::sync::Arc;

use amqp_types::messaging::{Outcome, Rejected};
use amqp_types::transport::{Error, Fields};
use amqp_types::{Map, Symbol, Value};

use super::message::Message;
use super::node::Node;
use super::settlement::{ConsumerKey, Settlement};
use super::shared::{Shared, raised};
use super::unsettled::Unsettled;
use crate::clock;
use crate::{Demand, Dispatcher, SendError, Settled};

/// A consumer of a node. When it is dropped, what it has gets the default outcome.
#[derive(Debug)]
pub(super) struct Consumer {
    shared: Arc<Shared>,
    node: Arc<Node>,
    key: ConsumerKey,
    /// The outcome of deliveries that are settled without one, or by the end of the link.
    default_outcome: Outcome,
    unsettled: Unsettled,
    /// The place after the last message that a browser has seen.
    seen: u64,
}

/// The number of messages that are taken and sent at once.
const BATCH: usize = 256;

impl Consumer {
    /// Attaches a consumer to a node.
    pub(super) fn new(
        shared: Arc<Shared>,
        node: Arc<Node>,
        key: ConsumerKey,
        default_outcome: Outcome,
    ) -> Result<Self, Error> {
        node.add_consumer(&key)?;
        let unsettled = Unsettled::default();
        Ok(Self { shared, node, key, default_outcome, unsettled, seen: 0 })
    }

    /// Sends what the node has and the client accepts, until the link ends. Returns the error of the broker with which
    /// it ended it, if it did.
    pub(super) async fn run(mut self, mut link: Dispatcher) -> Option<Error> {
        let mut deleted = self.node.watch();
        let mut settled = Vec::new();
        // Whether there may be messages for it.
        let mut is_hungry = true;
        loop {
            let demand = tokio::select! {
                demand = link.next(is_hungry, &mut settled) => demand,
                () = self.key.notify.notified(), if !is_hungry => {
                    is_hungry = true;
                    tokio::select! {
                        biased;
                        demand = link.next(true, &mut settled) => {
                            // The client may only drain the link, or have settled deliveries.
                            if matches!(demand, Ok(Demand { credit: 0, .. })) {
                                self.node.pass_on(self.key.id);
                            }
                            demand
                        }
                        () = std::future::ready(()) => {
                            self.node.pass_on(self.key.id);
                            continue;
                        }
                    }
                }
                () = raised(&mut deleted) => {
                    let gone = self.node.gone();
                    let _ = link.close_with(gone.clone()).await;
                    return Some(gone);
                }
            };
            self.settle(&mut settled);
            let Ok(Demand { credit, drain }) = demand else { return None };
            if credit > 0 && (is_hungry || drain) {
                is_hungry = self.send(&mut link, credit as usize);
                if is_hungry {
                    continue;
                }
            }
            if drain {
                link.drained();
            }
        }
    }

    /// Sends messages. Returns whether there were any.
    fn send(&mut self, link: &mut Dispatcher, credit: usize) -> bool {
        let mut taken = Vec::new();
        self.node.take(&self.key, self.seen, credit.min(BATCH), &mut taken);
        if taken.is_empty() {
            return false;
        }
        let now = clock::now();
        let mut sent = Vec::with_capacity(taken.len());
        let result = link.dispatch(taken.iter().map(|message| message.outgoing(now)), &mut sent);
        let is_too_large = matches!(result, Err(SendError::TooLarge { .. }));
        if self.key.is_browser {
            // One that is too large for the client is left out.
            let seen = sent.len() + usize::from(is_too_large);
            let last = taken.iter().take(seen).next_back();
            self.seen = last.map_or(self.seen, |last| last.place + 1);
            return true;
        }
        let mut settlement = Settlement::default();
        let mut unsent = taken.into_iter();
        for (delivery, message) in sent.into_iter().zip(unsent.by_ref()) {
            if link.is_settled() {
                settlement.gone += 1;
                settlement.octets += message.size();
            } else {
                self.unsettled.push(delivery, message);
            }
        }
        for message in unsent {
            if is_too_large && settlement.returned.is_empty() {
                settlement.refused.push(message.place);
            }
            let size = message.size();
            settlement.returned.push((message, size));
        }
        self.finish(settlement);
        true
    }

    /// Does what the outcomes of deliveries want.
    fn settle(&mut self, settled: &mut Vec<Settled>) {
        let messages = settled.drain(..).filter_map(|Settled { delivery, outcome }| {
            // Browsers leave all messages where they are.
            Some((self.unsettled.remove(delivery)?, outcome))
        });
        let messages: Vec<_> = messages.collect();
        self.apply(messages);
    }

    /// Does with messages what their outcomes want, or else the default outcome.
    fn apply(&self, messages: impl IntoIterator<Item = (Message, Option<Outcome>)>) {
        let mut settlement = Settlement::default();
        // The octets by which messages may grow, and by which they have grown.
        let (mut room, mut grown) = (None, 0);
        for (mut message, outcome) in messages {
            let size = message.size();
            match outcome.unwrap_or_else(|| self.default_outcome.clone()) {
                Outcome::Accepted(_) => {}
                Outcome::Rejected(Rejected { error }) => {
                    if let Some(error) = error {
                        let most = self.shared.limits.max_message_size;
                        message.annotate(&reason(&error), most);
                    }
                    message.acquire();
                    settlement.dead.push(message);
                }
                outcome => {
                    if let Outcome::Modified(changes) = outcome {
                        let room = *room.get_or_insert_with(|| self.node.room(self.key.id));
                        let most = size.saturating_add(room - grown);
                        let most = most.min(self.shared.limits.max_message_size);
                        message.modify(&changes, most);
                        grown += message.size().saturating_sub(size);
                        if changes.undeliverable_here == Some(true) {
                            settlement.refused.push(message.place);
                        }
                    }
                    message.acquire();
                    settlement.returned.push((message, size));
                    continue;
                }
            }
            settlement.gone += 1;
            settlement.octets += size;
        }
        self.finish(settlement);
    }

    fn finish(&self, settlement: Settlement) {
        if !settlement.is_empty() {
            self.shared.settle(&self.node, self.key.id, settlement);
        }
    }
}

/// Returns the annotations of a message that has been rejected for this reason.
fn reason(error: &Error) -> Fields {
    let condition = Symbol::from_static("x-opt-dead-letter-condition");
    let description = Symbol::from_static("x-opt-dead-letter-description");
    let mut reason = Map::from_iter([(condition, Value::from(error.condition.as_str()))]);
    if let Some(text) = &error.description {
        reason.insert(description, Value::from(&**text));
    }
    Fields(reason)
}

impl Drop for Consumer {
    /// Settles what is unsettled: the default outcome is also for a source that is gone (3.5.3).
    fn drop(&mut self) {
        let unsettled = std::mem::take(&mut self.unsettled);
        self.apply(unsettled.into_messages().map(|message| (message, None)));
        self.node.remove_consumer(self.key.id);
    }
}
