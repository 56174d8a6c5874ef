//! What all connections of a broker share.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amqp_types::transport::{AmqpError, Error};
use bytestring::ByteString;
use tokio::sync::watch;

use super::address::{self, NodeKind};
use super::changes::Changes;
use super::event::Event;
use super::failure::Failures;
use super::info::ConnectionInfo;
use super::limits::{Limits, Usage, exceeded};
use super::node::Node;
use super::settlement::Settlement;

/// What all connections of a broker share.
pub(super) struct Shared {
    pub(super) limits: Limits,
    pub(super) auto_create: bool,
    pub(super) failures: Failures,
    pub(super) changes: Arc<Changes>,
    pub(super) on_event: Option<OnEvent>,
    /// Whether the broker stops. Each task has a receiver, so that their end can be awaited.
    pub(super) stop: watch::Sender<bool>,
    usage: Arc<Usage>,
    nodes: Mutex<HashMap<ByteString, Arc<Node>>>,
    connections: Mutex<BTreeMap<u64, ConnectionInfo>>,
    next_connection: AtomicU64,
    next_id: AtomicU64,
}

pub(super) type OnEvent = Box<dyn Fn(&Event) + Send + Sync>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until a flag is raised, or nobody can raise it.
pub(super) async fn raised(flag: &mut watch::Receiver<bool>) {
    let _ = flag.wait_for(|is_raised| *is_raised).await;
}

impl Shared {
    pub(super) fn new(limits: Limits, auto_create: bool, on_event: Option<OnEvent>) -> Self {
        Self {
            limits,
            auto_create,
            failures: Failures::default(),
            changes: Arc::default(),
            on_event,
            stop: watch::Sender::new(false),
            usage: Arc::default(),
            nodes: Mutex::default(),
            connections: Mutex::default(),
            next_connection: AtomicU64::new(1),
            next_id: AtomicU64::new(1),
        }
    }

