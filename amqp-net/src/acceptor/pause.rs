//! Pauses of a listener that cannot accept.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(1);

/// Pauses, each twice as long as the one before.
#[derive(Debug)]
pub(super) struct Pause {
    length: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Default for Pause {
    fn default() -> Self {
        Self { length: SHORTEST, sleep: None }
    }
}

impl Pause {
    /// Begins a pause.
    pub(super) fn begin(&mut self) {
        self.sleep = Some(Box::pin(sleep(self.length)));
        self.length = LONGEST.min(self.length * 2);
    }

    /// Makes the next pause the shortest again.
    pub(super) const fn reset(&mut self) {
        self.length = SHORTEST;
    }

    /// Ready when no pause is pending.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        Poll::Ready(())
    }
}
