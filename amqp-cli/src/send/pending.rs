//! The messages whose outcomes have not come.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use amqp_net::{BatchError, Receipts, SendError};

/// The messages that were sent and whose outcomes have not come, in order.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    receipts: Receipts,
    /// The numbers of the messages, as runs of consecutive ones: the first, and how many.
    numbers: VecDeque<(u64, u64)>,
}

/// What has become of the first messages.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// The number of messages that were accepted.
    pub(crate) accepted: u64,
    /// The message after these, and why it was not accepted.
    pub(crate) failed: Option<(u64, SendError)>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.receipts.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.receipts.len()
    }

    /// Adds the receipts of messages with consecutive numbers.
    pub(crate) fn add(&mut self, first: u64, mut receipts: Receipts) {
        if !receipts.is_empty() {
            self.numbers.push_back((first, receipts.len() as u64));
        }
        while let Some(receipt) = receipts.pop() {
            self.receipts.push(receipt);
        }
    }

    /// Waits for outcomes, forever if there are no messages. Dropping the future loses none.
    pub(crate) async fn settled(&mut self) -> Settled {
        poll_fn(|cx| self.poll_settled(cx)).await
    }

    /// Returns outcomes that have come, if there are any.
    pub(crate) fn settled_now(&mut self) -> Option<Settled> {
        match self.poll_settled(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(settled) => Some(settled),
            Poll::Pending => None,
        }
    }

    fn poll_settled(&mut self, cx: &mut Context<'_>) -> Poll<Settled> {
        let before = self.receipts.len();
        let result = pin!(self.receipts.accepted()).poll(cx);
        let removed = (before - self.receipts.len()) as u64;
        let failed = match result {
            Poll::Ready(Err(BatchError { error, .. })) => Some(error),
            _ if removed == 0 => return Poll::Pending,
            _ => None,
        };
        let accepted = removed - u64::from(failed.is_some());
        self.skip(accepted);
        let failed = failed.map(|error| (self.skip(1), error));
        Poll::Ready(Settled { accepted, failed })
    }

    /// Removes numbers, and returns the first of them.
    fn skip(&mut self, mut count: u64) -> u64 {
        let first_of_all = self.numbers.front().map_or(0, |(first, _)| *first);
        while count > 0
            && let Some((first, len)) = self.numbers.front_mut()
        {
            let here = count.min(*len);
            *first += here;
            *len -= here;
            count -= here;
            if *len == 0 {
                self.numbers.pop_front();
            }
        }
        first_of_all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_messages() {
        let mut pending =
            Pending { numbers: VecDeque::from([(0, 3), (5, 2)]), ..Pending::default() };
        assert_eq!(pending.skip(2), 0);
        assert_eq!(pending.skip(1), 2);
        assert_eq!(pending.skip(1), 5);
        assert_eq!(pending.skip(1), 6);
        assert!(pending.numbers.is_empty());
    }
}
