//! Decisions about the links that clients ask for.

use std::sync::Arc;
use std::time::Duration;

use amqp_types::messaging::{
    DeleteOnClose, DistributionMode, LifetimePolicy, NodeProperties, Outcome, Released, Source,
    Target, TerminusExpiryPolicy,
};
use amqp_types::transport::{AmqpError, Error, Fields, Seconds};
use amqp_types::{Map, Multiple, Symbol, Value};
use bytestring::ByteString;
use tokio::sync::{Notify, watch};

use super::address::NodeKind;
use super::consumer::Consumer;
use super::event::{Event, LinkInfo};
use super::failure::Fault;
use super::node::Node;
use super::producer::Producer;
use super::settlement::ConsumerKey;
use super::shared::{Shared, raised};
use crate::{Connection, Credit, IncomingReceiver, IncomingSender, PeerRequest};

/// The credit of a client that sends.
const CREDIT: Credit = Credit::Auto(1000);

/// What the links of a connection share.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) shared: Arc<Shared>,
    pub(super) connection: Connection,
    pub(super) id: u64,
    /// The end of the broker waits until this is dropped.
    pub(super) _stop: watch::Receiver<bool>,
}

/// Serves a link until it ends.
pub(super) async fn serve(context: Context, request: PeerRequest) {
    match request {
        PeerRequest::Sender(link) => context.serve_consumer(link).await,
        PeerRequest::Receiver(link) => context.serve_producer(link).await,
        PeerRequest::Coordinator(link) => {
            link.refuse(Error::new(AmqpError::NotImplemented, "the broker has no transactions"));
        }
        PeerRequest::Session(session) => drop(session.accept()),
    }
}

impl Context {
    async fn serve_consumer(&self, link: IncomingSender) {
        let address = link.source().and_then(|source| source.address.clone());
        let name = link.attach().name.clone();
        let mut info = LinkInfo { connection: self.id, name, is_producer: false, address };
        if let Err(error) = self.fail(info.address.as_deref()).await {
            return self.refuse(info, error, |error| link.refuse(error));
        }
        let (node, dynamic) = match self.source(&link) {
            Ok(found) => found,
            Err(error) => return self.refuse(info, error, |error| link.refuse(error)),
        };
        info.address = Some(node.address.clone());
        let asked = link.source().cloned().unwrap_or_default();
        let is_browser =
            asked.distribution_mode == Some(DistributionMode::Copy) && node.kind == NodeKind::Queue;
        let answer = answered_source(&asked, &node, is_browser);
        let default_outcome = asked.default_outcome.unwrap_or(Outcome::Released(Released {}));
        let key =
            ConsumerKey { id: self.shared.next_id(), is_browser, notify: Arc::new(Notify::new()) };
        let consumer =
            Consumer::new(Arc::clone(&self.shared), Arc::clone(&node), key, default_outcome);
        let consumer = match consumer {
            Ok(consumer) => consumer,
            Err(error) => return self.refuse(info, error, |error| link.refuse(error)),
        };
        let Ok(dispatcher) = link.accept_dispatcher(answer) else { return };
        self.shared.tell(&Event::LinkAttached(info.clone()));
        let error = consumer.run(dispatcher).await;
        drop(dynamic);
        self.shared.tell(&Event::LinkDetached(info, error));
    }

    async fn serve_producer(&self, link: IncomingReceiver) {
        let address = link.target().and_then(|target| target.address.clone());
        let name = link.attach().name.clone();
        let mut info = LinkInfo { connection: self.id, name, is_producer: true, address };
        if let Err(error) = self.fail(info.address.as_deref()).await {
            return self.refuse(info, error, |error| link.refuse(error));
        }
        let (node, dynamic) = match self.target(&link) {
            Ok(found) => found,
            Err(error) => return self.refuse(info, error, |error| link.refuse(error)),
        };
        info.address = node.as_ref().map(|node| node.address.clone());
        let asked = link.target().cloned().unwrap_or_default();
        let answer = answered_target(&asked, node.as_deref());
        let limit = self.shared.limits.max_message_size;
        let producer = Producer::new(Arc::clone(&self.shared), self.connection.clone(), node);
        let producer = match producer {
            Ok(producer) => producer,
            Err(error) => return self.refuse(info, error, |error| link.refuse(error)),
        };
        let link = link.answer_with(|answer| answer.max_message_size = Some(limit));
        let Ok(receiver) = link.accept(answer, CREDIT) else { return };
        self.shared.tell(&Event::LinkAttached(info.clone()));
        let error = producer.run(receiver).await;
        drop(dynamic);
        self.shared.tell(&Event::LinkDetached(info, error));
    }

    fn refuse(&self, info: LinkInfo, error: Error, refuse: impl FnOnce(Error)) {
        refuse(error.clone());
        self.shared.tell(&Event::LinkRefused(info, error));
    }

    /// Fails on purpose.
    async fn fail(&self, address: Option<&str>) -> Result<(), Error> {
        match self.shared.failures.link(address) {
            None => Ok(()),
            Some(Fault::Refuse(error)) => Err(error),
            Some(Fault::Delay(by)) => {
                tokio::select! {
                    () = sleep(by, &self.shared) => {}
                    _ = self.connection.closed() => {}
                }
                Ok(())
            }
        }
    }

