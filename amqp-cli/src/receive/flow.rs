//! Takes messages, prints them, and settles those that have been printed.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::time::Duration;

use amqp_net::{Connection, Delivery, DeliveryToken, Ended, Receiver};
use amqp_types::messaging::Modified;
use tokio::time::{Instant, sleep_until, timeout};

use super::Settle;
use super::credit::CountedCredit;
use super::format::Format;
use super::printer::Printer;
use crate::output;
use crate::stop::StopSignals;

/// The number of messages that are taken at once.
const BATCH: usize = 256;
/// The number of octets that wait to be printed, above which no more messages are taken.
const MAX_UNPRINTED: u64 = 1 << 20;
/// The number of messages that cannot be printed, after which no more are received.
const MAX_UNPRINTABLE: usize = 1000;
/// How long what is being printed may take after a signal.
const TIME_TO_PRINT: Duration = Duration::from_secs(1);
/// How long the peer may take to close the link.
const TIME_TO_CLOSE: Duration = Duration::from_secs(5);

/// Why no more messages are received.
pub(crate) enum End {
    /// As many came as were asked for, or none for too long, or the user wants no more.
    Done,
    /// The link has ended.
    Lost(Ended),
    /// The output cannot be written.
    Unprintable(io::Error),
}

/// Receives messages on one link.
pub(crate) struct Flow<'a> {
    connection: &'a Connection,
    receiver: Receiver,
    printer: Printer,
    format: Format,
    settle: Settle,
    /// What the printer has not been given.
    unprinted: Vec<u8>,
    /// The number of octets that have been formatted since the start.
    formatted: u64,
    /// The messages that have not been settled, each with the number of octets after which it has been printed.
    printing: VecDeque<(u64, DeliveryToken)>,
    /// The number of messages that were taken.
    taken: u64,
    /// The number of messages that were printed.
    printed: u64,
    /// The messages that cannot be printed, which are kept so that they do not come again and again.
    unprintable: Vec<DeliveryToken>,
    /// The number of messages whose outcome could not be sent.
    not_settled: u64,
    deliveries: Vec<Delivery>,
}

impl<'a> Flow<'a> {
    pub(crate) const fn new(
        connection: &'a Connection,
        receiver: Receiver,
        printer: Printer,
        format: Format,
        settle: Settle,
    ) -> Self {
        Self {
            connection,
            receiver,
            printer,
            format,
            settle,
            unprinted: Vec::new(),
            formatted: 0,
            printing: VecDeque::new(),
            taken: 0,
            printed: 0,
            unprintable: Vec::new(),
            not_settled: 0,
            deliveries: Vec::new(),
        }
    }

    /// Returns whether as many messages were printed as were asked for.
    pub(crate) fn is_enough(&self, count: Option<u64>) -> bool {
        self.unprintable.is_empty() && self.printed >= count.unwrap_or(0)
    }

    /// Returns how many messages were printed.
    pub(crate) const fn printed(&self) -> u64 {
        self.printed
    }

    /// Receives until the end, and settles what has been printed.
    pub(crate) async fn run(
        &mut self,
        count: Option<u64>,
        window: u32,
        patience: Option<Duration>,
        signals: &mut StopSignals,
    ) -> End {
        let mut credit = count.map(|count| CountedCredit::new(count, window));
        let mut silent_until = after(patience);
        let end = loop {
            if let Err(ended) = self.give(credit.as_mut()) {
                break End::Lost(ended);
            }
            let printable = self.printed + self.printing.len() as u64;
            if count.is_some_and(|count| printable >= count) || self.has_too_many_unprintable() {
                break End::Done;
            }
            let has_room = self.formatted - self.printer.octets() < MAX_UNPRINTED;
            tokio::select! {
                biased;
                () = signals.received() => {
                    self.formatted -= mem::take(&mut self.unprinted).len() as u64;
                    let _ = timeout(TIME_TO_PRINT, self.finish_printing()).await;
                    return End::Done;
                }
                () = self.printer.advance(&mut self.unprinted) => {
                    self.settle_printed();
                    if self.printer.has_failed() {
                        break End::Done;
                    }
                }
                received = self.receiver.recv_many(&mut self.deliveries, BATCH), if has_room => {
                    match received {
                        Ok(_) => silent_until = after(patience),
                        Err(ended) => break End::Lost(ended),
                    }
                    let unprintable = self.format_all();
                    if let Some(credit) = &mut credit {
                        credit.replace(unprintable);
                    }
                }
                () = sleep_until(silent_until.unwrap_or_else(Instant::now)),
                    if has_room && silent_until.is_some() => break End::Done,
            }
        };
        // What has been taken is printed, unless the user wants no more or the output cannot be written.
        tokio::select! {
            () = self.finish_printing() => {}
            () = signals.received() => {}
        }
        match self.printer.error() {
            Some(error) => End::Unprintable(error),
            None => end,
        }
    }

