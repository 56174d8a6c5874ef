//! Negotiation as the server: the end that was connected to.

mod failure;
mod settings;

use std::time::{Duration, Instant};

use amqp_types::transport::ProtocolHeader;
use bytes::Bytes;

pub use self::failure::ServerFailure;
pub use self::settings::{FirstMove, ServerSettings};
use super::agreed::Agreed;
use super::closing::{Closing, ClosingLimits};
use super::deadline::Deadline;
use super::likely::Likely;
use super::opening::{Opening, Seen};
use super::stage::{Ending, Progress, Stage, Transmit};
use super::supported::Supported;

/// The stage in which a server waits for the client's header, and answers it (section 2.2). It ends
/// in [`Agreed`] or in a [`ServerFailure`].
#[derive(Debug)]
pub struct ServerNegotiation {
    supported: Supported,
    /// The header that this end is bound to: the one sent first, or the answer.
    ours: Option<ProtocolHeader>,
    header_due: bool,
    opening: Opening,
    state: State,
    ending: Option<Ending>,
    /// How sending came to its end, if it did before the input.
    unsent: Option<Ending>,
    /// When something last happened, for the closing that may follow.
    now: Instant,
    limit: Duration,
    deadline: Deadline,
    closing: ClosingLimits,
}

#[derive(Debug)]
enum State {
    Waiting,
    Agreed(ProtocolHeader),
    Failed(ServerFailure),
}

impl ServerNegotiation {
    /// Begins to negotiate. `began` is when the connection was accepted: the time limit of the
    /// handshake counts from there.
    pub fn new(settings: &ServerSettings, began: Instant) -> Self {
        let ours = match settings.first_move {
            FirstMove::Client => None,
            FirstMove::Server => Some(settings.supported.first()),
        };
        Self {
            supported: settings.supported.clone(),
            ours,
            header_due: ours.is_some(),
            opening: Opening::default(),
            state: State::Waiting,
            ending: None,
            unsent: None,
            now: began,
            limit: settings.limit,
            deadline: Deadline::after(began, settings.limit),
            closing: settings.closing,
        }
    }

    fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    /// Decides on what has come so far, if that can be done.
    fn decide(&mut self) {
        self.state = match self.opening.seen() {
            Seen::Part => return,
            Seen::Header(asked) => {
                let answered = self.answer(self.supported.answer_to(asked));
                match Likely::of_header(asked) {
                    _ if asked == answered => match self.unsent {
                        None => State::Agreed(asked),
                        Some(ending) => State::Failed(self.closed(ending)),
                    },
                    Some(likely) => State::Failed(self.not_amqp(likely, answered)),
                    None => State::Failed(ServerFailure::Unsupported { asked, answered }),
                }
            }
            Seen::Other => {
                let answered = self.answer(self.supported.first());
                State::Failed(self.not_amqp(Likely::of(self.opening.octets()), answered))
            }
        }
    }

    /// Answers with this header, unless this end has sent one before: there is no second word.
    fn answer(&mut self, header: ProtocolHeader) -> ProtocolHeader {
        *self.ours.get_or_insert_with(|| {
            self.header_due = true;
            header
        })
    }

    /// Half a header, and no more will come. What cannot be a header is answered with one that is
    /// supported (section 2.2); a client that has said nothing is told nothing.
    fn answer_half(&mut self) {
        if !self.opening.octets().is_empty() {
            self.answer(self.supported.first());
        }
    }

    fn closed(&self, ending: Ending) -> ServerFailure {
        ServerFailure::Closed { ending, octets: self.opening.first() }
    }

    fn not_amqp(&self, likely: Likely, answered: ProtocolHeader) -> ServerFailure {
        ServerFailure::NotAmqp { likely, octets: self.opening.first(), answered }
    }
}

impl Stage for ServerNegotiation {
    type Next = Agreed;
    type Failure = ServerFailure;

    fn handle_input(&mut self, now: Instant, octets: &[u8]) {
        self.now = now;
        if matches!(self.state, State::Failed(_)) {
            return;
        }
        self.opening.add(octets);
        if self.is_waiting() {
            self.decide();
        }
    }

    fn handle_end(&mut self, now: Instant, ending: Ending) {
        self.now = now;
        self.ending = Some(ending);
        if self.is_waiting() {
            if ending == Ending::Clean {
                self.answer_half();
            }
            // A clean end behind a reset that sending ran into is part of that reset.
            self.state = State::Failed(self.closed(self.unsent.unwrap_or(ending)));
        }
    }

    fn handle_unsent(&mut self, now: Instant, ending: Ending) {
        self.now = now;
        self.unsent = Some(ending);
        if matches!(self.state, State::Agreed(_)) {
            self.state = State::Failed(self.closed(ending));
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.is_waiting() && self.deadline.has_passed(now) {
            self.answer_half();
            let octets = self.opening.first();
            self.state = State::Failed(ServerFailure::Silent { after: self.limit, octets });
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        let header = self.ours.filter(|_| std::mem::take(&mut self.header_due))?;
        Some(Transmit::Octets(Bytes::copy_from_slice(&header.to_bytes())))
    }

    fn wants_input(&self) -> bool {
        self.is_waiting()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    fn poll_event(self) -> Progress<Self> {
        if self.header_due {
            return Progress::Pending(self);
        }
        match self.state {
            State::Agreed(header) => {
                Progress::Done(Agreed { header, rest: self.opening.into_rest() })
            }
            State::Failed(failure) => {
                let closing = Closing::new(self.now, Bytes::new(), self.closing)
                    .not_after(self.deadline, self.now)
                    .after_end(self.now, self.unsent.or(self.ending));
                Progress::Failed(failure, closing)
            }
            State::Waiting => Progress::Pending(self),
        }
    }
}

#[cfg(test)]
mod tests;
