//! The SASL mechanisms that a server offers (section 5.3.3.1).

use amqp_types::Symbol;
use amqp_types::security::SaslFrameRef;
use amqp_types::transport::{FrameType, ProtocolHeader};
use bytes::Bytes;

use super::frames::frame_name;
use crate::proto::frame::{Frame, FrameBody};
use crate::proto::negotiation_error::{NegotiationError, NegotiationErrorKind};

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
    let frame = frame.as_borrowed();
    let body = frame.decode().map_err(|error| failed(NegotiationErrorKind::FrameBody(error)))?;
    match body {
        FrameBody::Sasl(SaslFrameRef::Mechanisms(body)) => {
            let mechanisms: Vec<_> = body.sasl_server_mechanisms.iter().map(Symbol::from).collect();
            let offered = (!mechanisms.is_empty()).then_some(mechanisms);
            offered.ok_or_else(|| failed(NoMechanisms))
        }
        FrameBody::Sasl(body) => Err(failed(UnexpectedFrame(frame_name(&body)))),
        _ => Err(failed(UnexpectedFrame("an AMQP frame"))),
    }
}

#[cfg(test)]
mod tests;
