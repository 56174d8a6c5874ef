//! TLS from the first octet, as for `amqps://`.
//!
//! A probe accepts any certificate, because it sends nothing secret.

use amqp_net::Endpoint;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::answer::Answer;
#[cfg(feature = "tls")]
use super::answer::TlsFailure;

#[cfg(feature = "tls")]
mod accept_any;
#[cfg(feature = "tls")]
mod first_octets;

/// Whether `amqps://` is supported.
pub(crate) const SUPPORTED: bool = cfg!(feature = "tls");

#[cfg(feature = "tls")]
type Stream = tokio_rustls::client::TlsStream<first_octets::Recorded<TcpStream>>;

/// The result of a TLS handshake.
pub(crate) enum Secured {
    #[cfg(feature = "tls")]
    Stream(Box<Stream>),
    /// The handshake failed, and this is the answer of the peer.
    No(Answer),
}

#[cfg(not(feature = "tls"))]
pub(crate) fn secure(_: TcpStream, _: &Endpoint, _: Instant) -> std::future::Ready<Secured> {
    let reason = "this program was built without TLS".to_owned();
    std::future::ready(Secured::No(Answer::Unreachable(reason)))
}

/// Performs a TLS handshake with any peer.
#[cfg(feature = "tls")]
pub(crate) async fn secure(stream: TcpStream, url: &Endpoint, deadline: Instant) -> Secured {
    use first_octets::Recorded;
    use rustls::pki_types::ServerName;
    use tokio::time::timeout_at;

    let unreachable = |reason: String| Secured::No(Answer::Unreachable(reason));
    let config = match accept_any::config() {
        Ok(config) => config,
        Err(error) => return unreachable(format!("cannot configure TLS: {error}")),
    };
    let Ok(name) = ServerName::try_from(url.host().to_owned()) else {
        return unreachable(format!("{}: not a valid server name for TLS", url.host()));
    };
    let connector = tokio_rustls::TlsConnector::from(config);
    let handshake = connector.connect(name, Recorded::new(stream)).into_fallible();
    match timeout_at(deadline, handshake).await {
        Ok(Ok(stream)) => Secured::Stream(Box::new(stream)),
        Ok(Err((error, stream))) => Secured::No(instead_of_tls(&error, stream.octets())),
        Err(_) => Secured::No(Answer::Silent),
    }
}

/// Returns the error that ended TLS after the handshake, if there is one.
#[cfg(feature = "tls")]
pub(crate) fn failure(stream: &mut Stream) -> Option<TlsFailure> {
    // A broken connection returns its error each time.
    let (_, connection) = stream.get_mut();
    connection.process_new_packets().err().map(|error| TlsFailure::Other(error.to_string()))
}

/// Returns the answer of a peer with which the handshake failed.
#[cfg(feature = "tls")]
fn instead_of_tls(error: &std::io::Error, octets: &[u8]) -> Answer {
    use amqp_net::ProtocolHeader;
    use amqp_net::proto::DetectedProtocol;

    let header = octets.first_chunk::<8>().map(|octets| ProtocolHeader::from_bytes(octets));
    match (header, DetectedProtocol::detect(octets)) {
        _ if octets.is_empty() => Answer::Closed,
        (_, DetectedProtocol::Tls) if is_client_hello(octets) => {
            Answer::TlsFailed(TlsFailure::Echo)
        }
        (_, DetectedProtocol::Tls) => Answer::TlsFailed(TlsFailure::Other(error.to_string())),
        (Some(Ok(offered)), DetectedProtocol::Unknown) => Answer::Refused(offered),
        (_, protocol) => Answer::NotAmqp(protocol, octets.to_vec()),
    }
}

/// Whether this begins with a handshake record that contains a `ClientHello`, which servers do not
/// send (RFC 8446, sections 4 and 5.1).
#[cfg(feature = "tls")]
fn is_client_hello(octets: &[u8]) -> bool {
    matches!(octets, [22, _, _, _, _, 1, ..])
}
