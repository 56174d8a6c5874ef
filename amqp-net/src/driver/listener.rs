//! Accepting connections, each negotiated in a task of its own.

mod arrival;
mod handshakes;
mod pause;
mod settings;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, lookup_host};

pub use self::arrival::Arrival;
use self::handshakes::Handshakes;
use self::pause::Pause;
pub use self::settings::ListenerSettings;
use super::trace;

/// Accepts connections over TCP and negotiates each in a task of its own, so that clients that take
/// their time, or say nothing at all, do not hold up others.
///
/// However many of those there are, what they take is bounded: each is closed within the time limit
/// of the handshake, and when there are too many at once the oldest gives way to the newest.
///
/// To drop the listener closes it and all connections that are still in their handshake.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use amqp_net::proto::ClientSettings;
/// use amqp_net::{Arrival, Listener, ListenerSettings, connect};
///
/// let mut listener = Listener::bind("127.0.0.1:0", ListenerSettings::default()).await?;
/// let address = listener.local_addr();
/// let client = tokio::spawn(async move { connect(address, &ClientSettings::default()).await });
/// while let Some(arrival) = listener.accept().await {
///     println!("{arrival}");
///     if let Arrival::Agreed { .. } = arrival {
///         listener.stop();
///     }
/// }
/// client.await??;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    /// None once it was stopped.
    tcp: Option<TcpListener>,
    local: SocketAddr,
    handshakes: Handshakes,
    pause: Pause,
    /// What happened beside what was told last.
    untold: Option<Arrival>,
}

impl Listener {
    /// Listens on an address; port 0 picks a free one.
    ///
    /// # Errors
    ///
    /// That of the system, if it cannot listen there.
    pub async fn bind(address: impl ToSocketAddrs, settings: ListenerSettings) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::InvalidInput, "the host has no address");
        for address in lookup_host(address).await? {
            match listen(address) {
                Ok(tcp) => return Self::from_tcp(tcp, settings),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Accepts from a TCP listener that is there already.
    ///
    /// # Errors
    ///
    /// That of the system, if it cannot say what address the listener has.
    pub fn from_tcp(tcp: TcpListener, settings: ListenerSettings) -> io::Result<Self> {
        Ok(Self {
            local: tcp.local_addr()?,
            tcp: Some(tcp),
            handshakes: Handshakes::new(settings),
            pause: Pause::default(),
            untold: None,
        })
    }

    /// The address that it listens on.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// How many connections are in their handshake.
    pub fn handshakes(&self) -> usize {
        self.handshakes.len()
    }

    /// What comes of the next connection; none once the listener was [stopped](Self::stop) and all
    /// handshakes are over.
    ///
    /// Connections are accepted only while this is waited for; handshakes go on in between. To drop
    /// the future loses nothing.
    pub async fn accept(&mut self) -> Option<Arrival> {
        let arrival = poll_fn(|cx| self.poll_accept(cx)).await;
        arrival.as_ref().inspect(|arrival| trace::arrived(arrival));
        arrival
    }

    /// Closes the listener: no more connections are accepted. The handshakes that have begun go on,
    /// and [`accept`](Self::accept) tells what comes of them; they take no longer than their limit.
    pub fn stop(&mut self) {
        self.tcp = None;
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Option<Arrival>> {
        loop {
            if let Some(arrival) = self.untold.take() {
                return Poll::Ready(Some(arrival));
            }
            // Those that are done go first: so they never pile up.
            if let Poll::Ready(Some(arrival)) = self.handshakes.poll_next(cx) {
                return Poll::Ready(Some(arrival));
            }
            let Some(tcp) = &self.tcp else {
                return if self.handshakes.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            };
            if !self.handshakes.have_room() {
                return Poll::Pending;
            }
            ready!(self.pause.poll_over(cx));
            match ready!(tcp.poll_accept(cx)) {
                Ok((stream, peer)) => self.begin(stream, peer),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    // Most likely there are too many open files. To go on at once would spin; and
                    // a handshake that has not ended by now may be what holds them. One that has
                    // just begun is not: what holds them then are connections beyond theirs.
                    self.pause.begin();
                    self.untold = self.handshakes.drop_oldest_unless_young();
                    return Poll::Ready(Some(Arrival::NotAccepted(error)));
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, peer: SocketAddr) {
        self.pause.reset();
        // As on the client's side.
        let _ = stream.set_nodelay(true);
        self.untold = self.handshakes.begin(stream, peer);
    }
}

/// How many connections the system may hold ready until they are accepted; it has a limit of its own
/// as well. The usual 128 overflow when many clients come at once, and each that does not fit waits
/// for a second before it tries again.
const BACKLOG: u32 = 4096;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // So that a server can be started again while connections of its last run are still known to
    // the system. On Windows this would mean something else.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Whether the error is about a connection that was gone before it was accepted, and not about the
/// listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
