//! Connecting to a host that may have several addresses.

use amqp_net::Endpoint;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

/// The delay after which the next address is tried as well. The resolver returns the preferred address
/// first; the first address that answers is used.
const HEAD_START: Duration = Duration::from_millis(250);
/// The number of addresses that are tried.
const MAX_ADDRESSES: usize = 8;

/// Connects to the first of the host's addresses that accepts a connection.
pub(crate) async fn reach(
    url: &Endpoint,
    deadline: Instant,
) -> Result<(SocketAddr, TcpStream), String> {
    let addresses = match timeout_at(deadline, lookup_host((url.host(), url.port()))).await {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => return Err(format!("{}: {error}", url.host())),
        Err(_) => return Err(format!("{}: the name was not resolved in time", url.host())),
    };
    let mut attempts = JoinSet::new();
    let mut start = Instant::now();
    for address in addresses.take(MAX_ADDRESSES) {
        attempts.spawn(async move {
            sleep_until(start).await;
            (address, connect(address, deadline).await)
        });
        start += HEAD_START;
    }
    let mut failures = Vec::new();
    while let Some(attempt) = attempts.join_next().await {
        match attempt {
            Ok((address, Ok(stream))) => return Ok((address, stream)),
            Ok((_, Err(failure))) => failures.push(failure),
            Err(error) => failures.push(error.to_string()),
        }
    }
    if failures.is_empty() {
        failures.push(format!("{}: the host has no address", url.host()));
    }
    Err(failures.join("; "))
}

/// Connects to an address.
pub(crate) async fn connect(address: SocketAddr, deadline: Instant) -> Result<TcpStream, String> {
    let connected = timeout_at(deadline, TcpStream::connect(address)).await;
    connected
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time")))
        .map_err(|error| format!("{address}: {error}"))
}
