//! A stream on which both sides have agreed.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use amqp_types::Symbol;
use amqp_types::transport::{ProtocolHeader, ProtocolId};
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;

use super::drive;
use super::input::poll_input;
use crate::proto::{
    Agreed, ClosingLimits, FrameSplitter, NegotiationError, NegotiationErrorKind, StreamEnd,
    decode_mechanisms,
};

/// The largest frame in which mechanisms are accepted. The standard allows 512 octets (section
/// 5.3.1), but some servers need more.
const MAX_MECHANISMS_FRAME_SIZE: u32 = 4096;

/// A stream on which both sides have sent the same header (section 2.2).
///
/// A peer may continue without waiting for the other header, so bytes that follow its header may
/// have been received already. Reading from this stream returns them first. [`into_parts`](Self::into_parts)
/// returns them with the underlying stream.
#[derive(Debug)]
pub struct Negotiated<S> {
    stream: S,
    header: ProtocolHeader,
    /// The bytes that were received after the header and have not been read.
    trailing: Bytes,
}

impl<S> Negotiated<S> {
    pub(super) fn new((stream, agreed): (S, Agreed)) -> Self {
        Self { stream, header: agreed.header, trailing: agreed.trailing }
    }

    /// Returns the header that both sides have sent.
    pub const fn header(&self) -> ProtocolHeader {
        self.header
    }

    /// Returns a reference to the underlying stream.
    pub const fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Returns the underlying stream, the header that both sides have sent, and the bytes that were
    /// received after it and precede all that can be read from the stream.
    pub fn into_parts(self) -> (S, ProtocolHeader, Bytes) {
        (self.stream, self.header, self.trailing)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Negotiated<S> {
    /// Sends `last` and closes the connection so that it arrives: closes the sending side, reads and discards
    /// further input, and closes the stream when the peer has closed its side or a limit is reached.
    pub fn close(self, last: Bytes, limits: ClosingLimits) -> impl Future<Output = ()> {
        drive::close(self.stream, last, limits)
    }
}

impl<S: AsyncRead + Unpin> Negotiated<S> {
    /// Reads the mechanisms that the server offers, as a client that has agreed on SASL (section
    /// 5.3.3.1). The server prefers them in this order.
    ///
    /// The future can be dropped and the method called again, without losing input.
    ///
    /// # Errors
    ///
    /// Returns a [`NegotiationError`] if both sides have not agreed on SASL, if the server does not
    /// offer any mechanism within `limit`, or if it sends something else.
    pub async fn mechanisms(&mut self, limit: Duration) -> Result<Vec<Symbol>, NegotiationError> {
        if self.header.id != ProtocolId::SASL {
            return Err(self.error(NegotiationErrorKind::NotSasl));
        }
        match timeout(limit, poll_fn(|cx| self.poll_mechanisms(cx))).await {
            Ok(mechanisms) => mechanisms,
            Err(_) => Err(self.error(NegotiationErrorKind::MechanismsTimedOut { after: limit })),
        }
    }

    fn poll_mechanisms(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Vec<Symbol>, NegotiationError>> {
        loop {
            if let Some(mechanisms) = self.take_mechanisms()? {
                return Poll::Ready(Ok(mechanisms));
            }
            if let Err(end) = ready!(self.poll_trailing(cx)) {
                return Poll::Ready(Err(self.error(NegotiationErrorKind::MechanismsClosed(end))));
            }
        }
    }

    /// Takes the mechanisms from the front of the received bytes, if the frame is complete.
    fn take_mechanisms(&mut self) -> Result<Option<Vec<Symbol>>, NegotiationError> {
        let mut splitter = FrameSplitter::new(MAX_MECHANISMS_FRAME_SIZE);
        let mut input = &*self.trailing;
        let frame = splitter
            .next_frame(&mut input)
            .map_err(|error| self.error(NegotiationErrorKind::Frame(error)))?;
        let Some(frame) = frame else { return Ok(None) };
        let mechanisms = decode_mechanisms(&frame.into_owned())?;
        let used = self.trailing.len() - input.len();
        self.trailing.advance(used);
        Ok(Some(mechanisms))
    }

    /// Receives more bytes.
    fn poll_trailing(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamEnd>> {
        let Self { stream, trailing, .. } = self;
        poll_input(stream, cx, |input| {
            let input = input?;
            let mut received = BytesMut::from(std::mem::take(trailing));
            received.extend_from_slice(input);
            *trailing = received.freeze();
            Ok(())
        })
    }

    const fn error(&self, kind: NegotiationErrorKind) -> NegotiationError {
        NegotiationError::mechanisms(self.header, kind)
    }
}

/// Reads the bytes that were received with the header before those of the stream.
impl<S: AsyncRead + Unpin> AsyncRead for Negotiated<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.trailing.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let len = buffer.remaining().min(self.trailing.len());
        buffer.put_slice(&self.trailing.split_to(len));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Negotiated<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
