//! The handshake of TLS, and what a peer answers that does not perform it.

use std::io;
use std::sync::Arc;

use amqp_net::proto::DetectedProtocol;
use amqp_net::rustls::pki_types::ServerName;
use amqp_net::{Endpoint, ProtocolHeader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::Secured;
use super::first_octets::Recorded;
use crate::probe::answer::{Answer, TlsFailure};
use crate::tls::{ClientConfig, Otherwise, TlsOptions};

pub(crate) type Stream = TlsStream<Recorded<TcpStream>>;

/// What a handshake needs.
pub(crate) struct Handshake {
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
}

impl Handshake {
    pub(crate) fn new(url: &Endpoint, options: &TlsOptions) -> Result<Self, String> {
        let name = ServerName::try_from(url.host().to_owned())
            .map_err(|_| format!("{}: not a valid server name for TLS", url.host()))?;
        // Nothing secret is sent.
        let config = options.config(Otherwise::AcceptAny)?;
        Ok(Self { name, config })
    }

    pub(crate) async fn perform(&self, stream: TcpStream, deadline: Instant) -> Secured {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let handshake = connector.connect(self.name.clone(), Recorded::new(stream)).into_fallible();
        match timeout_at(deadline, handshake).await {
            Ok(Ok(stream)) => Secured::Stream(Box::new(stream)),
            Ok(Err((error, stream))) => Secured::No(instead_of_tls(&error, stream.octets())),
            Err(_) => Secured::No(Answer::Silent),
        }
    }
}

/// Returns the error that ended TLS after the handshake, if there is one.
pub(crate) fn failure(stream: &mut Stream) -> Option<TlsFailure> {
    // A broken connection returns its error each time.
    let (_, connection) = stream.get_mut();
    connection.process_new_packets().err().map(|error| TlsFailure::Other(error.to_string()))
}

/// Returns the answer of a peer with which the handshake failed.
fn instead_of_tls(error: &io::Error, octets: &[u8]) -> Answer {
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
fn is_client_hello(octets: &[u8]) -> bool {
    matches!(octets, [22, _, _, _, _, 1, ..])
}
