//! Receiving messages on a link.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use amqp_types::messaging::{Source, SourceArchetype};
use amqp_types::transport::{Attach, Error, Fields};
use futures_core::Stream;

use super::delivery::Delivery;
use super::ended::Ended;
use super::handles::LinkHandle;
use super::receiver_builder::ReceiverBuilder;

/// Receives messages on one link. It is also a [`Stream`], which returns an error once and then ends.
///
/// ```no_run
/// # async fn example(receiver: amqp_net::Receiver) -> Result<(), Box<dyn std::error::Error>> {
/// while let Some(delivery) = receiver.recv().await? {
///     match delivery.decode::<&str>() {
///         Ok(order) => {
///             println!("an order of {order}");
///             delivery.accept()?;
///         }
///         Err(_) => delivery.reject(None)?,
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// When it is dropped, no more deliveries are accepted, and those that were not taken are released. The link is
/// closed in the background after the deliveries that were taken have been settled or dropped.
#[derive(Debug)]
pub struct Receiver {
    link: Arc<LinkHandle>,
    peer: Arc<Attach>,
    /// By which the link is attached again.
    builder: Arc<ReceiverBuilder>,
}

impl Receiver {
    pub(super) const fn new(
        link: Arc<LinkHandle>,
        peer: Arc<Attach>,
        builder: Arc<ReceiverBuilder>,
    ) -> Self {
        Self { link, peer, builder }
    }

    /// Waits for the next delivery. Several tasks can wait; they are served in turn. Dropping the future loses
    /// nothing.
    ///
    /// Returns `None` after the end of the link has been reported. Deliveries that had arrived before the end are still
    /// returned if they are settled. Others are not, because they could not be settled any more: their sender will
    /// send them again.
    ///
    /// # Errors
    ///
    /// Returns why the link ended: to every call that was waiting, or else to the first one after it.
    pub async fn recv(&self) -> Result<Option<Delivery>, Ended> {
        let id = self.link.id;
        let delivery = self
            .link
            .core()
            .wait(
                move |state| state.link(id)?.receiving().map(|receiving| &mut receiving.waiters),
                move |state, has_waited| state.take(id, has_waited),
            )
            .await?;
        Ok(delivery.map(|delivery| self.delivery(delivery)))
    }

    /// Waits for the next delivery, and takes up to `most` that have arrived. Returns how many were added to
    /// `deliveries`: 0 after the end of the link has been reported, or if `most` is 0.
    ///
    /// # Errors
    ///
    /// Returns why the link ended, as [`recv`](Self::recv) does.
    pub async fn recv_many(
        &self,
        deliveries: &mut Vec<Delivery>,
        most: usize,
    ) -> Result<usize, Ended> {
        if most == 0 {
            return Ok(0);
        }
        let id = self.link.id;
        let mut taken = Vec::new();
        self.link
            .core()
            .wait(
                move |state| state.link(id)?.receiving().map(|receiving| &mut receiving.waiters),
                |state, has_waited| {
                    taken.extend(match state.take(id, has_waited)? {
                        Ok(first) => first,
                        Err(ended) => return Some(Err(ended)),
                    });
                    while !taken.is_empty()
                        && taken.len() < most
                        && let Some(delivery) = state.take_queued(id)
                    {
                        taken.push(delivery);
                    }
                    Some(Ok(()))
                },
            )
            .await?;
        let count = taken.len();
        deliveries.extend(taken.into_iter().map(|delivery| self.delivery(delivery)));
        Ok(count)
    }

    /// Takes a delivery that has arrived. Returns `None` if there is none at present.
    ///
    /// # Errors
    ///
    /// Returns why the link ended, each time.
    pub fn try_recv(&self) -> Result<Option<Delivery>, Ended> {
        let id = self.link.id;
        let taken = self.link.core().with(|state| match state.take_queued(id) {
            None => state.link_end(id).map_or(Ok(None), Err),
            Some(delivery) => Ok(Some(delivery)),
        })?;
        Ok(taken.map(|delivery| self.delivery(delivery)))
    }

    fn delivery(&self, delivery: crate::proto::Delivery) -> Delivery {
        Delivery::new(Arc::clone(&self.link), delivery, self.builder.drop_policy())
    }

