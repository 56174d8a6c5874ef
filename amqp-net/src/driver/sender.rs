//! Sending messages on a link.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;

use amqp_types::EncodeError;
use amqp_types::messaging::{EncodeMessage, Header, MessageBuffer, Target, TargetArchetype};
use amqp_types::transport::{Attach, DeliveryTag, Error, Fields, MessageFormat};

use super::ended::Ended;
use super::handles::LinkHandle;
use super::receipt::{Receipt, Receipts};
use super::send_error::{SendError, TrySubmitError};
use super::sender_builder::SenderBuilder;
use super::state::{Sent, TicketId};
use crate::proto::OutgoingDelivery;
use crate::proto::copies::Copies;
use crate::proto::payload::{WRITTEN_AT_ONCE, parts_of};

/// Sends messages on one link, from any number of tasks.
///
/// A message is whatever implements [`EncodeMessage`]: a `str`, a `Value`, a
/// [`Message`](struct@amqp_types::messaging::Message), or a struct of your own that derives it. It is borrowed, so that it
/// is still yours after an error. A message without a header is sent as a durable one, because most brokers keep
/// others only in memory.
///
/// ```no_run
/// # async fn example(sender: amqp_net::Sender) -> Result<(), Box<dyn std::error::Error>> {
/// sender.send("tea").await?; // Ok: the receiver has accepted it
///
/// // Two messages on the way at once.
/// let coffee = sender.submit("coffee").await?;
/// let milk = sender.submit("milk").await?;
/// coffee.await?;
/// milk.await?;
/// # Ok(())
/// # }
/// ```
///
/// When the last clone is dropped, the link is closed in the background, after the receipts of its messages have
/// been resolved or dropped.
#[derive(Clone, Debug)]
pub struct Sender {
    link: Arc<LinkHandle>,
    peer: Arc<Attach>,
    /// By which the link is attached again.
    builder: Arc<SenderBuilder>,
}

/// How a message is sent. See [`Sender::submit_with`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// The name of the delivery, unique among the unsettled ones of the link. If it is `None`, one is made.
    pub tag: Option<DeliveryTag>,
    /// The encoding of the message, if it is not the one that [`EncodeMessage::format`] returns.
    pub message_format: Option<MessageFormat>,
}

impl SendOptions {
    const DEFAULT: Self = Self { tag: None, message_format: None };

    /// Sets the name of the delivery.
    #[must_use]
    pub const fn tag(mut self, tag: DeliveryTag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Sets the encoding of the message.
    #[must_use]
    pub const fn message_format(mut self, format: MessageFormat) -> Self {
        self.message_format = Some(format);
        self
    }

    fn delivery<M: EncodeMessage + ?Sized, P>(
        &self,
        message: &M,
        payload: P,
    ) -> OutgoingDelivery<P> {
        OutgoingDelivery {
            payload,
            message_format: self.message_format.unwrap_or_else(|| message.format()),
            tag: self.tag,
            settled: false,
        }
    }
}

impl Sender {
    pub(super) const fn new(
        link: Arc<LinkHandle>,
        peer: Arc<Attach>,
        builder: Arc<SenderBuilder>,
    ) -> Self {
        Self { link, peer, builder }
    }

    /// Sends a message, and waits until the receiver has accepted it.
    ///
    /// If the future is dropped before the message could be sent, nothing is sent. If it is dropped later, the message
    /// is sent completely, and its outcome is ignored.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the message was not sent, or not accepted.
    pub async fn send<M: EncodeMessage + ?Sized>(&self, message: &M) -> Result<(), SendError> {
        self.submit(message).await?.await
    }

    /// Sends a message, and waits only until it can be sent: until the receiver has given credit, and there is room.
    /// The receipt tells the outcome.
    ///
    /// If the future is dropped before the message could be sent, nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the message was not sent.
    pub async fn submit<M: EncodeMessage + ?Sized>(
        &self,
        message: &M,
    ) -> Result<Receipt, SendError> {
        let number = self.send_message(message, &SendOptions::DEFAULT, false).await?;
        Ok(self.receipt(number))
    }

    /// Sends a message with these options, as [`submit`](Self::submit) does.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the message was not sent.
    pub async fn submit_with<M: EncodeMessage + ?Sized>(
        &self,
        message: &M,
        options: SendOptions,
    ) -> Result<Receipt, SendError> {
        let number = self.send_message(message, &options, false).await?;
        Ok(self.receipt(number))
    }

