//! The events of connections, if the feature `tracing` is enabled.
#![cfg_attr(not(feature = "tracing"), expect(unused_variables))]

use amqp_types::transport::Open;

use super::accept_error::AcceptError;
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

/// A listener did not accept a client.
pub(super) fn not_accepted(error: &AcceptError) {
    #[cfg(feature = "tracing")]
    match error {
        AcceptError::Failed { .. } => tracing::debug!(%error, "a client was not accepted"),
        AcceptError::Evicted { .. } | AcceptError::Io(_) => {
            tracing::warn!(%error, "a client was not accepted");
        }
    }
}
