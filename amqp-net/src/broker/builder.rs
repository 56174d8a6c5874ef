//! What can be set before a broker starts.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use amqp_types::transport::Fields;
use amqp_types::{Map, Multiple, Symbol, Value};
use bytestring::ByteString;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::address::NodeKind;
use super::event::Event;
use super::limits::Limits;
use super::shared::{OnEvent, Shared};
use super::{Broker, connection};
use crate::proto::{
    AnonymousServer, ConnectionSettings, Credentials, Identity, PlainServer, Refusal, TraceLine,
    Zeroizing,
};
use crate::{Direction, Listener, ServerSettings};

/// Everything that can be set before a [`Broker`] starts.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::broker::Broker;
///
/// let broker = Broker::builder()
///     .user("ada", "secret")
///     .queue("orders")
///     .auto_create(false)
///     .max_queue_messages(100)
///     .on_event(|event| println!("{event}"))
///     .start()
///     .await?;
/// let connection = amqp_net::Connection::connect(broker.url()).await?;
/// connection.sender("orders").await?.send("tea").await?;
/// assert!(connection.sender("ordres").await.is_err());
/// # Ok(())
/// # }
/// ```
#[must_use = "a broker is started by `start`"]
pub struct BrokerBuilder {
    address: String,
    users: Vec<(String, Zeroizing<String>)>,
    limits: Limits,
    auto_create: bool,
    nodes: Vec<(ByteString, NodeKind)>,
    connection: ConnectionSettings,
    on_event: Option<OnEvent>,
    trace: Option<Trace>,
    #[cfg(feature = "rustls-no-provider")]
    tls: Option<Arc<crate::rustls::ServerConfig>>,
}

type Trace = Arc<dyn Fn(Option<SocketAddr>, Direction, &TraceLine) + Send + Sync>;

impl BrokerBuilder {
    pub(super) fn new() -> Self {
        let properties =
            [("product", env!("CARGO_PKG_NAME")), ("version", env!("CARGO_PKG_VERSION"))];
        let properties =
            properties.map(|(name, value)| (Symbol::from_static(name), Value::from(value)));
        let connection = ConnectionSettings::new("broker")
            .offered_capabilities(Multiple::one(Symbol::from_static("ANONYMOUS-RELAY")))
            .properties(Fields(Map::from_iter(properties)));
        Self {
            address: "127.0.0.1:0".to_owned(),
            users: Vec::new(),
            limits: Limits::default(),
            auto_create: true,
            nodes: Vec::new(),
            connection,
            on_event: None,
            trace: None,
            #[cfg(feature = "rustls-no-provider")]
            tls: None,
        }
    }

