//! The client's side of the exchange (section 5.3.2).

use amqp_types::security::{SaslFrameRef, SaslInitRef, SaslResponseRef};
use std::fmt;

use amqp_types::{Decode, Symbol};
use bytestring::ByteString;
use zeroize::Zeroizing;

use super::error::{SaslError, SaslErrorKind};
use super::frames::{SaslFrames, SaslLimits, frame_name};
use super::mechanism::{Mechanism, MechanismError, Refusal};
use crate::proto::frame::FrameBodyError;
use crate::proto::side::Side;

/// Authenticates a client, after both sides have sent the SASL header. It does no I/O.
///
/// After each call of [`handle_input`](Self::handle_input), send what
/// [`poll_transmit`](Self::poll_transmit) returns, then ask [`poll_outcome`](Self::poll_outcome). After a success
/// both sides send the AMQP header (section 5.3.2). The time is up to the caller: a server can send challenges
/// for ever.
///
/// ```
/// use amqp_net::proto::{Plain, SaslClient, SaslLimits};
///
/// let plain = Plain::new("guest", "guest")?;
/// let mut client = SaslClient::new(vec![Box::new(plain)], None, SaslLimits::default());
///
/// // The server offers PLAIN, and accepts the credentials.
/// client.handle_input(&mut &b"\0\0\0\x15\x02\x01\0\0\0\x53\x40\xc0\x08\x01\xa3\x05PLAIN"[..]);
/// let init = client.poll_transmit().unwrap();
/// assert!(init.ends_with(b"\xa3\x05PLAIN\xa0\x0c\0guest\0guest"));
/// client.handle_input(&mut &b"\0\0\0\x10\x02\x01\0\0\0\x53\x44\xc0\x03\x01\x50\0"[..]);
/// assert_eq!(client.poll_outcome().unwrap()?, "PLAIN");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SaslClient {
    frames: SaslFrames,
    hostname: Option<ByteString>,
    state: State,
}

enum State {
    /// The server has not offered its mechanisms. Ours are in the order of preference.
    Offer(Vec<Box<dyn Mechanism>>),
    /// The mechanism was chosen before the server has offered any.
    ChosenEarly(Box<dyn Mechanism>),
    /// The mechanism was chosen, and there is no outcome yet.
    Chosen(Box<dyn Mechanism>),
    /// The exchange has ended. The outcome is returned once.
    Ended(Option<Result<Symbol, SaslError>>),
}

impl SaslClient {
    /// Creates a client that uses the first of these mechanisms that the server offers. `hostname` is the virtual
    /// host to reach, as in [`Open::hostname`](amqp_types::transport::Open::hostname).
    pub fn new(
        mechanisms: Vec<Box<dyn Mechanism>>,
        hostname: Option<ByteString>,
        limits: SaslLimits,
    ) -> Self {
        Self { frames: SaslFrames::new(limits), hostname, state: State::Offer(mechanisms) }
    }

    /// Chooses the first mechanism without waiting for the server to offer it, which saves a round trip: what
    /// [`poll_transmit`](Self::poll_transmit) returns can follow the SASL header at once. It is sent even to a server
    /// that does not have the mechanism. Call this before anything else; later it does nothing.
    pub fn choose_early(&mut self) {
        if let State::Offer(ours) = &mut self.state
            && !ours.is_empty()
        {
            let first = ours.swap_remove(0);
            match self.init(first) {
                Ok(mechanism) => self.state = State::ChosenEarly(mechanism),
                Err(kind) => self.end(Err(kind)),
            }
        }
    }

    /// Takes frames from the front of the input. What remains after the outcome belongs to the AMQP layer.
    pub fn handle_input(&mut self, input: &mut &[u8]) {
        while self.wants_read() {
            let handled = match self.frames.next_body(input) {
                Ok(None) => return,
                Ok(Some(body)) => self.handle_body(&body),
                Err(kind) => Err(kind),
            };
            if let Err(kind) = handled {
                self.end(Err(kind));
            }
        }
    }

    /// Returns whether the exchange goes on. Otherwise leave the input to the AMQP layer.
    pub const fn wants_read(&self) -> bool {
        !matches!(self.state, State::Ended(_))
    }

