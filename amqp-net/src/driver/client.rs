//! Connecting and negotiating as a client.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, ToSocketAddrs, lookup_host};
use tokio::time::timeout;

use super::error::ConnectError;
use super::negotiated::Negotiated;
use super::{drive, now, trace};
use crate::proto::{ClientFailure, ClientNegotiation, ClientSettings};

/// Connects over TCP and negotiates as a client. If the peer offers another header that the
/// settings take, tries again with that, on another connection.
///
/// To drop the future closes whatever connection there is.
///
/// # Errors
///
/// [`ConnectError`].
pub async fn connect(
    address: impl ToSocketAddrs,
    settings: &ClientSettings,
) -> Result<Negotiated<TcpStream>, ConnectError> {
    let began = now();
    let limit = settings.limit();
    let addresses = match timeout(limit, lookup_host(address)).await {
        Ok(Ok(addresses)) => addresses.collect::<Vec<_>>(),
        Ok(Err(source)) => {
            return Err(ConnectError::Unreachable { address: None, source });
        }
        Err(_) => {
            return Err(ConnectError::TimedOut { address: None, after: limit });
        }
    };
    attempts(|| open_tcp(&addresses, began, limit), settings, began).await
}

/// Negotiates as a client on streams that the caller opens, such as those of TLS. If the peer
/// offers another header that the settings take, opens another stream and tries again with that.
///
/// To drop the future closes whatever stream there is.
///
/// # Errors
///
/// [`ConnectError`]; what `open` fails with is [`ConnectError::Unreachable`].
pub async fn connect_with<S, F>(
    mut open: impl FnMut() -> F,
    settings: &ClientSettings,
) -> Result<Negotiated<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = io::Result<S>>,
{
    let began = now();
    let limit = settings.limit();
    let open_in_time = || {
        let opened = timeout(left(began, limit), open());
        async move {
            match opened.await {
                Ok(Ok(stream)) => Ok(stream),
                Ok(Err(source)) => Err(ConnectError::Unreachable { address: None, source }),
                Err(_) => Err(ConnectError::TimedOut { address: None, after: limit }),
            }
        }
    };
    attempts(open_in_time, settings, began).await
}

/// Negotiates as a client on a stream, once.
///
/// To drop the future drops the stream.
///
/// # Errors
///
/// [`ClientFailure`]; the stream is then closed.
pub async fn negotiate<S>(
    stream: S,
    settings: &ClientSettings,
) -> Result<Negotiated<S>, ClientFailure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    negotiate_since(stream, settings, now()).await
}

async fn negotiate_since<S>(
    stream: S,
    settings: &ClientSettings,
    began: Instant,
) -> Result<Negotiated<S>, ClientFailure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let stage = ClientNegotiation::new(settings, began);
    drive::run(stream, stage).await.map(Negotiated::new)
}

async fn attempts<S, F>(
    mut open: impl FnMut() -> F,
    settings: &ClientSettings,
    began: Instant,
) -> Result<Negotiated<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = Result<S, ConnectError>>,
{
    let mut next = settings.clone();
    loop {
        let failure = match negotiate_since(open().await?, &next, began).await {
            Ok(negotiated) => return Ok(negotiated),
            Err(failure) => failure,
        };
        trace::failed_as_client(&failure);
        match next.after(&failure) {
            Some(settings) => next = settings,
            None => return Err(failure.into()),
        }
    }
}

/// Connects to the first of the addresses that lets us. Each gets its share of the time, so that
/// one that never answers does not use up that of the others.
async fn open_tcp(
    addresses: &[SocketAddr],
    began: Instant,
    limit: Duration,
) -> Result<TcpStream, ConnectError> {
    let mut last = ConnectError::Unreachable {
        address: None,
        source: io::Error::new(io::ErrorKind::NotFound, "the host has no address"),
    };
    for (index, &tried) in addresses.iter().enumerate() {
        let shares = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let address = Some(tried);
        last = match timeout(left(began, limit) / shares, TcpStream::connect(tried)).await {
            Ok(Ok(stream)) => {
                // Frames are written whole, and must not wait for others. That a stream cannot do
                // this is no reason not to use it.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(source)) => ConnectError::Unreachable { address, source },
            Err(_) => ConnectError::TimedOut { address, after: limit },
        };
    }
    Err(last)
}

/// What is left of a time limit.
fn left(began: Instant, limit: Duration) -> Duration {
    limit.saturating_sub(now().saturating_duration_since(began))
}
