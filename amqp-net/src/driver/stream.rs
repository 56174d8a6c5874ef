//! Reading and writing during the handshake.

use std::future::poll_fn;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::clock;
use crate::negotiation::{poll_input, poll_write_all, run};
use crate::proto::{Negotiation, NegotiationError, NegotiationSettings, Side, StreamEnd};

/// Exchanges headers. `follows` is sent after ours, and `input` has been received before. Returns the stream and what
/// was received after the header of the peer.
pub(super) async fn negotiate<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    side: Side,
    settings: &NegotiationSettings,
    follows: &[u8],
    input: &[u8],
) -> Result<(S, Bytes), NegotiationError> {
    let now = clock::now();
    let mut negotiation = Negotiation::new(side, settings, now);
    if !follows.is_empty() {
        negotiation = negotiation.followed_by(follows);
    }
    negotiation.handle_input(now, input);
    let (stream, agreed) = run(stream, negotiation).await?;
    Ok((stream, agreed.trailing))
}

/// Writes all octets.
pub(super) async fn write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    mut octets: &[u8],
) -> Result<(), StreamEnd> {
    let mut flush_due = false;
    poll_fn(|cx| poll_write_all(stream, &mut octets, &mut flush_due, cx))
        .await
        .map_err(|error| error.kind().into())
}

/// Reads more octets.
pub(super) async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    input: &mut Vec<u8>,
) -> Result<(), StreamEnd> {
    poll_fn(|cx| poll_input(stream, cx, |received| received.map(|octets| input.extend(octets))))
        .await
}
