//! Accepting connections over TCP, each with a handshake in its own task.

mod handshakes;
mod pause;

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs};

use self::handshakes::Handshakes;
use self::pause::Pause;
use crate::address::lookup;

/// Accepts connections over TCP. Each has a handshake, whose outcome is a `T`.
#[derive(Debug)]
pub(crate) struct Acceptor<T> {
    /// `None` after [`stop`](Self::stop).
    tcp: Option<TcpListener>,
    local: SocketAddr,
    handshakes: Handshakes<T>,
    pause: Pause,
    /// The outcome of another connection than the one that was returned last.
    evicted: Option<Accepted<T>>,
}

/// What became of an incoming connection.
#[derive(Debug)]
pub(crate) enum Accepted<T> {
    /// The handshake has ended.
    Ended(T),
    /// The connection was dropped, as the oldest of too many pending handshakes.
    Evicted(SocketAddr),
    /// No connection can be accepted at present.
    Failed(io::Error),
}

impl<T: Send + 'static> Acceptor<T> {
    /// Listens on an address. Port 0 selects a free port.
    pub(crate) async fn bind(address: impl ToSocketAddrs + Debug) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::InvalidInput, "the host has no address");
        for address in lookup(address).await? {
            match listen(address) {
                Ok(tcp) => return Self::from_tcp(tcp),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    pub(crate) fn from_tcp(tcp: TcpListener) -> io::Result<Self> {
        Ok(Self {
            local: tcp.local_addr()?,
            tcp: Some(tcp),
            handshakes: Handshakes::new(),
            pause: Pause::default(),
            evicted: None,
        })
    }

    /// Sets how many handshakes can be pending, at least one. When there are more, the oldest is dropped.
    pub(crate) fn set_max_handshakes(&mut self, max: usize) {
        self.handshakes.set_max(max.max(1));
    }

    pub(crate) const fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Returns the number of connections whose handshake is pending.
    pub(crate) fn pending_handshakes(&self) -> usize {
        self.handshakes.len()
    }

    /// Stops accepting connections. Pending handshakes continue.
    pub(crate) fn stop(&mut self) {
        self.tcp = None;
    }

    /// Returns the outcome of the next connection, or `None` after the listener has been stopped and no handshake is
    /// pending. `begin` creates the handshake of a connection.
    pub(crate) fn poll_accept<F>(
        &mut self,
        cx: &mut Context<'_>,
        begin: impl Fn(TcpStream, SocketAddr) -> F,
    ) -> Poll<Option<Accepted<T>>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        loop {
            if let Some(evicted) = self.evicted.take() {
                return Poll::Ready(Some(evicted));
            }
            // Finished handshakes are returned first, so that they do not accumulate.
            if let Poll::Ready(Some(outcome)) = self.handshakes.poll_next(cx) {
                return Poll::Ready(Some(Accepted::Ended(outcome)));
            }
            let Some(tcp) = &self.tcp else {
                return if self.handshakes.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            };
            if !self.handshakes.has_room() {
                return Poll::Pending;
            }
            ready!(self.pause.poll_over(cx));
            match ready!(tcp.poll_accept(cx)) {
                Ok((stream, peer)) => {
                    self.pause.reset();
                    // As on the client's side, this is not essential.
                    let _ = stream.set_nodelay(true);
                    let evicted = self.handshakes.begin(peer, begin(stream, peer));
                    self.evicted = evicted.map(Accepted::Evicted);
                }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    // Most likely too many files are open. Without a pause, this loop would spin.
                    // Old handshakes may hold the files. Young ones do not: then it is connections
                    // whose handshake is over.
                    self.pause.begin();
                    let evicted = self.handshakes.evict_oldest_unless_young();
                    self.evicted = evicted.map(Accepted::Evicted);
                    return Poll::Ready(Some(Accepted::Failed(error)));
                }
            }
        }
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
