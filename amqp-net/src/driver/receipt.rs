//! The outcomes of messages that were sent.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use amqp_types::messaging::{DeliveryState, Outcome, SourceArchetype};

use super::ended::Ended;
use super::handles::LinkHandle;
use super::send_error::{Arrived, SendError};
use crate::proto::{DeliveryId, LinkEnd};

/// The outcome to come of a message that was sent.
///
/// Dropping a receipt means that you do not want to know. The message is sent all the same.
#[derive(Debug)]
#[must_use = "a receipt tells whether the message was accepted"]
pub struct Receipt {
    /// The link, until the outcome has been returned.
    link: Option<Arc<LinkHandle>>,
    number: u64,
}

impl Receipt {
    pub(super) const fn new(link: Arc<LinkHandle>, id: DeliveryId) -> Self {
        Self { link: Some(link), number: id.number() }
    }

    /// Waits until the message has been accepted.
    ///
    /// # Errors
    ///
    /// Returns a [`SendError`] if the outcome is another one, or will not come.
    pub async fn accepted(self) -> Result<(), SendError> {
        match self.await? {
            Outcome::Accepted(_) => Ok(()),
            other => Err(SendError::NotAccepted(other)),
        }
    }
}

impl Future for Receipt {
    type Output = Result<Outcome, SendError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(link) = &self.link else {
            let why = Ended::from(LinkEnd::Detached { closed: true });
            return Poll::Ready(Err(SendError::Ended { why, arrived: Arrived::Perhaps }));
        };
        let id = DeliveryId::new(link.id, self.number);
        let outcome = link.core().with(|state| {
            state.poll_outcome(id, cx).map(|settled| {
                let default = || match &state.link(link.id)?.peer.as_ref()?.source {
                    Some(SourceArchetype::Source(source)) => source.default_outcome.clone(),
                    _ => None,
                };
                settled.and_then(|settled| outcome(settled, default))
            })
        });
        if outcome.is_ready() {
            self.link = None;
        }
        outcome
    }
}

/// Returns the outcome of a delivery that has been settled in this state.
fn outcome(
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
        while let Some(receipt) = self.receipts.front_mut() {
            let outcome = poll_fn(|cx| Pin::new(&mut *receipt).poll(cx)).await;
            self.receipts.pop_front();
            self.removed += 1;
            let error = match outcome {
                Ok(Outcome::Accepted(_)) => continue,
                Ok(other) => SendError::NotAccepted(other),
                Err(error) => error,
            };
            return Err(BatchError { index: self.removed - 1, error });
        }
        Ok(())
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

impl std::error::Error for BatchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "message {}: {}", self.index, self.error)
    }
}
