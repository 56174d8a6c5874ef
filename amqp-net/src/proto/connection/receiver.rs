//! The receiving end of a link: its credit, and the delivery that it is receiving.

use amqp_types::Owned;
use amqp_types::messaging::DeliveryState;
use amqp_types::transport::{
    AmqpError, Attach, DeliveryTag, Flow, LinkError, MessageFormat, ReceiverSettleMode, SequenceNo,
    TransferRef,
};

use super::delivery::{Delivery, DeliveryId};
use super::links::LinkId;
use super::received_state::received_state;
use super::violation::Violation;
use crate::proto::buffers;
use crate::proto::copies::Copies;
use crate::proto::serial::{self, extend, to_wire};

/// The receiving end of a link.
#[derive(Debug)]
pub(super) struct Receiver {
    /// The delivery-count of the sender, as far as it is known.
    count: u64,
    /// The count up to which deliveries are accepted.
    limit: u64,
    /// The highest limit that the sender was told.
    highest_limit: u64,
    /// The most credit that was given at once. A sender may exceed its credit by as much: RabbitMQ 3 counts from
    /// the moment in which it receives a flow, whatever is on the way.
    tolerance: u64,
    /// The number of messages that the sender has said that it has.
    available: Option<u32>,
    /// Whether the sender was asked to use up all credit.
    pub(super) is_draining: bool,
    pub(super) settle_mode: ReceiverSettleMode,
    /// The largest message that is accepted; 0 if there is no limit.
    max_message_size: u64,
    unfinished: Option<Unfinished>,
}

/// What the first transfer of a delivery says.
#[derive(Clone, Copy, Debug)]
struct First {
    number: u64,
    tag: DeliveryTag,
    message_format: MessageFormat,
}

/// A delivery of which transfers are still to come.
#[derive(Debug)]
struct Unfinished {
    first: First,
    settled: bool,
    /// The last state that one of its transfers had.
    state: Option<DeliveryState>,
    payload: Vec<u8>,
}

/// What follows from the count of a flow.
pub(super) enum Counted {
    Nothing,
    /// The sender has given up credit that it keeps: it is to be told of it again.
    GivenUp,
    /// The sender has used up all credit of a drain.
    Drained,
}

/// What a transfer has completed.
pub(super) enum Transferred {
    /// More transfers of the delivery are to come, or it was aborted.
    Nothing,
    /// A delivery, and the state that it has at the sender.
    Delivery(Delivery, Option<DeliveryState>),
}

impl Receiver {
    /// The largest message that is accepted, unless the attach says otherwise.
    pub(super) const MAX_MESSAGE_SIZE: u64 = 16 << 20;

    pub(super) fn new(attach: &Attach) -> Self {
        Self {
            count: serial::FIRST,
            limit: serial::FIRST,
            highest_limit: serial::FIRST,
            tolerance: 0,
            available: None,
            is_draining: false,
            settle_mode: attach.rcv_settle_mode,
            max_message_size: attach.max_message_size.unwrap_or(0),
            unfinished: None,
        }
    }

    /// Takes the count of the sender's attach. Returns what is wrong with it.
    pub(super) fn handle_attach(&mut self, attach: &Attach) -> Result<(), Violation> {
        let Some(SequenceNo(initial)) = attach.initial_delivery_count else {
            let what = "an attach of a sender without initial-delivery-count";
            return Err(Violation::new(AmqpError::InvalidField, what));
        };
        // Credit that was given before counts from here.
        let credit = self.limit - self.count;
        self.count = serial::FIRST + u64::from(initial);
        self.limit = self.count + credit;
        self.highest_limit = self.limit;
        Ok(())
    }

    /// Accepts this many deliveries, in place of what was accepted before.
    pub(super) fn grant(&mut self, credit: u32) {
        let credit = u64::from(credit.min(u32::MAX >> 1));
        // One that has been begun is among them.
        let begun = u64::from(self.unfinished.is_some());
        self.limit = self.count + credit.saturating_sub(begun);
        self.tolerance = self.tolerance.max(credit);
        self.highest_limit = self.highest_limit.max(self.limit);
    }

    /// Returns whether the sender has used up or given up all credit that it was ever told, so that there is nothing to
    /// drain. Some brokers, such as ActiveMQ Artemis, do not answer a drain without credit.
    pub(super) const fn is_drained(&self) -> bool {
        self.count >= self.highest_limit
    }

    /// Takes the count of a flow. Returns what follows from it.
    pub(super) fn handle_flow(&mut self, flow: &Flow) -> Counted {
        self.available = flow.available.or(self.available);
        let counted = flow.delivery_count.and_then(|SequenceNo(count)| extend(count, self.count));
        let counted = counted.filter(|count| *count <= self.highest_limit);
        let count = counted.map_or(self.count, |count| count.max(self.count));
        let given_up = count - self.count;
        self.count = count;
        if !self.is_draining {
            if given_up == 0 {
                return Counted::Nothing;
            }
            // It answers an earlier drain, and does not know of the credit that was given since.
            self.limit += given_up;
            self.highest_limit = self.highest_limit.max(self.limit);
            return Counted::GivenUp;
        }
        // A sender with credit left has not heard of the drain.
        if self.count < self.limit || flow.link_credit.is_some_and(|credit| credit > 0) {
            return Counted::Nothing;
        }
        self.is_draining = false;
        Counted::Drained
    }

