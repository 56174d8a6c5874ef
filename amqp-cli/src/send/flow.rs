//! Sends messages and waits for their outcomes.

use std::fmt;
use std::time::{Duration, Instant};

use amqp_net::{Ended, Receipts, SendError, Sender};
use tokio::time::{Instant as Deadline, sleep_until, timeout};

use super::input::{Chunk, Input};
use super::pace::Pace;
use super::pending::{Pending, Settled};
use super::progress::Progress;
use super::tally::{Summary, Tally};
use crate::stop::StopSignals;

/// The number of messages that are sent before outcomes are looked at.
const CHUNK: usize = 1024;

/// Why no more messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// By a signal.
    Interrupted,
    /// The peer has made no progress.
    TimedOut,
    /// The link has ended.
    Lost,
}

/// Sends messages on one link.
pub(crate) struct Flow {
    sender: Sender,
    /// Whether messages are settled as they are sent.
    settles: bool,
    /// The number of receipts above which nothing is sent, because the first ones may stay unsettled for long.
    max_receipts: usize,
    patience: Patience,
    pace: Option<Pace>,
    progress: Progress,
    pending: Pending,
    tally: Tally,
    /// The number of messages that were not sent: each cannot be, or the user interrupted the command.
    not_sent: u64,
}

/// How long the peer may take.
struct Patience {
    limit: Duration,
    until: Deadline,
}

impl Patience {
    /// Begins anew, because something has been done.
    fn renew(&mut self) {
        let now = Deadline::now();
        self.until = now.checked_add(self.limit).unwrap_or(now);
    }
}

/// What has become of messages that were to be sent.
struct Submitted {
    receipts: Receipts,
    /// The number of messages that were settled as they were sent.
    settled: u64,
}

impl Flow {
    pub(crate) fn new(
        sender: Sender,
        settles: bool,
        window: u32,
        limit: Duration,
        pace: Option<Pace>,
        progress: Progress,
    ) -> Self {
        Self {
            sender,
            settles,
            max_receipts: 2 * window as usize + CHUNK,
            patience: Patience { limit, until: Deadline::now() },
            pace,
            progress,
            pending: Pending::default(),
            tally: Tally::default(),
            not_sent: 0,
        }
    }

    /// Sends all messages, waits for their outcomes, and closes the link.
    pub(crate) async fn run(mut self, mut input: Input, signals: &mut StopSignals) -> Summary {
        let start = Instant::now();
        let stop = match self.send_all(&mut input, signals).await {
            Ok(()) => self.finish(signals).await.err(),
            // Those on the way are awaited; the next signal ends that.
            Err(Stop::Interrupted) => self.finish(signals).await.err().or(Some(Stop::Interrupted)),
            Err(stop) => Some(stop),
        };
        self.count_rest();
        self.progress.finish();
        let Self { sender, settles, pending, tally, not_sent, progress, patience, .. } = self;
        if stop == Some(Stop::TimedOut) {
            progress.complain(&Stalled { after: patience.limit, unsettled: pending.len() });
        }
        drop(pending);
        let mut is_lost = stop == Some(Stop::Lost);
        // The answer shows that the peer has what was settled as it was sent.
        if stop.is_none()
            && let Ok(Err(ended)) = timeout(patience.limit, sender.close()).await
        {
            progress.complain(&ended);
            is_lost = true;
        }
        let is_all = match stop {
            None => true,
            Some(Stop::Interrupted) => !input.has_more(),
            Some(_) => false,
        };
        let in_order = if settles { tally.unknown } else { tally.accepted } == tally.sent;
        let is_complete = is_all && in_order && not_sent == 0 && !input.has_failed();
        Summary { tally, is_complete, is_lost, time: start.elapsed() }
    }

    async fn send_all(&mut self, input: &mut Input, signals: &mut StopSignals) -> Result<(), Stop> {
        loop {
            let (most, from) = self.allowance();
            let has_room = most > 0 && self.pending.len() < self.max_receipts;
            let awaits = !self.pending.is_empty();
            let chunk = tokio::select! {
                biased;
                () = signals.received() => return Err(Stop::Interrupted),
                chunk = input.next(most), if has_room => match chunk {
                    Some(chunk) => chunk,
                    None => return Ok(()),
                },
                settled = self.pending.settled(), if awaits => {
                    self.count(settled)?;
                    continue;
                }
                ended = self.sender.detached() => return Err(self.lose(&ended)),
                () = sleep_until(self.patience.until), if awaits => return Err(Stop::TimedOut),
                () = sleep_until(from), if most == 0 => continue,
            };
            self.submit(chunk, signals).await?;
            while let Some(settled) = self.pending.settled_now() {
                self.count(settled)?;
            }
            // The task of the connection shares this thread.
            tokio::task::yield_now().await;
        }
    }

    /// Returns how many messages may be sent now, and if there are none, from when on.
    fn allowance(&mut self) -> (usize, Deadline) {
        let now = Deadline::now();
        match self.pace.as_mut().map(|pace| pace.allowance(now)) {
            None => (CHUNK, now),
            Some(Ok(most)) => (usize::try_from(most).map_or(CHUNK, |most| most.min(CHUNK)), now),
            Some(Err(from)) => (0, from),
        }
    }

