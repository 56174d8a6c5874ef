//! Calls of a stream that were interrupted.

use std::io;
use std::task::{Context, Poll};

/// Turns the error of an interrupted call into a call that is made again soon: nothing has happened to the stream.
pub(crate) fn again_if_interrupted<T>(
    polled: Poll<io::Result<T>>,
    cx: &Context<'_>,
) -> Poll<io::Result<T>> {
    match polled {
        Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {
            // Other tasks get a turn, because the stream could do this for ever.
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        polled => polled,
    }
}
