//! The exchange of the headers (section 2.2): which header to send, and whether both sides agree.

use amqp_types::transport::ProtocolHeader;

use super::detected_protocol::DetectedProtocol;
use super::header_buffer::{HeaderBuffer, HeaderState};
use super::negotiation_error::{NegotiationError, NegotiationErrorKind};
use super::negotiation_settings::{Initiator, NegotiationSettings};
use super::side::Side;
use super::stream_end::StreamEnd;

/// The exchange of the headers on one side. Each method returns an error once the exchange has
/// failed.
#[derive(Debug)]
pub(super) struct HeaderExchange {
    pub(super) side: Side,
    pub(super) settings: NegotiationSettings,
    pub(super) input: HeaderBuffer,
    /// The header that this side has sent, or is about to send.
    sent: Option<ProtocolHeader>,
    header_due: bool,
    /// The header that both sides have sent.
    pub(super) agreed: Option<ProtocolHeader>,
    /// How sending ended, if it ended before receiving.
    pub(super) write_end: Option<StreamEnd>,
}

impl HeaderExchange {
    pub(super) fn new(side: Side, settings: &NegotiationSettings) -> Self {
        let mut exchange = Self {
            side,
            settings: settings.clone(),
            input: HeaderBuffer::default(),
            sent: None,
            header_due: false,
            agreed: None,
            write_end: None,
        };
        if side == Side::Client || settings.initiator == Initiator::Server {
            exchange.send(settings.preferred());
        }
        exchange
    }

    /// Returns the header to send now, once.
    pub(super) fn poll_header(&mut self) -> Option<ProtocolHeader> {
        self.sent.filter(|_| std::mem::take(&mut self.header_due))
    }

    pub(super) fn handle_input(&mut self, input: &[u8]) -> Result<(), NegotiationError> {
        self.input.push(input);
        if self.agreed.is_some() {
            return Ok(());
        }
        match (self.input.state(), self.side) {
            (HeaderState::Incomplete, _) => Ok(()),
            (HeaderState::Header(header), _) => self.handle_header(header),
            (HeaderState::NotHeader, Side::Server) => Err(self.not_amqp(self.detect())),
            // With more input the protocol can be detected more reliably.
            (HeaderState::NotHeader, Side::Client) => {
                if DetectedProtocol::is_conclusive(self.input.as_slice()) {
                    return Err(self.not_amqp(self.detect()));
                }
                Ok(())
            }
        }
    }

    fn handle_header(&mut self, received: ProtocolHeader) -> Result<(), NegotiationError> {
        let sent = self.send(self.settings.answer_to(received));
        if sent == received {
            if let Some(end) = self.write_end {
                return Err(self.closed(end));
            }
            self.agreed = Some(received);
            return Ok(());
        }
        Err(match DetectedProtocol::from_header(received) {
            Some(protocol) => self.not_amqp(protocol),
            None => self.error(NegotiationErrorKind::Refused { received }),
        })
    }

    pub(super) fn handle_eof(&mut self, end: StreamEnd) -> Result<(), NegotiationError> {
        if self.agreed.is_some() {
            return Ok(());
        }
        if end == StreamEnd::Clean {
            self.answer_incomplete();
        }
        // After a write error, a clean end belongs to the reset that caused the error.
        Err(self.unless_not_amqp(|exchange| exchange.closed(exchange.write_end.unwrap_or(end))))
    }

    /// Continues after a write error, because the peer may have said why it ended the connection.
    pub(super) fn handle_write_error(&mut self, end: StreamEnd) -> Result<(), NegotiationError> {
        self.write_end = Some(end);
        self.header_due = false;
        if self.agreed.is_some() { Err(self.closed(end)) } else { Ok(()) }
    }

    pub(super) fn handle_timeout(&mut self) -> Result<(), NegotiationError> {
        if self.agreed.is_some() {
            return Ok(());
        }
        self.answer_incomplete();
        Err(self.unless_not_amqp(|exchange| {
            exchange.error(NegotiationErrorKind::TimedOut {
                after: exchange.settings.handshake_timeout,
                received: exchange.input.first_bytes(),
            })
        }))
    }

    /// Answers a client that sent only a part of a header. Input that is not a header is answered with a
    /// supported header (section 2.2), but silence is not answered.
    fn answer_incomplete(&mut self) {
        if !self.input.as_slice().is_empty() {
            self.send(self.settings.preferred());
        }
    }

    /// Sends a header, unless one has been sent before. Returns the one that is sent.
    fn send(&mut self, header: ProtocolHeader) -> ProtocolHeader {
        *self.sent.get_or_insert_with(|| {
            self.header_due = true;
            header
        })
    }

    fn detect(&self) -> DetectedProtocol {
        DetectedProtocol::detect(self.input.as_slice())
    }

    fn unless_not_amqp(
        &mut self,
        otherwise: impl FnOnce(&Self) -> NegotiationError,
    ) -> NegotiationError {
        match self.input.state() {
            HeaderState::NotHeader => self.not_amqp(self.detect()),
            _ => otherwise(self),
        }
    }

    fn not_amqp(&mut self, protocol: DetectedProtocol) -> NegotiationError {
        self.send(self.settings.preferred());
        let received = self.input.first_bytes();
        self.error(NegotiationErrorKind::NotAmqp { protocol, received })
    }

    fn closed(&self, end: StreamEnd) -> NegotiationError {
        self.error(NegotiationErrorKind::Closed { end, received: self.input.first_bytes() })
    }

    fn error(&self, kind: NegotiationErrorKind) -> NegotiationError {
        NegotiationError { side: self.side, sent: self.sent, kind }
    }
}
