//! Links that a client wants to attach.

use std::sync::Arc;

use amqp_types::messaging::{Source, SourceArchetype, Target, TargetArchetype};
use amqp_types::transport::{AmqpError, Attach, Error, ReceiverSettleMode, Role};

use crate::driver::attach::LinkBuilder;
use crate::driver::credit::Credit;
use crate::driver::dispatcher::Dispatcher;
use crate::driver::handles::{ConnectionHandle, LinkHandle, SessionHandle, WhenDropped};
use crate::driver::link_error::AttachError;
use crate::driver::link_registry::{ClientKey, LinkRegistry};
use crate::driver::receiver::Receiver;
use crate::driver::receiver_builder::ReceiverBuilder;
use crate::driver::sender::Sender;
use crate::driver::sender_builder::SenderBuilder;
use crate::driver::state::{LinkState, Receiving, Sending};
use crate::proto::LinkId;

/// What the requests for senders and for receivers share.
#[derive(Debug)]
pub(super) struct IncomingLink {
    pub(super) handle: Arc<ConnectionHandle>,
    pub(super) link: LinkId,
    pub(super) attach: Box<Attach>,
    /// What the user has changed in the answer.
    pub(super) answer: Option<Box<Attach>>,
    pub(super) is_decided: bool,
    pub(super) client: ClientKey,
    pub(super) registry: Option<Arc<LinkRegistry>>,
}

impl IncomingLink {
    fn accept(
        mut self,
        answer: Attach,
        end: impl Into<LinkState>,
    ) -> Result<(Arc<LinkHandle>, Arc<Attach>, LinkBuilder), AttachError> {
        let peer = Arc::new((*self.attach).clone());
        let attach = Attach { name: self.attach.name.clone(), ..answer.clone() };
        let accepted = self.handle.core.with(|state| {
            let accepted = state.accept_link(self.link, answer, Arc::clone(&peer), end.into());
            // Why the connection has ended says more than that the request has.
            let ended = state.ended().cloned();
            accepted.map_err(|error| ended.map_or_else(|| error.into(), AttachError::from))
        });
        accepted?;
        self.is_decided = true;
        if let Some(registry) = &self.registry {
            let link = (self.client.clone(), self.attach.name.clone(), self.role());
            registry.insert(link, &self.handle.core, self.link);
        }
        let id = self.link.session();
        let connection = Arc::clone(&self.handle);
        let when_dropped = WhenDropped::Nothing;
        let session = Arc::new(SessionHandle { connection, id, when_dropped });
        let again = LinkBuilder::again(Arc::clone(&session), attach);
        Ok((Arc::new(LinkHandle { session, id: self.link }), peer, again))
    }

    /// Returns the end of the link at which this side is.
    fn role(&self) -> Role {
        match self.attach.role {
            Role::Sender => Role::Receiver,
            Role::Receiver => Role::Sender,
        }
    }

    /// Returns an answer that agrees to everything but the termini.
    fn answer(&self) -> Attach {
        self.answer.as_deref().cloned().unwrap_or_else(|| Attach {
            snd_settle_mode: self.attach.snd_settle_mode,
            rcv_settle_mode: self.attach.rcv_settle_mode,
            source: self.attach.source.clone(),
            target: self.attach.target.clone(),
            ..Attach::new("", self.attach.handle, self.role())
        })
    }

    fn answer_with(&mut self, change: impl FnOnce(&mut Attach)) {
        let mut answer = self.answer();
        change(&mut answer);
        self.answer = Some(Box::new(answer));
    }

    fn refuse(&mut self, reason: Error) {
        if !std::mem::replace(&mut self.is_decided, true) {
            self.handle.core.with(|state| state.detach(self.link, true, Some(reason)));
        }
    }
}

impl Drop for IncomingLink {
    fn drop(&mut self) {
        self.refuse(Error::new(AmqpError::NotAllowed, "the server does not take the link"));
    }
}

/// A link on which a client wants to receive. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a link that is dropped is refused"]
pub struct IncomingSender(pub(super) IncomingLink);

impl IncomingSender {
    /// Returns the attach of the client.
    pub fn attach(&self) -> &Attach {
        &self.0.attach
    }

    /// Returns the source that the client wants. `None` if it is not a node.
    pub fn source(&self) -> Option<&Source> {
        match &self.0.attach.source {
            Some(SourceArchetype::Source(source)) => Some(source),
            _ => None,
        }
    }

