//! The server's side of the handshake.

#[cfg(feature = "rustls-no-provider")]
mod tls;

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connect::{Deadline, settings_for};
use super::connect_error::ConnectError;
use super::core::Core;
#[cfg(feature = "broker")]
use super::gate::{Gate, IsLost};
use super::handles::ConnectionHandle;
use super::incoming::IncomingConnection;
use super::link_registry::LinkRegistry;
use super::log;
use super::state::State;
use super::stream::{negotiate, read, write};
use super::task::Task;
use super::traced::{Direction, NewTracer, Traced, new_tracer};
use crate::ProtocolHeader;
use crate::clock;
use crate::negotiation::run;
use crate::proto::{
    self, AnonymousServer, Authenticated, ConnectionSettings, Credentials, ExternalServer,
    Identity, Negotiation, PlainServer, Refusal, SaslLimits, SaslServer, ServerMechanism, Side,
    TraceLine,
};

/// How a server receives clients: what it announces, and how it authenticates them.
///
/// ```
/// use amqp_net::ServerSettings;
/// use amqp_net::proto::{ConnectionSettings, Credentials, Identity, Refusal};
///
/// let settings = ServerSettings::new(ConnectionSettings::new("orders-server")).authenticate(
///     |credentials| async move {
///         match credentials {
///             Credentials::Password { user, password, act_as: None }
///                 if *password == "secret" =>
///             {
///                 Ok(Identity::user(user))
///             }
///             _ => Err(Refusal::Credentials),
///         }
///     },
/// );
/// ```
#[derive(Clone)]
#[must_use]
pub struct ServerSettings {
    connection: ConnectionSettings,
    mechanisms: Vec<NewMechanism>,
    authenticate: Option<Authenticate>,
    requires_sasl: bool,
    sasl_limits: SaslLimits,
    time_to_open: Duration,
    asks_for_sessions: bool,
    /// The links of all connections, if they can be stolen.
    attached: Option<Arc<LinkRegistry>>,
    new_tracer: Option<NewTracer>,
    allows_external_without_certificate: bool,
    #[cfg(feature = "broker")]
    is_lost: Option<IsLost>,
    #[cfg(feature = "rustls-no-provider")]
    tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
}

/// What is known about a client before it has said anything.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// `None` if a stream was passed.
    pub(super) remote_addr: Option<SocketAddr>,
    /// The certificates that it has shown, in DER, its own first.
    pub(super) certificates: Vec<Bytes>,
}

/// Creates a mechanism, because each authenticates one connection.
type NewMechanism = Arc<dyn Fn() -> Box<dyn ServerMechanism> + Send + Sync>;
/// Checks credentials.
type Authenticate = Arc<dyn Fn(Credentials) -> Decision + Send + Sync>;
type Decision = Pin<Box<dyn Future<Output = Result<Identity, Refusal>> + Send>>;

impl ServerSettings {
    /// Creates settings for a server that takes every client, with `ANONYMOUS` or without SASL.
    pub fn new(connection: ConnectionSettings) -> Self {
        Self {
            connection,
            mechanisms: Vec::new(),
            authenticate: None,
            requires_sasl: false,
            sasl_limits: SaslLimits::default(),
            time_to_open: Duration::from_secs(30),
            asks_for_sessions: false,
            attached: None,
            new_tracer: None,
            allows_external_without_certificate: false,
            #[cfg(feature = "broker")]
            is_lost: None,
            #[cfg(feature = "rustls-no-provider")]
            tls: None,
        }
    }

    /// Requires SASL, and asks this function about the credentials of each client. Mechanisms are those of
    /// [`mechanism`](Self::mechanism), or `PLAIN` if there are none.
    pub fn authenticate<F, D>(mut self, check: F) -> Self
    where
        F: Fn(Credentials) -> D + Send + Sync + 'static,
        D: Future<Output = Result<Identity, Refusal>> + Send + 'static,
    {
        self.requires_sasl = true;
        self.authenticate = Some(Arc::new(move |credentials| Box::pin(check(credentials))));
        self
    }

    /// Offers a SASL mechanism, after those that were added before. The function creates it for each connection.
    pub fn mechanism<M: ServerMechanism>(
        mut self,
        new: impl Fn() -> M + Send + Sync + 'static,
    ) -> Self {
        self.mechanisms.push(Arc::new(move || Box::new(new())));
        self
    }

    /// Also takes clients that do not begin with SASL. They have no identity.
    pub const fn allow_without_sasl(mut self) -> Self {
        self.requires_sasl = false;
        self
    }