    /// Returns the node from which a client wants to receive.
    fn source(&self, link: &IncomingSender) -> Result<(Arc<Node>, Option<Dynamic>), Error> {
        let Some(source) = link.source() else {
            let what = "the source is not a node, and the broker knows no others";
            return Err(Error::new(AmqpError::NotImplemented, what));
        };
        let kind = wanted_kind(&source.capabilities);
        match &source.address {
            _ if source.dynamic => self.dynamic(kind).map(|it| (Arc::clone(&it.node), Some(it))),
            Some(address) => self.shared.node(address, kind).map(|node| (node, None)),
            None => {
                let what = "the source has no address; name a queue, or ask for a dynamic one";
                Err(Error::new(AmqpError::InvalidField, what))
            }
        }
    }

    /// Returns the node to which a client wants to send. `None` if each message says where it goes.
    fn target(
        &self,
        link: &IncomingReceiver,
    ) -> Result<(Option<Arc<Node>>, Option<Dynamic>), Error> {
        let Some(target) = link.target() else {
            let what = "the link has no target that is a node, and the broker knows no others";
            return Err(Error::new(AmqpError::NotImplemented, what));
        };
        let kind = wanted_kind(&target.capabilities);
        match &target.address {
            _ if target.dynamic => {
                self.dynamic(kind).map(|it| (Some(Arc::clone(&it.node)), Some(it)))
            }
            Some(address) => self.shared.node(address, kind).map(|node| (Some(node), None)),
            None => Ok((None, None)),
        }
    }

    fn dynamic(&self, kind: Option<NodeKind>) -> Result<Dynamic, Error> {
        let node = self.shared.make_dynamic(kind.unwrap_or(NodeKind::Queue))?;
        Ok(Dynamic { shared: Arc::clone(&self.shared), node })
    }
}

/// A node that ends with the link for which it was made.
struct Dynamic {
    shared: Arc<Shared>,
    node: Arc<Node>,
}

impl Drop for Dynamic {
    fn drop(&mut self) {
        self.shared.delete_node(&self.node);
    }
}

/// Waits, but not longer than the broker lives.
pub(super) async fn sleep(time: Duration, shared: &Shared) {
    let mut stop = shared.stop.subscribe();
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = raised(&mut stop) => {}
    }
}

/// Returns the kind of node for which the capabilities of a terminus ask.
fn wanted_kind(capabilities: &Multiple<Symbol>) -> Option<NodeKind> {
    capabilities.iter().find_map(|capability| match capability.as_str() {
        "queue" | "temporary-queue" => Some(NodeKind::Queue),
        "topic" | "temporary-topic" => Some(NodeKind::Topic),
        _ => None,
    })
}

/// Returns the capabilities that are granted.
fn granted(asked: &Multiple<Symbol>, kind: NodeKind) -> Multiple<Symbol> {
    let is_granted =
        |capability: &&Symbol| wanted_kind(&Multiple::one((*capability).clone())) == Some(kind);
    asked.iter().filter(is_granted).cloned().collect()
}

/// Returns the properties of a dynamic node.
fn dynamic_properties() -> NodeProperties {
    let policy = LifetimePolicy::DeleteOnClose(DeleteOnClose {});
    let policy = Value::from_encode(&policy).unwrap_or(Value::Null);
    let entry = (Symbol::from_static("lifetime-policy"), policy);
    NodeProperties(Fields(Map::from_iter([entry])))
}

/// Returns the source as it really is: without filters, and gone with its link.
fn answered_source(asked: &Source, node: &Node, is_browser: bool) -> Source {
    let outcomes =
        ["amqp:accepted:list", "amqp:rejected:list", "amqp:released:list", "amqp:modified:list"];
    let default = Outcome::Released(Released {});
    Source {
        expiry_policy: TerminusExpiryPolicy::LinkDetach,
        timeout: Seconds(0),
        dynamic: asked.dynamic,
        dynamic_node_properties: asked.dynamic.then(dynamic_properties),
        distribution_mode: Some(if is_browser || node.kind == NodeKind::Topic {
            DistributionMode::Copy
        } else {
            DistributionMode::Move
        }),
        default_outcome: Some(asked.default_outcome.clone().unwrap_or(default)),
        outcomes: outcomes.into_iter().map(Symbol::from_static).collect(),
        capabilities: granted(&asked.capabilities, node.kind),
        ..Source::new(node.address.clone())
    }
}

/// Returns the target as it really is.
fn answered_target(asked: &Target, node: Option<&Node>) -> Target {
    let address: Option<ByteString> = node.map(|node| node.address.clone());
    Target {
        address,
        expiry_policy: TerminusExpiryPolicy::LinkDetach,
        timeout: Seconds(0),
        dynamic: asked.dynamic,
        dynamic_node_properties: asked.dynamic.then(dynamic_properties),
        capabilities: node.map(|node| granted(&asked.capabilities, node.kind)).unwrap_or_default(),
        ..Target::default()
    }
}
