//! The messages that a link sends: those that wait until they can be sent, and those whose outcome is to come.

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll, Waker};

use amqp_types::messaging::{DeliveryState, Received};

use super::dispatching::Dispatch;
use super::shared_state::SharedState;
use super::{End, LinkState, State};
use crate::driver::connection::Stats;
use crate::driver::ended::Ended;
use crate::driver::numbered::Numbered;
use crate::driver::send_error::{Arrived, SendError, TrySubmitError};
use crate::proto::{self, Connection, DeliveryId, LinkId, OutgoingDelivery, Payload};

/// The sending end of a link.
#[derive(Debug)]
pub(in super::super) struct Sending {
    /// The messages that could not be sent at once, in order. They belong to futures of the user.
    waiting: VecDeque<Ticket>,
    next_ticket: TicketId,
    /// What became of messages that have waited.
    sent: HashMap<TicketId, Result<u64, proto::SendError>>,
    /// The outcomes for which there are receipts.
    receipts: Numbered<Outcome>,
    /// How much of a message the receiver has said that it has received, by the numbers of receipts. Few receivers say it.
    progress: HashMap<u64, Received>,
    /// The number of deliveries that the peer has not settled.
    unsettled: usize,
    /// The number of unsettled deliveries above which messages wait.
    max_unsettled: usize,
    /// What a dispatcher needs, in place of receipts.
    pub(super) dispatch: Option<Box<Dispatch>>,
}

/// Which of the messages that have waited it is.
pub(in super::super) type TicketId = u64;

/// A message that waits until it can be sent.
#[derive(Debug)]
struct Ticket {
    id: TicketId,
    delivery: OutgoingDelivery,
    waker: Option<Waker>,
}

/// What is known of an outcome.
#[derive(Debug)]
enum Outcome {
    /// It has not come. The waker is that of the future that waits for it.
    Unknown(Option<Waker>),
    /// The delivery has been settled, in this state if it has been said.
    Settled(Option<SharedState>),
}

/// What became of a message.
#[derive(Debug)]
pub(in super::super) enum Sent {
    /// It has been sent, as the delivery with this number.
    Now(u64),
    /// It waits.
    Later(TicketId),
}

impl Default for Sending {
    fn default() -> Self {
        Self::new(Self::MAX_UNSETTLED)
    }
}

impl Sending {
    /// The number of unsettled deliveries above which messages wait, unless the user says otherwise.
    pub(in super::super) const MAX_UNSETTLED: usize = 2048;

    pub(in super::super) fn new(max_unsettled: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            next_ticket: 0,
            sent: HashMap::new(),
            receipts: Numbered::new(),
            progress: HashMap::new(),
            unsettled: 0,
            max_unsettled: max_unsettled.max(1),
            dispatch: None,
        }
    }

    /// Creates the sending end of a link with a dispatcher, which decides itself how many deliveries can be unsettled.
    pub(in super::super) fn of_dispatcher() -> Self {
        Self { dispatch: Some(Box::default()), ..Self::new(usize::MAX) }
    }

    pub(super) fn add_to(&self, stats: &mut Stats) {
        stats.waiting += self.waiting.len();
        stats.receipts += self.receipts.len();
    }

    pub(super) const fn unsettled(&self) -> usize {
        self.unsettled
    }

    /// Wakes all that wait, because the link has ended.
    pub(super) fn end(&mut self, wakers: &mut Vec<Waker>) {
        wakers.extend(self.waiting.iter_mut().filter_map(|ticket| ticket.waker.take()));
        for outcome in self.receipts.values_mut() {
            if let Outcome::Unknown(waker) = outcome {
                wakers.extend(waker.take());
            }
        }
        if let Some(dispatch) = &mut self.dispatch {
            wakers.extend(dispatch.waker.take());
        }
    }

    /// Returns where a message waits.
    fn index(&self, ticket: TicketId) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |waiting| waiting.id).ok()
    }

    /// Sends a message, unless it is unsettled and the limit for unsettled deliveries is reached.
    fn send(
        &mut self,
        connection: &mut Connection,
        now: std::time::Instant,
        link: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
    ) -> Result<u64, proto::SendError> {
        if !delivery.settled && self.unsettled >= self.max_unsettled {
            return Err(proto::SendError::WouldBlock);
        }
        let number = connection.send(now, link, delivery)?.number();
        if !delivery.settled {
            self.unsettled += 1;
            if self.dispatch.is_none() {
                self.receipts.insert(number, Outcome::Unknown(None));
            }
        }
        Ok(number)
    }

    /// Takes the outcome of a delivery, which has been settled.
    fn settle(&mut self, id: DeliveryId, state: Option<&SharedState>, wakers: &mut Vec<Waker>) {
        self.unsettled = self.unsettled.saturating_sub(1);
        if let Some(dispatch) = &mut self.dispatch {
            dispatch.settled.push((id.number(), state.cloned()));
            wakers.extend(dispatch.waker.take());
            return;
        }
        if let Some(outcome) = self.receipts.get_mut(id.number()) {
            let settled = Outcome::Settled(state.cloned());
            if let Outcome::Unknown(waker) = std::mem::replace(outcome, settled) {
                wakers.extend(waker);
            }
        }
    }

    /// Notes how much of a message the receiver has received.
    fn set_progress(&mut self, id: DeliveryId, received: Received) {
        if let Some(Outcome::Unknown(_)) = self.receipts.get_mut(id.number()) {
            self.progress.insert(id.number(), received);
        }
    }

    /// Removes a receipt.
    fn remove_receipt(&mut self, id: DeliveryId) -> Option<Outcome> {
        if !self.progress.is_empty() {
            self.progress.remove(&id.number());
        }
        self.receipts.remove(id.number())
    }
}

