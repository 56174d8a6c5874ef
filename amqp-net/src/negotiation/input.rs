//! Reading from a stream.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::interrupted::again_if_interrupted;
use crate::proto::StreamEnd;

/// The number of octets to read at once. The buffer is on the stack during a read, so that a
/// connection that waits needs none.
const READ_SIZE: usize = 4096;

/// Reads from a stream and hands the input, or how it ended, to `handle`.
pub(crate) fn poll_input<S: AsyncRead + Unpin, T>(
    stream: &mut S,
    cx: &mut Context<'_>,
    handle: impl FnOnce(Result<&[u8], StreamEnd>) -> T,
) -> Poll<T> {
    let mut buffer = [MaybeUninit::uninit(); READ_SIZE];
    let mut buffer = ReadBuf::uninit(&mut buffer);
    let read = Pin::new(stream).poll_read(cx, &mut buffer);
    Poll::Ready(handle(match ready!(again_if_interrupted(read, cx)) {
        Err(error) => Err(error.kind().into()),
        Ok(()) if buffer.filled().is_empty() => Err(StreamEnd::Clean),
        Ok(()) => Ok(buffer.filled()),
    }))
}
