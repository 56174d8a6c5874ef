//! The server's side of the exchange (section 5.3.2).

use std::fmt;

use amqp_types::security::{
    SaslChallengeRef, SaslCode, SaslFrameRef, SaslMechanisms, SaslOutcomeRef,
};
use amqp_types::{Decode, MandatoryMultiple, Symbol};
use bytestring::ByteString;
use zeroize::Zeroizing;

use super::error::{SaslError, SaslErrorKind};
use super::frames::{SaslFrames, SaslLimits, frame_name};
use super::mechanism::{Credentials, Refusal, ServerMechanism, Step};
use crate::proto::frame::FrameBodyError;
use crate::proto::side::Side;

/// Authenticates a client, on the server's side, after both sides have sent the SASL header. It does no I/O.
///
/// Send what [`poll_transmit`](Self::poll_transmit) returns at the beginning, and after each call of another
/// method. When [`poll_credentials`](Self::poll_credentials) returns something, check it, and call
/// [`decide`](Self::decide). [`poll_outcome`](Self::poll_outcome) then returns the outcome. After a success both
/// sides send the AMQP header (section 5.3.2).
///
/// ```
/// use amqp_net::proto::{Credentials, Identity, PlainServer, Refusal, SaslLimits, SaslServer};
///
/// let mut server = SaslServer::new(vec![Box::new(PlainServer)], SaslLimits::default())?;
/// assert!(server.poll_transmit().unwrap().ends_with(b"PLAIN"));
///
/// let init = b"\0\0\0\x24\x02\x01\0\0\0\x53\x41\xc0\x17\x02\xa3\x05PLAIN\xa0\x0d\0guest\0secret";
/// server.handle_input(&mut &init[..]);
/// let decision = match server.poll_credentials() {
///     Some(Credentials::Password { user, password, act_as: None }) if *password == "secret" => {
///         Ok(Identity::user(user))
///     }
///     _ => Err(Refusal::Credentials),
/// };
/// server.decide(decision);
/// assert!(server.poll_transmit().is_some());
/// assert_eq!(server.poll_outcome().unwrap()?.identity().name(), Some("guest"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SaslServer {
    frames: SaslFrames,
    hostname: Option<ByteString>,
    state: State,
}

enum State {
    /// The client has not chosen a mechanism.
    Offered(Vec<Box<dyn ServerMechanism>>),
    /// The client has chosen this mechanism, and has been sent a challenge.
    Challenged(Box<dyn ServerMechanism>),
    /// The credentials are complete.
    ToCheck(Box<dyn ServerMechanism>, Credentials),
    /// The credentials are being checked.
    Checking(Box<dyn ServerMechanism>),
    /// The exchange has ended. The outcome is returned once.
    Ended(Option<Result<Authenticated, SaslError>>),
}

/// Who a client is: a user, or an anonymous client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    user: Option<String>,
}

impl Identity {
    /// Creates the identity of a user.
    pub fn user(name: impl Into<String>) -> Self {
        Self { user: Some(name.into()) }
    }

    /// Creates the identity of a client that did not say who it is.
    pub const fn anonymous() -> Self {
        Self { user: None }
    }

    /// Returns the name of the user, or `None` if the client is anonymous.
    pub fn name(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "the user {name}"),
            None => f.write_str("an anonymous client"),
        }
    }
}

/// A client that has been authenticated. Only a successful [`SaslServer`] returns one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    identity: Identity,
    mechanism: Symbol,
}

impl Authenticated {
    /// Returns who the client is.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the mechanism by which the client was authenticated.
    pub const fn mechanism(&self) -> &Symbol {
        &self.mechanism
    }
}

impl SaslServer {
    /// Creates a server that offers these mechanisms, which it prefers in this order.
    ///
    /// # Errors
    ///
    /// Returns a [`SaslError`] if there are no mechanisms, or their names exceed the limit for a frame.
    pub fn new(
        mechanisms: Vec<Box<dyn ServerMechanism>>,
        limits: SaslLimits,
    ) -> Result<Self, SaslError> {
        let failed = |kind| SaslError { side: Side::Server, kind };
        let mut frames = SaslFrames::new(limits);
        let mut names = mechanisms.iter().map(|mechanism| mechanism.name());
        let first = names.next().ok_or_else(|| failed(SaslErrorKind::NoneOffered))?;
        let sasl_server_mechanisms = MandatoryMultiple::new(first, names);
        frames.write(&SaslMechanisms { sasl_server_mechanisms }).map_err(failed)?;
        Ok(Self { frames, hostname: None, state: State::Offered(mechanisms) })
    }

    /// Takes frames from the front of the input, until the credentials are complete. What remains then belongs
    /// to the AMQP layer if the client is accepted.
    pub fn handle_input(&mut self, input: &mut &[u8]) {
        while self.wants_read() {
            let handled = match self.frames.next_body(input) {
                Ok(None) => return,
                Ok(Some(body)) => self.handle_body(&body),
                Err(kind) => Err(kind),
            };
            if let Err(kind) = handled {
                if matches!(kind, SaslErrorKind::Write(_)) {
                    let _ = self.send_outcome(SaslCode::Sys, None);
                }
                self.end(Err(kind));
            }
        }
    }

