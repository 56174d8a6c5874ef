//! What to ask for when a requester is attached.

use amqp_types::messaging::{AddressString, Source, Target, TargetArchetype};
use amqp_types::transport::{Attach, Fields, SenderSettleMode};
use amqp_types::{Map, Multiple, Symbol, Value};

use super::attach::{Parent, random_name};
use super::link_error::AttachError;
use super::receiver_builder::ReceiverBuilder;
use super::requester::Requester;
use super::sender_builder::{Attaching, SenderBuilder};

/// A requester to attach. Await it, or call [`attach`](Self::attach).
///
/// By default the peer creates a node for the responses, and the reply-to of the requests is the address of that node.
/// Services that require another way are served with [`reply_to`](Self::reply_to), [`source`](Self::source) or
/// [`paired`](Self::paired). The last of these that is called counts.
///
/// ```no_run
/// # async fn example(connection: amqp_net::Connection) -> Result<(), Box<dyn std::error::Error>> {
/// let prices = connection.requester("prices").await?;
/// let tokens = connection.requester("$cbs").reply_to("my-tokens").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a requester is attached when this is awaited"]
#[derive(Clone, Debug)]
pub struct RequesterBuilder {
    parent: Parent,
    target: Target,
    source: Source,
    /// The address of the requester itself.
    own_address: Option<AddressString>,
    reply_to: Option<AddressString>,
    is_paired: bool,
}

/// The capability of a node that is created for responses. Artemis creates a queue because of it.
const TEMPORARY_QUEUE: Symbol = Symbol::from_static("temporary-queue");

impl RequesterBuilder {
    pub(super) fn new(parent: Parent, target: Target) -> Self {
        let capabilities = Multiple::one(TEMPORARY_QUEUE);
        Self {
            parent,
            target,
            source: Source { dynamic: true, capabilities, ..Source::default() },
            own_address: None,
            reply_to: None,
            is_paired: false,
        }
    }

    /// Receives the responses from the node to which the requests are sent. The address, which you choose, is the
    /// target of the receiver and the reply-to of the requests. The nodes `$cbs` and `$management` of Azure require
    /// this.
    pub fn reply_to(mut self, address: impl Into<AddressString>) -> Self {
        let address = address.into();
        self.source = Source { address: self.target.address.clone(), ..Source::default() };
        self.own_address = Some(address.clone());
        self.reply_to = Some(address);
        self.is_paired = false;
        self
    }

    /// Receives the responses from this node, such as a queue that you have created for them. The reply-to of the
    /// requests is the address of the node in the answer of the peer.
    ///
    /// By default the node is dynamic, with the capability `temporary-queue`. RabbitMQ does not create one: give it a
    /// queue.
    pub fn source(mut self, source: impl Into<Source>) -> Self {
        self.source = source.into();
        self.own_address = None;
        self.reply_to = None;
        self.is_paired = false;
        self
    }

    /// Attaches both links as a pair: with the same name, the same addresses and the property `paired`, for messages
    /// that are settled as they are sent. The reply-to of the requests is `$me`. The node `/management` of RabbitMQ
    /// requires this.
    pub fn paired(mut self) -> Self {
        let node = self.target.address.clone();
        self.source = Source { address: node.clone(), ..Source::default() };
        self.own_address = node;
        self.reply_to = Some(AddressString::from_static("$me"));
        self.is_paired = true;
        self
    }

    /// Attaches the sender and the receiver of the requester, in one session, and waits for the answers of the peer.
    /// If the future is dropped, the links are closed.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the peer refuses one of the links, or does not tell the address of a dynamic
    /// node.
    pub async fn attach(self) -> Result<Requester, AttachError> {
        let Self { parent, target, source, own_address, reply_to, is_paired } = self;
        let parent = Parent::Session(parent.session()?);
        let asked = source.address.clone();
        let name = random_name();
        let receiver = ReceiverBuilder::new(parent.clone(), source).attach_with(|attach| {
            let own = Target { address: own_address.clone(), ..Target::default() };
            attach.target = Some(own.into());
            if is_paired {
                pair(attach, &name);
            }
        });
        let sender = SenderBuilder::new(parent, TargetArchetype::from(target));
        let sender = sender.attach_with(|attach| {
            let own = Source { address: own_address, ..Source::default() };
            attach.source = Some(own.into());
            if is_paired {
                pair(attach, &name);
            }
        });
        let receiver = receiver.attach().await?;
        let answered = receiver.source().and_then(|source| source.address.clone());
        let reply_to = reply_to.or(answered).or(asked).ok_or(AttachError::NoReplyAddress)?;
        Ok(Requester::new(sender.attach().await?, receiver, reply_to))
    }
}

/// Makes a link one of a pair.
fn pair(attach: &mut Attach, name: &str) {
    attach.name = name.into();
    attach.snd_settle_mode = SenderSettleMode::Settled;
    let paired = [(Symbol::from_static("paired"), Value::Boolean(true))];
    attach.properties = Some(Fields(Map::from_iter(paired)));
}

impl IntoFuture for RequesterBuilder {
    type Output = Result<Requester, AttachError>;
    type IntoFuture = Attaching<Requester>;

    fn into_future(self) -> Self::IntoFuture {
        Attaching::new(self.attach())
    }
}