    fn handle_body(&mut self, body: &[u8]) -> Result<(), SaslErrorKind> {
        let body = SaslFrameRef::from_bytes(body).map_err(FrameBodyError::Decode)?;
        if self.frames.has_output() {
            // An answer to what has not been sent yet.
            return Err(SaslErrorKind::UnexpectedFrame(frame_name(&body)));
        }
        match (body, std::mem::replace(&mut self.state, State::Ended(None))) {
            (SaslFrameRef::Mechanisms(body), State::Offer(mechanisms)) => {
                let offered = body.sasl_server_mechanisms.iter().map(Symbol::from).collect();
                self.choose(offered, mechanisms)
            }
            (SaslFrameRef::Mechanisms(body), State::ChosenEarly(mechanism)) => {
                let offered = body.sasl_server_mechanisms.iter().map(Symbol::from);
                let offered: Vec<_> = offered.collect();
                if !offered.contains(&mechanism.name()) {
                    let ours = vec![mechanism.name()];
                    return Err(SaslErrorKind::NoCommonMechanism { offered, ours });
                }
                self.state = State::Chosen(mechanism);
                Ok(())
            }
            (SaslFrameRef::Challenge(body), State::Chosen(mut mechanism)) => {
                let response = mechanism.respond(body.challenge);
                let response = response.map_err(|error| failed(mechanism.name(), error))?;
                self.frames.write(&SaslResponseRef { response: &response })?;
                self.state = State::Chosen(mechanism);
                Ok(())
            }
            (SaslFrameRef::Outcome(body), State::Chosen(mut mechanism)) => {
                if let Some(refusal) = Refusal::from_code(body.code) {
                    return Err(SaslErrorKind::Refused(refusal));
                }
                let finished = mechanism.finish(body.additional_data);
                finished.map_err(|error| failed(mechanism.name(), error))?;
                self.end(Ok(mechanism.name()));
                Ok(())
            }
            (body, _) => Err(SaslErrorKind::UnexpectedFrame(frame_name(&body))),
        }
    }

    /// Chooses the first of our mechanisms that the server offers.
    fn choose(
        &mut self,
        offered: Vec<Symbol>,
        mut ours: Vec<Box<dyn Mechanism>>,
    ) -> Result<(), SaslErrorKind> {
        if offered.is_empty() {
            return Err(SaslErrorKind::NoneOffered);
        }
        let Some(index) = ours.iter().position(|ours| offered.contains(&ours.name())) else {
            let ours = ours.iter().map(|mechanism| mechanism.name()).collect();
            return Err(SaslErrorKind::NoCommonMechanism { offered, ours });
        };
        let mechanism = self.init(ours.swap_remove(index))?;
        self.state = State::Chosen(mechanism);
        Ok(())
    }

    /// Writes the init for a mechanism.
    fn init(
        &mut self,
        mut mechanism: Box<dyn Mechanism>,
    ) -> Result<Box<dyn Mechanism>, SaslErrorKind> {
        let initial_response = mechanism.initial_response();
        self.frames.write(&SaslInitRef {
            mechanism: (&mechanism.name()).into(),
            initial_response: initial_response.as_ref().map(|response| response.as_slice()),
            hostname: self.hostname.as_deref(),
        })?;
        Ok(mechanism)
    }

    fn end(&mut self, outcome: Result<Symbol, SaslErrorKind>) {
        if outcome.is_err() {
            // A password is not sent in vain.
            self.frames.drop_output();
        }
        let outcome = outcome.map_err(|kind| SaslError { side: Side::Client, kind });
        self.state = State::Ended(Some(outcome));
    }

    /// Returns what to send next. It may contain a password, and is therefore wiped when it is
    /// dropped.
    pub fn poll_transmit(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        self.frames.take_output()
    }

    /// Returns the outcome, once: the mechanism by which the client was authenticated. After an error, close
    /// the connection: a server may leave it open.
    pub fn poll_outcome(&mut self) -> Option<Result<Symbol, SaslError>> {
        match &mut self.state {
            State::Ended(outcome) => outcome.take(),
            _ => None,
        }
    }
}

/// Not the mechanisms, which may contain a password.
impl fmt::Debug for SaslClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SaslClient");
        debug.field("frames", &self.frames).field("hostname", &self.hostname);
        match &self.state {
            State::Offer(_) => debug.field("state", &"the server has not offered its mechanisms"),
            State::ChosenEarly(mechanism) | State::Chosen(mechanism) => {
                debug.field("chosen", &mechanism.name())
            }
            State::Ended(outcome) => debug.field("ended", outcome),
        };
        debug.finish()
    }
}

const fn failed(name: Symbol, error: MechanismError) -> SaslErrorKind {
    SaslErrorKind::Mechanism { name, error }
}
