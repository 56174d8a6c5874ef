//! Negotiating as a server.

use tokio::io::{AsyncRead, AsyncWrite};

use super::negotiated::Negotiated;
use super::{drive, now};
use crate::proto::{ServerFailure, ServerNegotiation, ServerSettings};

/// Negotiates as a server on a stream. A client that asks for something else than is supported is
/// answered with what is, and its connection closed so that the answer reaches it.
///
/// To drop the future drops the stream.
///
/// # Errors
///
/// [`ServerFailure`]; the stream is then closed.
pub async fn serve<S>(stream: S, settings: &ServerSettings) -> Result<Negotiated<S>, ServerFailure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let stage = ServerNegotiation::new(settings, now());
    drive::run(stream, stage).await.map(Negotiated::new)
}
