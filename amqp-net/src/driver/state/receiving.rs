//! The messages that a link has received and the user has not taken, and its credit.

use std::collections::{HashMap, HashSet, VecDeque};
use std::task::{Context, Waker};

use amqp_types::messaging::{DeliveryState, Released};

use super::shared_state::SharedState;
use super::{LinkState, State};
use crate::driver::connection::Stats;
use crate::driver::credit::{AutoCredit, Credit};
use crate::driver::ended::{EndReason, Ended};
use crate::driver::remote_state::RemoteState;
use crate::driver::waiters::Waiters;
use crate::proto::{Delivery, DeliveryId, LinkId};

/// The receiving end of a link.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on one another")]
pub(in super::super) struct Receiving {
    /// The deliveries that the user has not taken.
    queue: VecDeque<Delivery>,
    /// The credit that is given automatically, if it is.
    auto: Option<AutoCredit>,
    is_paused: bool,
    /// The number of deliveries that the sender may still send.
    credit: u32,
    /// Whether the receiver settles a delivery only after the sender has.
    settles_second: bool,
    /// Whether the user can still take deliveries.
    is_open: bool,
    /// Whether the user has been told why the link ended.
    is_reported: bool,
    /// Those that wait for a delivery.
    pub(in super::super) waiters: Waiters,
    stream: Option<Waker>,
    /// Whether a drain was asked for and is not done.
    is_draining: bool,
    /// Those that wait for the end of a drain.
    pub(in super::super) drain_waiters: Waiters,
    /// What the sender has said of deliveries that the user has.
    states: HashMap<DeliveryId, (Option<SharedState>, bool)>,
    /// The unsettled deliveries that the user does not have any more, of which it does not matter what the sender says.
    dismissed: HashSet<DeliveryId>,
    /// Those that wait for the sender to say something.
    pub(in super::super) state_waiters: Waiters,
}

impl Receiving {
    pub(in super::super) fn new(credit: Credit, settles_second: bool) -> Self {
        Self {
            queue: VecDeque::new(),
            auto: match credit {
                Credit::Auto(window) => Some(AutoCredit::new(window)),
                Credit::Manual => None,
            },
            is_paused: false,
            credit: 0,
            settles_second,
            is_open: true,
            is_reported: false,
            waiters: Waiters::default(),
            stream: None,
            is_draining: false,
            drain_waiters: Waiters::default(),
            states: HashMap::new(),
            dismissed: HashSet::new(),
            state_waiters: Waiters::default(),
        }
    }

    pub(super) fn add_to(&self, stats: &mut Stats) {
        stats.queued += self.queue.len();
        stats.states += self.states.len() + self.dismissed.len();
    }

    /// Returns the number of octets that the user has not taken.
    pub(super) fn queued(&self) -> usize {
        self.queue.iter().map(|delivery| delivery.payload.len()).sum()
    }

    /// Wakes all that wait, because the link has ended. Deliveries that cannot be settled any more are dropped: they
    /// will be sent again.
    pub(super) fn end(&mut self, wakers: &mut Vec<Waker>) {
        self.queue.retain(|delivery| delivery.settled);
        wakers.extend(self.stream.take());
        self.waiters.wake_all(wakers);
        self.drain_waiters.wake_all(wakers);
        self.state_waiters.wake_all(wakers);
    }

    /// Ends all drains: the sender has given up its credit, or it is given credit anew and will not say that it has.
    fn end_drains(&mut self, wakers: &mut Vec<Waker>) {
        self.is_draining = false;
        self.drain_waiters.wake_all(wakers);
    }

    /// Takes what the sender has said of a delivery.
    pub(super) fn update(
        &mut self,
        id: DeliveryId,
        state: Option<&SharedState>,
        is_settled: bool,
        wakers: &mut Vec<Waker>,
    ) {
        if is_settled && let Some(auto) = &mut self.auto {
            auto.settle();
        }
        if self.dismissed.contains(&id) {
            if is_settled {
                self.dismissed.remove(&id);
            }
            return;
        }
        self.states.insert(id, (state.cloned(), is_settled));
        self.state_waiters.wake_all(wakers);
    }
}

impl State {
    fn receiving(&mut self, link: LinkId) -> Option<&mut Receiving> {
        self.links.get_mut(link).and_then(LinkState::receiving)
    }

    /// Returns the receiving end of a link, or why the link ended.
    fn open_receiving(&mut self, link: LinkId) -> Result<&mut Receiving, Ended> {
        match self.link_end(link) {
            Some(ended) => Err(ended),
            None => self.receiving(link).ok_or_else(Ended::link_gone),
        }
    }

