//! The events of the driver, if the feature `tracing` is enabled.

use super::incoming::Incoming;
use crate::proto::NegotiationError;

/// A client did not agree with the server on a connection.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables))]
pub(super) fn attempt_failed(error: &NegotiationError) {
    #[cfg(feature = "tracing")]
    tracing::debug!(%error, "not negotiated");
}

/// A listener has the outcome of a connection.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables))]
pub(super) fn incoming(incoming: &Incoming) {
    #[cfg(feature = "tracing")]
    match incoming {
        Incoming::Agreed { peer, negotiated } => {
            tracing::debug!(%peer, header = %negotiated.header(), "negotiated");
        }
        Incoming::Failed { peer, error } => tracing::debug!(%peer, %error, "not negotiated"),
        Incoming::Evicted { peer } => tracing::warn!(%peer, "evicted from too many handshakes"),
        Incoming::NotAccepted(error) => tracing::warn!(%error, "cannot accept connections"),
    }
}