    /// Sets the address to listen on, such as `127.0.0.1:5672`. By default it is a free port on loopback.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Adds a user, who is authenticated with `PLAIN`. Without users everybody is accepted: without SASL, with
    /// `ANONYMOUS`, and with `PLAIN` and any password.
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.users.push((name.into(), Zeroizing::new(password.into())));
        self
    }

    /// Makes a queue, which stays until it is deleted.
    pub fn queue(mut self, address: impl Into<ByteString>) -> Self {
        self.nodes.push((address.into(), NodeKind::Queue));
        self
    }

    /// Makes a topic, which stays until it is deleted.
    pub fn topic(mut self, address: impl Into<ByteString>) -> Self {
        self.nodes.push((address.into(), NodeKind::Topic));
        self
    }

    /// Sets whether a queue or a topic is made when a client uses its address, which is so by default.
    pub const fn auto_create(mut self, auto_create: bool) -> Self {
        self.auto_create = auto_create;
        self
    }

    /// Sets the id by which clients know the broker, `broker` by default.
    pub fn container_id(mut self, id: impl Into<ByteString>) -> Self {
        self.connection = self.connection.container_id(id);
        self
    }

    /// Sets all that is announced to clients, the id of the container included, and the limits and time limits of each
    /// connection.
    pub fn connection(mut self, settings: ConnectionSettings) -> Self {
        self.connection = settings;
        self
    }

    /// Sets how many clients can be connected, 1,000 by default.
    pub const fn max_connections(mut self, connections: usize) -> Self {
        self.limits.max_connections = connections;
        self
    }

    /// Sets how many clients can be pending that have connected over TCP and have not opened the connection yet, 1,000 by
    /// default. When there are more, the oldest is dropped.
    pub const fn max_pending(mut self, clients: usize) -> Self {
        self.limits.max_pending = clients;
        self
    }

    /// Sets how many queues and topics there can be, 10,000 by default, dynamic ones and those of dead letters included.
    /// At the limit those that clients have made are deleted if they are empty and nobody uses them.
    pub const fn max_queues(mut self, queues: usize) -> Self {
        self.limits.max_queues = queues;
        self
    }

    /// Sets the size of the largest message, 16 MiB by default. The
    /// [`receive_buffer`](ConnectionSettings::receive_buffer) of each connection has room for at least four of them.
    pub const fn max_message_size(mut self, octets: u64) -> Self {
        self.limits.max_message_size = octets;
        self
    }

    /// Sets how many messages a queue can hold, 1,000,000 by default, and so can each consumer of a topic. Those that
    /// consumers have and have not settled count.
    pub const fn max_queue_messages(mut self, messages: usize) -> Self {
        self.limits.max_queue_messages = messages;
        self
    }

    /// Sets how many octets of messages a queue can hold, 256 MiB by default, and so can each consumer of a topic.
    pub const fn max_queue_octets(mut self, octets: u64) -> Self {
        self.limits.max_queue_octets = octets;
        self
    }

    /// Sets how many octets of messages the broker can hold, 1 GiB by default. Each message counts for 256 more than it has,
    /// because the broker needs memory for those that are empty too.
    pub const fn max_octets(mut self, octets: u64) -> Self {
        self.limits.max_octets = octets;
        self
    }

    /// Calls a function with all that happens. It is called by the tasks of the broker, and should not block.
    pub fn on_event(mut self, show: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.on_event = Some(Box::new(show));
        self
    }

    /// Calls a function with each protocol header and each frame, as [`ServerSettings::trace`] does.
    pub fn trace(self, show: impl Fn(Direction, &TraceLine) + Send + Sync + 'static) -> Self {
        self.trace_clients(move |_, direction, line| show(direction, line))
    }

    /// Calls a function with each protocol header and each frame, as [`ServerSettings::trace_clients`] does, with the
    /// address of the client unless it is connected over a stream.
    pub fn trace_clients(
        mut self,
        show: impl Fn(Option<SocketAddr>, Direction, &TraceLine) + Send + Sync + 'static,
    ) -> Self {
        self.trace = Some(Arc::new(show));
        self
    }

    /// Lets clients connect over TLS alone, as [`ServerSettings::tls`] does. The URL of the broker then has the host
    /// `localhost`.
    #[cfg(feature = "rustls-no-provider")]
    pub fn tls(mut self, config: Arc<crate::rustls::ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Starts the broker.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if the address cannot be listened on, and an error of the kind
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if a queue or a topic cannot be made.
    pub async fn start(mut self) -> io::Result<Broker> {
        let shared = self.shared();
        let settings = self.server_settings(&shared);
        let listener = Listener::bind(&self.address, settings.clone()).await?;
        let address = listener.local_addr();
        let host = if self.has_tls() {
            format!("localhost:{}", address.port())
        } else {
            reachable(address).to_string()
        };
        let url = self.url(&host);
        let broker = Broker { shared, settings, url, local_addr: Some(address) };
        let broker = declare(broker, &self.nodes)?;
        connection::accept(&broker.shared, listener);
        Ok(broker)
    }

    /// Starts the broker without a port: clients connect over [`Broker::stream`].
    ///
    /// # Errors
    ///
    /// Returns an error of the kind [`InvalidInput`](io::ErrorKind::InvalidInput) if a queue or a topic cannot be made.
    pub fn start_in_memory(mut self) -> io::Result<Broker> {
        let nodes = std::mem::take(&mut self.nodes);
        declare(self.in_memory(), &nodes)
    }

    /// Starts the broker without a port, and without queues and topics.
    pub(super) fn in_memory(mut self) -> Broker {
        let shared = self.shared();
        let settings = self.server_settings(&shared);
        Broker { shared, settings, url: self.url("in-memory.invalid"), local_addr: None }
    }

    fn shared(&mut self) -> Arc<Shared> {
        Arc::new(Shared::new(self.limits, self.auto_create, self.on_event.take()))
    }

    #[cfg_attr(
        not(feature = "rustls-no-provider"),
        expect(clippy::unused_self, reason = "it is used with TLS")
    )]
    const fn has_tls(&self) -> bool {
        #[cfg(feature = "rustls-no-provider")]
        return self.tls.is_some();
        #[cfg(not(feature = "rustls-no-provider"))]
        false
    }

    /// Returns the URL of the broker, with the first user if there is one.
    fn url(&self, host: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let scheme = if self.has_tls() { "amqps" } else { "amqp" };
        match self.users.first() {
            Some((user, password)) => {
                format!("{scheme}://{}:{}@{host}", encode(user), encode(password))
            }
            None => format!("{scheme}://{host}"),
        }
    }

    fn server_settings(&self, shared: &Arc<Shared>) -> ServerSettings {
        let mut settings =
            ServerSettings::new(self.connection.clone().fit_messages(self.limits.max_message_size));
        if self.users.is_empty() {
            settings = settings
                .mechanism(|| AnonymousServer)
                .mechanism(|| PlainServer)
                .authenticate(|credentials| async move {
                    match credentials {
                        Credentials::Anonymous { .. } => Ok(Identity::anonymous()),
                        Credentials::Password { user, .. } => Ok(Identity::user(user)),
                        _ => Err(Refusal::Credentials),
                    }
                })
                .allow_without_sasl();
        } else {
            let users = Arc::new(self.users.clone());
            settings = settings.authenticate(move |credentials| {
                let users = Arc::clone(&users);
                async move {
                    match credentials {
                        Credentials::Password { user, password, act_as: None }
                            if users.iter().any(|known| known.0 == user && known.1 == password) =>
                        {
                            Ok(Identity::user(user))
                        }
                        _ => Err(Refusal::Credentials),
                    }
                }
            });
        }
        let failing = Arc::clone(shared);
        settings = settings.lose_connections(move || failing.failures.frame());
        if let Some(trace) = &self.trace {
            let trace = Arc::clone(trace);
            settings =
                settings.trace_clients(move |peer, direction, line| trace(peer, direction, line));
        }
        #[cfg(feature = "rustls-no-provider")]
        if let Some(tls) = &self.tls {
            settings = settings.tls(Arc::clone(tls));
        }
        settings
    }
}

/// Makes queues and topics.
fn declare(broker: Broker, nodes: &[(ByteString, NodeKind)]) -> io::Result<Broker> {
    for (address, kind) in nodes {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        broker.shared.declare(address, *kind).map_err(invalid)?;
    }
    Ok(broker)
}

/// Returns an address to which clients on this machine can connect.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// Not the passwords, nor the functions, which cannot be printed.
impl fmt::Debug for BrokerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokerBuilder")
            .field("address", &self.address)
            .field("limits", &self.limits)
            .field("auto_create", &self.auto_create)
            .field("nodes", &self.nodes)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