    /// Also asks the function of [`authenticate`](Self::authenticate) about clients with `EXTERNAL` that have shown no
    /// certificate to this crate, which are otherwise refused: for a Unix socket, or a stream of another TLS library.
    pub const fn allow_external_without_certificate(mut self) -> Self {
        self.allows_external_without_certificate = true;
        self
    }

    /// Lets a client take over a link from an older connection of its own: if a link is accepted that has the same
    /// user, container, name and role as one on another connection of these settings, that one is detached with the
    /// condition `amqp:link:stolen` (section 2.6.1). Within one connection this is always so.
    pub fn steal_links(mut self) -> Self {
        self.attached = Some(Arc::default());
        self
    }

    /// Sets the limits for the frames of SASL.
    pub const fn sasl_limits(mut self, limits: SaslLimits) -> Self {
        self.sasl_limits = limits;
        self
    }

    /// Sets the time limit until the open of the client has come, 30 seconds by default.
    pub const fn time_to_open(mut self, limit: Duration) -> Self {
        self.time_to_open = limit;
        self
    }

    /// Lets [`Served::next`](super::Served::next) also return each session that a client begins, so that it is accepted
    /// or refused. Otherwise all sessions are accepted.
    pub const fn ask_for_sessions(mut self) -> Self {
        self.asks_for_sessions = true;
        self
    }

    /// Calls a function with each protocol header and each frame that this side sends or receives, as a line that a
    /// person can read. Secrets and messages are not shown: see [`TraceLine`].
    ///
    /// The function is called where the streams are read and written, without a lock. It may use the connections, but
    /// should not block.
    ///
    /// A line does not say which client it belongs to: see [`trace_clients`](Self::trace_clients).
    pub fn trace(self, show: impl Fn(Direction, &TraceLine) + Send + Sync + 'static) -> Self {
        self.trace_clients(move |_, direction, line| show(direction, line))
    }

    /// Calls a function with each protocol header and each frame, as [`trace`](Self::trace) does, and with the address of
    /// the client, which is known if a [`Listener`](super::Listener) has accepted it. Clients of
    /// [`accept_over`](Self::accept_over) can be told apart by a clone of the settings for each, with a function of its
    /// own.
    pub fn trace_clients(
        mut self,
        show: impl Fn(Option<SocketAddr>, Direction, &TraceLine) + Send + Sync + 'static,
    ) -> Self {
        self.new_tracer = Some(new_tracer(show));
        self
    }

    /// Loses a connection, as if the network failed, after a frame of the client for which this returns true.
    #[cfg(feature = "broker")]
    pub(crate) fn lose_connections(
        mut self,
        is_lost: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.is_lost = Some(Arc::new(is_lost));
        self
    }

