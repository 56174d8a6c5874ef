//! TLS, with rustls: what both sides share. Connecting is in `connect/tls.rs`, accepting in `server/tls.rs`.

mod error;
mod recorded;

use std::sync::Arc;

use tokio_rustls::rustls::crypto::CryptoProvider;

pub(super) use self::error::of_rustls;
pub use self::error::{TlsError, TlsErrorKind};
pub(super) use self::recorded::Recorded;

/// Returns the crypto provider that the process has installed as its default, else ring.
///
/// With ring, rustls itself could not choose if the program has also built it with another provider.
pub(super) fn crypto_provider() -> Option<Arc<CryptoProvider>> {
    let installed = CryptoProvider::get_default().cloned();
    #[cfg(feature = "rustls")]
    let installed = installed
        .or_else(|| Some(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider())));
    installed
}
