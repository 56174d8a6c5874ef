//! A message that was received, and its outcome.

use std::sync::Arc;
use std::thread;

use amqp_types::DecodeError;
use amqp_types::messaging::{
    Accepted, DecodeMessage, DeliveryState, MessageRef, Modified, Outcome, Rejected, Released,
};
use amqp_types::transport::{DeliveryTag, Error, MessageFormat};
use bytes::Bytes;

use super::ended::Ended;
use super::handles::LinkHandle;
use super::remote_state::RemoteState;
use crate::proto::{self, DeliveryId};

/// What becomes of a delivery that is dropped before it is settled. While a panic unwinds, it is
/// [`Failed`](Self::Failed) in any case, so that a message that always causes a panic is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnDrop {
    /// It is released: it may be delivered again, unchanged.
    #[default]
    Release,
    /// It may be delivered again, and the attempt counts as a failed one.
    Failed,
    /// It is rejected.
    Reject,
    /// It stays unsettled until the link ends.
    Keep,
}

/// A message that was received. Settle it by [`accept`](Self::accept), [`reject`](Self::reject),
/// [`release`](Self::release) or [`modify`](Self::modify), from any task.
///
/// These are plain functions: the outcome is sent in the background, together with others. If they return an error,
/// nothing was sent, and the message may be delivered again, unless its sender has settled it.
///
/// A delivery that is dropped is released, unless [`ReceiverBuilder::on_drop`](super::ReceiverBuilder::on_drop) says
/// otherwise.
#[derive(Debug)]
#[must_use = "a delivery that is dropped is released"]
pub struct Delivery {
    octets: Bytes,
    token: DeliveryToken,
}

/// The part of a [`Delivery`] that settles it, without the message. See [`Delivery::split`].
#[derive(Debug)]
#[must_use = "a delivery whose token is dropped is released"]
pub struct DeliveryToken {
    link: Arc<LinkHandle>,
    number: u64,
    tag: DeliveryTag,
    message_format: MessageFormat,
    /// Whether it came settled.
    is_settled: bool,
    /// What to do when it is dropped. `None` if nothing is left to do.
    on_drop: Option<OnDrop>,
}

impl Delivery {
    pub(super) fn new(link: Arc<LinkHandle>, delivery: proto::Delivery, on_drop: OnDrop) -> Self {
        let proto::Delivery { id, tag, message_format, settled, payload } = delivery;
        let on_drop = (!settled).then_some(on_drop);
        let number = id.number();
        let token =
            DeliveryToken { link, number, tag, message_format, is_settled: settled, on_drop };
        Self { octets: payload, token }
    }

    /// Decodes the message, which may borrow from the delivery.
    ///
    /// # Errors
    ///
    /// Returns a [`DecodeError`] if the message is not one of this type.
    pub fn decode<'a, T: DecodeMessage<'a>>(&'a self) -> Result<T, DecodeError> {
        MessageRef::from_shared(&self.octets)?.decode()
    }

    /// Returns the octets of the message. Small messages that were received together share an allocation of up to 16 KiB,
    /// which is freed after the last of them: to keep few of many for long, copy them.
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// Returns the name of the delivery within its link.
    pub const fn tag(&self) -> &DeliveryTag {
        self.token.tag()
    }

    /// Returns the encoding of the message; 0 is that of the standard.
    pub const fn message_format(&self) -> MessageFormat {
        self.token.message_format
    }

    /// Returns whether the sender has settled the delivery as it sent it: it needs no outcome.
    pub const fn is_settled(&self) -> bool {
        self.token.is_settled
    }

    /// Separates the octets of the message from the token that settles it.
    pub fn split(self) -> (Bytes, DeliveryToken) {
        (self.octets, self.token)
    }

    /// Returns what the sender has said of the delivery since it was sent. RabbitMQ 4.3 says that it has released
    /// the delivery when the consumer takes too long.
    pub fn remote_state(&self) -> Option<RemoteState> {
        self.token.remote_state()
    }