    /// Gives credit for the messages that are wanted, if it is not given automatically.
    fn give(&self, credit: Option<&mut CountedCredit>) -> Result<(), Ended> {
        let Some(credit) = credit else { return Ok(()) };
        // The task of the connection shares this thread, so that nothing arrives before the credit is given.
        let queued = self.connection.stats().queued as u64;
        credit.due(self.taken, queued).map_or(Ok(()), |due| self.receiver.grant(due))
    }

    /// Formats what has been taken. Returns the number of messages that cannot be printed.
    fn format_all(&mut self) -> u64 {
        let before = self.unprintable.len();
        for delivery in mem::take(&mut self.deliveries) {
            let (octets, token) = delivery.split();
            self.taken += 1;
            let start = self.unprinted.len();
            match self.format.append(&octets, &mut self.unprinted) {
                Ok(()) => {
                    self.formatted += (self.unprinted.len() - start) as u64;
                    self.printing.push_back((self.formatted, token));
                }
                Err(error) => {
                    output::complain(&format_args!(
                        "message {} cannot be printed, and will be given back: {error}",
                        self.taken,
                    ));
                    self.unprintable.push(token);
                }
            }
        }
        (self.unprintable.len() - before) as u64
    }

    fn has_too_many_unprintable(&self) -> bool {
        let has_too_many = self.unprintable.len() >= MAX_UNPRINTABLE;
        if has_too_many {
            output::complain(&"too many messages cannot be printed");
        }
        has_too_many
    }

    /// Waits until everything has been printed, or the output cannot be written.
    async fn finish_printing(&mut self) {
        loop {
            // Checked first, so that everything that was printed before a failure is settled.
            let is_last = self.printer.has_failed();
            if self.settle_printed() == self.formatted || is_last {
                return;
            }
            self.printer.advance(&mut self.unprinted).await;
        }
    }

    /// Settles the messages that have been printed. Returns the number of octets of all that has been printed.
    fn settle_printed(&mut self) -> u64 {
        let octets = self.printer.octets();
        while self.printing.front().is_some_and(|(end, _)| *end <= octets)
            && let Some((_, token)) = self.printing.pop_front()
        {
            self.printed += 1;
            let settled = match self.settle {
                Settle::Accept => token.accept(),
                Settle::Release => token.release(),
                Settle::Reject => token.reject(None),
                Settle::Modify => {
                    token.modify(Modified { delivery_failed: Some(true), ..Modified::default() })
                }
                Settle::None => {
                    drop(token);
                    Ok(())
                }
            };
            self.not_settled += u64::from(settled.is_err());
        }
        octets
    }

    /// Gives back what has not been printed, and closes the link.
    pub(crate) async fn close(self) {
        if self.not_settled > 0 {
            output::complain(&format_args!(
                "{} messages have been printed, but the peer could not be told: they may come again",
                self.not_settled,
            ));
        }
        let unprinted = self.printing.into_iter().map(|(_, token)| token);
        for token in unprinted.chain(self.unprintable) {
            // If the link has ended, the peer has them back already.
            let _ = token.release();
        }
        let _ = timeout(TIME_TO_CLOSE, self.receiver.close()).await;
    }
}

fn after(patience: Option<Duration>) -> Option<Instant> {
    patience.and_then(|patience| Instant::now().checked_add(patience))
}
