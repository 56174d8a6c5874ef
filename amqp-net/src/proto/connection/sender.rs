//! The sending end of a link: its credit, and the delivery that it is sending.

use amqp_types::Encode;
use amqp_types::transport::{
    Attach, DeliveryNumber, DeliveryTag, Flow, FrameHeader, Handle, SenderSettleMode, SequenceNo,
    Transfer,
};

use super::delivery::OutgoingDelivery;
use super::error::SendError;
use super::shared::Shared;
use super::window::Window;
use crate::proto::parts::Parts;
use crate::proto::payload::{Payload, WRITTEN_AT_ONCE};
use crate::proto::serial::{self, extend, to_wire};

/// The sending end of a link.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on one another")]
pub(super) struct Sender {
    /// The number of deliveries that were sent, or given up by draining.
    count: u64,
    /// The count up to which the receiver accepts deliveries.
    limit: u64,
    /// The count at the beginning.
    initial: u64,
    settle_mode: SenderSettleMode,
    /// The largest message that the receiver accepts; 0 if there is no limit.
    max_message_size: u64,
    /// What is left of a delivery whose first transfer has been sent.
    unsent: Option<Unsent>,
    /// Whether a message could not be sent, so that the user is to be told when one can.
    pub(super) is_waiting: bool,
    /// The number within the session of the last delivery that was begun, or 0: whose turn it is among links that wait.
    pub(super) last: u64,
    /// Whether the receiver wants all credit to be used up.
    pub(super) is_draining: bool,
    /// Whether the user is about to send more, so that credit is not given up yet.
    pub(super) is_drain_held: bool,
    /// Whether the user says each time when the credit of a drain is given up.
    pub(super) answers_drains: bool,
}

/// What is left of a delivery.
#[derive(Debug)]
struct Unsent {
    payload: Parts,
    /// The first transfer, until it has been sent.
    first: Option<Transfer>,
}

impl Sender {
    /// The size of the largest frames with transfers, so that those of large messages interleave.
    const MAX_FRAME_SIZE: usize = 131_072;
    /// The most octets that a transfer takes, without the payload.
    const MAX_TRANSFER: usize = 256;

    pub(super) fn new(attach: &Attach) -> Self {
        let initial = attach.initial_delivery_count.unwrap_or(SequenceNo(0));
        let count = serial::FIRST + u64::from(initial.0);
        Self {
            count,
            limit: count,
            initial: count,
            settle_mode: attach.snd_settle_mode,
            max_message_size: 0,
            unsent: None,
            is_waiting: false,
            last: 0,
            is_draining: false,
            is_drain_held: false,
            answers_drains: false,
        }
    }

    /// Takes the limits of the receiver's attach.
    pub(super) fn handle_attach(&mut self, attach: &Attach) {
        self.max_message_size = attach.max_message_size.unwrap_or(0);
        // The receiver wants no outcomes to be asked for.
        if self.settle_mode == SenderSettleMode::Mixed
            && attach.snd_settle_mode == SenderSettleMode::Settled
        {
            self.settle_mode = SenderSettleMode::Settled;
        }
    }

    /// Takes the credit of a flow. More than 2^31 is none (section 2.6.7).
    pub(super) fn handle_flow(&mut self, flow: &Flow) {
        let Some(credit) = flow.link_credit else { return };
        let received = match flow.delivery_count {
            None => Some(self.initial),
            Some(SequenceNo(count)) => extend(count, self.count),
        };
        let limit = received.filter(|_| credit <= u32::MAX >> 1);
        self.limit = limit.map_or(self.count, |count| count + u64::from(credit));
        self.is_draining = flow.drain;
        self.is_drain_held |= self.answers_drains;
    }

    /// Returns whether the user is to say when the credit of a drain is given up.
    pub(super) const fn awaits_drained(&self) -> bool {
        self.is_draining && self.is_drain_held && self.answers_drains
    }

    /// Returns whether a drain has to wait: for the rest of a delivery, or for a message for which there is credit, but
    /// neither a window nor room in the output.
    pub(super) const fn holds_up_drain(&self) -> bool {
        self.is_sending() || self.is_waiting && self.may_begin()
    }

    /// Gives up the credit that is left, if the receiver wants that. Returns whether it does.
    pub(super) fn drain(&mut self) -> bool {
        if self.is_draining && self.unsent.is_none() {
            self.is_draining = false;
            self.count = self.count.max(self.limit);
            return true;
        }
        false
    }

