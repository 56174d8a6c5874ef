//! Negotiating on a stream, and connecting as a client.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio::time::timeout;

use super::connect_error::ConnectError;
use super::negotiated::Negotiated;
use super::{drive, log};
use crate::address::lookup;
use crate::clock::now;
use crate::proto::{Negotiation, NegotiationError, NegotiationSettings, Side};

/// Negotiates on a stream, as a client or as a server.
///
/// A server answers a client that asks for something else with a header that it accepts, and closes
/// the stream so that the answer arrives.
///
/// Dropping the future drops the stream.
///
/// # Errors
///
/// Returns a [`NegotiationError`] if the sides do not agree. The stream has been closed.
pub async fn negotiate<S>(
    stream: S,
    side: Side,
    settings: &NegotiationSettings,
) -> Result<Negotiated<S>, NegotiationError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    drive::run(stream, Negotiation::new(side, settings, now())).await.map(Negotiated::new)
}

/// Connects over TCP and negotiates as a client. The address is a host and a port, such as
/// `"localhost:5672"`. If the server offers another header that is accepted, tries again with that
/// header on another connection.
///
/// Dropping the future closes the connection.
///
/// # Errors
///
/// Returns a [`ConnectError`] if there is no connection within the handshake timeout, or if the
/// sides do not agree.
pub async fn connect(
    address: impl ToSocketAddrs + Debug,
    settings: &NegotiationSettings,
) -> Result<Negotiated<TcpStream>, ConnectError> {
    let deadline = Deadline::new(settings);
    let addresses = deadline.limit(1, lookup(address)).await.map_err(unreachable)?;
    attempts(|| open_tcp(&addresses, deadline), settings, deadline).await
}

/// Negotiates as a client on streams that `open` returns, for example streams of TLS. If the server
/// offers another header that is accepted, tries again with that header on another stream.
///
/// Dropping the future drops the stream.
///
/// # Errors
///
/// Returns a [`ConnectError`], as [`connect`] does: [`ConnectError::Unreachable`] with the error of
/// `open` if that fails.
pub async fn connect_with<S, F>(
    mut open: impl FnMut() -> F,
    settings: &NegotiationSettings,
) -> Result<Negotiated<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = io::Result<S>>,
{
    let deadline = Deadline::new(settings);
    let open_in_time = || {
        let opened = open();
        async move { deadline.limit(1, opened).await.map_err(unreachable) }
    };
    attempts(open_in_time, settings, deadline).await
}

/// Negotiates as a client on one stream after another, until the server accepts a header or offers
/// none that is accepted here.
async fn attempts<S, F>(
    mut open: impl FnMut() -> F,
    settings: &NegotiationSettings,
    deadline: Deadline,
) -> Result<Negotiated<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = Result<S, ConnectError>>,
{
    let mut settings = settings.clone();
    loop {
        let negotiation = Negotiation::new(Side::Client, &settings, deadline.began);
        let error = match drive::run(open().await?, negotiation).await {
            Ok(agreed) => return Ok(Negotiated::new(agreed)),
            Err(error) => error,
        };
        log::attempt_failed(&error);
        settings = settings.retry_after(&error).ok_or(error)?;
    }
}

/// Connects to the first address that accepts the connection. Each gets an equal share of the time,
/// so that one that never answers does not use up that of the others.
async fn open_tcp(addresses: &[SocketAddr], deadline: Deadline) -> Result<TcpStream, ConnectError> {
    let mut last = unreachable(io::Error::new(io::ErrorKind::NotFound, "the host has no address"));
    for (index, &address) in addresses.iter().enumerate() {
        match deadline.limit(addresses.len() - index, TcpStream::connect(address)).await {
            Ok(stream) => {
                // Frames are written whole, and must not wait for others. A stream that does not
                // support this is still usable.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(source) => last = ConnectError::Unreachable { address: Some(address), source },
        }
    }
    Err(last)
}

const fn unreachable(source: io::Error) -> ConnectError {
    ConnectError::Unreachable { address: None, source }
}

/// The time limit for the whole handshake.
#[derive(Clone, Copy)]
struct Deadline {
    began: Instant,
    timeout: Duration,
}

impl Deadline {
    fn new(settings: &NegotiationSettings) -> Self {
        Self { began: now(), timeout: settings.handshake_timeout }
    }

    /// Runs an operation for at most the remaining time divided by `shares`.
    async fn limit<T>(
        self,
        shares: usize,
        operation: impl Future<Output = io::Result<T>>,
    ) -> io::Result<T> {
        let left = self.timeout.saturating_sub(now().saturating_duration_since(self.began));
        let shares = u32::try_from(shares).unwrap_or(u32::MAX);
        timeout(left / shares, operation).await.unwrap_or_else(|_| {
            let timed_out = format!("no connection within {:?}", self.timeout);
            Err(io::Error::new(io::ErrorKind::TimedOut, timed_out))
        })
    }
}
