//! The deliveries of a session that are not settled, and the dispositions to send (section 2.6.12).

use amqp_types::messaging::{DeliveryState, Modified, Rejected};
use amqp_types::transport::{DeliveryNumber, Disposition, DispositionRef, Role};

use super::ConnectionStats;
use super::shared::Shared;
use crate::proto::ring::Ring;
use crate::proto::serial::{self, extend, to_wire};
use crate::proto::slots::Key;

/// The unsettled deliveries in one direction.
#[derive(Debug)]
pub(super) struct Unsettled {
    deliveries: Ring<Entry>,
    /// The number of the next delivery.
    pub(super) next: u64,
}

/// A delivery that is not settled.
#[derive(Debug)]
struct Entry {
    link: Key,
    /// Whether this side has given it an outcome, which the sender is to settle.
    is_decided: bool,
    /// Whether the user has been told of a state of it that is not final.
    is_told: bool,
}

/// Deliveries that are settled with the same state, whose numbers follow one another.
#[derive(Debug)]
struct Run {
    first: u64,
    last: u64,
    settled: bool,
    state: Option<DeliveryState>,
}

/// The unsettled deliveries of a session in both directions, and the dispositions to send.
#[derive(Debug)]
pub(super) struct Deliveries {
    /// The deliveries that this side has sent.
    pub(super) outgoing: Unsettled,
    /// The deliveries that this side has received.
    pub(super) incoming: Unsettled,
    /// The dispositions to send, by the role of this side.
    runs: Vec<(Role, Run)>,
}

/// Deliveries of which the peer has said something.
pub(super) struct Updates {
    /// The number and the link of each.
    pub(super) deliveries: Vec<(u64, Key)>,
    /// Whether they are settled on both sides.
    pub(super) is_settled: bool,
}

impl Deliveries {
    pub(super) const fn new() -> Self {
        Self { outgoing: Unsettled::new(), incoming: Unsettled::new(), runs: Vec::new() }
    }

    /// Forgets the deliveries of a link that has ended.
    pub(super) fn remove_link(&mut self, link: Key) {
        self.outgoing.remove_link(link);
        self.incoming.remove_link(link);
    }

    pub(super) fn add_to(&self, stats: &mut ConnectionStats) {
        stats.unsettled_sent += self.outgoing.deliveries.len();
        stats.unsettled_received += self.incoming.deliveries.len();
    }

    /// Returns whether a delivery that was received needs an outcome.
    pub(super) fn is_open(&self, number: u64, link: Key) -> bool {
        let entry = self.incoming.deliveries.get(number);
        entry.is_some_and(|entry| entry.link == link && !entry.is_decided)
    }

    /// Gives a delivery that was received a state, and settles it or not.
    pub(super) fn settle(&mut self, number: u64, settled: bool, state: DeliveryState) {
        if settled {
            self.incoming.deliveries.remove(number);
        } else if let Some(entry) = self.incoming.deliveries.get_mut(number) {
            entry.is_decided = is_terminal(&state);
        }
        self.add_run(Role::Receiver, number, settled, Some(state));
    }

    fn add_run(&mut self, role: Role, number: u64, settled: bool, state: Option<DeliveryState>) {
        let last = self.runs.last_mut().filter(|(of, _)| *of == role);
        let run = Run::new(number, settled, state);
        if !last.is_some_and(|(_, last)| last.join(&run)) {
            self.runs.push((role, run));
        }
    }

    /// Writes the dispositions to send.
    pub(super) fn write_dispositions(&mut self, channel: u16, shared: &mut Shared) {
        join_runs(&mut self.runs);
        for (role, run) in self.runs.drain(..) {
            write_disposition(channel, &run.disposition(role), shared);
        }
    }

    /// Whether there are dispositions to send.
    pub(super) const fn has_dispositions(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Handles what the peer says of deliveries. Those that are unknown are skipped. A state that is not final is
    /// told once, but the progress of a receipt each time.
    pub(super) fn handle_disposition(
        &mut self,
        disposition: &DispositionRef<'_>,
        state: Option<&DeliveryState>,
    ) -> Option<Updates> {
        let is_outgoing = disposition.role == Role::Receiver;
        let is_settled = disposition.settled || is_outgoing && state.is_some_and(is_terminal);
        let side = if is_outgoing { &mut self.outgoing } else { &mut self.incoming };
        // Only if it is about one delivery, because few octets can tell the progress of many.
        let is_progress = is_outgoing
            && matches!(state, Some(DeliveryState::Received(_)))
            && disposition.last.is_none_or(|last| last == disposition.first);
        let deliveries = side.take_updates(disposition, is_settled, state.is_some(), is_progress);
        if is_settled && !disposition.settled {
            // The receiver, which knows the state, settles after this side has.
            for (number, _) in &deliveries {
                self.add_run(Role::Sender, *number, true, None);
            }
        }
        (!deliveries.is_empty()).then_some(Updates { deliveries, is_settled })
    }
}

/// Returns whether a state is an outcome, which does not change any more.
fn is_terminal(state: &DeliveryState) -> bool {
    match state {
        DeliveryState::Received(_) => false,
        DeliveryState::Transactional(state) => state.outcome.is_some(),
        _ => true,
    }
}

impl Unsettled {
    const fn new() -> Self {
        Self { deliveries: Ring::new(), next: serial::FIRST }
    }

