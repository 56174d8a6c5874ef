//! Addresses to connect to and to listen on: a host and a port.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;

use tokio::net::{ToSocketAddrs, lookup_host};

/// Resolves an address.
///
/// A URL is refused here, because it would be looked up as the name of a host, and the error would not say
/// what is wrong.
pub(crate) async fn lookup(address: impl ToSocketAddrs + Debug) -> io::Result<Vec<SocketAddr>> {
    // The URL is not printed, because it may have a password.
    if format!("{address:?}").contains("://") {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "this is a URL, but an address is expected: a host and a port, such as localhost:5672",
        ));
    }
    Ok(lookup_host(address).await?.collect())
}
