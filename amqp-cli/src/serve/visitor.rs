//! What is done with one visitor, and what is said about it.

use std::net::SocketAddr;

use amqp_net::{Incoming, Negotiated, ProtocolHeader};
use tokio::net::TcpStream;

use super::log::Log;
use crate::finish::{MECHANISM, finish};

/// Logs a line about an incoming. Gives the visitor that is still to be taken leave of.
pub(crate) fn receive(
    incoming: Incoming,
    log: &Log,
) -> Option<(SocketAddr, Negotiated<TcpStream>)> {
    match incoming {
        Incoming::Agreed { ref negotiated, .. } if negotiated.header() == ProtocolHeader::SASL => {
            log.line(format!("{incoming}; it is offered the mechanism {MECHANISM}"));
        }
        _ => log.line(incoming.to_string()),
    }
    match incoming {
        Incoming::Agreed { peer, negotiated } => Some((peer, negotiated)),
        _ => None,
    }
}

/// Takes leave of a visitor, and logs a line if that goes wrong.
pub(crate) async fn take_leave(peer: SocketAddr, negotiated: Negotiated<TcpStream>, log: Log) {
    if let Err(error) = finish(negotiated).await {
        log.line(format!("{peer}: {error}"));
    }
}
