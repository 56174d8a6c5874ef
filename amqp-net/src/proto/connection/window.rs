//! The windows of a session (section 2.5.6), which count transfers.

use amqp_types::transport::{Begin, Flow, FlowRef, SessionError, TransferNumber};

use super::receive_buffer::ReceiveBuffer;
use super::violation::Violation;
use crate::proto::serial::{self, extend, to_wire};
use crate::proto::slots::Key;

/// The transfers that each side may send. Numbers are extended to 64 bits, and limits are numbers up to which
/// transfers are accepted, so that what is on the way need not be subtracted.
#[derive(Debug)]
pub(super) struct Window {
    first_outgoing: u64,
    next_outgoing: u64,
    /// The number before which the peer accepts transfers.
    outgoing_limit: u64,
    next_incoming: u64,
    /// The number before which this side accepts transfers, as the peer was told.
    incoming_limit: u64,
    /// The number of transfers in the incoming window when it was last opened.
    incoming_size: u64,
    /// Whether transfers of the peer are expected, so that the incoming window is kept open.
    is_receiving: bool,
}

impl Window {
    /// The number of transfers that this side is ready to send, which limits nothing.
    const OUTGOING: u32 = u32::MAX >> 1;

    pub(super) const fn new() -> Self {
        Self {
            first_outgoing: serial::FIRST,
            next_outgoing: serial::FIRST,
            outgoing_limit: serial::FIRST,
            next_incoming: serial::FIRST,
            incoming_limit: serial::FIRST,
            incoming_size: 0,
            is_receiving: false,
        }
    }

    /// Sets the windows in a begin to send. The incoming window is closed until a receiver gives credit.
    pub(super) fn begin(&self, begin: Begin) -> Begin {
        Begin {
            next_outgoing_id: TransferNumber(to_wire(self.next_outgoing)),
            incoming_window: 0,
            outgoing_window: Self::OUTGOING,
            ..begin
        }
    }

    /// Opens the incoming window of a session again, if half of it has been used and there is room. Returns whether
    /// the peer is to be told.
    pub(super) fn open(&mut self, session: Key, buffer: &mut ReceiveBuffer) -> bool {
        if !self.is_receiving || self.incoming() > self.incoming_size / 2 {
            return false;
        }
        let left = buffer.promise(session, self.incoming(), self.incoming_size);
        let is_opened = left > self.incoming();
        if is_opened {
            self.incoming_size = left;
            self.incoming_limit = self.next_incoming + left;
        }
        is_opened
    }

    /// Closes the incoming window. Returns the number of transfers that were in it.
    pub(super) const fn close(&mut self) -> u64 {
        let left = self.incoming();
        self.incoming_limit = self.next_incoming;
        self.incoming_size = 0;
        self.is_receiving = false;
        left
    }

    /// Returns the number of transfers that the peer may still send.
    pub(super) const fn incoming(&self) -> u64 {
        self.incoming_limit - self.next_incoming
    }

    /// Sets the windows in a flow to send. `is_begun` is whether the begin of the peer has been received.
    pub(super) fn flow(&self, is_begun: bool, flow: Flow) -> Flow {
        Flow {
            next_incoming_id: is_begun.then(|| TransferNumber(to_wire(self.next_incoming))),
            incoming_window: serial::distance(self.next_incoming, self.incoming_limit),
            next_outgoing_id: TransferNumber(to_wire(self.next_outgoing)),
            outgoing_window: Self::OUTGOING,
            ..flow
        }
    }

    /// Lets [`open`](Self::open) open the incoming window from now on.
    pub(super) const fn receive(&mut self) {
        self.is_receiving = true;
    }

    /// Takes the windows of the peer's begin.
    pub(super) fn handle_begin(&mut self, begin: &Begin) {
        let was_expecting = self.incoming();
        self.next_incoming = serial::FIRST + u64::from(begin.next_outgoing_id.0);
        self.incoming_limit = self.next_incoming + was_expecting;
        self.outgoing_limit = self.first_outgoing + u64::from(begin.incoming_window);
    }

