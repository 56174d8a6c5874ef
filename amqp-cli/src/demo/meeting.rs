//! A connection between a client and the server, with the results of both sides.

use std::io;

use amqp_net::ProtocolHeader;
use amqp_net::negotiation::{Incoming, Listener};
use amqp_net::proto::NegotiationError;
use tokio::net::TcpStream;

use super::finish::finish;
use super::tap::{Tap, Wire};

/// The results of a connection.
pub(crate) struct Meeting<T> {
    /// The result of the client.
    pub(crate) client: T,
    /// The result of the server.
    pub(crate) server: Result<ProtocolHeader, NegotiationError>,
    /// The octets that they sent.
    pub(crate) wire: Wire,
}

/// Connects a client to the server. The server waits until the client has dropped its stream.
pub(crate) async fn meet<T>(
    listener: &mut Listener,
    client: impl AsyncFnOnce(Tap<TcpStream>) -> T,
) -> io::Result<Meeting<T>> {
    let stream = TcpStream::connect(listener.local_addr()).await?;
    let (tap, tapped) = Tap::new(stream);
    let (client, server) = tokio::join!(client(tap), receive(listener));
    Ok(Meeting { client, server: server?, wire: tapped.wire() })
}

async fn receive(listener: &mut Listener) -> io::Result<Result<ProtocolHeader, NegotiationError>> {
    match listener.accept().await {
        Some(Incoming::Agreed { negotiated, .. }) => {
            let header = negotiated.header();
            finish(negotiated).await.map_err(io::Error::other)?;
            Ok(Ok(header))
        }
        Some(Incoming::Failed { error, .. }) => Ok(Err(error)),
        Some(Incoming::NotAccepted(error)) => Err(error),
        Some(Incoming::Evicted { .. }) | None => {
            Err(io::Error::other("the server dropped its only client"))
        }
    }
}