    /// Sends messages.
    async fn submit(&mut self, chunk: Chunk<'_>, signals: &mut StopSignals) -> Result<(), Stop> {
        let mut rest = chunk;
        if self.pending.is_empty() {
            self.patience.renew();
        }
        while rest.len > 0 {
            let (submitted, result) = self.submit_some(rest, signals).await;
            let sent = submitted.receipts.len() as u64 + submitted.settled;
            self.tally.sent += sent;
            self.tally.unknown += submitted.settled;
            if let Some(pace) = &mut self.pace {
                pace.count(sent);
            }
            self.pending.add(rest.first, submitted.receipts);
            if self.settles {
                self.progress.set(self.tally.sent);
            }
            if sent > 0 {
                self.patience.renew();
            }
            rest = rest.after(usize::try_from(sent).unwrap_or(usize::MAX));
            match result {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(SendError::Ended { why, .. })) => return Err(self.lose(&why)),
                Ok(Err(error)) => {
                    self.complain(rest.first, &error);
                    self.not_sent += 1;
                    rest = rest.after(1);
                }
                Err(Stop::TimedOut) if sent > 0 => {}
                Err(stop) => {
                    self.not_sent += rest.len as u64;
                    return Err(stop);
                }
            }
        }
        Ok(())
    }

    /// Sends messages, as far as that is possible, and counts outcomes meanwhile.
    async fn submit_some(
        &mut self,
        chunk: Chunk<'_>,
        signals: &mut StopSignals,
    ) -> (Submitted, Result<Result<(), SendError>, Stop>) {
        let mut submitted = Submitted { receipts: Receipts::new(), settled: 0 };
        let sender = self.sender.clone();
        let settles = self.settles;
        let result = {
            let submitting = submitted.submit(&sender, chunk, settles);
            tokio::pin!(submitting);
            loop {
                tokio::select! {
                    biased;
                    result = &mut submitting => break Ok(result),
                    () = signals.received() => break Err(Stop::Interrupted),
                    settled = self.pending.settled(), if !self.pending.is_empty() => {
                        if let Err(stop) = self.count(settled) {
                            break Err(stop);
                        }
                    }
                    () = sleep_until(self.patience.until) => break Err(Stop::TimedOut),
                }
            }
        };
        (submitted, result)
    }

    /// Waits for all outcomes.
    async fn finish(&mut self, signals: &mut StopSignals) -> Result<(), Stop> {
        while !self.pending.is_empty() {
            tokio::select! {
                biased;
                settled = self.pending.settled() => self.count(settled)?,
                () = signals.received() => return Err(Stop::Interrupted),
                () = sleep_until(self.patience.until) => return Err(Stop::TimedOut),
            }
        }
        Ok(())
    }

    /// Counts outcomes, and reports those that are not accepted.
    fn count(&mut self, settled: Settled) -> Result<(), Stop> {
        let Settled { accepted, failed } = settled;
        self.patience.renew();
        self.tally.accepted += accepted;
        if let Some((number, error)) = failed {
            self.tally.count(&error);
            match &error {
                SendError::Ended { why, .. } => return Err(self.lose(why)),
                error => self.complain(number, error),
            }
        }
        self.progress.set(self.tally.sent - self.pending.len() as u64);
        Ok(())
    }

    /// Reports the end of the link.
    fn lose(&self, why: &Ended) -> Stop {
        self.progress.complain(why);
        Stop::Lost
    }

    /// Counts the outcomes that came before the end, and all others as unknown.
    fn count_rest(&mut self) {
        while let Some(Settled { accepted, failed }) = self.pending.settled_now() {
            self.tally.accepted += accepted;
            if let Some((number, error)) = failed {
                self.tally.count(&error);
                // The end of the link has been reported.
                if !matches!(error, SendError::Ended { .. }) {
                    self.complain(number, &error);
                }
            }
        }
        self.tally.unknown += self.pending.len() as u64;
    }

    fn complain(&self, number: u64, error: &SendError) {
        self.progress.complain(&format_args!("message {}: {error}", number + 1));
    }
}

/// Why a peer is not waited for any longer.
struct Stalled {
    after: Duration,
    unsettled: usize,
}

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { after, unsettled } = self;
        match unsettled {
            0 => write!(
                f,
                "the peer accepted no message within {after:?}: it gave no credit; perhaps it is full, or \
                 waits for a receiver"
            ),
            1 => write!(
                f,
                "the peer made no progress within {after:?}: a message has no outcome, and may have \
                 arrived or not"
            ),
            _ => write!(
                f,
                "the peer made no progress within {after:?}: {unsettled} messages have no outcome, and \
                 may have arrived or not"
            ),
        }
    }
}

impl Submitted {
    async fn submit(
        &mut self,
        sender: &Sender,
        chunk: Chunk<'_>,
        settles: bool,
    ) -> Result<(), SendError> {
        if !settles {
            return sender.submit_all(chunk.iter(), &mut self.receipts).await;
        }
        for message in chunk.iter() {
            sender.send_settled(message).await?;
            self.settled += 1;
        }
        Ok(())
    }
}
