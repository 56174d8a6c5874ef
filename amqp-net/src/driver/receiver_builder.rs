//! What to ask for when a receiver is attached.

use std::sync::Arc;

use amqp_types::messaging::{Source, SourceArchetype, Target};
use amqp_types::transport::{Attach, ReceiverSettleMode, Role, SenderSettleMode};
use bytestring::ByteString;

use super::attach::{LinkBuilder, Parent, check_filters};
use super::credit::Credit;
use super::delivery::OnDrop;
use super::link_error::AttachError;
use super::receiver::Receiver;
use super::sender_builder::Attaching;
use super::state::Receiving;

/// A receiver to attach. Await it, or call [`attach`](Self::attach).
///
/// ```no_run
/// # async fn example(connection: amqp_net::Connection) -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::Credit;
///
/// let orders = connection.receiver("orders").credit(Credit::Auto(50)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a receiver is attached when this is awaited"]
#[derive(Clone, Debug)]
pub struct ReceiverBuilder {
    link: LinkBuilder,
    credit: Credit,
    on_drop: OnDrop,
    accepts_missing_filters: bool,
}

impl ReceiverBuilder {
    pub(super) fn new(parent: Parent, source: Source) -> Self {
        let mut link = LinkBuilder::new(parent, Role::Receiver);
        // Some brokers send settled messages if the mode is left to them, and a failure would then lose messages.
        link.attach.snd_settle_mode = SenderSettleMode::Unsettled;
        link.attach.source = Some(source.into());
        link.attach.target = Some(Target::default().into());
        Self {
            link,
            credit: Credit::default(),
            on_drop: OnDrop::default(),
            accepts_missing_filters: false,
        }
    }

    /// Attaches a link of the peer again.
    pub(super) const fn again(link: LinkBuilder, credit: Credit) -> Self {
        Self { link, credit, on_drop: OnDrop::Release, accepts_missing_filters: true }
    }

    pub(super) const fn link(&self) -> &LinkBuilder {
        &self.link
    }

    pub(super) const fn drop_policy(&self) -> OnDrop {
        self.on_drop
    }

    /// Sets the name of the link, by which the peer recognizes it when it is attached again. By default it is random.
    pub fn name(mut self, name: impl Into<ByteString>) -> Self {
        self.link.attach.name = name.into();
        self
    }

    /// Sets how many deliveries are accepted. By default 200, automatically.
    pub const fn credit(mut self, credit: Credit) -> Self {
        self.credit = credit;
        self
    }

    /// Sets the size of the largest message that is accepted, in octets. By default 16 MiB; 0 means that there is no
    /// limit.
    pub const fn max_message_size(mut self, octets: u64) -> Self {
        self.link.attach.max_message_size = Some(octets);
        self
    }

    /// Sets what becomes of a delivery that is dropped before it is settled. By default it is released.
    pub const fn on_drop(mut self, on_drop: OnDrop) -> Self {
        self.on_drop = on_drop;
        self
    }

    /// Sets when the sender settles. By default it is asked to send all deliveries unsettled, and may do otherwise.
    pub const fn sender_settle_mode(mut self, mode: SenderSettleMode) -> Self {
        self.link.sender_mode = Some(mode);
        self
    }

    /// Sets when this side settles. By default it is [`ReceiverSettleMode::First`].
    pub const fn receiver_settle_mode(mut self, mode: ReceiverSettleMode) -> Self {
        self.link.receiver_mode = Some(mode);
        self
    }

    /// Accepts a link even if the peer chose other settle modes than those that were asked for. Otherwise
    /// [`attach`](Self::attach) returns an error.
    pub const fn accept_other_mode(mut self) -> Self {
        self.link.accepts_other_mode = true;
        self
    }

    /// Accepts a link even if the peer does not use all filters. Otherwise [`attach`](Self::attach) returns an error.
    pub const fn accept_missing_filters(mut self) -> Self {
        self.accepts_missing_filters = true;
        self
    }

    /// Changes anything in the attach that will be sent. Its handle and its role are set later.
    pub fn attach_with(mut self, change: impl FnOnce(&mut Attach)) -> Self {
        change(&mut self.link.attach);
        self
    }

    /// Attaches the receiver, and waits for the answer of the peer. If the future is dropped, the link is closed.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the peer refuses the link, or has not agreed to filters or settle modes that
    /// were asked for.
    pub async fn attach(self) -> Result<Receiver, AttachError> {
        let builder = Arc::new(self.clone());
        let asked = self.link.attach.source.clone();
        let mode = self.link.receiver_mode.unwrap_or(self.link.attach.rcv_settle_mode);
        let receiving = Receiving::new(self.credit, mode == ReceiverSettleMode::Second);
        let (link, peer) = self.link.attach(receiving).await?;
        if let Some(SourceArchetype::Source(asked)) = asked
            && !self.accepts_missing_filters
        {
            check_filters(&asked, &peer)?;
        }
        Ok(Receiver::new(link, peer, builder))
    }
}

impl IntoFuture for ReceiverBuilder {
    type Output = Result<Receiver, AttachError>;
    type IntoFuture = Attaching<Receiver>;

    fn into_future(self) -> Self::IntoFuture {
        Attaching::new(self.attach())
    }
}
