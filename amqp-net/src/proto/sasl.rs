//! The SASL mechanisms that a server offers (section 5.3.3.1).

use amqp_types::Symbol;
use amqp_types::security::SaslFrame;
use amqp_types::transport::{FrameType, ProtocolHeader};
use bytes::Bytes;

use super::frame::{Frame, FrameBody};
use super::negotiation_error::{NegotiationError, NegotiationErrorKind};

/// Decodes the frame in which a server offers its mechanisms, which it prefers in this order. It is
/// the first frame that a server sends after the SASL header.
///
/// # Errors
///
/// Returns a [`NegotiationError`] if this is another frame, if it cannot be decoded, or if the server
/// offers no mechanisms.
pub fn decode_mechanisms(frame: &Frame<Bytes>) -> Result<Vec<Symbol>, NegotiationError> {
    use NegotiationErrorKind::{NoMechanisms, UnexpectedFrame};

    let failed = |kind| NegotiationError::mechanisms(ProtocolHeader::SASL, kind);
    if frame.header.frame_type == FrameType::AMQP {
        return Err(failed(UnexpectedFrame("an AMQP frame")));
    }
    let body = frame.decode().map_err(|error| failed(NegotiationErrorKind::FrameBody(error)))?;
    let FrameBody::Sasl(body) = body else { return Err(failed(UnexpectedFrame("an AMQP frame"))) };
    let name = match body {
        SaslFrame::Mechanisms(body) => {
            let mechanisms: Vec<_> = body.sasl_server_mechanisms.into_iter().collect();
            let offered = (!mechanisms.is_empty()).then_some(mechanisms);
            return offered.ok_or_else(|| failed(NoMechanisms));
        }
        SaslFrame::Init(_) => "sasl-init",
        SaslFrame::Challenge(_) => "sasl-challenge",
        SaslFrame::Response(_) => "sasl-response",
        SaslFrame::Outcome(_) => "sasl-outcome",
    };
    Err(failed(UnexpectedFrame(name)))
}

#[cfg(test)]
mod tests;