    /// Returns the number of the next connection.
    pub(super) fn next_connection(&self) -> u64 {
        self.next_connection.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns a number that no consumer or dynamic node has.
    pub(super) fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn tell(&self, event: &Event) {
        if let Some(on_event) = &self.on_event {
            on_event(event);
        }
    }

    /// Returns the node with an address, of this kind if it matters. It is made if clients may make it.
    pub(super) fn node(&self, address: &str, kind: Option<NodeKind>) -> Result<Arc<Node>, Error> {
        let may_create = self.auto_create && !address::is_dynamic(address);
        let mut nodes = lock(&self.nodes);
        let node = match nodes.get(address) {
            Some(node) => Arc::clone(node),
            None if may_create => {
                let kind = kind.unwrap_or_else(|| NodeKind::of(address));
                address::check(address, kind)?;
                self.insert(&mut nodes, address.into(), kind, false)?
            }
            None => {
                address::check(address, kind.unwrap_or_else(|| NodeKind::of(address)))?;
                let what = format!("there is no queue or topic `{address}`");
                return Err(Error::new(AmqpError::NotFound, what));
            }
        };
        drop(nodes);
        match kind.filter(|kind| *kind != node.kind) {
            Some(kind) => {
                let ((_, is), (_, wanted)) = (node.kind.names(), kind.names());
                let what = format!("`{address}` is {is}, and not {wanted}, as the link wants");
                Err(Error::new(AmqpError::PreconditionFailed, what))
            }
            None => Ok(node),
        }
    }

    /// Makes a node that stays until it is deleted.
    pub(super) fn declare(&self, address: &str, kind: NodeKind) -> Result<Arc<Node>, Error> {
        address::check(address, kind)?;
        let mut nodes = lock(&self.nodes);
        match nodes.get(address) {
            Some(node) if node.kind == kind => Ok(Arc::clone(node)),
            Some(node) => {
                let what = format!("`{address}` is {} already", node.kind.names().1);
                Err(Error::new(AmqpError::PreconditionFailed, what))
            }
            None => self.insert(&mut nodes, address.into(), kind, true),
        }
    }

    /// Makes a dynamic node.
    pub(super) fn make_dynamic(&self, kind: NodeKind) -> Result<Arc<Node>, Error> {
        let mut nodes = lock(&self.nodes);
        let address = loop {
            let address = address::dynamic(self.next_id());
            // A queue with such an address may have been declared.
            if !nodes.contains_key(&address) {
                break address;
            }
        };
        self.insert(&mut nodes, address, kind, true)
    }

    fn insert(
        &self,
        nodes: &mut HashMap<ByteString, Arc<Node>>,
        address: ByteString,
        kind: NodeKind,
        is_declared: bool,
    ) -> Result<Arc<Node>, Error> {
        let Limits { max_queues, .. } = self.limits;
        if nodes.len() >= max_queues {
            // Those that clients have made and nobody uses make room.
            nodes.retain(|_, node| !node.delete_unused());
        }
        if nodes.len() >= max_queues {
            let what = format!("`{address}` cannot be made");
            return Err(exceeded(&what, "max_queues", max_queues as u64));
        }
        let (usage, changes) = (Arc::clone(&self.usage), Arc::clone(&self.changes));
        let node = Node::new(address.clone(), kind, is_declared, self.limits, usage, changes);
        let node = Arc::new(node);
        nodes.insert(address, Arc::clone(&node));
        Ok(node)
    }

    /// Returns the node with an address, if there is one.
    pub(super) fn find(&self, address: &str) -> Option<Arc<Node>> {
        lock(&self.nodes).get(address).cloned()
    }

    /// Deletes a node. Returns whether there was one.
    pub(super) fn delete(&self, address: &str) -> bool {
        let removed = lock(&self.nodes).remove(address);
        removed.inspect(|node| node.delete()).is_some()
    }

    /// Deletes this node, unless it has been deleted. Another one that has its address now stays.
    pub(super) fn delete_node(&self, node: &Arc<Node>) {
        let mut nodes = lock(&self.nodes);
        if !nodes.get(&node.address).is_some_and(|found| Arc::ptr_eq(found, node)) {
            return;
        }
        nodes.remove(&node.address);
        drop(nodes);
        node.delete();
    }

    /// Returns all nodes, in the order of their addresses.
    pub(super) fn nodes(&self) -> Vec<Arc<Node>> {
        let mut nodes: Vec<_> = lock(&self.nodes).values().cloned().collect();
        nodes.sort_by(|a, b| a.address.cmp(&b.address));
        nodes
    }

    /// Takes what became of messages of a node that a consumer had. Rejected ones go to its dead letters.
    pub(super) fn settle(&self, node: &Node, consumer: u64, settlement: Settlement) {
        let count = settlement.dead.len();
        let dead_letters = address::dead_letters(&node.address).filter(|_| count > 0);
        let Some(address) = dead_letters else {
            node.settle(consumer, settlement, None);
            return self.changes.tell();
        };
        // Locked until the messages are there, because an empty queue can be deleted to make room for another.
        let mut nodes = lock(&self.nodes);
        let made = match nodes.get(&*address) {
            Some(dead_letters) => Ok(Arc::clone(dead_letters)),
            None => self.insert(&mut nodes, address.clone(), NodeKind::Queue, false),
        };
        let lost = match made {
            Ok(dead_letters) => node.settle(consumer, settlement, Some(&dead_letters)),
            Err(_) => {
                node.settle(consumer, settlement, None);
                count
            }
        };
        drop(nodes);
        self.changes.tell();
        if lost > 0 {
            self.tell(&Event::DeadLettersLost(address, lost));
        }
    }

    /// Adds a connection.
    ///
    /// # Errors
    ///
    /// Fails if there are too many.
    pub(super) fn connect(&self, connection: &ConnectionInfo) -> Result<(), Error> {
        let mut connections = lock(&self.connections);
        let limit = self.limits.max_connections;
        if connections.len() >= limit {
            let what = "the broker takes no more connections";
            return Err(exceeded(what, "max_connections", limit as u64));
        }
        connections.insert(connection.id, connection.clone());
        drop(connections);
        self.changes.tell();
        Ok(())
    }

    pub(super) fn disconnect(&self, connection: u64) {
        lock(&self.connections).remove(&connection);
        self.changes.tell();
    }

    pub(super) fn connections(&self) -> Vec<ConnectionInfo> {
        lock(&self.connections).values().cloned().collect()
    }
}

/// Not the messages, nor the function of the user, which cannot be printed.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another client may use the last room between the look for a node and the attach to it.
    #[test]
    fn a_node_that_has_made_room_takes_no_producers() {
        let limits = Limits { max_queues: 1, ..Limits::default() };
        let shared = Shared::new(limits, true, None);
        let found = shared.node("found", None).unwrap();
        shared.node("other", None).unwrap();
        let error = found.add_producer().unwrap_err();
        assert_eq!(error.condition, AmqpError::ResourceDeleted.into());
        assert_eq!(error.description.as_deref(), Some("`found` has been deleted"));
    }