    /// Returns the number of deliveries that may still be begun.
    pub(super) fn credit(&self) -> u32 {
        serial::distance(self.count, self.limit)
    }

    /// Sets the state of the link in a flow to send.
    pub(super) fn flow(&self, was_drained: bool, flow: Flow) -> Flow {
        Flow {
            delivery_count: Some(SequenceNo(to_wire(self.count))),
            link_credit: Some(self.credit()),
            available: Some(0),
            drain: was_drained,
            ..flow
        }
    }

    /// Returns whether a delivery has been begun and not completed.
    pub(super) const fn is_sending(&self) -> bool {
        self.unsent.is_some()
    }

    /// Returns whether the link lets another delivery begin.
    pub(super) const fn may_begin(&self) -> bool {
        self.count < self.limit && self.unsent.is_none()
    }

    /// Returns what is wrong with a delivery, however long it waits.
    pub(super) fn check(&self, delivery: &OutgoingDelivery<impl Payload>) -> Result<(), SendError> {
        match (self.settle_mode, delivery.settled) {
            (SenderSettleMode::Settled, false) => return Err(SendError::MustBeSettled),
            (SenderSettleMode::Unsettled, true) => return Err(SendError::MustBeUnsettled),
            _ => {}
        }
        let size = delivery.payload.len() as u64;
        if self.max_message_size > 0 && size > self.max_message_size {
            return Err(SendError::TooLarge { size, limit: self.max_message_size });
        }
        Ok(())
    }

    /// Counts a delivery that begins.
    pub(super) const fn begin(&mut self, number: u64) {
        self.count += 1;
        self.last = number;
    }

    /// Writes a delivery that has begun if it fits into one frame. Otherwise its transfers are written by
    /// [`write`](Self::write).
    pub(super) fn write_first(
        &mut self,
        channel: u16,
        handle: u16,
        delivery: &OutgoingDelivery<impl Payload>,
        window: &mut Window,
        shared: &mut Shared,
    ) {
        let number = self.last;
        let made = || DeliveryTag::from(number.to_be_bytes());
        let first = Transfer {
            handle: Handle(handle.into()),
            delivery_id: Some(DeliveryNumber(to_wire(number))),
            delivery_tag: Some(delivery.tag.unwrap_or_else(made)),
            message_format: Some(delivery.message_format),
            settled: Some(delivery.settled),
            ..Transfer::default()
        };
        let payload = &delivery.payload;
        let room = shared.output.max_frame_size() - FrameHeader::LEN - Self::MAX_TRANSFER;
        if payload.len() <= room.min(WRITTEN_AT_ONCE)
            && shared.output.write_payload(shared.now, channel, &first, payload).is_ok()
        {
            window.handle_sent();
        } else {
            self.unsent = Some(Unsent { payload: payload.to_parts(), first: Some(first) });
        }
    }

    /// Writes a transfer of the delivery. Returns whether something is left of it.
    pub(super) fn write(
        &mut self,
        channel: u16,
        handle: u16,
        window: &mut Window,
        shared: &mut Shared,
    ) -> bool {
        let Some(unsent) = &mut self.unsent else { return false };
        let handle = Handle(handle.into());
        let mut transfer = unsent.first.take().unwrap_or_default();
        transfer.handle = handle;
        let max_frame_size = shared.output.max_frame_size().min(Self::MAX_FRAME_SIZE);
        // The room for the payload depends on the length of the performative.
        let beside = |len| max_frame_size.saturating_sub(FrameHeader::LEN + len);
        let room = |transfer: &Transfer| {
            let mut octets = [0; Self::MAX_TRANSFER];
            beside(
                transfer
                    .encode_to_slice(&mut octets)
                    .map_or(Self::MAX_TRANSFER, |octets| octets.len()),
            )
        };
        let mut len = unsent.payload.len();
        if len > beside(Self::MAX_TRANSFER) && len > room(&transfer) {
            transfer.more = true;
            len = room(&transfer);
        }
        // It fits, because it was made to.
        let _ =
            shared.output.write_transfer(shared.now, channel, &transfer, &mut unsent.payload, len);
        window.handle_sent();
        if !transfer.more {
            self.unsent = None;
        }
        transfer.more
    }
}
