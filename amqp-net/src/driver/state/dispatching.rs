//! What a link needs whose user dispatches: outcomes in the order in which they come, and who waits.

use std::task::{Context, Poll, Waker};

use super::shared_state::SharedState;
use super::{LinkState, State};
use crate::driver::ended::Ended;
use crate::proto::{Demand, LinkId};

/// The outcomes of a link that have come, and the dispatcher, while it waits.
#[derive(Debug, Default)]
pub(in super::super) struct Dispatch {
    pub(super) settled: Vec<SettledState>,
    pub(super) waker: Option<Waker>,
}

/// The number of a delivery that has been settled, and its state if it has been said.
pub(in super::super) type SettledState = (u64, Option<SharedState>);

impl State {
    /// Returns what a dispatcher has to do: first the outcomes that have come, then what can be sent if that is wanted,
    /// then why the link ended.
    pub(in super::super) fn poll_demand(
        &mut self,
        link: LinkId,
        wants_credit: bool,
        settled: &mut Vec<SettledState>,
        cx: &Context<'_>,
    ) -> Poll<Result<Demand, Ended>> {
        let ended = self.link_end(link);
        let Self { links, connection, discarded, .. } = self;
        let sending = links.get_mut(link).and_then(LinkState::sending);
        let Some(dispatch) = sending.and_then(|sending| sending.dispatch.as_mut()) else {
            return Poll::Ready(Err(ended.unwrap_or_else(Ended::link_gone)));
        };
        if settled.is_empty() {
            std::mem::swap(settled, &mut dispatch.settled);
        } else {
            settled.append(&mut dispatch.settled);
        }
        let demand = match &ended {
            None => connection.demand(link, wants_credit),
            Some(_) => Demand::default(),
        };
        if !settled.is_empty() || demand.drain || wants_credit && demand.credit > 0 {
            return Poll::Ready(Ok(demand));
        }
        if let Some(ended) = ended {
            return Poll::Ready(Err(ended));
        }
        discarded.extend(dispatch.waker.replace(cx.waker().clone()));
        if wants_credit {
            // The engine tells only in its next turn whether it has to wait.
            self.touch();
        }
        Poll::Pending
    }

    /// Wakes the dispatcher of a link.
    pub(super) fn wake_dispatcher(&mut self, link: LinkId) {
        let Self { links, wakers, .. } = self;
        let sending = links.get_mut(link).and_then(LinkState::sending);
        if let Some(dispatch) = sending.and_then(|sending| sending.dispatch.as_mut()) {
            wakers.extend(dispatch.waker.take());
        }
    }

    /// Gives up the credit that is left, if the receiver drains the link.
    pub(in super::super) fn end_drain(&mut self, link: LinkId) {
        if self.connection.hold_drain(link, false) {
            self.touch();
        } else {
            // Not in advance.
            self.connection.hold_drain(link, true);
        }
    }
}
