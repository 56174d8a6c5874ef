//! Writing to a stream.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use tokio::io::AsyncWrite;

use super::interrupted::again_if_interrupted;

/// The number of parts that are written at once.
const SLICES: usize = 32;

/// Writes all of the output, and flushes the stream if something has been written since it was flushed.
pub(crate) fn poll_write_all<S: AsyncWrite + Unpin>(
    stream: &mut S,
    output: &mut impl Buf,
    flush_due: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    let mut stream = Pin::new(stream);
    while output.has_remaining() {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let count = output.chunks_vectored(&mut slices);
        let slices = slices.get(..count).unwrap_or_default();
        let written = stream.as_mut().poll_write_vectored(cx, slices);
        match ready!(again_if_interrupted(written, cx))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            written => output.advance(written.min(output.remaining())),
        }
        *flush_due = true;
    }
    if *flush_due {
        let flushed = stream.poll_flush(cx);
        ready!(again_if_interrupted(flushed, cx))?;
        *flush_due = false;
    }
    Poll::Ready(Ok(()))
}
