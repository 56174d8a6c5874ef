//! Negotiation as the client: the end that opened the connection.

mod failure;
mod settings;

use std::time::{Duration, Instant};

use amqp_types::transport::ProtocolHeader;
use bytes::Bytes;

pub use self::failure::ClientFailure;
pub use self::settings::ClientSettings;
use super::agreed::Agreed;
use super::closing::{Closing, ClosingLimits};
use super::deadline::Deadline;
use super::likely::Likely;
use super::opening::{Opening, Seen};
use super::stage::{Ending, Progress, Stage, Transmit};

/// The stage in which a client has sent its header, or is about to, and waits for the peer's
/// (section 2.2). It ends in [`Agreed`] or in a [`ClientFailure`].
#[derive(Debug)]
pub struct ClientNegotiation {
    asked: ProtocolHeader,
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
    Agreed,
    Failed(ClientFailure),
}

impl ClientNegotiation {
    /// Begins to negotiate. `began` is when the handshake began: its time limit counts from there,
    /// over all tries.
    pub fn new(settings: &ClientSettings, began: Instant) -> Self {
        Self {
            asked: settings.header(),
            header_due: true,
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
        let asked = self.asked;
        self.state = match self.opening.seen() {
            Seen::Header(header) if header == asked => match self.unsent {
                None => State::Agreed,
                Some(ending) => State::Failed(self.closed(ending)),
            },
            Seen::Header(offered) => match Likely::of_header(offered) {
                Some(likely) => State::Failed(self.not_amqp(likely)),
                None => State::Failed(ClientFailure::Refused { asked, offered }),
            },
            Seen::Other if Likely::is_settled(self.opening.octets()) => self.other(),
            Seen::Part | Seen::Other => return,
        }
    }

    fn other(&self) -> State {
        State::Failed(self.not_amqp(Likely::of(self.opening.octets())))
    }

    fn closed(&self, ending: Ending) -> ClientFailure {
        ClientFailure::Closed { asked: self.asked, ending, octets: self.opening.first() }
    }

    fn not_amqp(&self, likely: Likely) -> ClientFailure {
        ClientFailure::NotAmqp { asked: self.asked, likely, octets: self.opening.first() }
    }
}

impl Stage for ClientNegotiation {
    type Next = Agreed;
    type Failure = ClientFailure;

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
            self.state = match self.opening.seen() {
                Seen::Other => self.other(),
                // A clean end behind a reset that sending ran into is part of that reset.
                _ => State::Failed(self.closed(self.unsent.unwrap_or(ending))),
            };
        }
    }

    fn handle_unsent(&mut self, now: Instant, ending: Ending) {
        self.now = now;
        self.unsent = Some(ending);
        if matches!(self.state, State::Agreed) {
            self.state = State::Failed(self.closed(ending));
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.is_waiting() && self.deadline.has_passed(now) {
            self.state = match self.opening.seen() {
                Seen::Other => self.other(),
                _ => State::Failed(ClientFailure::Silent {
                    asked: self.asked,
                    after: self.limit,
                    octets: self.opening.first(),
                }),
            };
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        std::mem::take(&mut self.header_due)
            .then(|| Transmit::Octets(Bytes::copy_from_slice(&self.asked.to_bytes())))
    }

    fn wants_input(&self) -> bool {
        self.is_waiting()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    fn poll_event(self) -> Progress<Self> {
        match self.state {
            State::Agreed if !self.header_due => {
                Progress::Done(Agreed { header: self.asked, rest: self.opening.into_rest() })
            }
            State::Failed(failure) => {
                let closing = Closing::new(self.now, Bytes::new(), self.closing)
                    .not_after(self.deadline, self.now)
                    .after_end(self.now, self.unsent.or(self.ending));
                Progress::Failed(failure, closing)
            }
            _ => Progress::Pending(self),
        }
    }
}

#[cfg(test)]
mod tests;