    /// Takes the windows of a flow.
    pub(super) fn handle_flow(&mut self, flow: &FlowRef<'_>) -> Result<(), Violation> {
        let violation = |what| Violation::new(SessionError::WindowViolation, what);
        let received = match flow.next_incoming_id {
            // The peer had not received the begin.
            None => Some(self.first_outgoing),
            Some(TransferNumber(id)) => extend(id, self.next_outgoing),
        };
        let received = received
            .filter(|id| (self.first_outgoing..=self.next_outgoing).contains(id))
            .ok_or_else(|| violation("a flow with a next-incoming-id of a transfer never sent"))?;
        self.outgoing_limit = received + u64::from(flow.incoming_window);
        let TransferNumber(next) = flow.next_outgoing_id;
        let next = extend(next, self.next_incoming)
            .filter(|next| *next >= self.next_incoming)
            .ok_or_else(|| violation("a flow with a next-outgoing-id that goes back"))?;
        self.incoming_limit += next - self.next_incoming;
        self.next_incoming = next;
        Ok(())
    }

    /// Returns whether a transfer can be sent.
    pub(super) const fn may_send(&self) -> bool {
        self.left() > 0
    }

    /// Returns the number of transfers that can be sent.
    pub(super) const fn left(&self) -> u64 {
        self.outgoing_limit.saturating_sub(self.next_outgoing)
    }

    /// Counts a transfer that is sent.
    pub(super) const fn handle_sent(&mut self) {
        self.next_outgoing += 1;
    }

    /// Counts a transfer of the peer. Returns whether the window should be opened again.
    pub(super) fn handle_transfer(&mut self) -> Result<bool, Violation> {
        if self.next_incoming >= self.incoming_limit {
            let what = "a transfer beyond the incoming-window";
            return Err(Violation::new(SessionError::WindowViolation, what));
        }
        self.next_incoming += 1;
        Ok(self.incoming() == self.incoming_size / 2)
    }
}

#[cfg(test)]
mod tests {
    use amqp_types::{Decode, Encode};

    use super::*;
    use crate::proto::slots::Slots;

    /// A window whose numbers begin here, in both directions.
    fn at(number: u64) -> Window {
        Window {
            first_outgoing: number,
            next_outgoing: number,
            outgoing_limit: number,
            next_incoming: number,
            incoming_limit: number,
            incoming_size: 0,
            is_receiving: true,
        }
    }

    /// Tells one side what the other one says in a flow.
    fn tell(from: &Window, to: &mut Window) {
        let flow = from.flow(true, Flow::default());
        let octets = flow.to_bytes().unwrap();
        to.handle_flow(&FlowRef::from_bytes(&octets).unwrap()).unwrap();
    }

    #[test]
    fn a_million_transfers_pass_half_all_and_twice_the_range_of_their_numbers() {
        for half in [1 << 31, 1 << 32, 1 << 33] {
            let start = serial::FIRST + half - 500_000;
            let (mut sender, mut receiver) = (at(start), at(start));
            let mut buffer = ReceiveBuffer::new(64 << 20, 32 << 10);
            let session = Slots::new().insert(0, ()).unwrap();
            assert!(receiver.open(session, &mut buffer));
            tell(&receiver, &mut sender);
            for _ in 0..1_000_000 {
                assert!(sender.may_send(), "it stalls after {}", sender.next_outgoing - start);
                sender.handle_sent();
                let is_due = receiver.handle_transfer().unwrap();
                buffer.take_back(1);
                if is_due {
                    assert!(receiver.open(session, &mut buffer));
                    tell(&receiver, &mut sender);
                    tell(&sender, &mut receiver);
                }
            }
            assert_eq!(receiver.next_incoming, start + 1_000_000);
            // A peer that goes on beyond the window is still found.
            while receiver.next_incoming < receiver.incoming_limit {
                receiver.handle_transfer().unwrap();
            }
            receiver.handle_transfer().unwrap_err();
        }
    }
}
