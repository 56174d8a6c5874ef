//! Receiving clients over TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::{Client, Deadline, ServerSettings};
use crate::driver::connect_error::{ConnectError, TLS_HANDSHAKE};
use crate::driver::tls::{Recorded, TlsError, TlsErrorKind};
use crate::proto::Side;

impl ServerSettings {
    /// Receives clients over TLS, with this configuration. The handshake counts towards the
    /// [time limit](Self::time_to_open).
    ///
    /// If the configuration has a verifier for certificates of clients, the certificates that a client has shown are in
    /// [`Credentials::External`](crate::proto::Credentials::External) and
    /// [`IncomingConnection::certificates`](crate::IncomingConnection::certificates).
    ///
    /// To replace the certificate of a running server, give the configuration a resolver of your own.
    pub fn tls(mut self, config: Arc<ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }
}

/// Performs the handshake. Returns the stream, and what is known about the client.
pub(super) async fn secure<S: AsyncRead + AsyncWrite + Unpin>(
    config: &Arc<ServerConfig>,
    stream: S,
    remote_addr: Option<SocketAddr>,
    deadline: Deadline,
) -> Result<(TlsStream<Recorded<S>>, Client), ConnectError> {
    let acceptor = TlsAcceptor::from(Arc::clone(config));
    let handshake = acceptor.accept(Recorded::new(stream)).into_fallible();
    let secured = deadline.limit(TLS_HANDSHAKE, handshake).await?;
    let mut stream = secured.map_err(|(error, stream)| {
        let peer = match remote_addr {
            Some(address) => format!("the client {address}"),
            None => "the client".to_owned(),
        };
        let kind = TlsErrorKind::of_handshake(&error, stream.first_bytes());
        TlsError { side: Side::Server, peer, kind }
    })?;
    let (recorded, tls) = stream.get_mut();
    recorded.end_handshake();
    let certificates = tls.peer_certificates().unwrap_or_default();
    let certificates = certificates.iter().map(|it| Bytes::copy_from_slice(it)).collect();
    Ok((stream, Client { remote_addr, certificates }))
}
