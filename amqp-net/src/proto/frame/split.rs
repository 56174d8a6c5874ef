//! Cutting a stream of octets into frames.

use amqp_types::transport::{FrameHeader, MIN_MAX_FRAME_SIZE};
use bytes::{Buf, Bytes, BytesMut};

use super::begun::Begun;
use super::{Frame, FrameError, FrameRef};

/// Takes in octets, cut anywhere, and gives out frames: lent, by [`poll_borrowed`], or owned, by
/// [`poll_frame`]. Keep one for the life of a connection.
///
/// ```
/// use amqp_net::amqp_types::transport::{PerformativeRef, Transfer};
/// use amqp_net::proto::{FrameBodyRef, FrameSplitter, FrameWriter};
///
/// let mut frames = FrameWriter::new(512);
/// for payload in [b"one", b"two"] {
///     frames.amqp(1, &Transfer::default(), payload)?;
/// }
///
/// // As they may come from a network: in parts, which know nothing of frames.
/// let mut payloads = Vec::new();
/// let mut splitter = FrameSplitter::new(512);
/// for mut input in frames.split().chunks(20) {
///     while let Some(frame) = splitter.poll_borrowed(&mut input)? {
///         let FrameBodyRef::Amqp { performative, payload, .. } = frame.decode()? else { continue };
///         assert!(matches!(performative, PerformativeRef::Transfer(_)));
///         payloads.extend_from_slice(payload);
///     }
/// }
/// assert_eq!(payloads, b"onetwo");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`poll_borrowed`]: Self::poll_borrowed
/// [`poll_frame`]: Self::poll_frame
#[derive(Debug)]
pub struct FrameSplitter {
    octets: BytesMut,
    max_frame_size: u32,
    /// The frame that the octets begin with, once its header has been found right.
    begun: Option<Begun>,
    /// How many of the octets, from the first on, are those of the frame that is lent.
    lent: usize,
}

impl FrameSplitter {
    /// Takes frames of at most so many octets, their headers included. A limit below
    /// [`MIN_MAX_FRAME_SIZE`] counts as that: it is the limit before `open` has been exchanged
    /// (section 2.4.1).
    pub fn new(max_frame_size: u32) -> Self {
        let max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
        Self { octets: BytesMut::new(), max_frame_size, begun: None, lent: 0 }
    }

    /// Another limit, in octets, has been announced to the peer (section 2.7.1). It holds for each
    /// frame whose header is looked at from now on; one that has begun already may still come to its
    /// end. A limit below [`MIN_MAX_FRAME_SIZE`] counts as that.
    pub fn set_max_frame_size(&mut self, max_frame_size: u32) {
        self.max_frame_size = max_frame_size.max(MIN_MAX_FRAME_SIZE);
    }

    /// These octets have come. They are kept until they are given out: who hands in no more than a
    /// frame at a time has no more than that kept. [`poll_borrowed`](Self::poll_borrowed) keeps fewer.
    pub fn handle_input(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// The next frame, if all of it has come.
    ///
    /// # Errors
    ///
    /// [`FrameError`]. Where the next frame begins cannot be known then: each further call gives
    /// the same error, unless the frame was too large and the limit has been raised.
    pub fn poll_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        self.take_back();
        let Some(begun) = self.begin()?.filter(|begun| begun.size() <= self.octets.len()) else {
            return Ok(None);
        };
        self.begun = None;
        let mut body = self.octets.split_to(begun.size()).freeze();
        body.advance(begun.body_at());
        Ok(Some(Frame { header: begun.header, body }))
    }

    /// The next frame, if all of it has come, lent until the next call. Octets that are kept come
    /// first, those of the input behind them; what was used of the input is cut off its front.
    ///
    /// A frame that is whole in the input is lent from there. Of one that is not, the octets are kept
    /// until the others come: so without a frame the input is used up, and less than a frame is kept.
    ///
    /// # Errors
    ///
    /// [`FrameError`], as [`poll_frame`](Self::poll_frame). The header that is wrong is kept, and what
    /// comes behind it stays in the input.
    pub fn poll_borrowed<'f, 'i: 'f>(
        &'f mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<FrameRef<'f>>, FrameError> {
        self.take_back();
        // What does not come out right here is looked at again below.
        if self.octets.is_empty()
            && let Ok(Some(begun)) = Begun::at_front(input, self.max_frame_size)
            && let Some((frame, rest)) = begun.split(input)
        {
            *input = rest;
            return Ok(Some(frame));
        }
        self.keep(FrameHeader::LEN, input);
        let Some(begun) = self.begin()? else { return Ok(None) };
        self.keep(begun.size(), input);
        let Some((frame, _)) = begun.split(&self.octets) else { return Ok(None) };
        self.begun = None;
        self.lent = begun.size();
        Ok(Some(frame))
    }

    /// The frame that what is kept begins with, once its header is there.
    fn begin(&mut self) -> Result<Option<Begun>, FrameError> {
        if self.begun.is_none() {
            self.begun = Begun::at_front(&self.octets, self.max_frame_size)?;
        }
        Ok(self.begun)
    }

    /// Keeps octets of the input until there are so many.
    fn keep(&mut self, len: usize, input: &mut &[u8]) {
        let missing = len.saturating_sub(self.octets.len());
        let (part, rest) = input.split_at(missing.min(input.len()));
        self.octets.extend_from_slice(part);
        *input = rest;
    }

    /// A frame that was lent is of no more use.
    #[inline]
    fn take_back(&mut self) {
        if self.lent > 0 {
            self.octets.advance(self.lent);
            self.lent = 0;
        }
    }

    /// The octets that are kept, and are part of no frame that has been given out.
    pub fn into_rest(mut self) -> Bytes {
        self.take_back();
        self.octets.freeze()
    }

    /// Whether octets are kept that are part of no frame that has been given out.
    pub fn is_inside_frame(&self) -> bool {
        self.octets.len() > self.lent
    }
}