    /// Returns whether the client is to send something. Otherwise leave the input for later.
    pub const fn wants_read(&self) -> bool {
        matches!(self.state, State::Offered(_) | State::Challenged(_))
    }

    /// Returns the virtual host that the client wants to reach, if it has said so with its choice of a mechanism.
    pub fn hostname(&self) -> Option<&str> {
        self.hostname.as_deref()
    }

    fn handle_body(&mut self, body: &[u8]) -> Result<(), SaslErrorKind> {
        let body = SaslFrameRef::from_bytes(body).map_err(FrameBodyError::Decode)?;
        match (body, std::mem::replace(&mut self.state, State::Ended(None))) {
            (SaslFrameRef::Init(body), State::Offered(mut mechanisms)) => {
                self.hostname = body.hostname.map(Into::into);
                let chosen = Symbol::from(body.mechanism);
                let Some(index) = mechanisms.iter().position(|ours| ours.name() == chosen) else {
                    self.send_outcome(SaslCode::Auth, None)?;
                    return Err(SaslErrorKind::NotOffered { chosen });
                };
                self.respond(mechanisms.swap_remove(index), body.initial_response)
            }
            // Not to a challenge that has not been sent yet.
            (SaslFrameRef::Response(body), State::Challenged(mechanism))
                if !self.frames.has_output() =>
            {
                self.respond(mechanism, Some(body.response))
            }
            (body, _) => Err(SaslErrorKind::UnexpectedFrame(frame_name(&body))),
        }
    }

    /// Gives a response to the mechanism.
    fn respond(
        &mut self,
        mut mechanism: Box<dyn ServerMechanism>,
        response: Option<&[u8]>,
    ) -> Result<(), SaslErrorKind> {
        match mechanism.respond(response) {
            Ok(Step::Challenge(challenge)) => {
                self.frames.write(&SaslChallengeRef { challenge: &challenge })?;
                self.state = State::Challenged(mechanism);
                Ok(())
            }
            Ok(Step::Check(credentials)) => {
                self.state = State::ToCheck(mechanism, credentials);
                Ok(())
            }
            Ok(Step::Refuse(refusal)) => {
                self.send_outcome(refusal.code(), None)?;
                Err(SaslErrorKind::Refused(refusal))
            }
            Err(error) => {
                self.send_outcome(SaslCode::Auth, None)?;
                Err(SaslErrorKind::Mechanism { name: mechanism.name(), error })
            }
        }
    }

    /// Returns the credentials to check, once.
    pub fn poll_credentials(&mut self) -> Option<Credentials> {
        match std::mem::replace(&mut self.state, State::Ended(None)) {
            State::ToCheck(mechanism, credentials) => {
                self.state = State::Checking(mechanism);
                Some(credentials)
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Accepts or refuses the client whose credentials were returned. Nothing happens if there were none.
    pub fn decide(&mut self, decision: Result<Identity, Refusal>) {
        let State::Checking(mechanism) = &mut self.state else { return };
        let name = mechanism.name();
        let outcome = match decision {
            Ok(identity) => {
                let data = mechanism.additional_data();
                let sent = self.send_outcome(SaslCode::Ok, data.as_ref().map(|data| &***data));
                sent.map(|()| Authenticated { identity, mechanism: name })
            }
            Err(refusal) => {
                let sent = self.send_outcome(refusal.code(), None);
                sent.and(Err(SaslErrorKind::Refused(refusal)))
            }
        };
        if let Err(SaslErrorKind::Write(_)) = outcome {
            let _ = self.send_outcome(SaslCode::Sys, None);
        }
        self.end(outcome);
    }

    fn send_outcome(
        &mut self,
        code: SaslCode,
        additional_data: Option<&[u8]>,
    ) -> Result<(), SaslErrorKind> {
        self.frames.write(&SaslOutcomeRef { code, additional_data })
    }

    fn end(&mut self, outcome: Result<Authenticated, SaslErrorKind>) {
        let outcome = outcome.map_err(|kind| SaslError { side: Side::Server, kind });
        self.state = State::Ended(Some(outcome));
    }

    /// Returns what to send next. It may contain a secret, and is therefore wiped when it is dropped.
    pub fn poll_transmit(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        self.frames.take_output()
    }

    /// Returns the outcome, once. After an error, send what is left and close the connection.
    pub fn poll_outcome(&mut self) -> Option<Result<Authenticated, SaslError>> {
        match &mut self.state {
            State::Ended(outcome) => outcome.take(),
            _ => None,
        }
    }
}

/// Not the mechanisms, which may contain a secret.
impl fmt::Debug for SaslServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SaslServer");
        debug.field("frames", &self.frames).field("hostname", &self.hostname);
        match &self.state {
            State::Offered(_) => debug.field("state", &"the client has not chosen a mechanism"),
            State::Challenged(mechanism) => debug.field("challenged", &mechanism.name()),
            State::ToCheck(_, credentials) => debug.field("to_check", credentials),
            State::Checking(mechanism) => debug.field("checking", &mechanism.name()),
            State::Ended(outcome) => debug.field("ended", outcome),
        };
        debug.finish()
    }
}
