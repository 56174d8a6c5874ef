//! Connecting as a client.

#[cfg(feature = "rustls-no-provider")]
mod tls;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::attach::random_name;
use super::connect_error::ConnectError;
use super::connection::Connection;
use super::core::Core;
use super::handles::ConnectionHandle;
use super::log;
use super::state::State;
use super::stream::{negotiate, read, write};
use super::task::Task;
use super::traced::{Direction, NewTracer, Traced, new_tracer};
use crate::ProtocolHeader;
use crate::clock;
use crate::endpoint::Endpoint;
use crate::proto::{
    self, Anonymous, ConnectionSettings, Mechanism, NegotiationSettings, Plain, SaslClient,
    SaslLimits, Side, TraceLine,
};

/// Everything that can be set before a client connects.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use amqp_net::Connection;
/// use amqp_net::proto::ConnectionSettings;
///
/// let connection = Connection::builder()
///     .settings(ConnectionSettings::new("orders-1").max_frame_size(1 << 20))
///     .time_to_connect(Duration::from_secs(5))
///     .connect(&"amqp://guest:guest@localhost".parse()?)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct ConnectionBuilder {
    settings: ConnectionSettings,
    authentication: Authentication,
    sasl_limits: SaslLimits,
    pipelines_sasl: bool,
    requires_encryption: bool,
    is_encrypted: bool,
    time_to_connect: Duration,
    new_tracer: Option<NewTracer>,
    #[cfg(feature = "rustls-no-provider")]
    tls: Option<Arc<tokio_rustls::rustls::ClientConfig>>,
}

/// How the client is authenticated.
enum Authentication {
    /// As the credentials of the endpoint want.
    Endpoint,
    Mechanisms(Vec<Box<dyn Mechanism>>),
    /// Not at all: the connection begins with the AMQP header.
    None,
}

impl ConnectionBuilder {
    pub(super) fn new() -> Self {
        Self {
            settings: ConnectionSettings::new(random_name()),
            authentication: Authentication::Endpoint,
            sasl_limits: SaslLimits::default(),
            pipelines_sasl: false,
            requires_encryption: false,
            is_encrypted: false,
            time_to_connect: Duration::from_secs(30),
            new_tracer: None,
            #[cfg(feature = "rustls-no-provider")]
            tls: None,
        }
    }