    /// Accepts this many deliveries from now on, in place of what was accepted before. Deliveries that are on the way
    /// may come in addition. More than 2^31 - 1 counts as that, because the standard allows no more. It is for receivers
    /// with [`Credit::Manual`](super::Credit::Manual).
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub fn grant(&self, credit: u32) -> Result<(), Ended> {
        self.link.core().with(|state| state.grant(self.link.id, credit))
    }

    /// Asks the sender to send what it has now, as far as there is credit, and to give up the rest of the credit.
    /// Waits until the sender has done so, until more credit is given, or until the time limit for answers, because some
    /// brokers do not answer if there is no credit. Credit is then not given automatically until
    /// [`resume`](Self::resume).
    ///
    /// Dropping the future does not stop the drain.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub async fn drain(&self) -> Result<(), Ended> {
        let id = self.link.id;
        let core = self.link.core();
        core.with(|state| state.drain(id))?;
        core.wait(
            move |state| state.link(id)?.receiving().map(|receiving| &mut receiving.drain_waiters),
            move |state, _| state.is_drained(id),
        )
        .await
    }

    /// Takes back the credit that has been given, and gives none automatically until [`resume`](Self::resume).
    /// Deliveries that are on the way still come.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub fn pause(&self) -> Result<(), Ended> {
        self.link.core().with(|state| state.pause(self.link.id))
    }

    /// Gives credit automatically again, after [`pause`](Self::pause) or [`drain`](Self::drain).
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] if the link has ended.
    pub fn resume(&self) -> Result<(), Ended> {
        self.link.core().with(|state| state.resume(self.link.id))
    }

    /// Returns how many messages the sender has said that it has, beside those that it has sent. It is a hint: many
    /// senders never say it, or not exactly (section 2.6.7).
    pub fn available(&self) -> Option<u32> {
        self.link.core().with(|state| state.available(self.link.id))
    }

    /// Returns the attach of the peer, with what it has agreed to.
    pub fn remote_attach(&self) -> &Attach {
        &self.peer
    }

    /// Returns the source of the link, as the peer has answered it: with the address of a dynamic node, and the
    /// filters that are used. `None` if it is not a node.
    pub fn source(&self) -> Option<&Source> {
        match &self.peer.source {
            Some(SourceArchetype::Source(source)) => Some(source),
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

    /// Detaches the link without closing it, so that its source stays if it is durable, and waits until the peer has
    /// agreed. The link is detached even if the future is dropped. Deliveries that have not been taken are released.
    /// Returns what attaches the link again, under the same name.
    ///
    /// # Errors
    ///
    /// Returns why the link ended if it was not this call that ended it.
    pub fn detach(self) -> impl Future<Output = Result<ReceiverBuilder, Ended>> + Send {
        let builder = Arc::clone(&self.builder);
        self.stop();
        let detached = Arc::clone(&self.link).detach(false, None);
        async move { detached.await.into_result().map(|()| (*builder).clone()) }
    }

    /// Closes the link, and waits until the peer has agreed. The link is closed even if the future is dropped.
    /// Deliveries that have not been taken are released.
    ///
    /// A peer that has only suspended the link keeps a durable source. If one was asked for, the link is then attached
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

    /// Releases what has not been taken, and closes the link at once.
    pub(super) fn close_for(
        &self,
        reason: Option<Error>,
    ) -> impl Future<Output = Result<(), Ended>> + Send + use<> {
        self.stop();
        self.builder.link().clone().close(Arc::clone(&self.link), reason)
    }

    /// Releases what has not been taken, and takes back the credit.
    fn stop(&self) {
        self.link.core().with(|state| state.stop_receiving(self.link.id));
    }

    /// Takes the next delivery, or lets the waker wait for it, as the only one of those that poll.
    pub(super) fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Result<Option<Delivery>, Ended>> {
        let id = self.link.id;
        let taken = self.link.core().with(|state| {
            let taken = state.take(id, false);
            if taken.is_none() {
                state.wait_as_stream(id, cx);
            }
            taken
        });
        match taken {
            None => Poll::Pending,
            Some(taken) => Poll::Ready(taken.map(|it| it.map(|delivery| self.delivery(delivery)))),
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Stream for Receiver {
    type Item = Result<Delivery, Ended>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_recv(cx).map(Result::transpose)
    }
}
