//! Connecting over TLS.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{self, ClientConfig, pki_types::ServerName};

use super::{Authentication, ConnectionBuilder, Deadline, tcp};
use crate::driver::connect_error::{ConnectError, TLS_HANDSHAKE};
use crate::driver::connection::Connection;
use crate::driver::tls::{Recorded, TlsError, TlsErrorKind, crypto_provider, of_rustls};
use crate::endpoint::Endpoint;
use crate::proto::{External, Side};

impl ConnectionBuilder {
    /// Uses this configuration for `amqps://`, instead of one that trusts the roots of the platform: for an authority or
    /// a verifier of your own, or to show a certificate.
    ///
    /// If the configuration has a certificate for the client, the [`Endpoint`] no user, and no mechanism was set with
    /// [`sasl`](Self::sasl), the client is authenticated with `EXTERNAL`: by its certificate.
    ///
    /// It has no effect on `amqp://` and [`connect_over`](Self::connect_over), which do not encrypt.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::Arc;
    ///
    /// use amqp_net::Connection;
    /// use amqp_net::rustls::pki_types::pem::PemObject;
    /// use amqp_net::rustls::pki_types::{CertificateDer, PrivateKeyDer};
    /// use amqp_net::rustls::{ClientConfig, RootCertStore};
    ///
    /// let mut roots = RootCertStore::empty();
    /// roots.add(CertificateDer::from_pem_file("ca.pem")?)?;
    /// let chain = CertificateDer::pem_file_iter("client.pem")?.collect::<Result<_, _>>()?;
    /// let key = PrivateKeyDer::from_pem_file("client.key")?;
    /// let config =
    ///     ClientConfig::builder().with_root_certificates(roots).with_client_auth_cert(chain, key)?;
    ///
    /// let builder = Connection::builder().tls(Arc::new(config));
    /// let connection = builder.connect(&"amqps://broker.example".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tls(mut self, config: Arc<ClientConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Connects over TLS.
    pub(super) async fn connect_tls(
        mut self,
        endpoint: &Endpoint,
        deadline: Deadline,
    ) -> Result<Connection, ConnectError> {
        let failed = |kind| {
            ConnectError::from(TlsError { side: Side::Client, peer: endpoint.to_string(), kind })
        };
        let name = ServerName::try_from(endpoint.host().to_owned())
            .map_err(|_| failed(TlsErrorKind::InvalidHost))?;
        let config = match self.tls.take() {
            Some(config) => config,
            None => platform_config().map_err(|error| failed(TlsErrorKind::Config(error)))?,
        };
        self = self.use_endpoint(endpoint)?;
        if matches!(self.authentication, Authentication::Endpoint)
            && config.client_auth_cert_resolver.has_certs()
        {
            self = self.sasl(External::default());
        }
        self.is_encrypted = true;
        let stream = Recorded::new(tcp(endpoint, deadline).await?);
        let handshake = TlsConnector::from(config).connect(name, stream).into_fallible();
        let mut stream =
            deadline.limit(TLS_HANDSHAKE, handshake).await?.map_err(|(error, stream)| {
                failed(TlsErrorKind::of_handshake(&error, stream.first_bytes()))
            })?;
        stream.get_mut().0.end_handshake();
        let failure = Arc::default();
        let stream = Secured { stream, failure: Arc::clone(&failure) };
        self.open(stream, deadline).await.map_err(|error| match failure.get() {
            Some(cause) => failed(cause.clone().into()),
            None => error,
        })
    }
}

/// Returns a configuration that trusts the roots of the platform. It is made once, because to read 150 roots takes about
/// 10 ms, and sessions are resumed only with the same configuration.
fn platform_config() -> Result<Arc<ClientConfig>, rustls::Error> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();

    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config));
    }
    let provider = crypto_provider()
        .ok_or_else(|| rustls::Error::General("no crypto provider is installed".to_owned()))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(Arc::clone(CONFIG.get_or_init(|| Arc::new(config))))
}

/// A stream that keeps the error of TLS that it ended with. With TLS 1.3, a server refuses the certificate of a client
/// after the handshake of the client has succeeded.
struct Secured {
    stream: TlsStream<Recorded<TcpStream>>,
    failure: Arc<OnceLock<rustls::Error>>,
}

impl AsyncRead for Secured {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = ready!(Pin::new(&mut this.stream).poll_read(cx, buffer));
        if let Err(error) = &read
            && let Some(error) = of_rustls(error)
        {
            // The first one is the cause of the others.
            let _ = this.failure.set(error);
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, octets)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
