//! The outcomes of messages that were sent.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use amqp_types::messaging::{DeliveryState, Outcome, Received, SourceArchetype};

use super::ended::Ended;
use super::handles::LinkHandle;
use super::send_error::{Arrived, SendError};
use super::state::State;
use crate::proto::DeliveryId;

/// A future of the outcome of a message that was sent. Awaiting it succeeds if the receiver has accepted the message, as
/// [`Sender::send`](super::Sender::send) does.
///
/// Dropping a receipt does not affect the message. Its outcome is then ignored.
#[derive(Debug)]
#[must_use = "a receipt tells whether the message was accepted"]
pub struct Receipt {
    /// The link, until the outcome has been returned.
    link: Option<Arc<LinkHandle>>,
    number: u64,
}

impl Receipt {
    pub(super) const fn new(link: Arc<LinkHandle>, number: u64) -> Self {
        Self { link: Some(link), number }
    }

    fn poll_outcome(
        &self,
        link: &LinkHandle,
        state: &mut State,
        cx: Option<&Context<'_>>,
    ) -> Poll<Result<Outcome, SendError>> {
        let id = DeliveryId::new(link.id, self.number);
        state.poll_outcome(id, cx).map(|settled| {
            let default = || match &state.link(link.id)?.peer.as_ref()?.source {
                Some(SourceArchetype::Source(source)) => source.default_outcome.clone(),
                _ => None,
            };
            settled.and_then(|settled| outcome(settled, default))
        })
    }

    /// Waits for the outcome, whatever it is.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the outcome will not come.
    pub async fn outcome(mut self) -> Result<Outcome, SendError> {
        poll_fn(|cx| self.poll_once(cx)).await
    }

    /// Returns how much of the message the receiver has said that it has received, in its last [`Received`] state
    /// (section 3.4.1), or `None` if it has sent none. Most receivers tell only the outcome, for which awaiting the
    /// receipt waits.
    pub fn progress(&self) -> Option<Received> {
        let link = self.link.as_ref()?;
        link.core().with(|state| state.progress(DeliveryId::new(link.id, self.number)))
    }
}

/// Resolves when the message has been accepted, or to a [`SendError`] if its outcome is another one or will not come.
impl Future for Receipt {
    type Output = Result<(), SendError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_once(cx).map(|outcome| match outcome? {
            Outcome::Accepted(_) => Ok(()),
            other => Err(SendError::NotAccepted(other)),
        })
    }
}

impl Receipt {
    /// Returns the outcome, once.
    fn poll_once(&mut self, cx: &mut Context<'_>) -> Poll<Result<Outcome, SendError>> {
        let Some(link) = &self.link else {
            let why = Ended::link_gone();
            return Poll::Ready(Err(SendError::Ended { why, arrived: Arrived::Perhaps }));
        };
        let outcome = link.core().with(|state| self.poll_outcome(link, state, Some(cx)));
        if outcome.is_ready() {
            self.link = None;
        }
        outcome
    }
}

/// Returns the outcome of a delivery that has been settled in this state.
pub(super) fn outcome(
    state: Option<DeliveryState>,
    default: impl FnOnce() -> Option<Outcome>,
) -> Result<Outcome, SendError> {
    let outcome = match state {
        Some(DeliveryState::Accepted(outcome)) => Some(outcome.into()),
        Some(DeliveryState::Rejected(outcome)) => Some(outcome.into()),
        Some(DeliveryState::Released(outcome)) => Some(outcome.into()),
        Some(DeliveryState::Modified(outcome)) => Some(Outcome::Modified(outcome)),
        Some(DeliveryState::Declared(outcome)) => Some(Outcome::Declared(outcome)),
        Some(DeliveryState::Other(outcome)) => Some(Outcome::Other(outcome)),
        Some(DeliveryState::Transactional(state)) => state.outcome,
        Some(DeliveryState::Received(_)) | None => None,
    };
    outcome.or_else(default).ok_or(SendError::NoOutcome)
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            let id = DeliveryId::new(link.id, self.number);
            link.core().with(|state| state.forget_receipt(id));
        }
    }
}

