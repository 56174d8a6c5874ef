//! The negotiation of the protocol and its version, until both sides agree or the connection is
//! closed (section 2.2).

use std::fmt;
use std::time::Instant;

use amqp_types::transport::ProtocolHeader;
use bytes::Bytes;

use super::closing::{Closing, ClosingLimits};
use super::header_exchange::HeaderExchange;
use super::negotiation_error::NegotiationError;
use super::negotiation_settings::NegotiationSettings;
use super::side::Side;
use super::stream_end::StreamEnd;

/// The negotiation on one side of a connection, without I/O and without a clock.
///
/// Methods called `handle_*` report what happened, and never fail. Methods called `poll_*` return
/// what to do. After each `handle_*`, and once at the beginning, call
/// [`poll_transmit`](Self::poll_transmit) until it returns `None`, then
/// [`poll_outcome`](Self::poll_outcome). After an error the negotiation continues until
/// [`is_closed`](Self::is_closed), so that what was sent arrives.
#[derive(Debug)]
pub struct Negotiation {
    /// What to send next.
    output: Bytes,
    state: State,
}

#[derive(Debug)]
enum State {
    /// With the deadline. `None` if it is later than an [`Instant`] can be.
    Negotiating(HeaderExchange, Option<Instant>),
    /// Both sides agree, and the outcome has been returned.
    Agreed,
    /// The connection is being closed, in most cases because of an error, which is returned once.
    Closing(Closing, Option<NegotiationError>),
}

/// The outcome of a successful negotiation. It prints as `agreed on AMQP 1.0.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The header that both sides have sent.
    pub header: ProtocolHeader,
    /// The bytes that were received after the peer's header. They belong to the protocol that was
    /// agreed on: a peer may continue without waiting for the other header (section 2.4.5).
    pub trailing: Bytes,
}

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Send these bytes.
    Bytes(Bytes),
    /// Close the sending side, and continue to read.
    Shutdown,
}

impl Negotiation {
    /// Begins a negotiation. The time limits count from `began`, when the handshake began; for a
    /// client that tries again, when the first attempt began.
    pub fn new(side: Side, settings: &NegotiationSettings, began: Instant) -> Self {
        let exchange = HeaderExchange::new(side, settings);
        let deadline = began.checked_add(settings.handshake_timeout);
        let state = State::Negotiating(exchange, deadline);
        let mut negotiation = Self { output: Bytes::new(), state };
        // There may be a header to send already.
        negotiation.update(began, |_| Ok(()));
        negotiation
    }

    /// Adds what to send after the header, without waiting for that of the peer (section 2.4.5). A client that begins
    /// the negotiation calls this before it takes the header from [`poll_transmit`](Self::poll_transmit).
    #[must_use]
    pub fn followed_by(mut self, octets: &[u8]) -> Self {
        self.output = [&self.output, octets].concat().into();
        self
    }

    /// Begins to close a connection without a negotiation, after sending `last`. There is no outcome.
    pub fn closing(last: Bytes, limits: ClosingLimits, now: Instant) -> Self {
        let closing = Closing::new(now, limits, None);
        Self { output: last, state: State::Closing(closing, None) }
    }

    /// Reports input from the peer, which may be split anywhere.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        if let State::Closing(closing, _) = &mut self.state {
            closing.handle_input(input.len());
        }
        self.update(now, |exchange| exchange.handle_input(input));
    }

    /// Reports that the peer will send nothing more.
    pub fn handle_eof(&mut self, now: Instant, end: StreamEnd) {
        self.update(now, |exchange| exchange.handle_eof(end));
        match &mut self.state {
            _ if end != StreamEnd::Clean => self.abandon_output(),
            State::Closing(closing, _) => closing.handle_eof(),
            _ => {}
        }
    }

    /// Reports that the output of [`poll_transmit`](Self::poll_transmit) could not be sent completely.
    /// Continue to read, because earlier input from the peer may say why.
    pub fn handle_write_error(&mut self, now: Instant, end: StreamEnd) {
        self.update(now, |exchange| exchange.handle_write_error(end));
        self.abandon_output();
    }

    /// Sends nothing more, because the connection is broken.
    fn abandon_output(&mut self) {
        self.output = Bytes::new();
        if let State::Closing(closing, _) = &mut self.state {
            closing.abandon();
        }
    }

    /// Reports the time. Call it at [`poll_timeout`](Self::poll_timeout), or at any other time.
    pub fn handle_timeout(&mut self, now: Instant) {
        match &mut self.state {
            State::Negotiating(_, Some(deadline)) if *deadline <= now => {
                self.update(now, HeaderExchange::handle_timeout);
            }
            State::Closing(closing, _) => closing.handle_timeout(now),
            _ => {}
        }
    }

    /// Updates the exchange of headers, if it has not ended. If it fails, begins to close.
    fn update(
        &mut self,
        now: Instant,
        update: impl FnOnce(&mut HeaderExchange) -> Result<(), NegotiationError>,
    ) {
        let State::Negotiating(exchange, deadline) = &mut self.state else { return };
        let updated = update(exchange);
        if let Some(header) = exchange.poll_header() {
            self.output = Bytes::copy_from_slice(&header.to_bytes());
        }
        if let Err(error) = updated {
            let limits = exchange.settings.closing_limits(exchange.side);
            let mut closing = Closing::new(now, limits, *deadline);
            if exchange.write_end.is_some() {
                closing.abandon();
            }
            self.state = State::Closing(closing, Some(error));
        }
    }

    /// Returns what to send next, in order.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        if !self.output.is_empty() {
            return Some(Transmit::Bytes(std::mem::take(&mut self.output)));
        }
        match &mut self.state {
            State::Closing(closing, _) => closing.poll_shutdown().then_some(Transmit::Shutdown),
            _ => None,
        }
    }

    /// Returns the outcome, once. An agreement is returned after all output has been taken from
    /// [`poll_transmit`](Self::poll_transmit).
    pub fn poll_outcome(&mut self) -> Option<Result<Agreed, NegotiationError>> {
        match &mut self.state {
            State::Negotiating(exchange, _) if self.output.is_empty() => {
                let header = exchange.agreed?;
                let trailing = exchange.input.take_trailing();
                self.state = State::Agreed;
                Some(Ok(Agreed { header, trailing }))
            }
            State::Closing(_, error) => error.take().map(Err),
            _ => None,
        }
    }

    /// Returns when to call [`handle_timeout`](Self::handle_timeout) if nothing happens before.
    pub const fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Negotiating(_, deadline) => *deadline,
            State::Agreed => None,
            State::Closing(closing, _) => closing.deadline(),
        }
    }

    /// Whether more input is wanted. Otherwise leave it in the stream, because it belongs to the
    /// protocol that was agreed on, or the connection is about to be closed.
    pub const fn wants_read(&self) -> bool {
        match &self.state {
            State::Negotiating(exchange, _) => exchange.agreed.is_none(),
            State::Agreed => false,
            State::Closing(closing, _) => closing.wants_read(),
        }
    }

    /// Whether the connection has been closed, after a failure or by [`closing`](Self::closing), so that
    /// the stream can be dropped.
    pub fn is_closed(&self) -> bool {
        matches!(&self.state, State::Closing(closing, _) if closing.is_over())
            && self.output.is_empty()
    }
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agreed on {}", self.header)
    }
}

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod closing_tests;
#[cfg(test)]
mod server_tests;
