//! A client meets the server, and both ends are looked at.

use std::io;

use amqp_net::proto::{ClosingLimits, ServerFailure};
use amqp_net::{Arrival, Listener, ProtocolHeader};
use amqp_types::Symbol;
use tokio::net::TcpStream;

use super::tap::{Tap, Wire};

/// The mechanism that the server offers: whoever comes is let in.
pub(crate) const MECHANISM: Symbol = Symbol::from_static("ANONYMOUS");

/// What came of a meeting.
pub(crate) struct Meeting<T> {
    /// What the client makes of it.
    pub(crate) client: T,
    /// What the server makes of it.
    pub(crate) server: Result<ProtocolHeader, ServerFailure>,
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

async fn receive(listener: &mut Listener) -> io::Result<Result<ProtocolHeader, ServerFailure>> {
    match listener.accept().await {
        Some(Arrival::Agreed { negotiated, .. }) => {
            let header = negotiated.header;
            if header == ProtocolHeader::SASL {
                let limits = ClosingLimits::default();
                let offered = negotiated.offer_mechanisms(&[MECHANISM], limits).await;
                offered.map_err(io::Error::other)?;
            } else {
                negotiated.close(ClosingLimits::default()).await;
            }
            Ok(Ok(header))
        }
        Some(Arrival::Failed { failure, .. }) => Ok(Err(failure)),
        Some(Arrival::NotAccepted(error)) => Err(error),
        Some(Arrival::GaveWay { .. }) | None => {
            Err(io::Error::other("the server dropped the only client it has"))
        }
    }
}
