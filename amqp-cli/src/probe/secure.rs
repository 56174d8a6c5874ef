//! TLS from the first octet, as for `amqps://`.

use amqp_net::Endpoint;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::answer::Answer;
use crate::tls::TlsOptions;

#[cfg(feature = "tls")]
mod first_octets;
#[cfg(feature = "tls")]
mod handshake;

#[cfg(feature = "tls")]
pub(crate) use self::handshake::{Handshake, Stream, failure};

/// Without TLS there is no handshake.
#[cfg(not(feature = "tls"))]
pub(crate) enum Handshake {}

/// What to do with a connection before it is asked for anything.
pub(crate) struct Secure(Option<Handshake>);

/// A connection that can be asked.
pub(crate) enum Secured {
    /// The URL does not ask for TLS.
    Not(TcpStream),
    #[cfg(feature = "tls")]
    Stream(Box<Stream>),
    /// The handshake failed, and this is the answer of the peer.
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "only used with TLS"))]
    No(Answer),
}

impl Secure {
    /// Prepares for the peer with this URL.
    pub(crate) fn new(url: &Endpoint, options: &TlsOptions) -> Result<Self, String> {
        if !url.is_secure() {
            return Ok(Self(None));
        }
        #[cfg(feature = "tls")]
        return Handshake::new(url, options).map(|handshake| Self(Some(handshake)));
        #[cfg(not(feature = "tls"))]
        {
            let _ = options;
            Err(crate::tls::UNSUPPORTED.to_owned())
        }
    }

    /// Performs a TLS handshake if the URL asks for it.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unused_async, reason = "it waits with TLS"))]
    pub(crate) async fn secure(&self, stream: TcpStream, deadline: Instant) -> Secured {
        let Some(handshake) = &self.0 else { return Secured::Not(stream) };
        #[cfg(feature = "tls")]
        return handshake.perform(stream, deadline).await;
        #[cfg(not(feature = "tls"))]
        {
            let _ = deadline;
            match *handshake {}
        }
    }
}
