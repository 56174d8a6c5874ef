//! A client meets the server, and both ends are looked at.

use std::io;

use amqp_net::proto::NegotiationError;
use amqp_net::{Incoming, Listener, ProtocolHeader};
use tokio::net::TcpStream;

use super::tap::{Tap, Wire};
use crate::finish::finish;

/// What came of a meeting.
pub(crate) struct Meeting<T> {
    /// What the client makes of it.
    pub(crate) client: T,
    /// What the server makes of it.
    pub(crate) server: Result<ProtocolHeader, NegotiationError>,
    /// What they have sent each other.
    pub(crate) wire: Wire,
}

/// Lets a client do its part with the server. Whatever the client keeps of its stream, the server
/// waits for the end of.
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
            Err(io::Error::other("the server dropped the only client it has"))
        }
    }
}
