//! Splitting the input into frames.

use std::hint::black_box;
use std::mem;

use amqp_types::transport::{FrameHeader, MIN_MAX_FRAME_SIZE};
use bytes::{Buf, Bytes, BytesMut};

use super::body::Frame;
use super::error::FrameError;
use super::head::FrameHead;

/// Splits a stream of octets, which arrive in parts of any length, into frames: borrowed ones by [`next_frame`], or ones that can
/// be kept by [`handle_input`] and [`poll_frame`]. A connection needs one for its lifetime.
///
/// ```
/// use amqp_net::amqp_types::transport::{PerformativeRef, Transfer};
/// use amqp_net::proto::{FrameBody, FrameSplitter, FrameWriter};
///
/// let mut frames = FrameWriter::new(512);
/// for payload in [b"one", b"two"] {
///     frames.amqp(1, &Transfer::default(), payload)?;
/// }
///
/// // A network delivers the bytes in parts that have nothing to do with frames.
/// let mut payloads = Vec::new();
/// let mut splitter = FrameSplitter::new(512);
/// for mut input in frames.split().chunks(20) {
///     while let Some(frame) = splitter.next_frame(&mut input)? {
///         let FrameBody::Amqp { performative, payload, .. } = frame.decode()? else { continue };
///         assert!(matches!(performative, PerformativeRef::Transfer(_)));
///         payloads.extend_from_slice(payload);
///     }
/// }
/// assert_eq!(payloads, b"onetwo");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`next_frame`]: Self::next_frame
/// [`handle_input`]: Self::handle_input
/// [`poll_frame`]: Self::poll_frame
#[derive(Debug)]
pub struct FrameSplitter {
    buffer: BytesMut,
    max_frame_size: u32,
    /// The head of the frame at the front of the buffer, once it has been read.
    head: Option<FrameHead>,
    /// The size of the frame at the front of the buffer that the last call returned, if any.
    returned: usize,
}

impl FrameSplitter {
    /// Creates a splitter for frames of at most `max_frame_size` octets, headers included. Lower
    /// values are raised to [`MIN_MAX_FRAME_SIZE`], which is the limit until `open` has been exchanged
    /// (section 2.4.1).
    pub fn new(max_frame_size: u32) -> Self {
        let max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
        Self { buffer: BytesMut::new(), max_frame_size, head: None, returned: 0 }
    }

    /// Changes the limit, after another one has been announced to the peer (section 2.7.1). A frame
    /// whose header has been read already may still be completed. Lower values
    /// are raised to [`MIN_MAX_FRAME_SIZE`].
    pub fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
    }

    /// Appends input to the buffer, from which frames are then taken. [`next_frame`] buffers less.
    ///
    /// [`next_frame`]: Self::next_frame
    pub fn handle_input(&mut self, input: &[u8]) {
        self.buffer.extend_from_slice(input);
    }

    /// Takes the next frame out of the buffer, without a copy. Returns `None` if it is not complete.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameError`] if the header of the frame is wrong. Where the next frame begins is
    /// then unknown, so each further call returns the same error, except that a frame which was too
    /// large can be read after the limit has been raised.
    pub fn poll_frame(&mut self) -> Result<Option<Frame<Bytes>>, FrameError> {
        if self.returned > 0 {
            self.consume();
        }
        let Some(head) = self.read_head()?.filter(|head| head.size() <= self.buffer.len()) else {
            return Ok(None);
        };
        self.head = None;
        let mut body = self.buffer.split_to(head.size()).freeze();
        body.advance(head.body_offset());
        Ok(Some(head.with_body(body)))
    }

    /// Returns the next complete frame, which is valid until the next call, and removes what was
    /// used from the front of `input`. Frames in the buffer precede those of the input.
    ///
    /// A frame that lies in the input as a whole is borrowed from there. The beginning of a frame is
    /// moved to the buffer, so that the input is empty when `None` is returned, and the buffer holds
    /// less than one frame.
    ///
    /// # Errors
    ///
    /// Returns a [`FrameError`], as [`poll_frame`](Self::poll_frame) does. The wrong header is kept
    /// in the buffer, and what follows it in the input.
    #[inline]
    pub fn next_frame<'f, 'i: 'f>(
        &'f mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<Frame<&'f [u8]>>, FrameError> {
        if self.returned > 0 {
            self.consume();
        }
        // An incomplete frame or a wrong header takes the path through the buffer.
        if self.buffer.is_empty()
            && let Ok(Some(head)) = FrameHead::read(input, self.max_frame_size)
            && let Some((frame, rest)) = input.split_at_checked(head.size())
            && let Some(body) = frame.get(head.body_offset()..)
        {
            *input = rest;
            return Ok(Some(head.with_body(body)));
        }
        // `black_box` gives this frame its own place. Otherwise the one above would be built in memory too, and
        // reading it would wait until it is stored.
        let frame = self.next_buffered_frame(input);
        black_box(&frame);
        frame
    }

    /// Returns the next frame from the buffer, which it fills from the input.
    #[inline(never)]
    fn next_buffered_frame(
        &mut self,
        input: &mut &[u8],
    ) -> Result<Option<Frame<&[u8]>>, FrameError> {
        self.fill_to(FrameHeader::LEN, input);
        let Some(head) = self.read_head()? else { return Ok(None) };
        self.fill_to(head.size(), input);
        let body = head.body_offset()..head.size();
        let Some(body) = self.buffer.get(body) else { return Ok(None) };
        self.head = None;
        self.returned = head.size();
        Ok(Some(head.with_body(body)))
    }

    /// Reads the head at the front of the buffer, unless that has been done before.
    fn read_head(&mut self) -> Result<Option<FrameHead>, FrameError> {
        if self.head.is_none() {
            self.head = FrameHead::read(&self.buffer, self.max_frame_size)?;
        }
        Ok(self.head)
    }

    /// Moves input to the buffer until the buffer holds `len` octets or the input is empty.
    fn fill_to(&mut self, len: usize, input: &mut &[u8]) {
        let missing = len.saturating_sub(self.buffer.len());
        let (part, rest) = input.split_at(missing.min(input.len()));
        self.buffer.extend_from_slice(part);
        *input = rest;
    }

    /// Removes the frame that the last call returned from the buffer.
    fn consume(&mut self) {
        self.buffer.advance(mem::take(&mut self.returned));
    }

    /// Returns the bytes in the buffer that are not part of a returned frame.
    pub fn into_remaining(mut self) -> Bytes {
        self.consume();
        self.buffer.freeze()
    }

    /// Whether the buffer holds bytes that are not part of a returned frame.
    pub fn is_inside_frame(&self) -> bool {
        self.buffer.len() > self.returned
    }
}
