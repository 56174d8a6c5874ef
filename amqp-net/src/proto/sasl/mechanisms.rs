//! Reading and writing the frame with the mechanisms (section 5.3.3.1).

use std::time::{Duration, Instant};

use amqp_types::security::{SaslFrame, SaslMechanisms};
use amqp_types::transport::{FrameHeader, FrameType, MIN_MAX_FRAME_SIZE, ProtocolId};
use amqp_types::{Decode, Encode, NoValue, Symbol};
use bytes::Bytes;

use super::{SaslFailure, SaslSettings};
use crate::proto::agreed::Agreed;
use crate::proto::closing::{Closing, ClosingLimits};
use crate::proto::deadline::Deadline;
use crate::proto::frame::{Frame, FrameSplitter};
use crate::proto::stage::{Ending, Progress, Stage, Transmit};

/// The stage in which a client that has agreed on SASL waits for the server's mechanisms. It ends
/// in [`Mechanisms`] or in a [`SaslFailure`].
#[derive(Debug)]
pub struct AwaitingMechanisms {
    frames: FrameSplitter,
    outcome: Option<Result<Vec<Symbol>, SaslFailure>>,
    ending: Option<Ending>,
    now: Instant,
    limit: Duration,
    deadline: Deadline,
    closing: ClosingLimits,
}

/// What the server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanisms {
    /// The mechanisms, the one that the server likes best first. Some servers offer none, against
    /// the standard, when all that they have are ruled out.
    pub mechanisms: Vec<Symbol>,
    /// The octets that have come behind the frame.
    pub rest: Bytes,
}

impl AwaitingMechanisms {
    /// Begins to wait, if SASL is what was agreed on; else the stage is a failure at once.
    pub fn new(agreed: Agreed, settings: &SaslSettings, now: Instant) -> Self {
        let Agreed { header, rest } = agreed;
        let not_sasl = header.id != ProtocolId::SASL;
        let mut stage = Self {
            frames: FrameSplitter::new(settings.max_frame_size),
            outcome: not_sasl.then_some(Err(SaslFailure::NotSasl(header))),
            ending: None,
            now,
            limit: settings.limit,
            deadline: Deadline::after(now, settings.limit),
            closing: settings.closing,
        };
        stage.handle_input(now, &rest);
        stage
    }
}

impl Stage for AwaitingMechanisms {
    type Next = Mechanisms;
    type Failure = SaslFailure;

    fn handle_input(&mut self, now: Instant, octets: &[u8]) {
        self.now = now;
        if matches!(self.outcome, Some(Err(_))) {
            return;
        }
        self.frames.handle_input(octets);
        if self.outcome.is_none() {
            self.outcome = match self.frames.poll_frame() {
                Ok(None) => None,
                Ok(Some(frame)) => Some(mechanisms_in(&frame)),
                Err(error) => Some(Err(SaslFailure::Frame(error))),
            };
        }
    }

    fn handle_end(&mut self, now: Instant, ending: Ending) {
        self.now = now;
        self.ending = Some(ending);
        self.outcome.get_or_insert(Err(SaslFailure::Closed(ending)));
    }

    /// There is nothing to send in this stage.
    fn handle_unsent(&mut self, now: Instant, _ending: Ending) {
        self.now = now;
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.deadline.has_passed(now) {
            self.outcome.get_or_insert(Err(SaslFailure::Silent { after: self.limit }));
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn wants_input(&self) -> bool {
        self.outcome.is_none()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    fn poll_event(self) -> Progress<Self> {
        match self.outcome {
            None => Progress::Pending(self),
            Some(Ok(mechanisms)) => {
                Progress::Done(Mechanisms { mechanisms, rest: self.frames.into_remaining() })
            }
            Some(Err(failure)) => {
                let closing = Closing::new(self.now, Bytes::new(), self.closing)
                    .after_end(self.now, self.ending);
                Progress::Failed(failure, closing)
            }
        }
    }
}

fn mechanisms_in(frame: &Frame<Bytes>) -> Result<Vec<Symbol>, SaslFailure> {
    if frame.header.frame_type != FrameType::SASL {
        return Err(SaslFailure::FrameType(frame.header.frame_type));
    }
    if frame.body.is_empty() {
        return Err(SaslFailure::EmptyFrame);
    }
    Err(SaslFailure::Unexpected(match SaslFrame::from_shared(&frame.body) {
        Ok(SaslFrame::Mechanisms(body)) => {
            return Ok(body.sasl_server_mechanisms.into_iter().collect());
        }
        Ok(SaslFrame::Init(_)) => "sasl-init",
        Ok(SaslFrame::Challenge(_)) => "sasl-challenge",
        Ok(SaslFrame::Response(_)) => "sasl-response",
        Ok(SaslFrame::Outcome(_)) => "sasl-outcome",
        Err(error) => return Err(SaslFailure::Undecodable(error)),
    }))
}

/// The frame in which a server offers these mechanisms, the one that it likes best first.
///
/// # Errors
///
/// [`SaslFailure::NoMechanisms`] and [`SaslFailure::TooManyMechanisms`].
pub fn mechanisms_frame(mechanisms: &[Symbol]) -> Result<Bytes, SaslFailure> {
    let sasl_server_mechanisms =
        mechanisms.to_vec().try_into().map_err(|NoValue| SaslFailure::NoMechanisms)?;
    let body = SaslMechanisms { sasl_server_mechanisms };
    let mut octets = vec![0; FrameHeader::LEN];
    body.encode_to(&mut octets).map_err(|_| SaslFailure::TooManyMechanisms)?;
    let size = u32::try_from(octets.len())
        .ok()
        .filter(|&size| size <= MIN_MAX_FRAME_SIZE)
        .ok_or(SaslFailure::TooManyMechanisms)?;
    let header = FrameHeader { size, doff: 2, frame_type: FrameType::SASL, channel: 0 };
    if let Some(place) = octets.first_chunk_mut() {
        *place = header.to_bytes();
    }
    Ok(Bytes::from(octets))
}

#[cfg(test)]
mod tests;