    /// Takes a delivery that has arrived.
    pub(super) fn receive(&mut self, delivery: Delivery) {
        let Self { links, connection, wakers, .. } = self;
        let receiving = links.get_mut(delivery.id.link()).and_then(LinkState::receiving);
        let Some(receiving) = receiving.filter(|receiving| receiving.is_open) else {
            return self.release(&delivery);
        };
        receiving.credit = receiving.credit.saturating_sub(1);
        if let Some(auto) = &mut receiving.auto {
            auto.arrive(delivery.settled);
        }
        connection.hold(delivery.payload.len());
        receiving.queue.push_back(delivery);
        receiving.waiters.wake_next(wakers);
        wakers.extend(receiving.stream.take());
    }

    /// Counts octets no more, which are not in a queue any more.
    pub(super) fn free(&mut self, octets: usize) {
        if self.connection.free(octets) {
            self.touch();
        }
    }

    /// Gives back a delivery that nobody can take.
    fn release(&mut self, delivery: &Delivery) {
        if !delivery.settled {
            let _ = self.connection.settle(self.now, delivery.id, Released {});
            self.touch();
        }
    }

    /// Gives the sender more credit, if it is time.
    pub(super) fn give_credit(&mut self, link: LinkId) {
        let Self { links, connection, now, wakers, .. } = self;
        let Some(link_state) = links.get_mut(link).filter(|link| link.peer.is_some()) else {
            return;
        };
        let Some(receiving) = link_state.receiving().filter(|it| it.is_open && !it.is_paused)
        else {
            return;
        };
        if let Some(credit) = receiving.auto.as_mut().and_then(AutoCredit::due) {
            receiving.credit = credit;
            receiving.end_drains(wakers);
            connection.grant(*now, link, credit);
            self.touch();
        }
    }

    /// Sets the credit by hand.
    pub(in super::super) fn grant(&mut self, link: LinkId, credit: u32) -> Result<(), Ended> {
        if let Some(ended) = self.link_end(link) {
            return Err(ended);
        }
        let Self { links, connection, now, wakers, .. } = self;
        let receiving =
            links.get_mut(link).and_then(LinkState::receiving).ok_or_else(Ended::link_gone)?;
        receiving.credit = credit;
        receiving.end_drains(wakers);
        connection.grant(*now, link, credit);
        self.touch();
        Ok(())
    }

    /// Stops giving credit automatically, and takes back what has been given.
    pub(in super::super) fn pause(&mut self, link: LinkId) -> Result<(), Ended> {
        self.grant(link, 0)?;
        if let Some(receiving) = self.receiving(link) {
            receiving.is_paused = true;
        }
        Ok(())
    }

    /// Gives credit automatically again.
    pub(in super::super) fn resume(&mut self, link: LinkId) -> Result<(), Ended> {
        let receiving = self.open_receiving(link)?;
        receiving.is_paused = false;
        receiving.auto.iter_mut().for_each(AutoCredit::restart);
        self.give_credit(link);
        Ok(())
    }

    /// Asks the sender to use up its credit or to give it up. Credit is not given automatically any more.
    pub(in super::super) fn drain(&mut self, link: LinkId) -> Result<(), Ended> {
        let receiving = self.open_receiving(link)?;
        receiving.is_paused = true;
        receiving.is_draining = true;
        let credit = receiving.credit;
        let now = self.touch_now();
        self.connection.drain(now, link, credit);
        Ok(())
    }

    pub(super) fn drained(&mut self, link: LinkId) {
        let Self { links, wakers, .. } = self;
        if let Some(receiving) = links.get_mut(link).and_then(LinkState::receiving) {
            receiving.credit = 0;
            receiving.end_drains(wakers);
        }
    }

    /// Returns whether no drain is pending on a link.
    pub(in super::super) fn is_drained(&mut self, link: LinkId) -> Option<Result<(), Ended>> {
        match self.open_receiving(link) {
            Ok(receiving) if receiving.is_draining => None,
            Ok(_) => Some(Ok(())),
            Err(ended) => Some(Err(ended)),
        }
    }