/// Receipts in the order in which the messages were sent.
///
/// ```no_run
/// # async fn example(sender: amqp_net::Sender) -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::Receipts;
///
/// let mut receipts = Receipts::new();
/// sender.submit_all(["one", "two", "three"], &mut receipts).await?;
/// receipts.accepted().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "receipts tell whether the messages were accepted"]
pub struct Receipts {
    receipts: VecDeque<Receipt>,
    /// The number of receipts that have been removed.
    removed: usize,
}

impl Receipts {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of receipts.
    pub fn len(&self) -> usize {
        self.receipts.len()
    }

    /// Returns whether there are no receipts.
    pub fn is_empty(&self) -> bool {
        self.receipts.is_empty()
    }

    /// Adds a receipt at the end.
    pub fn push(&mut self, receipt: Receipt) {
        self.receipts.push_back(receipt);
    }

    /// Removes the first receipt.
    pub fn pop(&mut self) -> Option<Receipt> {
        let receipt = self.receipts.pop_front()?;
        self.removed += 1;
        Some(receipt)
    }

    /// Waits until all messages have been accepted, and removes their receipts.
    ///
    /// The future can be dropped and the method called again. After an error it can be called again for the
    /// remaining receipts.
    ///
    /// # Errors
    ///
    /// Returns a [`BatchError`] for the first message that was not accepted, whose receipt has been removed.
    pub async fn accepted(&mut self) -> Result<(), BatchError> {
        self.accepted_down_to(0).await
    }

    /// Waits until at most `left` receipts remain, and removes those of accepted messages from the front. Call it before
    /// each message to limit how many are on the way at once.
    ///
    /// If more than `left` receipts remain at first, all accepted ones at the front are removed, not only as many as
    /// necessary.
    ///
    /// ```no_run
    /// # async fn example(sender: amqp_net::Sender) -> Result<(), Box<dyn std::error::Error>> {
    /// # use amqp_net::Receipts;
    /// let mut receipts = Receipts::new();
    /// for number in 0..1_000_000 {
    ///     receipts.accepted_down_to(999).await?;
    ///     receipts.push(sender.submit(&*format!("message {number}")).await?);
    /// }
    /// receipts.accepted().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The future can be dropped and the method called again, also after an error.
    ///
    /// # Errors
    ///
    /// Returns a [`BatchError`] for the first message that was not accepted, whose receipt has been removed. It may be
    /// one that need not have been waited for.
    pub async fn accepted_down_to(&mut self, left: usize) -> Result<(), BatchError> {
        if self.receipts.len() <= left {
            return Ok(());
        }
        poll_fn(|cx| {
            while self.receipts.len() > left
                && let Some(first) = self.receipts.front()
            {
                let Some(link) = first.link.clone() else {
                    // Its outcome has been returned before.
                    self.pop();
                    continue;
                };
                // The outcomes of one link are looked at under one lock, outside of which the link is dropped.
                let outcome = link.core().with(|state| self.poll_run(&link, left, state, cx));
                match ready!(outcome) {
                    Ok(()) => {}
                    Err(error) => {
                        let index = self.removed - 1;
                        return Poll::Ready(Err(BatchError { index, error }));
                    }
                }
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Removes the first receipts, which are of one link, while their messages have been accepted. Waits only if there
    /// are more than `left`.
    fn poll_run(
        &mut self,
        link: &Arc<LinkHandle>,
        left: usize,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        let mut remaining = self.receipts.len();
        while let Some(first) = self.receipts.front_mut()
            && first.link.as_ref().is_some_and(|of| Arc::ptr_eq(of, link))
        {
            let waits = remaining > left;
            let outcome = match first.poll_outcome(link, state, waits.then_some(cx)) {
                Poll::Pending if waits => return Poll::Pending,
                Poll::Pending => break,
                Poll::Ready(outcome) => outcome,
            };
            first.link = None;
            self.receipts.pop_front();
            self.removed += 1;
            remaining -= 1;
            match outcome {
                Ok(Outcome::Accepted(_)) => {}
                Ok(other) => return Poll::Ready(Err(SendError::NotAccepted(other))),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Why one of many messages was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchError {
    /// Which message it was, counted from 0, since the [`Receipts`] were created.
    pub index: usize,
    /// Why it was not accepted.
    pub error: SendError,
}

impl std::error::Error for BatchError {}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "message {}: {}", self.index, self.error)
    }
}
