//! A stream that fails after a number of frames, if that is wanted.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Is called after each frame of AMQP that is not empty, and returns whether the connection is lost there.
pub(super) type IsLost = Arc<dyn Fn() -> bool + Send + Sync>;

/// The stream of a client, after TLS, which fails after a frame if that is wanted.
pub(super) struct Gate<S> {
    stream: S,
    /// `None` if it never fails.
    is_lost: Option<IsLost>,
    frames: FrameScanner,
    is_closed: bool,
}

impl<S> Gate<S> {
    pub(super) fn new(stream: S, is_lost: Option<IsLost>) -> Self {
        Self { stream, is_lost, frames: FrameScanner::default(), is_closed: false }
    }
}

/// Finds the ends of frames. Octets that are no frames are let through.
#[derive(Debug, Default)]
struct FrameScanner {
    /// The header of a frame, or of a protocol.
    header: [u8; HEADER],
    /// The number of octets of it that have come.
    has: usize,
    /// The number of octets of the frame that are to come after it.
    left: usize,
}

/// The number of octets of the header of a frame, and of that of a protocol.
const HEADER: usize = 8;

impl FrameScanner {
    /// Takes octets up to the end of the first frame among them. Returns how many octets that are, and whether a frame
    /// of AMQP ends there that is not empty.
    fn take(&mut self, octets: &[u8]) -> (usize, bool) {
        let here = octets.len().min(HEADER - self.has);
        let (head, rest) = octets.split_at(here);
        if let Some(missing) = self.header.get_mut(self.has..self.has + here) {
            missing.copy_from_slice(head);
        }
        self.has += here;
        if self.has < HEADER {
            return (here, false);
        }
        let [a, b, c, d, _, kind, ..] = self.header;
        let is_protocol = [a, b, c, d] == *b"AMQP";
        if here > 0 && !is_protocol {
            let size = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
            self.left = size.saturating_sub(HEADER);
        }
        let is_empty = here > 0 && self.left == 0;
        let body = self.left.min(rest.len());
        self.left -= body;
        if self.left > 0 {
            return (here + body, false);
        }
        self.has = 0;
        (here + body, !is_protocol && !is_empty && kind == 0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.is_closed {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        let Some(is_lost) = &this.is_lost else { return Poll::Ready(Ok(())) };
        let mut passed = before;
        while let Some(rest) = buffer.filled().get(passed..).filter(|rest| !rest.is_empty()) {
            let (taken, is_frame) = this.frames.take(rest);
            passed += taken;
            if is_frame && is_lost() {
                this.is_closed = true;
                buffer.set_filled(passed);
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, octets)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_wherever_the_octets_are_cut() {
        let octets = [
            b"AMQP\x03\x01\0\0".as_slice(),
            &[0, 0, 0, 10, 2, 1, 0, 0, 7, 7],
            b"AMQP\0\x01\0\0",
            &[0, 0, 0, 12, 2, 0, 0, 0, 7, 7, 7, 7],
            &[0, 0, 0, 8, 2, 0, 0, 0],
            &[0, 0, 0, 9, 2, 0, 0, 0, 7],
        ];
        let octets = octets.concat();
        for cut in 0..=octets.len() {
            let mut scanner = FrameScanner::default();
            let mut ends = Vec::new();
            let (head, tail) = octets.split_at(cut);
            let mut at = 0;
            for mut part in [head, tail] {
                while !part.is_empty() {
                    let (taken, is_frame) = scanner.take(part);
                    at += taken;
                    part = &part[taken..];
                    ends.extend(is_frame.then_some(at));
                }
            }
            assert_eq!(ends, [38, 55], "cut at {cut}");
        }
    }
}