    /// Sends a message if that is possible at once.
    ///
    /// # Errors
    ///
    /// Returns [`TrySubmitError::Full`] if the message would have to wait, and [`TrySubmitError::Failed`] if it cannot
    /// be sent at all.
    pub fn try_submit<M: EncodeMessage + ?Sized>(
        &self,
        message: &M,
    ) -> Result<Receipt, TrySubmitError> {
        let number = Scratch::with(|scratch| {
            let payload = scratch.encode(message).map_err(SendError::from)?;
            let delivery = SendOptions::DEFAULT.delivery(message, payload);
            self.link.core().with(|state| state.try_send(self.link.id, &delivery))
        })?;
        Ok(self.receipt(number))
    }

    /// Sends messages one after another, each as soon as it can be sent. A receipt is added for each message that is
    /// sent, also if the future is dropped: a message without a receipt has not been sent.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] for the first message that was not sent, at the index that the number of added receipts
    /// says.
    pub async fn submit_all<'m, M: EncodeMessage + ?Sized + 'm>(
        &self,
        messages: impl IntoIterator<Item = &'m M>,
        receipts: &mut Receipts,
    ) -> Result<(), SendError> {
        let mut messages = messages.into_iter();
        loop {
            // Encoded without the lock, and then sent under one.
            let mut batch = VecDeque::new();
            let mut encoded = Ok(());
            for message in messages.by_ref().take(Self::BATCH) {
                match delivery(message, &SendOptions::DEFAULT) {
                    Ok(delivery) => batch.push_back(delivery),
                    Err(error) => {
                        encoded = Err(error.into());
                        break;
                    }
                }
            }
            let is_last = batch.len() < Self::BATCH;
            while !batch.is_empty() {
                self.submit_batch(&mut batch, receipts).await?;
            }
            if encoded.is_err() || is_last {
                return encoded;
            }
        }
    }

    /// The number of messages that are sent under one lock.
    const BATCH: usize = 64;

    /// Sends messages up to the first one that has to wait, and that one.
    async fn submit_batch(
        &self,
        batch: &mut VecDeque<OutgoingDelivery>,
        receipts: &mut Receipts,
    ) -> Result<(), SendError> {
        let waiting = self.link.core().with(|state| {
            while let Some(delivery) = batch.pop_front() {
                match state.send(self.link.id, &delivery)? {
                    Sent::Now(number) => receipts.push(self.receipt(number)),
                    Sent::Later(ticket) => return Ok(Some(ticket)),
                }
            }
            Ok::<_, SendError>(None)
        });
        if let Some(ticket) = waiting? {
            let mut waiting = Waiting::new(self, ticket, Some(receipts));
            let sent = waiting.sent().await;
            drop(waiting);
            receipts.push(self.receipt(sent?));
        }
        Ok(())
    }

    /// Sends a message that is settled at once: nobody says whether it arrives. Waits until it can be sent.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the message was not sent.
    pub async fn send_settled<M: EncodeMessage + ?Sized>(
        &self,
        message: &M,
    ) -> Result<(), SendError> {
        self.send_message(message, &SendOptions::DEFAULT, true).await.map(drop)
    }

    async fn send_message<M: EncodeMessage + ?Sized>(
        &self,
        message: &M,
        options: &SendOptions,
        settled: bool,
    ) -> Result<u64, SendError> {
        let sent = Scratch::with(|scratch| {
            let payload = scratch.encode(message)?;
            let delivery = OutgoingDelivery { settled, ..options.delivery(message, payload) };
            let core = self.link.core();
            if payload.len() > WRITTEN_AT_ONCE {
                // Not under the lock.
                let copy = delivery.to_owned();
                return core.with(|state| state.send(self.link.id, &copy));
            }
            core.with(|state| state.send(self.link.id, &delivery))
        });
        match sent? {
            Sent::Now(number) => Ok(number),
            Sent::Later(ticket) => Waiting::new(self, ticket, None).sent().await,
        }
    }

    fn receipt(&self, number: u64) -> Receipt {
        Receipt::new(Arc::clone(&self.link), number)
    }

    /// Returns the number of deliveries that the receiver accepts now. Others wait.
    pub fn credit(&self) -> u32 {
        self.link.core().with(|state| state.credit(self.link.id))
    }

    /// Returns the attach of the peer, with what it has agreed to.
    pub fn remote_attach(&self) -> &Attach {
        &self.peer
    }

    /// Returns the target of the link, as the peer has answered it. `None` if it is not a node, but for example a
    /// coordinator of transactions.
    pub fn target(&self) -> Option<&Target> {
        match &self.peer.target {
            Some(TargetArchetype::Target(target)) => Some(target),
            _ => None,
        }
    }

    /// Waits until the peer sends properties of the link in a flow, and returns them: the last ones that it has sent and
    /// that no call has returned.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub async fn properties_changed(&self) -> Result<Fields, Ended> {
        self.link.properties_changed().await
    }

