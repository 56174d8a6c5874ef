//! What a connection receives.

use amqp_types::transport::{
    AmqpError, ConnectionError, Error, FrameHeader, FrameType, Open, PerformativeRef,
};
use amqp_types::{Decode, Decoder, Owned};

use super::super::half::Half;
use super::super::violation::{Violation, performative_name, refusal};
use super::super::{ConnectionEnd, ConnectionEvent};
use super::State;
use crate::proto::frame::FrameBodyError;
use crate::proto::stream_end::StreamEnd;

impl State {
    pub(in super::super) fn handle_received(&mut self, octets: usize) {
        self.shared.stats.octets_received += octets as u64;
        self.idle.handle_received(self.shared.now);
    }

    pub(in super::super) fn handle_input_end(&mut self) {
        self.shared.copies.clear();
    }

    pub(in super::super) fn handle_frame(
        &mut self,
        header: FrameHeader,
        body: &[u8],
    ) -> Result<(), Violation> {
        self.shared.stats.frames_received += 1;
        let handled = match header.frame_type {
            FrameType::AMQP if body.is_empty() => return Ok(()),
            // It is handled where it is decoded, because a performative is too long to be moved.
            FrameType::AMQP => Decoder::new(body).read(|reader| {
                let performative = PerformativeRef::decode(reader)?;
                let payload = reader.remaining();
                Ok(self.handle_performative(header.channel, &performative, payload))
            }),
            // After our close everything is discarded until that of the peer.
            _ if self.ours == Half::Closed => return Ok(()),
            FrameType::SASL => {
                return Err(Violation::new(ConnectionError::FramingError, "a SASL frame"));
            }
            other => return Err(FrameBodyError::UnknownType(other).into()),
        };
        match handled {
            Ok(handled) => handled,
            Err(_) if self.ours == Half::Closed => Ok(()),
            Err(error) => Err(FrameBodyError::Decode(error).into()),
        }
    }

    #[inline]
    fn handle_performative(
        &mut self,
        channel: u16,
        performative: &PerformativeRef<'_>,
        payload: &[u8],
    ) -> Result<(), Violation> {
        match (performative, self.theirs) {
            (PerformativeRef::Close(close), _) => {
                self.handle_close(close.error.map(Error::from_ref));
                Ok(())
            }
            (PerformativeRef::Open(open), Half::Before) => {
                self.handle_open(channel, Open::from_ref(*open))
            }
            _ if self.ours == Half::Closed => Ok(()),
            (performative, Half::Before) => {
                let name = performative_name(performative);
                let what = format!("the first frame is not open but {name}");
                Err(Violation::new(AmqpError::IllegalState, what))
            }
            (PerformativeRef::Open(_), _) => {
                Err(Violation::new(AmqpError::IllegalState, "a second open"))
            }
            // A refused open is followed by nothing but a close.
            _ if self.refusal.is_some() => Ok(()),
            _ if channel > self.settings.open.channel_max => {
                let max = self.settings.open.channel_max;
                let what = format!("a frame on channel {channel}, above the channel-max of {max}");
                Err(Violation::new(ConnectionError::FramingError, what))
            }
            (performative, _) => {
                self.sessions.handle_frame(channel, performative, payload, &mut self.shared)
            }
        }
    }

    fn handle_open(&mut self, channel: u16, open: Open) -> Result<(), Violation> {
        if channel != 0 {
            let what = format!("an open on channel {channel} instead of 0");
            return Err(Violation::new(AmqpError::NotAllowed, what));
        }
        self.theirs = Half::Open;
        if self.ours == Half::Closed {
            return Ok(());
        }
        self.refusal = refusal(&open);
        if self.refusal.is_some() {
            self.expect_close();
        } else {
            self.shared.output.set_max_frame_size(open.max_frame_size);
            self.sessions.set_channel_max(open.channel_max);
            self.idle.begin(open.idle_time_out);
            self.shared.events.push_back(ConnectionEvent::PeerOpened(Box::new(open)));
            // A server takes its time to decide.
            self.deadline = None;
        }
        Ok(())
    }

    fn handle_close(&mut self, error: Option<Error>) {
        let was_open = self.theirs == Half::Open && self.refusal.is_none();
        self.theirs = Half::Closed;
        let end = match error {
            None if self.ours == Half::Closed && self.broken.is_none() => ConnectionEnd::Closed,
            error if was_open => ConnectionEnd::ClosedByPeer(error),
            error => ConnectionEnd::Refused(error),
        };
        self.close(None);
        self.report(end);
        self.deadline = None;
    }

    /// Closes the connection because of a violation. What the peer sends before its close is discarded.
    pub(in super::super) fn handle_violation(&mut self, violation: Violation) {
        self.close(Some(violation.to_error()));
        self.report(violation.into());
    }

    /// Closes the connection because further input cannot be read.
    pub(in super::super) fn handle_unreadable(&mut self, violation: Violation) {
        self.handle_violation(violation);
        self.theirs = Half::Closed;
    }

    pub(in super::super) fn handle_eof(&mut self, end: StreamEnd) {
        let lost = ConnectionEnd::Lost(self.broken.unwrap_or(end));
        let end = self.refusal.take().map_or(lost, ConnectionEnd::from);
        self.abandon(end);
    }
}
