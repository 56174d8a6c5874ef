//! Accepting connections, each negotiated in its own task.

mod handshakes;
mod pause;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, lookup_host};

use self::handshakes::Handshakes;
use self::pause::Pause;
use super::incoming::Incoming;
use super::trace;
use crate::proto::NegotiationSettings;

/// Accepts connections over TCP and negotiates each in its own task, so that a client that is slow
/// or silent does not delay others.
///
/// The resources of such clients are bounded: each connection is closed within the handshake
/// timeout, and when there are too many pending handshakes, the oldest is dropped.
///
/// Dropping the listener closes it, and all connections whose handshake is pending.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::proto::NegotiationSettings;
/// use amqp_net::ProtocolHeader;
/// use amqp_net::negotiation::{Incoming, Listener, connect};
///
/// let settings = NegotiationSettings::new(ProtocolHeader::AMQP);
/// let mut listener = Listener::bind("127.0.0.1:0", &settings).await?;
/// let address = listener.local_addr();
/// let client = tokio::spawn(async move { connect(address, &settings).await });
/// while let Some(incoming) = listener.accept().await {
///     println!("{incoming}");
///     if let Incoming::Agreed { .. } = incoming {
///         listener.stop();
///     }
/// }
/// client.await??;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    /// None after [`stop`](Self::stop).
    tcp: Option<TcpListener>,
    local: SocketAddr,
    handshakes: Handshakes,
    pause: Pause,
    /// The outcome of another connection than the one that was returned last.
    evicted: Option<Incoming>,
}

impl Listener {
    /// Listens on an address. Port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if it cannot listen on any of the addresses.
    pub async fn bind(
        address: impl ToSocketAddrs,
        settings: &NegotiationSettings,
    ) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::InvalidInput, "the host has no address");
        for address in lookup_host(address).await? {
            match listen(address) {
                Ok(tcp) => return Self::from_tcp(tcp, settings),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Creates a listener from a [`TcpListener`].
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if the address of `tcp` is not available.
    pub fn from_tcp(tcp: TcpListener, settings: &NegotiationSettings) -> io::Result<Self> {
        Ok(Self {
            local: tcp.local_addr()?,
            tcp: Some(tcp),
            handshakes: Handshakes::new(settings.clone()),
            pause: Pause::default(),
            evicted: None,
        })
    }

    /// Sets how many handshakes can be pending, at least one; 4096 by default. When there are more,
    /// the oldest is dropped: it has had the most time, and is the least likely to complete.
    ///
    /// If more are pending already, no connection is accepted until enough of them have ended.
    ///
    /// Each takes an open file, as does each connection after its handshake. Choose the number so
    /// that all of them stay below the limit of open files of the process.
    pub fn set_max_handshakes(&mut self, max: usize) {
        self.handshakes.set_max(max.max(1));
    }

    /// Returns the address on which the listener listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Returns the number of connections whose handshake is pending.
    pub fn pending_handshakes(&self) -> usize {
        self.handshakes.len()
    }

    /// Waits for the outcome of the next connection. Returns `None` after the listener has been
    /// [stopped](Self::stop) and no handshake is pending.
    ///
    /// Connections are accepted only while this future is polled, but handshakes continue in
    /// between. Dropping the future loses nothing.
    pub async fn accept(&mut self) -> Option<Incoming> {
        let incoming = poll_fn(|cx| self.poll_accept(cx)).await;
        incoming.as_ref().inspect(|incoming| trace::incoming(incoming));
        incoming
    }

    /// Stops accepting connections. Pending handshakes continue until their timeout, and
    /// [`accept`](Self::accept) returns their outcomes.
    pub fn stop(&mut self) {
        self.tcp = None;
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Option<Incoming>> {
        loop {
            if let Some(incoming) = self.evicted.take() {
                return Poll::Ready(Some(incoming));
            }
            // Finished handshakes are returned first, so that they do not accumulate.
            if let Poll::Ready(Some(incoming)) = self.handshakes.poll_next(cx) {
                return Poll::Ready(Some(incoming));
            }
            let Some(tcp) = &self.tcp else {
                return if self.handshakes.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            };
            if !self.handshakes.has_room() {
                return Poll::Pending;
            }
            ready!(self.pause.poll_over(cx));
            match ready!(tcp.poll_accept(cx)) {
                Ok((stream, peer)) => self.begin(stream, peer),
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    // Most likely too many files are open. Without a pause, this loop would spin.
                    // Old handshakes may hold the files. Young ones do not: then it is connections
                    // whose handshake is over.
                    self.pause.begin();
                    self.evicted = self.handshakes.evict_oldest_unless_young();
                    return Poll::Ready(Some(Incoming::NotAccepted(error)));
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, peer: SocketAddr) {
        self.pause.reset();
        // As on the client's side, this is not essential.
        let _ = stream.set_nodelay(true);
        self.evicted = self.handshakes.begin(stream, peer);
    }
}

/// The number of connections that may wait to be accepted; the operating system has its own limit as
/// well. The usual 128 overflow when many clients connect at once, and each client that does not fit
/// waits for a second before it tries again.
const BACKLOG: u32 = 4096;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A server can then be restarted while the operating system still knows connections of its last
    // run. On Windows this option has another meaning.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Whether the error concerns a connection that ended before it was accepted, and not the listener.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
