//! Accepting connections, each negotiated in its own task.

use std::fmt::Debug;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

use super::incoming::Incoming;
use super::negotiated::Negotiated;
use super::{drive, log};
use crate::acceptor::{Accepted, Acceptor};
use crate::clock::now;
use crate::proto::{Negotiation, NegotiationSettings, Side};

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
    acceptor: Acceptor<Incoming>,
    settings: NegotiationSettings,
}

impl Listener {
    /// Listens on an address. Port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if it cannot listen on any of the addresses.
    pub async fn bind(
        address: impl ToSocketAddrs + Debug,
        settings: &NegotiationSettings,
    ) -> io::Result<Self> {
        Ok(Self { acceptor: Acceptor::bind(address).await?, settings: settings.clone() })
    }

    /// Creates a listener from a [`TcpListener`].
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if the address of `tcp` is not available.
    pub fn from_tcp(tcp: TcpListener, settings: &NegotiationSettings) -> io::Result<Self> {
        Ok(Self { acceptor: Acceptor::from_tcp(tcp)?, settings: settings.clone() })
    }

    /// Sets how many handshakes can be pending, at least one; 4096 by default. When there are more,
    /// the oldest is dropped: it has had the most time, and is the least likely to complete.
    ///
    /// If more are pending already, no connection is accepted until enough of them have ended.
    ///
    /// Each takes an open file, as does each connection after its handshake. Choose the number so
    /// that all of them stay below the limit of open files of the process.
    pub fn set_max_handshakes(&mut self, max: usize) {
        self.acceptor.set_max_handshakes(max);
    }

    /// Returns the address on which the listener listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.acceptor.local_addr()
    }

    /// Returns the number of connections whose handshake is pending.
    pub fn pending_handshakes(&self) -> usize {
        self.acceptor.pending_handshakes()
    }

    /// Waits for the outcome of the next connection. Returns `None` after the listener has been
    /// [stopped](Self::stop) and no handshake is pending.
    ///
    /// Connections are accepted only while this future is polled, but handshakes continue in
    /// between. Dropping the future loses nothing.
    pub async fn accept(&mut self) -> Option<Incoming> {
        let Self { acceptor, settings } = self;
        let handshake = |stream, peer| handshake(stream, peer, settings);
        let incoming = match poll_fn(|cx| acceptor.poll_accept(cx, handshake)).await? {
            Accepted::Ended(incoming) => incoming,
            Accepted::Evicted(peer) => Incoming::Evicted { peer },
            Accepted::Failed(error) => Incoming::NotAccepted(error),
        };
        log::incoming(&incoming);
        Some(incoming)
    }

    /// Stops accepting connections. Pending handshakes continue until their timeout, and
    /// [`accept`](Self::accept) returns their outcomes.
    pub fn stop(&mut self) {
        self.acceptor.stop();
    }
}

/// Negotiates with a client.
fn handshake(
    stream: TcpStream,
    peer: SocketAddr,
    settings: &NegotiationSettings,
) -> impl Future<Output = Incoming> + use<> {
    let negotiated = drive::run(stream, Negotiation::new(Side::Server, settings, now()));
    async move {
        match negotiated.await {
            Ok(agreed) => Incoming::Agreed { peer, negotiated: Negotiated::new(agreed) },
            Err(error) => Incoming::Failed { peer, error },
        }
    }
}
