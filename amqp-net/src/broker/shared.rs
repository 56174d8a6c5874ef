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
mod tests;
