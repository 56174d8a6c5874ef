//! How the server ends a connection after the negotiation.

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::Negotiated;
use amqp_net::proto::{ClosingLimits, FrameWriteError, FrameWriter};
use amqp_types::security::SaslMechanisms;
use amqp_types::{Bytes, MandatoryMultiple, Symbol};
use tokio::net::TcpStream;

/// The only SASL mechanism that is offered.
pub(crate) const MECHANISM: Symbol = Symbol::from_static("ANONYMOUS");

/// Sends the first output of a server in the protocol that was agreed on, and closes the connection.
pub(crate) async fn finish(negotiated: Negotiated<TcpStream>) -> Result<(), FrameWriteError> {
    let last = match negotiated.header() {
        ProtocolHeader::SASL => mechanisms_frame()?,
        _ => Bytes::new(),
    };
    negotiated.close(last, ClosingLimits::default()).await;
    Ok(())
}

/// Encodes the frame that offers the mechanism.
fn mechanisms_frame() -> Result<Bytes, FrameWriteError> {
    let mut frames = FrameWriter::new(512);
    let sasl_server_mechanisms = MandatoryMultiple::one(MECHANISM);
    frames.sasl(&SaslMechanisms { sasl_server_mechanisms })?;
    Ok(frames.split())
}