    /// Takes the next delivery, or returns why there will be none, once, to a future that has waited or to the first
    /// that asks. `None` if one has to wait.
    pub(in super::super) fn take(
        &mut self,
        link: LinkId,
        has_waited: bool,
    ) -> Option<Result<Option<Delivery>, Ended>> {
        if let Some(delivery) = self.take_queued(link) {
            return Some(Ok(Some(delivery)));
        }
        let ended = self.link_end(link)?;
        let Some(receiving) = self.receiving(link) else { return Some(Ok(None)) };
        let was_reported = std::mem::replace(&mut receiving.is_reported, true);
        Some(if was_reported && !has_waited { Ok(None) } else { Err(ended) })
    }

    /// Takes the next delivery that has arrived.
    pub(in super::super) fn take_queued(&mut self, link: LinkId) -> Option<Delivery> {
        let receiving = self.receiving(link)?;
        let delivery = receiving.queue.pop_front()?;
        let mut is_credit_due = false;
        if let Some(auto) = &mut receiving.auto {
            auto.take();
            is_credit_due = auto.is_due();
        }
        self.free(delivery.payload.len());
        if is_credit_due {
            self.give_credit(link);
        }
        Some(delivery)
    }

    /// Lets the stream of a receiver wait.
    pub(in super::super) fn wait_as_stream(&mut self, link: LinkId, cx: &Context<'_>) {
        if let Some(receiving) = self.receiving(link) {
            let former = receiving.stream.replace(cx.waker().clone());
            self.discard(former);
        }
    }

    /// Gives back what the user has not taken, because the user will take nothing more.
    pub(in super::super) fn stop_receiving(&mut self, link: LinkId) {
        let Some(receiving) = self.receiving(link) else { return };
        receiving.is_open = false;
        let octets = receiving.queued();
        let queue = std::mem::take(&mut receiving.queue);
        self.free(octets);
        for delivery in queue {
            self.release(&delivery);
        }
        if self.link_end(link).is_none() {
            self.connection.grant(self.now, link, 0);
            self.touch();
        }
    }

    /// Settles a delivery, or, if the receiver settles second, tells the sender its outcome. Returns whether the sender has
    /// yet to settle it.
    pub(in super::super) fn settle(
        &mut self,
        id: DeliveryId,
        state: DeliveryState,
    ) -> Result<bool, Ended> {
        let Self { links, connection, now, .. } = self;
        let link = links.get_mut(id.link()).ok_or_else(Ended::link_gone)?;
        if let Some(ended) = &link.ended {
            return Err(ended.clone());
        }
        if connection.settle(*now, id, state).is_err() {
            let is_usable = connection.closing_reason().is_none() && !link.is_detaching;
            return Err(if is_usable { Ended::new(EndReason::Delivery) } else { self.unusable() });
        }
        let receiving = link.receiving();
        let settles_second = receiving.as_ref().is_some_and(|it| it.settles_second);
        let mut is_credit_due = false;
        if let Some(auto) = receiving.and_then(|it| it.auto.as_mut())
            && !settles_second
        {
            auto.settle();
            is_credit_due = auto.is_due();
        }
        self.touch();
        if is_credit_due {
            self.give_credit(id.link());
        }
        Ok(settles_second)
    }

    /// Returns what the sender has said of a delivery.
    pub(in super::super) fn remote_state(&mut self, id: DeliveryId) -> Option<RemoteState> {
        let (state, is_settled) = self.receiving(id.link())?.states.get(&id)?.clone();
        Some(RemoteState { state: state.map(SharedState::into), is_settled })
    }

    /// Returns whether the sender has settled a delivery.
    pub(in super::super) fn is_settled_second(
        &mut self,
        id: DeliveryId,
    ) -> Option<Result<(), Ended>> {
        if self.remote_state(id).is_some_and(|state| state.is_settled) {
            return Some(Ok(()));
        }
        // On a link whose receiver settles first, there is nothing to wait for.
        match self.receiving(id.link()) {
            Some(receiving) if receiving.settles_second => self.link_end(id.link()).map(Err),
            Some(_) => Some(Ok(())),
            None => Some(Err(Ended::link_gone())),
        }
    }

    /// Forgets what the sender has said of a delivery, which the user does not have any more, and ignores what it will
    /// say if the delivery is still `unsettled`.
    pub(in super::super) fn forget_delivery(&mut self, id: DeliveryId, unsettled: bool) {
        let Some(receiving) = self.receiving(id.link()) else { return };
        let said = if receiving.states.is_empty() { None } else { receiving.states.remove(&id) };
        if unsettled && !said.is_some_and(|(_, is_settled)| is_settled) {
            receiving.dismissed.insert(id);
        }
    }
}