    /// Whatever becomes of messages, what they count for is what the queues hold, and in the end nothing.
    #[test]
    fn the_usage_never_drifts() {
        use crate::broker::message::Message;
        use crate::broker::settlement::ConsumerKey;
        use amqp_types::Value;
        use amqp_types::messaging::{Body, EncodeMessage, Header, Message as Parts, Modified};
        use amqp_types::transport::{Fields, MessageFormat, Milliseconds};
        use amqp_types::{Map, Symbol};

        for seed in 1..400_u64 {
            let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut random = |below: u64| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                x % below
            };
            let limits = Limits {
                max_queues: 5,
                max_octets: if seed % 3 == 0 { 3000 } else { 1 << 30 },
                max_queue_messages: if seed % 5 == 0 { 4 } else { 1000 },
                max_queue_octets: if seed % 7 == 0 { 400 } else { 1 << 20 },
                ..Limits::default()
            };
            let shared = Shared::new(limits, true, None);
            let mut nodes: Vec<Arc<Node>> = Vec::new();
            let mut consumers: Vec<(Arc<Node>, ConsumerKey, Vec<Message>)> = Vec::new();
            for _ in 0..300 {
                let name = ["a", "topic/b", "a/dead-letters", "topic/b/dead-letters", "d", "e"]
                    [random(6) as usize];
                match random(12) {
                    0 | 1 => nodes.extend(shared.node(name, None)),
                    2 => nodes.extend(shared.make_dynamic(NodeKind::Queue)),
                    3..=5 if !nodes.is_empty() => {
                        let node = &nodes[random(nodes.len() as u64) as usize];
                        let ttl = (random(3) == 0).then_some(Milliseconds(0));
                        let body = Body::value(&"m".repeat(random(60) as usize));
                        let header = Some(Header { ttl, ..Header::default() });
                        let parts = Parts { header, body, ..Parts::default() };
                        let octets = parts.to_message_bytes().unwrap();
                        let format = MessageFormat::default();
                        let message = Message::new(octets, format, crate::clock::now()).unwrap();
                        node.publish(std::iter::repeat_n(message, 2), &mut Vec::new());
                    }
                    6 if !nodes.is_empty() => {
                        let node = &nodes[random(nodes.len() as u64) as usize];
                        let (id, is_browser) = (shared.next_id(), random(4) == 0);
                        let key = ConsumerKey { id, is_browser, notify: Arc::default() };
                        if node.add_consumer(&key).is_ok() {
                            consumers.push((Arc::clone(node), key, Vec::new()));
                        }
                    }
                    7 | 8 if !consumers.is_empty() => {
                        let index = random(consumers.len() as u64) as usize;
                        let (node, key, has) = &mut consumers[index];
                        let mut taken = Vec::new();
                        node.take(key, 0, 3, &mut taken);
                        if !key.is_browser {
                            has.append(&mut taken);
                        }
                    }
                    9 | 10 if !consumers.is_empty() => {
                        let index = random(consumers.len() as u64) as usize;
                        let (node, key, has) = &mut consumers[index];
                        let most = if random(4) == 0 { has.len() } else { has.len().min(2) };
                        let mut settlement = Settlement::default();
                        for mut message in has.drain(..most) {
                            let size = message.size();
                            let annotation = Symbol::from_static("x-opt-a");
                            let value = Value::from("v".repeat(random(40) as usize));
                            let fields = Fields(Map::from([(annotation, value)]));
                            match random(4) {
                                0 => (),
                                1 => {
                                    message.annotate(&fields, 1 << 20);
                                    settlement.dead.push(message);
                                }
                                2 => {
                                    let changes = Modified {
                                        message_annotations: Some(fields),
                                        ..Modified::default()
                                    };
                                    message.modify(&changes, 1 << 20);
                                    settlement.refused.push(message.place);
                                    settlement.returned.push((message, size));
                                    continue;
                                }
                                _ => {
                                    settlement.returned.push((message, size));
                                    continue;
                                }
                            }
                            settlement.gone += 1;
                            settlement.octets += size;
                        }
                        shared.settle(node, key.id, settlement);
                        if has.is_empty() && random(3) == 0 {
                            let (node, key, _) = consumers.swap_remove(index);
                            node.remove_consumer(key.id);
                        }
                    }
                    11 => match random(4) {
                        0 => drop(shared.delete(name)),
                        1 if !nodes.is_empty() => {
                            shared.delete_node(&nodes[random(nodes.len() as u64) as usize]);
                        }
                        2 if !nodes.is_empty() => {
                            nodes[random(nodes.len() as u64) as usize].purge();
                        }
                        _ => nodes.clear(),
                    },
                    _ => {}
                }
                let held: u64 = shared.nodes().iter().map(|node| node.cost()).sum();
                // Those that have been deleted hold nothing.
                assert_eq!(shared.usage.get(), held, "seed {seed}");
            }
            for node in shared.nodes() {
                shared.delete(&node.address);
            }
            for (node, key, has) in consumers {
                let gone = has.len();
                let octets = has.iter().map(Message::size).sum();
                shared.settle(&node, key.id, Settlement { gone, octets, ..Settlement::default() });
                node.remove_consumer(key.id);
            }
            drop(nodes);
            assert_eq!(shared.usage.get(), 0, "seed {seed}");
        }
    }
}
