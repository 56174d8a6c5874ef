//! The events of connections, if the feature `tracing` is enabled.
#![cfg_attr(not(feature = "tracing"), expect(unused_variables))]

use std::io;
use std::net::SocketAddr;

use super::connect_error::ConnectError;

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