    pub(super) fn insert(&mut self, number: u64, link: Key) {
        self.deliveries.insert(number, Entry { link, is_decided: false, is_told: false });
    }

    fn remove_link(&mut self, link: Key) {
        self.deliveries.retain(|_, entry| entry.link != link);
    }

    /// Returns the number and the link of each delivery that a disposition tells something new about. Others in
    /// its range are skipped.
    fn take_updates(
        &mut self,
        disposition: &DispositionRef<'_>,
        is_settled: bool,
        has_state: bool,
        is_progress: bool,
    ) -> Vec<(u64, Key)> {
        if !is_settled && !has_state {
            return Vec::new();
        }
        let DeliveryNumber(first) = disposition.first;
        let DeliveryNumber(last) = disposition.last.unwrap_or(disposition.first);
        let (Some(first), Some(last)) = (extend(first, self.next), extend(last, self.next)) else {
            return Vec::new();
        };
        if first > last {
            return Vec::new();
        }
        let mut updates = Vec::new();
        for (number, entry) in self.deliveries.range_mut(first..=last) {
            if is_settled || is_progress || (has_state && !entry.is_told) {
                updates.push((number, entry.link));
                entry.is_told = true;
            }
        }
        if is_settled {
            for (number, _) in &updates {
                self.deliveries.remove(*number);
            }
        }
        updates
    }
}

impl Run {
    const fn new(number: u64, settled: bool, state: Option<DeliveryState>) -> Self {
        Self { first: number, last: number, settled, state }
    }

    /// Adds the deliveries of another run, if they follow and have the same state. Returns whether they do.
    fn join(&mut self, other: &Self) -> bool {
        let follows = other.first == self.last + 1 && self.settled == other.settled;
        // A state with data is sent alone.
        let is_plain = matches!(
            self.state,
            None | Some(DeliveryState::Accepted(_) | DeliveryState::Released(_))
        );
        let joins = follows && is_plain && self.state == other.state;
        if joins {
            self.last = other.last;
        }
        joins
    }

    /// Returns whether no other run has a further state of one of the deliveries.
    fn is_final(&self) -> bool {
        self.settled || self.state.as_ref().is_none_or(is_terminal)
    }

    fn disposition(&self, role: Role) -> Disposition {
        Disposition {
            role,
            first: DeliveryNumber(to_wire(self.first)),
            last: (self.last > self.first).then(|| DeliveryNumber(to_wire(self.last))),
            settled: self.settled,
            state: self.state.clone(),
            batchable: false,
        }
    }
}

/// Joins runs of deliveries that were not settled in order.
fn join_runs(runs: &mut Vec<(Role, Run)>) {
    // The states of one delivery must stay in order.
    if runs.len() > 1 && runs.iter().all(|(_, run)| run.is_final()) {
        runs.sort_unstable_by_key(|(role, run)| (*role == Role::Sender, run.first));
        runs.dedup_by(|(role, run), (of, before)| role == of && before.join(run));
    }
}

/// Writes a disposition. If its state is too long for the peer, the state loses its details, or is left out: the
/// delivery is settled all the same.
fn write_disposition(channel: u16, disposition: &Disposition, shared: &mut Shared) {
    if shared.write(channel, &disposition).is_ok() {
        return;
    }
    let with = |state| Disposition { state, ..disposition.clone() };
    match &disposition.state {
        Some(DeliveryState::Rejected(Rejected { error })) => {
            let error = error.as_deref().cloned();
            shared.write_with_error(channel, error, |error| {
                with(Some(Rejected { error: error.map(Box::new) }.into()))
            });
        }
        Some(DeliveryState::Modified(modified)) => {
            let modified = Modified { message_annotations: None, ..*modified.clone() };
            let _ = shared.write(channel, &with(Some(modified.into())));
        }
        _ => {
            let _ = shared.write(channel, &with(None));
        }
    }
}
