//! The events of connections, if the feature `tracing` is enabled.
#![cfg_attr(not(feature = "tracing"), expect(unused_variables))]

use std::io;
use std::net::SocketAddr;

use amqp_types::transport::Open;

use super::connect_error::ConnectError;
use super::ended::Ended;
use crate::proto::Side;

/// Runs the task of a connection in a span of its own.
pub(super) fn in_span<F: Future>(
    side: Side,
    container_id: &str,
    task: F,
) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let task = {
        let span = tracing::debug_span!("amqp_connection", ?side, container_id);
        tracing::Instrument::instrument(task, span)
    };
    task
}

/// A connection has been opened on both sides.
pub(super) fn opened(peer: &Open) {
    #[cfg(feature = "tracing")]
    tracing::debug!(peer = &*peer.container_id, "opened");
}

/// A connection has ended.
pub(super) fn ended(ended: &Ended) {
    #[cfg(feature = "tracing")]
    tracing::debug!(%ended, "ended");
}

/// A password is about to be sent over a stream that is not encrypted, to another host.
pub(super) fn password_in_the_clear(host: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(host, "a password is sent over a stream that is not encrypted");
}

/// A client was not received.
pub(super) fn refused(error: &ConnectError) {
    #[cfg(feature = "tracing")]
    tracing::debug!(%error, "a client was not received");
}

/// A connection was dropped, as the oldest of too many that are pending.
pub(super) fn evicted(peer: SocketAddr) {
    #[cfg(feature = "tracing")]
    tracing::warn!(%peer, "evicted from too many pending connections");
}

/// No connection can be accepted at present.
pub(super) fn not_accepted(error: &io::Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(%error, "cannot accept connections");
}
