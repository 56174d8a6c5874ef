//! Sending what is demanded, when it is demanded: the sending end of a queue.

use std::future::poll_fn;
use std::sync::Arc;

use amqp_types::messaging::{EncodeMessage, Outcome};
use amqp_types::transport::{Attach, Error, SenderSettleMode};

use super::ended::Ended;
use super::handles::LinkHandle;
use super::receipt;
use super::send_error::{SendError, TrySubmitError};
use super::sender::{SendOptions, delivery};
use crate::proto::Demand;

/// Sends on one link of a client what a queue has for it. A [`Sender`](super::Sender) makes messages wait for credit; a
/// dispatcher waits for credit first, so that a message stays where others can still take it.
///
/// A server accepts a link with it by [`IncomingSender::accept_dispatcher`](super::IncomingSender::accept_dispatcher).
/// When it is dropped, the link is closed in the background.
///
/// ```
/// # async fn example(link: amqp_net::IncomingSender) -> Result<(), Box<dyn std::error::Error>> {
/// use std::collections::VecDeque;
///
/// use amqp_net::amqp_types::messaging::Source;
///
/// let mut queue = VecDeque::from(["one", "two", "three"]);
/// let mut link = link.accept_dispatcher(Source::new("numbers"))?;
/// let (mut settled, mut sent) = (Vec::new(), Vec::new());
/// while let Ok(demand) = link.next(!queue.is_empty(), &mut settled).await {
///     for settled in settled.drain(..) {
///         println!("{} is {:?}", settled.delivery, settled.outcome);
///     }
///     let credit = demand.credit as usize;
///     link.dispatch(queue.iter().take(credit).copied(), &mut sent)?;
///     queue.drain(..sent.drain(..).count());
///     if demand.drain {
///         link.drained();
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Dispatcher {
    link: Arc<LinkHandle>,
    peer: Arc<Attach>,
    is_settled: bool,
}

/// A delivery that its receiver has settled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The number that [`Dispatcher::dispatch`] has given to the delivery.
    pub delivery: u64,
    /// Its outcome. `None` stands for the default outcome of the source (section 3.5.3).
    pub outcome: Option<Outcome>,
}

impl Dispatcher {
    pub(super) const fn new(
        link: Arc<LinkHandle>,
        peer: Arc<Attach>,
        mode: SenderSettleMode,
    ) -> Self {
        Self { link, peer, is_settled: matches!(mode, SenderSettleMode::Settled) }
    }

    /// Returns whether deliveries are settled as they are sent: there will be no outcomes.
    pub const fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Waits until there is something to do: deliveries have been settled, which are added to `settled`; or the receiver
    /// drains the link, and [`drained`](Self::drained) is to be called; or, if `wants_credit` is true, deliveries can be sent. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns [`Ended`] after the end of the link, when all outcomes that came before have been returned.
    pub async fn next(
        &mut self,
        wants_credit: bool,
        settled: &mut Vec<Settled>,
    ) -> Result<Demand, Ended> {
        let Self { link, .. } = self;
        let mut states = Vec::new();
        let demand = poll_fn(|cx| {
            let poll = |state: &mut super::state::State| {
                state.poll_demand(link.id, wants_credit, &mut states, cx)
            };
            link.core().with(poll)
        });
        let demand = demand.await;
        settled.extend(states.into_iter().map(|(delivery, state)| Settled {
            delivery,
            outcome: receipt::outcome(state.map(Into::into), || None).ok(),
        }));
        demand
    }

    /// Sends messages in this order, as many as can be sent at once. For each one a number is added to `sent`, which goes
    /// up and by which it is named when it is settled: those without a number have not been sent.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the next message can never be sent on this link.
    pub fn dispatch<M: EncodeMessage>(
        &mut self,
        messages: impl IntoIterator<Item = M>,
        sent: &mut Vec<u64>,
    ) -> Result<(), SendError> {
        // Encoded without the lock, and then sent under one.
        let mut encoded = Vec::new();
        let mut failed = Ok(());
        for message in messages {
            match delivery(&message, &SendOptions::default()) {
                Ok(delivery) if self.is_settled => encoded.push(delivery.settled()),
                Ok(delivery) => encoded.push(delivery),
                Err(error) => {
                    failed = Err(error.into());
                    break;
                }
            }
        }
        self.link.core().with(|state| {
            for delivery in &encoded {
                match state.try_send(self.link.id, delivery) {
                    Ok(number) => sent.push(number),
                    Err(TrySubmitError::Full) => return Ok(()),
                    Err(TrySubmitError::Failed(error)) => return Err(error),
                }
            }
            failed
        })
    }

    /// Gives up the credit that is left, because the receiver drains the link and there is nothing more to send.
    pub fn drained(&mut self) {
        self.link.core().with(|state| state.end_drain(self.link.id));
    }

    /// Returns the attach of the peer.
    pub fn remote_attach(&self) -> &Attach {
        &self.peer
    }

    /// Closes the link, and waits until the peer has agreed. The link is closed even if the future is dropped.
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
        let ended = self.link.detach(true, reason);
        async move { ended.await.into_result() }
    }
}