    /// Returns the number of deliveries that may still be sent.
    pub(super) fn credit(&self) -> u32 {
        serial::distance(self.count, self.limit)
    }

    /// Returns the number of messages that the sender has said that it has.
    pub(super) const fn available(&self) -> Option<u32> {
        self.available
    }

    /// Sets the state of the link in a flow to send. `is_attached` is whether the sender has attached.
    pub(super) fn flow(&self, is_attached: bool, flow: Flow) -> Flow {
        Flow {
            delivery_count: is_attached.then(|| SequenceNo(to_wire(self.count))),
            link_credit: Some(self.credit()),
            drain: self.is_draining,
            ..flow
        }
    }

    /// Returns the number of octets that are held of a delivery that is not complete, if there is one.
    pub(super) fn unfinished(&self) -> Option<usize> {
        self.unfinished.as_ref().map(|delivery| delivery.payload.len())
    }

    /// Forgets the delivery that is not complete, because the link ends.
    pub(super) fn discard(&mut self) {
        self.unfinished = None;
    }

    /// Takes a transfer. `next` is the next delivery-id of the session, which is advanced. `copies` has the payloads of
    /// small deliveries.
    ///
    /// # Errors
    ///
    /// Fails if the link must be detached.
    pub(super) fn handle_transfer(
        &mut self,
        link: LinkId,
        next: &mut u64,
        transfer: &TransferRef<'_>,
        payload: &[u8],
        copies: &mut Copies,
    ) -> Result<Transferred, Violation> {
        let before = self.unfinished.take();
        let first = match &before {
            None => self.begin(next, transfer)?,
            Some(Unfinished { first, .. }) => {
                let is_other = transfer.delivery_id.is_some_and(|id| id.0 != to_wire(first.number))
                    || transfer
                        .delivery_tag
                        .is_some_and(|tag| DeliveryTag::from_ref(tag) != first.tag);
                if is_other {
                    let what = "a delivery that begins before the one before it is complete";
                    return Err(invalid(what));
                }
                *first
            }
        };
        if transfer.rcv_settle_mode == Some(ReceiverSettleMode::Second)
            && self.settle_mode == ReceiverSettleMode::First
        {
            // Section 2.7.5.
            return Err(invalid(
                "a transfer in the settle mode second on a link in the mode first",
            ));
        }
        if transfer.aborted {
            return Ok(Transferred::Nothing);
        }
        let held = before.as_ref().map_or(0, |before| before.payload.len());
        let size = (held + payload.len()) as u64;
        if self.max_message_size > 0 && size > self.max_message_size {
            let limit = self.max_message_size;
            let what = format!("a message of more than {limit} octets, the max-message-size");
            return Err(Violation::new(LinkError::MessageSizeExceeded, what));
        }
        let settled = transfer.settled.unwrap_or(false)
            || before.as_ref().is_some_and(|before| before.settled);
        let state = transfer.state.map(received_state).transpose()?;
        let (state, mut octets) = match before {
            Some(before) => (state.or(before.state), before.payload),
            None => (state, Vec::new()),
        };
        if transfer.more {
            if octets.capacity() == 0 {
                // A message that is a little longer than two frames is not moved to make room for its end.
                octets = buffers::take(3 * payload.len());
            }
            octets.extend_from_slice(payload);
            self.unfinished = Some(Unfinished { first, settled, state, payload: octets });
            return Ok(Transferred::Nothing);
        }
        let payload = if octets.is_empty() {
            copies.copy(payload)
        } else {
            octets.extend_from_slice(payload);
            buffers::freeze(octets)
        };
        let First { number, tag, message_format } = first;
        let id = DeliveryId { link, number };
        let complete = Delivery { id, tag, message_format, settled, payload };
        Ok(Transferred::Delivery(complete, state))
    }

    /// Counts a delivery that begins. `next` is the next delivery-id of the session, which is advanced.
    fn begin(&mut self, next: &mut u64, transfer: &TransferRef<'_>) -> Result<First, Violation> {
        let (Some(id), Some(tag)) = (transfer.delivery_id, transfer.delivery_tag) else {
            return Err(invalid("a first transfer without delivery-id and delivery-tag"));
        };
        if self.count >= self.highest_limit + self.tolerance {
            let what = "a delivery beyond the link-credit";
            return Err(Violation::new(LinkError::TransferLimitExceeded, what));
        }
        // The peer begins where it likes.
        let number = match *next {
            serial::FIRST => Some(serial::FIRST + u64::from(id.0)),
            next => extend(id.0, next).filter(|number| *number >= next),
        };
        let number = number.ok_or_else(|| invalid("a delivery-id that goes back"))?;
        *next = number + 1;
        self.count += 1;
        let message_format = transfer.message_format.unwrap_or_default();
        Ok(First { number, tag: DeliveryTag::from_ref(tag), message_format })
    }
}

fn invalid(what: &str) -> Violation {
    Violation::new(AmqpError::NotAllowed, what)
}
