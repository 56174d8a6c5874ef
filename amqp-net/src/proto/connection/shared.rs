//! What the parts of a connection share.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use amqp_types::Encode;
use amqp_types::transport::{Error, Role};
use bytestring::ByteString;

use super::deadlines::Deadlines;
use super::link_octets::LinkOctets;
use super::output::Output;
use super::receive_buffer::ReceiveBuffer;
use super::{ConnectionEvent, ConnectionSettings, ConnectionStats, LinkId};
use crate::proto::copies::Copies;
use crate::proto::frame::FrameWriteError;
use crate::proto::slots::Key;

/// What the parts of a connection share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The latest time that was reported.
    pub(super) now: Instant,
    pub(super) output: Output,
    pub(super) receive_buffer: ReceiveBuffer,
    pub(super) stats: ConnectionStats,
    pub(super) events: VecDeque<ConnectionEvent>,
    pub(super) deadlines: Deadlines,
    /// The attached links, by their names and by the ends at which this side is.
    pub(super) names: HashMap<(ByteString, Role), LinkId>,
    pub(super) link_octets: LinkOctets,
    /// Links that the peer has attached again elsewhere, which are to be detached.
    pub(super) stolen: Vec<LinkId>,
    /// Sessions that have something to write when output is taken.
    pub(super) due: Vec<Key>,
    /// The payloads of small deliveries.
    pub(super) copies: Copies,
}

impl Shared {
    pub(super) fn new(now: Instant, settings: &ConnectionSettings) -> Self {
        Self {
            now,
            output: Output::new(now),
            receive_buffer: ReceiveBuffer::new(
                settings.receive_buffer,
                settings.open.max_frame_size,
            ),
            stats: ConnectionStats::default(),
            events: VecDeque::new(),
            deadlines: Deadlines::new(settings.time_to_answer),
            names: HashMap::new(),
            link_octets: LinkOctets::default(),
            stolen: Vec::new(),
            due: Vec::new(),
            copies: Copies::default(),
        }
    }

    /// Writes a frame.
    ///
    /// # Errors
    ///
    /// Fails if it is larger than the peer accepts. Nothing has been written in this case.
    pub(super) fn write(
        &mut self,
        channel: u16,
        performative: &impl Encode,
    ) -> Result<(), FrameWriteError> {
        self.output.write(self.now, channel, performative)
    }

    /// Writes a frame with an error. If the frame is too long for the peer, the info of the error is left out, then
    /// its description, then the error.
    pub(super) fn write_with_error<P: Encode>(
        &mut self,
        channel: u16,
        error: Option<Error>,
        performative: impl Fn(Option<Error>) -> P,
    ) {
        self.output.write_with_error(self.now, channel, error, performative);
    }
}
