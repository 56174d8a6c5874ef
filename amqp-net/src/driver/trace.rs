//! What the driver tells those who watch it, if the feature `tracing` is on.

use super::listener::Arrival;
use crate::proto::ClientFailure;

/// A client did not agree with its peer.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables))]
pub(super) fn failed_as_client(failure: &ClientFailure) {
    #[cfg(feature = "tracing")]
    tracing::debug!(%failure, "not negotiated");
}

/// Something came of a connection to a listener.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables))]
pub(super) fn arrived(arrival: &Arrival) {
    #[cfg(feature = "tracing")]
    match arrival {
        Arrival::Agreed { peer, negotiated } => {
            tracing::debug!(%peer, header = %negotiated.header, "negotiated");
        }
        Arrival::Failed { peer, failure } => tracing::debug!(%peer, %failure, "not negotiated"),
        Arrival::GaveWay { peer } => tracing::warn!(%peer, "too many handshakes, one gave way"),
        Arrival::NotAccepted(error) => tracing::warn!(%error, "cannot accept connections"),
    }
}
