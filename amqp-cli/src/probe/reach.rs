//! Getting a connection to a host that may have several addresses.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::url::Url;

/// How much longer each further address waits: the first that answers is taken, and the resolver
/// has put the best one first.
const HEAD_START: Duration = Duration::from_millis(250);
/// No more addresses than these are tried.
const MOST_ADDRESSES: usize = 8;

/// A connection to the first of the host's addresses that takes one.
pub(crate) async fn reach(url: &Url, deadline: Instant) -> Result<(SocketAddr, TcpStream), String> {
    let addresses = match timeout_at(deadline, lookup_host((url.host.as_str(), url.port))).await {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => return Err(format!("{}: {error}", url.host)),
        Err(_) => return Err(format!("{}: its address was not found in time", url.host)),
    };
    let mut attempts = JoinSet::new();
    let mut start = Instant::now();
    for address in addresses.take(MOST_ADDRESSES) {
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
        failures.push(format!("{}: it has no address", url.host));
    }
    Err(failures.join("; "))
}

/// A connection to this address.
pub(crate) async fn connect(address: SocketAddr, deadline: Instant) -> Result<TcpStream, String> {
    let connected = timeout_at(deadline, TcpStream::connect(address)).await;
    connected
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time")))
        .map_err(|error| format!("{address}: {error}"))
}
