//! Listening for clients over TCP.

use std::fmt::Debug;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

use super::accept_error::AcceptError;
use super::incoming::IncomingConnection;
use super::log;
use super::server::ServerSettings;
use crate::acceptor::{Accepted, Acceptor};

/// Accepts connections over TCP and authenticates each client in a task of its own, so that a client that is slow or
/// silent does not delay others. Its resources are bounded: a connection that has not been opened within the time
/// limit is closed, and when too many are pending, the oldest is dropped.
///
/// Dropping the listener closes it, with all connections that have not been returned. Others live on.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::proto::ConnectionSettings;
/// use amqp_net::{Connection, Credit, Listener, PeerRequest, ServerSettings};
///
/// let settings = ServerSettings::new(ConnectionSettings::new("server"));
/// let mut listener = Listener::bind("127.0.0.1:0", settings).await?;
/// let url = format!("amqp://{}", listener.local_addr());
///
/// // A server that accepts one message.
/// let server = tokio::spawn(async move {
///     let mut client = listener.accept().await.unwrap().accept()?;
///     let Some(PeerRequest::Receiver(link)) = client.next().await? else { panic!() };
///     let receiver = link.accept_as_asked(Credit::Auto(10))?;
///     let delivery = receiver.recv().await?.unwrap();
///     assert_eq!(delivery.decode::<&str>()?, "hello");
///     delivery.accept()?;
///     receiver.detached().await;
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
/// });
///
/// let connection = Connection::connect(&url).await?;
/// let sender = connection.sender("greetings").await?;
/// sender.send("hello").await?;
/// sender.close().await?;
/// server.await?.unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    acceptor: Acceptor<Result<IncomingConnection, AcceptError>>,
    settings: ServerSettings,
}

impl Listener {
    /// The number of connections that can be pending.
    const MAX_PENDING: usize = 1000;

    /// Listens on an address. Port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if it cannot listen on any of the addresses.
    pub async fn bind(
        address: impl ToSocketAddrs + Debug,
        settings: ServerSettings,
    ) -> io::Result<Self> {
        Ok(Self::new(Acceptor::bind(address).await?, settings))
    }

    /// Creates a listener from a [`TcpListener`].
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if the address of `tcp` is not available.
    pub fn from_tcp(tcp: TcpListener, settings: ServerSettings) -> io::Result<Self> {
        Ok(Self::new(Acceptor::from_tcp(tcp)?, settings))
    }

    fn new(
        mut acceptor: Acceptor<Result<IncomingConnection, AcceptError>>,
        settings: ServerSettings,
    ) -> Self {
        acceptor.set_max_handshakes(Self::MAX_PENDING);
        Self { acceptor, settings }
    }

    /// Sets how many connections can be pending, 1,000 by default and at least one. When there are more, the oldest is
    /// dropped.
    pub fn set_max_pending(&mut self, max: usize) {
        self.acceptor.set_max_handshakes(max);
    }

    /// Returns the address on which the listener listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.acceptor.local_addr()
    }

    /// Waits for the next client that wants to open a connection, and has been authenticated. Others are reported only
    /// as events of `tracing`; [`accept_outcome`](Self::accept_outcome) returns them too.
    ///
    /// Returns `None` after the listener has been [stopped](Self::stop) and nothing is pending.
    ///
    /// Connections are accepted only while this future is polled. Dropping the future loses nothing.
    pub async fn accept(&mut self) -> Option<IncomingConnection> {
        self.accept_with(|stream, _| stream).await
    }

    /// Waits for the next client, as [`accept`](Self::accept) does, and puts a stream of your own around the one of TCP:
    /// one that counts, limits or compresses, or that of another TLS library.
    pub async fn accept_with<S>(
        &mut self,
        wrap: impl Fn(TcpStream, SocketAddr) -> S,
    ) -> Option<IncomingConnection>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        loop {
            if let Ok(incoming) = self.accept_outcome(&wrap).await? {
                return Some(incoming);
            }
        }
    }

    /// Waits for the outcome of the next connection, as [`accept_with`](Self::accept_with) does: the client, or why it was
    /// not accepted.
    pub async fn accept_outcome<S>(
        &mut self,
        wrap: impl Fn(TcpStream, SocketAddr) -> S,
    ) -> Option<Result<IncomingConnection, AcceptError>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { acceptor, settings } = self;
        let accepted = poll_fn(|cx| {
            acceptor.poll_accept(cx, |stream, peer| {
                let settings = settings.clone();
                let stream = wrap(stream, peer);
                async move {
                    let received = settings.receive(stream, Some(peer)).await;
                    received.map_err(|error| AcceptError::Failed { peer, error })
                }
            })
        });
        let outcome = match accepted.await? {
            Accepted::Ended(outcome) => outcome,
            Accepted::Evicted(peer) => Err(AcceptError::Evicted { peer }),
            Accepted::Failed(error) => Err(AcceptError::Io(error)),
        };
        Some(outcome.inspect_err(log::not_accepted))
    }

    /// Stops accepting connections. Those that are pending continue, and [`accept`](Self::accept) returns them.
    pub fn stop(&mut self) {
        self.acceptor.stop();
    }
}
