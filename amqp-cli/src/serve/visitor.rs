//! What is done with one visitor, and what is said about it.

use std::net::SocketAddr;

use amqp_net::proto::{ClosingLimits, SaslFailure};
use amqp_net::{Arrival, Negotiated, ProtocolHeader};
use amqp_types::Symbol;
use tokio::net::TcpStream;

use super::log::Log;

/// The only mechanism: whoever comes is let in, as far as it goes here.
const MECHANISM: Symbol = Symbol::from_static("ANONYMOUS");

/// Logs a line about an arrival. Gives the visitor that is still to be taken leave of.
pub(crate) fn receive(arrival: Arrival, log: &Log) -> Option<(SocketAddr, Negotiated<TcpStream>)> {
    match arrival {
        Arrival::Agreed { ref negotiated, .. } if negotiated.header == ProtocolHeader::SASL => {
            log.line(format!("{arrival}; it is offered the mechanism {MECHANISM}"));
        }
        _ => log.line(arrival.to_string()),
    }
    match arrival {
        Arrival::Agreed { peer, negotiated } => Some((peer, negotiated)),
        _ => None,
    }
}

/// Takes leave of a visitor, and logs a line if that goes wrong.
pub(crate) async fn take_leave(peer: SocketAddr, negotiated: Negotiated<TcpStream>, log: Log) {
    if let Err(failure) = conclude(negotiated).await {
        log.line(format!("{peer}: {failure}"));
    }
}

/// An agreement is where this server ends: it says what belongs to the layer that was agreed on,
/// and closes.
async fn conclude(negotiated: Negotiated<TcpStream>) -> Result<(), SaslFailure> {
    let limits = ClosingLimits::default();
    if negotiated.header == ProtocolHeader::SASL {
        return negotiated.offer_mechanisms(&[MECHANISM], limits).await;
    }
    negotiated.close(limits).await;
    Ok(())
}