impl State {
    /// Sends a message, or lets it wait until it can be sent.
    pub(in super::super) fn send(
        &mut self,
        link: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
    ) -> Result<Sent, SendError> {
        match self.try_send(link, delivery) {
            Ok(number) => return Ok(Sent::Now(number)),
            Err(TrySubmitError::Failed(error)) => return Err(error),
            Err(TrySubmitError::Full) => {}
        }
        let sending = self.sending(link)?;
        let id = sending.next_ticket;
        sending.next_ticket += 1;
        let delivery = delivery.to_owned();
        sending.waiting.push_back(Ticket { id, delivery, waker: None });
        Ok(Sent::Later(id))
    }

    /// Sends a message if that is possible at once. Returns the number of the delivery.
    pub(in super::super) fn try_send(
        &mut self,
        link: LinkId,
        delivery: &OutgoingDelivery<impl Payload>,
    ) -> Result<u64, TrySubmitError> {
        let Self { links, connection, now, .. } = self;
        let Some(link_state) = links.get_mut(link) else {
            return Err(never_sent(Ended::link_gone()).into());
        };
        let ended = link_state.ended.as_ref();
        if let Some(ended) = ended {
            return Err(never_sent(ended.clone()).into());
        }
        let Some(sending) = link_state.sending() else {
            return Err(never_sent(Ended::link_gone()).into());
        };
        // Messages are sent in order.
        if !sending.waiting.is_empty() {
            return Err(TrySubmitError::Full);
        }
        let sent = sending.send(connection, *now, link, delivery);
        // If it has to wait, the engine notes that.
        self.touch();
        sent.map_err(|error| match error {
            proto::SendError::NotAttached => never_sent(self.unusable()).into(),
            other => other.into(),
        })
    }

    /// Returns what became of a message that has waited.
    pub(in super::super) fn poll_ticket(
        &mut self,
        link: LinkId,
        ticket: TicketId,
        cx: &mut Context<'_>,
    ) -> Poll<Result<u64, SendError>> {
        let ended = self.link_end(link);
        let Some(sending) = self.links.get_mut(link).and_then(LinkState::sending) else {
            return Poll::Ready(Err(never_sent(Ended::link_gone())));
        };
        if let Some(sent) = sending.sent.remove(&ticket) {
            self.answer_drain(link);
            return Poll::Ready(sent.map_err(|error| match error {
                // The end came together with the credit for which the message waited.
                proto::SendError::NotAttached => {
                    never_sent(ended.unwrap_or_else(|| self.unusable()))
                }
                other => other.into(),
            }));
        }
        let index = sending.index(ticket);
        let Some(waiting) = index.and_then(|index| sending.waiting.get_mut(index)) else {
            return Poll::Ready(Err(never_sent(Ended::link_gone())));
        };
        match ended {
            Some(ended) => Poll::Ready(Err(never_sent(ended))),
            None => {
                let former = waiting.waker.replace(cx.waker().clone());
                self.discard(former);
                Poll::Pending
            }
        }
    }

    /// Removes a message that waits. If it has been sent, returns its delivery.
    pub(in super::super) fn cancel(&mut self, link: LinkId, ticket: TicketId) -> Option<u64> {
        let sending = self.links.get_mut(link).and_then(LinkState::sending)?;
        let removed = sending.index(ticket).and_then(|index| sending.waiting.remove(index));
        let sent = sending.sent.remove(&ticket);
        self.answer_drain(link);
        // The next message may be settled, and need no room.
        self.send_waiting(link);
        self.discard(removed.and_then(|ticket| ticket.waker));
        sent?.ok()
    }

    /// Sends messages that have waited, as many as can be sent.
    pub(super) fn send_waiting(&mut self, link: LinkId) {
        let Self { links, connection, now, wakers, .. } = self;
        // After the end of the link, those that wait are told why it ended.
        let link_state = links.get_mut(link).filter(|link| link.ended.is_none());
        let Some(sending) = link_state.and_then(LinkState::sending) else {
            return;
        };
        if sending.waiting.is_empty() {
            return;
        }
        while let Some(ticket) = sending.waiting.pop_front() {
            match sending.send(connection, *now, link, &ticket.delivery) {
                Err(proto::SendError::WouldBlock) => {
                    sending.waiting.push_front(ticket);
                    break;
                }
                sent => {
                    sending.sent.insert(ticket.id, sent);
                    wakers.extend(ticket.waker);
                }
            }
        }
        if !sending.sent.is_empty() {
            // Those that are woken now are likely to have more.
            connection.hold_drain(link, true);
        }
        self.touch();
    }