    /// Sends properties of the link to the peer, in a flow.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub fn set_properties(&self, properties: Fields) -> Result<(), Ended> {
        self.link.core().with(|state| state.set_properties(self.link.id, properties))
    }

    /// Waits for the end of the link, and returns the reason.
    pub async fn detached(&self) -> Ended {
        self.link.ended().await
    }

    /// Detaches the link without closing it, so that its target stays if it is durable, and waits until the peer has
    /// agreed. The link is detached even if the future is dropped. Returns what attaches the link again, under the same
    /// name.
    ///
    /// # Errors
    ///
    /// Returns why the link ended if it was not this call that ended it.
    pub fn detach(self) -> impl Future<Output = Result<SenderBuilder, Ended>> + Send {
        let Self { link, builder, .. } = self;
        let detached = link.detach(false, None);
        async move { detached.await.into_result().map(|()| (*builder).clone()) }
    }

    /// Closes the link, and waits until the peer has agreed. The link is closed even if the future is dropped.
    ///
    /// A peer that has only suspended the link keeps a durable target. If one was asked for, the link is then attached
    /// again to be closed, unless the future is dropped.
    ///
    /// # Errors
    ///
    /// Returns why the link ended if it was not this call that ended it.
    pub fn close(self) -> impl Future<Output = Result<(), Ended>> + Send {
        self.close_for(None)
    }

    /// Closes the link and tells the peer why, as [`close`](Self::close) does.
    ///
    /// # Errors
    ///
    /// Returns why the link ended if it was not this call that ended it.
    pub fn close_with(self, reason: Error) -> impl Future<Output = Result<(), Ended>> + Send {
        self.close_for(Some(reason))
    }

    fn close_for(self, reason: Option<Error>) -> impl Future<Output = Result<(), Ended>> + Send {
        self.builder.link().clone().close(self.link, reason)
    }
}

/// A message that waits until it can be sent. If it is dropped before, the message is not sent.
struct Waiting<'s> {
    sender: &'s Sender,
    ticket: TicketId,
    /// Where to put the receipt of a message that has been sent when this is dropped.
    receipts: Option<&'s mut Receipts>,
    is_over: bool,
}

impl<'s> Waiting<'s> {
    const fn new(sender: &'s Sender, ticket: TicketId, receipts: Option<&'s mut Receipts>) -> Self {
        Self { sender, ticket, receipts, is_over: false }
    }

    async fn sent(&mut self) -> Result<u64, SendError> {
        let link = &self.sender.link;
        let sent =
            poll_fn(|cx| link.core().with(|state| state.poll_ticket(link.id, self.ticket, cx)))
                .await;
        // A message that was refused is removed by the drop, too.
        self.is_over = sent.is_ok();
        sent
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let link = &self.sender.link;
        let sent = link.core().with(|state| state.cancel(link.id, self.ticket));
        if let Some(number) = sent {
            let receipt = self.sender.receipt(number);
            // Otherwise it is dropped, which frees the place of the outcome.
            if let Some(receipts) = &mut self.receipts {
                receipts.push(receipt);
            }
        }
    }
}

/// The header of a message that has none.
const DURABLE: Header =
    Header { durable: true, priority: 4, ttl: None, first_acquirer: false, delivery_count: 0 };

/// Encodes a message to be sent later.
pub(super) fn delivery<M: EncodeMessage + ?Sized>(
    message: &M,
    options: &SendOptions,
) -> Result<OutgoingDelivery, EncodeError> {
    Scratch::with(|scratch| {
        scratch.encode(message)?;
        let Scratch { message: encoded, copies } = scratch;
        Ok(options.delivery(message, parts_of(encoded, |octets| copies.copy(octets))))
    })
}

/// What is reused to encode messages.
struct Scratch {
    message: MessageBuffer,
    copies: Copies,
}

impl Default for Scratch {
    fn default() -> Self {
        let mut message = MessageBuffer::new();
        message.set_default_header(&DURABLE);
        Self { message, copies: Copies::default() }
    }
}

impl Scratch {
    /// Does something with the scratch of this thread.
    fn with<T>(act: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static SCRATCH: RefCell<Option<Box<Scratch>>> = const { RefCell::new(None) };
        }
        // Taken out while it is used, because a message may itself send messages while it is encoded.
        let mut scratch = SCRATCH.take().unwrap_or_default();
        let result = act(&mut scratch);
        scratch.message.clear();
        SCRATCH.set(Some(scratch));
        result
    }

    fn encode<M: EncodeMessage + ?Sized>(
        &mut self,
        message: &M,
    ) -> Result<&MessageBuffer, EncodeError> {
        self.message.encode(message)?;
        Ok(&self.message)
    }
}