    /// Sets what is announced in the open, and the time limits. By default the container has a random id. If no
    /// hostname is set, it is that of the [`Endpoint`].
    pub fn settings(mut self, settings: ConnectionSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Adds a SASL mechanism, after those that were added before. The first one that the server offers is used. Without
    /// this, a user in the [`Endpoint`] means `PLAIN`. Otherwise a certificate for TLS means `EXTERNAL`, and without one
    /// `ANONYMOUS` is used.
    pub fn sasl(mut self, mechanism: impl Mechanism) -> Self {
        match &mut self.authentication {
            Authentication::Mechanisms(mechanisms) => mechanisms.push(Box::new(mechanism)),
            other => *other = Authentication::Mechanisms(vec![Box::new(mechanism)]),
        }
        self
    }

    /// Chooses the first mechanism without waiting for the server to offer it, which saves a round trip. Nothing is saved
    /// with a mechanism that sends a password, because the server may not have it.
    pub const fn pipeline_sasl(mut self) -> Self {
        self.pipelines_sasl = true;
        self
    }

    /// Begins with the AMQP header, without SASL.
    pub fn without_sasl(mut self) -> Self {
        self.authentication = Authentication::None;
        self
    }

    /// Sets the limits for the frames of SASL.
    pub const fn sasl_limits(mut self, limits: SaslLimits) -> Self {
        self.sasl_limits = limits;
        self
    }

    /// Sends no password over a stream that is not encrypted.
    pub const fn require_encryption(mut self) -> Self {
        self.requires_encryption = true;
        self
    }

    /// Says that the stream of [`connect_over`](Self::connect_over) is encrypted.
    pub const fn encrypted(mut self, is_encrypted: bool) -> Self {
        self.is_encrypted = is_encrypted;
        self
    }

    /// Sets the time limit until the connection is open, 30 seconds by default.
    pub const fn time_to_connect(mut self, limit: Duration) -> Self {
        self.time_to_connect = limit;
        self
    }

    /// Calls a function with each protocol header and each frame that this side sends or receives, as a line that a
    /// person can read. Secrets and messages are not shown: see [`TraceLine`].
    ///
    /// The function is called where the stream is read and written, without a lock. It may use the connection, but should
    /// not block.
    ///
    /// ```
    /// # use amqp_net::Connection;
    /// let builder = Connection::builder().trace(|direction, line| eprintln!("{direction}: {line}"));
    /// ```
    pub fn trace(mut self, show: impl Fn(Direction, &TraceLine) + Send + Sync + 'static) -> Self {
        self.new_tracer = Some(new_tracer(move |_, direction, line| show(direction, line)));
        self
    }

    /// Connects over TCP, or over TLS if the endpoint asks for it. TLS needs the feature `rustls`; without it, connect
    /// yourself and use [`connect_over`](Self::connect_over). The host of the endpoint must be a name, or an address, in
    /// the certificate of the server.
    ///
    /// # Errors
    ///
    /// Returns a [`ConnectError`] if there is no open connection within the time limit, or the server refuses the
    /// client or is not the one that it should be.
    pub async fn connect(mut self, endpoint: &Endpoint) -> Result<Connection, ConnectError> {
        let deadline = Deadline::new(self.time_to_connect);
        if endpoint.is_secure() {
            #[cfg(feature = "rustls-no-provider")]
            // Boxed, so that the future of a client without TLS does not have room for it.
            return Box::pin(self.connect_tls(endpoint, deadline)).await;
            #[cfg(not(feature = "rustls-no-provider"))]
            return Err(ConnectError::TlsDisabled);
        }
        self.is_encrypted = false;
        let stream = tcp(endpoint, deadline).await?;
        self = self.use_endpoint(endpoint)?;
        self.warn_in_the_clear(endpoint.host(), stream.peer_addr().map(|it| it.ip()).ok());
        self.open(stream, deadline).await
    }

    /// Warns if a password will be sent in the clear, to a host that has this address, and is not this one.
    fn warn_in_the_clear(&self, host: &str, address: Option<IpAddr>) {
        if let Authentication::Mechanisms(mechanisms) = &self.authentication
            && mechanisms.iter().any(|mechanism| mechanism.sends_password())
            && !address.is_some_and(|address| address.is_loopback())
        {
            log::password_in_the_clear(host);
        }
    }

    /// Connects over any stream, such as one of TLS, a WebSocket, or a pipe in a test.
    ///
    /// # Errors
    ///
    /// Returns a [`ConnectError`], as [`connect`](Self::connect) does.
    pub async fn connect_over<S>(self, stream: S) -> Result<Connection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let deadline = Deadline::new(self.time_to_connect);
        self.open(stream, deadline).await
    }

    /// Takes the hostname and the credentials of an endpoint, unless others have been set, as
    /// [`connect`](Self::connect) does.
    ///
    /// # Errors
    ///
    /// Returns [`ConnectError::Credentials`] if the user or the password cannot be used.
    pub fn use_endpoint(mut self, endpoint: &Endpoint) -> Result<Self, ConnectError> {
        if self.settings.open().hostname.is_none() {
            self.settings = self.settings.clone().hostname(endpoint.hostname());
        }
        if let (Authentication::Endpoint, Some((user, password))) =
            (&self.authentication, endpoint.credentials())
        {
            let plain = Plain::new(user, password).map_err(ConnectError::Credentials)?;
            self.authentication = Authentication::Mechanisms(vec![Box::new(plain)]);
        }
        Ok(self)
    }

