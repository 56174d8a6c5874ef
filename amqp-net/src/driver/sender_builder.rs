//! What to ask for when a sender is attached.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use amqp_types::messaging::{Source, TargetArchetype};
use amqp_types::transport::{Attach, ReceiverSettleMode, Role, SenderSettleMode};
use bytestring::ByteString;

use super::attach::{LinkBuilder, Parent};
use super::link_error::AttachError;
use super::sender::Sender;
use super::state::Sending;

/// A sender to attach. Await it, or call [`attach`](Self::attach).
///
/// ```no_run
/// # async fn example(connection: amqp_net::Connection) -> Result<(), Box<dyn std::error::Error>> {
/// let orders = connection.sender("orders").await?;
/// let audit = connection.sender("audit").name("audit-1").max_unsettled(100).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a sender is attached when this is awaited"]
#[derive(Clone, Debug)]
pub struct SenderBuilder {
    link: LinkBuilder,
    max_unsettled: usize,
}

impl SenderBuilder {
    pub(super) fn new(parent: Parent, target: impl Into<TargetArchetype>) -> Self {
        let mut link = LinkBuilder::new(parent, Role::Sender);
        link.attach.source = Some(Source::default().into());
        link.attach.target = Some(target.into());
        Self { link, max_unsettled: Sending::MAX_UNSETTLED }
    }

    /// Attaches a link of the peer again.
    pub(super) const fn again(link: LinkBuilder) -> Self {
        Self { link, max_unsettled: Sending::MAX_UNSETTLED }
    }

    pub(super) const fn link(&self) -> &LinkBuilder {
        &self.link
    }

    /// Sets the name of the link, by which the peer recognizes it when it is attached again. By default it is random.
    pub fn name(mut self, name: impl Into<ByteString>) -> Self {
        self.link.attach.name = name.into();
        self
    }

    /// Sets when this side settles. By default it decides for each message ([`SenderSettleMode::Mixed`]).
    pub const fn sender_settle_mode(mut self, mode: SenderSettleMode) -> Self {
        self.link.sender_mode = Some(mode);
        self
    }

    /// Sets when the receiver settles. By default it is [`ReceiverSettleMode::First`].
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

    /// Sets how many deliveries can be unsettled, 2,048 by default and at least 1. Further messages wait.
    pub const fn max_unsettled(mut self, deliveries: usize) -> Self {
        self.max_unsettled = deliveries;
        self
    }

    /// Changes anything in the attach that will be sent. Its handle and its role are set later.
    pub fn attach_with(mut self, change: impl FnOnce(&mut Attach)) -> Self {
        change(&mut self.link.attach);
        self
    }

    /// Attaches the sender, and waits for the answer of the peer. If the future is dropped, the link is closed.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the peer refuses the link, or grants another settle mode than the one that was
    /// asked for.
    pub async fn attach(self) -> Result<Sender, AttachError> {
        let builder = Arc::new(self.clone());
        let (link, peer) = self.link.attach(Sending::new(self.max_unsettled)).await?;
        Ok(Sender::new(link, peer, builder))
    }
}

impl IntoFuture for SenderBuilder {
    type Output = Result<Sender, AttachError>;
    type IntoFuture = Attaching<Sender>;

    fn into_future(self) -> Self::IntoFuture {
        Attaching::new(self.attach())
    }
}

/// The future of a link that is being attached.
pub struct Attaching<T>(Pin<Box<dyn Future<Output = Result<T, AttachError>> + Send>>);

impl<T> Attaching<T> {
    pub(super) fn new(
        attach: impl Future<Output = Result<T, AttachError>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(attach))
    }
}

impl<T> Future for Attaching<T> {
    type Output = Result<T, AttachError>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Attaching<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attaching").finish_non_exhaustive()
    }
}
