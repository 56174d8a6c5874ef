//! What is logged about a connection, and how it ends.

use std::net::SocketAddr;

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::{Incoming, Negotiated};
use tokio::net::TcpStream;

use super::log::Log;
use crate::finish::{MECHANISM, finish};

/// Logs a line about an incoming connection. Returns the connection if both sides agree.
pub(crate) fn negotiated(
    incoming: Incoming,
    log: &Log,
) -> Option<(SocketAddr, Negotiated<TcpStream>)> {
    match incoming {
        Incoming::Agreed { ref negotiated, .. } if negotiated.header() == ProtocolHeader::SASL => {
            log.line(format!("{incoming}; offering the mechanism {MECHANISM}"));
        }
        _ => log.line(incoming.to_string()),
    }
    match incoming {
        Incoming::Agreed { peer, negotiated } => Some((peer, negotiated)),
        _ => None,
    }
}

/// Closes a connection after the negotiation, and logs a line if that fails.
pub(crate) async fn close(peer: SocketAddr, negotiated: Negotiated<TcpStream>, log: Log) {
    if let Err(error) = finish(negotiated).await {
        log.line(format!("{peer}: {error}"));
    }
}