    /// Changes anything in the attach that will be sent as the answer, such as settle modes, capabilities or properties. Its
    /// name, its handle and its role are set later, and so is its source unless the link is accepted as asked.
    ///
    /// ```
    /// # fn example(link: amqp_net::IncomingSender) {
    /// use amqp_net::amqp_types::transport::ReceiverSettleMode;
    ///
    /// let link = link.answer_with(|answer| answer.rcv_settle_mode = ReceiverSettleMode::First);
    /// # }
    /// ```
    pub fn answer_with(mut self, change: impl FnOnce(&mut Attach)) -> Self {
        self.0.answer_with(change);
        self
    }

    /// Accepts the link with this source, which has the address of a dynamic node, and the filters that are used.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the client has gone, or the source is too long for it.
    pub fn accept(self, source: impl Into<Source>) -> Result<Sender, AttachError> {
        let answer = Attach { source: Some(source.into().into()), ..self.0.answer() };
        self.accept_with(answer)
    }

    /// Accepts the link with the source that the client wants.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`], as [`accept`](Self::accept) does.
    pub fn accept_as_asked(self) -> Result<Sender, AttachError> {
        let mut answer = self.0.answer();
        // A link without a source would be a refusal.
        answer.source.get_or_insert_with(|| Source::default().into());
        self.accept_with(answer)
    }

    /// Accepts the link with this source, and returns a [`Dispatcher`], which sends when the client gives credit.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`], as [`accept`](Self::accept) does.
    pub fn accept_dispatcher(self, source: impl Into<Source>) -> Result<Dispatcher, AttachError> {
        let answer = Attach { source: Some(source.into().into()), ..self.0.answer() };
        let mode = answer.snd_settle_mode;
        let (link, peer, _) = self.0.accept(answer, Sending::of_dispatcher())?;
        Ok(Dispatcher::new(link, peer, mode))
    }

    fn accept_with(self, answer: Attach) -> Result<Sender, AttachError> {
        let (link, peer, again) = self.0.accept(answer, Sending::default())?;
        Ok(Sender::new(link, peer, Arc::new(SenderBuilder::again(again))))
    }

    /// Refuses the link, for this reason.
    pub fn refuse(mut self, reason: Error) {
        self.0.refuse(reason);
    }
}

/// A link on which a client wants to send. Accept or refuse it; dropping it refuses it.
#[derive(Debug)]
#[must_use = "a link that is dropped is refused"]
pub struct IncomingReceiver(pub(super) IncomingLink);

impl IncomingReceiver {
    /// Returns the attach of the client.
    pub fn attach(&self) -> &Attach {
        &self.0.attach
    }

    /// Returns the target that the client wants. `None` if it is not a node.
    pub fn target(&self) -> Option<&Target> {
        match &self.0.attach.target {
            Some(TargetArchetype::Target(target)) => Some(target),
            _ => None,
        }
    }

    /// Changes anything in the attach that will be sent as the answer, such as settle modes, capabilities or properties, or the
    /// size of the largest message. Its name, its handle and its role are set later, and so is its target unless the link
    /// is accepted as asked.
    ///
    /// ```
    /// # fn example(link: amqp_net::IncomingReceiver) {
    /// use amqp_net::amqp_types::transport::ReceiverSettleMode;
    ///
    /// let link = link.answer_with(|answer| answer.rcv_settle_mode = ReceiverSettleMode::First);
    /// # }
    /// ```
    pub fn answer_with(mut self, change: impl FnOnce(&mut Attach)) -> Self {
        self.0.answer_with(change);
        self
    }

    /// Accepts the link with this target, which has the address of a dynamic node.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`] if the client has gone, or the target is too long for it.
    pub fn accept(
        self,
        target: impl Into<TargetArchetype>,
        credit: Credit,
    ) -> Result<Receiver, AttachError> {
        let answer = Attach { target: Some(target.into()), ..self.0.answer() };
        self.accept_with(answer, credit)
    }

    /// Accepts the link with the target that the client wants.
    ///
    /// # Errors
    ///
    /// Returns an [`AttachError`], as [`accept`](Self::accept) does.
    pub fn accept_as_asked(self, credit: Credit) -> Result<Receiver, AttachError> {
        let mut answer = self.0.answer();
        // A link without a target would be a refusal.
        answer.target.get_or_insert_with(|| Target::default().into());
        self.accept_with(answer, credit)
    }

    fn accept_with(self, answer: Attach, credit: Credit) -> Result<Receiver, AttachError> {
        let settles_second = answer.rcv_settle_mode == ReceiverSettleMode::Second;
        let receiving = Receiving::new(credit, settles_second);
        let (link, peer, again) = self.0.accept(answer, receiving)?;
        let builder = ReceiverBuilder::again(again, credit);
        Ok(Receiver::new(link, peer, Arc::new(builder)))
    }

    /// Refuses the link, for this reason.
    pub fn refuse(mut self, reason: Error) {
        self.0.refuse(reason);
    }
}
