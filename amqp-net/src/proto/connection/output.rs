//! Frames that are waiting to be sent.

use std::time::Instant;

use crate::proto::frame::{FrameWriteError, FrameWriter};
use crate::proto::parts::Parts;
use crate::proto::payload::{Payload, WRITTEN_AT_ONCE};
use amqp_types::Encode;
use amqp_types::transport::{Error, MIN_MAX_FRAME_SIZE};

/// Frames that are waiting to be sent, and when the last one was written.
#[derive(Debug)]
pub(super) struct Output {
    /// What goes before `frames`: payloads that are not copied, and the frames around them.
    parts: Parts,
    frames: FrameWriter,
    written: Instant,
}

impl Output {
    /// The number of octets from which a part of a payload is not copied.
    const LINKED: usize = WRITTEN_AT_ONCE;

    pub(super) fn new(now: Instant) -> Self {
        Self { parts: Parts::new(), frames: FrameWriter::new(MIN_MAX_FRAME_SIZE), written: now }
    }

    /// Sets the size of the largest frames that the peer accepts.
    pub(super) fn set_max_frame_size(&mut self, octets: u32) {
        self.frames.set_max_frame_size(octets);
    }

    /// Returns the size of the largest frames that the peer accepts.
    pub(super) const fn max_frame_size(&self) -> usize {
        self.frames.max_frame_size() as usize
    }

    /// Returns the number of octets that are waiting to be sent.
    pub(super) fn len(&self) -> usize {
        self.parts.len() + self.frames.len()
    }

    /// Returns when the last frame was written.
    pub(super) const fn written(&self) -> Instant {
        self.written
    }

    /// Writes a frame.
    ///
    /// # Errors
    ///
    /// Fails if it is larger than the peer accepts. Nothing has been written in this case.
    pub(super) fn write(
        &mut self,
        now: Instant,
        channel: u16,
        performative: &impl Encode,
    ) -> Result<(), FrameWriteError> {
        self.frames.amqp(channel, performative, b"")?;
        self.written = now;
        Ok(())
    }

    /// Writes a frame with a payload, which is copied.
    ///
    /// # Errors
    ///
    /// Fails as [`write`](Self::write) does.
    pub(super) fn write_payload(
        &mut self,
        now: Instant,
        channel: u16,
        performative: &impl Encode,
        payload: &impl Payload,
    ) -> Result<(), FrameWriteError> {
        self.frames.amqp_parts(channel, performative, || payload.slices())?;
        self.written = now;
        Ok(())
    }

    /// Writes a frame with the first `len` octets of a payload, which are taken from it.
    ///
    /// # Errors
    ///
    /// Fails as [`write`](Self::write) does.
    pub(super) fn write_transfer(
        &mut self,
        now: Instant,
        channel: u16,
        performative: &impl Encode,
        payload: &mut Parts,
        len: usize,
    ) -> Result<(), FrameWriteError> {
        self.frames.begin_amqp(channel, performative, len)?;
        self.written = now;
        let mut left = len.min(payload.len());
        while left > 0 {
            let part = payload.take_part(left);
            left -= part.len();
            if part.len() < Self::LINKED {
                self.frames.buffer_mut().extend_from_slice(&part);
            } else {
                self.parts.push(self.frames.split());
                self.parts.push(part);
            }
        }
        Ok(())
    }

    /// Writes a frame with an error. If the frame is too long for the peer, the info of the error is left out, then
    /// its description, then the error.
    pub(super) fn write_with_error<P: Encode>(
        &mut self,
        now: Instant,
        channel: u16,
        error: Option<Error>,
        performative: impl Fn(Option<Error>) -> P,
    ) {
        let short = error.clone().map(|error| Error { info: None, ..error });
        let shortest = short.clone().map(|error| Error { description: None, ..error });
        let mut frames = [error, short, shortest, None].into_iter().map(performative);
        frames.find(|frame| self.write(now, channel, frame).is_ok());
    }

    /// Writes a heartbeat, unless frames are waiting to be sent anyway.
    pub(super) fn write_heartbeat(&mut self, now: Instant) {
        if self.len() == 0 {
            // Every peer accepts a frame of 8 octets.
            let _ = self.frames.empty();
        }
        self.written = now;
    }

    /// Drops all frames, which cannot be sent.
    pub(super) fn clear(&mut self) {
        self.parts = Parts::new();
        self.frames.buffer_mut().clear();
    }

    /// Takes all frames.
    pub(super) fn take(&mut self) -> Option<Parts> {
        let mut output = std::mem::take(&mut self.parts);
        output.push(self.frames.split());
        (!output.is_empty()).then_some(output)
    }
}