    /// Lets a drain be answered after all that waited have learnt that their messages have been sent.
    fn answer_drain(&mut self, link: LinkId) {
        let sending = self.links.get_mut(link).and_then(LinkState::sending);
        if sending.is_some_and(|sending| sending.sent.is_empty())
            && self.connection.hold_drain(link, false)
        {
            self.touch();
        }
    }

    /// Returns the outcome of a delivery, or lets a future wait for it if there is one.
    pub(in super::super) fn poll_outcome(
        &mut self,
        id: DeliveryId,
        cx: Option<&Context<'_>>,
    ) -> Poll<Result<Option<DeliveryState>, SendError>> {
        let perhaps = |why| SendError::Ended { why, arrived: Arrived::Perhaps };
        let Some(link) = self.links.get_mut(id.link()) else {
            return Poll::Ready(Err(perhaps(Ended::link_gone())));
        };
        let LinkState { ended, end: End::Sending(sending), .. } = link else {
            return Poll::Ready(Err(perhaps(Ended::link_gone())));
        };
        if let Some(Outcome::Unknown(waker)) = sending.receipts.get_mut(id.number())
            && ended.is_none()
        {
            if let Some(cx) = cx {
                let former = waker.replace(cx.waker().clone());
                self.discard(former);
            }
            return Poll::Pending;
        }
        match sending.remove_receipt(id) {
            Some(Outcome::Settled(state)) => Poll::Ready(Ok(state.map(SharedState::into))),
            unknown => {
                let ended = ended.clone().unwrap_or_else(Ended::link_gone);
                if let Some(Outcome::Unknown(waker)) = unknown {
                    self.discard(waker);
                }
                Poll::Ready(Err(perhaps(ended)))
            }
        }
    }

    /// Returns how much of a message the receiver has said that it has received.
    pub(in super::super) fn progress(&mut self, id: DeliveryId) -> Option<Received> {
        self.links.get_mut(id.link())?.sending()?.progress.get(&id.number()).copied()
    }

    /// Forgets the receipt of a delivery. Its outcome is ignored.
    pub(in super::super) fn forget_receipt(&mut self, id: DeliveryId) {
        if let Some(sending) = self.links.get_mut(id.link()).and_then(LinkState::sending)
            && let Some(Outcome::Unknown(waker)) = sending.remove_receipt(id)
        {
            self.discard(waker);
        }
    }

    /// Returns the number of deliveries on all links that the peer has not settled.
    pub(in super::super) fn unsettled(&self) -> usize {
        self.links.values().map(LinkState::unsettled).sum()
    }

    /// Takes what the peer has said about deliveries.
    pub(super) fn update(
        &mut self,
        deliveries: &[DeliveryId],
        state: Option<DeliveryState>,
        is_settled: bool,
    ) {
        let progress = match &state {
            Some(DeliveryState::Received(received)) => Some(**received),
            _ => None,
        };
        let state = state.map(SharedState::from);
        let mut last: Option<LinkId> = None;
        for id in deliveries {
            let link = id.link();
            match self.links.get_mut(link).map(|link| &mut link.end) {
                Some(End::Sending(sending)) if is_settled => {
                    sending.settle(*id, state.as_ref(), &mut self.wakers);
                }
                Some(End::Sending(sending)) => {
                    if let Some(received) = progress {
                        sending.set_progress(*id, received);
                    }
                }
                Some(End::Receiving(receiving)) => {
                    receiving.update(*id, state.as_ref(), is_settled, &mut self.wakers);
                }
                None => {}
            }
            // Deliveries of one link mostly follow one another.
            if let Some(last) = last.replace(link).filter(|last| *last != link) {
                self.after_update(last);
            }
        }
        if let Some(last) = last {
            self.after_update(last);
        }
        self.settling.wake_all(&mut self.wakers);
    }

    /// Goes on with a link of which deliveries have been settled.
    fn after_update(&mut self, link: LinkId) {
        self.send_waiting(link);
        self.give_credit(link);
    }

    fn sending(&mut self, link: LinkId) -> Result<&mut Sending, SendError> {
        if let Some(ended) = self.link_end(link) {
            return Err(never_sent(ended));
        }
        let sending = self.links.get_mut(link).and_then(LinkState::sending);
        sending.ok_or_else(|| never_sent(Ended::link_gone()))
    }
}

const fn never_sent(why: Ended) -> SendError {
    SendError::Ended { why, arrived: Arrived::No }
}