    /// Waits until the sender says something of the delivery, and returns it.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub async fn remote_state_changed(&self) -> Result<RemoteState, Ended> {
        self.token.remote_state_changed().await
    }

    /// Accepts the message: it has been processed.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn accept(self) -> Result<(), Ended> {
        self.token.accept()
    }

    /// Releases the message: it has not been processed, and may be delivered again.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn release(self) -> Result<(), Ended> {
        self.token.release()
    }

    /// Rejects the message: it is invalid, for this reason. Most brokers then move it to a dead-letter queue or drop
    /// it.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn reject(self, reason: Option<Error>) -> Result<(), Ended> {
        self.token.reject(reason)
    }

    /// Gives the message back with changes: it has not been processed, and may be delivered again.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn modify(self, changes: Modified) -> Result<(), Ended> {
        self.token.modify(changes)
    }

    /// Settles the delivery with an outcome, which may be an extension.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn settle(self, outcome: impl Into<Outcome>) -> Result<(), Ended> {
        self.token.settle(outcome)
    }

    /// Tells the sender the outcome, and waits until it has settled the delivery. After `Ok` on a link whose receiver
    /// settles second, the sender will not send the message again.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended. In the
    /// latter case the sender may have settled it, or may send the message again.
    pub async fn settle_second(self, outcome: impl Into<Outcome>) -> Result<(), Ended> {
        self.token.settle_second(outcome).await
    }
}

impl DeliveryToken {
    fn id(&self) -> DeliveryId {
        DeliveryId::new(self.link.id, self.number)
    }

    /// Returns the name of the delivery within its link.
    pub const fn tag(&self) -> &DeliveryTag {
        &self.tag
    }

    /// See [`Delivery::is_settled`].
    pub const fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// See [`Delivery::remote_state`].
    pub fn remote_state(&self) -> Option<RemoteState> {
        self.link.core().with(|state| state.remote_state(self.id()))
    }

    /// See [`Delivery::remote_state_changed`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub async fn remote_state_changed(&self) -> Result<RemoteState, Ended> {
        let id = self.id();
        let link = id.link();
        self.link
            .core()
            .wait(
                move |state| {
                    state.link(link)?.receiving().map(|receiving| &mut receiving.state_waiters)
                },
                move |state, _| match state.remote_state(id) {
                    Some(remote) => Some(Ok(remote)),
                    None => state.link_end(link).map(Err),
                },
            )
            .await
    }

    /// See [`Delivery::accept`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn accept(self) -> Result<(), Ended> {
        self.settle_with(Accepted {})
    }

    /// See [`Delivery::release`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn release(self) -> Result<(), Ended> {
        self.settle_with(Released {})
    }

    /// See [`Delivery::reject`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn reject(self, reason: Option<Error>) -> Result<(), Ended> {
        self.settle_with(Rejected { error: reason.map(Box::new) })
    }

    /// See [`Delivery::modify`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn modify(self, changes: Modified) -> Result<(), Ended> {
        self.settle_with(changes)
    }

    /// See [`Delivery::settle`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub fn settle(self, outcome: impl Into<Outcome>) -> Result<(), Ended> {
        self.settle_with(outcome.into())
    }

    /// See [`Delivery::settle_second`].
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the delivery has been settled before, or its link, session or connection has ended.
    pub async fn settle_second(mut self, outcome: impl Into<Outcome>) -> Result<(), Ended> {
        if self.is_settled {
            return Ok(());
        }
        let id = self.id();
        let link = id.link();
        // What the sender says of it is kept until this is dropped.
        self.on_drop = Some(OnDrop::Keep);
        self.link.core().with(|state| state.settle(id, Outcome::into(outcome.into())))?;
        self.link
            .core()
            .wait(
                move |state| {
                    state.link(link)?.receiving().map(|receiving| &mut receiving.state_waiters)
                },
                move |state, _| state.is_settled_second(id),
            )
            .await
    }

    fn settle_with(mut self, outcome: impl Into<DeliveryState>) -> Result<(), Ended> {
        if self.is_settled { Ok(()) } else { self.send_outcome(outcome) }
    }

    /// Sends an outcome. Nothing is then left to do when the token is dropped.
    fn send_outcome(&mut self, outcome: impl Into<DeliveryState>) -> Result<(), Ended> {
        self.on_drop = None;
        self.link.core().with(|state| {
            let id = self.id();
            let settled = state.settle(id, outcome.into());
            state.forget_delivery(id, settled == Ok(true));
            settled.map(drop)
        })
    }
}

impl Drop for DeliveryToken {
    fn drop(&mut self) {
        let on_drop = match self.on_drop {
            None => return,
            Some(OnDrop::Keep) => OnDrop::Keep,
            Some(_) if thread::panicking() => OnDrop::Failed,
            Some(other) => other,
        };
        // After the end of the link there is nothing to do.
        let _ = match on_drop {
            OnDrop::Keep => {
                self.link.core().with(|state| state.forget_delivery(self.id(), true));
                Ok(())
            }
            OnDrop::Release => self.send_outcome(Released {}),
            OnDrop::Reject => self.send_outcome(Rejected::default()),
            OnDrop::Failed => {
                self.send_outcome(Modified { delivery_failed: Some(true), ..Modified::default() })
            }
        };
    }
}