    async fn open<S>(self, stream: S, deadline: Deadline) -> Result<Connection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mechanisms = match self.authentication {
            Authentication::None => None,
            Authentication::Endpoint => Some(vec![Box::new(Anonymous::default()) as _]),
            Authentication::Mechanisms(mechanisms) => Some(mechanisms),
        };
        let mut stream = Traced::new(stream, self.new_tracer.as_ref(), None);
        let mut input = Bytes::new();
        if let Some(mechanisms) = mechanisms {
            let sends_password = mechanisms.iter().any(|mechanism| mechanism.sends_password());
            if self.requires_encryption && !self.is_encrypted && sends_password {
                return Err(ConnectError::NotEncrypted);
            }
            let hostname = self.settings.open().hostname.clone();
            let is_early = self.pipelines_sasl
                && mechanisms.first().is_some_and(|first| !first.sends_password());
            let mut client = SaslClient::new(mechanisms, hostname, self.sasl_limits);
            if is_early {
                client.choose_early();
            }
            let init = client.poll_transmit().unwrap_or_default();
            let sasl = settings_for(ProtocolHeader::SASL, deadline);
            let (negotiated, begun) = negotiate(stream, Side::Client, &sasl, &init, b"").await?;
            let authenticating = authenticate(negotiated, begun, client);
            (stream, input) = deadline.limit("authentication", authenticating).await??;
        }
        let write_timeout = self.settings.silence();
        let container_id = self.settings.open().container_id.clone();
        let mut connection =
            proto::Connection::client(self.settings.time_to_open(deadline.left()), clock::now())?;
        // The open follows the header at once.
        let open = connection.poll_transmit().unwrap_or_default();
        let amqp = settings_for(ProtocolHeader::AMQP, deadline);
        let (stream, input) = negotiate(stream, Side::Client, &amqp, &open, &input).await?;

        let core = Arc::new(Core::new(State::new(connection)));
        let handle = Arc::new(ConnectionHandle { core: Arc::clone(&core) });
        let task = Task::new(core, stream, input, write_timeout);
        tokio::spawn(log::in_span(Side::Client, &container_id, task));
        let peer = deadline.limit("the open", handle.opened()).await??;
        log::opened(&peer);
        Ok(Connection::new(handle, peer))
    }
}

/// Connects over TCP.
async fn tcp(endpoint: &Endpoint, deadline: Deadline) -> Result<TcpStream, ConnectError> {
    let address = (endpoint.host(), endpoint.port());
    let connecting = deadline.limit("a TCP connection", TcpStream::connect(address));
    let unreachable = |source| ConnectError::Unreachable { address: endpoint.to_string(), source };
    let stream = connecting.await?.map_err(unreachable)?;
    // Frames are written together, and must not wait for others. A stream that does not support this is still usable.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Not the mechanisms, which may contain a password.
impl fmt::Debug for ConnectionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionBuilder")
            .field("settings", &self.settings)
            .field("sasl_limits", &self.sasl_limits)
            .field("requires_encryption", &self.requires_encryption)
            .field("is_encrypted", &self.is_encrypted)
            .field("time_to_connect", &self.time_to_connect)
            .finish_non_exhaustive()
    }
}

/// Returns settings for this header. A negotiation has the time limit itself, so that it is not cut off while it closes
/// the stream and knows what the peer speaks.
pub(super) fn settings_for(header: ProtocolHeader, deadline: Deadline) -> NegotiationSettings {
    NegotiationSettings::new(header).handshake_timeout(deadline.left())
}

/// Authenticates the client. `input` has been received before. Returns the stream and what was received after the outcome.
async fn authenticate<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    input: Bytes,
    mut client: SaslClient,
) -> Result<(S, Bytes), ConnectError> {
    let mut input = input.to_vec();
    loop {
        let mut rest = &*input;
        client.handle_input(&mut rest);
        input = rest.to_vec();
        if let Some(output) = client.poll_transmit() {
            write(&mut stream, &output).await.map_err(ConnectError::Lost)?;
        }
        if let Some(outcome) = client.poll_outcome() {
            outcome?;
            return Ok((stream, input.into()));
        }
        read(&mut stream, &mut input).await.map_err(ConnectError::Lost)?;
    }
}

/// The time limit until a connection is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    after: Duration,
    /// `None` if it is later than an [`Instant`] can be.
    at: Option<Instant>,
}

impl Deadline {
    pub(super) fn new(after: Duration) -> Self {
        Self { after, at: Instant::now().checked_add(after) }
    }

    /// Returns the time that is left.
    pub(super) fn left(self) -> Duration {
        self.at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    /// Waits for a step until the time limit.
    pub(super) async fn limit<T>(
        self,
        step: &'static str,
        future: impl Future<Output = T>,
    ) -> Result<T, ConnectError> {
        match self.at {
            None => Ok(future.await),
            Some(at) => timeout_at(at, future)
                .await
                .map_err(|_| ConnectError::TimedOut { after: self.after, waited_for: step }),
        }
    }
}

#[cfg(all(test, feature = "tracing"))]
mod tests;