    /// Receives a client on any stream, such as a Unix socket, a WebSocket, or a pipe in a test. Returns when the client
    /// wants to open the connection. With `tls`, the client must begin with TLS here too.
    ///
    /// # Errors
    ///
    /// Returns a [`ConnectError`] if the client does not speak the protocol, is not authenticated, or takes too long.
    pub async fn accept_over<S>(&self, stream: S) -> Result<IncomingConnection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        self.receive(stream, None).await
    }

    /// Receives a client, which has this address if it is known. Begins with TLS if that is set.
    pub(super) async fn receive<S>(
        &self,
        stream: S,
        remote_addr: Option<SocketAddr>,
    ) -> Result<IncomingConnection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let deadline = Deadline::new(self.time_to_open);
        #[cfg(feature = "rustls-no-provider")]
        if let Some(config) = &self.tls {
            // Boxed, so that the future of a server without TLS does not have room for it.
            let receiving = async {
                let (stream, client) = tls::secure(config, stream, remote_addr, deadline).await?;
                self.receive_client(stream, client, deadline).await
            };
            return Box::pin(receiving).await;
        }
        let client = Client { remote_addr, certificates: Vec::new() };
        self.receive_client(stream, client, deadline).await
    }

    async fn receive_client<S>(
        &self,
        stream: S,
        client: Client,
        deadline: Deadline,
    ) -> Result<IncomingConnection, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        #[cfg(feature = "broker")]
        let stream = Gate::new(stream, self.is_lost.clone());
        let stream = Traced::new(stream, self.new_tracer.as_ref(), client.remote_addr);
        let mut settings = settings_for(ProtocolHeader::SASL, deadline);
        if !self.requires_sasl {
            settings = settings.also_accept(ProtocolHeader::AMQP);
        }
        let negotiation = Negotiation::new(Side::Server, &settings, clock::now());
        let (stream, agreed) = run(stream, negotiation).await?;
        let (mut stream, mut input) = (stream, agreed.trailing);
        let mut authenticated = None;
        if agreed.header == ProtocolHeader::SASL {
            let authenticating = self.authenticate_client(stream, input, &client.certificates);
            let outcome;
            (stream, input, outcome) = deadline.limit("authentication", authenticating).await??;
            authenticated = Some(outcome);
            let amqp = settings_for(ProtocolHeader::AMQP, deadline);
            (stream, input) = negotiate(stream, Side::Server, &amqp, b"", &input).await?;
        }
        let settings = self.connection.clone().time_to_open(deadline.left());
        let connection = proto::Connection::server(settings, clock::now());
        let mut state = State::new(connection);
        state.requests = Some(std::collections::VecDeque::new());
        state.asks_for_sessions = self.asks_for_sessions;
        let core = Arc::new(Core::new(state));
        let handle = Arc::new(ConnectionHandle { core: Arc::clone(&core) });
        let task = Task::new(core, stream, input, self.connection.silence());
        tokio::spawn(log::in_span(Side::Server, &self.connection.open().container_id, task));
        let mut pending = AbortOnDrop(Some(Arc::clone(&handle)));
        let opened = deadline.limit("the open", handle.opened()).await;
        pending.0 = None;
        let open = opened??;
        log::opened(&open);
        let attached = self.attached.clone();
        Ok(IncomingConnection::new(handle, open, authenticated, client, attached))
    }

    async fn authenticate_client<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        input: Bytes,
        certificates: &[Bytes],
    ) -> Result<(S, Bytes, Authenticated), ConnectError> {
        let mut input = input.to_vec();
        let mut server = SaslServer::new(self.new_mechanisms(certificates), self.sasl_limits)?;
        loop {
            let mut rest = &*input;
            server.handle_input(&mut rest);
            input = rest.to_vec();
            if let Some(credentials) = server.poll_credentials() {
                server.decide(self.check(credentials, certificates).await);
            }
            if let Some(output) = server.poll_transmit() {
                write(&mut stream, &output).await.map_err(ConnectError::Lost)?;
            }
            if let Some(outcome) = server.poll_outcome() {
                return Ok((stream, input.into(), outcome?));
            }
            if server.wants_read() {
                read(&mut stream, &mut input).await.map_err(ConnectError::Lost)?;
            }
        }
    }

    /// Returns the mechanisms to offer. `EXTERNAL` is not offered where it would be refused, unless it is the only one.
    fn new_mechanisms(&self, certificates: &[Bytes]) -> Vec<Box<dyn ServerMechanism>> {
        let mut added = self.mechanisms.iter().map(|new| new()).collect::<Vec<_>>();
        let is_external =
            |mechanism: &dyn ServerMechanism| mechanism.name() == ExternalServer.name();
        if !self.can_be_external(certificates) && !added.iter().all(|it| is_external(&**it)) {
            added.retain(|mechanism| !is_external(&**mechanism));
        }
        match (added.is_empty(), &self.authenticate) {
            (false, _) => added,
            (true, Some(_)) => vec![Box::new(PlainServer)],
            (true, None) => vec![Box::new(AnonymousServer)],
        }
    }

    fn can_be_external(&self, certificates: &[Bytes]) -> bool {
        !certificates.is_empty() || self.allows_external_without_certificate
    }

    async fn check(
        &self,
        mut credentials: Credentials,
        shown: &[Bytes],
    ) -> Result<Identity, Refusal> {
        if let Credentials::External { certificates, .. } = &mut credentials {
            if !self.can_be_external(shown) {
                return Err(Refusal::Credentials);
            }
            *certificates = shown.to_vec();
        }
        match &self.authenticate {
            Some(authenticate) => authenticate(credentials).await,
            None => match credentials {
                Credentials::Anonymous { .. } => Ok(Identity::anonymous()),
                // Mechanisms were added, but nothing checks what they return.
                _ => Err(Refusal::Credentials),
            },
        }
    }
}

/// Ends a connection at once if the future that waits for its open is dropped. Otherwise its stream would stay open until
/// the client has answered a close, although the client was evicted to make room.
struct AbortOnDrop(Option<Arc<ConnectionHandle>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.core.with(State::abort);
        }
    }
}

/// Not the mechanisms and the function, which cannot be printed.
impl fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSettings")
            .field("connection", &self.connection)
            .field("requires_sasl", &self.requires_sasl)
            .field("sasl_limits", &self.sasl_limits)
            .field("time_to_open", &self.time_to_open)
            .finish_non_exhaustive()
    }
}
